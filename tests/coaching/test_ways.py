"""The protocol's glides laid on a face."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.coaching.hands import TOOL_GRIPS
from faceglide.coaching.ways import PAD_MM, Ways
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.protocol import load_protocol
from tests.coaching.ladders import CHEEK, FOREHEAD, JAW, _plan, _way


def _laid(mesh_mm: FloatArray | None = None) -> Ways:
    ways = Ways(load_protocol(), _plan())
    ways.lay(vertices_mm() if mesh_mm is None else mesh_mm)
    return ways


def test_a_tool_is_looked_for_in_every_grip_where_the_plan_has_one_and_nowhere_else() -> None:
    ways = _laid()
    held = [way for way in ways.ways if ways.contacts[way.contact].reach]
    assert {(way.movement.id, way.side) for way in held} == {(FOREHEAD, "left")}
    assert len(held) == sum(len(grip.reaches_mm) for grip in TOOL_GRIPS)
    planned = [way for way, planned in zip(ways.ways, ways.tool_planned, strict=True) if planned]
    assert {(way.movement.id, way.side) for way in planned} == {(FOREHEAD, "left")}
    assert len(planned) == len(held) + 1  # bare hands may do it all the same


def test_of_skin_that_faces_the_camera_a_millimetre_is_a_millimetre() -> None:
    ways = _laid()
    assert ways.across[_way(FOREHEAD)] == 1.0
    assert 0.5 < ways.across[_way(JAW)] < 0.9


def test_skin_that_faces_far_aside_is_never_taken_for_narrower_than_it_can_be_told() -> None:
    mesh = vertices_mm().copy()
    mesh[:, 0] *= 0.6  # a face so narrow that its sides are seen from the edge
    assert _laid(mesh).across.min() == pytest.approx(0.6)


def test_the_end_of_a_way_that_turns_from_the_camera_takes_longer_to_show() -> None:
    ways = _laid()
    along, _ = ways.soft
    # Two millimetres of the picture are the last sixth of a natural motion's time.
    assert along[_way(FOREHEAD)] == pytest.approx(1 / 6, abs=0.02)
    assert along[_way(CHEEK)] > 1.5 * along[_way(FOREHEAD)]


def test_a_fingertips_landmark_runs_above_the_skin_that_its_pad_touches() -> None:
    ways = _laid()
    bare, held = _way(FOREHEAD), _way(FOREHEAD, tool=True)
    apart = np.linalg.norm(ways.points_mm[bare] - ways.points_mm[held], axis=1)
    assert apart == pytest.approx(np.full(len(apart), PAD_MM))
