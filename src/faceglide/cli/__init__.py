"""The same verbs for a terminal.

Every verb lives in a module of its own with ``register(app)``; only the one that was asked for is
imported, so that ``screen`` and ``plan`` answer in half a second. Exit codes: 0 done, 1 bad input
(one line on stderr), 2 bad usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from faceglide import __version__
from faceglide.errors import BadInput

VERBS = {
    "serve": "serve",
    "demo": "demo",
    "screen": "screen",
    "plan": "plan",
    "map": "map",
    "analyze": "analyze",
    "measure": "measure",
    "simulate": "simulate",
    "protocol": "protocol",
    "schema": "schema",
    "export": "records",
    "import": "records",
    "erase": "records",
    "backup": "records",
    "restore": "records",
    "doctor": "doctor",
}
"""Verb -> module of this package, in the order ``--help`` lists them."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"faceglide {__version__}")
        raise typer.Exit


def _start(
    context: typer.Context,
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """A coach for facial fascia massage. Without a verb it opens in your browser."""
    if context.invoked_subcommand is None:
        from faceglide.cli.serve import serve

        serve()


def build(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The terminal app with the modules behind `verbs` registered."""
    app = typer.Typer(
        name="faceglide",
        callback=_start,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for module in dict.fromkeys(VERBS[verb] for verb in verbs):
        import_module(f"faceglide.cli.{module}").register(app)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Args:
        argv: The arguments after the program's name; `sys.argv` when left out.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    verb = arguments[0] if arguments else "serve"
    try:
        build([verb] if verb in VERBS else VERBS)(args=arguments, prog_name="faceglide")
    except BadInput as error:
        print(f"faceglide: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
