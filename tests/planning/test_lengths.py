"""The lengths that plans are timed by stay true to the average face."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.face.canonical import vertices_mm
from faceglide.protocol import load_protocol
from faceglide.protocol.model import Movement

GLIDES = [
    movement
    for movement in load_protocol().movements
    if movement.motion == "glide" and not any(anchor.neck for anchor in movement.path)
]


@pytest.mark.parametrize("movement", GLIDES, ids=lambda movement: movement.id)
def test_a_stroke_is_as_long_as_its_path_on_the_average_face(movement: Movement) -> None:
    mesh = vertices_mm()
    points = []
    for anchor in movement.path:
        weights = anchor.weights or (1 / len(anchor.landmarks),) * len(anchor.landmarks)
        point = np.asarray(weights) @ mesh[list(anchor.landmarks)]
        moved = np.array([-anchor.out_mm, -anchor.down_mm, anchor.forward_mm])
        points.append(point + moved)
    length_mm = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    assert movement.nominal_length_mm == pytest.approx(length_mm, rel=0.15)
