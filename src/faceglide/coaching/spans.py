"""The motion behind a run: when it began and ended, how far it went, how far it may have gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from faceglide.coaching.motion import AROUND_S, Hints, Reach, fit_reach
from faceglide.coaching.shapes import SHAPES
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.timing import Course, near, plateaus, taper
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import REACH_MM, Trace, Ways
from faceglide.face.canonical import FloatArray

_BEYOND_MM = 5.0  # a hand further past a way's end has left it
_UNPLACED_MM = 8.0  # how far along its way a tool's edge may lie from where it is thought
_STEEP = 0.4  # picture millimetres for a millimetre of a way that can no longer be told apart
_OUTLIER_MM = 10.0  # a misfit of more says no more
_SPARE = 0.3  # of a motion, before it and after


@dataclass(frozen=True, slots=True)
class Habits:
    """What a session has shown so far of a person, and of how they are seen.

    Attributes:
        tempo_mm_s: Their own mean speed.
        core_shares: How much of the inner nine tenths the inner half took, of their strokes.
        jitter_mm: How much a hand's points wander beside a path.
        frame_s: Seconds between frames.
        shapes: Chance of each shape of motion.
    """

    tempo_mm_s: float
    core_shares: Sequence[float]
    jitter_mm: float
    frame_s: float
    shapes: FloatArray = field(default_factory=lambda: SHAPES)


@dataclass(frozen=True, slots=True)
class Span:
    """When a motion began and ended, how far it went and could have gone, and how naturally.

    `shapes` has the chance of each shape of motion, where one was fitted.
    """

    start_s: float
    end_s: float
    length_mm: float
    could_mm: float
    misfit_mm: float
    shapes: FloatArray | None


def traced(ways: Ways, trail: Trail, way: int, rows: slice, aside: FloatArray | None) -> Trace:
    """The hand's course over a way, as if carried over to it by so many picture millimetres."""
    tips = trail.tips[rows, ways.contact[way]]
    if aside is not None:
        tips = tips - aside / trail.translation[rows, 2:]
    return ways.trace(way, trail.rotation[rows], trail.translation[rows], tips)


def span(
    ways: Ways,
    trail: Trail,
    run: Run,
    trace: Trace,
    aside: FloatArray | None,
    path: Course,
    habits: Habits,
    limits: Thresholds,
) -> Span:
    """The run's motion: fitted where something natural fits, else read off its course."""
    total = float(ways.length_mm[run.way])
    told, could = _told_length(trace, run.sign, path.v, total)
    before, after = plateaus(trail, run)
    soft = taper(path.core_s / path.inner_s, habits.core_shares) * path.inner_s
    # A hand that rests where it ended yet may still be going on, too softly to show.
    last_s = after + limits.soft_s * (after >= trail.t[trail.count - 1])
    start_s, end_s = max(before, path.start_s - soft), min(last_s, path.end_s + soft)
    furthest = int(path.v.argmax())
    if float(trace.most[furthest] - trace.least[furthest]) > 3.5 * REACH_MM:
        # The end is out of the picture's sight: the hand was still going where it seemed to
        # rest, and what it does next tells when it was done.
        end_s = max(end_s, min(0.75 * after + 0.25 * end_s, path.end_s + 0.6 * path.inner_s))
    good_mm = 2.0 + 2.0 * habits.jitter_mm
    rough_s = path.rough_s()
    reach = _reach(ways, trail, run, aside, (before, after), rough_s, habits, limits)
    if reach is None or reach.misfit_mm > good_mm:
        # A hand that lands and waits, or goes on, may hide a quick stroke: look at that alone.
        spare_s = _SPARE * (rough_s[1] - rough_s[0])
        about_s = max(before, rough_s[0] - spare_s), min(after, rough_s[1] + spare_s)
        closer = _reach(ways, trail, run, aside, about_s, rough_s, habits, limits)
        if closer is not None and closer.misfit_mm < good_mm:
            reach = closer
    shapes = None
    misfit = _OUTLIER_MM if reach is None else min(_OUTLIER_MM, reach.misfit_mm)
    if reach is not None and reach.misfit_mm < good_mm:
        start_s, end_s, shapes = reach.start_s, reach.end_s, reach.shapes
        told, could = reach.to_mm - reach.from_mm, reach.could_mm
        if float(ways.slant[run.way]) < _STEEP and could < limits.incomplete * total:
            # Where a way turns from the camera half of it looks whole: it may have been.
            could = max(could, _could_while(trace, run.sign, path, reach, total))
    return Span(start_s, end_s, told, could, misfit, shapes)


