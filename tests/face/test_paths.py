"""Movements lie where a therapist would lay them, on both sides, on any face."""

from __future__ import annotations

import json

import numpy as np
import pytest

from faceglide.face import movement_path, overlay_recipes, zone_outline
from faceglide.face.canonical import mirror, vertices_mm
from faceglide.protocol import load_protocol

MOVEMENTS = {movement.id: movement for movement in load_protocol().movements}


def test_every_movement_has_a_path_on_each_of_its_sides() -> None:
    for movement in MOVEMENTS.values():
        for side in movement.sides:
            path = movement_path(movement, side, vertices_mm())
            assert np.isfinite(path).all(), (movement.id, side)
            steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
            if movement.motion == "glide":
                assert steps.max() < 3 * steps.mean(), "no jumps on the way"


@pytest.mark.parametrize("name", [k for k, m in MOVEMENTS.items() if "left" in m.sides])
def test_the_left_path_is_the_right_one_in_a_mirror(name: str) -> None:
    left = movement_path(MOVEMENTS[name], "left", vertices_mm())
    right = movement_path(MOVEMENTS[name], "right", vertices_mm())
    assert np.allclose(left * [-1, 1, 1], right, atol=0.5)
    assert left[:, 0].mean() > 0 > right[:, 0].mean()


def test_the_forehead_runs_from_the_middle_outward_and_the_jaw_from_the_chin_up() -> None:
    forehead = movement_path(MOVEMENTS["forehead.glide_out"], "left", vertices_mm())
    assert abs(forehead[0, 0]) < 3
    assert forehead[-1, 0] > 60
    jaw = movement_path(MOVEMENTS["jawline.sweep_up"], "right", vertices_mm())
    assert jaw[-1, 1] - jaw[0, 1] > 60
    assert jaw[-1, 0] < -60


def test_the_neck_is_worked_at_the_side_and_below_the_jaw() -> None:
    mesh = vertices_mm()
    for name in ("neck.glide_up", "neck.drain_down"):
        path = movement_path(MOVEMENTS[name], "left", mesh)
        assert path[:, 0].min() > 40, "never near the throat"
    up = movement_path(MOVEMENTS["neck.glide_up"], "left", mesh)
    assert up[0, 1] < mesh[152, 1] - 50
    assert up[-1, 1] > up[0, 1]


def test_paths_follow_a_face_of_another_size() -> None:
    small = movement_path(MOVEMENTS["cheeks.sweep_up_out"], "left", 0.9 * vertices_mm())
    usual = movement_path(MOVEMENTS["cheeks.sweep_up_out"], "left", vertices_mm())
    ratio = np.ptp(small[:, 0]) / np.ptp(usual[:, 0])
    assert ratio == pytest.approx(0.9, abs=0.02)


def test_zone_outlines_enclose_their_movements_side() -> None:
    for zone in load_protocol().zones:
        left = zone_outline(zone, "left", vertices_mm())
        assert left[:, 0].mean() > 0, zone.id


def test_the_page_can_lay_every_path_from_landmarks_alone() -> None:
    recipes = json.loads(json.dumps(overlay_recipes(load_protocol())))
    assert {(r["movement"], r["side"]) for r in recipes} == {
        (m.id, side) for m in MOVEMENTS.values() for side in m.sides
    }
    for recipe in recipes:
        drawn = np.array(
            [
                np.array(p["weights"]) @ vertices_mm()[p["landmarks"]] + p["offset_mm"]
                for p in recipe["points"]
            ]
        )
        path = movement_path(MOVEMENTS[recipe["movement"]], recipe["side"], vertices_mm())
        assert np.linalg.norm(drawn[0] - path[0]) < 0.5
        assert np.linalg.norm(drawn[-1] - path[-1]) < 0.5


def test_mirroring_twice_changes_nothing() -> None:
    assert (mirror()[mirror()] == np.arange(468)).all()
