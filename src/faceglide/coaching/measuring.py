"""A run along a path in numbers: times, lengths, heights. Says nothing of good or bad."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.contact import Contact
from faceglide.coaching.motion import AROUND_S, Hints, Reach, fit_reach
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.timing import (
    Course,
    broken_off,
    course,
    near,
    plateaus,
    slower_than_before,
    smooth,
    taper,
)
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import REACH_MM, Trace, Ways
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide


@dataclass(frozen=True, slots=True)
class Habits:
    """What a session has shown so far of a person, and of how they are seen.

    Attributes:
        tempo_mm_s: Their own mean speed.
        core_shares: How much of the inner nine tenths the inner half took, of their strokes.
        jitter_mm: How much a hand's points wander beside a path.
        frame_s: Seconds between frames.
    """

    tempo_mm_s: float
    core_shares: Sequence[float]
    jitter_mm: float
    frame_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A run in numbers; millimetres, seconds, degrees."""

    start_s: float
    end_s: float
    length_mm: float
    way_mm: float
    could_mm: float
    coverage: float
    speed_mm_s: float
    beside_mm: float
    aside_mm: float
    beside_sd_mm: float
    direction_error_deg: float
    seen_share: float
    gap_s: float
    height_mm: float
    height_sd_mm: float
    misfit_mm: float
    over_before_mm: float
    over_after_mm: float
    core_share: float
    core_speed_mm_s: float
    circling: float
    cut: bool
    jitter_mm: float
    slower_than_before: float | None


_BEYOND_MM = 5.0  # a hand further past a way's end has left it
_BESIDE_S = 0.3  # just before a run, and just after
_STEEP = 0.4  # picture millimetres for a millimetre of a way that can no longer be told apart
# A hand this far beside a bent way is nearest to too little of it, or too much.
_FAR_BESIDE_MM = 8.0
_OUTLIER_MM = 10.0  # a misfit of more says no more
_SPARE = 0.3  # of a motion, before it and after
_PEAKED = 1.79  # the inner half of a minimum-jerk motion is this much quicker than the whole


def measure(
    ways: Ways,
    trail: Trail,
    run: Run,
    hand: PersonSide,
    contact: Contact,
    habits: Habits,
    limits: Thresholds,
) -> Measured | None:
    """The run in numbers, or None where it is too short, too slow or too quick to be a stroke.

    Args:
        ways: Laid on the person's mesh.
        trail: The hand's samples.
        run: Which of them.
        hand: Whose they are.
        contact: What the session has taught about the height of what touched.
        habits: The person's.
        limits: The thresholds.
    """
    total = float(ways.length_mm[run.way])
    seen = _trace(ways, trail, run.way, slice(run.first, run.last + 1), None)
    aside, whole = _carried(ways, trail, run, seen)
    v = smooth(whole.along if run.sign > 0 else total - whole.along)
    t = trail.t[run.first : run.last + 1]
    broken = broken_off(t, v, habits.jitter_mm)
    if broken is not None:
        run = Run(run.way, run.sign, run.first, run.first + broken)
        t, v = t[: broken + 1], v[: broken + 1]
        whole = Trace(*(values[: broken + 1] for values in whole))
        seen = Trace(*(values[: broken + 1] for values in seen))
    path = course(t, v)
    if path is None:
        return None
    core_mm_s = 0.5 * path.length_mm / max(path.core_s, 1e-3) / _PEAKED
    if not limits.creep_mm_s < core_mm_s < limits.passing_mm_s:
        return None  # it rests or passes, whatever its motion: spare the search for that
    span = _span(ways, trail, run, whole, aside, path, habits, limits)
    inside = (t >= path.start_s - 1e-9) & (t <= path.end_s + 1e-9)
    if not inside.any():
        inside[:] = True
    lateral = smooth(seen.beside[inside])
    height = _height(ways, trail, run, contact, hand, path, inside, limits)
    over = _over(trail, run, span.start_s, span.end_s)
    forward = np.maximum(np.diff(v[inside]), 0.0) if inside.sum() > 1 else np.array([1.0])
    wavering = float(np.abs(np.diff(lateral)).sum())
    error = math.degrees(math.atan2(wavering, float(forward.sum()) + 1e-6))
    seconds = max(span.end_s - span.start_s, 1e-3)
    rows = slice(run.first, run.last + 1)
    across = float(ways.across[run.way])
    shown = float(trail.fresh[rows][inside].sum())
    return Measured(
        start_s=span.start_s,
        end_s=span.end_s,
        length_mm=span.length_mm,
        way_mm=total,
        could_mm=span.could_mm,
        coverage=min(1.0, span.length_mm / total),
        speed_mm_s=span.length_mm / seconds,
        beside_mm=float(np.abs(lateral).mean()) / across,
        aside_mm=float(lateral.mean()) / across,
        beside_sd_mm=limits.hand_mm / math.sqrt(1.0 + seconds / 0.4),
        direction_error_deg=error if run.sign > 0 else 180.0 - error,
        seen_share=min(1.0, shown / max(1.0, path.inner_s / habits.frame_s)),
        gap_s=float(np.diff(t).max()),
        height_mm=height[0],
        height_sd_mm=height[1],
        misfit_mm=span.misfit_mm,
        over_before_mm=over[0],
        over_after_mm=over[1],
        core_share=path.core_s / path.inner_s,
        core_speed_mm_s=core_mm_s,
        circling=float(trail.circling[rows].mean()),
        cut=_cut(trail, run, habits.frame_s),
        jitter_mm=float(lateral.std()),
        slower_than_before=slower_than_before(trail, run, limits.near_mm),
    )


