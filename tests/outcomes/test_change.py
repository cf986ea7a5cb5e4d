"""The stated errors hold what they promise, on simulated captures."""

import math

import numpy as np
import pytest

from faceglide.outcomes.change import (
    WITHIN_NOISE,
    captures_needed,
    change_between,
    mean_of,
    spread,
    t95,
)


@pytest.mark.parametrize(
    ("freedom", "value"), [(4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)]
)
def test_students_t_as_in_the_tables(freedom, value):
    assert t95(freedom) == pytest.approx(value, abs=0.0015)


def test_too_little_freedom_is_refused():
    with pytest.raises(ValueError, match="at least 4"):
        t95(3)


def test_mdc_as_in_the_domain_notes():
    """With an SEM of 1 mm known well, k captures each time tell ``1.96 * SEM * sqrt(2 / k)``."""
    values = np.random.default_rng(3).normal(10.0, 1.0, 400)
    mean = mean_of(values, usual_sd=1.0)
    assert mean.mdc95 == pytest.approx(1.96 * mean.sd * math.sqrt(2 / 400), rel=0.005)
    assert captures_needed(1.0, 1.0) == 8


def test_one_capture_falls_back_on_the_usual_spread():
    mean = mean_of([9.0], usual_sd=0.5)
    assert mean.sd == 0.5
    assert mean.error95 == pytest.approx(t95(4) * 0.5)
    assert mean.mdc95 == pytest.approx(mean.error95 * math.sqrt(2))


def test_many_captures_speak_for_themselves():
    values = np.random.default_rng(5).normal(10, 2.0, 60)
    known = spread([values], usual_sd=0.1)
    assert known.source == "own"
    assert known.sd == pytest.approx(2.0, rel=0.2)
    assert spread([values[:3]], usual_sd=0.1).source == "usual"


def test_the_same_picture_twice_proves_nothing():
    change = change_between([9.0, 9.0], [9.3, 9.3], usual_sd=0.5)
    assert change.verdict == WITHIN_NOISE


def test_a_large_change_is_seen_and_a_small_one_is_not():
    assert change_between([9.0, 9.2, 8.9], [12.0, 12.1, 11.8], usual_sd=0.5).verdict == "changed"
    assert change_between([9.0, 9.2, 8.9], [9.3, 9.4, 9.2], usual_sd=0.5).verdict == WITHIN_NOISE


@pytest.mark.parametrize("captures", [1, 2, 3, 5, 15])
@pytest.mark.parametrize("true_sd", [0.5, 1.0])
def test_the_interval_covers_the_truth_as_often_as_it_says(captures, true_sd):
    """For somebody who scatters as usual, 95 %; nobody is told a smaller error than is true."""
    rng = np.random.default_rng(captures)
    held = 0
    trials = 3000
    for _ in range(trials):
        mean = mean_of(rng.normal(20.0, true_sd, captures), usual_sd=1.0)
        held += abs(mean.value - 20.0) <= mean.error95
    assert held / trials > 0.94


@pytest.mark.parametrize("captures", [1, 3, 10])
def test_without_a_change_one_in_twenty_is_the_most_that_is_called_one(captures):
    rng = np.random.default_rng(7 + captures)
    trials = 3000
    called = sum(
        change_between(
            rng.normal(9.0, 0.6, captures), rng.normal(9.0, 0.6, captures), usual_sd=0.6
        ).verdict
        == "changed"
        for _ in range(trials)
    )
    assert called / trials < 0.06


def test_half_the_stated_error_would_not_hold():
    """The coverage test can fail."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(2000):
        mean = mean_of(rng.normal(20.0, 1.0, 3), usual_sd=1.0)
        held += abs(mean.value - 20.0) <= mean.error95 / 2
    assert held / 2000 < 0.9
