"""Where each movement and zone lies on a face.

Every point of a path is a fixed weighted mean of landmarks plus millimetres in the face frame, so
one table serves the engine (which applies it to the person's neutral mesh), the browser (which
applies it to its own landmarks) and the drawings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from faceglide.face.canonical import FloatArray, mirror, vertices_mm
from faceglide.protocol.model import Anchor, Movement, NeckPoint, Protocol, Zone

Side = Literal["left", "right", "midline"]

# Face Mesh has no neck points. These hang from the corner of the jaw (landmark 172) or from below
# the ear (132) by conservative adult distances, on the skin of a slender neck: over the long neck
# muscle (sternocleidomastoid) or behind it, never at its front edge, and ending above the
# collarbone. Our default, to be signed off by a clinician.
# (landmark, out, down, forward in mm)
NECK: dict[NeckPoint, tuple[int, float, float, float]] = {
    "jaw_lateral": (172, -5.0, 10.0, -16.0),
    "over_scm": (132, -25.0, 72.0, -12.0),
    "behind_scm": (132, -16.0, 68.0, -16.0),
    "supraclavicular": (172, -6.0, 105.0, -18.0),
    "clavicle_lateral": (172, -17.0, 122.0, -12.0),
}
# How far each goes along when the shoulders show that the neck's foot lies elsewhere: the foot
# rests on the trunk, the jaw on the head, the middle of the neck between them. Our default.
FOLLOWS_TRUNK: dict[NeckPoint, float] = {
    "jaw_lateral": 0.0,
    "over_scm": 0.4,
    "behind_scm": 0.4,
    "supraclavicular": 1.0,
    "clavicle_lateral": 1.0,
}
PATH_POINTS = 32  # along a glide: steps of 1 to 5 mm, below the hand's own error
CIRCLE_POINTS = 24
OVERLAY_POINTS = 16
# The temple faces sideways more than forward: its tangent plane holds the vertical and a line
# that runs back and out. Read off the canonical mesh between landmarks 33 and 127.
_TEMPLE_OUT = np.array([0.48, 0.0, -0.88])


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """Points on a face as a linear function of its mesh.

    Attributes:
        weights: (N, 468), rows summing to 1.
        offset_mm: (N, 3) in the face frame.
        trunk: (N,) how far each point goes along with the trunk instead of the head, 0 to 1.
    """

    weights: FloatArray
    offset_mm: FloatArray
    trunk: FloatArray

    def on(self, mesh_mm: FloatArray) -> FloatArray:
        """The points on a mesh of (468, 3) millimetres, as (N, 3) millimetres."""
        return self.weights @ mesh_mm[:468] + self.offset_mm


def anchor_recipe(anchors: tuple[Anchor, ...], side: Side) -> Recipe:
    """The anchors themselves, on the asked side.

    Args:
        anchors: As the protocol gives them, for the person's right side.
        side: `left` mirrors landmarks and offsets; `midline` is taken as given.
    """
    weights = np.zeros((len(anchors), 468))
    offset = np.zeros((len(anchors), 3))
    trunk = np.zeros(len(anchors))
    to_side = mirror() if side == "left" else np.arange(468)
    out = 1.0 if side == "left" else -1.0
    for row, anchor in enumerate(anchors):
        if anchor.neck is not None:
            landmark, out_mm, down_mm, forward_mm = NECK[anchor.neck]
            landmarks: tuple[int, ...] = (landmark,)
            shares: tuple[float, ...] = (1.0,)
            trunk[row] = FOLLOWS_TRUNK[anchor.neck]
        else:
            landmarks, out_mm, down_mm, forward_mm = anchor.landmarks, 0.0, 0.0, 0.0
            shares = anchor.weights or (1.0 / len(landmarks),) * len(landmarks)
        for landmark, share in zip(landmarks, shares, strict=True):
            weights[row, to_side[landmark]] += share
        offset[row] = (
            out * (out_mm + anchor.out_mm),
            -(down_mm + anchor.down_mm),
            forward_mm + anchor.forward_mm,
        )
    return Recipe(weights, offset, trunk)


def _spread_evenly(corners: Recipe, count: int) -> Recipe:
    """A polyline's points at even arc length on the canonical face, corners rounded."""
    at = corners.on(vertices_mm())
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(at, axis=0), axis=1))])
    want = np.linspace(0.0, along[-1], count)
    left = np.clip(np.searchsorted(along, want, side="right") - 1, 0, len(at) - 2)
    share = ((want - along[left]) / (along[left + 1] - along[left]))[:, None]
    mix = np.zeros((count, len(at)))
    rows = np.arange(count)
    mix[rows, left] = 1.0 - share[:, 0]
    mix[rows, left + 1] += share[:, 0]
    rounded = mix.copy()
    rounded[1:-1] = 0.25 * mix[:-2] + 0.5 * mix[1:-1] + 0.25 * mix[2:]
    return Recipe(rounded @ corners.weights, rounded @ corners.offset_mm, rounded @ corners.trunk)


