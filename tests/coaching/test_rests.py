"""Holds found in samples that stray as a tracker's do, and none where nobody held."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from faceglide.coaching.events import Hold
from faceglide.coaching.rests import Rests
from faceglide.coaching.thresholds import DEFAULT
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.paths import movement_recipe
from faceglide.face.pose import FRONTAL, Pose
from faceglide.protocol import load_protocol

POSE = Pose(FRONTAL, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)
PROTOCOL = load_protocol()
HOLD = next(m for m in PROTOCOL.movements if m.motion == "hold")
POINTS = movement_recipe(HOLD, "left").on(vertices_mm()) @ FRONTAL.T + POSE.translation
STEP_S, CROSS_S, LIFT_MM = 0.09, 0.6, 22.0


def _course(
    spans: list[tuple[int, float, float]], stray_mm: float, seed: int = 1
) -> tuple[FloatArray, FloatArray]:
    """(T,) seconds and (T, 2) places of a hand that holds points, lifted between them.

    Args:
        spans: Which point from when until when.
        stray_mm: Spread of an error that wanders within half a second.
        seed: Of that.
    """
    t = np.arange(spans[0][1] - CROSS_S, spans[-1][2] + CROSS_S, STEP_S)
    at = np.zeros((len(t), 2))
    for point, start_s, end_s in spans:
        at[(t >= start_s) & (t <= end_s)] = POINTS[point, :2]
    away = ~np.any([(t >= a) & (t <= b) for _, a, b in spans], axis=0)
    at[away] = POINTS[0, :2] + [LIFT_MM, -LIFT_MM]
    rng, keep = np.random.default_rng(seed), np.exp(-STEP_S / 0.4)
    error = rng.normal(size=at.shape)
    for i in range(1, len(error)):
        error[i] = keep * error[i - 1] + np.sqrt(1 - keep * keep) * error[i]
    return t, at + stray_mm * error


def _found(t: FloatArray, at: FloatArray) -> list[Hold]:
    rests = Rests(PROTOCOL, DEFAULT)
    rests.lay(vertices_mm())
    holds: list[Hold] = []
    for moment, place in zip(t, at, strict=True):
        hand = SimpleNamespace(track=SimpleNamespace(key=0, side="left"), tip=place / POINTS[0, 2])
        holds += rests.add(float(moment), POSE, hand)  # type: ignore[arg-type]
    return holds + rests.end(0)


@pytest.mark.parametrize("stray_mm", [0.5, 2.0, 4.0])
def test_three_points_held_in_turn_are_three_holds_however_the_hand_strays(stray_mm: float) -> None:
    spans = [(0, 1.0, 11.0), (1, 12.2, 22.5), (2, 23.6, 34.0)]
    holds = _found(*_course(spans, stray_mm))
    assert [hold.point for hold in holds] == [0, 1, 2]
    for hold, (_, start_s, end_s) in zip(holds, spans, strict=True):
        assert hold.start_s == pytest.approx(start_s, abs=0.5 if stray_mm < 3 else 1.0)
        assert hold.end_s == pytest.approx(end_s, abs=0.5 if stray_mm < 3 else 1.0)
        assert hold.verdict == "good"


def test_a_hand_out_of_sight_for_less_than_a_second_goes_on_holding() -> None:
    t, at = _course([(1, 1.0, 12.0)], 1.0)
    seen = (t < 4.0) | (t > 4.8)
    (hold,) = _found(t[seen], at[seen])
    assert hold.start_s < 2.0
    assert hold.end_s > 11.0


def _away_for(away_s: float, mm: float = 42.0) -> list[Hold]:
    """A point held, then the hand seen elsewhere for so long, then the same point again."""
    t, at = _course([(1, 1.0, 11.0 + away_s)], 1.0)
    at[(t > 6.0) & (t < 6.0 + away_s)] += np.array([0.958, 0.287]) * mm
    return _found(t, at)


def test_a_hand_seen_elsewhere_for_a_second_goes_on_holding() -> None:
    assert len(_away_for(1.1)) == 1


def test_a_hand_that_strays_no_further_than_trackers_err_goes_on_holding() -> None:
    assert len(_away_for(2.5, mm=16.0)) == 1


def test_a_hand_that_comes_back_after_three_seconds_has_held_twice() -> None:
    first, second = _away_for(3.0)
    assert first.end_s == pytest.approx(6.0, abs=0.5)
    assert second.start_s == pytest.approx(9.0, abs=0.5)


def test_a_hand_that_comes_back_after_six_seconds_has_held_twice() -> None:
    first, second = _away_for(6.0)
    assert first.end_s == pytest.approx(6.0, abs=0.5)
    assert second.start_s == pytest.approx(12.0, abs=0.5)


def test_a_hand_that_seemed_to_hold_the_neighbour_at_first_has_held_since_it_came() -> None:
    t, at = _course([(1, 1.0, 14.0)], 0.3)
    at += np.where(t < 3.2, 0.66, 0.34)[:, None] * (POINTS[0, :2] - POINTS[1, :2])
    (hold,) = _found(t, at)
    assert hold.point == 1
    assert hold.start_s == pytest.approx(1.0, abs=0.25)


def test_holds_are_found_at_three_pictures_a_second_too() -> None:
    t, at = _course([(0, 1.0, 11.0), (1, 12.2, 22.5)], 1.0)
    assert [hold.point for hold in _found(t[::4], at[::4])] == [0, 1]


def test_a_hold_that_is_let_go_early_is_incomplete() -> None:
    (hold,) = _found(*_course([(1, 1.0, 6.0)], 1.0))
    assert hold.faults == ("incomplete",)


def test_a_hand_that_glides_on_slowly_has_held_nothing() -> None:
    t, at = _course([(1, 1.0, 9.0)], 0.5)
    assert len(_found(t, at)) == 1
    down = np.linspace(-11.0, 11.0, len(t))
    assert _found(t, at + np.column_stack([np.zeros_like(down), down])) == []


def _held_aside(aside_mm: tuple[float, float], spans: list[tuple[int, float, float]]) -> list[int]:
    """The points that are found by a hand that holds each so far outward and down."""
    t, at = _course(spans, 0.5)
    return [hold.point for hold in _found(t, at + np.array(aside_mm))]


def test_who_holds_every_point_to_one_side_is_told_at_the_points_meant() -> None:
    spans = [(k % 3, 1.0 + 12.0 * k, 12.0 + 12.0 * k) for k in range(6)]
    for outward_mm, down_mm in ((4.5, 2.0), (-4.5, 0.0), (3.0, -3.5)):
        assert _held_aside((outward_mm, down_mm), spans) == [0, 1, 2, 0, 1, 2]


def test_two_points_that_seemed_one_are_told_as_two() -> None:
    halfway = 0.5 * (POINTS[2, :2] - POINTS[1, :2])
    spans = [(1, 1.0, 13.0), (2, 14.0, 26.0)]
    t, at = _course(spans, 0.5)
    at[(t > 13.0) & (t < 14.0)] = 0.5 * (POINTS[1, :2] + POINTS[2, :2])
    first, second = _found(t, at + 0.95 * halfway)
    assert (first.point, second.point) == (1, 2)
    assert first.end_s == pytest.approx(13.5, abs=0.7)
    assert second.start_s == pytest.approx(13.5, abs=0.7)


def test_a_hold_is_told_within_two_and_a_half_seconds_of_its_end() -> None:
    t, at = _course([(1, 1.0, 12.0), (2, 13.0, 24.0)], 1.0)
    rests = Rests(PROTOCOL, DEFAULT)
    rests.lay(vertices_mm())
    told_s = []
    for moment, place in itertools.takewhile(lambda each: each[0] < 20.0, zip(t, at, strict=True)):
        hand = SimpleNamespace(track=SimpleNamespace(key=0, side="left"), tip=place / POINTS[0, 2])
        if rests.add(float(moment), POSE, hand):  # type: ignore[arg-type]
            told_s.append(float(moment))
    assert len(told_s) == 1
    assert told_s[0] - 12.0 < 2.5
