"""What captures add up to: each measure with its error and its limits, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from faceglide.outcomes.capture import Capture
from faceglide.outcomes.change import WITHIN_NOISE, captures_needed, change_between, mean_of, spread
from faceglide.outcomes.face_measures import MEASURES, Measure

_DIGITS = {"mm": 2, "": 4}
NOTES = (
    "Captures of one day share that day: they do not hold the variation from day to day. Compare "
    "days of the same hour, light and distance, three captures each, over at least five days.",
    "The scale's error is the same in every picture of one person, so it matters to a length and "
    "hardly to their own change.",
    "A camera cannot confirm a change of less than a millimetre. This is not a medical device.",
)


def measure_report(captures: Sequence[Capture], baseline: Sequence[Capture] = ()) -> dict[str, Any]:
    """Add captures up.

    Args:
        captures: Of now.
        baseline: Of before, to compare with; none when only measuring.

    Returns:
        `captures` and `baseline` as they came, refused ones with their reason; `scale`;
        `measures`; `changes` when there is a baseline; `notes`. Empty of measures when every
        capture was refused.
    """
    now, before = ([c for c in group if c.refused is None] for group in (captures, baseline))
    report: dict[str, Any] = {
        "captures": [_capture(capture) for capture in captures],
        "scale": _scale(now),
        "measures": [_measure(measure, now) for measure in MEASURES.values() if now],
    }
    if baseline:
        report["baseline"] = [_capture(capture) for capture in baseline]
        report["changes"] = [
            _change(measure, before, now) for measure in MEASURES.values() if now and before
        ]
    return report | {"notes": list(NOTES)}


def _rounded(measure: Measure, value: float) -> float:
    return round(value, _DIGITS[measure.unit])


def _said(measure: Measure, value: float) -> str:
    digits = _DIGITS[measure.unit] - 1
    return f"{value:.{digits}f}{' mm' if measure.unit else ''}"


def _values(measure: Measure, captures: Sequence[Capture]) -> list[float]:
    return [capture.values[measure.id] for capture in captures]


def _capture(capture: Capture) -> dict[str, Any]:
    data: dict[str, Any] = {"input": capture.name, "frames": capture.frames}
    if capture.angles is None:
        return data | {"refused": capture.refused}
    angles = capture.angles
    data["angles_deg"] = {
        "yaw": round(angles.yaw, 1),
        "pitch": round(angles.pitch, 1),
        "roll": round(angles.roll, 1),
    }
    data["values"] = {key: _rounded(MEASURES[key], value) for key, value in capture.values.items()}
    return data


def _scale(captures: Sequence[Capture]) -> dict[str, Any] | None:
    scales = [capture.scale for capture in captures if capture.scale is not None]
    if not scales:
        return None
    worst = max(scales, key=lambda scale: scale.relative_sd)
    return {
        "source": worst.source,
        "relative_sd": round(worst.relative_sd, 4),
        "mm_per_px": [round(scale.mm_per_px, 4) for scale in scales],
    }


def _measure(measure: Measure, captures: Sequence[Capture]) -> dict[str, Any]:
    values = _values(measure, captures)
    mean = mean_of(values, measure.usual_sd)
    data = {
        "id": measure.id,
        "name": measure.name,
        "unit": measure.unit,
        "value": _rounded(measure, mean.value),
        "captures": mean.captures,
        "sd": _rounded(measure, mean.sd),
        "sd_source": spread([values], measure.usual_sd).source,
        "error95": _rounded(measure, mean.error95),
        "mdc95": _rounded(measure, mean.mdc95),
        "captures_for_half_mdc": captures_needed(mean.sd, mean.mdc95 / 2),
        "statement": (
            f"{measure.name}: {_said(measure, mean.value)}, give or take "
            f"{_said(measure, mean.error95)}. A change of less than {_said(measure, mean.mdc95)} "
            f"would be {WITHIN_NOISE}."
        ),
        "limits": measure.limits,
    }
    scale = captures[0].scale
    if measure.unit and scale is not None:
        data["scale_sd"] = _rounded(measure, mean.value * scale.relative_sd)
    return data


def _change(
    measure: Measure, before: Sequence[Capture], after: Sequence[Capture]
) -> dict[str, Any]:
    change = change_between(_values(measure, before), _values(measure, after), measure.usual_sd)
    outcome = (
        "more than measurement error explains"
        if change.verdict == "changed"
        else f"{WITHIN_NOISE} (up to {_said(measure, change.mdc95)})"
    )
    return {
        "id": measure.id,
        "name": measure.name,
        "unit": measure.unit,
        "before": _rounded(measure, change.before),
        "after": _rounded(measure, change.after),
        "change": _rounded(measure, change.change),
        "mdc95": _rounded(measure, change.mdc95),
        "verdict": change.verdict,
        "statement": f"{measure.name}: {_said(measure, change.change)}, {outcome}.",
    }
