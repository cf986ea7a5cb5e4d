"""What a run is blamed for, and where it has the benefit of the doubt."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from faceglide.coaching import judge as judging
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
    judge = Judge(ladders._ways(), NeutralMesh(np.arange(4)), DEFAULT)
    judge.jitter_mm = jitter_mm
    trail = ladders._trail(CHEEK)
    run = Run(CHEEK, 1, 0, trail.count - 1)
    with mock.patch.object(judging, "measure", return_value=found):
        stroke = judge.stroke(trail, run, "left", 0.05, 0.0)
    assert stroke is not None
    return stroke.faults


def _beside(mm: float) -> Measured:
    return replace(GOOD, beside_mm=mm, aside_mm=mm, beside_sd_mm=1.5)


def test_a_run_along_its_path_is_not_blamed() -> None:
    assert _faults(GOOD) == ()


@pytest.mark.parametrize(("jitter_mm", "blamed"), [(0.5, True), (1.5, True), (5.0, False)])
def test_the_more_a_hand_is_seen_to_stray_the_less_a_place_beside_the_path_is_blamed(
    jitter_mm: float, blamed: bool
) -> None:
    assert _faults(_beside(13.0), jitter_mm) == (("off_path",) if blamed else ())


def test_a_hand_far_beside_its_path_is_blamed_however_it_is_seen_to_stray() -> None:
    assert _faults(_beside(22.0), 5.0) == ("off_path",)


def test_of_a_stroke_beside_its_path_nobody_asks_how_much_of_the_path_it_covered() -> None:
    half_mm = 0.5 * GOOD.way_mm
    assert _faults(replace(GOOD, could_mm=half_mm, coverage=0.5)) == ("incomplete",)
    assert _faults(replace(_beside(20.0), could_mm=half_mm, coverage=0.5)) == ("off_path",)


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
