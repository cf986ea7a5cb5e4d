"""What one picture of a resting face measures, and when it may not be measured at all.

Lengths are taken in the picture plane of a face that looks at the camera; domain notes, section 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from faceglide.face.canonical import FloatArray, mirror
from faceglide.face.drawing import fit_pose, pupils_apart
from faceglide.face.pose import FRONTAL, Pose
from faceglide.face.scale import (
    IRIS_MM,
    IRIS_SD,
    POPULATION_SD,
    PUPILLARY_SD,
    iris_is_real,
    iris_scale,
)
from faceglide.tracking.frame import Camera

# A turned or tilted face fakes asymmetry and shortens lengths. Our default, to be signed off.
MAX_ANGLE_DEG = 5.0
# Lips or lids this far apart, against the mouth's or eye's own width, are no resting face.
MAX_LIP_GAP = 0.12
MIN_LID_GAP = 0.14
MIN_PUPILS_PX = 40.0  # below this, half a pixel of jitter is more than a percent
PUPILS_MM = 63.0  # between an adult's pupils, on average

_MIDLINE = (168, 2, 152)
# Right-side points that show from the front and do not slide along the outline of the face:
# corners of the eyes and lids, brows, wing of the nose, mouth, cheek and angle of the jaw.
_PAIRED = (33, 133, 159, 145, 70, 105, 107, 129, 61, 50, 116, 172, 58)
_BIZYGOMATIC, _BIGONIAL = (234, 454), (58, 288)
_EYES = {"right": (33, 133, 159, 145, 105), "left": (263, 362, 386, 374, 334)}

MeasureId = Literal[
    "symmetry_index",
    "palpebral_fissure_right",
    "palpebral_fissure_left",
    "brow_height_right",
    "brow_height_left",
    "lower_face_ratio",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, and how sure one capture of it is.

    Attributes:
        id: Its name in data.
        name: Its name for people.
        unit: `mm`, or empty for a ratio.
        usual_sd: Standard deviation between captures of the same unchanged face, for somebody who
            sits down anew each time. Our default where a person's own captures are too few to say;
            it holds tracker jitter, seating and expression, and no validation study stands behind
            it yet.
        limits: What it does not mean.
    """

    id: MeasureId
    name: str
    unit: Literal["mm", ""]
    usual_sd: float
    limits: str


