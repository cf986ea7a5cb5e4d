"""Hands followed from picture to picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceglide.coaching import hands
from faceglide.coaching.hands import PADS, Contacts, HandTracker, Touch, Track
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import Hand
from tests.coaching.ladders import flat_hand

AWAY_MM = 500.0


def _keys(places_mm: list[tuple[float, float]]) -> list[int]:
    """Which hand it is taken to be, seen at these times so far to the side."""
    tracker, keys = HandTracker(), []
    for t, x_mm in places_mm:
        rays = np.tile([x_mm / AWAY_MM, 0.0], (21, 1))
        hand = Hand("left", 0.9, np.full((21, 3), 0.5), None)
        (sighting,) = tracker.update(t, (hand,), [rays], AWAY_MM)
        keys.append(sighting.track.key)
    return keys


@pytest.mark.parametrize(
    ("gap_s", "far_mm", "same"),
    [
        (0.04, 80.0, True),
        (0.04, 110.0, False),
        (0.5, 380.0, True),
        (0.5, 480.0, False),
        (0.9, 20.0, True),
        (1.2, 20.0, False),
    ],
)
def test_a_hand_is_the_same_as_far_as_it_can_have_gone_meanwhile(
    gap_s: float, far_mm: float, same: bool
) -> None:
    first, second = _keys([(0.0, 0.0), (gap_s, far_mm)])
    assert (first == second) == same


def _open_hand(apart: float, pointing: float = 0.0) -> FloatArray:
    """(21, 2) slopes of a hand with fingertips so far apart, in lengths of a palm of 0.2.

    A palm `pointing` at the camera looks by that share shorter.
    """
    rays = np.zeros((21, 2))
    rays[9] = 0.0, -0.2 * (1.0 - pointing)
    for finger, tip in enumerate(PADS):
        rays[tip] = 0.2 * apart * (finger - 1), -0.4
    return rays


def _working(seen: list[tuple[float, FloatArray]]) -> FloatArray:
    """(2,) slopes of the working pads' middle after such a hand was seen at these times."""
    tracker = HandTracker()
    hand = Hand("left", 0.9, np.full((21, 3), 0.5), None)
    for t, rays in seen:
        (sighting,) = tracker.update(t, (hand,), [rays], AWAY_MM)
    return sighting.tip


@pytest.mark.parametrize(("apart", "fingers"), [(0.29, PADS), (0.4, (8, 12))])
def test_of_a_spread_hand_the_ring_finger_does_not_work(
    apart: float, fingers: tuple[int, ...]
) -> None:
    rays = _open_hand(apart)
    tip = _working([(k / 25, rays) for k in range(5)])
    assert tip == pytest.approx(rays[list(fingers)].mean(axis=0), abs=1e-6)


def test_fingers_look_no_further_apart_while_the_palm_points_at_the_camera() -> None:
    together = _open_hand(0.25)
    pointing = _open_hand(0.25, pointing=0.6)
    seen = [(k / 25, together) for k in range(25)] + [(1 + k / 25, pointing) for k in range(50)]
    assert _working(seen) == pytest.approx(pointing[list(PADS)].mean(axis=0), abs=1e-6)


def test_who_spreads_the_fingers_for_a_moment_works_with_three_and_for_longer_with_two() -> None:
    together, spread = _open_hand(0.2), _open_hand(0.45)
    held = [(k / 25, together) for k in range(50)]
    three, two = (spread[list(pads)].mean(axis=0) for pads in (PADS, (8, 12)))
    for_a_moment = [(2 + k / 25, spread) for k in range(15)]
    assert _working(held + for_a_moment) == pytest.approx(three, abs=1e-6)
    for_longer = [(2 + k / 25, spread) for k in range(100)]
    assert _working(held + for_longer) == pytest.approx(two, abs=1e-3)


def test_a_palm_that_showed_longer_is_forgotten_in_time() -> None:
    near, far = 2.0 * _open_hand(0.4), _open_hand(0.4)
    came_away = [(0.0, near)] + [(k / 25, far) for k in range(1, 500)]
    assert _working(came_away[:125]) == pytest.approx(far[list(PADS)].mean(axis=0), abs=2e-3)
    assert _working(came_away) == pytest.approx(far[[8, 12]].mean(axis=0), abs=2e-3)


