"""Circles fitted to points that stray as a tracker's do."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.coaching.circling import Circling, fit_circling
from faceglide.face.canonical import FloatArray

PERIODS_S = 0.6 * 1.18 ** np.arange(12, dtype=np.float64)
SQUEEZE = np.diag([0.5, 1.0])  # skin that is seen from aside


def _round(
    turns: float, period_s: float = 1.9, rest_s: float = 0.4, error_mm: float = 1.0, sign: int = 1
) -> FloatArray:
    """(T, 3) a hand that rests and then goes round, seen with a wandering error."""
    rng = np.random.default_rng(5)
    t = np.arange(0.0, rest_s + turns * period_s, 1 / 16)
    angle = 0.7 + sign * 2 * np.pi * np.maximum(t - rest_s, 0.0) / period_s
    ring = 10.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1) @ SQUEEZE
    error = rng.normal(size=ring.shape)
    for i in range(1, len(error)):
        error[i] = 0.81 * error[i - 1] + 0.58 * error[i]
    return np.column_stack([t, ring + error_mm * error + [4.0, -3.0]])


def _fit(points: FloatArray) -> Circling:
    found = fit_circling(points, SQUEEZE, PERIODS_S, 1.9)
    assert found is not None
    return found


@pytest.mark.parametrize("sign", [1, -1])
def test_a_circle_is_found_with_its_beginning_its_pace_and_its_direction(sign: int) -> None:
    ring = _fit(_round(1.05, sign=sign))
    assert ring.sign == sign
    assert ring.start_s == pytest.approx(0.4, abs=0.3)
    assert ring.period_s == pytest.approx(1.9, rel=0.25)
    assert ring.radius_mm == pytest.approx(10.0, abs=2.0)
    assert ring.sure()


def test_the_places_on_the_ring_are_where_the_hand_was() -> None:
    points = _round(2.0, error_mm=0.2)
    ring = _fit(points)
    off = ring.places(points[:, 0], SQUEEZE) - points[:, 1:]
    moving = points[:, 0] > 0.6
    assert np.hypot(*off[moving].T).mean() < 2.5


def test_a_resting_hand_surely_circles_not() -> None:
    points = _round(0.0, rest_s=2.5, error_mm=2.0)
    ring = _fit(points)
    assert not ring.sure() or ring.radius_mm < 4.5


def test_a_straight_stroke_is_no_circle_of_the_right_size() -> None:
    t = np.arange(0.0, 2.5, 1 / 16)
    points = np.column_stack([t, 40.0 * t, np.zeros_like(t)])
    ring = _fit(points)
    assert ring.radius_mm > 18.0 or not ring.sure()


def test_too_few_points_tell_nothing() -> None:
    assert fit_circling(_round(0.1, rest_s=0.1)[:5], SQUEEZE, PERIODS_S, 1.9) is None
