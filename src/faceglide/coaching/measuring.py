"""A run along a path in numbers: times, lengths, heights. Says nothing of good or bad."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faceglide.coaching.contact import Contact
from faceglide.coaching.motion import Reach, fit_reach
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import REACH_MM, Trace, Ways
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide


@dataclass(frozen=True, slots=True)
class Measured:
    """A run in numbers; millimetres, seconds, degrees."""

    start_s: float
    end_s: float
    length_mm: float
    way_mm: float
    could_mm: float
    reached_mm: float
    coverage: float
    speed_mm_s: float
    beside_mm: float
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
    arriving: float
    jitter_mm: float


def _smooth(values: FloatArray) -> FloatArray:
    """A light running mean that leaves the ends where they are."""
    if len(values) < 4:
        return values
    out = values.copy()
    out[1:-1] = 0.25 * values[:-2] + 0.5 * values[1:-1] + 0.25 * values[2:]
    return out


def _crossing(t: FloatArray, v: FloatArray, level: float) -> float:
    """When a rising series passes a level: half way between its first touch and its last miss."""
    above = v >= level
    first = int(np.argmax(above)) if above.any() else len(v) - 1
    below = np.flatnonzero(~above)
    last = int(below[-1]) + 1 if below.size else 0
    return 0.5 * (_at_level(t, v, level, first) + _at_level(t, v, level, min(last, len(v) - 1)))


def _at_level(t: FloatArray, v: FloatArray, level: float, i: int) -> float:
    """The moment before sample `i` at which the level was met."""
    if i == 0:
        return float(t[0])
    rise = float(v[i] - v[i - 1])
    share = 1.0 if rise <= 0 else min(1.0, max(0.0, (level - float(v[i - 1])) / rise))
    return float(t[i - 1]) + share * float(t[i] - t[i - 1])


_BEYOND_MM = 5.0  # a hand further past a way's end has left it
_BESIDE_S = 0.3  # just before a run, and just after
_STILL_THERE_S = 0.1
_STEEP = 0.4  # picture millimetres for a millimetre of a way that can no longer be told apart
_DWELL_MM, _DWELL_S = 1.5, 0.1  # a hand that rests on its way
_EARLY, _LATE = 0.2, 0.85  # shares of the way between which
_ONWARD_MM = 9.0
_FLEW, _FLEW_MM_S = 2.0, 90.0  # times as quick as before, and too quick for skin
_OUTLIER_MM = 10.0  # a misfit of more says no more
_LEFT_MM = 8.0  # a hand this much further beside a way than during its stroke has left it

_CORE_SHARE = 0.27  # of a minimum-jerk motion's time its inner half takes
# The inner half of a minimum-jerk motion is this much quicker than the whole.
_PEAKED = 1.79


def measure(
    ways: Ways,
    trail: Trail,
    run: Run,
    hand: PersonSide,
    contact: Contact,
    shares: Sequence[float],
    frame_s: float,
    jitter_mm: float,
    furthest_mm: float,
    limits: Thresholds,
) -> Measured | None:
    """The run in numbers, or None where it is too short to be anything.

    Args:
        ways: Laid on the person's mesh.
        trail: The hand's samples.
        run: Which of them.
        hand: Whose they are.
        contact: What the session has taught about the height of what touched.
        shares: How much of the inner nine tenths the inner half took, of the person's earlier
            strokes.
        frame_s: Seconds between frames.
        jitter_mm: How much this hand's points wander beside a path.
        furthest_mm: How far along this way a hand has seemed to get before.
        limits: The thresholds.
    """
    i, k = run.first, run.last + 1
    if k - i < 3:
        return None
    way = ways.ways[run.way]
    t = trail.t[i:k]
    trace = ways.trace(
        run.way, trail.rotation[i:k], trail.translation[i:k], trail.tips[i:k, ways.contact[run.way]]
    )
    total = float(ways.length_mm[run.way])
    v = _smooth(trace.along if run.sign > 0 else total - trace.along)
    broken = _broken_off(t, v)
    if broken is not None:
        run = Run(run.way, run.sign, run.first, run.first + broken)
        k = run.last + 1
        t, v = t[: broken + 1], v[: broken + 1]
        trace = Trace(*(values[: broken + 1] for values in trace))
    low, high = float(v.min()), float(v.max())
    length = high - low
    if length <= 0 or len(t) < 3:
        return None
    told, could = _told_length(trace, run.sign, v, total)
    before, after = _plateaus(trail, run, limits)
    start = _crossing(t, v, low + 0.05 * length)
    end = _crossing(t, v, high - 0.05 * length)
    inner = max(end - start, 1e-3)
    quarters = [_crossing(t, v, low + share * length) for share in (0.25, 0.75)]
    core = quarters[1] - quarters[0]
    taper = _taper(core / inner, shares) * inner
    start_s, end_s = max(before, start - taper), min(after, end + taper)
    furthest = int(v.argmax())
    if float(trace.most[furthest] - trace.least[furthest]) > 3.5 * REACH_MM:
        # The end is out of the picture's sight: the hand was still going where it seemed to
        # rest, and what it does next tells when it was done.
        end_s = max(end_s, min(0.75 * after + 0.25 * end_s, end + 0.6 * inner))
    reach = _reach(ways, trail, run, (before, after), _rough(quarters), jitter_mm, limits)
    if reach is not None and reach.misfit_mm < 2.0 + 2.0 * jitter_mm:
        start_s, end_s = reach.start_s, reach.end_s
        # A way that turns from the camera looks whole half way. Unless the hand has been seen to
        # go further, it has the benefit of the doubt.
        # Where a way turns from the camera half of it looks whole. Unless the hand has been seen to
        # go further, it has the benefit of the doubt.
        steep = float(ways.slant[run.way]) < _STEEP
        short = reach.could_mm < limits.incomplete * total <= could
        if not (steep and short) or high < furthest_mm - limits.further * total:
            told, could = reach.to_mm - reach.from_mm, reach.could_mm
    seconds = max(end_s - start_s, 1e-3)
    inside = (t >= start - 1e-9) & (t <= end + 1e-9)
    n = int(inside.sum())
    lateral = _smooth(trace.beside[inside]) if n else trace.beside
    expected = max(1.0, inner / frame_s)
    fresh = trail.fresh[i:k][inside]
    steps = np.diff(t)
    depth, skin = trail.depth[i:k], trail.skin[i:k, run.way]
    middle = inside if n >= 3 else np.ones(len(t), dtype=bool)
    place = hand, ways.kind[run.way]
    height, height_sd = contact.height_mm(depth[middle], skin[middle], place, start, inner)
    height_sd *= 1.0 + 2.0 * float(trail.cut_off[i:k].mean())
    if way.movement.zone == "neck":
        height_sd = math.hypot(height_sd, limits.neck_depth_mm)
    over = _over(trail, run, start_s, end_s)
    drift = np.diff(lateral)
    forward = np.maximum(np.diff(v[inside]), 0.0) if n > 1 else np.array([1.0])
    error = math.degrees(math.atan2(float(np.abs(drift).sum()), float(forward.sum()) + 1e-6))
    return Measured(
        start_s=start_s,
        end_s=end_s,
        length_mm=told,
        way_mm=total,
        could_mm=could,
        reached_mm=high,
        coverage=min(1.0, told / total),
        speed_mm_s=told / seconds,
        beside_mm=float(np.abs(lateral).mean()),
        beside_sd_mm=limits.hand_mm / math.sqrt(1.0 + seconds / 0.4),
        direction_error_deg=error if run.sign > 0 else 180.0 - error,
        seen_share=min(1.0, float(fresh.sum()) / expected),
        gap_s=float(steps.max()),
        height_mm=height,
        height_sd_mm=height_sd,
        misfit_mm=_OUTLIER_MM if reach is None else min(_OUTLIER_MM, reach.misfit_mm),
        over_before_mm=over[0],
        over_after_mm=over[1],
        core_share=core / inner,
        core_speed_mm_s=0.5 * length / max(core, 1e-3) / _PEAKED,
        circling=float(trail.circling[i:k].mean()),
        cut=_cut(trail, run, frame_s),
        jitter_mm=float(lateral.std()),
        arriving=_arriving(trail, run) * core / (0.5 * length),
    )


def _broken_off(t: FloatArray, v: FloatArray) -> int | None:
    """The sample at which a stroke ended from which the hand then flew on; None where it did not.

    A hand that stops on its way and goes on as before has hesitated. One that goes on much quicker
    has left the skin.
    """
    low, length = float(v.min()), float(v.max() - v.min())
    for i in np.flatnonzero((v > low + _EARLY * length) & (v < low + _LATE * length)):
        k = int(i) + 1
        while k + 1 < len(v) and v[k + 1] - v[i] < _DWELL_MM:
            k += 1
        if t[k] - t[i] < _DWELL_S or k + 1 >= len(v):
            continue
        begun = int(np.argmax(v > low + _EARLY * 0.3 * length))
        before = float(v[i] - v[begun]) / max(float(t[i] - t[begun]), 1e-3)
        last = int(v.argmax())
        after = float(v[last] - v[k]) / max(float(t[last] - t[k]), 1e-3)
        onward = float(v[last] - v[k]) > max(_ONWARD_MM, _EARLY * length)
        if onward and after > max(_FLEW * before, _FLEW_MM_S):
            return k
    return None


def _rough(quarters: list[float]) -> tuple[float, float]:
    """When a minimum-jerk motion began and ended that was half way through between two moments."""
    middle, core = 0.5 * (quarters[0] + quarters[1]), quarters[1] - quarters[0]
    half = 0.5 * max(core, 0.02) / _CORE_SHARE
    return middle - half, middle + half


def _reach(
    ways: Ways,
    trail: Trail,
    run: Run,
    about_s: tuple[float, float],
    rough_s: tuple[float, float],
    jitter_mm: float,
    limits: Thresholds,
) -> Reach | None:
    """The natural motion behind a run, its rests before and after included.

    Args:
        ways: Laid on the person's mesh.
        trail: The hand's samples.
        run: Which of them.
        about_s: Since when the hand had been where the run begins, until when where it ends.
        rough_s: Roughly when it moved.
        jitter_mm: How much this hand's points wander.
        limits: The thresholds.
    """
    t = trail.t[: trail.count]
    i = min(run.first, int(np.searchsorted(t, about_s[0])))
    k = max(run.last + 1, int(np.searchsorted(t, about_s[1], side="right")))
    rows = slice(i, k)
    contact = ways.contact[run.way]
    trace = ways.trace(
        run.way, trail.rotation[rows], trail.translation[rows], trail.tips[rows, contact]
    )
    middle = (run.first + run.last) // 2
    arc, shown, depth = ways.seen(run.way, trail.rotation[middle], trail.translation[middle])
    along, beyond = trace.along, trace.beyond
    if run.sign < 0:
        total = float(arc[-1])
        along, beyond = total - along, -beyond
        arc, shown, depth = total - arc[::-1], shown[-1] - shown[::-1], depth[::-1]
    first, last = run.first - i, run.last - i
    low, high = float(along[first]), float(along[last])
    away = trail.translation[rows, 2] - trail.translation[middle, 2]
    return fit_reach(
        t[rows],
        along,
        np.clip(beyond, -_BEYOND_MM, _BEYOND_MM),
        trail.depth[rows] - away,
        (arc, shown, depth),
        (rough_s[0], rough_s[1], low, high),
        _near(trail, run, about_s),
        (max(0.8, jitter_mm), limits.depth_mm),
    )


def _near(trail: Trail, run: Run, about_s: tuple[float, float]) -> tuple[float, float]:
    """Since when, and until when, the hand was near the way without a break."""
    beside = trail.beside[: trail.count, run.way]
    far = beside > float(beside[run.first : run.last + 1].mean()) + _LEFT_MM
    before = np.flatnonzero(far[trail.used : run.first])
    after = np.flatnonzero(far[run.last :])
    i = trail.used + (int(before[-1]) + 1 if before.size else 0)
    since = min(about_s[0], float(trail.t[i]))
    if not after.size and trail.t[trail.count - 1] - about_s[1] < _STILL_THERE_S:
        return since, math.inf  # it has yet to leave, and may be moving where that does not show
    k = run.last + int(after[0]) - 1 if after.size else trail.count - 1
    return since, max(about_s[1], float(trail.t[k]))


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


def _arriving(trail: Trail, run: Run) -> float:
    """The hand's speed in millimetres a second as the run begins."""
    i, k = max(0, run.first - 1), min(trail.count - 1, run.first + 1)
    step = trail.tips[k, 0] - trail.tips[i, 0]
    seconds = max(float(trail.t[k] - trail.t[i]), 1e-3)
    return math.hypot(*step) * float(trail.skin[i, run.way]) / seconds


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


