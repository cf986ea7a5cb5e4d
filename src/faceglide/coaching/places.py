"""A few places of the face as the camera sees them, and how far off them a hand is."""

from __future__ import annotations

import numpy as np

from faceglide.face.canonical import FloatArray
from faceglide.face.pose import Pose


class Places:
    """Places that are few, and the same for both hands: plain numbers are quickest.

    Args:
        weights: (P, 468) how the mesh's points make up each place.
        offsets_mm: (P, 3) from there to it.
    """

    def __init__(self, weights: FloatArray, offsets_mm: FloatArray) -> None:
        self._weights, self._offsets_mm = weights, offsets_mm
        self._columns = np.zeros((3, len(weights)))
        self._under: Pose | None = None
        self._seen: list[tuple[float, float, float]] = []

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the places on a mesh of (468, 3) millimetres."""
        at = self._weights @ mesh_mm + self._offsets_mm
        self._columns = np.ascontiguousarray(at.T)
        self._under = None

    def off(self, pose: Pose, tip: FloatArray) -> list[tuple[float, float]]:
        """How far pads are off each place: picture millimetres, at its distance.

        Args:
            pose: Of the face.
            tip: (2,) slopes of the pads.
        """
        if pose is not self._under:
            ahead = pose.rotation.dot(self._columns).T.tolist()
            right, down, away = pose.translation.tolist()
            self._under = pose
            self._seen = [(x + right, y + down, z + away) for x, y, z in ahead]
        u, v = tip.tolist()
        return [(u * z - x, v * z - y) for x, y, z in self._seen]
