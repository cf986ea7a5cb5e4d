"""``faceglide analyze``: recorded sessions, judged stroke by stroke."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faceglide.cli.output import emit, emit_text, progress, reason, say, to_json
from faceglide.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceglide.batch import Job
    from faceglide.coaching.events import Analysis
    from faceglide.planning.model import Plan

_A_PLAN = "a plan as `faceglide plan --json` prints it"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("analyze")(analyze)


def analyze(
    inputs: Annotated[list[Path], typer.Argument(help="Videos and recordings.")],
    plan: Annotated[
        Path | None, typer.Option("--plan", help="What was meant to be done (JSON).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Folder for NAME.analysis.json of each input."),
    ] = None,
    pupils_mm: Annotated[
        float | None,
        typer.Option("--pupillary-distance", help="Between the pupils in mm, when known."),
    ] = None,
    save_recording: Annotated[
        bool,
        typer.Option("--save-recording", help="Keep what was tracked as NAME.ndjson.gz in -o."),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON to a terminal too; elsewhere it always is."),
    ] = False,
) -> None:
    """Judge recorded sessions: each stroke, each hold, both sides.

    One input prints its Analysis; several print a list of {"input", "analysis"}. If any input is
    bad, nothing is written.
    """
    from faceglide.batch import Job

    if save_recording and out is None:
        raise typer.BadParameter("needs a folder to put it: -o", param_hint="'--save-recording'")
    names = _names(inputs)
    meant = _read_plan(plan) if plan else None
    with _staged(out) as folder:
        jobs = [
            Job(
                path,
                meant,
                pupils_mm,
                folder / f"{name}.ndjson.gz" if folder and save_recording else None,
            )
            for path, name in zip(inputs, names, strict=True)
        ]
        analyses = _judge(jobs)
        if folder:
            for name, analysis in zip(names, analyses, strict=True):
                text = to_json(analysis) + "\n"
                (folder / f"{name}.analysis.json").write_text(text, "utf-8")
    if as_json or (out is None and not sys.stdout.isatty()):
        emit(_answer(inputs, analyses))
    elif out is None:
        for path, analysis in zip(inputs, analyses, strict=True):
            emit_text(describe(path, analysis))
    else:
        say(f"Written: {len(names)} in {out}")


def _answer(inputs: Sequence[Path], analyses: Sequence[Analysis]) -> object:
    if len(inputs) == 1:
        return analyses[0]
    return [
        {"input": str(path), "analysis": analysis.model_dump(mode="json")}
        for path, analysis in zip(inputs, analyses, strict=True)
    ]


def _names(inputs: Sequence[Path]) -> list[str]:
    """What each input's own files are called: its name without the kind."""
    names: list[str] = []
    for path in inputs:
        name = path.name.removesuffix(".gz")
        name = Path(name).stem or name
        if name in names:
            fault = f"would be written as {name}, like another input"
            raise BadInput(str(path), fault, "inputs of different names")
        names.append(name)
    return names


def _read_plan(path: Path) -> Plan:
    from faceglide.cli.inputs import read_model
    from faceglide.planning.model import Plan
    from faceglide.protocol import load_protocol

    plan = read_model(path, Plan, _A_PLAN)
    movements = {movement.id: movement for movement in load_protocol().movements}
    for i, step in enumerate(plan.steps):
        if step.movement not in movements:
            place = f"{path}: steps.{i}.movement"
            raise BadInput(place, f"no movement {step.movement!r}", "a movement of the protocol")
        if step.side not in movements[step.movement].sides:
            place = f"{path}: steps.{i}.side"
            sides = " or ".join(movements[step.movement].sides)
            raise BadInput(place, f"{step.movement} has no side {step.side!r}", sides)
    return plan


@contextmanager
def _staged(out: Path | None) -> Iterator[Path | None]:
    """A folder beside `out` whose files move there together once the block has ended well."""
    if out is None:
        yield None
        return
    if out.exists() and not out.is_dir():
        raise BadInput(str(out), "is not a folder", "a folder to write to")
    try:
        staging = tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".faceglide-")
    except OSError as error:
        raise BadInput(str(out), reason(error), "a folder that can be written to") from error
    with staging as name:
        yield Path(name)
        try:
            out.mkdir(exist_ok=True)
            for file in sorted(Path(name).iterdir()):
                file.replace(out / file.name)
        except OSError as error:
            raise BadInput(str(out), reason(error), "a folder that can be written to") from error


def _judge(jobs: Sequence[Job]) -> list[Analysis]:
    from faceglide.batch import judge, judge_all

    if len(jobs) > 1:
        return list(progress(judge_all(jobs), "Judging", total=len(jobs)))
    with _timeline(jobs[0].path) as tell:
        return [judge(jobs[0], tell)]


@contextmanager
def _timeline(path: Path) -> Iterator[Callable[[float], None] | None]:
    """A bar that follows one session's own time, on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    from faceglide.tracking.media import video_info
    from faceglide.tracking.recording import is_recording

    seconds = None if is_recording(path) else video_info(path).seconds
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Judging", total=seconds)
        yield lambda t: bar.update(task, completed=t)


def describe(path: Path, analysis: Analysis) -> str:
    """An analysis as a person reads it."""
    lines = [f"{path.name}: {analysis.seconds:.0f} s, {len(analysis.strokes)} strokes"]
    for stroke in analysis.strokes:
        faults = ", ".join(fault.replace("_", " ") for fault in stroke.faults)
        verdict = faults or stroke.verdict.replace("_", " ")
        lines.append(
            f"  {stroke.start_s:6.1f}–{stroke.end_s:.1f} s  {stroke.side:7}  "
            f"{stroke.movement:24} {stroke.length_mm:4.0f} mm  {verdict}"
        )
    for hold in analysis.holds:
        lines.append(
            f"  {hold.start_s:6.1f}–{hold.end_s:.1f} s  {hold.side:7}  {hold.movement:24} "
            f"point {hold.point}  {hold.verdict.replace('_', ' ')}"
        )
    for zone, counts in analysis.sides.items():
        dose = ", ".join(f"{side} {count}" for side, count in counts.items())
        lines.append(f"  {zone}: {dose}")
    if analysis.unseen_s >= 0.5:
        lines.append(f"  Not seen for {analysis.unseen_s:.1f} s; nothing is said about them.")
    return "\n".join(lines)
