"""The motion behind a run: a hand that starts at rest and comes to rest, as hands do.

A tracker sees the slow ends of a stroke least: they drown in its jitter, and where a way turns
away from the camera its millimetres hardly show in the picture. People move smoothly, though (the
minimum-jerk profile of voluntary reaching, or evenly between two soft ends), so what shows of the
motion tells the rest of it. Motions that explain it alike are averaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from faceglide.coaching.shapes import SHAPES, shaped
from faceglide.face.canonical import FloatArray

# Of each shape one row of the fit is free, and the next is of a motion that went the whole way.
_FREE, _WHOLE = slice(0, None, 2), slice(1, None, 2)
_WHOLE_SHARE, _WHOLE_SD = 0.97, 0.02  # of the way that a whole stroke covers
# How far a hand's contact lies from where its landmarks say, along the way in the picture: fingers
# are thick and faces differ. Our default; only where the way turns can it be told from the start.
_SHIFT_SD_MM = 4.0
_LOOSE_SD_MM = 30.0  # a motion's ends lie anywhere
_SLACK_S = 0.06  # a motion that began before the hand was near, or ended after, by so much is odd
_PACE_SD = 0.25  # of the logarithm of a stroke's speed about the person's own. Our default
_SETTLED = 0.1  # seconds and millimetres that a round may still change
_HASTY = 1.8  # times the person's tempo
_ROUNDS = 4
_COARSE = 3.0  # standard deviations at which a sample has a quarter of its say
_MEMORY_S = 0.35  # for how long a tracker's error lasts, as measured
_OUTLIER = 9.0  # squared misfit above which a sample says no more
# Log weight that a motion has against it by the share of the way that it leaves out: people finish
# what they begin, or break it off half way, and seldom stop just short.
_MISSING = ((0.0, 0.06, 0.16, 0.36, 0.5, 1.0), (0.0, 0.0, 3.0, 3.0, 1.5, 1.5))
_AS_GOOD = 0.6  # log weight within which a whole stroke could as well be
_COULD_SD = 1.1  # standard errors within which a length could as well be
AROUND_S = 0.06  # by so much a motion's start and end may be off
_QUICKEST_S = 0.1


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a motion before its samples are weighed.

    Attributes:
        start_s, end_s, from_mm, to_mm: Roughly when it started and ended, and from where to where
            along the way.
        since_s, until_s: When the hand was near the way; infinite while it is.
        tempo_mm_s: The person's own mean speed.
        error_mm, deep_error_mm: Error in the picture, and in distance.
        shapes: Chance of each shape of motion.
        unplaced_mm: How far along the way a tool's edge may lie from where it is thought; 0 for
            bare hands.
    """

    start_s: float
    end_s: float
    from_mm: float
    to_mm: float
    since_s: float
    until_s: float
    tempo_mm_s: float
    error_mm: float
    deep_error_mm: float
    shapes: FloatArray = field(default_factory=lambda: SHAPES)
    unplaced_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """A motion from rest to rest.

    Attributes:
        start_s, end_s: Its first and last motion.
        from_mm, to_mm: Where along the way, in the run's own direction.
        could_mm: The longest length that explains the samples nearly as well.
        misfit_mm: Root mean square in the picture, from just before it to just after.
        shapes: Chance of each shape of motion, as its samples have it.
    """

    start_s: float
    end_s: float
    from_mm: float
    to_mm: float
    could_mm: float
    misfit_mm: float
    shapes: FloatArray


