"""Hands followed from picture to picture."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.coaching.hands import PADS, Contacts, HandTracker, Touch
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


def test_what_touches_is_the_mean_of_its_pads_and_a_tools_edge_lies_beyond_them() -> None:
    hand = flat_hand(np.array([0.1, 0.05]))
    bare, index, edge = Touch((Contacts(PADS), Contacts((8, 12)), Contacts(PADS, 40.0))).tips(
        hand, AWAY_MM
    )
    assert bare == pytest.approx(hand.tip)
    assert index == pytest.approx(hand.rays[[8, 12]].mean(axis=0))
    assert AWAY_MM * np.hypot(*(edge - hand.tip)) == pytest.approx(40.0, abs=3.0)
