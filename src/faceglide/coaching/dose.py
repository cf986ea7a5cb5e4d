"""What each side received: strokes, seconds and millimetres, so that neither is neglected."""

from __future__ import annotations

from collections.abc import Iterable

from faceglide.coaching.events import Dose, Hold, Side, Stroke

NOTHING = Dose(strokes=0, seconds=0.0, millimetres=0.0)


def more(dose: Dose, event: Stroke | Hold) -> Dose:
    """The dose with one more stroke or hold; what could not be judged adds nothing."""
    if event.verdict == "cannot_tell":
        return dose
    stroke = isinstance(event, Stroke)
    return Dose(
        strokes=dose.strokes + stroke,
        seconds=dose.seconds + event.end_s - event.start_s,
        millimetres=dose.millimetres + (event.length_mm if isinstance(event, Stroke) else 0.0),
    )


def doses(events: Iterable[Stroke | Hold]) -> dict[str, dict[Side, Dose]]:
    """What was done, by zone and side."""
    zones: dict[str, dict[Side, Dose]] = {}
    for event in events:
        if event.verdict != "cannot_tell":
            sides = zones.setdefault(event.zone, {})
            sides[event.side] = more(sides.get(event.side, NOTHING), event)
    return zones


def behind(dose: Dose, other: Dose) -> int:
    """How many strokes, of the other side's mean length in time, a side is behind.

    Time decides, not the count alone: three hasty strokes are not the dose of three slow ones.

    Args:
        dose: Of the side that may be neglected.
        other: Of the side across.

    Returns:
        Whole strokes; 0 where it is not behind in both strokes and time.
    """
    if other.strokes <= dose.strokes or other.seconds <= dose.seconds:
        return 0
    in_time = (other.seconds - dose.seconds) * other.strokes / other.seconds
    return min(other.strokes - dose.strokes, round(in_time))
