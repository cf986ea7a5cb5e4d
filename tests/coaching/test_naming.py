"""Which movement a run may have been, and with what."""

from __future__ import annotations

import math

import numpy as np
import pytest

from faceglide.coaching.expectation import Expectation
from faceglide.coaching.naming import Named, explained, ranked
from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import vertices_mm
from faceglide.protocol import load_protocol
from tests.coaching.ladders import FOREHEAD, _plan
from tests.coaching.room_ladders import look
from tests.coaching.test_expectation import _plan as expecting

UP, DOWN = "neck.glide_up", "neck.drain_down"


def _ran(beside_mm: dict[float, float]) -> Named:
    """What is made of a run along the forehead, so far beside it for each reach of a tool."""
    plan = _plan()
    ways = Ways(load_protocol(), plan)
    ways.lay(vertices_mm())
    # As most people hold it.
    held = [ways.contacts[way.contact] for way in ways.ways]
    reaches = [0.0 if each.pitch_deg < 0.0 else each.reach for each in held]
    on = [
        j
        for j, way in enumerate(ways.ways)
        if (way.movement.id, way.side) == (FOREHEAD, "left") and reaches[j] in beside_mm
    ]
    trail = Trail(ways, DEFAULT, 4)
    trail.beside[:2] = 100.0
    trail.along[1] = ways.span_mm
    for j in on:
        trail.beside[:2, j] = beside_mm[reaches[j]]
    runs = [Run(j, 1, 0, 1) for j in on]
    named, *_ = ranked(trail, runs, ways, Expectation(plan, ways), DEFAULT)
    return named


def test_with_a_tool_of_another_length_it_may_have_been_on_its_path() -> None:
    assert _ran({25.0: 9.0, 40.0: 12.0}).nearest_mm == 12.0


def test_a_reading_that_explains_it_far_worse_is_none() -> None:
    assert math.isinf(_ran({25.0: 1.0, 40.0: 25.0}).nearest_mm)


def test_the_nearest_is_named() -> None:
    named = _ran({25.0: 14.0, 40.0: 2.0})
    assert np.argmax(named.likely) == named.run.way


def _tried(beside_mm: list[float]) -> int:
    """How many of some runs, so far beside ways that are expected alike, are tried in turn."""
    plan = None
    ways = Ways(load_protocol(), plan)
    ways.lay(vertices_mm())
    trail = Trail(ways, DEFAULT, 4)
    trail.beside[:2] = 100.0
    trail.along[1] = ways.span_mm
    on = [ways.kind.index(kind) for kind in sorted(set(ways.kind))][: len(beside_mm)]
    trail.beside[:2, on] = beside_mm
    runs = [Run(j, 1, 0, 1) for j in on]
    return len(ranked(trail, runs, ways, Expectation(plan, ways), DEFAULT))


def test_three_readings_are_tried_at_most() -> None:
    assert _tried([1.0, 1.0, 1.0, 1.0, 1.0]) == 3
    assert _tried([1.0, 1.0]) == 2


@pytest.mark.parametrize(("beside_mm", "tried"), [(9.0, 2), (22.0, 1)])
def test_a_reading_that_explains_it_much_worse_is_not_tried(beside_mm: float, tried: int) -> None:
    assert _tried([0.0, beside_mm]) == tried


def test_each_share_of_a_way_that_was_left_out_speaks_against_it() -> None:
    ways = Ways(load_protocol())
    ways.lay(vertices_mm())
    trail = Trail(ways, DEFAULT, 4)
    likely = []
    for share in (1.0, 0.5):
        trail.along[1] = share * ways.span_mm
        likely.append(float(explained(trail, Run(0, 1, 0, 1), ways, DEFAULT)[0]))
    assert likely[0] - likely[1] == pytest.approx(1.5, abs=0.4)


def _against(beside_mm: dict[str, float], planned: tuple[str, ...] = (), drained: int = 0) -> bool:
    """Whether what went up the neck, against draining down it, may have been a glide up it."""
    ways = Ways(load_protocol())
    ways.lay(vertices_mm())
    trail, runs = Trail(ways, DEFAULT, 4), []
    trail.beside[:2] = 100.0
    for movement, mm in beside_mm.items():
        j = look(ways, (movement, 0.0))
        down = movement == DOWN
        trail.beside[:2, j], trail.along[int(not down), j] = mm, ways.span_mm[j]
        if down:
            runs = [Run(j, -1, 0, 1)]
    expect = Expectation(expecting(*planned) if planned else None, ways)
    like = np.array([0.0 if way.movement.id == DOWN else -4.0 for way in ways.ways])
    for k in range(drained):
        expect.done(like, 4.0 * k - 12.0, 4.0 * k - 9.0, look(ways, (DOWN, 0.0)))
    named, *_ = ranked(trail, runs, ways, expect, DEFAULT)
    return named.either_way


@pytest.mark.parametrize(("up_mm", "either"), [(3.0, True), (8.0, True), (11.0, False)])
def test_against_one_movement_may_be_along_another_that_lies_about_as_near(
    up_mm: float, either: bool
) -> None:
    assert _against({DOWN: 3.0, UP: up_mm}) is either


@pytest.mark.parametrize(("up_mm", "either"), [(3.0, True), (7.0, False)])
def test_what_has_been_done_so_far_counts_a_little(up_mm: float, either: bool) -> None:
    assert _against({DOWN: 3.0, UP: up_mm}, (DOWN, UP))
    assert _against({DOWN: 3.0, UP: up_mm}, (DOWN, UP), drained=3) is either


def test_but_not_along_one_that_nobody_means_to_do() -> None:
    assert _against({DOWN: 3.0, UP: 3.0}, planned=(DOWN, UP))
    assert not _against({DOWN: 3.0, UP: 3.0}, planned=(DOWN,))


def test_nor_where_nothing_else_goes_that_way() -> None:
    assert not _against({DOWN: 3.0})
