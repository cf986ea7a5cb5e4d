"""Where movements run on a simulated person's skin, as people trace them: smoothly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.face.paths import Side, movement_path
from faceglide.protocol.model import Movement

from .person import Person

FloatArray = NDArray[np.float64]

_SPACING_MM = 1.0


@dataclass(frozen=True, eq=False)
class Way:
    """A path on the skin, sampled about every millimetre.

    Attributes:
        at: (N, 3) points in the face frame.
        normal: (N, 3) unit normals of the skin.
    """

    at: FloatArray
    normal: FloatArray

    @property
    def length_mm(self) -> float:
        """Length along the skin."""
        return float(np.linalg.norm(np.diff(self.at, axis=0), axis=1).sum())

    def tangent(self) -> FloatArray:
        """(N, 3) unit directions of the way."""
        step = np.gradient(self.at, axis=0)
        return np.asarray(
            step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9), dtype=np.float64
        )

    def reversed(self) -> Way:
        """The same the other way round."""
        return Way(self.at[::-1], self.normal[::-1])

    def sample(self, s: FloatArray) -> Way:
        """The way at fractions (n,) of its length."""
        along = np.linspace(0.0, 1.0, len(self.at))
        at, normal = (
            np.column_stack([np.interp(s, along, values[:, k]) for k in range(3)])
            for values in (self.at, self.normal)
        )
        return Way(at, normal / np.linalg.norm(normal, axis=1, keepdims=True))

    def beside(self, offset_mm: FloatArray, person: Person) -> Way:
        """The way shifted sideways along the skin by (N,) millimetres, to its left."""
        shifted = self.at + offset_mm[:, None] * np.cross(self.normal, self.tangent())
        return on_skin(shifted, person)


def way(movement: Movement, side: Side, person: Person) -> Way:
    """The path of a glide, the points of a hold or the centre of a circle, on this skin."""
    corners = movement_path(movement, side, person.mesh_mm)
    if movement.zone == "neck":
        drop = np.clip((person.mesh_mm[132, 1] - corners[:, 1]) / 40.0, 0.0, 1.0)
        corners = corners + drop[:, None] * person.neck_shift_mm
    if movement.motion == "circle":
        corners = corners[:-1].mean(axis=0, keepdims=True)
    if movement.motion != "glide":
        return on_skin(corners, person)
    return on_skin(_smooth(_resample(corners)), person)


def on_skin(points: FloatArray, person: Person) -> Way:
    """Points put on the skin, with smooth normals."""
    at, normal = person.project(points)
    if len(at) > 8:
        at, normal = _smooth(at, 3), _smooth(normal, 7)
        normal = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return Way(at, normal)


def _resample(corners: FloatArray) -> FloatArray:
    """Points about `_SPACING_MM` apart along a polyline."""
    step = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(step)])
    count = max(8, round(along[-1] / _SPACING_MM))
    s = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(s, along, corners[:, k]) for k in range(3)])


def _smooth(values: FloatArray, width: int = 9) -> FloatArray:
    """A moving average (N, k) that keeps both ends."""
    half = min(width // 2, (len(values) - 1) // 2)
    padded = np.concatenate(
        [
            2 * values[:1] - values[half:0:-1],
            values,
            2 * values[-1:] - values[-2 : -half - 2 : -1],
        ]
    )
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    return np.column_stack(
        [np.convolve(padded[:, k], kernel, "valid") for k in range(values.shape[1])]
    )
