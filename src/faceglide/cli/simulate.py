"""``faceglide simulate``: a simulated session as a recording, with the truth about it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from faceglide.cli.output import emit, progress, say, to_json, write_whole
from faceglide.errors import BadInput


class Level(StrEnum):
    """How well the simulated tracker sees."""

    clean = "clean"
    typical = "typical"
    hard = "hard"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("simulate")(simulate)


def simulate(
    output: Annotated[Path, typer.Option("-o", help="Recording to write (.ndjson or .ndjson.gz).")],
    truth: Annotated[Path, typer.Option(help="Where to write what was really done (JSON).")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same session.")] = 0,
    level: Annotated[Level, typer.Option(help="How well the tracker sees.")] = Level.typical,
    minutes: Annotated[float, typer.Option(min=0.2, max=60.0, help="About how long.")] = 3.0,
    plan: Annotated[
        Path | None, typer.Option(help="Plan the person means to follow (JSON); else drawn.")
    ] = None,
    plan_out: Annotated[Path | None, typer.Option(help="Where to write the plan meant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the truth as JSON too.")] = False,
) -> None:
    """Make up a person massaging their face, as a tracker would see them, with the truth."""
    from faceglide.cli.inputs import read_model
    from faceglide.planning.model import Plan
    from faceglide.tracking.recording import is_recording, recording_to
    from faceglide.tracking.simulator import Scenario
    from faceglide.tracking.simulator import simulate as run

    if not is_recording(output):
        raise BadInput(str(output), "is not a recording's name", "a name ending in .ndjson or .gz")
    places = [path.resolve() for path in (output, truth, plan_out) if path is not None]
    if len(set(places)) < len(places):
        raise BadInput(str(truth), "is named twice", "a file for each thing to write")
    meant = read_model(plan, Plan, "a plan") if plan else None
    session = run(Scenario(level=level.value, minutes=minutes, plan=meant), seed)
    with recording_to(output, session.camera) as sink:
        for frame in progress(session.frames, "Writing", len(session.frames)):
            sink(frame)
        if plan_out is not None:
            write_whole(plan_out, to_json(session.plan) + "\n")
        write_whole(truth, to_json(session.truth) + "\n")
    if as_json:
        emit(session.truth)
    else:
        say(f"{len(session.frames)} frames, {len(session.truth.strokes)} strokes: {output}")
