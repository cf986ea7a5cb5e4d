"""Where the head is: the neutral mesh laid over the points that a tracker saw.

A pinhole camera with a nominal field of view: its exact value only trades distance against
perspective, and every quantity the coach uses is a ratio in which that cancels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceglide.face.canonical import FloatArray

# Laptop and phone cameras see 55 to 75 degrees along the longer side. Our default.
FIELD_OF_VIEW_DEG = 60.0
# Face axes (left, up, out) seen from the front in camera axes (right, down, away).
FRONTAL = np.diag([1.0, -1.0, -1.0])


def focal_px(width: int, height: int) -> float:
    """The assumed focal length in pixels, from the longer side of the picture."""
    return 0.5 * max(width, height) / math.tan(math.radians(FIELD_OF_VIEW_DEG) / 2)


# A trusted point's error, and how far a head wanders in a second (variance of a random walk:
# 12 degrees, 30 mm across, 50 mm in depth). Our defaults; they matter only where few points are
# left to see.
POINT_SD_MM = 1.2
_STILL = 1.0 / np.array([math.radians(12.0) ** 2] * 3 + [30.0**2, 30.0**2, 50.0**2])
_SHIFTS = np.eye(2)[:, :, None]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """The head in front of the camera.

    Attributes:
        rotation: (3, 3) from the face frame to camera axes (x right, y down, z away).
        translation: (3,) millimetres, the face frame's origin in camera axes.
        rms_mm: Weighted residual of the fit, at the face's distance.
        support: Share of the fit's weight that was neither covered nor rejected, 0 to 1.
    """

    rotation: FloatArray
    translation: FloatArray
    rms_mm: float
    support: float

    def turn_deg(self) -> float:
        """Angle between the face's outward axis and the line to the camera."""
        return math.degrees(math.acos(max(-1.0, min(1.0, -float(self.rotation[2, 2])))))


def in_camera(
    rotation: FloatArray, translation: FloatArray, points_mm: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Points of the face as they lie before the camera under a series of poses.

    Args:
        rotation: (T, 3, 3) poses.
        translation: (T, 3) millimetres.
        points_mm: (K, 3) in the face frame.

    Returns:
        Their x, y and z in camera axes, each (T, K) millimetres.
    """
    at = rotation.reshape(-1, 3).dot(points_mm.T).reshape(len(rotation), 3, -1)
    at += translation[:, :, None]
    return at[:, 0], at[:, 1], at[:, 2]


def _rotation(omega: FloatArray) -> FloatArray:
    """The rotation by a small vector of radians, the first three given (Rodrigues)."""
    x, y, z = omega[:3].tolist()
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < 1e-9:
        return np.eye(3)
    x, y, z = x / angle, y / angle, z / angle
    c, s = math.cos(angle), math.sin(angle)
    k = 1.0 - c
    return np.array(
        [
            c + x * x * k, x * y * k - z * s, x * z * k + y * s,
            y * x * k + z * s, c + y * y * k, y * z * k - x * s,
            z * x * k - y * s, z * y * k + x * s, c + z * z * k,
        ]
    ).reshape(3, 3)  # fmt: skip


def first_guess(model_mm: FloatArray, rays: FloatArray, weights: FloatArray) -> Pose | None:
    """A pose without any history: the scaled orthographic fit, made a rotation.

    Args:
        model_mm: (K, 3) points of the mesh in the face frame.
        rays: (K, 2) picture points about the picture's centre, over the focal length.
        weights: (K,) not negative.

    Returns:
        The pose, or None where the points span no face.
    """
    total = float(weights.sum())
    if total <= 0 or np.count_nonzero(weights) < 8:
        return None
    share = (weights / total)[:, None]
    centre, seen = (share * model_mm).sum(axis=0), (share * rays).sum(axis=0)
    x, u = model_mm - centre, rays - seen
    spread = x.T @ (share * x)
    try:
        affine = np.linalg.solve(spread + 1e-6 * np.trace(spread) * np.eye(3), x.T @ (share * u)).T
    except np.linalg.LinAlgError:
        return None
    left, scales, right = np.linalg.svd(affine, full_matrices=False)
    scale = float(scales.mean())
    if not math.isfinite(scale) or scale < 1e-6:
        return None
    rows = left @ right
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    depth = 1.0 / scale
    origin = np.array([seen[0] * depth, seen[1] * depth, depth]) - rotation @ centre
    return Pose(rotation, origin, 0.0, 1.0)


def refine(
    pose: Pose,
    model_mm: FloatArray,
    rays: FloatArray,
    weights: FloatArray,
    *,
    reject_mm: float,
    dt: float | None = None,
) -> Pose | None:
    """One robust Gauss-Newton step of the perspective fit from a pose near the truth.

    Args:
        pose: Where to start.
        model_mm: (3, K) points of the mesh in the face frame.
        rays: (2, K) picture points about the picture's centre, over the focal length.
        weights: (K,) trust in each point, zero where covered.
        reject_mm: Residual at which a point's say has fallen to a quarter (Geman-McClure).
        dt: Seconds since `pose`, when it is the last one seen: a head keeps still as far as the
            points leave it open. Without, only the points decide.

    Returns:
        The better pose with the residual it started from, or None where the system is singular.
    """
    turned = pose.rotation.dot(model_mm)
    at = turned + pose.translation[:, None]
    over = 1.0 / at[2]
    seen = at[:2] * over
    off = rays - seen
    depth = float(pose.translation[2])
    miss = off * off
    miss = miss[0] + miss[1]
    doubt = miss * (depth / reject_mm) ** 2
    doubt += 1.0
    doubt *= doubt
    robust = weights / doubt
    total = float(np.add.reduce(robust))
    if not total > 0:
        return None
    # How the picture moves, for each unit of turn about the face's origin and of shift.
    count = len(over)
    jac = np.empty((6, 2, count))
    np.negative(turned[1], out=jac[2, 0])
    jac[2, 1] = turned[0]
    np.multiply(seen, jac[2, :, None], out=jac[:2])
    jac[0, 1] -= turned[2]
    jac[1, 0] += turned[2]
    jac[3:5] = _SHIFTS
    np.negative(seen, out=jac[5])
    jac *= over
    flat, weighted = jac.reshape(6, -1), (jac * robust).reshape(6, -1)
    normal = weighted.dot(flat.T)
    diagonal = normal.ravel()[::7]
    if dt is None:
        diagonal *= 1.0 + 1e-6
    else:
        diagonal += _STILL * ((POINT_SD_MM / depth) ** 2 / max(dt, 0.02))
    try:
        step = np.linalg.solve(normal, weighted.dot(off.ravel()))
    except np.linalg.LinAlgError:
        return None
    return Pose(
        _rotation(step).dot(pose.rotation),
        pose.translation + step[3:],
        depth * math.sqrt(float(robust.dot(miss)) / total),
        total / max(float(count), 1.0),
    )
