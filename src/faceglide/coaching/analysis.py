"""A whole recorded session through the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from faceglide.coaching.cues import Coach
from faceglide.coaching.dose import doses
from faceglide.coaching.engine import Engine
from faceglide.coaching.events import Analysis, Cue, Event, Hold, Stroke
from faceglide.planning.model import Plan
from faceglide.protocol.model import Protocol
from faceglide.tracking.frame import Camera, Frame


def analyse(
    frames: Iterable[Frame],
    *,
    protocol: Protocol,
    camera: Camera,
    plan: Plan | None = None,
    pupillary_distance_mm: float | None = None,
    progress: Callable[[float], None] | None = None,
    told: Callable[[float, Sequence[Event]], None] | None = None,
) -> Analysis:
    """Judge a session from its first frame to its last.

    Args:
        frames: In order of time.
        protocol: The movements to recognise.
        camera: The picture that the frames refer to.
        plan: What was meant, when known.
        pupillary_distance_mm: Sets the scale when known.
        progress: Called with every frame's time.
        told: Called with the time of every frame that made something known, and what.

    Returns:
        The Analysis of the public contract.
    """
    engine = Engine(protocol, camera, plan, pupillary_distance_mm)
    coach = Coach(protocol)
    strokes: list[Stroke] = []
    holds: list[Hold] = []
    cues: list[Cue] = []
    count, first, last = 0, 0.0, 0.0
    for frame in frames:
        events = engine.push(frame)
        first = frame.t if count == 0 else first
        count, last = count + 1, frame.t
        strokes += [event for event in events if isinstance(event, Stroke)]
        holds += [event for event in events if isinstance(event, Hold)]
        cues += coach.take(frame.t, events)
        if told is not None and events:
            told(frame.t, events)
        if progress is not None:
            progress(frame.t)
    events = engine.finish()
    strokes += [event for event in events if isinstance(event, Stroke)]
    holds += [event for event in events if isinstance(event, Hold)]
    cues += coach.take(last, events)
    strokes.sort(key=lambda stroke: stroke.start_s)
    return Analysis(
        strokes=tuple(strokes),
        holds=tuple(holds),
        cues=tuple(cues),
        sides=count_sides(strokes),
        dose=doses([*strokes, *holds]),
        unseen_s=engine.unseen_s,
        frames=count,
        seconds=last - first,
    )


def count_sides(strokes: Iterable[Stroke]) -> dict[str, dict[str, int]]:
    """Strokes per zone and side, leaving out those that could not be judged."""
    sides: dict[str, dict[str, int]] = {}
    for stroke in strokes:
        if stroke.verdict != "cannot_tell":
            zone = sides.setdefault(stroke.zone, {})
            zone[stroke.side] = zone.get(stroke.side, 0) + 1
    return sides
