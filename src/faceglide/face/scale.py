"""How many millimetres a face measures: a picture alone cannot say.

Every source carries its relative standard deviation, which lengths and speeds inherit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from faceglide.errors import BadInput
from faceglide.face.canonical import FloatArray, vertices_mm

# Outer and inner corners of both eyes; their mean stands for the pupil looking ahead.
RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
POPULATION_SD = 0.06  # spread of adult pupillary distance (63 mm +/- 6 %)
IRIS_MM, IRIS_SD = 11.7, 0.043  # horizontal visible iris diameter, 11.7 +/- 0.5 mm
PUPILLARY_SD = 0.02  # a ruler or a prescription, rounded to a millimetre, plus gaze
PLAUSIBLE_PUPILLARY_MM = (40.0, 85.0)  # children to the largest adults
# Rings of four points about each iris centre, in the refined mesh.
_IRIS = ((469, 470, 471, 472), (474, 475, 476, 477))


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of this face.

    Attributes:
        factor: Multiplies a mesh of the canonical model's size.
        relative_sd: Standard deviation of `factor`, as a share of it.
        source: Where it comes from.
    """

    factor: float
    relative_sd: float
    source: Literal["population", "pupillary_distance", "iris"]


def pupillary_mm(mesh_mm: FloatArray) -> float:
    """Distance between the middles of the eyes of a (468, 3) mesh, in millimetres."""
    right, left = mesh_mm[list(RIGHT_EYE)].mean(axis=0), mesh_mm[list(LEFT_EYE)].mean(axis=0)
    return float(np.linalg.norm(left - right))


def population() -> Scale:
    """The average adult, for want of anything better."""
    return Scale(1.0, POPULATION_SD, "population")


def from_pupillary_distance(distance_mm: float, mesh_mm: FloatArray | None = None) -> Scale:
    """From the distance the person knows.

    Args:
        distance_mm: Between the pupils, looking ahead.
        mesh_mm: (468, 3) the mesh to be scaled; the canonical one when left out.

    Raises:
        BadInput: No human's pupils are that far apart.
    """
    low, high = PLAUSIBLE_PUPILLARY_MM
    if not low <= distance_mm <= high:
        raise BadInput(
            "pupillary distance", f"{distance_mm} mm", f"between {low:g} and {high:g} mm"
        )
    mesh = vertices_mm() if mesh_mm is None else mesh_mm
    return Scale(distance_mm / pupillary_mm(mesh), PUPILLARY_SD, "pupillary_distance")


def iris_is_real(face: FloatArray) -> bool:
    """Whether points 468 to 477 are an iris and not copies of other eye points.

    Args:
        face: (468 or 478, 3) as the tracker gave it.
    """
    if len(face) < 478 or not np.isfinite(face[468:478, :2]).all():
        return False
    eyes = face[:468, :2][np.isfinite(face[:468, 0])]
    gap = np.linalg.norm(face[468:478, None, :2] - eyes[None], axis=2).min(axis=1)
    width = float(np.linalg.norm(face[469, :2] - face[471, :2]))
    return bool(width > 0 and np.median(gap) > 1e-3 * width)


def iris_scale(points: FloatArray) -> float | None:
    """How large a mesh is drawn against its own irises.

    Args:
        points: (478, 3) one frame's points in millimetres of the mesh being scaled, or any unit
            in which all axes are alike, facing the camera.

    Returns:
        True millimetres per unit, or None where the irises do not agree with each other.
    """
    widths = [float(np.linalg.norm(points[ring[0], :2] - points[ring[2], :2])) for ring in _IRIS]
    low, high = min(widths), max(widths)
    if low <= 0 or high / low > 1.25:
        return None
    return IRIS_MM / (0.5 * (low + high))
