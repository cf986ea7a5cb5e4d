"""The person's own neutral mesh, learned from what nothing covers."""

from __future__ import annotations

import numpy as np

from faceglide.face.canonical import FloatArray, IntArray, vertices_mm

# After this many frames each new one weighs as little as one in so many: the mesh has settled,
# yet still follows a slow change. Our default.
SETTLED_FRAMES = 400
# A face differs from the canonical one by up to about this much at any point. Our default.
PLAUSIBLE_DEVIATION_MM = 22.0


class NeutralMesh:
    """A running mean of the uncovered points in the face frame.

    Points that were never seen follow those that were, through the affine map that best takes the
    canonical face to the person's.

    Attributes:
        mesh_mm: (468, 3) millimetres in the face frame; replaced, never changed in place.
        columns_mm: (3, K) the rows' own, likewise: one coordinate after the other, as a frame's
            points are compared with them.
        frames: How many frames it has learned from.
    """

    def __init__(self, rows: IntArray, size: float = 1.0) -> None:
        self._rows = rows
        self._canonical = vertices_mm() * size
        self._count = np.zeros(len(rows))
        self._canonical_columns = np.ascontiguousarray(self._canonical[rows].T)
        self.columns_mm = self._canonical_columns
        self.mesh_mm = self._canonical.copy()
        self.frames = 0

    @property
    def points_mm(self) -> FloatArray:
        """(K, 3) the rows' own place in the face frame."""
        return self.columns_mm.T

    @property
    def seen_frames(self) -> FloatArray:
        """(K,) in how many frames each of the rows was seen uncovered."""
        return self._count

    def learn(self, seen_mm: FloatArray, uncovered: FloatArray) -> None:
        """Take in one frame.

        Args:
            seen_mm: (3, K) this frame's points brought back to the face frame.
            uncovered: (K,) 1 where the point may be believed, 0 where a hand is near.
        """
        away = np.maximum.reduce(np.abs(seen_mm - self._canonical_columns))
        # NaN compares false: a point that was not sent teaches nothing.
        share = uncovered * (away < PLAUSIBLE_DEVIATION_MM * (self._canonical[454, 0] / 77.0))
        self._count = np.minimum(self._count + share, SETTLED_FRAMES)
        gain = share / np.maximum(self._count, 1.0)
        taught = np.where(share > 0, seen_mm - self.columns_mm, 0.0)
        self.columns_mm = self.columns_mm + gain * taught
        self.frames += 1

    def settle(self) -> FloatArray:
        """Bring the whole mesh up to date with the points learned; returns `mesh_mm`."""
        known = self._count > 0
        if np.count_nonzero(known) >= 20:
            source = self._canonical_columns.T[known]
            ones = np.ones((len(source), 1))
            fit, *_ = np.linalg.lstsq(np.hstack([source, ones]), self.points_mm[known], rcond=None)
            whole: FloatArray = np.hstack([self._canonical, np.ones((468, 1))]) @ fit
        else:
            whole = self._canonical.copy()
        whole[self._rows[known]] = self.points_mm[known]
        self.mesh_mm = whole
        return whole

    def rescale(self, factor: float) -> None:
        """Multiply every length by `factor`."""
        self._canonical = self._canonical * factor
        self._canonical_columns = self._canonical_columns * factor
        self.columns_mm = self.columns_mm * factor
        self.mesh_mm = self.mesh_mm * factor
