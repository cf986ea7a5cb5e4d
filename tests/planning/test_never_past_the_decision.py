"""Whatever is answered and asked for, no plan goes past the Decision."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceglide.planning import NoPlanToday, Plan, make_plan, revise
from faceglide.protocol import load_protocol
from faceglide.protocol.model import Caution
from faceglide.screening import allowed, screen
from faceglide.screening.model import Answers, ConditionAnswer, Decision, ProcedureAnswer

PROTOCOL = load_protocol()
TODAY = dt.date(2026, 11, 21)
MOVEMENTS = {movement.id: movement for movement in PROTOCOL.movements}
TOOLS = {tool.id: tool for tool in PROTOCOL.tools}
TECHNIQUES = {technique.id: technique for technique in PROTOCOL.techniques}
PRESSURES = ("minimal", "light", "medium")
ASKABLE = [caution for caution in PROTOCOL.cautions if caution.kind in ("condition", "procedure")]

zone_sets = st.lists(st.sampled_from([z.id for z in PROTOCOL.zones]), max_size=3, unique=True)


@st.composite
def answer_sets(draw: st.DrawFn) -> Answers:
    chosen = draw(st.lists(st.sampled_from(ASKABLE), max_size=3, unique_by=lambda c: c.id))
    conditions: list[ConditionAnswer] = []
    procedures: list[ProcedureAnswer] = []
    for caution in chosen:
        zones = tuple(draw(zone_sets)) if caution.zoned != "no" else ()
        if caution.kind == "condition":
            conditions.append(ConditionAnswer(id=caution.id, zones=zones))
        else:
            days = draw(st.integers(0, 400))
            date = TODAY - dt.timedelta(days=days)
            cleared = draw(st.booleans())
            procedures.append(
                ProcedureAnswer(id=caution.id, date=date, zones=zones, cleared=cleared)
            )
    return Answers(
        as_of=TODAY,
        age=draw(st.integers(10, 90)),
        guardian=draw(st.booleans()),
        conditions=tuple(conditions),
        procedures=tuple(procedures),
    )


asked = st.fixed_dictionaries(
    {
        "goals": st.lists(st.sampled_from([g.id for g in PROTOCOL.goals]), unique=True),
        "minutes": st.integers(1, 60),
        "tools": st.lists(st.sampled_from(list(TOOLS)), unique=True),
    }
)


def check(plan: Plan, decision: Decision, tools: list[str]) -> None:
    for step in plan.steps:
        movement = MOVEMENTS[step.movement]
        tool, technique = TOOLS[step.tool], TECHNIQUES[step.technique]
        assert allowed(PROTOCOL, decision, movement, tool, technique)
        assert movement.zone not in decision.blocked_zones
        assert step.movement not in decision.blocked_movements
        assert step.tool not in decision.blocked_tools
        assert step.technique not in decision.blocked_techniques
        assert movement.zone not in tool.blocked_zones
        assert movement.zone not in technique.blocked_zones
        assert step.tool == "hands" or step.tool in tools
        most = min(
            movement.pressure, decision.max_pressure or movement.pressure, key=PRESSURES.index
        )
        assert step.pressure == most
        assert step.repeats <= movement.repeats_range[1]
        assert step.side in movement.sides


def dose(plan: Plan) -> dict[str, Counter[str]]:
    doses: dict[str, Counter[str]] = {"left": Counter(), "right": Counter(), "midline": Counter()}
    for step in plan.steps:
        doses[step.side][f"{step.movement} {step.tool} {step.technique}"] += step.repeats
    return doses


def anything_open(decision: Decision) -> bool:
    return any(
        allowed(PROTOCOL, decision, movement, tool, technique)
        for movement in MOVEMENTS.values()
        for tool in TOOLS.values()
        if not tool.opt_in
        for technique in TECHNIQUES.values()
    )


@settings(max_examples=500, deadline=None)
@given(answers=answer_sets(), wish=asked)
def test_no_plan_goes_past_the_decision(answers: Answers, wish: dict[str, list[str]]) -> None:
    decision = screen(PROTOCOL, answers)
    try:
        plan = make_plan(PROTOCOL, decision, **wish, age=answers.age)  # type: ignore[arg-type]
    except NoPlanToday:
        assert not anything_open(decision)
        return
    check(plan, decision, wish["tools"])
    doses = dose(plan)
    assert doses["left"] == doses["right"]
    assert plan.total_seconds == pytest.approx(wish["minutes"] * 60, rel=0.05)  # type: ignore[operator]
    again = make_plan(PROTOCOL, decision, **wish, age=answers.age)  # type: ignore[arg-type]
    assert again == plan
    shuffled = {**wish, "goals": wish["goals"][::-1], "tools": wish["tools"][::-1]}
    assert make_plan(PROTOCOL, decision, **shuffled, age=answers.age) == plan  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(answers=answer_sets(), wish=asked)
def test_a_plan_kept_from_a_better_day_is_fitted_to_today(
    answers: Answers, wish: dict[str, list[str]]
) -> None:
    kept = make_plan(PROTOCOL, Decision(outcome="go"), **wish)  # type: ignore[arg-type]
    decision = screen(PROTOCOL, answers)
    try:
        today = revise(PROTOCOL, decision, kept)
    except NoPlanToday:
        return
    check(today, decision, wish["tools"])
    doses = dose(today)
    assert doses["left"] == doses["right"]


def answered(*cautions: Caution) -> Answers:
    zones = {c.id: ("cheeks",) if c.zoned != "no" else () for c in cautions}
    conditions = [c for c in cautions if c.kind == "condition"]
    procedures = [c for c in cautions if c.kind == "procedure"]
    return Answers(
        as_of=TODAY,
        age=34,
        conditions=tuple(ConditionAnswer(id=c.id, zones=zones[c.id]) for c in conditions),
        procedures=tuple(
            ProcedureAnswer(id=c.id, date=TODAY - dt.timedelta(days=20), zones=zones[c.id])
            for c in procedures
        ),
    )


def test_every_pair_of_cautions_keeps_its_plan_inside() -> None:
    tools = list(TOOLS)
    planned = 0
    for one, other in combinations(ASKABLE, 2):
        decision = screen(PROTOCOL, answered(one, other))
        try:
            plan = make_plan(PROTOCOL, decision, goals=["glow"], minutes=15, tools=tools)
        except NoPlanToday:
            assert not anything_open(decision)
        else:
            check(plan, decision, tools)
            planned += 1
    assert planned > 300


@pytest.mark.parametrize("caution", ASKABLE, ids=lambda caution: caution.id)
def test_every_caution_alone_keeps_its_plan_inside(caution: Caution) -> None:
    decision = screen(PROTOCOL, answered(caution))
    tools = list(TOOLS)
    try:
        plan = make_plan(PROTOCOL, decision, goals=["glow"], minutes=15, tools=tools)
    except NoPlanToday:
        assert not anything_open(decision)
    else:
        check(plan, decision, tools)
