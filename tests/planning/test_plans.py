"""What a person gets for their goals, minutes and tools."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from faceglide.errors import BadInput
from faceglide.planning import History, NoPlanToday, Plan, make_plan
from faceglide.protocol import load_protocol
from faceglide.screening import screen
from faceglide.screening.model import Answers, ConditionAnswer, Decision, ProcedureAnswer

PROTOCOL = load_protocol()
GO = Decision(outcome="go")
MOVEMENTS = {movement.id: movement for movement in PROTOCOL.movements}
TODAY = dt.date(2026, 11, 21)


def plan(
    *goals: str,
    minutes: float = 10,
    tools: tuple[str, ...] = ("hands",),
    decision: Decision = GO,
    history: History | None = None,
    age: int | None = None,
) -> Plan:
    return make_plan(
        PROTOCOL, decision, goals=goals, minutes=minutes, tools=tools, age=age, history=history
    )


def decided(*conditions: str, age: int = 34, guardian: bool = False, **zones: str) -> Decision:
    answers = Answers(
        as_of=TODAY,
        age=age,
        guardian=guardian,
        conditions=tuple(
            ConditionAnswer(id=c, zones=(zones[c],) if c in zones else ()) for c in conditions
        ),
    )
    return screen(PROTOCOL, answers)


def zones_of(made: Plan) -> set[str]:
    return {MOVEMENTS[step.movement].zone for step in made.steps}


def test_a_tight_jaw_gets_jaw_work_and_the_chewing_muscle_is_held() -> None:
    made = plan("jaw_tension")
    assert "jawline.masseter_hold" in {step.movement for step in made.steps}
    served = sum(s.seconds for s in made.steps if "looser jaw" in s.why)
    assert served > 0.8 * sum(s.seconds for s in made.steps)


@pytest.mark.parametrize("minutes", [5, 8, 10])
def test_what_serves_no_goal_does_not_come_twice_to_fill_the_time(minutes: int) -> None:
    for goals in (("jaw_tension", "relaxation"), ("headache_relief",), ("lift", "glow")):
        made = plan(*goals, minutes=minutes)
        served = {m.id for m in PROTOCOL.movements if set(m.helps) & set(goals)}
        times = Counter((step.movement, step.side) for step in made.steps)
        assert all(n == 1 or movement in served for (movement, _), n in times.items()), times
        assert made.total_seconds == pytest.approx(minutes * 60, rel=0.05)


def test_drainage_opens_the_neck_first() -> None:
    made = plan("puffiness", minutes=15)
    assert made.steps[0].movement == "neck.drain_down"


def test_a_long_drainage_ends_down_the_neck_again() -> None:
    made = plan("puffiness", minutes=25)
    assert made.steps[-1].movement == "neck.drain_down"


@pytest.mark.parametrize("minutes", [1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60])
@pytest.mark.parametrize("goal", [goal.id for goal in PROTOCOL.goals])
def test_the_minutes_are_met(goal: str, minutes: int) -> None:
    made = plan(goal, minutes=minutes, tools=("hands", "gua_sha"))
    assert made.total_seconds == pytest.approx(minutes * 60, rel=0.05)


def test_the_total_is_the_sum_of_its_parts() -> None:
    made = plan("glow", minutes=7)
    parts = made.preparation_seconds + sum(s.seconds for s in made.steps) + made.closing_seconds
    assert made.total_seconds == pytest.approx(parts, abs=0.1)


def test_ten_minutes_of_massage_on_a_whole_face_need_no_rest() -> None:
    made = plan("relaxation")
    assert made.closing_seconds <= 45
    assert not any("Rest with your eyes closed" in line for line in made.closing)


def test_when_only_the_nose_is_open_the_rest_of_the_time_is_a_rest() -> None:
    closed = tuple(zone.id for zone in PROTOCOL.zones if zone.id != "nose")
    decision = Decision(outcome="adapt", blocked_zones=closed)
    made = plan("relaxation", minutes=20, decision=decision)
    assert zones_of(made) == {"nose"}
    assert made.total_seconds == pytest.approx(1200, rel=0.05)
    assert "or stop here" in made.closing[0]
    per_side = sum(s.seconds for s in made.steps if s.side == "left")
    assert per_side <= MOVEMENTS["nose.glide_down_side"].most_seconds * 1.5


def test_repeats_stay_in_the_prescribed_range() -> None:
    for step in plan("headache_relief", minutes=40).steps:
        least, most = MOVEMENTS[step.movement].repeats_range
        assert least <= step.repeats <= most


def test_each_tool_is_taken_up_once() -> None:
    made = plan("glow", minutes=20, tools=("hands", "gua_sha", "roller"))
    taken_up = [
        s.tool
        for s, before in zip(made.steps[1:], made.steps, strict=False)
        if s.tool != before.tool
    ]
    assert len(taken_up) == len(set(taken_up)) > 0
    assert made.steps[0].tool not in taken_up


def test_a_chosen_tool_is_used_where_it_may_be() -> None:
    made = plan("glow", tools=("gua_sha",))
    assert {s.tool for s in made.steps if s.movement == "forehead.glide_out"} == {"gua_sha"}


def test_hands_stand_in_where_no_chosen_tool_may_go() -> None:
    made = plan("relaxation", minutes=20, tools=("gua_sha",))
    assert {s.tool for s in made.steps if s.movement == "temples.circle"} == {"hands"}


def test_cups_and_blaster_stay_in_the_drawer_until_chosen() -> None:
    for goal in PROTOCOL.goals:
        made = plan(goal.id, minutes=60, tools=("hands", "gua_sha", "roller", "wand"))
        assert not {s.tool for s in made.steps} & {"cups", "blaster"}
        assert not {s.technique for s in made.steps} & {"cups", "blasting"}


def test_chosen_cups_go_over_a_movement_once() -> None:
    made = plan("glow", minutes=60, tools=("hands", "cups"))
    rounds = [s for s in made.steps if s.tool == "cups" and s.side == "left"]
    assert len(rounds) == 1


def test_cups_come_with_their_cautions() -> None:
    made = plan("glow", tools=("hands", "cups"))
    assert any(line.startswith("Face cups: cups can bruise") for line in made.preparation)
    barred = plan("glow", tools=("hands", "cups"), decision=decided("pregnancy"))
    assert not any("Face cups" in line for line in barred.preparation)


def test_only_edges_have_an_angle_and_on_the_neck_they_lie_flat() -> None:
    made = plan("relaxation", "screen_strain", minutes=30, tools=("gua_sha", "roller"))
    for step in made.steps:
        if step.tool != "gua_sha":
            assert step.angle_deg is None
        elif MOVEMENTS[step.movement].zone == "neck":
            assert step.angle_deg == 0
        else:
            assert step.angle_deg == 15


def test_a_lower_pressure_from_screening_caps_every_step() -> None:
    made = plan("jaw_tension", minutes=20, decision=decided("pregnancy"))
    assert {s.pressure for s in made.steps} <= {"minimal", "light"}


def test_what_was_taken_out_is_said_with_what_replaces_it() -> None:
    decision = decided("open_wound", "anticoagulants", open_wound="cheeks")
    made = plan("glow", tools=("gua_sha",), decision=decision)
    said = " ".join(made.notes)
    assert "Left out today: cheeks" in said
    assert "Put aside today: gua sha" in said
    assert "Your hands take its place" in said
    assert {s.tool for s in made.steps} == {"hands"}


def test_an_oil_allergy_gets_another_lubricant() -> None:
    made = plan("glow", tools=("hands", "oil"), decision=decided("oil_allergy"))
    assert any(line.startswith("Serum:") for line in made.preparation)
    assert not any(line.startswith("Face or massage oil") for line in made.preparation)


def test_contact_lenses_come_out_first() -> None:
    made = plan("glow", decision=decided("contact_lenses"))
    assert "Take contact lenses out first." in made.preparation


def test_a_chosen_cleansing_device_is_prepared_with_unless_it_is_barred() -> None:
    with_it = plan("glow", tools=("hands", "cleansing_device"))
    assert any("Cleansing device" in line for line in with_it.preparation)
    barred = plan("glow", tools=("hands", "cleansing_device"), decision=decided("epilepsy"))
    assert not any("Cleansing device" in line for line in barred.preparation)


def test_every_step_says_why_with_no_more_than_the_evidence() -> None:
    says = {entry.say.lower() for entry in PROTOCOL.evidence}
    for goal in PROTOCOL.goals:
        for step in plan(goal.id, minutes=30).steps:
            claim = step.why.partition(": ")[2].lower()
            assert not claim or claim in says


def test_a_child_gets_no_plan_for_looks() -> None:
    decision = decided(age=14, guardian=True)
    for made in (plan("lift", decision=decision), plan("lift", age=14)):
        assert not any("For lift" in s.why for s in made.steps)
    assert {s.tool for s in plan("lift", tools=("gua_sha",), decision=decision).steps} == {"hands"}


@pytest.mark.parametrize("condition", ["fever", "stroke_signs", "cancer"])
def test_a_closed_day_has_no_plan(condition: str) -> None:
    with pytest.raises(NoPlanToday) as closed:
        plan("glow", decision=decided(condition))
    assert closed.value.decision.outcome != "go"


def test_no_plan_the_day_before_a_filler_is_two_weeks_old_but_one_on_the_day() -> None:
    def at(day: dt.date) -> Decision:
        filler = ProcedureAnswer(id="hyaluronic_filler", date=TODAY, zones=("lips",))
        return screen(PROTOCOL, Answers(as_of=day, age=34, procedures=(filler,)))

    with pytest.raises(NoPlanToday):
        plan("glow", decision=at(TODAY + dt.timedelta(days=13)))
    made = plan("glow", tools=("gua_sha",), decision=at(TODAY + dt.timedelta(days=14)))
    assert {s.tool for s in made.steps if s.movement.startswith("lips")} <= {"hands"}


def test_history_rotates_in_what_has_rested_and_leaves_what_is_skipped() -> None:
    usual = {s.movement for s in plan("relaxation", minutes=4).steps}
    weary = History(recent=(tuple(usual),) * 4, skipped=(tuple(usual),) * 4)
    other = {s.movement for s in plan("relaxation", minutes=4, history=weary).steps}
    assert other != usual


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"goals": ["youth"]}, "goal"),
        ({"tools": ["hammer"]}, "tool"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"minutes": float("nan")}, "minutes"),
    ],
)
def test_what_is_not_there_is_refused_by_name(change: dict[str, object], place: str) -> None:
    asked: dict[str, object] = {"goals": ["glow"], "minutes": 5, "tools": ["hands"], **change}
    with pytest.raises(BadInput) as refused:
        make_plan(PROTOCOL, GO, **asked)  # type: ignore[arg-type]
    assert refused.value.place == place
