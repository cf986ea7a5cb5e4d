"""Turns counted in the samples of a hand that goes round a centre."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.events import Stroke
from tests.coaching.rounds import TURN_S, counted, hesitant, round_and_round


def _likeness(turn: Stroke, begun_s: float) -> float:
    """Intersection over union in time with that of four even turns which is most like it."""
    shares = []
    for k in range(4):
        since, until = begun_s + k * TURN_S, begun_s + (k + 1) * TURN_S
        both = min(turn.end_s, until) - max(turn.start_s, since)
        shares.append(both / (max(turn.end_s, until) - min(turn.start_s, since)))
    return max(0.0, *shares)


def test_even_circles_are_counted_one_by_one() -> None:
    turns = counted(*round_and_round(rest_s=0.4))
    assert len(turns) == 4
    assert min(_likeness(turn, 0.4) for turn in turns) > 0.6


def test_a_mistaken_beginning_is_mended_once_later_turns_tell_better() -> None:
    later = [turn for seed in range(16) for turn in counted(*hesitant(1.5), seed)[2:]]
    assert len(later) >= 2 * 15
    assert np.mean([_likeness(turn, 1.5) for turn in later]) > 0.7
