"""A stabilised face from a stream of drifting points: pose, neutral mesh and scale together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceglide.face.canonical import FloatArray, IntArray
from faceglide.face.neutral import NeutralMesh
from faceglide.face.pose import FRONTAL, Pose, first_guess, focal_px, refine
from faceglide.face.scale import (
    Scale,
    from_pupillary_distance,
    iris_is_real,
    iris_scale,
    population,
)

# Points that carry the pose, with how far they can be trusted to move with the skull: bone first,
# then lids and brows, then whatever the jaw and the mouth move. Both sides of each.
POSE_POINTS: dict[int, float] = {
    **dict.fromkeys((6, 168, 197, 195, 5, 4, 9, 8, 122, 351, 193, 417), 1.0),
    **dict.fromkeys((33, 263, 133, 362, 130, 359, 243, 463), 1.0),
    **dict.fromkeys((10, 151, 67, 297, 109, 338, 54, 284, 103, 332, 21, 251, 104, 333), 0.8),
    **dict.fromkeys((127, 356, 162, 389, 234, 454, 93, 323, 34, 264), 0.5),
    **dict.fromkeys((98, 327, 2, 129, 358, 116, 345, 117, 346, 50, 280, 101, 330), 0.7),
    **dict.fromkeys((132, 361, 58, 288, 172, 397), 0.25),
    **dict.fromkeys((61, 291, 152, 17, 0), 0.1),
}
REJECT_MM = 6.0  # drift under a hand is 1-14 % of the eye distance: above this it says little
LOST_RMS_MM = 9.0  # a mesh that fits no better than this is not this face
STEP_MM_S, STEP_DEG_S = 900.0, 240.0  # no head moves or turns faster during a massage
MIN_SUPPORT = 0.12  # share of trusted, uncovered weight below which a pose is a guess
COAST_S = 2.0  # a head that was seen is believed to stay for this long
RECOVER_FRAMES = 4  # consecutive frames that contradict the pose before it is given up
COVER_MM = (15.0, 45.0)  # covered at half a finger's width; drift fades out to here
NEAR_MM = 60.0  # drift is seen out to here; a point nearer teaches the neutral mesh nothing
_SETTLE_AT = {3, 8, 20, 50, 120, 300}
_SETTLE_EVERY = 400
_HALF_OFF = np.array([-0.5, -0.5])


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The face at one moment.

    Attributes:
        pose: Where it is.
        fresh: Whether this frame showed it; else the last pose is held.
        seen: (K, 2) slopes of the points that the tracker reported; None where not fresh.
    """

    pose: Pose
    fresh: bool
    seen: FloatArray | None = None