@lru_cache(maxsize=256)
def _cached(anchors: tuple[Anchor, ...], motion: str, radius: float, side: Side, n: int) -> Recipe:
    corners = anchor_recipe(anchors, side)
    if motion == "hold":
        return corners
    if motion == "glide":
        return _spread_evenly(corners, n)
    turn = np.linspace(0.0, 2.0 * np.pi, n)[:, None]
    out = _TEMPLE_OUT * (1.0 if side == "left" else -1.0, 1.0, 1.0)
    ring = radius * (np.sin(turn) * np.array([[0.0, 1.0, 0.0]]) + np.cos(turn) * out)
    return Recipe(
        np.repeat(corners.weights, n, axis=0), corners.offset_mm + ring, np.repeat(corners.trunk, n)
    )


def movement_recipe(movement: Movement, side: Side, points: int = PATH_POINTS) -> Recipe:
    """The movement's points as a function of the mesh: a path, a ring, or the places of a hold."""
    return _cached(movement.path, movement.motion, movement.radius_mm or 0.0, side, points)


def movement_path(movement: Movement, side: Side, mesh_mm: FloatArray) -> FloatArray:
    """Where a movement runs on this face.

    Args:
        movement: From the protocol.
        side: The person's own side; `midline` for movements on the midline.
        mesh_mm: (468, 3) millimetres in the face frame.

    Returns:
        (N, 3) millimetres in the order of the movement: along a glide, once round a circle, the
        points of a hold.
    """
    count = CIRCLE_POINTS if movement.motion == "circle" else PATH_POINTS
    return movement_recipe(movement, side, count).on(mesh_mm)


def zone_outline(zone: Zone, side: Side, mesh_mm: FloatArray) -> FloatArray:
    """A zone's polygon on the asked half of this face, as (N, 3) millimetres."""
    return anchor_recipe(zone.outline, side).on(mesh_mm)


def movement_landmarks(protocol: Protocol) -> frozenset[int]:
    """Every mesh index that a movement's path leans on, on both sides."""
    used: set[int] = set()
    for movement in protocol.movements:
        for side in movement.sides:
            weights = anchor_recipe(movement.path, side).weights
            used.update(int(k) for k in np.flatnonzero(weights.any(axis=0)))
    return frozenset(used)


def overlay_recipes(protocol: Protocol) -> list[dict[str, Any]]:
    """Every movement's path as data from which a page draws it on its own landmarks.

    Returns:
        One entry per movement and side: `movement`, `zone`, `side`, `motion`, and `points`, each
        `{"landmarks": [...], "weights": [...], "offset_mm": [x, y, z in the face frame]}`.
    """
    recipes = []
    for movement in protocol.movements:
        for side in movement.sides:
            recipe = movement_recipe(movement, side, OVERLAY_POINTS)
            points = []
            for weights, offset in zip(recipe.weights, recipe.offset_mm, strict=True):
                landmarks = np.flatnonzero(weights)
                points.append(
                    {
                        "landmarks": [int(k) for k in landmarks],
                        "weights": [round(float(weights[k]), 4) for k in landmarks],
                        "offset_mm": [round(float(value), 2) for value in offset],
                    }
                )
            recipes.append(
                {
                    "movement": movement.id,
                    "zone": movement.zone,
                    "side": side,
                    "motion": movement.motion,
                    "points": points,
                }
            )
    return recipes
