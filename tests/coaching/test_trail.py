"""Runs along a way: when one is over, and when a hand only wavers."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.trail import Run, Trail
from faceglide.face.head import Head
from tests.coaching.ladders import CHEEK, POSE, _way, _ways, flat_hand

STEP_S = 0.05


def _runs(along_mm: list[float]) -> list[Run]:
    """The runs on the cheek of a hand that was so far along it at each twentieth of a second."""
    ways, way = _ways(), _way(CHEEK)
    trail, head = Trail(ways, DEFAULT, 4), Head(POSE, True, np.zeros((4, 2)))
    tips, still = np.zeros((len(ways.contacts), 2)), np.zeros(len(ways))
    beside = np.full(len(ways), 99.0)
    beside[way] = 1.0
    runs: list[Run] = []
    for i, mm in enumerate(along_mm):
        along = still.copy()
        along[way] = mm
        located = along, beside, still + 500.0
        runs += trail.add(i * STEP_S, head, flat_hand(np.zeros(2)), tips, located, False)
    return [run for run in [*runs, *trail.close()] if run.sign > 0]


def _wavering(back_turns: float) -> list[Run]:
    """Half the cheek, back by so many times what ends a run at a way's end, and the rest."""
    span_mm = float(_ways().span_mm[_way(CHEEK)])
    half, back = 0.55 * span_mm, back_turns * DEFAULT.turn_mm
    there = np.linspace(0.0, half, 20)
    again = np.linspace(half - back, span_mm, 10)
    return _runs([*there, *np.linspace(half, half - back, 3)[1:], *again])


@pytest.mark.parametrize(("back_turns", "runs"), [(1.5, 1), (3.0, 2)])
def test_in_the_middle_of_a_way_a_hand_has_to_come_back_further_to_have_turned(
    back_turns: float, runs: int
) -> None:
    assert len(_wavering(back_turns)) == runs
