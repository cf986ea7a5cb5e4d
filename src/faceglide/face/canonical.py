"""The canonical face: the average mesh that every person's own face is fitted from."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@cache
def _data() -> dict[str, list[list[float]]]:
    text = files("faceglide.face").joinpath("data/canonical_face.json").read_text("utf-8")
    loaded: dict[str, list[list[float]]] = json.loads(text)
    return loaded


@cache
def vertices_mm() -> FloatArray:
    """The mesh in the face frame.

    Returns:
        (468, 3) millimetres: x to the person's left, y up, z out of the face. The model's own
        unit is taken as 10 mm, which puts the exocanthia 89 mm apart.
    """
    points = np.asarray(_data()["vertices"], dtype=np.float64) * 10.0
    points.setflags(write=False)
    return points


@cache
def triangles() -> IntArray:
    """The mesh's triangles as (898, 3) indices into `vertices_mm`."""
    return np.asarray(_data()["triangles"], dtype=np.int64)


@cache
def mirror() -> IntArray:
    """For each of the 468 points, the index of its mirror image on the other side."""
    return np.asarray(_data()["mirror"], dtype=np.int64)


def mesh_normals(mesh_mm: FloatArray) -> FloatArray:
    """(468, 3) unit normals of the skin at the points of a mesh (468, 3), out of the face."""
    corners = triangles()
    first, second, third = (mesh_mm[corners[:, k]].T for k in range(3))
    (ax, ay, az), (bx, by, bz) = second - first, third - first
    facing = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    every = corners.T.ravel()
    normals: FloatArray = np.stack(
        [np.bincount(every, np.tile(part, 3), 468) for part in facing], axis=1
    )
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return normals if normals[4, 2] > 0 else -normals
