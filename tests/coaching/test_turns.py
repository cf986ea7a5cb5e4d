"""Turns counted in the samples of a hand that goes round a centre."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.coaching.events import Stroke
from tests.coaching.rounds import FRAME_S, TURN_S, counted, hesitant, hurried, round_and_round


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


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("rests_s", [1.0, 2.0, 4.0])
def test_a_hand_that_rests_where_it_circled_makes_no_further_turn(
    turns: int, rests_s: float
) -> None:
    for seed in range(4):
        told = counted(*round_and_round(turns, after_s=rests_s), seed, error_mm=2.0)
        assert len(told) == turns


def test_of_a_hand_that_strays_by_half_the_ring_nearly_all_turns_are_counted() -> None:
    told = [len(counted(*round_and_round(6.0), seed, error_mm=5.0)) for seed in range(24)]
    assert sum(told) > 0.88 * 24 * 6


def test_circles_beside_their_middle_are_off_their_path() -> None:
    t, ring = round_and_round()
    for aside_mm, verdict in ((0.0, "good"), (14.0, "cannot_tell"), (18.0, "fault")):
        told = counted(t, ring + np.array([0.0, aside_mm]), across=False)
        assert [turn.verdict for turn in told] == [verdict] * 4
        assert all(turn.path_error_mm == pytest.approx(aside_mm, abs=1.5) for turn in told)
    assert {turn.faults for turn in told} == {("off_path",)}


def test_of_a_hand_that_reaches_across_it_is_not_known_so_well() -> None:
    t, ring = round_and_round()
    told = counted(t, ring + np.array([0.0, 18.0]), across=True)
    assert {turn.verdict for turn in told} == {"cannot_tell"}


def test_wide_circles_are_quicker_than_narrow_ones() -> None:
    narrow, wide = (
        counted(*round_and_round(5.0, radius_mm=radius_mm)) for radius_mm in (7.0, 14.0)
    )
    assert narrow[-1].speed_mm_s == pytest.approx(2 * np.pi * 7.0 / TURN_S, rel=0.2)
    assert wide[-1].speed_mm_s == pytest.approx(2 * np.pi * 14.0 / TURN_S, rel=0.2)


def test_circles_of_half_a_second_are_counted_and_too_fast() -> None:
    told = counted(*round_and_round(6.0, turn_s=0.5))
    assert len(told) >= 4
    assert {turn.faults for turn in told} == {("too_fast",)}


def test_a_hand_that_feels_its_way_round_first_is_counted_from_its_turns() -> None:
    later = [turn for seed in range(16) for turn in counted(*hesitant(1.5, 0.5), seed)[2:]]
    assert len(later) >= 2 * 15
    assert np.mean([_likeness(turn, 1.5) for turn in later]) > 0.75


def test_a_mistaken_beginning_is_mended_once_later_turns_tell_better() -> None:
    likeness = []
    for seed in range(40):
        t, skin_mm = round_and_round(rest_s=1.0)
        # The face is lost by 9 mm as the hand lands, and found again.
        lost = np.clip((t - 1.0) / 0.3 + 1.0, 0.0, 1.0) * np.exp(-np.maximum(t - 1.0, 0.0) / 0.6)
        way = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi)
        skin_mm += 9.0 * lost[:, None] * [np.cos(way), np.sin(way)]
        likeness += [_likeness(turn, 1.0) for turn in counted(t, skin_mm, seed)[2:]]
    assert np.mean(likeness) > 0.885


@pytest.mark.parametrize("turn_s", [0.4, 0.5])
@pytest.mark.parametrize("rest_s", [0.0, 0.3])
def test_one_hurried_turn_among_slow_ones_is_told_by_itself(turn_s: float, rest_s: float) -> None:
    told = counted(*hurried(turn_s, rest_s), error_mm=0.3)
    assert [turn.faults for turn in told] == [(), (), (), ("too_fast",), (), ()]
    begun_s = 0.4 + 3 * TURN_S + rest_s
    assert told[3].start_s == pytest.approx(begun_s, abs=0.05)
    assert told[3].end_s == pytest.approx(begun_s + turn_s, abs=0.05)


def test_a_hand_that_rests_for_long_in_its_circles_hurries_nowhere() -> None:
    for seed in range(6):
        told = counted(*hurried(TURN_S, 1.5), seed, error_mm=2.0)
        assert {turn.faults for turn in told} == {()}


@pytest.mark.parametrize("samples", [1, 3])
def test_a_tracker_that_strays_out_of_reach_for_a_moment_ends_no_circling(samples: int) -> None:
    t, ring = round_and_round(5.0)
    astray = int((0.4 + 2.5 * TURN_S) / FRAME_S)
    ring[astray : astray + samples] += [0.0, 30.0]
    told = counted(t, ring)
    assert len(told) == 5
    assert told[3].start_s == pytest.approx(0.4 + 3 * TURN_S, abs=0.3)


def test_of_a_hand_that_strays_and_circles_to_one_side_nearly_all_turns_are_counted() -> None:
    t, ring = round_and_round(6.0)
    beside = ring + np.array([0.0, 11.0])
    told = [len(counted(t, beside, seed, error_mm=5.0)) for seed in range(24)]
    assert sum(told) > 0.88 * 24 * 6
