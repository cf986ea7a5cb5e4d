"""``faceglide protocol export|validate``: the knowledge itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from faceglide.cli.output import emit, emit_text, say
from faceglide.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verbs = typer.Typer(help="Print the protocol, or check one.", no_args_is_help=False)
    verbs.command("export")(export)
    verbs.command("validate")(validate)
    app.add_typer(verbs, name="protocol")


def export(
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    as_fhir: Annotated[
        bool, typer.Option("--fhir", help="Print it as one HL7 FHIR R4B bundle.")
    ] = False,
) -> None:
    """Print the protocol: zones, movements, tools, cautions, evidence and the rest."""
    from faceglide.protocol import load_protocol

    protocol = load_protocol()
    if as_fhir:
        from faceglide.exchange.fhir import protocol_bundle

        emit(protocol_bundle(protocol))
        return
    if as_json:
        emit(protocol)
        return
    lines = [f"Protocol {protocol.version}"]
    for movement in protocol.movements:
        least, most = movement.repeats_range
        count = f"{least}" if least == most else f"{least} to {most}"
        lines.append(f"{movement.id:28} {movement.pressure:8} {count:7} {movement.name}")
    for name in ("zones", "tools", "goals", "cautions", "mistakes", "evidence", "questions"):
        lines.append(f"{name}: {len(getattr(protocol, name))}")
    lines.append("Everything: faceglide protocol export --json")
    emit_text("\n".join(lines))


def validate(
    path: Annotated[
        Path | None, typer.Argument(help="A folder of TOML files; our own when left out.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the faults as JSON; none for a valid folder.")
    ] = False,
) -> None:
    """Check a protocol's or a pack's files; every fault is named by file and line."""
    from faceglide.protocol import load_protocol
    from faceglide.protocol import validate as problems_of

    if path is None:
        version = load_protocol().version
        if as_json:
            emit({"version": version, "problems": []})
        else:
            emit_text(f"Protocol {version} is valid.")
        return
    problems = problems_of(path)
    if as_json:
        emit({"problems": [asdict(problem) for problem in problems]})
    for problem in problems[:-1]:
        say(str(problem))
    if problems:
        last = problems[-1].error()
        raise BadInput(last.place, last.fault, last.expected)
    if not as_json:
        emit_text(f"{path} is valid.")