def _plateaus(trail: Trail, run: Run, limits: Thresholds) -> tuple[float, float]:
    """Since when the hand had been where the run begins, and until when where it ends.

    The turning points themselves lie anywhere within the time that a hand hardly moves.
    """
    along = trail.along[: trail.count, run.way] * run.sign
    still = 0.7 * limits.turn_mm
    i, k = run.first, run.last
    while i > trail.used and along[i - 1] - along[run.first] < still:
        if along[i - 1] - along[run.first] < -still:
            break
        i -= 1
    while k + 1 < trail.count and abs(along[k + 1] - along[run.last]) < still:
        k += 1
    return float(trail.t[i]), float(trail.t[k])


def _taper(core_share: float, earlier: Sequence[float]) -> float:
    """Time that the first (or last) twentieth of the way took, over that of the rest.

    Hands start and stop softly, so the ends of a stroke are lost in the tracker's jitter.
    How softly shows in how much of the inner nine tenths the inner half takes: 0.45 for a
    minimum-jerk motion, 0.56 at constant speed. One stroke tells little; the person's
    average tells enough.

    Args:
        core_share: Of this run.
        earlier: Of the person's earlier strokes.
    """
    shares = [*earlier, min(0.6, max(0.3, core_share))]
    mean = (4.0 * 0.46 + sum(shares)) / (4.0 + len(shares))
    return min(0.36, max(0.05, 0.32 - 2.4 * (mean - 0.45)))
