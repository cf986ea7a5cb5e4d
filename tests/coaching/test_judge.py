"""What a run is blamed for, and where it has the benefit of the doubt."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from faceglide.coaching import judge as judging
from faceglide.coaching.events import Stroke
from faceglide.coaching.judge import Judge
from faceglide.coaching.measuring import Measured
from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.trail import Run
from faceglide.face.neutral import NeutralMesh
from tests.coaching import ladders

CHEEK = ladders._way(ladders.CHEEK)
GOOD = ladders._good(CHEEK)


def _faults(found: Measured, jitter_mm: float = 1.5) -> tuple[str, ...]:
    """What a run is blamed for that was measured so, by a hand that is seen to stray so much."""
    return _judged(found, jitter_mm).faults


def _judged(found: Measured, jitter_mm: float = 1.5, nearest_mm: float = np.inf) -> Stroke:
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    judge.jitter_mm = jitter_mm
    trail = ladders._trail(CHEEK)
    run = Run(CHEEK, 1, 0, trail.count - 1)
    with mock.patch.object(judging, "measure", return_value=found):
        stroke = judge.stroke(trail, run, "left", 0.05, 0.0, nearest_mm=nearest_mm)
    assert stroke is not None
    return stroke


def _beside(mm: float) -> Measured:
    return replace(GOOD, beside_mm=mm, aside_mm=mm, beside_sd_mm=1.5)


def test_a_run_along_its_path_is_not_blamed() -> None:
    assert _faults(GOOD) == ()


@pytest.mark.parametrize(("jitter_mm", "blamed"), [(0.5, True), (1.5, True), (5.0, False)])
def test_the_more_a_hand_is_seen_to_stray_the_less_a_place_beside_the_path_is_blamed(
    jitter_mm: float, blamed: bool
) -> None:
    assert _faults(_beside(14.5), jitter_mm) == (("off_path",) if blamed else ())


@pytest.mark.parametrize(("beside_mm", "blamed"), [(14.5, False), (16.5, True)])
def test_a_hand_that_strays_twice_as_far_as_usual_is_blamed_from_further_beside(
    beside_mm: float, blamed: bool
) -> None:
    assert _faults(_beside(beside_mm), 2.3) == (("off_path",) if blamed else ())


def test_a_hand_far_beside_its_path_is_blamed_however_it_is_seen_to_stray() -> None:
    assert _faults(_beside(26.0), 5.0) == ("off_path",)


def test_of_a_stroke_beside_its_path_nobody_asks_how_much_of_the_path_it_covered() -> None:
    half_mm = 0.5 * GOOD.way_mm
    assert _faults(replace(GOOD, could_mm=half_mm, coverage=0.5)) == ("incomplete",)
    assert _faults(replace(_beside(20.0), could_mm=half_mm, coverage=0.5)) == ("off_path",)


@pytest.mark.parametrize(("beside_mm", "verdict"), [(9.0, "good"), (12.0, "cannot_tell")])
def test_a_place_that_may_be_beside_the_path_or_not_is_left_open(
    beside_mm: float, verdict: str
) -> None:
    assert _judged(_beside(beside_mm)).verdict == verdict


@pytest.mark.parametrize(("nearest_mm", "verdict"), [(3.0, "cannot_tell"), (18.0, "fault")])
def test_beside_the_path_only_if_the_tool_reaches_as_far_as_thought_is_left_open(
    nearest_mm: float, verdict: str
) -> None:
    assert _judged(_beside(20.0), nearest_mm=nearest_mm).verdict == verdict


@pytest.mark.parametrize(
    ("told", "could", "verdict"),
    [
        (0.9, 0.9, "good"),
        (0.4, 0.9, "cannot_tell"),
        (0.4, 0.67, "cannot_tell"),
        (0.4, 0.5, "fault"),
    ],
)
def test_a_stroke_that_may_have_been_cut_short_or_not_is_left_open(
    told: float, could: float, verdict: str
) -> None:
    length, most = told * GOOD.way_mm, could * GOOD.way_mm
    assert _judged(replace(GOOD, length_mm=length, could_mm=most)).verdict == verdict


@pytest.mark.parametrize(("could", "verdict"), [(0.57, "fault"), (0.64, "cannot_tell")])
def test_however_a_hand_strays_a_stroke_half_way_is_seen_to_be_one(
    could: float, verdict: str
) -> None:
    half = replace(GOOD, length_mm=0.5 * GOOD.way_mm, could_mm=could * GOOD.way_mm)
    assert _judged(half, jitter_mm=6.0).verdict == verdict


def test_what_is_surely_wrong_is_told_whatever_else_is_in_doubt() -> None:
    quick = replace(_beside(12.0), speed_mm_s=400.0)
    assert _judged(quick).verdict == "fault"
    assert _judged(quick).faults == ("too_fast",)


def test_what_is_left_open_is_learned_from_all_the_same() -> None:
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    trail = ladders._trail(CHEEK)
    slow = replace(_beside(12.0), speed_mm_s=21.0)
    with mock.patch.object(judging, "measure", return_value=slow):
        judge.stroke(trail, Run(CHEEK, 1, 0, trail.count - 1), "left", 0.05, 0.0)
    assert judge.tempo_mm_s() == 21.0


def _with_a_tool(aside_mm: float) -> tuple[str, ...]:
    """What a tool's stroke is blamed for once two along the path have shown where its edge lies."""
    way = ladders._way(ladders.FOREHEAD, tool=True)
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    trail = ladders._trail(way)
    told: tuple[str, ...] = ()
    for k, aside in enumerate((0.0, 0.0, aside_mm)):
        good = ladders._good(way)
        found = replace(
            good, start_s=10.0 * k, end_s=10.0 * k + 2.5, beside_mm=aside, aside_mm=aside
        )
        with mock.patch.object(judging, "measure", return_value=found):
            stroke = judge.stroke(trail, Run(way, 1, 0, trail.count - 1), "left", 0.05, 0.0)
        assert stroke is not None
        told = stroke.faults
    return told


