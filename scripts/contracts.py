"""Write ``docs/contracts.md`` from the code itself, so that it cannot say something else.

``python -m scripts.contracts`` writes; ``--check`` only says whether the file is up to date.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from faceglide.cli import VERBS, build
from faceglide.cli.schema import SCHEMAS, json_schema
from faceglide.protocol import load_protocol
from faceglide.server.app import create_app
from faceglide.settings import Settings

TARGET = Path(__file__).parents[1] / "docs" / "contracts.md"

HEAD = """# Contracts

Everything below is public: versioned, tested by running it, and generated from the code by
`make docs`. JSON goes to stdout; messages, progress and errors go to stderr. Exit codes: 0 done,
1 bad input (one line: place, fault, what was expected; nothing written), 2 bad usage.
"""


def _row(*cells: object) -> str:
    return (
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    )


def _table(*head: str) -> list[str]:
    return ["", _row(*head), _row(*["---"] * len(head))]


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def commands() -> Iterator[str]:
    """Every verb with its arguments and options, as the terminal app holds them."""
    yield "## Command line"
    group = typer.main.get_command(build())
    for name, command in sorted(
        group.commands.items(), key=lambda pair: list(VERBS).index(pair[0])
    ):  # type: ignore[attr-defined]
        yield from _command(f"faceglide {name}", command)


def _command(name: str, command: Any) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    yield f"\n### `{name}`\n\n{(command.help or '').split(chr(12))[0].strip()}"
    for word, sub in (inner or {}).items():
        yield from _command(f"{name} {word}", sub)
    rows = [parameter for parameter in command.params if parameter.name != "help"]
    if rows and not inner:
        yield from _table("parameter", "meaning")
        for parameter in rows:
            opts = " ".join(f"`{opt}`" for opt in [*parameter.opts, *parameter.secondary_opts])
            shown = opts if opts.startswith("`-") else f"`{parameter.name.upper()}`"
            yield _row(shown, getattr(parameter, "help", "") or "")


def settings() -> Iterator[str]:
    """Every setting with its environment variable."""
    yield "\n## Settings"
    yield from _table("variable", "meaning")
    text = inspect.getdoc(Settings) or ""
    for field in fields(Settings):
        line = next(
            line for line in text.splitlines() if line.strip().startswith(f"{field.name}: ")
        )
        variable, meaning = line.split(": ", 2)[1:]
        yield _row(f"`{variable}`", meaning)


def pages() -> Iterator[str]:
    """Every page, API route and socket of the server."""
    yield "\n## Pages, API and socket"
    yield from _table("method", "path", "what")
    with TemporaryDirectory() as folder:
        routes = list(_routes(create_app(Settings(data_dir=Path(folder))).routes))
    for route in routes:
        endpoint = getattr(route, "endpoint", None)
        if endpoint is None:
            yield _row("GET", f"`{route.path}/…`", "files served by this server")
            continue
        methods = sorted((getattr(route, "methods", None) or {"SOCKET"}) - {"HEAD"})
        yield _row(" ".join(methods), f"`{route.path}`", _first_line(endpoint))


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from _routes(router.routes) if router else (route,)


def files() -> Iterator[str]:
    """Every public file's fields, from its model."""
    yield "\n## Files\n\n`faceglide schema NAME` prints each as a JSON Schema."
    for name in SCHEMAS:
        schema = json_schema(name)
        yield f"\n### {name}\n\n{schema.get('description', '').split(chr(10))[0]}"
        yield from _fields(schema)
        for sub, definition in schema.get("$defs", {}).items():
            if "properties" in definition:
                yield f"\n`{sub}`: {definition.get('description', '').split(chr(10))[0]}"
                yield from _fields(definition)


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    required = set(schema.get("required", ()))
    yield from _table("field", "type", "")
    for field, shape in schema.get("properties", {}).items():
        yield _row(f"`{field}`", _type(shape), "required" if field in required else "")


def _type(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return f"`{shape['$ref'].rsplit('/', 1)[1]}`"
    if "enum" in shape:
        return " or ".join(f"`{value}`" for value in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if "anyOf" in shape:
        return " or ".join(_type(option) for option in shape["anyOf"])
    if shape.get("type") == "array":
        items = shape.get("items", {})
        return f"list of {_type(items)}" if items else "list"
    return str(shape.get("format") or shape.get("type") or "any")


def identifiers() -> Iterator[str]:
    """Every identifier of the protocol."""
    protocol = load_protocol()
    yield f"\n## Identifiers\n\nProtocol version `{protocol.version}`."
    for part in ("zones", "tools", "techniques", "goals", "movements", "cautions", "mistakes"):
        ids = " ".join(f"`{entry.id}`" for entry in getattr(protocol, part))
        yield f"\n**{part}**: {ids}"


def wire() -> Iterator[str]:
    """The live socket's bytes and messages, from the modules that read them."""
    yield "\n## The live socket"
    for module in ("faceglide.tracking.stream", "faceglide.server.live"):
        yield "\n```text"
        yield inspect.getdoc(import_module(module)) or ""
        yield "```"


def document() -> str:
    """The whole of ``docs/contracts.md``."""
    parts = (commands, settings, pages, files, identifiers, wire)
    return HEAD + "\n" + "\n".join(line.rstrip() for part in parts for line in part()) + "\n"


def main() -> int:
    """Write the file, or with ``--check`` compare it."""
    text = document()
    if "--check" in sys.argv:
        return 0 if TARGET.is_file() and TARGET.read_text("utf-8") == text else 1
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
