"""Plans of one's own: edited freely, inside what is safe."""

from __future__ import annotations

import pytest

from faceglide.errors import BadInput
from faceglide.planning import (
    Add,
    Edit,
    Move,
    NoPlanToday,
    Plan,
    Remove,
    Repeat,
    blocks,
    make_plan,
    revise,
)
from faceglide.protocol import load_protocol
from faceglide.screening.model import Decision

PROTOCOL = load_protocol()
GO = Decision(outcome="go")
NO_NECK = Decision(outcome="adapt", blocked_zones=("neck",), max_pressure="light")


@pytest.fixture
def plan() -> Plan:
    return make_plan(PROTOCOL, GO, goals=["jaw_tension"], minutes=8, tools=["hands"])


def edited(plan: Plan, *edits: Edit, decision: Decision = GO) -> list[str]:
    return [b[0].movement for b in blocks(revise(PROTOCOL, decision, plan, edits))]


def test_nothing_changed_is_the_same_plan(plan: Plan) -> None:
    assert revise(PROTOCOL, GO, plan).steps == plan.steps


def test_an_added_movement_comes_on_both_sides(plan: Plan) -> None:
    revised = revise(PROTOCOL, GO, plan, [Add(movement="forehead.glide_out", at=0)])
    assert [(s.movement, s.side) for s in revised.steps[:2]] == [
        ("forehead.glide_out", "left"),
        ("forehead.glide_out", "right"),
    ]
    assert revised.total_seconds > plan.total_seconds


def test_a_removed_block_takes_both_sides_away(plan: Plan) -> None:
    revised = revise(PROTOCOL, GO, plan, [Remove(block=0)])
    assert len(revised.steps) == len(plan.steps) - len(blocks(plan)[0])


def test_blocks_are_reordered(plan: Plan) -> None:
    before = edited(plan)
    assert edited(plan, Move(block=0, to=2)) == [*before[1:3], before[0], *before[3:]]


def test_repeats_change_on_both_sides(plan: Plan) -> None:
    at = edited(plan).index("temples.circle")
    revised = blocks(revise(PROTOCOL, GO, plan, [Repeat(block=at, repeats=5)]))[at]
    assert [s.repeats for s in revised] == [5, 5]
    assert revised[0].seconds < blocks(plan)[at][0].seconds


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (Add(movement="neck.drain_down"), "is not open today"),
        (Add(movement="jawline.tickle"), "is not a movement"),
        (Add(movement="temples.circle", tool="gua_sha"), "is not open today"),
        (Add(movement="cheeks.sweep_up_out", repeats=50), "50 repeats"),
        (Add(movement="cheeks.sweep_up_out", tool="spoon"), "is not a tool"),
        (Remove(block=99), "no block 99"),
        (Move(block=0, to=-1), "no block -1"),
        (Repeat(block=0, repeats=0), "0 repeats"),
    ],
)
def test_an_edit_past_the_safe_is_refused(plan: Plan, edit: Edit, fault: str) -> None:
    with pytest.raises(BadInput) as refused:
        revise(PROTOCOL, NO_NECK, plan, [edit])
    assert fault in refused.value.fault


def test_more_rounds_than_the_ceiling_are_refused(plan: Plan) -> None:
    with pytest.raises(BadInput, match="rounds of jawline"):
        revise(PROTOCOL, GO, plan, [Add(movement="jawline.masseter_hold")] * 3)


def test_a_kept_plan_loses_what_closed_since_and_says_so() -> None:
    kept = make_plan(PROTOCOL, GO, goals=["puffiness"], minutes=15, tools=["hands"])
    assert any(s.movement.startswith("neck") for s in kept.steps)
    today = revise(PROTOCOL, NO_NECK, kept)
    assert not any(s.movement.startswith("neck") for s in today.steps)
    assert {s.pressure for s in today.steps} <= {"minimal", "light"}
    assert "Left out today: side of the neck" in " ".join(today.notes)


def test_a_closed_day_closes_a_kept_plan_too(plan: Plan) -> None:
    with pytest.raises(NoPlanToday):
        revise(PROTOCOL, Decision(outcome="wait"), plan)


def test_removing_everything_leaves_no_plan(plan: Plan) -> None:
    with pytest.raises(NoPlanToday):
        revise(PROTOCOL, GO, plan, [Remove(block=0)] * len(blocks(plan)))
