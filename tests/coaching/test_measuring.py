"""A run in numbers."""

from __future__ import annotations

from unittest import mock

import pytest

from faceglide.coaching import measuring
from faceglide.coaching.contact import Contact
from faceglide.coaching.measuring import Measured, measure
from faceglide.coaching.spans import Habits, Span
from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.trail import Run
from tests.coaching import ladders

CHEEK = ladders._way(ladders.CHEEK)


def _ending(to_come_s: float) -> tuple[Measured, float]:
    """A stroke whose motion ends so long after what was seen of it, and the time of that."""
    trail = ladders._trail(CHEEK)
    now_s = float(trail.t[trail.count - 1])
    motion = Span(0.0, now_s + to_come_s, 80.0, 80.0, 1.0, None)
    run = Run(CHEEK, 1, 0, trail.count - 1)
    habits = Habits(35.0, [], 1.0, 0.05)
    with mock.patch.object(measuring, "span", return_value=motion):
        found = measure(ladders._ways(), trail, run, "left", Contact(DEFAULT), habits, DEFAULT)
    assert found is not None
    return found, now_s


@pytest.mark.parametrize(("to_come_s", "told_s"), [(0.4, 0.4), (1.4, 0.5)])
def test_a_stroke_told_before_it_is_over_ends_soon(to_come_s: float, told_s: float) -> None:
    found, now_s = _ending(to_come_s)
    assert found.end_s == pytest.approx(now_s + told_s)


def test_its_speed_is_that_of_the_whole_motion_all_the_same() -> None:
    found, now_s = _ending(1.4)
    assert found.speed_mm_s == pytest.approx(80.0 / (now_s + 1.4))
