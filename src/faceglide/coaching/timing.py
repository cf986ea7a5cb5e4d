"""When a motion began and ended, as far as a hand's course along a way shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.face.canonical import FloatArray

_STILL_THERE_S = 0.25  # three frames of a slow camera, and a sample that strayed
_DWELL_MM, _DWELL_S = 1.5, 0.1  # a hand that rests on its way
_DWELL_FRAMES = 3  # at a slow camera three samples alike are no rest yet, but noise
# Jitter makes rests and leaps of its own: above so much, a rest has to last longer by so many
# seconds for each millimetre.
_STEADY_MM, _DWELL_S_PER_MM = 1.6, 0.5
_EARLY, _LATE = 0.2, 0.85  # shares of the way between which it may break off
_ONWARD_MM = 9.0
_FLEW, _FLEW_MM_S = 2.0, 90.0  # times as quick as before, and too quick for skin
_LEFT_MM = 8.0  # a hand this much further beside a way than during its stroke has left it
_WAY_HERE_S, _INNER = 3.5, (0.2, 0.6)  # how long ago, and between which shares of the way
_CORE_SHARE = 0.27  # of a minimum-jerk motion's time its inner half takes


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How far a hand had got along a way, in the direction it went.

    Attributes:
        t: (T,) seconds.
        v: (T,) millimetres.
        low, high: The least and the most of them.
        start_s, end_s: When it had left the first twentieth behind, and come to the last.
        quarter_s, three_quarters_s: When it was a quarter of the way, and three quarters.
    """

    t: FloatArray
    v: FloatArray
    low: float
    high: float
    start_s: float
    end_s: float
    quarter_s: float
    three_quarters_s: float

    @property
    def length_mm(self) -> float:
        """From the least to the most."""
        return self.high - self.low

    @property
    def inner_s(self) -> float:
        """Time that the inner nine tenths took."""
        return max(self.end_s - self.start_s, 1e-3)

    @property
    def core_s(self) -> float:
        """Time that the inner half took."""
        return self.three_quarters_s - self.quarter_s

    def rough_s(self) -> tuple[float, float]:
        """When it began and ended if it was a minimum-jerk motion."""
        middle = 0.5 * (self.quarter_s + self.three_quarters_s)
        half = 0.5 * max(self.core_s, 0.02) / _CORE_SHARE
        return middle - half, middle + half


def course(t: FloatArray, v: FloatArray) -> Course | None:
    """The course through (T,) places at (T,) times; None where there is none."""
    if len(t) < 3:
        return None
    low, high = float(v.min()), float(v.max())
    if high <= low:
        return None
    passed = [_crossing(t, v, low + share * (high - low)) for share in (0.05, 0.95, 0.25, 0.75)]
    return Course(t, v, low, high, *passed)


def smooth(values: FloatArray) -> FloatArray:
    """A light running mean that leaves the ends where they are."""
    if len(values) < 4:
        return values
    out = values.copy()
    out[1:-1] = 0.25 * values[:-2] + 0.5 * values[1:-1] + 0.25 * values[2:]
    return out


def broken_off(t: FloatArray, v: FloatArray, jitter_mm: float) -> int | None:
    """The sample at which a stroke ended from which the hand then flew on; None where it did not.

    A hand that stops on its way and goes on as before has hesitated. One that goes on much quicker
    has left the skin.

    Args:
        t: (T,) seconds.
        v: (T,) millimetres along the way, in the direction it went.
        jitter_mm: How much the hand's points wander.
    """
    dwell_s = _DWELL_S + _DWELL_S_PER_MM * max(0.0, jitter_mm - _STEADY_MM)
    low, length = float(v.min()), float(v.max() - v.min())
    for i in np.flatnonzero((v[:-1] > low + _EARLY * length) & (v[:-1] < low + _LATE * length)):
        k = int(i) + 1
        while k + 1 < len(v) and v[k + 1] - v[i] < _DWELL_MM:
            k += 1
        if t[k] - t[i] < dwell_s or k - i < _DWELL_FRAMES or k + 1 >= len(v):
            continue
        begun = int(np.argmax(v > low + _EARLY * 0.3 * length))
        before = float(v[i] - v[begun]) / max(float(t[i] - t[begun]), 1e-3)
        last = int(v.argmax())
        after = float(v[last] - v[k]) / max(float(t[last] - t[k]), 1e-3)
        onward = float(v[last] - v[k]) > max(_ONWARD_MM, _EARLY * length)
        if onward and after > max(_FLEW * before, _FLEW_MM_S):
            return k
    return None


def plateaus(trail: Trail, run: Run) -> tuple[float, float]:
    """Since when the hand had been where the run begins, and until when where it ends.

    The turning points themselves lie anywhere within the time that a hand hardly moves.
    """
    along = trail.along[: trail.count, run.way] * run.sign
    still = 0.7 * trail.turn_mm
    i, k = run.first, run.last
    while i > trail.used and along[i - 1] - along[run.first] < still:
        if along[i - 1] - along[run.first] < -still:
            break
        i -= 1
    while k + 1 < trail.count and abs(along[k + 1] - along[run.last]) < still:
        k += 1
    return float(trail.t[i]), float(trail.t[k])


def near(
    trail: Trail, run: Run, limits: Thresholds, about_s: tuple[float, float]
) -> tuple[float, float]:
    """Since when, and until when, the hand was near the way without a break."""
    beside = trail.beside[: trail.count, run.way]
    left_mm = _LEFT_MM * trail.turn_mm / limits.turn_mm  # the more the tracker strays, the further
    far = beside > float(beside[run.first : run.last + 1].mean()) + left_mm
    before = np.flatnonzero(far[trail.used : run.first])
    after = np.flatnonzero(far[run.last :])
    i = trail.used + (int(before[-1]) + 1 if before.size else 0)
    since = min(about_s[0], float(trail.t[i]))
    if not after.size and trail.t[trail.count - 1] - about_s[1] < _STILL_THERE_S:
        return since, math.inf  # it has yet to leave, and may be moving where that does not show
    k = run.last + int(after[0]) - 1 if after.size else trail.count - 1
    return since, max(about_s[1], float(trail.t[k]))


def slower_than_before(trail: Trail, run: Run, near_mm: float) -> float | None:
    """Logarithm of a run's time over that of the motion that brought the hand to its start.

    Hands come back through the air quicker than they stroke, whichever way round. None where the
    hand came from elsewhere.
    """
    first = run.first
    along = trail.along[: run.last + 1, run.way] * run.sign
    t = trail.t
    since = int(np.searchsorted(t[:first], t[first] - _WAY_HERE_S))
    off = np.flatnonzero(trail.beside[since:first, run.way] >= near_mm)
    since += int(off[-1]) + 1 if off.size else 0
    low, span = float(along[first]), float(along[run.last] - along[first])
    upper, lower = low + _INNER[1] * span, low + _INNER[0] * span
    before, after = along[since : first + 1], along[first:]
    if not before.size or float(before.max()) < upper:
        return None
    left = since + len(before) - 1 - int(np.argmax(before[::-1] >= upper))
    come = left + int(np.argmax(along[left : first + 1] <= lower))
    set_off, got_on = first + int(np.argmax(after >= lower)), first + int(np.argmax(after >= upper))
    frame_s = float(t[run.last] - t[first]) / max(run.last - first, 1)
    there, here = t[got_on] - t[set_off], t[come] - t[left]
    return max(-2.0, min(2.0, math.log((there + frame_s) / (here + frame_s))))


def taper(core_share: float, earlier: Sequence[float]) -> float:
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
