"""The motion behind a run: a hand that starts at rest and comes to rest, as hands do.

A tracker sees the slow ends of a stroke least: they drown in its jitter, and where a way turns
away from the camera its millimetres hardly show in the picture. People move smoothly, though (the
minimum-jerk profile of voluntary reaching), so what shows of the motion tells the rest of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceglide.face.canonical import FloatArray

# Each row of the fit is one kind of motion: how skewed (below 1 the hand is quickest early) and
# whether it went the whole way. Our defaults.
_SKEWS = np.repeat([1.0, 0.88, 1.14], 2)[:, None]
_WHOLE = np.tile([False, True], 3)
_ODD_SKEW = 0.5  # log weight that a skewed motion has against it
_WHOLE_SHARE, _WHOLE_SD = 0.97, 0.02  # of the way that a whole stroke covers
# How far a hand's contact lies from where its landmarks say, along the way in the picture: fingers
# are thick and faces differ. Our default; only where the way turns can it be told from the start.
_SHIFT_SD_MM = 4.0
_LOOSE_SD_MM = 60.0  # a motion's ends lie anywhere
_SLACK_S = 0.06  # a motion that began before the hand was near, or ended after, by so much is odd
_ROUNDS = 7
_COARSE = 3.0  # standard deviations at which a sample has a quarter of its say
_MEMORY_S = 0.35  # for how long a tracker's error lasts, as measured
_OUTLIER = 9.0  # squared misfit above which a sample says no more
# Log weight that a motion has against it by the share of the way that it leaves out: people finish
# what they begin, or break it off half way, and seldom stop just short.
_MISSING = ((0.0, 0.06, 0.16, 0.36, 0.5, 1.0), (0.0, 0.0, 3.0, 3.0, 1.5, 1.5))
_COULD_SD = 1.7  # standard errors within which a length could as well be
_AROUND_S = 0.06
_QUICKEST_S = 0.1


@dataclass(frozen=True, slots=True)
class Reach:
    """A motion from rest to rest.

    Attributes:
        start_s, end_s: Its first and last motion.
        from_mm, to_mm: Where along the way, in the run's own direction.
        could_mm: The longest length that explains the samples nearly as well.
        misfit_mm: Root mean square in the picture, from just before it to just after.
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
    about: tuple[float, float, float, float],
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
        about: Roughly when it started and ended, and from where to where along the way.
        within_s: Since when, and until when, the hand was near the way; infinite while it is.
        sd_mm: Error in the picture, and in distance.

    Returns:
        The motion, or None where nothing natural fits.
    """
    arc, shown, depth = way
    if len(t) < 4 or about[1] - about[0] <= 0 or about[3] - about[2] < 3.0:
        return None
    slope, deeper = np.gradient(shown, arc), np.gradient(depth, arc)
    turned = max(0.0, 1.0 - 1.3 * float(slope.min() / slope.max()))
    shift_sd = _SHIFT_SD_MM * turned + 0.3
    seen = np.interp(along_mm, arc, shown) + turned * beyond_mm
    known = np.isfinite(deep_mm) & (np.count_nonzero(np.isfinite(deep_mm)) > 3)
    deep = np.where(known, deep_mm, 0.0)
    rows = len(_SKEWS)
    total = float(arc[-1])
    # Start, seconds, from, to, shift: what is believed of them, and how firmly.
    believed = np.array([0.0, 0.0, 0.0, 0.0, 0.0]) + np.zeros((rows, 1))
    believed[:, 2], believed[:, 3] = about[2], np.where(_WHOLE, _WHOLE_SHARE * total, about[3])
    firm = np.array([0.0, 0.0, _LOOSE_SD_MM**-2, _LOOSE_SD_MM**-2, shift_sd**-2])
    firm = np.repeat(firm[None], rows, axis=0)
    firm[_WHOLE, 3] = (_WHOLE_SD * total) ** -2
    at = np.tile([about[0], about[1] - about[0], about[2], about[3], 0.0], (rows, 1))
    at[_WHOLE, 3] = _WHOLE_SHARE * total
    effective = min(1.0, float(t[-1] - t[0]) / (len(t) - 1) / _MEMORY_S)
    for turn in range(_ROUNDS + 1):
        start, seconds, begin, end, shift = (at[:, k : k + 1] for k in range(5))
        u = np.clip((t - start) / seconds, 0.0, 1.0)
        w = u**_SKEWS
        s = w * w * w * (10.0 - 15.0 * w + 6.0 * w * w)
        place = begin + (end - begin) * s
        off = seen - np.interp(place, arc, shown) - shift
        fine = off / sd_mm[0]
        if turn == _ROUNDS:
            break
        say = effective / (1.0 + (fine / _COARSE) ** 2) ** 2 / sd_mm[0] ** 2
        pace = (end - begin) * 30.0 * (w * (1.0 - w)) ** 2 * _SKEWS * w / np.maximum(u, 1e-6)
        here = np.interp(place, arc, slope)
        there = np.where(known, np.interp(place, arc, deeper), 0.0)
        moves = np.stack([-pace / seconds, -pace * u / seconds, 1.0 - s, s, np.zeros_like(s)])
        show = moves * here
        show[4] = 1.0
        apart = np.where(known, deep - np.interp(place, arc, depth), 0.0)
        count = max(1, int(np.count_nonzero(known)))
        apart = np.where(known, apart - apart.sum(axis=1, keepdims=True) / count, 0.0)
        sink = moves * there
        sink = np.where(known, sink - sink.sum(axis=2, keepdims=True) / count, 0.0)
        heavy = effective / sd_mm[1] ** 2
        normal = np.einsum("igt,gt,jgt->gij", show, say, show) + heavy * np.einsum(
            "igt,jgt->gij", sink, sink
        )
        pull = np.einsum("igt,gt->gi", show, say * off) + heavy * np.einsum(
            "igt,gt->gi", sink, apart
        )
        normal[:, range(5), range(5)] += firm + 1e-9
        pull += firm * (believed - at)
        early, late = within_s[0] - at[:, 0], at[:, 0] + at[:, 1] - within_s[1]
        tight = 1.0 / _SLACK_S**2
        normal[:, 0, 0] += tight * ((early > 0) + (late > 0))
        normal[:, 1, 1] += tight * (late > 0)
        normal[:, 0, 1] += tight * (late > 0)
        normal[:, 1, 0] += tight * (late > 0)
        pull[:, 0] += tight * (np.maximum(early, 0.0) - np.maximum(late, 0.0))
        pull[:, 1] -= tight * np.maximum(late, 0.0)
        try:
            step = np.linalg.solve(normal, pull[:, :, None])[:, :, 0]
        except np.linalg.LinAlgError:
            return None
        reach = 0.35 * at[:, 1]
        step[:, 0] = np.clip(step[:, 0], -reach, reach)
        step[:, 1] = np.clip(step[:, 1], -reach, reach)
        at = at + step
        at[:, 1] = np.maximum(at[:, 1], _QUICKEST_S)
        at[:, 2] = np.clip(at[:, 2], 0.0, 0.9 * total)
        at[:, 3] = np.clip(at[:, 3], at[:, 2] + 2.0, total)
    cost = 0.5 * effective * np.minimum(fine * fine, _OUTLIER).sum(axis=1)
    cost += 0.5 * (at[:, 4] / shift_sd) ** 2 + _ODD_SKEW * (_SKEWS[:, 0] != 1.0)
    cost += np.interp(1.0 - (at[:, 3] - at[:, 2]) / total, *_MISSING)
    outside = np.maximum(within_s[0] - at[:, 0], 0.0) + np.maximum(
        at[:, 0] + at[:, 1] - within_s[1], 0.0
    )
    cost += 0.5 * (outside / _SLACK_S) ** 2
    best = int(cost.argmin())
    if not math.isfinite(float(cost[best])):
        return None
    span = float(at[best, 3] - at[best, 2])
    free = int(np.where(_WHOLE, np.inf, cost).argmin())
    spread = np.linalg.inv(normal[free])
    doubt = math.sqrt(max(0.0, float(spread[2, 2] + spread[3, 3] - 2.0 * spread[2, 3])))
    could = max(span, float(at[free, 3] - at[free, 2]) + _COULD_SD * doubt)
    if float(np.where(_WHOLE, cost, np.inf).min()) < cost[best] + 1.5:
        could = max(could, _WHOLE_SHARE * total - float(at[best, 2]))
    return Reach(
        start_s=float(at[best, 0]),
        end_s=float(at[best, 0] + at[best, 1]),
        from_mm=float(at[best, 2]),
        to_mm=float(at[best, 3]),
        could_mm=min(total, could),
        misfit_mm=_misfit(t, off[best], float(at[best, 0]), float(at[best, 1])),
    )


def _misfit(t: FloatArray, off_mm: FloatArray, start_s: float, seconds: float) -> float:
    """Root mean square of the samples that the motion speaks of."""
    inside = (t > start_s - _AROUND_S) & (t < start_s + seconds + _AROUND_S)
    if np.count_nonzero(inside) < 3:
        return math.inf
    return math.sqrt(float((off_mm[inside] ** 2).mean()))
