"""The errors of a tracker on faces and hands, with the statistics that were measured."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from faceglide.face.canonical import vertices_mm

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CORRELATION_S = 0.3
# Drift of face points under a hand, median and 95th percentile in per cent of the eye distance,
# by region, each with landmarks at its heart (both sides).
DRIFT: dict[str, tuple[float, float, tuple[int, ...]]] = {
    "forehead": (1.3, 4.0, (151, 108, 69, 104, 337, 299, 333, 10, 9)),
    "eyes": (0.8, 5.0, (159, 145, 386, 374, 33, 263, 133, 362, 65, 295)),
    "nose": (1.2, 6.0, (4, 5, 195, 197, 129, 358)),
    "mouth": (1.5, 10.0, (0, 17, 61, 291, 13)),
    "chin": (1.6, 11.0, (152, 199, 148, 377, 200)),
    "cheek": (1.1, 9.0, (50, 280, 205, 425, 118, 347)),
    "jaw": (5.6, 14.0, (172, 397, 136, 365, 58, 288)),
    "ear_temple": (3.4, 13.0, (234, 454, 127, 356, 162, 389, 93, 323)),
}
_PATCHES = 44
_PATCH_MM = 14.0
# A hand pulls at points up to this far from it; the measured figures are those within half of it.
_REACH_MM = 45.0


def smooth_noise(
    rng: np.random.Generator, t_s: FloatArray, shape: tuple[int, ...], tau_s: float
) -> FloatArray:
    """Unit-variance noise (F, *shape), correlated over `tau_s` at uneven times `t_s`."""
    white = rng.normal(size=(len(t_s), *shape))
    keep = np.exp(-np.diff(t_s, prepend=t_s[0]) / tau_s)
    out = np.empty_like(white)
    out[0] = white[0]
    for k in range(1, len(t_s)):
        out[k] = keep[k] * out[k - 1] + np.sqrt(1 - keep[k] ** 2) * white[k]
    return out


@cache
def _patches() -> tuple[IntArray, FloatArray, FloatArray]:
    """Patch centres (P,), how each face point follows them (468, P), and each one's drift (P, 2).

    The drift is the median, as a share of the eye distance, and the logarithmic spread that gives
    the 95th percentile.
    """
    mesh = vertices_mm()
    chosen = [4]
    far = np.linalg.norm(mesh - mesh[4], axis=1)
    while len(chosen) < _PATCHES:
        chosen.append(int(far.argmax()))
        far = np.minimum(far, np.linalg.norm(mesh - mesh[chosen[-1]], axis=1))
    centres = np.array(chosen)
    apart = np.linalg.norm(mesh[:, None] - mesh[centres][None], axis=2)
    follow = np.exp(-(apart**2) / (2 * _PATCH_MM**2))
    follow /= np.sqrt((follow**2).sum(axis=1, keepdims=True))
    hearts = [(name, i) for name, (_, _, points) in DRIFT.items() for i in points]
    at = mesh[[i for _, i in hearts]]
    region = [hearts[int(np.linalg.norm(at - mesh[c], axis=1).argmin())][0] for c in centres]
    return centres, follow, np.array([_fit(*DRIFT[name][:2]) for name in region])


def _fit(median: float, p95: float) -> tuple[float, float]:
    """Scale and log-spread of a plane Gaussian with log-normal size that has these quantiles."""
    spread = np.sqrt(max(np.log(p95 / median) ** 2 - 0.535, 0.0)) / 1.645
    return median / 100 / 1.18, float(spread)


def face_drift(
    rng: np.random.Generator,
    t_s: FloatArray,
    face_mm: FloatArray,
    hands_mm: list[FloatArray],
    eye_mm: float,
    size: float,
) -> FloatArray:
    """How far covered face points are reported from where they are.

    Args:
        rng: The source of chance.
        t_s: (F,) times.
        face_mm: (F, 468, 2) true face points, millimetres in the picture plane at the face.
        hands_mm: For each hand (F, 21, 2) its points, likewise; NaN while it is out of the way.
        eye_mm: Eye distance.
        size: Factor on the measured drift.

    Returns:
        (F, 468, 2) drift in millimetres.
    """
    centres, follow, (scale, spread) = _unpacked()
    near = np.zeros((len(t_s), len(centres)))
    for points in hands_mm:
        near = np.maximum(near, covered(face_mm[:, centres], points))
    direction = smooth_noise(rng, t_s, (len(centres), 2), CORRELATION_S)
    burst = smooth_noise(rng, t_s, (len(centres),), CORRELATION_S * 2)
    common = smooth_noise(rng, t_s, (1,), CORRELATION_S * 2)
    strength = np.exp(spread * (0.8 * burst + 0.6 * common))
    patch = (size * eye_mm * scale * near * strength)[:, :, None] * direction
    drift: FloatArray = follow @ patch
    return drift


def covered(points_mm: FloatArray, hand_mm: FloatArray) -> FloatArray:
    """How much a hand covers each point: 1 under it, falling to 0 at `_REACH_MM`.

    Args:
        points_mm: (F, P, 2) points of the picture plane.
        hand_mm: (F, 21, 2) the hand's points in it; NaN where there is none.
    """
    bones = np.concatenate(
        [hand_mm, (hand_mm[:, _BONE_ENDS[0]] + hand_mm[:, _BONE_ENDS[1]]) / 2], 1
    )
    nearest = np.full(points_mm.shape[:2], np.inf)
    for k in range(bones.shape[1]):
        gap = np.linalg.norm(points_mm - bones[:, k : k + 1], axis=2)
        nearest = np.fmin(nearest, gap)
    share = np.clip((_REACH_MM - nearest) / (_REACH_MM / 2), 0.0, 1.0)
    return np.asarray(share, dtype=np.float64)


# Middles of the palm's and fingers' bones fill the hand out.
_BONE_ENDS = (
    [0, 0, 0, 5, 9, 13, 5, 6, 9, 10, 13, 14, 17, 18, 2, 3],
    [5, 9, 13, 9, 13, 17, 6, 7, 10, 11, 14, 15, 18, 19, 3, 4],
)


def _unpacked() -> tuple[IntArray, FloatArray, tuple[FloatArray, FloatArray]]:
    centres, follow, drift = _patches()
    return centres, follow, (drift[:, 0], drift[:, 1])


def runs(
    rng: np.random.Generator,
    t_s: FloatArray,
    per_min: float,
    seconds: tuple[float, float],
) -> NDArray[np.bool_]:
    """Which frames (F,) fall in random spans that begin `per_min` times a minute."""
    inside = np.zeros(len(t_s), dtype=bool)
    length = t_s[-1] - t_s[0]
    for start in rng.uniform(t_s[0], t_s[-1], rng.poisson(per_min * length / 60.0)):
        inside |= (t_s >= start) & (t_s < start + rng.uniform(*seconds))
    return inside
