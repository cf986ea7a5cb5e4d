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

_TURN = 2.0 * math.pi
# A fingertip's error beside the face's, in each direction of the picture: as the points scatter
# about the best ring, but no less and no more than this.
_ERRORS_MM = (0.6, 3.5)
_ARRIVING = 6.0  # squared errors that a sample before the start counts for at most
_ERROR_S = 0.3  # for how long a tracker's error lasts, as measured
_UNEXPLAINED = 0.45  # share of a long circling's scatter that may be error
_PERIOD_SD = 0.4  # of the logarithm of a turn's time about the usual. Our default
_STARTS = 14  # moments that are tried for the beginning


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
    """

    start_s: float
    period_s: float
    sign: int
    radius_mm: float
    middle_mm: FloatArray
    phase: float
    at_s: float
    explained: float

    def sure(self) -> bool:
        """Whether so much of the scatter is explained that it can hardly be the tracker's error.

        That error lasts about 0.3 s: in a short time it can look like anything.
        """
        seen = (self.at_s - self.start_s) / _ERROR_S
        return self.explained > 1.0 - _UNEXPLAINED * seen * seen / (seen * seen + 16.0)

    def angle(self, t: FloatArray | float) -> FloatArray:
        """Radians at each moment, ever onward in the direction of the turn."""
        return np.asarray(self.phase + self.sign * _TURN * (t - self.at_s) / self.period_s)

    def places(self, t: FloatArray, squeeze: FloatArray) -> FloatArray:
        """(T, 2) where the hand is at (T,) seconds, in picture millimetres."""
        angle = self.angle(t)
        ring = self.radius_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return np.asarray(self.middle_mm + ring @ squeeze.T)


def fit_circling(
    points: FloatArray,
    squeeze: FloatArray,
    periods_s: FloatArray,
    usual_s: float,
    signs: tuple[int, ...] = (1, -1),
    starts: NDArray[np.intp] | None = None,
) -> Circling | None:
    """The circling that explains a hand's points best; None where there are too few.

    Args:
        points: (T, 3) seconds and picture millimetres.
        squeeze: (2, 2) how the skin's own millimetres look in the picture.
        periods_s: (P,) seconds a turn that are tried.
        usual_s: Seconds a turn that are to be expected.
        signs: Directions that are tried.
        starts: (S,) samples that are tried for the first; by default some of all.
    """
    count = len(points)
    if starts is None:
        starts = np.unique(np.linspace(0, max(count - 6, 0), _STARTS).astype(np.intp))
    starts = starts[starts <= count - 6]
    if not len(starts):
        return None
    t, at = points[:, 0], points[:, 1:]
    angle = np.asarray(signs)[:, None, None] * _TURN * (t - t[-1]) / periods_s[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    # Picture millimetres for each unit of the ring's two amplitudes: (D, P, T, 2, 2).
    basis = np.stack(
        [
            np.stack([cos, -sin], axis=-1),
            np.stack([sin, cos], axis=-1),
        ],
        axis=-2,
    )
    basis = squeeze @ basis
    own = _since(np.einsum("dptki,dptkj->dptij", basis, basis), starts)
    mean = _since(basis, starts)
    cross = _since(np.einsum("dptki,tk->dpti", basis, at), starts)
    number = (count - starts).astype(float)
    total = _since(at[None, None], starts)[0, 0]
    square = _since((at * at).sum(axis=1)[None, None], starts)[0, 0]
    centred = own - np.einsum("dpski,dpskj->dpsij", mean, mean) / number[:, None, None]
    toward = cross - np.einsum("dpski,sk->dpsi", mean, total) / number[:, None]
    amplitudes = _solve(centred, toward)
    scatter = square - (total * total).sum(axis=1) / number
    missed = np.maximum(scatter - np.einsum("dpsi,dpsi->dps", amplitudes, toward), 0.0)
    middle = (total - np.einsum("dpski,dpsi->dpsk", mean, amplitudes)) / number[:, None]
    first = middle + np.einsum("dpski,dpsi->dpsk", basis[:, :, starts], amplitudes)
    whole = (t[-1] - t[starts])[None, :] > 0.9 * periods_s[:, None]
    spread = np.where(whole, np.sqrt(missed / (2.0 * number)), np.inf).min()
    error_mm = min(_ERRORS_MM[1], max(_ERRORS_MM[0], float(spread)))
    away = ((at - first[..., None, :]) ** 2).sum(axis=-1) / error_mm**2
    before = np.arange(count) < starts[:, None]
    cost = missed / error_mm**2 + (np.minimum(away, _ARRIVING) * before).sum(axis=-1)
    effective = min(1.0, float(t[-1] - t[0]) / (count - 1) / _ERROR_S)
    cost = effective * cost + (np.log(periods_s / usual_s) / _PERIOD_SD)[:, None] ** 2
    d, p, s = np.unravel_index(int(np.argmin(cost)), cost.shape)
    a, b = (float(x) for x in amplitudes[d, p, s])
    return Circling(
        start_s=float(t[starts[s]]),
        period_s=float(periods_s[p]),
        sign=signs[d],
        radius_mm=math.hypot(a, b),
        middle_mm=middle[d, p, s],
        phase=math.atan2(b, a),
        at_s=float(t[-1]),
        explained=1.0 - float(missed[d, p, s]) / max(float(scatter[s]), 1e-9),
    )


def _since(values: FloatArray, starts: NDArray[np.intp]) -> FloatArray:
    """Sums over the third axis from each of the starts to the end."""
    sums = np.cumsum(values[:, :, ::-1], axis=2)[:, :, ::-1]
    return sums[:, :, starts]


def _solve(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Solutions of many symmetric systems of two."""
    a, b, c = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 1, 1]
    over = np.maximum(a * c - b * b, 1e-6)
    x = (c * vector[..., 0] - b * vector[..., 1]) / over
    y = (a * vector[..., 1] - b * vector[..., 0]) / over
    return np.stack([x, y], axis=-1)
