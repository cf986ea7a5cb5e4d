"""One reach of a hand along a path: when it began and ended, and how far it went.

Hands move from rest to rest with minimum jerk (Flash and Hogan 1985), a little skewed. Such a
motion is fitted to a run as a whole, because its soft ends are lost in the tracker's jitter, and
because where a path turns away from the camera its millimetres hardly show in the picture: what
shows of the motion tells the rest of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceglide.face.canonical import FloatArray

_TABLE = np.linspace(0.0, 1.0, 257)
_REACHED = _TABLE**3 * (10.0 - 15.0 * _TABLE + 6.0 * _TABLE**2)
_SKEWS = (1.0, 0.88, 1.14)  # below 1 the hand is quickest early. Our defaults
# How far a hand's contact lies from where its landmarks say, along the way in the picture: fingers
# are thick and faces differ. Our default.
_SHIFT_SD_MM = 4.0
_ODD_SKEW = 0.5  # log weight that a skewed motion has against it
_ENDS = 5  # how many places each end may lie in
_MEMORY_S = 0.35  # for how long a tracker's error lasts, as measured
_OUTLIER = 9.0  # squared misfit above which a sample says no more
# Log weight that a motion has against it by the share of the way that it leaves out: people finish
# what they begin, or break it off half way, and seldom stop just short.
_MISSING = ((0.0, 0.06, 0.16, 0.36, 0.5, 1.0), (0.0, 0.0, 4.0, 4.0, 2.0, 2.0))
_OUTSIDE = 1.0  # log weight that each frame beyond the samples has against it


@dataclass(frozen=True, slots=True)
class Reach:
    """A motion from rest to rest.

    Attributes:
        start_s, end_s: Its first and last motion.
        from_mm, to_mm: Where along the way, in the run's own direction.
        could_mm: The longest length that explains the samples nearly as well.
        misfit_mm: Root mean square in the picture.
    """

    start_s: float
    end_s: float
    from_mm: float
    to_mm: float
    could_mm: float
    misfit_mm: float


def fit_reach(
    t: FloatArray,
    along_mm: FloatArray,
    beyond_mm: FloatArray,
    deep_mm: FloatArray,
    way: tuple[FloatArray, FloatArray, FloatArray],
    first_mm: tuple[float, float],
    last_mm: tuple[float, float],
    within_s: tuple[float, float],
    sd_mm: tuple[float, float],
) -> Reach | None:
    """The natural motion that explains a run best.

    Args:
        t: (T,) seconds.
        along_mm: (T,) where the hand seemed to be along the way, in the run's direction.
        beyond_mm: (T,) how far past the way's end it seemed, in the picture; negative before its
            start.
        deep_mm: (T,) distance of the hand up to a constant, NaN where unknown.
        way: Of the way's points, in the run's direction: (M,) millimetres along, along as the
            camera sees it, and distance from the camera.
        first_mm: Range along the way within which the motion began.
        last_mm: Range within which it ended.
        within_s: Since when, and until when, the hand was near the way.
        sd_mm: Error in the picture, and in distance.

    Returns:
        The motion, or None where nothing natural fits.
    """
    arc, shown, depth = way
    begin, end = np.linspace(*first_mm, _ENDS), np.linspace(*last_mm, _ENDS)
    grid = np.array([(a, b, skew) for a in begin for b in end for skew in _SKEWS if b - a > 3.0])
    if not len(grid) or len(t) < 3:
        return None
    a, span, skew = grid[:, :1], grid[:, 1:2] - grid[:, :1], grid[:, 2:3]
    slope = np.diff(shown) / np.maximum(np.diff(arc), 1e-9)
    turned = max(0.0, 1.0 - 1.3 * float(slope.min() / slope.max()))
    seen = np.interp(along_mm, arc, shown) + turned * beyond_mm
    shift = np.zeros_like(a)
    shift_sd = _SHIFT_SD_MM * turned + 0.3
    frame_s = float(t[-1] - t[0]) / (len(t) - 1)
    held = len(t) / (len(t) + _MEMORY_S / frame_s * (sd_mm[0] / shift_sd) ** 2)
    for _ in range(3):
        share = np.clip((np.interp(seen - shift, shown, arc) - a) / span, 0.0, 1.0)
        clock = np.interp(share, _REACHED, _TABLE) ** (1.0 / skew)
        start, seconds = _line(clock, t, _pace(clock**skew, a, span, arc, shown))
        place = np.clip((t - start) / seconds, 0.0, 1.0)
        at = a + span * np.interp(place**skew, _TABLE, _REACHED)
        off = seen - np.interp(at, arc, shown)
        shift = held * off.mean(axis=1, keepdims=True)
    miss = (off - shift) ** 2
    cost = np.minimum(miss / sd_mm[0] ** 2, _OUTLIER)
    known = np.isfinite(deep_mm)
    if np.count_nonzero(known) > 3:
        apart = deep_mm[known] - np.interp(at[:, known], arc, depth)
        apart = apart - apart.mean(axis=1, keepdims=True)
        cost = cost.sum(axis=1) + np.minimum((apart / sd_mm[1]) ** 2, _OUTLIER).sum(axis=1)
    else:
        cost = cost.sum(axis=1)
    cost *= 0.5 * min(1.0, frame_s / _MEMORY_S)
    cost += 0.5 * (shift[:, 0] / shift_sd) ** 2
    missing = 1.0 - span[:, 0] / arc[-1]
    cost += (
        np.interp(missing, *_MISSING) + _ODD_SKEW * (skew[:, 0] != 1.0)
    )
    late = start[:, 0] + seconds[:, 0] - within_s[1]
    early = within_s[0] - start[:, 0]
    cost += _OUTSIDE * (np.maximum(late, 0.0) + np.maximum(early, 0.0)) / frame_s
    cost[~(seconds[:, 0] > 0.05)] = math.inf
    best = int(cost.argmin())
    if not math.isfinite(cost[best]):
        return None
    likely = cost < cost[best] + 1.5
    return Reach(
        start_s=float(start[best, 0]),
        end_s=float(start[best, 0] + seconds[best, 0]),
        from_mm=float(grid[best, 0]),
        to_mm=float(grid[best, 1]),
        could_mm=float(span[likely].max()),
        misfit_mm=math.sqrt(float(miss[best].mean())),
    )


def _pace(
    clock: FloatArray, a: FloatArray, span: FloatArray, arc: FloatArray, shown: FloatArray
) -> FloatArray:
    """Picture millimetres per unit of the clock: how well a sample tells the time."""
    rate = 30.0 * clock**2 * (1.0 - clock) ** 2 * span
    slope = np.diff(shown) / np.maximum(np.diff(arc), 1e-9)
    at = a + span * np.interp(clock, _TABLE, _REACHED)
    piece = np.clip(np.searchsorted(arc, at) - 1, 0, len(slope) - 1)
    return np.asarray(rate * slope[piece] + 1e-3)


def _line(x: FloatArray, t: FloatArray, pace: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted straight line t = start + seconds * x for each row; both (G, 1)."""
    weight = pace * pace
    total = weight.sum(axis=1, keepdims=True)
    mx = (weight * x).sum(axis=1, keepdims=True) / total
    mt = (weight * t).sum(axis=1, keepdims=True) / total
    off = x - mx
    below = (weight * off * off).sum(axis=1, keepdims=True)
    seconds = (weight * off * (t - mt)).sum(axis=1, keepdims=True) / np.maximum(below, 1e-12)
    seconds = np.maximum(seconds, 1e-3)
    return mt - seconds * mx, seconds
