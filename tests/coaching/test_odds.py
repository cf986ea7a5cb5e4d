"""What speaks for a stroke at a glance, and what does once its motion is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceglide.coaching.measuring import Glimpsed, Measured
from faceglide.coaching.odds import Circumstances, log_odds, most_log_odds, signs
from faceglide.coaching.shapes import minimum_jerk

USUAL = Glimpsed(
    way_mm=100.0, beside_mm=2.0, aside_mm=2.0, direction_error_deg=6.0, seen_share=1.0, gap_s=0.06,
    height_mm=0.0, height_sd_mm=8.0, core_share=0.46, core_speed_mm_s=35.0, inner_s=1.6,
    circling=0.0, cut=False, jitter_mm=1.0, slower_than_before=None,
)  # fmt: skip


def _glimpsed(rng: np.random.Generator) -> Glimpsed:
    return Glimpsed(
        way_mm=rng.uniform(30, 150),
        beside_mm=rng.uniform(0, 30),
        aside_mm=rng.uniform(-30, 30),
        direction_error_deg=rng.uniform(0, 180),
        seen_share=rng.uniform(0, 1),
        gap_s=rng.uniform(0.03, 1),
        height_mm=rng.normal(0, 40),
        height_sd_mm=rng.uniform(5, 40),
        core_share=rng.uniform(0.3, 0.6),
        core_speed_mm_s=rng.uniform(6, 400),
        inner_s=rng.uniform(0.05, 6),
        circling=rng.uniform(0, 1),
        cut=bool(rng.integers(2)),
        jitter_mm=rng.uniform(0.2, 6),
        slower_than_before=rng.choice([None, float(rng.uniform(-2, 2))]),
    )


def _measured(glimpsed: Glimpsed, rng: np.random.Generator) -> Measured:
    """Whatever may yet come out of a run."""
    length_mm = float(rng.uniform(0.1, 1.0)) * glimpsed.way_mm
    return Measured.of(
        glimpsed,
        start_s=10.0,
        end_s=10.0 + float(rng.uniform(0.1, 4.0)) * glimpsed.inner_s,
        length_mm=length_mm,
        could_mm=length_mm,
        coverage=length_mm / glimpsed.way_mm,
        speed_mm_s=rng.uniform(5, 500),
        beside_sd_mm=1.0,
        misfit_mm=rng.uniform(0, 10),
        over_before_mm=rng.choice([np.nan, float(rng.normal(0, 60))]),
        over_after_mm=rng.choice([np.nan, float(rng.normal(0, 60))]),
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_out_of_the_question_at_a_glance_is_out_of_the_question(sign: int) -> None:
    rng = np.random.default_rng(3)
    for _ in range(400):
        glimpsed = _glimpsed(rng)
        surprise, tempo, tool = rng.uniform(0, 3), rng.uniform(15, 80), bool(rng.integers(2))
        most = most_log_odds(
            glimpsed, sign, Circumstances(surprise, tempo, False, False, False, tool)
        )
        for _ in range(5):
            done, wrong, held = rng.integers(2, size=3).astype(bool).tolist()
            around = Circumstances(surprise, tempo, done, wrong, held, tool)
            assert log_odds(_measured(glimpsed, rng), sign, around) <= most + 1e-9


def test_a_stroke_may_be_one_at_a_glance_and_a_hand_that_flies_past_may_not() -> None:
    around = Circumstances(0.0, 35.0, False, False, False, False)
    assert most_log_odds(USUAL, 1, around) > 0
    flies = {"core_speed_mm_s": 380.0, "beside_mm": 25.0, "inner_s": 0.1, "height_mm": 90.0}
    flying = replace(USUAL, **flies)
    assert most_log_odds(flying, 1, around) < 0


NOTHING_SPECIAL = Circumstances(0.0, 30.0, False, False, False, False)


def _signs(tempo_mm_s: float = 30.0, **odd: float) -> dict[str, float]:
    """The signs of a usual stroke at 30 mm/s, but for what is odd about it."""
    run = Measured.of(
        replace(USUAL, core_speed_mm_s=30.0),
        start_s=10.0, end_s=12.0, length_mm=60.0, could_mm=60.0, coverage=0.95, speed_mm_s=30.0,
        beside_sd_mm=1.0, misfit_mm=0.5, over_before_mm=np.nan, over_after_mm=np.nan,
    )  # fmt: skip
    return signs(replace(run, **odd), replace(NOTHING_SPECIAL, tempo_mm_s=tempo_mm_s))


def test_twice_the_persons_tempo_is_not_yet_all_the_haste_of_a_return() -> None:
    assert 0.5 < _signs(speed_mm_s=60.0)["hasty"] < 1.0
    assert _signs(speed_mm_s=60.0)["quicker_than_returns"] == 0.0
    assert _signs(speed_mm_s=75.0)["hasty"] == 1.0
    assert _signs(speed_mm_s=75.0)["quicker_than_returns"] > 0.0


def test_nobody_is_so_slow_that_a_usual_stroke_is_hasty() -> None:
    assert 0.0 < _signs(tempo_mm_s=5.0)["hasty"] < 0.4


def test_a_thumbs_breadth_beside_the_path_speaks_against_a_stroke_and_a_little_does_not() -> None:
    assert _signs(beside_mm=3.5)["beside"] == 0.0
    assert _signs(beside_mm=7.0)["beside"] > 0.0


def test_only_what_is_quicker_than_anybody_is_asked_to_be_is_fast() -> None:
    assert _signs(speed_mm_s=85.0, beside_mm=12.0)["fast_beside"] == 0.0
    assert _signs(speed_mm_s=120.0, beside_mm=12.0)["fast_beside"] > 0.0


@pytest.mark.parametrize(("seconds", "brief"), [(0.3, 1.0), (0.5, 0.0)])
def test_a_third_of_a_second_is_brief_and_half_a_second_is_not(
    seconds: float, brief: float
) -> None:
    assert _signs(end_s=10.0 + seconds)["brief"] == brief


def test_a_motion_as_hands_make_it_is_neither_steady_nor_jerky() -> None:
    clock = np.linspace(0.0, 1.0, 2001)
    covered = minimum_jerk(clock)
    inner = clock[(covered > 0.05) & (covered < 0.95)]
    core = clock[(covered > 0.25) & (covered < 0.75)]
    share = float(np.ptp(core) / np.ptp(inner))
    assert _signs(core_share=share)["steady"] == pytest.approx(0.0, abs=0.02)


def test_the_steadiest_hand_may_miss_a_motion_by_half_a_millimetre() -> None:
    assert _signs(jitter_mm=0.1, misfit_mm=0.5)["rough"] < 1.0
    assert _signs(jitter_mm=0.1, misfit_mm=1.0)["rough"] > 1.0


@pytest.mark.parametrize(("share", "circling"), [(0.6, 0.0), (0.9, 1.0)])
def test_a_hand_that_is_mostly_where_circles_are_made_circles(
    share: float, circling: float
) -> None:
    assert _signs(circling=share)["circling"] == circling


@pytest.mark.parametrize("height_mm", [100.0, -100.0])
def test_of_a_hand_far_above_only_that_it_is_far_is_known(height_mm: float) -> None:
    near, far, further = (
        _signs(over_after_mm=each)["risen"] for each in (0.5 * height_mm, height_mm, 2 * height_mm)
    )
    assert abs(near) < abs(far)
    assert far == further