def _reach(
    ways: Ways,
    trail: Trail,
    run: Run,
    aside: FloatArray | None,
    about_s: tuple[float, float],
    rough_s: tuple[float, float],
    habits: Habits,
    limits: Thresholds,
) -> Reach | None:
    """The natural motion behind a run, its rests before and after included.

    Args:
        ways: Laid on the person's mesh.
        trail: The hand's samples.
        run: Which of them.
        aside: By how many picture millimetres they are carried over to the way, if at all.
        about_s: The time that is looked at.
        rough_s: Roughly when it moved.
        habits: The person's.
        limits: The thresholds.
    """
    t = trail.t[: trail.count]
    i, k = int(np.searchsorted(t, about_s[0])), int(np.searchsorted(t, about_s[1], side="right"))
    if k - i < 2:
        return None
    rows = slice(i, k)
    trace = traced(ways, trail, run.way, rows, aside)
    middle = (run.first + run.last) // 2
    arc, shown, depth = ways.seen(run.way, trail.rotation[middle], trail.translation[middle])
    along, beyond = trace.along, trace.beyond
    if run.sign < 0:
        total = float(arc[-1])
        along, beyond = total - along, -beyond
        arc, shown, depth = total - arc[::-1], shown[-1] - shown[::-1], depth[::-1]
    low, high = float(along[max(0, run.first - i)]), float(along[min(k - i, run.last + 1 - i) - 1])
    away = trail.translation[rows, 2] - trail.translation[middle, 2]
    unplaced_mm = _UNPLACED_MM if ways.contacts[ways.contact[run.way]].reach else 0.0
    past_mm = _BEYOND_MM + 2.0 * unplaced_mm
    return fit_reach(
        t[rows],
        along,
        np.clip(beyond, -past_mm, past_mm),
        trail.depth[rows] - away,
        (arc, shown, depth),
        Hints(
            *rough_s,
            low,
            high,
            *near(trail, run, limits, about_s),
            habits.tempo_mm_s,
            error_mm=max(0.8, habits.jitter_mm),
            deep_error_mm=limits.depth_mm,
            shapes=habits.shapes,
            unplaced_mm=unplaced_mm,
        ),
    )


def _could_while(trace: Trace, sign: int, path: Course, reach: Reach, total: float) -> float:
    """The most that a motion could have travelled by what was seen while it lasted."""
    during = (path.t >= reach.start_s - AROUND_S) & (path.t <= reach.end_s + AROUND_S)
    if np.count_nonzero(during) < 2:
        return 0.0
    seen = Trace(*(values[during] for values in trace))
    _, could = _told_length(seen, sign, path.v[during], total)
    return could


def _told_length(trace: Trace, sign: int, v: FloatArray, total: float) -> tuple[float, float]:
    """The length travelled, and the most that it could have been.

    Where a way turns away from the camera, a millimetre in the picture is many on the skin. A
    hand that stops within its own error of the end is taken to have reached it; people finish
    what they begin more often than they stop just short.

    Args:
        trace: The run's course.
        sign: Its direction.
        v: (T,) millimetres travelled along the way.
        total: The way's length.
    """
    first, last = int(v.argmin()), int(v.argmax())
    if sign > 0:
        least, most = float(trace.least[first]), float(trace.most[last])
    else:
        least, most = total - float(trace.most[first]), total - float(trace.least[last])
    low, high = float(v[first]), float(v[last])
    least, most = min(low, least + REACH_MM), max(high, most - REACH_MM)
    could = most - least
    if least - REACH_MM < 0.02 * total:
        low = max(0.0, least)
    high = most if most + REACH_MM > 0.98 * total else 0.5 * (high + most)
    return min(total, high - low), min(total, could)
