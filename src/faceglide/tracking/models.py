"""The tracker's model bundles on disk, and the gate that what they say looks like a face.

A wrong bundle does not fail: it reports a face and success, and the points are nonsense. Therefore
a bundle is checked by its whole hash before it is used, and every face it finds by its geometry.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from faceglide.errors import BadInput
from faceglide.face.canonical import vertices_mm
from faceglide.tracking.frame import FACE_POINTS, FloatArray

FACE_BUNDLE = "face_landmarker.task"
HAND_BUNDLE = "hand_landmarker.task"
POSE_BUNDLE = "pose_landmarker.task"
OFFICIAL_FACE_BUNDLE = "face_landmarker_official.task"
HOW_TO_BUILD = "the bundles, made by installing Faceglide or by scripts/build_models.py"

# Rms distance from the best-fitting average face, over the distance between the outer eye corners.
# Portraits give 0.05-0.08, a wide-open mouth about 0.1, the points of a wrong bundle above 0.5.
MAX_SHAPE_ERROR = 0.2
# Outer eye corners closer than this (in picture widths) carry no landmark worth having.
MIN_EYE_DISTANCE = 0.01
_EXOCANTHIA = (33, 263)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model bundle that may be used.

    Attributes:
        path: Where it lies.
        has_iris: Whether points 468-477 are a real iris. The bundle built from the published
            468-point model repeats eyelid points there.
    """

    path: Path
    has_iris: bool = False


@cache
def _hashes() -> dict[str, str]:
    text = files("faceglide.tracking").joinpath("data/models.json").read_text("utf-8")
    bundles: dict[str, str] = json.loads(text)["bundles"]
    return bundles


def face_bundle(models_dir: Path) -> Bundle:
    """The face bundle: the official one when somebody put it there, else the built one.

    Args:
        models_dir: The folder of bundles.

    Raises:
        BadInput: When it is missing or not the file it should be.
    """
    official = models_dir / OFFICIAL_FACE_BUNDLE
    if not official.is_file():
        return _built(models_dir / FACE_BUNDLE)
    # Its hash differs between releases, so only its form is checked here; the geometry gate
    # (`face_points_plausible`) then watches every face it finds.
    if not zipfile.is_zipfile(official):
        raise BadInput(str(official), "is not a model bundle", "the official face_landmarker.task")
    return Bundle(official, has_iris=True)


def hand_bundle(models_dir: Path) -> Bundle:
    """The hand bundle.

    Args:
        models_dir: The folder of bundles.

    Raises:
        BadInput: When it is missing or not the file it should be.
    """
    return _built(models_dir / HAND_BUNDLE)


def pose_bundle(models_dir: Path) -> Bundle | None:
    """The bundle that finds shoulders in a photo; None where it is missing: they only help.

    Args:
        models_dir: The folder of bundles.

    Raises:
        BadInput: When it is not the file it should be.
    """
    path = models_dir / POSE_BUNDLE
    return _built(path) if path.is_file() else None


def _built(path: Path) -> Bundle:
    if not path.is_file():
        raise BadInput(str(path), "the tracker's models are missing", HOW_TO_BUILD)
    if hashlib.sha256(path.read_bytes()).hexdigest() != _hashes()[path.name]:
        raise BadInput(str(path), "is not the bundle that belongs here", HOW_TO_BUILD)
    return Bundle(path)


def face_points_plausible(face: FloatArray, width: int, height: int) -> bool:
    """Whether face points have the shape of a face, whatever its pose and size.

    Args:
        face: (468 or 478, 3) points in picture units; NaN rows are passed over.
        width: Picture width in pixels.
        height: Picture height in pixels.

    Returns:
        False for points that no face can give: too far from any rotated, scaled average face,
        seen as a mirror image, or vanishingly small.
    """
    points = face[:FACE_POINTS] * (1.0, height / width, 1.0)
    present = np.isfinite(points).all(axis=1)
    if present.sum() < 20:
        return False
    points, average = points[present], vertices_mm()[present] * (1.0, -1.0, -1.0)
    points = points - points.mean(axis=0)
    average = average - average.mean(axis=0)
    # Least-squares similarity (Umeyama 1991), without reflections.
    u, singular, vt = np.linalg.svd(points.T @ average)
    if np.linalg.det(u @ vt) < 0:
        u[:, 2] *= -1.0
        singular[2] *= -1.0
    scale = float(singular.sum() / np.square(average).sum())
    right, left = vertices_mm()[list(_EXOCANTHIA)]
    eye_distance = scale * float(np.linalg.norm(left - right))
    if eye_distance < MIN_EYE_DISTANCE:
        return False
    error = points - scale * average @ (u @ vt).T
    return float(np.sqrt(np.square(error).sum(axis=1).mean())) < MAX_SHAPE_ERROR * eye_distance
