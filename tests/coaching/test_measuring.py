"""A run in numbers."""

from __future__ import annotations

from copy import deepcopy
from unittest import mock

import numpy as np
import pytest

from faceglide.coaching import measuring
from faceglide.coaching.contact import Contact
from faceglide.coaching.measuring import Measured, measure
from faceglide.coaching.spans import Habits, Span
from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.trail import Run, Trail
from tests.coaching import ladders

CHEEK = ladders._way(ladders.CHEEK)


def _on_the_cheek() -> Trail:
    """Nobody else's."""
    return deepcopy(ladders._trail(CHEEK))


def _measured(trail: Trail, run: Run) -> Measured:
    habits = Habits(35.0, [], 1.0, 0.05)
    found = measure(ladders._ways(), trail, run, "left", Contact(DEFAULT), habits, DEFAULT)
    assert found is not None
    return found


def _ending(to_come_s: float) -> tuple[Measured, float]:
    """A stroke whose motion ends so long after what was seen of it, and the time of that."""
    trail = ladders._trail(CHEEK)
    now_s = float(trail.t[trail.count - 1])
    motion = Span(0.0, now_s + to_come_s, 80.0, 80.0, 1.0, None)
    run = Run(CHEEK, 1, 0, trail.count - 1)
    with mock.patch.object(measuring, "span", return_value=motion):
        return _measured(trail, run), now_s


@pytest.mark.parametrize(("to_come_s", "told_s"), [(0.4, 0.4), (1.4, 0.5)])
def test_a_stroke_told_before_it_is_over_ends_soon(to_come_s: float, told_s: float) -> None:
    found, now_s = _ending(to_come_s)
    assert found.end_s == pytest.approx(now_s + told_s)


def test_its_speed_is_that_of_the_whole_motion_all_the_same() -> None:
    found, now_s = _ending(1.4)
    assert found.speed_mm_s == pytest.approx(80.0 / (now_s + 1.4))


@pytest.mark.parametrize(
    ("then_s", "hole_s", "cut"), [(0.2, 0.4, True), (0.4, 0.4, False), (0.2, 0.1, False)]
)
def test_a_hand_that_vanishes_soon_after_it_got_furthest_may_have_gone_on(
    then_s: float, hole_s: float, cut: bool
) -> None:
    trail = _on_the_cheek()
    away = trail.count - 3
    trail.t[away:] += hole_s
    last = int(np.searchsorted(trail.t[:away], trail.t[away - 1] - then_s))
    assert _measured(trail, Run(CHEEK, 1, 1, last)).cut is cut


@pytest.mark.parametrize(("then_s", "cut"), [(0.2, True), (0.4, False)])
def test_so_may_one_that_does_not_come_back(then_s: float, cut: bool) -> None:
    trail = _on_the_cheek()
    trail.close()
    last = int(np.searchsorted(trail.t[: trail.count], trail.t[trail.count - 1] - then_s))
    assert _measured(trail, Run(CHEEK, 1, 1, last)).cut is cut


def test_one_that_is_still_in_sight_did_not() -> None:
    trail = _on_the_cheek()
    assert not _measured(trail, Run(CHEEK, 1, 1, trail.count - 2)).cut
