"""``faceglide schema NAME``: JSON Schemas of the public files, made from the models themselves."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faceglide.cli.output import emit, emit_text
from faceglide.errors import BadInput

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMAS = {
    "answers": ("faceglide.screening.model", "Answers"),
    "decision": ("faceglide.screening.model", "Decision"),
    "plan": ("faceglide.planning.model", "Plan"),
    "analysis": ("faceglide.coaching.events", "Analysis"),
    "protocol": ("faceglide.protocol.model", "Protocol"),
    "recording-header": ("faceglide.cli.recording_schema", "RecordingHeader"),
    "recording-frame": ("faceglide.cli.recording_schema", "RecordingFrame"),
    "records": ("faceglide.records.document", "Document"),
}
"""Name -> module and model."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("schema")(schema)


def schema(
    name: Annotated[str | None, typer.Argument(help="Which; leave out for the list.")] = None,
) -> None:
    """Print the JSON Schema of a public file, or list their names."""
    if name is None:
        emit_text("\n".join(SCHEMAS))
    else:
        emit(json_schema(name))


def json_schema(name: str) -> dict[str, Any]:
    """The schema of a public file.

    Raises:
        BadInput: When there is none of that name.
    """
    if name not in SCHEMAS:
        raise BadInput("schema", f"{name!r} is not a schema", f"one of {', '.join(SCHEMAS)}")
    module, attribute = SCHEMAS[name]
    model: type[BaseModel] = getattr(import_module(module), attribute)
    document = model.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}
