"""What is expected next: led by the plan, moved on by strokes, never a rail."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.expectation import Expectation
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.screening.model import Decision

FOREHEAD, BROW, CHEEK, JAW = (
    "forehead.glide_out", "brow.glide_out", "cheeks.sweep_up_out", "jawline.sweep_up",
)  # fmt: skip


def _step(movement: str, side: str, tool: str = "hands") -> Step:
    return Step(
        movement=movement, side=side, tool=tool, technique="manual", repeats=5, seconds=30.0,
        pressure="light", why="as planned",
    )  # type: ignore[arg-type]  # fmt: skip


def _plan(*movements: str) -> Plan:
    steps = tuple(_step(movement, side) for movement in movements for side in ("left", "right"))
    return Plan(
        protocol="1.0",
        decision=Decision(outcome="go"),
        steps=steps,
        total_seconds=300.0,
    )


def _way(ways: Ways, movement: str) -> int:
    return next(
        j for j, w in enumerate(ways.ways) if w.movement.id == movement and w.side == "left"
    )


def _like(ways: Ways, movement: str, by: float = 4.0) -> FloatArray:
    """Log likelihoods that speak for one movement."""
    return np.array([0.0 if w.movement.id == movement else -by for w in ways.ways])


def _likeliest(expect: Expectation, ways: Ways, at_s: float) -> str:
    return ways.ways[int(np.argmax(expect.weights(at_s)))].movement.id


def test_the_plan_leads() -> None:
    ways = Ways(load_protocol())
    expect = Expectation(_plan(FOREHEAD, CHEEK), ways)
    assert _likeliest(expect, ways, 0.0) == FOREHEAD
    assert expect.surprise(_way(ways, FOREHEAD), 0.0) == 0.0
    assert expect.surprise(_way(ways, JAW), 0.0) > 0.0


def test_people_stay_with_a_movement_and_change_after_a_pause() -> None:
    ways = Ways(load_protocol())
    expect = Expectation(_plan(FOREHEAD, CHEEK, JAW), ways)
    for k in range(3):
        start_s = 5.0 * k
        expect.done(_like(ways, FOREHEAD), start_s, start_s + 3.0, _way(ways, FOREHEAD))
    soon, later = 14.0, 25.0
    assert _likeliest(expect, ways, soon) == FOREHEAD
    assert _likeliest(expect, ways, later) == CHEEK, "the next of the plan"
    ahead = expect.weights(later)[_way(ways, CHEEK)] - expect.weights(later)[_way(ways, JAW)]
    assert ahead > 1.0


def test_what_is_done_outweighs_the_plan() -> None:
    ways = Ways(load_protocol())
    expect = Expectation(_plan(FOREHEAD, CHEEK), ways)
    for k in range(3):
        start_s = 5.0 * k
        expect.done(_like(ways, JAW), start_s, start_s + 3.0, _way(ways, JAW))
    assert _likeliest(expect, ways, 14.0) == JAW


def test_one_stroke_that_looks_like_a_neighbours_does_not_settle_it() -> None:
    ways = Ways(load_protocol())
    expect = Expectation(_plan(BROW, CHEEK), ways)
    for k in range(3):
        expect.done(_like(ways, BROW), 5.0 * k, 5.0 * k + 3.0, _way(ways, BROW))
    expect.done(_like(ways, FOREHEAD, by=2.0), 15.0, 18.0, _way(ways, FOREHEAD))
    assert _likeliest(expect, ways, 19.0) == BROW


def test_without_a_plan_every_movement_is_as_likely() -> None:
    ways = Ways(load_protocol())
    weights = Expectation(None, ways).weights(0.0)
    assert np.ptp(weights) == 0.0