def _carried(ways: Ways, trail: Trail, run: Run, seen: Trace) -> tuple[FloatArray | None, Trace]:
    """How far beside its way a run was, and its course as if carried over to it.

    Of a bent way a hand far beside it is nearest to a short piece in the middle, or to its ends
    alone: how far along it got shows once it is carried over.

    Returns:
        (2,) picture millimetres, None where it lay upon the way; and the course.
    """
    if abs(float(seen.beside.mean())) <= _FAR_BESIDE_MM:
        return None, seen
    aside, rows = np.zeros(2), slice(run.first, run.last + 1)
    for _ in range(2):
        over = seen.beyond == 0.0
        if not over.any():
            break
        aside = aside + seen.off[over].mean(axis=0)
        seen = _trace(ways, trail, run.way, rows, aside)
    return aside, seen


@dataclass(frozen=True, slots=True)
class _Span:
    """When a motion began and ended, how far it went and could have gone, and how naturally."""

    start_s: float
    end_s: float
    length_mm: float
    could_mm: float
    misfit_mm: float


def _trace(ways: Ways, trail: Trail, way: int, rows: slice, aside: FloatArray | None) -> Trace:
    """The hand's course over a way, as if carried over to it by so many picture millimetres."""
    tips = trail.tips[rows, ways.contact[way]]
    if aside is not None:
        tips = tips - aside / trail.translation[rows, 2:]
    return ways.trace(way, trail.rotation[rows], trail.translation[rows], tips)


def _span(
    ways: Ways,
    trail: Trail,
    run: Run,
    trace: Trace,
    aside: FloatArray | None,
    path: Course,
    habits: Habits,
    limits: Thresholds,
) -> _Span:
    """The run's motion: fitted where something natural fits, else read off its course."""
    total = float(ways.length_mm[run.way])
    told, could = _told_length(trace, run.sign, path.v, total)
    before, after = plateaus(trail, run)
    soft = taper(path.core_s / path.inner_s, habits.core_shares) * path.inner_s
    start_s, end_s = max(before, path.start_s - soft), min(after, path.end_s + soft)
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
    misfit = _OUTLIER_MM if reach is None else min(_OUTLIER_MM, reach.misfit_mm)
    if reach is not None and reach.misfit_mm < good_mm:
        start_s, end_s = reach.start_s, reach.end_s
        # Where a way turns from the camera half of it looks whole: the hand has the benefit of the
        # doubt.
        told, could = reach.to_mm - reach.from_mm, reach.could_mm
        if float(ways.slant[run.way]) < _STEEP:
            seemed = _told_while(trace, run.sign, path, reach, total)
            if could < limits.incomplete * total <= seemed[1]:
                told, could = seemed
    return _Span(start_s, end_s, told, could, misfit)


