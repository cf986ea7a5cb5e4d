"""Ink: turning a few points into strokes of a pen whose width swells and tapers, as SVG paths.

Everything is in millimetres of the drawing, x right and y down; numbers are written with one
decimal, a tenth of a millimetre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Points = Sequence[tuple[float, float]] | FloatArray
Line = list[tuple[float, float]]


class Stroke(NamedTuple):
    """A pen stroke: its line, its greatest width, how it tapers, and whether it is mirrored."""

    line: Line
    width: float
    start: float = 0.1
    end: float = 0.1
    swell: float = 0.5
    mirrored: bool = True


def smooth(points: Points, *, closed: bool = False, step_mm: float = 2.0) -> FloatArray:
    """A curve through the points (centripetal Catmull-Rom), sampled evenly.

    Args:
        points: (n, 2) with n of at least 2.
        closed: Whether the curve returns to its start.
        step_mm: Distance between samples.

    Returns:
        (m, 2) samples, both ends included.
    """
    p = np.asarray(points, dtype=np.float64)
    if len(p) == 2 and not closed:
        dense = np.linspace(p[0], p[1], 16)
    else:
        ring = (
            np.vstack([p[-1], p, p[0], p[1]])
            if closed
            else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
        )
        dense = np.vstack(
            [_segment(ring[i : i + 4]) for i in range(len(ring) - 3)] + [ring[-2][None]]
        )
    return resample(dense, step_mm)


def _segment(p: FloatArray) -> FloatArray:
    knots = np.concatenate(
        [[0.0], np.cumsum(np.sqrt(np.maximum(np.linalg.norm(np.diff(p, axis=0), axis=1), 1e-9)))]
    )
    t = np.linspace(knots[1], knots[2], 12, endpoint=False)[:, None]

    def mix(a: FloatArray, b: FloatArray, i: int, j: int) -> FloatArray:
        low, high = knots[i], knots[j]
        return np.asarray((high - t) / (high - low) * a + (t - low) / (high - low) * b)

    a1, a2, a3 = mix(p[0], p[1], 0, 1), mix(p[1], p[2], 1, 2), mix(p[2], p[3], 2, 3)
    return mix(mix(a1, a2, 0, 2), mix(a2, a3, 1, 3), 1, 2)


def resample(curve: FloatArray, step_mm: float) -> FloatArray:
    """The same (n, 2) polyline with samples about `step_mm` apart, ends kept."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    count = max(3, round(along[-1] / step_mm) + 1)
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, curve[:, k]) for k in range(2)])


def normals(curve: FloatArray) -> FloatArray:
    """(n, 2) unit normals, to the left of the way the curve runs (y down)."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    return np.column_stack([tangent[:, 1], -tangent[:, 0]])


def nib(
    points: Points,
    width_mm: float,
    *,
    start: float = 0.12,
    end: float = 0.12,
    swell: float = 0.5,
    step_mm: float = 5.0,
) -> str:
    """One pen stroke as a filled outline.

    Args:
        points: The centre line's points.
        width_mm: Width where the stroke is widest.
        start: Width at the start, as a share of `width_mm`.
        end: Width at the end, likewise.
        swell: Where along the stroke it is widest, 0..1.
        step_mm: Distance between the outline's points.

    Returns:
        The `d` of an SVG path.
    """
    curve = smooth(points, step_mm=step_mm)
    s = np.linspace(0.0, 1.0, len(curve))
    rise = np.sin(np.clip(s / max(swell, 1e-6), 0, 1) * np.pi / 2)
    fall = np.sin(np.clip((1 - s) / max(1 - swell, 1e-6), 0, 1) * np.pi / 2)
    profile = np.where(s < swell, start + (1 - start) * rise, end + (1 - end) * fall)
    half = normals(curve) * (profile * width_mm / 2)[:, None]
    left, right = curve + half, (curve - half)[::-1]
    return f"{_bezier(left)}{_bezier(right, join=True)}Z"


def outline(points: Points, *, closed: bool = False, step_mm: float = 6.0) -> str:
    """A smooth curve through the points as the `d` of an SVG path."""
    path = _bezier(smooth(points, closed=closed, step_mm=step_mm))
    return path + "Z" if closed else path


def _bezier(curve: FloatArray, *, join: bool = False) -> str:
    tangent = np.gradient(curve, axis=0) / 3
    first, second = curve[:-1] + tangent[:-1], curve[1:] - tangent[1:]
    pieces = [f"{'L' if join else 'M'}{_pair(curve[0])}C"]
    pieces += [
        f"{_pair(a)} {_pair(b)} {_pair(c)}"
        for a, b, c in zip(first, second, curve[1:], strict=True)
    ]
    return pieces[0] + " ".join(pieces[1:])


def _pair(point: FloatArray) -> str:
    return " ".join(f"{value:.1f}".removesuffix(".0").replace("-0.", "-.") for value in point)
