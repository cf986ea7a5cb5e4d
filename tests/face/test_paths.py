"""Movements lie where a therapist would lay them, on both sides, on any face."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from faceglide.face import movement_path, overlay_recipes, zone_outline
from faceglide.face.canonical import mirror, vertices_mm
from faceglide.face.paths import anchor_recipe
from faceglide.protocol import load_protocol
from faceglide.protocol.no_press import load_no_press

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


def at_heights(path: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Where a path that only rises or only falls passes each height, as (N, 3) millimetres."""
    order = np.argsort(path[:, 1])
    return np.column_stack(
        [np.interp(heights, path[order, 1], path[order, axis]) for axis in range(3)]
    )


def gap_to_line(points: np.ndarray, line: np.ndarray) -> float:
    """The least distance in millimetres of points from a polyline."""
    dense = np.vstack([np.linspace(a, b, 50) for a, b in itertools.pairwise(line)])
    return float(np.linalg.norm(points[:, None] - dense[None], axis=2).min())


def test_the_neck_is_worked_at_the_side_and_below_the_jaw() -> None:
    mesh = vertices_mm()
    up = movement_path(MOVEMENTS["neck.glide_up"], "left", mesh)
    down = movement_path(MOVEMENTS["neck.drain_down"], "left", mesh)
    assert up[0, 1] < mesh[152, 1] - 50
    assert (np.diff(up[:, 1]) > 0).all(), "from the collarbone to the jaw"
    assert (np.diff(down[:, 1]) < 0).all(), "from the ear to the hollow above the collarbone"
    assert up[-1, 1] < mesh[172, 1], "ends below the corner of the jaw"


def test_the_two_neck_lines_are_apart_and_on_the_neck() -> None:
    """Over the long muscle upward, behind it downward; both inside a slender neck's outline."""
    mesh = vertices_mm()
    up = movement_path(MOVEMENTS["neck.glide_up"], "left", mesh)
    down = movement_path(MOVEMENTS["neck.drain_down"], "left", mesh)
    heights = np.linspace(up[-1, 1], down[-1, 1], 40)
    over, behind = at_heights(up, heights), at_heights(down, heights)
    assert (behind[:, 0] - over[:, 0]).min() >= 8, "seen from the front"
    assert (behind[:, 2] < over[:, 2]).all(), "and further back"

    on_the_neck = heights < mesh[152, 1]  # the average face is 153 mm wide, its neck 115
    assert over[on_the_neck, 0].min() > 40, "never near the throat"
    assert behind[on_the_neck, 0].max() < 58, "never beside the neck"


@pytest.mark.parametrize("movement", ["neck.glide_up", "neck.drain_down"])
def test_the_neck_lines_keep_off_what_is_never_pressed(movement: str) -> None:
    path = movement_path(MOVEMENTS[movement], "right", vertices_mm())
    places = [place for place in load_no_press() if {"neck", "jawline"} & set(place.zones)]
    assert {"carotid", "larynx_and_thyroid", "facial_artery"} <= {place.id for place in places}
    for place in places:
        line = anchor_recipe(place.at, "right").on(vertices_mm())
        assert gap_to_line(path, line[[0, *range(len(line))]]) > place.radius_mm, place.id


@pytest.mark.parametrize("movement", ["neck.glide_up", "neck.drain_down"])
def test_a_neck_stroke_is_planned_as_long_as_its_line(movement: str) -> None:
    path = movement_path(MOVEMENTS[movement], "left", vertices_mm())
    length_mm = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    assert MOVEMENTS[movement].nominal_length_mm == pytest.approx(length_mm, rel=0.05)


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