def test_what_touches_is_the_mean_of_its_pads_and_a_tools_edge_lies_beyond_them() -> None:
    hand = flat_hand(np.array([0.1, 0.05]))
    bare, index, edge = Touch((Contacts(PADS), Contacts((8, 12)), Contacts(PADS, 40.0, 28.0))).tips(
        hand, AWAY_MM
    )
    assert bare == pytest.approx(hand.tip)
    assert index == pytest.approx(hand.rays[[8, 12]].mean(axis=0))
    assert AWAY_MM * np.hypot(*(edge - hand.tip)) == pytest.approx(40.0, abs=3.0)


def test_a_tool_leaves_a_fist_past_the_middle_joints_and_fingertips_like_a_pencil() -> None:
    hand = flat_hand(np.array([0.1, 0.05]))
    held = [
        Contacts(grip.pads, 50.0, grip.pitch_deg, grip.thumbward_mm) for grip in hands.TOOL_GRIPS
    ]
    lying, fist, pencil, pinched = Touch(tuple(held)).tips(hand, AWAY_MM)
    joints = hand.rays[[6, 10, 14]].mean(axis=0)
    # What leaves the palm by an angle goes along by its cosine, towards the camera by its sine.
    assert fist == pytest.approx(_past(joints, 48.3, -12.94, 4.0), abs=2e-4)
    assert pencil == pytest.approx(_past(hand.tip, 46.98, -17.1, 5.0), abs=2e-4)
    assert pinched == pytest.approx(_past(hand.tip, 46.98, -17.1, 20.0), abs=2e-4)
    # What lies flat is 11 mm below the fingers that hold it.
    lies = _past(hand.tip, 50 * 0.883 + 11 * 0.469, 50 * 0.469 - 11 * 0.883)
    assert lying == pytest.approx(lies, abs=2e-4)


@pytest.mark.parametrize(
    ("grip", "shortest_mm", "longest_mm"), [(0, 25, 75), (1, 50, 80), (2, 25, 60), (3, 25, 60)]
)
def test_a_tool_of_whatever_length_is_about_as_long_as_one_that_is_looked_for(
    grip: int, shortest_mm: int, longest_mm: int
) -> None:
    looked_for = np.array(hands.TOOL_GRIPS[grip].reaches_mm)
    for length_mm in range(shortest_mm, longest_mm + 1):
        assert np.abs(looked_for - length_mm).min() < 10.0


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("in_space", [True, False])
def test_a_pinched_tool_lies_on_the_side_of_the_thumb(side: str, in_space: bool) -> None:
    hand = flat_hand(np.array([0.1, 0.05]))
    assert hand.world is not None
    world = hand.world.copy()
    # The camera sees the back of a left hand: its thumb is to the right of where it points.
    thumbward = np.array([-0.01, 0.04]) / np.hypot(0.01, 0.04)
    if side == "right":
        thumbward = -thumbward
    for k, row in enumerate((5, 9, 13, 17)):
        world[row] = world[9] + np.append((1 - k) * 0.02 * thumbward, 0.0)
    hand = replace(
        hand,
        track=Track(0, 1.0 if side == "left" else -1.0, 0.0, (0.0, 0.0)),
        world=world if in_space else None,
    )
    plain, pinched = (Contacts(PADS, 40.0, -20.0, aside) for aside in (0.0, 20.0))
    there, further = Touch((plain, pinched)).tips(hand, AWAY_MM)
    assert AWAY_MM * (further - there) == pytest.approx(20.0 * thumbward, abs=0.1)


def _past(
    grip: FloatArray, onward_mm: float, up_mm: float, thumbward_mm: float = 0.0
) -> FloatArray:
    """The slopes of what lies so far from a grip, along a flat hand and towards the camera."""
    along = np.array([0.04, 0.01]) / np.hypot(0.04, 0.01)
    thumbward = np.array([along[1], -along[0]])
    away = onward_mm * along + thumbward_mm * thumbward
    return np.asarray(grip + (away + grip * up_mm) / AWAY_MM)