def fit_reach(
    t: FloatArray,
    along_mm: FloatArray,
    beyond_mm: FloatArray,
    deep_mm: FloatArray,
    way: tuple[FloatArray, FloatArray, FloatArray],
    hints: Hints,
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
        hints: What else is known.

    Returns:
        The motion, or None where nothing natural fits.
    """
    arc = way[0]
    seconds = hints.end_s - hints.start_s
    if len(t) < 4 or seconds <= 0 or hints.to_mm - hints.from_mm < 3.0:
        return None
    seen = _Seen.of(t, along_mm, beyond_mm, deep_mm, way, hints)
    total = float(arc[-1])
    at, firm = np.empty((2 * len(SHAPES), 5)), np.empty((2 * len(SHAPES), 5))
    at[:] = hints.start_s, seconds, hints.from_mm, hints.to_mm, 0.0
    at[_WHOLE, 3] = _WHOLE_SHARE * total
    firm[:] = 0.0, 0.0, _LOOSE_SD_MM**-2, _LOOSE_SD_MM**-2, seen.shift_sd**-2
    firm[_WHOLE, 3] = (_WHOLE_SD * total) ** -2
    believed = at
    for _ in range(_ROUNDS):
        normal, pull = _equations(seen, at)
        diagonals = normal.reshape(len(at), -1)[:, ::6]
        diagonals += firm + 1e-9
        pull += firm * (believed - at)
        _keep_within(hints, at, normal, pull)
        _keep_pace(hints, at, normal, pull)
        try:
            step = np.asarray(np.linalg.solve(normal, pull[:, :, None])[:, :, 0], dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        before, at = at, _stepped(at, step, total)
        if float(np.abs(at - before).max()) < _SETTLED:
            break
    _, off = _predicted(seen, at)
    cost = _cost(seen, at, off, total) + _oddity(hints, at)
    told = np.exp(cost.min() - cost.reshape(-1, 2).min(axis=1))
    cost -= np.repeat(np.log(hints.shapes), 2)
    best = int(cost.argmin())
    if not math.isfinite(float(cost[best])):
        return None
    say = np.exp(cost[best] - cost)
    start_s, seconds, from_mm, to_mm, _ = (say @ at / say.sum()).tolist()
    return Reach(
        start_s=start_s,
        end_s=start_s + seconds,
        from_mm=from_mm,
        to_mm=to_mm,
        could_mm=_could(seen, at, cost, normal),
        misfit_mm=_misfit(t, off[best], float(at[best, 0]), float(at[best, 1])),
        shapes=told * hints.shapes / float(told @ hints.shapes),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What was seen of a motion, and how well.

    Attributes:
        t: (T,) seconds.
        picture_mm: (T,) along the way as the camera sees it.
        deep_mm: (T,) distance; 0 where it is not known.
        sure: (T,) how much each distance has to say; 0 where it is not known.
        in_all: The sum of that.
        arc, shown: The way: (M,) millimetres along, and along as the camera sees it.
        pieces: (9, M - 1) of the way between its points: where each begins; what `at` tells there,
            and how that goes on.
        error_mm: Error in the picture.
        shift_sd: How far the contact may lie from the landmarks, along the way in the picture.
        effective: Independent samples for each sample.
    """

    t: FloatArray
    picture_mm: FloatArray
    deep_mm: FloatArray
    sure: FloatArray
    in_all: float
    arc: FloatArray
    shown: FloatArray
    pieces: FloatArray
    error_mm: float
    shift_sd: float
    effective: float

    @classmethod
    def of(
        cls,
        t: FloatArray,
        along_mm: FloatArray,
        beyond_mm: FloatArray,
        deep_mm: FloatArray,
        way: tuple[FloatArray, FloatArray, FloatArray],
        hints: Hints,
    ) -> _Seen:
        """See `fit_reach`."""
        arc, shown, depth = way
        told = np.empty((4, len(arc)))
        told[0], told[1] = shown, depth
        told[2:] = _gradient(told[:2], arc)
        slope = told[2]
        # Only where a way turns does its picture tell a shifted contact from another place on it.
        turned = max(0.0, 1.0 - 1.3 * float(slope.min() / slope.max()))
        past = 1.0 if hints.unplaced_mm else turned
        known = np.isfinite(deep_mm)
        if np.count_nonzero(known) <= 3:
            known[:] = False
        effective = min(1.0, float(t[-1] - t[0]) / (len(t) - 1) / _MEMORY_S)
        sure = known * (effective / hints.deep_error_mm**2)
        pieces = np.empty((9, len(arc) - 1))
        pieces[0], pieces[1:5] = arc[:-1], told[:, :-1]
        pieces[5:] = (told[:, 1:] - told[:, :-1]) / (arc[1:] - arc[:-1])
        return cls(
            t=t,
            picture_mm=np.interp(along_mm, arc, shown) + past * beyond_mm,
            deep_mm=np.where(known, deep_mm, 0.0),
            sure=sure,
            in_all=float(sure.sum()) or 1.0,
            arc=arc,
            shown=shown,
            pieces=pieces,
            error_mm=hints.error_mm,
            shift_sd=math.hypot(_SHIFT_SD_MM * turned + 0.3, hints.unplaced_mm),
            effective=effective,
        )

    def at(self, place: FloatArray) -> FloatArray:
        """Of places along the way: along as the camera sees it, distance, and how both change.

        Args:
            place: (G, T) millimetres along the way.

        Returns:
            (4, G, T).
        """
        piece = self.pieces.take(self.arc[1:-1].searchsorted(place, side="right"), axis=1)
        out: FloatArray = piece[5:]
        out *= place - piece[0]
        out += piece[1:5]
        return out


def _gradient(values: FloatArray, at: FloatArray) -> FloatArray:
    """(N, M) how (N, M) values change along (M,) places: parabolas within, lines at the ends."""
    gap = at[1:] - at[:-1]
    slope = (values[:, 1:] - values[:, :-1]) / gap
    out = np.empty_like(values)
    out[:, 0], out[:, -1] = slope[:, 0], slope[:, -1]
    out[:, 1:-1] = (slope[:, :-1] * gap[1:] + slope[:, 1:] * gap[:-1]) / (gap[1:] + gap[:-1])
    return out


def _predicted(seen: _Seen, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where each motion was at each time, and what was seen off it; both (G, T) millimetres."""
    start, seconds, begin, end, shift = (at[:, k : k + 1] for k in range(5))
    gone, _ = shaped(np.minimum(np.maximum((seen.t - start) / seconds, 0.0), 1.0))
    place = begin + (end - begin) * gone
    return place, seen.picture_mm - np.interp(place, seen.arc, seen.shown) - shift


def _equations(seen: _Seen, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The normal equations of one robust Gauss-Newton step: (G, 5, 5) and (G, 5)."""
    start, seconds, begin, end, shift = at.T[:, :, None]
    length = end - begin
    u = np.minimum(np.maximum((seen.t - start) / seconds, 0.0), 1.0)
    s, pace = shaped(u)
    shown, depth, slope, deeper = seen.at(begin + length * s)
    off = seen.picture_mm - shown - shift
    doubt = 1.0 + (off / (_COARSE * seen.error_mm)) ** 2
    say = (seen.effective / seen.error_mm**2) / (doubt * doubt)
    sloped = say * slope
    # Of distance only what differs from its mean tells: the mean is taken off the sums.
    deepened = deeper * seen.sure
    miss = seen.deep_mm - depth
    miss -= miss.dot(seen.sure / seen.in_all)[:, None]
    # How far the hand moves along the way for a unit of start, seconds, begin and end.
    moves = np.empty((len(at), 4, len(seen.t)))
    np.multiply(pace, -length / seconds, out=moves[:, 0])
    np.multiply(moves[:, 0], u, out=moves[:, 1])
    np.subtract(1.0, s, out=moves[:, 2])
    moves[:, 3] = s
    # Picture and distance see the same moves: one product sums both.
    against = np.empty((len(at), 7, len(seen.t)))
    np.multiply(moves, (sloped * slope + deepened * deeper)[:, None], out=against[:, :4])
    against[:, 4], against[:, 5] = sloped, deepened
    against[:, 6] = sloped * off + deepened * miss
    sums = moves @ against.transpose(0, 2, 1)
    mean = sums[:, :, 5:6]
    normal = np.empty((len(at), 5, 5))
    normal[:, :4, :4] = sums[:, :, :4] - mean * (mean / seen.in_all).transpose(0, 2, 1)
    normal[:, :4, 4] = normal[:, 4, :4] = sums[:, :, 4]
    normal[:, 4, 4] = say.sum(axis=1)
    pull = np.empty((len(at), 5))
    pull[:, :4], pull[:, 4] = sums[:, :, 6], (say * off).sum(axis=1)
    return normal, pull


def _keep_within(hints: Hints, at: FloatArray, normal: FloatArray, pull: FloatArray) -> None:
    """Add to the equations that a motion lies within the time that the hand was near."""
    starts_s, ends_s = at[:, 0], at[:, 0] + at[:, 1]
    tight = 1.0 / _SLACK_S**2
    if min(starts_s.tolist()) < hints.since_s:
        early = hints.since_s - starts_s
        normal[:, 0, 0] += tight * (early > 0)
        pull[:, 0] += tight * np.maximum(early, 0.0)
    if max(ends_s.tolist()) > hints.until_s:
        late = ends_s - hints.until_s
        normal[:, :2, :2] += tight * (late > 0)[:, None, None]
        pull[:, :2] -= tight * np.maximum(late, 0.0)[:, None]


def _keep_pace(hints: Hints, at: FloatArray, normal: FloatArray, pull: FloatArray) -> None:
    """Add to the equations that people are about as quick as they usually are."""
    if _is_hasty(hints):
        return
    off = _off_pace(hints, at)
    firm = _PACE_SD**-2 / (1.0 + (off / (_COARSE * _PACE_SD)) ** 2) ** 2
    normal[:, 1, 1] += firm / at[:, 1] ** 2
    pull[:, 1] -= firm * off / at[:, 1]


def _is_hasty(hints: Hints) -> bool:
    """Whether a motion is so quick at a glance that the person's own tempo says nothing of it."""
    rough_mm_s = (hints.to_mm - hints.from_mm) / (hints.end_s - hints.start_s)
    return rough_mm_s > _HASTY * hints.tempo_mm_s


def _off_pace(hints: Hints, at: FloatArray) -> FloatArray:
    """(G,) logarithm of the time that each motion took over the time that was to be expected."""
    return np.log(at[:, 1] * hints.tempo_mm_s / (at[:, 3] - at[:, 2]))


def _stepped(at: FloatArray, step: FloatArray, total: float) -> FloatArray:
    """The motions after a step that is no longer than what they are."""
    reach = 0.35 * at[:, 1:2]
    step[:, :2] = np.minimum(np.maximum(step[:, :2], -reach), reach)
    out: FloatArray = at + step
    out[:, 1] = np.maximum(out[:, 1], _QUICKEST_S)
    out[:, 2] = np.minimum(np.maximum(out[:, 2], 0.0), 0.9 * total)
    out[:, 3] = np.minimum(np.maximum(out[:, 3], out[:, 2] + 2.0), total)
    return out


def _cost(seen: _Seen, at: FloatArray, off: FloatArray, total: float) -> FloatArray:
    """(G,) what each motion has against it, in log weight."""
    fine = off / seen.error_mm
    cost: FloatArray = 0.5 * seen.effective * np.minimum(fine * fine, _OUTLIER).sum(axis=1)
    cost += 0.5 * (at[:, 4] / seen.shift_sd) ** 2
    cost += np.interp(1.0 - (at[:, 3] - at[:, 2]) / total, *_MISSING)
    return cost


def _oddity(hints: Hints, at: FloatArray) -> FloatArray:
    """(G,) what speaks against each motion whatever was seen of it, in log weight."""
    early, late = hints.since_s - at[:, 0], at[:, 0] + at[:, 1] - hints.until_s
    outside = np.maximum(early, 0.0) + np.maximum(late, 0.0)
    pace = np.zeros(len(at))
    if not _is_hasty(hints):
        pace = np.minimum((_off_pace(hints, at) / _PACE_SD) ** 2, _OUTLIER)
    return np.asarray(0.5 * (outside / _SLACK_S) ** 2 + 0.5 * pace)


def _could(seen: _Seen, at: FloatArray, cost: FloatArray, normal: FloatArray) -> float:
    """The longest length that explains the samples nearly as well as the best."""
    total, shown = float(seen.arc[-1]), seen.shown
    best, free = int(cost.argmin()), int(cost[_FREE].argmin())
    spread = np.linalg.inv(normal[_FREE][free])
    doubt = math.sqrt(max(0.0, float(spread[2, 2] + spread[3, 3] - 2.0 * spread[2, 3])))
    could = max(
        float(at[best, 3] - at[best, 2]),
        float(at[_FREE][free, 3] - at[_FREE][free, 2]) + _COULD_SD * doubt,
    )
    # Where the way turns, a little further in the picture is a long way further on the skin.
    end = float(np.interp(at[best, 3], seen.arc, shown)) + _COULD_SD * seen.shift_sd
    could = max(could, float(np.interp(end, shown, seen.arc)) - float(at[best, 2]))
    if float(cost[_WHOLE].min()) < cost[best] + _AS_GOOD:
        could = max(could, _WHOLE_SHARE * total - float(at[best, 2]))
    return min(total, could)


def _misfit(t: FloatArray, off_mm: FloatArray, start_s: float, seconds: float) -> float:
    """Root mean square of the samples that the motion speaks of."""
    inside = (t > start_s - AROUND_S) & (t < start_s + seconds + AROUND_S)
    some = off_mm[inside]
    if some.size < 3:
        return math.inf
    return math.sqrt(float(some.dot(some)) / some.size)