MEASURES: dict[str, Measure] = {
    measure.id: measure
    for measure in (
        Measure(
            "symmetry_index",
            "Mean distance between left and mirrored right, over the distance of the pupils",
            "",
            0.006,
            "A turned head or a half smile looks like asymmetry.",
        ),
        Measure(
            "palpebral_fissure_right",
            "Opening of the right eye",
            "mm",
            0.6,
            "Light, tiredness and expression change it within minutes.",
        ),
        Measure(
            "palpebral_fissure_left",
            "Opening of the left eye",
            "mm",
            0.6,
            "Light, tiredness and expression change it within minutes.",
        ),
        Measure(
            "brow_height_right",
            "Right brow above the line through the corners of the eye",
            "mm",
            1.0,
            "A raised brow is an expression, not a lift.",
        ),
        Measure(
            "brow_height_left",
            "Left brow above the line through the corners of the eye",
            "mm",
            1.0,
            "A raised brow is an expression, not a lift.",
        ),
        Measure(
            "lower_face_ratio",
            "Width at the jaw over width at the cheekbones",
            "",
            0.010,
            "A proxy for puffiness, not a volume; no study has validated it with a webcam.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class PictureScale:
    """Millimetres in the picture.

    Attributes:
        mm_per_px: At the eyes.
        relative_sd: Standard deviation of it, as a share. Most of it is the same in every picture
            of one person, so it cancels in their own changes.
        source: Where it comes from.
    """

    mm_per_px: float
    relative_sd: float
    source: Literal["population", "pupillary_distance", "iris"]


@dataclass(frozen=True, slots=True)
class Angles:
    """How far the face looks away from the camera, in degrees.

    Attributes:
        yaw: Towards the person's left.
        pitch: Upwards.
        roll: Towards the person's left shoulder.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One picture, measured.

    Attributes:
        values: Measure id to value, millimetres or a ratio.
        angles: The face's attitude.
        scale: What made pixels millimetres.
    """

    values: dict[str, float]
    angles: Angles
    scale: PictureScale


def angles_of(pose: Pose) -> Angles:
    """A pose as angles between the face and the line of sight."""
    turned = FRONTAL @ pose.rotation
    return Angles(
        yaw=math.degrees(math.atan2(turned[0, 2], turned[2, 2])),
        pitch=math.degrees(math.asin(max(-1.0, min(1.0, float(turned[1, 2]))))),
        roll=math.degrees(math.atan2(-turned[1, 0], turned[0, 0])),
    )


def scale_of(
    face: FloatArray, camera: Camera, pupillary_distance_mm: float | None = None
) -> PictureScale:
    """Millimetres per pixel at the eyes, from the best that is known.

    Args:
        face: (468 or 478, 3) in 0..1 of the picture.
        camera: The picture.
        pupillary_distance_mm: The person's own, when known.
    """
    pixels = face[:, :2] * (camera.width, camera.height)
    if pupillary_distance_mm is not None:
        mm_per_px = pupillary_distance_mm / pupils_apart(pixels)
        return PictureScale(mm_per_px, PUPILLARY_SD, "pupillary_distance")
    mm_per_iris_px = iris_scale(pixels) if iris_is_real(face) else None
    if mm_per_iris_px is not None:
        # Half a pixel at each edge of the iris adds to the spread between people.
        read = 0.5 * math.sqrt(2) * mm_per_iris_px / IRIS_MM
        return PictureScale(mm_per_iris_px, math.hypot(IRIS_SD, read), "iris")
    return PictureScale(PUPILS_MM / pupils_apart(pixels), POPULATION_SD, "population")


def why_not(face: FloatArray, camera: Camera) -> str | None:
    """Why a face may not be measured, in one sentence for the person; None when it may.

    Args:
        face: (468 or 478, 3) in 0..1 of the picture.
        camera: The picture.
    """
    pose = fit_pose(face, camera.width, camera.height)
    if pose is None:
        return "The face is not whole in the picture."
    pixels = face[:, :2] * (camera.width, camera.height)
    angles = angles_of(pose)
    for angle, advice in (
        (angles.yaw, "Turn to face the camera"),
        (angles.pitch, "Lower your chin" if angles.pitch > 0 else "Raise your chin"),
        (angles.roll, "Hold your head upright"),
    ):
        if abs(angle) > MAX_ANGLE_DEG:
            off = f"{abs(angle):.0f} degrees off, at most {MAX_ANGLE_DEG:.0f}"
            return f"{advice} ({off})."
    if pupils_apart(pixels) < MIN_PUPILS_PX:
        return "Come closer: the face is too small in the picture."
    if _apart(pixels, 13, 14) > MAX_LIP_GAP * _apart(pixels, 61, 291):
        return "Close your mouth and let the face rest."
    for outer, inner, upper, lower, _ in _EYES.values():
        if _apart(pixels, upper, lower) < MIN_LID_GAP * _apart(pixels, outer, inner):
            return "Open your eyes."
    return None


def read_face(
    face: FloatArray, camera: Camera, pupillary_distance_mm: float | None = None
) -> Reading:
    """Measure a face that `why_not` has nothing against.

    Args:
        face: (468 or 478, 3) in 0..1 of the picture.
        camera: The picture.
        pupillary_distance_mm: The person's own, when known.
    """
    pose = fit_pose(face, camera.width, camera.height)
    if pose is None:
        raise ValueError("a face that cannot be fitted cannot be measured")
    scale = scale_of(face, camera, pupillary_distance_mm)
    pixels = face[:468, :2] * (camera.width, camera.height)
    values: dict[str, float] = {"symmetry_index": symmetry_index(pixels)}
    for side, (outer, inner, upper, lower, brow) in _EYES.items():
        values[f"palpebral_fissure_{side}"] = _apart(pixels, upper, lower) * scale.mm_per_px
        height = _above(pixels[brow], pixels[outer], pixels[inner])
        values[f"brow_height_{side}"] = height * scale.mm_per_px
    values["lower_face_ratio"] = _apart(pixels, *_BIGONIAL) / _apart(pixels, *_BIZYGOMATIC)
    return Reading({key: values[key] for key in MEASURES}, angles_of(pose), scale)


def symmetry_index(pixels: FloatArray) -> float:
    """Mean distance of left points from their mirrored right partners, over that of the pupils.

    Args:
        pixels: (468, 2) in square pixels.
    """
    middle = pixels[list(_MIDLINE)]
    centre = middle.mean(axis=0)
    along = np.linalg.svd(middle - centre)[2][0]
    right = pixels[list(_PAIRED)] - centre
    left = pixels[mirror()[list(_PAIRED)]] - centre
    mirrored = 2.0 * np.outer(right @ along, along) - right
    off = np.linalg.norm(left - mirrored, axis=1)
    return float(off.mean()) / pupils_apart(pixels)


def _apart(pixels: FloatArray, one: int, other: int) -> float:
    return float(np.linalg.norm(pixels[one] - pixels[other]))


def _above(point: FloatArray, outer: FloatArray, inner: FloatArray) -> float:
    """Distance of a point from the line through both corners of an eye."""
    along, off = inner - outer, point - outer
    return abs(float(along[0] * off[1] - along[1] * off[0])) / float(np.linalg.norm(along))
