"""``export``, ``import``, ``erase``, ``backup`` and ``restore``: the records as files."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from faceglide.cli.output import emit, say, to_json, write_whole

JSON_OPTION = typer.Option("--json", help="Print what was done as JSON.")
AsJson = Annotated[bool, JSON_OPTION]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("export")(export)
    app.command("import")(import_)
    app.command("erase")(erase)
    app.command("backup")(backup)
    app.command("restore")(restore)


def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; stdout if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, as it always is.")] = False,  # noqa: ARG001
) -> None:
    """Write everything kept about you as JSON."""
    from faceglide.records import open_store
    from faceglide.settings import Settings

    with closing(open_store(Settings())) as store:
        document = store.export_all()
    if output is None:
        emit(document)
    else:
        write_whole(output, to_json(document) + "\n", private=True)
        say(f"Written to {output}. It holds health answers: keep it safe.")


def import_(
    path: Annotated[Path, typer.Argument(help="A file that `faceglide export` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Add an export to what is kept here; what is here already stays."""
    from faceglide.cli.inputs import read_json
    from faceglide.records import open_store, parse_document
    from faceglide.settings import Settings

    document = parse_document(read_json(path, "a file that `faceglide export` wrote"), str(path))
    with closing(open_store(Settings())) as store:
        added = store.import_all(document)
    if as_json:
        emit({"added": added})
    else:
        say(f"{added} new entries.")


def erase(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete everything kept about you, for good."""
    from faceglide.records import open_store
    from faceglide.settings import Settings

    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("say --yes: there is nobody to ask", param_hint="--yes")
        typer.confirm("Delete every answer, plan and session for good?", abort=True, err=True)
    with closing(open_store(Settings())) as store:
        store.erase()
    if as_json:
        emit({"erased": True})
    else:
        say("Everything is deleted. Backups and exports you made are yours to delete.")


def backup(
    path: Annotated[Path, typer.Argument(help="File to write.")], as_json: AsJson = False
) -> None:
    """Write a snapshot of the records to one file."""
    from faceglide import records
    from faceglide.settings import Settings

    records.backup(Settings(), path)
    if as_json:
        emit({"backup": str(path), "bytes": path.stat().st_size})
    else:
        say(f"Backed up to {path}. It holds health answers: keep it safe.")


def restore(
    path: Annotated[Path, typer.Argument(help="A file that `faceglide backup` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Replace the records by a backup, once it is known to be whole."""
    from faceglide import records
    from faceglide.settings import Settings

    records.restore(Settings(), path)
    if as_json:
        emit({"restored": str(path)})
    else:
        say(f"Restored from {path}.")
