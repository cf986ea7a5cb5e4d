"""The score says what happened: it can fail, and it forgives only what it says it forgives."""

from __future__ import annotations

import pytest

from benchmarks.accuracy import drops
from benchmarks.report import Row, fault_table, markdown, meets, table
from benchmarks.scoring import Tally, f1_range, score
from faceglide.coaching.events import Analysis, Stroke
from faceglide.tracking.simulator import Distraction, TrueStroke, Truth


def _true(start: float = 1.0, end: float = 3.0, **changes: object) -> TrueStroke:
    base: dict[str, object] = {
        "movement": "forehead.glide_out",
        "zone": "forehead",
        "side": "left",
        "hand": "left",
        "start_s": start,
        "end_s": end,
        "length_mm": 80.0,
        "speed_mm_s": 40.0,
    }
    return TrueStroke.model_validate(base | changes)


def _found(start: float = 1.0, end: float = 3.0, **changes: object) -> Stroke:
    base: dict[str, object] = {
        "movement": "forehead.glide_out",
        "zone": "forehead",
        "side": "left",
        "hand": "left",
        "start_s": start,
        "end_s": end,
        "length_mm": 80.0,
        "speed_mm_s": 40.0,
        "direction_error_deg": 3.0,
        "path_error_mm": 2.0,
        "coverage": 0.95,
        "verdict": "good",
    }
    return Stroke.model_validate(base | changes)


def _score(
    found: list[Stroke], true: list[TrueStroke], away: list[Distraction] | None = None
) -> dict[str, float]:
    return _tally(found, true, away).figures()


def _tally(
    found: list[Stroke], true: list[TrueStroke], away: list[Distraction] | None = None
) -> Tally:
    analysis = Analysis(
        strokes=tuple(found), holds=(), cues=(), sides={}, unseen_s=0.0, frames=1, seconds=1.0
    )
    truth = Truth(
        seed=0,
        level="clean",
        strokes=tuple(true),
        holds=(),
        distractions=tuple(away or ()),
        person={},
    )
    return score(analysis, truth)[0]


def test_a_perfect_judge_scores_one() -> None:
    figures = _score([_found()], [_true()])
    assert figures["stroke_f1"] == figures["movement"] == figures["side"] == 1.0
    assert figures["good_blamed"] == figures["cannot_tell"] == figures["speed_error"] == 0.0


def test_a_missed_and_an_invented_stroke_both_cost() -> None:
    assert _score([], [_true()])["stroke_f1"] == 0.0
    assert _score([_found(), _found(5, 6)], [_true()])["stroke_f1"] == pytest.approx(2 / 3)


def test_strokes_far_apart_in_time_are_not_the_same() -> None:
    assert _score([_found(2.5, 4.5)], [_true()])["stroke_f1"] == 0.0


def test_two_hands_at_once_are_told_apart_by_side() -> None:
    both = [_true(), _true(1.02, 3.02, side="right", hand="right")]
    found = [_found(1.02, 3.02), _found(1.0, 3.0, side="right", hand="right")]
    assert _score(found, both)["side"] == 1.0


@pytest.mark.parametrize("forgiven", [{"ambiguous": True}, {"seen": 0.3}])
def test_what_nobody_could_judge_counts_for_nothing(forgiven: dict[str, object]) -> None:
    sure = _true(10, 12)
    for found in ([_found(10, 12)], [_found(10, 12), _found(faults=["too_fast"])]):
        figures = _score(found, [_true(**forgiven), sure])
        assert figures["stroke_f1"] == 1.0
        assert figures["good_blamed"] == 0.0


def test_blame_and_praise_are_counted_apart_from_cannot_tell() -> None:
    true = [_true(), _true(5, 7), _true(10, 12, faults=["too_fast"])]
    found = [
        _found(verdict="fault", faults=["too_fast"]),
        _found(5, 7, verdict="cannot_tell"),
        _found(10, 12, verdict="fault", faults=["too_fast"]),
    ]
    figures = _score(found, true)
    assert figures["good_blamed"] == pytest.approx(1 / 2)
    assert figures["cannot_tell"] == pytest.approx(1 / 3)
    assert figures["too_fast_precision"] == pytest.approx(1 / 2)
    assert figures["too_fast_recall"] == 1.0
    assert figures["worst_fault"] == pytest.approx(1 / 2)


