"""A run along a path in numbers: times, lengths, heights. Says nothing of good or bad."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.contact import Contact
from faceglide.coaching.spans import Habits, span, traced
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.timing import Course, broken_off, course, slower_than_before, smooth
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import Trace, Ways
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide


@dataclass(frozen=True, slots=True)
class Glimpsed:
    """What a run shows at a glance, before its motion is sought; millimetres, seconds, degrees."""

    way_mm: float
    beside_mm: float
    aside_mm: float
    direction_error_deg: float
    seen_share: float
    gap_s: float
    height_mm: float
    height_sd_mm: float
    core_share: float
    core_speed_mm_s: float
    inner_s: float
    circling: float
    cut: bool
    jitter_mm: float
    slower_than_before: float | None


@dataclass(frozen=True, slots=True)
class Measured(Glimpsed):
    """A run in numbers; millimetres, seconds."""

    start_s: float
    end_s: float
    length_mm: float
    could_mm: float
    coverage: float
    speed_mm_s: float
    beside_sd_mm: float
    misfit_mm: float
    over_before_mm: float
    over_after_mm: float
    shapes: FloatArray | None = None

    @classmethod
    def of(cls, glimpsed: Glimpsed, **motion: Any) -> Measured:
        """What was glimpsed of a run, with what its motion is found to be, or may be."""
        told: dict[str, Any] = {each.name: getattr(glimpsed, each.name) for each in _GLIMPSED}
        return cls(**told | motion)


_BESIDE_S = 0.3  # just before a run, and just after
# A hand this far beside a bent way is nearest to too little of it, or too much.
_FAR_BESIDE_MM = 8.0
# A motion may be told before its last soft millimetres; of what is yet to come nobody knows more
# than so much. Our default.
_TO_COME_S = 0.5
_END_SEEN_S = 0.3  # as long a hand has to be seen to go no further
_PEAKED = 1.79  # the inner half of a minimum-jerk motion is this much quicker than the whole
_GLIMPSED = fields(Glimpsed)


def measure(
    ways: Ways,
    trail: Trail,
    run: Run,
    hand: PersonSide,
    contact: Contact,
    habits: Habits,
    limits: Thresholds,
    may_be: Callable[[Glimpsed], bool] | None = None,
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
        may_be: Whether it is worth the search for its motion, which costs most of all.
    """
    followed = _follow(ways, trail, run, habits)
    if followed is None:
        return None
    glimpsed = _glimpse(ways, trail, followed, hand, contact, habits, limits)
    if not limits.creep_mm_s < glimpsed.core_speed_mm_s < limits.passing_mm_s:
        return None  # it rests or passes, whatever its motion
    if may_be is not None and not may_be(glimpsed):
        return None
    run, total = followed.run, glimpsed.way_mm
    found = span(ways, trail, run, followed.whole, followed.aside, followed.path, habits, limits)
    over = _over(trail, run, found.start_s, found.end_s)
    seconds = max(found.end_s - found.start_s, 1e-3)
    return Measured.of(
        glimpsed,
        start_s=found.start_s,
        end_s=min(found.end_s, float(trail.t[trail.count - 1]) + _TO_COME_S),
        length_mm=found.length_mm,
        could_mm=found.could_mm,
        coverage=min(1.0, found.length_mm / total),
        speed_mm_s=found.length_mm / seconds,
        beside_sd_mm=limits.hand_mm / math.sqrt(1.0 + seconds / 0.4),
        misfit_mm=found.misfit_mm,
        over_before_mm=over[0],
        over_after_mm=over[1],
        shapes=found.shapes,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    """A hand's course over a way.

    Attributes:
        run: As far as it was one motion.
        seen: Its course as it was seen.
        aside: (2,) picture millimetres by which it is carried over to the way, if it is.
        whole: Its course then.
        path: That, along the run's own direction.
    """

    run: Run
    seen: Trace
    aside: FloatArray | None
    whole: Trace
    path: Course


def _follow(ways: Ways, trail: Trail, run: Run, habits: Habits) -> _Followed | None:
    """A run's course, as far as it was one motion; None where it goes nowhere."""
    total = float(ways.length_mm[run.way])
    seen = traced(ways, trail, run.way, slice(run.first, run.last + 1), None)
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
    return None if path is None else _Followed(run, seen, aside, whole, path)


def _glimpse(
    ways: Ways,
    trail: Trail,
    followed: _Followed,
    hand: PersonSide,
    contact: Contact,
    habits: Habits,
    limits: Thresholds,
) -> Glimpsed:
    """What a course shows at a glance."""
    run, path = followed.run, followed.path
    t, v = path.t, path.v
    inside = (t >= path.start_s - 1e-9) & (t <= path.end_s + 1e-9)
    if not inside.any():
        inside[:] = True
    lateral = smooth(followed.seen.beside[inside])
    height = _height(ways, trail, run, contact, hand, path, inside, limits)
    forward = np.maximum(np.diff(v[inside]), 0.0) if inside.sum() > 1 else np.array([1.0])
    wavering = float(np.abs(np.diff(lateral)).sum())
    error = math.degrees(math.atan2(wavering, float(forward.sum()) + 1e-6))
    rows = slice(run.first, run.last + 1)
    across = float(ways.across[run.way])
    shown = float(trail.fresh[rows][inside].sum())
    return Glimpsed(
        way_mm=float(ways.length_mm[run.way]),
        beside_mm=float(np.abs(lateral).mean()) / across,
        aside_mm=float(lateral.mean()) / across,
        direction_error_deg=error if run.sign > 0 else 180.0 - error,
        seen_share=min(1.0, shown / max(1.0, path.inner_s / habits.frame_s)),
        gap_s=float(np.diff(t).max()),
        height_mm=height[0],
        height_sd_mm=height[1],
        core_share=path.core_s / path.inner_s,
        core_speed_mm_s=0.5 * path.length_mm / max(path.core_s, 1e-3) / _PEAKED,
        inner_s=path.inner_s,
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
        seen = traced(ways, trail, run.way, rows, aside)
    return aside, seen


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
    began = run.first == 0 or trail.t[run.first] - trail.t[run.first - 1] > hole
    after = trail.t[run.last : trail.count]
    holes = np.flatnonzero(np.diff(after) > hole)
    if not holes.size and not trail.gone:
        return bool(began)
    # A hand that vanishes so soon after it got furthest may have gone on.
    seen_s = after[holes[0] if holes.size else -1] - after[0]
    return bool(began or seen_s < _END_SEEN_S)