def test_a_tools_edge_that_has_shown_where_it_lies_still_has_a_little_slack() -> None:
    assert _with_a_tool(12.9) == ()
    assert _with_a_tool(14.5) == ("off_path",)


def _first(way: int) -> str:
    """How the first stroke on a way is judged, far beside it."""
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    trail = ladders._trail(way)
    found = replace(ladders._good(way), beside_mm=26.0, aside_mm=26.0)
    with mock.patch.object(judging, "measure", return_value=found):
        stroke = judge.stroke(trail, Run(way, 1, 0, trail.count - 1), "left", 0.05, 0.0)
    assert stroke is not None
    return stroke.verdict


@pytest.mark.parametrize(
    ("movement", "tool", "verdict"),
    [
        (ladders.FOREHEAD, True, "cannot_tell"),
        (ladders.FOREHEAD, False, "cannot_tell"),
        (ladders.CHEEK, False, "fault"),
    ],
)
def test_a_tools_first_stroke_far_beside_its_path_may_be_a_tool_held_otherwise(
    movement: str, tool: bool, verdict: str
) -> None:
    assert _first(ladders._way(movement, tool=tool)) == verdict


@pytest.mark.parametrize(("later_s", "leaves"), [(0.1, True), (0.5, True), (1.0, False)])
def test_a_hand_that_sets_out_from_a_hold_only_leaves_it(later_s: float, leaves: bool) -> None:
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    trail = ladders._trail(CHEEK)
    doubtful = replace(GOOD, coverage=0.4, beside_mm=6.0, aside_mm=6.0, misfit_mm=3.0)
    with mock.patch.object(judging, "measure", return_value=doubtful):
        stroke = judge.stroke(
            trail, Run(CHEEK, 1, 0, trail.count - 1), "left", 0.05, 1.0, GOOD.start_s - later_s
        )
    assert (stroke is None) == leaves


def test_after_four_even_strokes_a_hand_is_more_likely_even_than_not() -> None:
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    trail, before = ladders._trail(CHEEK), judge.shapes()
    even = replace(GOOD, shapes=np.array([0.0, 0.0, 0.0, 1.0, 0.0]))
    for k in range(4):
        found = replace(even, start_s=9.0 * k, end_s=9.0 * k + 2.5)
        with mock.patch.object(judging, "measure", return_value=found):
            judge.stroke(trail, Run(CHEEK, 1, 0, trail.count - 1), "left", 0.05, 0.0)
    assert before[3] == pytest.approx(0.17)
    assert judge.shapes()[3] == pytest.approx(0.585, abs=0.05)