def test_a_fault_that_was_left_open_is_neither_hit_nor_missed_but_counted() -> None:
    true = [_true(faults=["too_fast"]), _true(5, 7, faults=["too_fast"])]
    found = [_found(verdict="cannot_tell"), _found(5, 7, verdict="fault", faults=["too_fast"])]
    tally = _tally(found, true)
    assert tally.with_fault("too_fast") == (1, 1)
    assert tally.figures()["too_fast_recall"] == 1.0


def test_a_stroke_reported_for_a_wave_is_charged_to_the_wave() -> None:
    wave = Distraction(kind="wave", hand="left", start_s=5.0, end_s=8.0)
    assert _score([_found(), _found(5.5, 7)], [_true()], [wave])["gesture_strokes"] == 1.0
    assert _score([_found()], [_true()], [wave])["gesture_strokes"] == 0.0


def test_the_check_fails_when_a_figure_gets_worse_and_only_then() -> None:
    floor = {"clean": {"stroke_f1": 0.99, "good_blamed": 0.01}}
    better = Row("clean", 1, 10, {"stroke_f1": 1.0, "good_blamed": 0.0})
    worse = Row("clean", 1, 10, {"stroke_f1": 0.95, "good_blamed": 0.05})
    assert drops([better], floor) == []
    assert len(drops([worse], floor)) == 2
    assert drops([Row("clean", 1, 10, {"stroke_f1": 1.0})], floor), "a figure that vanished"


def test_a_figure_short_of_what_is_asked_is_marked() -> None:
    assert meets("clean", "stroke_f1", 0.98) is False
    assert meets("clean", "good_blamed", 0.005) is True
    assert meets("clean, no plan", "stroke_f1", 0.5) is None
    assert "0.980 !" in table([Row("clean", 1, 10, {"stroke_f1": 0.98})])


def test_a_stroke_told_a_while_after_its_end_is_late() -> None:
    soon, late = _found(), _found(5.0, 7.0)
    analysis = Analysis(
        strokes=(soon, late), holds=(), cues=(), sides={}, unseen_s=0.0, frames=1, seconds=9.0
    )
    truth = Truth(
        seed=1, level="clean", strokes=(_true(), _true(5.0, 7.0)), holds=(), distractions=(),
        person={},
    )  # fmt: skip
    told_s = {soon: 3.2, late: 7.4}
    assert score(analysis, truth, told_s)[0].figures()["told_late"] == 0.5
    assert "told_late" not in score(analysis, truth)[0].figures()


def test_chance_shrinks_with_sessions_and_holds_the_figure() -> None:
    def sessions(count: int) -> list[Tally]:
        return [Tally(strokes=10, found=10, matched=8 + k % 3) for k in range(count)]

    few, many = f1_range(sessions(21)), f1_range(sessions(210))

    assert few[0] < many[0] < 0.9 < many[1] < few[1]
    assert f1_range([Tally(strokes=10, found=10, matched=9)] * 30) == pytest.approx((0.9, 0.9))


def test_the_page_says_how_many_strokes_had_a_fault() -> None:
    tally = Tally(
        fault_hits=["too_fast"] * 2, fault_missed=["too_fast"], fault_open=["too_fast"] * 4
    )
    row = Row("clean", 1, 10, tally.figures(), {"too_fast": tally.with_fault("too_fast")}, (0.5, 1))

    assert "1.00 / 0.67 of 3 + 4" in fault_table([row])
    assert "- clean: 0.500 and 1.000" in markdown([row])


def test_a_figure_just_short_does_not_look_as_if_it_were_as_asked() -> None:
    tally = Tally(strokes=2413, found=2410, matched=2387, side_right=2386)
    page = markdown([Row("clean", 1, 2413, tally.figures(), {}, None)])

    assert "- clean: stroke F1 is 0.9898, asked ≥ 0.99" in page
    assert "- clean: side is 0.9996, asked ≥ 1" in page