def _height(
    ways: Ways,
    trail: Trail,
    run: Run,
    contact: Contact,
    hand: PersonSide,
    path: Course,
    inside: NDArray[np.bool_],
    limits: Thresholds,
) -> tuple[float, float]:
    """Mean height above the skin, and its standard deviation, in millimetres."""
    rows = slice(run.first, run.last + 1)
    some = inside if np.count_nonzero(inside) >= 3 else np.ones(len(inside), dtype=bool)
    depth, skin = trail.depth[rows][some], trail.skin[rows, run.way][some]
    place = hand, ways.kind[run.way]
    height, sd = contact.height_mm(depth, skin, place, path.start_s, path.inner_s)
    sd *= 1.0 + 2.0 * float(trail.cut_off[rows].mean())
    if ways.ways[run.way].movement.zone == "neck":
        sd = math.hypot(sd, limits.neck_depth_mm)
    return height, sd


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
    trace = _trace(ways, trail, run.way, rows, aside)
    middle = (run.first + run.last) // 2
    arc, shown, depth = ways.seen(run.way, trail.rotation[middle], trail.translation[middle])
    along, beyond = trace.along, trace.beyond
    if run.sign < 0:
        total = float(arc[-1])
        along, beyond = total - along, -beyond
        arc, shown, depth = total - arc[::-1], shown[-1] - shown[::-1], depth[::-1]
    low, high = float(along[max(0, run.first - i)]), float(along[min(k - i, run.last + 1 - i) - 1])
    away = trail.translation[rows, 2] - trail.translation[middle, 2]
    return fit_reach(
        t[rows],
        along,
        np.clip(beyond, -_BEYOND_MM, _BEYOND_MM),
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
        ),
    )


def _told_while(
    trace: Trace, sign: int, path: Course, reach: Reach, total: float
) -> tuple[float, float]:
    """As `_told_length`, but only of what was seen while the motion lasted: then the hand flies."""
    during = (path.t >= reach.start_s - AROUND_S) & (path.t <= reach.end_s + AROUND_S)
    if np.count_nonzero(during) < 2:
        return 0.0, 0.0
    return _told_length(Trace(*(values[during] for values in trace)), sign, path.v[during], total)


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


def _over(trail: Trail, run: Run, start_s: float, end_s: float) -> tuple[float, float]:
    """How much higher the hand was in the middle of a run than just before it and just after.

    A stroke's hand comes down to it and rises from it; a return's the other way round. What a
    tracker gets wrong about a hand's size is alike in all three. NaN where too little was seen.
    """
    t = trail.t[: trail.count]
    skin = trail.skin[: trail.count, run.way]
    height = -np.log(trail.depth[: trail.count] / skin) * skin
    quarter = 0.25 * (end_s - start_s)

    def mean(since: float, until: float) -> float:
        some = height[slice(*np.searchsorted(t, (since, until)))]
        some = some[np.isfinite(some)]
        return float(some.mean()) if some.size >= 2 else math.nan

    middle = mean(start_s + quarter, end_s - quarter)
    before = mean(start_s - _BESIDE_S, start_s + 0.05)
    return middle - before, middle - mean(end_s - 0.05, end_s + _BESIDE_S)


def _cut(trail: Trail, run: Run, frame_s: float) -> bool:
    """Whether the hand came into sight, or went out of it, in the middle of the way."""
    hole = max(0.25, 3.0 * frame_s)
    first, last = run.first, run.last
    began = first == 0 or trail.t[first] - trail.t[first - 1] > hole
    ended = last + 1 >= trail.count or trail.t[last + 1] - trail.t[last] > hole
    return bool(began or ended)
