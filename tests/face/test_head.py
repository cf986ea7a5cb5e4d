"""The head is followed under hands, through collapses, and measured in honest millimetres."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.errors import BadInput
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.head import POSE_POINTS, HeadTracker
from faceglide.face.pose import FRONTAL, focal_px
from faceglide.face.scale import iris_is_real, pupillary_mm

WIDTH, HEIGHT = 640, 480
ROWS = tuple(sorted(POSE_POINTS))


def turned(yaw_deg: float) -> FloatArray:
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    return FRONTAL @ turn


def picture(
    rotation: FloatArray, at_mm: tuple[float, float, float], mesh: FloatArray
) -> FloatArray:
    """A face as a tracker reports it, (468, 3)."""
    points = mesh @ rotation.T + np.array(at_mm)
    focal = focal_px(WIDTH, HEIGHT)
    x = 0.5 + focal * points[:, 0] / points[:, 2] / WIDTH
    y = 0.5 + focal * points[:, 1] / points[:, 2] / HEIGHT
    return np.stack([x, y, (points[:, 2] - at_mm[2]) / 500], axis=1)


def tracker(**options: float) -> HeadTracker:
    return HeadTracker(WIDTH, HEIGHT, ROWS, **options)


@pytest.mark.parametrize("yaw", [-20, 0, 15])
def test_a_turned_head_is_found_where_it_is(yaw: float) -> None:
    head = tracker().update(0.0, picture(turned(yaw), (30, -20, 520), vertices_mm()), [])
    assert head is not None
    assert head.pose.translation == pytest.approx([30, -20, 520], abs=3)
    assert head.pose.turn_deg() == pytest.approx(abs(yaw), abs=1)


def test_points_dragged_under_a_hand_do_not_move_the_head() -> None:
    follow = tracker()
    for i in range(10):
        follow.update(i * 0.05, picture(FRONTAL, (0, 0, 500), vertices_mm()), [])
    face = picture(FRONTAL, (0, 0, 500), vertices_mm())
    side = vertices_mm()[:, 0] > 25
    dragged = face.copy()
    dragged[side, 0] += 0.02
    hand = follow.rays(face[side])
    with_hand = follow.update(0.5, dragged, [hand])
    assert with_hand is not None
    assert abs(with_hand.pose.translation[0]) < 2


def test_a_mesh_that_collapses_onto_one_eye_is_not_believed_and_the_head_comes_back() -> None:
    follow = tracker()
    good = picture(FRONTAL, (0, 0, 500), vertices_mm())
    for i in range(10):
        follow.update(i * 0.05, good, [])
    eye = good[33]
    collapsed = eye + (good - eye) * 0.15
    held = follow.update(0.5, collapsed, [])
    assert held is not None
    assert not held.fresh
    assert held.pose.translation[2] == pytest.approx(500, rel=0.05)
    back = follow.update(0.55, good, [])
    assert back is not None
    assert back.fresh


def test_a_head_that_left_is_given_up() -> None:
    follow = tracker()
    follow.update(0.0, picture(FRONTAL, (0, 0, 500), vertices_mm()), [])
    assert follow.update(1.0, None, []) is not None
    assert follow.update(5.0, None, []) is None


def test_the_neutral_mesh_becomes_the_persons_own() -> None:
    own = vertices_mm() * [1.08, 0.95, 1.0]
    follow = tracker()
    for i in range(60):
        follow.update(i * 0.05, picture(FRONTAL, (0, 0, 500), own), [])
    learned = follow.neutral.mesh_mm
    ratio = (np.ptp(learned[:, 0]) / np.ptp(learned[:, 1])) / (
        np.ptp(vertices_mm()[:, 0]) / np.ptp(vertices_mm()[:, 1])
    )
    assert ratio == pytest.approx(1.08 / 0.95, abs=0.03)


def test_a_known_pupillary_distance_sets_the_scale() -> None:
    follow = tracker(pupillary_distance_mm=58.0)
    for i in range(30):
        follow.update(i * 0.05, picture(FRONTAL, (0, 0, 500), vertices_mm()), [])
    assert pupillary_mm(follow.neutral.mesh_mm) == pytest.approx(58, abs=0.5)
    assert follow.scale.relative_sd < tracker().scale.relative_sd


def test_an_impossible_pupillary_distance_is_refused() -> None:
    with pytest.raises(BadInput, match="between 40 and 85 mm"):
        tracker(pupillary_distance_mm=6.3)


def test_an_iris_made_of_copied_eye_points_is_not_taken_for_one() -> None:
    face = picture(FRONTAL, (0, 0, 500), vertices_mm())
    copies = np.concatenate([face, face[[33, 133, 159, 145, 33, 263, 362, 386, 374, 263]]])
    assert not iris_is_real(copies)
    centre = face[[33, 133]].mean(axis=0)
    ring = np.array([[0, 0, 0], [5e-3, 0, 0], [0, 6e-3, 0], [-5e-3, 0, 0], [0, -6e-3, 0]])
    other = centre + np.array([0.1, 0, 0])
    assert iris_is_real(np.concatenate([face, centre + ring, other + ring]))


def test_rows_that_were_not_sent_do_no_harm() -> None:
    face = picture(FRONTAL, (0, 0, 500), vertices_mm())
    sent = np.full_like(face, np.nan)
    sent[list(ROWS)] = face[list(ROWS)]
    head = tracker().update(0.0, sent, [])
    assert head is not None
    assert np.isfinite(head.pose.translation).all()


def test_points_that_carry_the_pose_may_be_missing() -> None:
    """As when a tracker gives no number for some: the others still say where the head is."""
    whole, holed = tracker(), tracker()
    missing = ROWS[::3]
    for i in range(10):
        face = picture(turned(3.0 * i), (3.0 * i, -20, 520), vertices_mm())
        sent = face.copy()
        sent[list(missing)] = np.nan
        seen, found = whole.update(i * 0.05, face, []), holed.update(i * 0.05, sent, [])
        assert seen is not None
        assert found is not None
        assert found.fresh
        assert found.pose.translation == pytest.approx(seen.pose.translation, abs=2)
        assert found.pose.turn_deg() == pytest.approx(seen.pose.turn_deg(), abs=1)
    assert np.isfinite(holed.neutral.mesh_mm).all()


def test_one_missing_point_costs_nobody_the_head() -> None:
    follow = tracker()
    face = picture(FRONTAL, (0, 0, 500), vertices_mm())
    follow.update(0.0, face, [])
    face[ROWS[0]] = np.nan
    head = follow.update(0.05, face, [])
    assert head is not None
    assert head.fresh
