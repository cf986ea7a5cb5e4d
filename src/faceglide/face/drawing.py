"""The whole routine laid on one photographed face: where each movement runs in the picture.

A path is a weighted mean of landmarks, which the photo shows, plus millimetres in the face frame,
which the fitted head turns into pixels. So every path sits on this face, not on the average one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from faceglide.errors import BadInput
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.head import POSE_POINTS
from faceglide.face.paths import CIRCLE_POINTS, PATH_POINTS, Side, movement_recipe
from faceglide.face.pose import Pose, first_guess, focal_px
from faceglide.face.scale import LEFT_EYE, POPULATION_SD, RIGHT_EYE
from faceglide.face.shoulders import neck_foot_moves
from faceglide.protocol.model import Movement, Protocol

# Beyond this the far side of the face is hidden and its landmarks are a guess.
MAX_TURN_DEG = 30.0
_MESH = 468


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One movement on one side, in the photo.

    Attributes:
        number: The movement's number in the legend, from 1.
        movement: The movement.
        side: The person's own side.
        points_px: (N, 2) in the photo's pixels, in the movement's direction: along a glide, once
            round a circle, the places of a hold.
    """

    number: int
    movement: Movement
    side: Side
    points_px: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FaceMap:
    """Every movement on one photographed face.

    Attributes:
        width: Photo width in pixels.
        height: Photo height in pixels.
        face_px: (468, 2) the face's points in pixels.
        px_per_mm: Scale at the face, for an average pupillary distance.
        turn_deg: How far the face is turned from the camera.
        lines: In the protocol's order.
    """

    width: int
    height: int
    face_px: FloatArray
    px_per_mm: float
    turn_deg: float
    lines: tuple[Line, ...]


def fit_pose(face: FloatArray, width: int, height: int) -> Pose | None:
    """The average head laid over one photo's points, without perspective.

    A photo may be any cut-out of what the camera saw, so where its optical axis was is not known;
    the pose is the one about the line of sight to the face.

    Args:
        face: (468 or 478, 3) points in 0..1 of width and height; NaN rows are passed over.
        width: Picture width in pixels.
        height: Picture height in pixels.

    Returns:
        The pose, its depth for the nominal focal length; None where the points span no face.
    """
    rows = [row for row in POSE_POINTS if np.isfinite(face[row]).all()]
    rays = (face[rows, :2] - 0.5) * np.array([width, height]) / focal_px(width, height)
    trust = np.array([POSE_POINTS[row] for row in rows])
    return first_guess(vertices_mm()[rows], rays, trust)


def map_face(
    protocol: Protocol,
    face: FloatArray,
    width: int,
    height: int,
    place: str = "face",
    shoulders: FloatArray | None = None,
) -> FaceMap:
    """Lay every movement of the protocol on a face.

    Args:
        protocol: Where the movements come from.
        face: (468 or 478, 3) all points of one face, in 0..1 of the photo.
        width: Photo width in pixels.
        height: Photo height in pixels.
        place: What to name when the face cannot be used.
        shoulders: (2, 2) the person's right and left shoulder, in 0..1 of the photo; where they are
            seen and can be believed, the foot of the neck lies between them.

    Raises:
        BadInput: When the face is turned so far that one side is hidden.
    """
    pose = fit_pose(face, width, height)
    if pose is None or pose.turn_deg() > MAX_TURN_DEG:
        turn = "" if pose is None else f" by {pose.turn_deg():.0f} degrees"
        expected = f"a face from the front, turned by at most {MAX_TURN_DEG:.0f} degrees"
        raise BadInput(place, f"the face is turned away{turn}", expected)
    face_px = face[:_MESH, :2] * (width, height)
    px_per_mm = _px_per_mm(face_px, pose)
    onto_picture = px_per_mm * pose.rotation[:2].T
    moved_px: Mapping[Side, FloatArray] = {}
    if shoulders is not None:
        moved_px = neck_foot_moves(face_px, onto_picture, shoulders * (width, height)) or {}
    lines = []
    for number, movement in enumerate(protocol.movements, 1):
        count = CIRCLE_POINTS if movement.motion == "circle" else PATH_POINTS
        for side in movement.sides:
            recipe = movement_recipe(movement, side, count)
            points = recipe.weights @ face_px + recipe.offset_mm @ onto_picture
            if side in moved_px:
                points = points + recipe.trunk[:, None] * moved_px[side]
            lines.append(Line(number, movement, side, points))
    return FaceMap(width, height, face_px, px_per_mm, pose.turn_deg(), tuple(lines))


def _px_per_mm(face_px: FloatArray, pose: Pose) -> float:
    """Pixels per millimetre at the eyes, taking the average distance between pupils for theirs.

    Of all lengths of a face this one varies least between adults (`POPULATION_SD`).
    """
    average = vertices_mm() @ pose.rotation.T
    return pupils_apart(face_px) / pupils_apart(average[:, :2])


def pupils_apart(points: FloatArray) -> float:
    """Distance between the middles of both eyes, in the unit of the (468, n) points."""
    right, left = points[list(RIGHT_EYE)].mean(axis=0), points[list(LEFT_EYE)].mean(axis=0)
    return float(np.linalg.norm(left - right))


def map_json(drawn: FaceMap, protocol_version: str) -> dict[str, Any]:
    """The map as data.

    Returns:
        The photo's size, the scale with its relative standard deviation, and per movement and side
        the polyline in pixels of the upright photo.
    """
    return {
        "protocol": protocol_version,
        "width": drawn.width,
        "height": drawn.height,
        "px_per_mm": round(drawn.px_per_mm, 3),
        "px_per_mm_relative_sd": POPULATION_SD,
        "turn_deg": round(drawn.turn_deg, 1),
        "paths": [
            {
                "number": line.number,
                "movement": line.movement.id,
                "name": line.movement.name,
                "zone": line.movement.zone,
                "side": line.side,
                "motion": line.movement.motion,
                "points": np.round(line.points_px, 1).tolist(),
            }
            for line in drawn.lines
        ],
    }


def calm(line: Line) -> FloatArray:
    """A glide's points as a calmer line than the mesh they run over; both ends stay."""
    points = line.points_px.copy()
    if line.movement.motion == "glide":
        for _ in range(6):
            points[1:-1] = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
    return points


def arrow(points: FloatArray, size: float) -> FloatArray:
    """An arrow head for the end of a line, as a (4, 2) polygon of length `size`."""
    back = points[-1] - points
    far = np.flatnonzero(np.hypot(back[:, 0], back[:, 1]) >= size)
    along = back[int(far[-1])] if len(far) else back[0]
    along = along / max(math.hypot(*along), 1e-9)
    across = np.array([-along[1], along[0]])
    tip = points[-1]
    nose, base = tip + 0.35 * size * along, tip - 0.65 * size * along
    return np.stack(
        [nose, base + 0.5 * size * across, tip - 0.35 * size * along, base - 0.5 * size * across]
    )
