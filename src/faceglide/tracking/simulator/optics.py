"""The camera in front of the person, and the head's own slow motion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.tracking.frame import Camera

FloatArray = NDArray[np.float64]

# Face axes (x left, y up, z out of the face) to camera axes (x right, y down, z away) for a person
# who looks straight into an unmirrored camera.
FACING = np.diag([1.0, -1.0, -1.0])
_PICTURES = ((640, 480), (1280, 720), (1920, 1080), (720, 1280))


@dataclass(frozen=True, eq=False)
class Optics:
    """A pinhole camera and where the head is before it.

    Attributes:
        width, height: Picture in pixels.
        focal_px: Focal length in pixels.
        head_mm: (3,) mean place of the face frame's origin in camera axes.
        tilt_deg: How far the camera looks up (positive) at the face.
    """

    width: int
    height: int
    focal_px: float
    head_mm: FloatArray
    tilt_deg: float

    @property
    def hfov_deg(self) -> float:
        """Horizontal field of view."""
        return float(np.degrees(2 * np.arctan(self.width / 2 / self.focal_px)))

    @property
    def camera(self) -> Camera:
        """The picture as frames refer to it."""
        return Camera(self.width, self.height, "simulator")

    def picture(self, points_mm: FloatArray, reference_mm: FloatArray) -> FloatArray:
        """Points (..., 3) in camera axes as a tracker gives them.

        Args:
            points_mm: Points in camera axes.
            reference_mm: (...) depth that counts as z = 0, broadcast against the points.

        Returns:
            x, y in 0..1 of width and height by true perspective; z relative to the reference in
            the scale of x, as a weak-perspective model estimates it.
        """
        x, y, z = points_mm[..., 0], points_mm[..., 1], np.maximum(points_mm[..., 2], 30.0)
        return np.stack(
            [
                0.5 + self.focal_px * x / z / self.width,
                0.5 + self.focal_px * y / z / self.height,
                (z - reference_mm) * self.focal_px / reference_mm / self.width,
            ],
            axis=-1,
        )


def draw_optics(rng: np.random.Generator) -> Optics:
    """Draw a camera: a webcam or a phone held upright, with the face well in the picture."""
    width, height = _PICTURES[int(rng.choice(len(_PICTURES), p=[0.35, 0.35, 0.15, 0.15]))]
    across = np.radians(rng.uniform(50.0, 75.0))
    focal = max(width, height) / 2 / np.tan(across / 2)
    distance = rng.uniform(400.0, 1200.0)
    # Face, neck and hands need about 460 mm of height and 380 mm of width.
    distance = max(distance, 460.0 * focal / height, 380.0 * focal / width)
    distance = min(distance, 1250.0)
    visible = height * distance / focal
    rise = -0.5 * visible + 190.0 + rng.uniform(0.0, 0.3) * max(visible - 460.0, 0.0)
    place = np.array([rng.normal(0.0, 15.0), rise, distance])
    return Optics(width, height, float(focal), place, float(rng.uniform(-4.0, 10.0)))


def head_motion(
    rng: np.random.Generator, t_s: FloatArray, head_deg: float, head_mm: float
) -> tuple[FloatArray, FloatArray]:
    """Slow swaying.

    Returns:
        (F, 3) pitch, yaw and roll in degrees, each within ±`head_deg` and most of the time well
        inside, and (F, 3) shifts in millimetres in camera axes.
    """
    angles = np.column_stack([_sway(rng, t_s) for _ in range(3)]) * head_deg
    shifts = np.column_stack([_sway(rng, t_s) for _ in range(3)]) * head_mm * 2.0
    return angles * np.array([0.8, 1.0, 0.7]), shifts


def rotations(angles_deg: FloatArray) -> FloatArray:
    """(F, 3, 3) rotations from (F, 3) pitch, yaw and roll in degrees: first roll, yaw last."""
    pitch, yaw, roll = np.radians(angles_deg).T
    one, zero = np.ones_like(pitch), np.zeros_like(pitch)

    def matrix(*entries: FloatArray) -> FloatArray:
        return np.stack(entries, axis=-1).reshape(-1, 3, 3)

    cx, sx, cy, sy = np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw)
    cz, sz = np.cos(roll), np.sin(roll)
    about_x = matrix(one, zero, zero, zero, cx, -sx, zero, sx, cx)
    about_y = matrix(cy, zero, sy, zero, one, zero, -sy, zero, cy)
    about_z = matrix(cz, -sz, zero, sz, cz, zero, zero, zero, one)
    return about_y @ about_x @ about_z


def _sway(rng: np.random.Generator, t_s: FloatArray) -> FloatArray:
    """A slow random swaying (F,) within ±1, starting near rest."""
    total = np.zeros_like(t_s)
    for period in (4.0, 7.5, 13.0, 29.0):
        phase = rng.uniform(0, 2 * np.pi)
        total += np.sin(2 * np.pi * t_s / (period * rng.uniform(0.8, 1.25)) + phase)
    settle = np.clip(t_s / 3.0, 0.15, 1.0)
    return np.asarray(np.tanh(total / 1.6) * settle, dtype=np.float64)
