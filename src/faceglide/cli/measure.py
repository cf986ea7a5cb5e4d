"""``faceglide measure``: what photos and videos of a resting face measure, each with its error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faceglide.cli.output import emit, emit_text, progress
from faceglide.errors import BadInput

if TYPE_CHECKING:
    from faceglide.outcomes import Capture


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("measure")(measure)


def measure(
    inputs: Annotated[
        list[Path], typer.Argument(help="Photos, videos or recordings of a resting face.")
    ],
    baseline: Annotated[
        list[Path] | None,
        typer.Option("--baseline", help="A capture of before, to compare with; may be repeated."),
    ] = None,
    pupils_mm: Annotated[
        float | None,
        typer.Option("--pupillary-distance", help="Between the pupils in mm, when known."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Measure a resting face, and say what measurement error alone explains.

    Each input is one capture. Sit down anew for each.
    """
    from faceglide.face.scale import from_pupillary_distance
    from faceglide.outcomes import measure_report

    if pupils_mm is not None:
        from_pupillary_distance(pupils_mm)
    before = list(baseline or ())
    captures = [_capture(path, pupils_mm) for path in progress([*inputs, *before], "Measuring")]
    now, then = captures[: len(inputs)], captures[len(inputs) :]
    for group in (now, then):
        if group and all(capture.refused for capture in group):
            fault = f"cannot be measured: {str(group[0].refused).rstrip('.')}"
            raise BadInput(group[0].name, fault, "a resting face that looks at the camera")
    report = measure_report(now, then)
    if as_json:
        emit(report)
    else:
        emit_text(describe(report))


def _capture(path: Path, pupils_mm: float | None) -> Capture:
    from faceglide.outcomes import capture
    from faceglide.tracking.media import is_photo
    from faceglide.tracking.recording import is_recording, read_recording
    from faceglide.tracking.video import track_photo, track_video

    if is_photo(path):
        camera, frame = track_photo(path)
        return capture(str(path), camera, [frame], pupillary_distance_mm=pupils_mm, least=1)
    camera, frames = read_recording(path) if is_recording(path) else track_video(path)
    return capture(str(path), camera, frames, pupillary_distance_mm=pupils_mm)


def describe(report: dict[str, Any]) -> str:
    """A report as a person reads it."""
    lines: list[str] = []
    everything: Sequence[dict[str, Any]] = [*report["captures"], *report.get("baseline", ())]
    lines += [
        f"{capture['input']}: left out. {capture['refused']}"
        for capture in everything
        if "refused" in capture
    ]
    scale = report["scale"]
    if scale is not None:
        source = scale["source"].replace("_", " ")
        lines.append(f"Scale: from {source}, give or take {100 * scale['relative_sd']:.0f} %.")
    lines += [entry["statement"] for entry in report.get("changes", report["measures"])]
    return "\n".join([*lines, "", *report["notes"]])