class HeadTracker:
    """Follows one head.

    Args:
        width: Picture width in pixels.
        height: Picture height in pixels.
        rows: Mesh indices that frames carry; must include `POSE_POINTS`.
        pupillary_distance_mm: The person's own, when they know it.

    Attributes:
        neutral: The person's mesh in millimetres.
        scale: How its size is known.
        version: Grows whenever the mesh has changed enough for paths to be laid anew.
    """

    def __init__(
        self,
        width: int,
        height: int,
        rows: tuple[int, ...],
        pupillary_distance_mm: float | None = None,
    ) -> None:
        self._focal = focal_px(width, height)
        self._from_unit = np.array([width, height]) / self._focal
        self._centre = np.array([width, height]) / (2 * self._focal)
        posing = [k for k in POSE_POINTS if k in rows]
        order = posing + [k for k in rows if k not in POSE_POINTS]
        self.rows: IntArray = np.array(order, dtype=np.int64)
        self._posing = len(posing)
        self._trust = np.array([POSE_POINTS[k] for k in posing])
        self._all_trust = float(self._trust.sum())
        # Where x and y of the rows are in a face's (468 or 478, 3) numbers.
        self._entries = np.stack([3 * self.rows, 3 * self.rows + 1])
        # Both for each of them: numbers are taken one by one quicker than spread over a row.
        self._from_units, self._centres = (
            np.repeat(both[:, None], len(order), axis=1) for both in (self._from_unit, self._centre)
        )
        self._pupils = pupillary_distance_mm
        self.scale: Scale = (
            population()
            if pupillary_distance_mm is None
            else from_pupillary_distance(pupillary_distance_mm)
        )
        self.neutral = NeutralMesh(self.rows, self.scale.factor)
        self._columns_mm = self.neutral.columns_mm
        self._model = np.ascontiguousarray(self._columns_mm[:, : self._posing])
        self.version = 0
        self._pose: Pose | None = None
        self._seen_t = -math.inf
        self._against = 0
        self._iris: list[float] = []

    @property
    def focal_px(self) -> float:
        """The assumed focal length in pixels."""
        return self._focal

    def rays(self, image: FloatArray) -> FloatArray:
        """Picture points (N, 2+) in 0..1 as (N, 2) slopes about the optical axis."""
        rays: FloatArray = image[:, :2] * self._from_unit - self._centre
        return rays

    def update(self, t: float, face: FloatArray | None, hands: list[FloatArray]) -> Head | None:
        """Take in one frame.

        Args:
            t: Seconds.
            face: (468 or 478, 3) as in `Frame`, or None.
            hands: Each hand's (21, 2) slopes from `rays`.

        Returns:
            The head, held for `COAST_S` when not seen; None when there is none.
        """
        head = None if face is None else self._see(t, face, hands)
        if head is not None:
            self._pose, self._seen_t, self._against = head.pose, t, 0
            return head
        if self._pose is not None and t - self._seen_t <= COAST_S:
            return Head(self._pose, fresh=False)
        return None

    def _see(self, t: float, face: FloatArray, hands: list[FloatArray]) -> Head | None:
        slopes = np.empty((3, len(self.rows)))
        seen, slopes[2] = slopes[:2], 1.0
        np.multiply(face.take(self._entries), self._from_units, out=seen)
        seen -= self._centres
        posing, weights = slopes[:, : self._posing], self._trust
        if not math.isfinite(posing[0].dot(weights)):  # some were left out
            known = np.isfinite(posing[0])
            posing, weights = np.where(known, posing, 0.0), weights * known
        if hands:
            depth = 500.0 if self._pose is None else float(self._pose.translation[2])
            low, high = COVER_MM
            clear = self._gap(posing, hands)
            clear *= depth / (high - low)
            clear -= low / (high - low)
            np.maximum(clear, 0.0, out=clear)
            weights = weights * np.minimum(clear, 1.0, out=clear)
        if self._columns_mm is not self.neutral.columns_mm:
            self._columns_mm = self.neutral.columns_mm
            self._model = np.ascontiguousarray(self._columns_mm[:, : self._posing])
        pose = self._fit(t, self._model, posing[:2], weights)
        if pose is None:
            return None
        if self.neutral.frames < 30 or pose.rms_mm < 3.0:
            self._learn(pose, slopes, hands, face)
        return Head(pose, True, seen.T)

    @staticmethod
    def _gap(seen: FloatArray, hands: list[FloatArray]) -> FloatArray:
        """(K,) distance from each of (3, K) points to the nearest point of any hand, in slopes.

        The third coordinate is 1: with it a product tells nearness at once, half a square off.
        """
        spots = hands[0] if len(hands) == 1 else np.concatenate(hands)
        planes = np.empty((len(spots), 3))
        planes[:, :2], planes[:, 2] = spots, (spots * spots).dot(_HALF_OFF)
        own = seen[:2] * seen[:2]
        square = own[0]
        square += own[1]
        nearest = np.maximum.reduce(planes.dot(seen))
        nearest *= 2.0
        square -= nearest
        np.maximum(square, 0.0, out=square)
        gap: FloatArray = np.sqrt(square, out=square)
        return gap

    def _fit(
        self, t: float, model: FloatArray, rays: FloatArray, weights: FloatArray
    ) -> Pose | None:
        last = self._pose
        if np.add.reduce(weights) < MIN_SUPPORT * self._all_trust:
            return None
        if last is not None and t - self._seen_t <= COAST_S:
            pose = refine(last, model, rays, weights, reject_mm=REJECT_MM, dt=t - self._seen_t)
            if pose is not None and pose.rms_mm > 2.5:
                pose = refine(pose, model, rays, weights, reject_mm=REJECT_MM)
            if pose is not None and self._plausible(pose, last, t - self._seen_t):
                return pose
            self._against += 1
            if self._against < RECOVER_FRAMES:
                return None
        return self._fresh_fit(model, rays, weights)

    def _fresh_fit(self, model: FloatArray, rays: FloatArray, weights: FloatArray) -> Pose | None:
        pose = first_guess(model.T, rays.T, weights)
        for _ in range(5):
            if pose is None or pose.translation[2] <= 50.0:
                return None
            pose = refine(pose, model, rays, weights, reject_mm=2 * REJECT_MM)
        # A new face has yet to teach its own shape: allow it twice the misfit.
        slack = 2.0 if self.neutral.frames < 30 else 1.0
        if pose is None or pose.rms_mm > slack * LOST_RMS_MM or not self._facing(pose):
            return None
        return pose

    @staticmethod
    def _facing(pose: Pose) -> bool:
        return 120.0 < pose.translation.item(2) < 3000.0 and pose.turn_deg() < 60.0

    def _plausible(self, pose: Pose, last: Pose, dt: float) -> bool:
        if pose.rms_mm > LOST_RMS_MM or not self._facing(pose):
            return False
        x, y, z = pose.translation.tolist()
        x0, y0, z0 = last.translation.tolist()
        moved = max(abs(x - x0), abs(y - y0))
        nearer = abs(math.log(z / z0))
        cosine = (float(pose.rotation.ravel().dot(last.rotation.ravel())) - 1.0) / 2.0
        turned = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
        return (
            moved < 20.0 + STEP_MM_S * dt and nearer < 0.06 + dt and turned < 8.0 + STEP_DEG_S * dt
        )

    def _learn(
        self, pose: Pose, slopes: FloatArray, hands: list[FloatArray], face: FloatArray
    ) -> None:
        frames = self.neutral.frames
        if frames > 60 and frames % 8:  # settled: an eighth of the frames is plenty
            self.neutral.frames += 1
            return
        depths = pose.rotation[2].dot(self.neutral.columns_mm) + pose.translation[2]
        back = pose.rotation.T.dot(slopes * depths - pose.translation[:, None])
        free = np.ones(len(depths))
        if hands:
            gap = self._gap(slopes, hands) * float(pose.translation[2])
            free = (gap > NEAR_MM).astype(np.float64)
        self.neutral.learn(back, free)
        frames = self.neutral.frames
        if frames in _SETTLE_AT or frames % _SETTLE_EVERY == 0:
            self._settle(face, pose)

    def _settle(self, face: FloatArray, pose: Pose) -> None:
        mesh = self.neutral.settle()
        scale = self.scale
        if self._pupils is not None:
            scale = from_pupillary_distance(self._pupils, mesh)
        elif self.scale.source == "population" and pose.turn_deg() < 10 and iris_is_real(face):
            unit = np.concatenate([self.rays(face) * pose.translation[2], face[:, 2:]], axis=1)
            ratio = iris_scale(unit)
            if ratio is not None:
                self._iris.append(ratio)
                if len(self._iris) >= 3:
                    scale = Scale(float(np.median(self._iris)), 0.043, "iris")
        if scale is not self.scale:
            if scale.source == "iris" or self._pupils is not None:
                self._resize(scale)
            self.scale = scale
        self.version += 1

    def _resize(self, scale: Scale) -> None:
        self.neutral.rescale(scale.factor)
        if self._pose is not None:
            last = self._pose
            self._pose = Pose(
                last.rotation, last.translation * scale.factor, last.rms_mm, last.support
            )


__all__ = ["FRONTAL", "POSE_POINTS", "Head", "HeadTracker"]
