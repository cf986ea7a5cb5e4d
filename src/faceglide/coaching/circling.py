"""The circles behind a hand's wandering: a ring on the skin, gone round at an even pace.

At twice the measured noise a fingertip strays by half a circle's radius, so no single moment tells
how far round a hand is. All of them together do: a ring of a radius, a middle and a pace of its own
is fitted by least squares, for every pace and every moment at which the circling may have begun.
Before it began the hand rested where the first circle starts, or was on its way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.face.canonical import FloatArray

# A fingertip's error beside the face's, in each direction of the picture: as the points scatter
# about the best ring, but no less and no more than this.
_ERRORS_MM = (0.6, 3.5)
_TOO_WELL = 1.2  # the best of many rings fits better than the true one does
_ARRIVING = 6.0  # squared errors that a sample before the start counts for at most
# And one after it: the face is lost under a hand that lands, and a first turn may look like none.
_AMISS = 9.0
_ERROR_S = 0.3  # for how long a tracker's error lasts, as measured
_UNEXPLAINED = 0.45  # share of a long circling's scatter that may be error
_STARTS = 14  # moments that are tried for the beginning
_WHOLE = 0.9  # turns that count as one


@dataclass(frozen=True, slots=True)
class Circling:
    """A hand that goes round.

    Attributes:
        start_s: Since when.
        period_s: Seconds a turn.
        sign: +1 in the picture from its right to its lower side, -1 the other way round.
        radius_mm: On the skin.
        middle_mm: (2,) in the picture.
        phase: Angle, in radians, at `at_s`.
        at_s: The last sample.
        explained: Share of the points' scatter that the ring explains.
        error_mm: How much the points were taken to err.
        cost: What speaks against it, in log weight twice over.
        over: How likely its first turn is over, among all the rings that were tried.
    """

    start_s: float
    period_s: float
    sign: int
    radius_mm: float
    middle_mm: FloatArray
    phase: float
    at_s: float
    explained: float
    error_mm: float
    cost: float
    over: float

    def sure(self) -> bool:
        """Whether so much of the scatter is explained that it can hardly be the tracker's error.

        That error lasts about 0.3 s: in a short time it can look like anything.
        """
        seen = (self.at_s - self.start_s) / _ERROR_S
        return self.explained > 1.0 - _UNEXPLAINED * seen * seen / (seen * seen + 16.0)

    def angle(self, t: FloatArray | float) -> FloatArray:
        """Radians at each moment, ever onward in the direction of the turn."""
        return np.asarray(self.phase + self.sign * math.tau * (t - self.at_s) / self.period_s)

    def places(self, t: FloatArray, squeeze: FloatArray) -> FloatArray:
        """(T, 2) where the hand is at (T,) seconds, in picture millimetres."""
        angle = self.angle(t)
        ring = self.radius_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return np.asarray(self.middle_mm + ring @ squeeze.T)

    def polar(self, x: float, y: float, squeeze: FloatArray) -> tuple[float, float]:
        """Where a hand at picture millimetres is on the skin: radians, and off the middle."""
        (a, b), (_, d) = squeeze.tolist()
        off_x, off_y = x - float(self.middle_mm[0]), y - float(self.middle_mm[1])
        whole = a * d - b * b
        u, v = (d * off_x - b * off_y) / whole, (a * off_y - b * off_x) / whole
        return math.atan2(v, u), math.hypot(u, v)


def fit_circling(
    points: FloatArray,
    squeeze: FloatArray,
    periods_s: FloatArray,
    signs: tuple[int, ...] = (1, -1),
    starts: NDArray[np.intp] | None = None,
    error_mm: float | None = None,
) -> Circling | None:
    """The circling that explains a hand's points best; None where there are too few.

    Args:
        points: (T, 3) seconds and picture millimetres.
        squeeze: (2, 2) how the skin's own millimetres look in the picture.
        periods_s: (P,) seconds a turn that are tried.
        signs: Directions that are tried.
        starts: (S,) samples that are tried for the first; by default some of all.
        error_mm: How much the points err; by default as they scatter about the best ring.
    """
    count = len(points)
    if starts is None:
        starts = np.unique(np.linspace(0, max(count - 6, 0), _STARTS).astype(np.intp))
    starts = starts[starts <= count - 6]
    if not len(starts):
        return None
    t, at = points[:, 0], points[:, 1:]
    angle = np.asarray(signs)[:, None, None] * math.tau * (t - t[-1]) / periods_s[:, None]
    rings = _Rings.of(at, squeeze, angle, starts)
    if error_mm is None:
        error_mm = _error_mm(rings, (t[-1] - t[starts]) / periods_s[:, None])
    effective = min(1.0, float(t[-1] - t[0]) / (count - 1) / _ERROR_S)
    cost = effective * (rings.missed_mm2 + rings.astray_mm2(at, error_mm)) / error_mm**2
    # Least squares know no sample that is amiss; the best ring from each start is asked again.
    best = np.unravel_index(cost.reshape(-1, len(starts)).argmin(axis=0), cost.shape[:2])
    cost -= effective * rings.amiss_mm2(at, best, error_mm) / error_mm**2
    s = int(cost[*best, np.arange(len(starts))].argmin())
    d, p = (int(each[s]) for each in best)
    weight = np.exp(0.5 * (cost[d, p, s] - cost))
    is_over = t[starts] + periods_s[:, None] <= t[-1]
    amplitudes = float(rings.a[d, p, s]), float(rings.b[d, p, s])
    return Circling(
        start_s=float(t[starts[s]]),
        period_s=float(periods_s[p]),
        sign=signs[d],
        radius_mm=math.hypot(*amplitudes),
        middle_mm=rings.middle[d, p, s],
        phase=math.atan2(amplitudes[1], amplitudes[0]),
        at_s=float(t[-1]),
        explained=1.0 - float(rings.missed_mm2[d, p, s]) / max(float(rings.scatter_mm2[s]), 1e-9),
        error_mm=error_mm,
        cost=float(cost[d, p, s]),
        over=float((weight * is_over).sum() / weight.sum()),
    )


def _error_mm(rings: _Rings, turns: FloatArray) -> float:
    """How much points err, by how they scatter about the best ring that is whole.

    Args:
        rings: All that were tried.
        turns: (P, S) how often each goes round.
    """
    number = rings.after.sum(axis=1)
    spread = np.where(turns > _WHOLE, np.sqrt(rings.missed_mm2 / (2.0 * number)), np.inf).min()
    return min(_ERRORS_MM[1], max(_ERRORS_MM[0], _TOO_WELL * float(spread)))


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """The best ring by least squares for each of D directions, P paces and S starts.

    Attributes:
        squeeze: (2, 2) how the skin's own millimetres look in the picture.
        starts: (S,) samples.
        after: (S, T) whether a sample is the start or after it.
        cos, sin: (D, P, T) of how far round each sample would be.
        a, b: (D, P, S) amplitudes: a place is middle + squeeze @ turn @ (a, b).
        middle: (D, P, S, 2) in the picture.
        missed_mm2: (D, P, S) squares that are left, of the samples since the start.
        scatter_mm2: (S,) squares about their mean.
    """

    squeeze: FloatArray
    starts: NDArray[np.intp]
    after: NDArray[np.bool_]
    cos: FloatArray
    sin: FloatArray
    a: FloatArray
    b: FloatArray
    middle: FloatArray
    missed_mm2: FloatArray
    scatter_mm2: FloatArray

    @classmethod
    def of(
        cls, at: FloatArray, squeeze: FloatArray, angle: FloatArray, starts: NDArray[np.intp]
    ) -> _Rings:
        """Fitted to (T, 2) places by the (D, P, T) angles; all follows from sums over samples."""
        cos, sin = np.cos(angle), np.sin(angle)
        own = at @ squeeze
        cross = cos * own[:, 0] + sin * own[:, 1], cos * own[:, 1] - sin * own[:, 0]
        sums = _since(np.stack([cos, sin, cos * cos, cos * sin, *cross]), starts)
        cos_sum, sin_sum, cos_cos, cos_sin, *toward = sums
        number = (len(at) - starts).astype(float)
        total = _since(at.T, starts).T
        square = _since((at * at).sum(axis=1), starts)
        mine = total @ squeeze / number[:, None]
        toward[0] -= cos_sum * mine[:, 0] + sin_sum * mine[:, 1]
        toward[1] -= cos_sum * mine[:, 1] - sin_sum * mine[:, 0]
        form = squeeze.T @ squeeze
        of_cos = cos_cos - cos_sum * cos_sum / number
        of_both = cos_sin - cos_sum * sin_sum / number
        of_sin = number - cos_cos - sin_sum * sin_sum / number
        a, b = _solve(
            form[0, 0] * of_cos + 2.0 * form[0, 1] * of_both + form[1, 1] * of_sin,
            (form[1, 1] - form[0, 0]) * of_both + form[0, 1] * (of_cos - of_sin),
            form[0, 0] * of_sin - 2.0 * form[0, 1] * of_both + form[1, 1] * of_cos,
            toward,
        )
        scatter = square - (total * total).sum(axis=1) / number
        return cls(
            squeeze=squeeze,
            starts=starts,
            after=np.arange(len(at)) >= starts[:, None],
            cos=cos,
            sin=sin,
            a=a,
            b=b,
            middle=(total - _turned(cos_sum, sin_sum, a, b) @ squeeze.T) / number[:, None],
            missed_mm2=np.maximum(scatter - a * toward[0] - b * toward[1], 0.0),
            scatter_mm2=scatter,
        )

    def astray_mm2(self, at: FloatArray, error_mm: float) -> FloatArray:
        """(D, P, S) squares of how far the samples before the start are from where it begins."""
        turned = _turned(self.cos[:, :, self.starts], self.sin[:, :, self.starts], self.a, self.b)
        first = self.middle + turned @ self.squeeze.T
        away = (first * first).sum(axis=-1, keepdims=True) - 2.0 * (first @ at.T)
        away += (at * at).sum(axis=1)
        away = np.minimum(away, _ARRIVING * error_mm**2) * ~self.after
        squares: FloatArray = away.sum(axis=-1)
        return squares

    def amiss_mm2(
        self, at: FloatArray, best: tuple[NDArray[np.intp], ...], error_mm: float
    ) -> FloatArray:
        """(S,) squares that samples amiss put too much on the best ring from each start.

        Args:
            at: (T, 2) picture millimetres.
            best: (S,) direction and (S,) pace of that ring.
            error_mm: How much the points err.
        """
        ring = *best, np.arange(len(self.starts))
        turned = _turned(
            self.cos[best], self.sin[best], self.a[ring][:, None], self.b[ring][:, None]
        )
        off = self.middle[ring][:, None] + turned @ self.squeeze.T - at
        too_much = np.maximum((off * off).sum(axis=-1) - _AMISS * error_mm**2, 0.0)
        squares: FloatArray = (too_much * self.after).sum(axis=1)
        return squares


def _since(values: FloatArray, starts: NDArray[np.intp]) -> FloatArray:
    """Sums over the last axis from each of the starts to the end."""
    sums: FloatArray = values[..., ::-1].cumsum(axis=-1)[..., ::-1][..., starts]
    return sums


def _turned(cos: FloatArray, sin: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """(..., 2) the vectors `a`, `b` turned."""
    return np.stack([cos * a - sin * b, sin * a + cos * b], axis=-1)


def _solve(
    a: FloatArray, b: FloatArray, c: FloatArray, vector: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Solutions of many symmetric systems of two: of [[a, b], [b, c]]."""
    over = np.maximum(a * c - b * b, 1e-6)
    x, y = vector
    return (c * x - b * y) / over, (a * y - b * x) / over
