"""However answers combine: the strictest rule wins, in any order, and nothing is ever unblocked."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faceglide.protocol import load_protocol
from faceglide.screening import (
    Answers,
    Decision,
    allowed_goals,
    combinations,
    parse_answers,
    pressure_for,
    screen,
)

PROTOCOL = load_protocol()
TODAY = dt.date(2026, 11, 21)
OUTCOMES = ("go", "adapt", "wait", "see_clinician", "emergency")
PRESSURES = (None, "medium", "light", "minimal")
ZONES = [zone.id for zone in PROTOCOL.zones]
TOOLS = {tool.id for tool in PROTOCOL.tools}
Item = tuple[str, dict[str, Any]]


def items() -> list[Item]:
    """Every caution once as an answer, procedures at the days where their rules turn."""
    found: list[Item] = []
    for caution in PROTOCOL.cautions:
        if caution.kind == "condition":
            found.append(("conditions", {"id": caution.id}))
            if caution.zoned != "no":
                found.append(("conditions", {"id": caution.id, "zones": ["cheeks", "nose"]}))
        elif caution.kind == "procedure":
            days = {0, *(rule.days or 14 for rule in caution.rules)}
            for ago in sorted(days):
                date = (TODAY - dt.timedelta(days=ago)).isoformat()
                found.append(("procedures", {"id": caution.id, "date": date, "zones": ["lips"]}))
    return found


ITEMS = items()


def answers_of(chosen: list[Item], age: int = 34, guardian: bool = False) -> Answers:
    data: dict[str, Any] = {"as_of": TODAY.isoformat(), "age": age, "guardian": guardian}
    for kind, item in chosen:
        data.setdefault(kind, []).append(item)
    return parse_answers(data, "answers", protocol=PROTOCOL)


def decide(chosen: list[Item], age: int = 34, guardian: bool = False) -> Decision:
    return screen(PROTOCOL, answers_of(chosen, age, guardian))


def assert_at_least_as_strict(stricter: Decision, than: Decision) -> None:
    assert OUTCOMES.index(stricter.outcome) >= OUTCOMES.index(than.outcome)
    assert set(stricter.blocked_zones) >= set(than.blocked_zones)
    assert set(stricter.blocked_tools) >= set(than.blocked_tools)
    assert set(stricter.blocked_techniques) >= set(than.blocked_techniques)
    assert set(stricter.blocked_movements) >= set(than.blocked_movements)
    assert PRESSURES.index(stricter.max_pressure) >= PRESSURES.index(than.max_pressure)
    if than.until is not None:
        assert stricter.until is not None
        assert stricter.until >= than.until
    assert set(stricter.findings) >= set(than.findings)


def assert_strictest_of(together: Decision, alone: list[Decision]) -> None:
    for one in alone:
        assert_at_least_as_strict(together, one)
    for field in ("blocked_zones", "blocked_tools", "blocked_techniques", "blocked_movements"):
        assert set(getattr(together, field)) == {x for one in alone for x in getattr(one, field)}
    assert together.until == max((one.until for one in alone if one.until), default=None)
    strictest = max((one.outcome for one in alone), key=OUTCOMES.index)
    everywhere = set(together.blocked_zones) == set(ZONES)
    assert together.outcome == strictest or (everywhere and together.outcome == "wait")


def assert_gate_keeps(decision: Decision) -> None:
    left = list(combinations(PROTOCOL, decision, TOOLS))
    for way in left:
        assert way.movement.zone not in decision.blocked_zones
        assert way.movement.id not in decision.blocked_movements
        assert way.tool.id not in decision.blocked_tools
        assert way.technique.id not in decision.blocked_techniques
        assert way.movement.zone not in way.tool.blocked_zones
        assert way.movement.zone not in way.technique.blocked_zones
        highest = PRESSURES.index(decision.max_pressure)
        assert PRESSURES.index(pressure_for(decision, way.movement)) >= highest
    if decision.outcome in ("go", "adapt"):
        assert any(way.tool.id == "hands" for way in left)
    else:
        assert left == []


def test_each_pair_is_the_strictest_of_both_in_either_order() -> None:
    alone = [decide([item]) for item in ITEMS]
    for (a, one), (b, other) in itertools.combinations(zip(ITEMS, alone, strict=True), 2):
        together = decide([a, b])
        assert together == decide([b, a])
        assert_strictest_of(together, [one, other])


@settings(max_examples=2000, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3),
    age=st.integers(0, 120),
    guardian=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_no_combination_unblocks_anything(
    chosen: list[Item], age: int, guardian: bool, order: Any
) -> None:
    decision = decide(chosen, age, guardian)
    shuffled = list(chosen)
    order.shuffle(shuffled)
    assert decision == decide(shuffled, age, guardian)
    fewer = decide(chosen[:-1], age, guardian)
    assert_at_least_as_strict(decision, fewer)
    assert_gate_keeps(decision)
    ways = {_key(way) for way in combinations(PROTOCOL, decision, TOOLS)}
    assert ways <= {_key(way) for way in combinations(PROTOCOL, fewer, TOOLS)}


def _key(way: Any) -> tuple[str, str, str, str]:
    return way.movement.id, way.side, way.tool.id, way.technique.id


@settings(max_examples=300, deadline=None)
@given(chosen=st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2), days=st.integers(0, 400))
def test_waiting_longer_never_makes_a_procedure_stricter(chosen: list[Item], days: int) -> None:
    """Time heals: a later day never blocks a zone for a procedure that an earlier one left open."""
    done = [(kind, item) for kind, item in chosen if kind == "procedures"]
    data = {"age": 34, "procedures": [item for _, item in done]}
    zones = []
    for day in (TODAY + dt.timedelta(days=days), TODAY + dt.timedelta(days=days + 1)):
        answers = parse_answers({"as_of": day.isoformat(), **data}, "answers")
        zones.append(set(screen(PROTOCOL, answers).blocked_zones))
    assert zones[1] <= zones[0]


def test_saying_the_same_twice_changes_nothing() -> None:
    for item in ITEMS:
        assert decide([item, item]) == decide([item])


def test_a_side_is_taken_strictly_for_both() -> None:
    one_side = [("conditions", {"id": "burn", "zones": ["cheeks"], "side": "left"})]
    left = combinations(PROTOCOL, decide(one_side), TOOLS)
    assert all(way.movement.zone != "cheeks" for way in left)


def test_goals_stay_open_whatever_else_is_blocked() -> None:
    every_goal = tuple(goal.id for goal in PROTOCOL.goals)
    for item in ITEMS:
        assert allowed_goals(PROTOCOL, answers_of([item])) == every_goal


def test_the_lightest_pressure_wins() -> None:
    """Today's cautions only ever cap at light; a stricter one must still win over it."""
    pregnant = next(c for c in PROTOCOL.cautions if c.id == "pregnancy")
    softer = pregnant.model_copy(
        update={
            "id": "softer",
            "rules": (pregnant.rules[0].model_copy(update={"max_pressure": "minimal"}),),
        }
    )
    protocol = PROTOCOL.model_copy(update={"cautions": (*PROTOCOL.cautions, softer)})
    conditions = [{"id": "pregnancy"}, {"id": "softer"}]
    for order in (conditions, conditions[::-1]):
        data = {"as_of": TODAY.isoformat(), "age": 34, "conditions": order}
        decision = screen(protocol, parse_answers(data, "answers", protocol=protocol))
        assert decision.max_pressure == "minimal"
        hold = next(m for m in PROTOCOL.movements if m.pressure == "medium")
        assert pressure_for(decision, hold) == "minimal"
