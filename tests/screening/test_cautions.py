"""Every caution does exactly what was agreed: no more, no less, none missing.

The table is typed from the agreement, not from the protocol. Each condition: outcome, blocked
zones (`ALL` for everything), tools, techniques, movements, highest pressure, and days from the day
of the answers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from faceglide.protocol import load_protocol
from faceglide.screening import Decision, allowed, allowed_goals, parse_answers, screen

TODAY = dt.date(2026, 11, 21)

ALL = (
    "brow", "cheeks", "forehead", "jawline", "lips", "neck", "nose", "temples", "under_eyes",
)  # fmt: skip
EVERY_TOOL_BUT_HANDS = (
    "blaster", "cleansing_device", "cups", "gua_sha", "massage_tool", "roller", "wand",
)  # fmt: skip
BRUISING_TOOLS = ("blaster", "cups", "gua_sha", "massage_tool")
POWERED = ("blaster", "cleansing_device")
HOLD = ("jawline.masseter_hold",)


@dataclass(frozen=True)
class Row:
    """What one answered condition alone must lead to."""

    outcome: str
    zones: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    movements: tuple[str, ...] = ()
    pressure: str | None = None
    days: int | None = None


EMERGENCY = Row("emergency", ALL)
CLINICIAN = Row("see_clinician", ALL)
NO_NECK = Row("adapt", ("neck",))
NO_HOLD = Row("adapt", movements=HOLD)
BRUISING = Row("adapt", tools=BRUISING_TOOLS, techniques=("knuckles",), pressure="light")
EYES = Row("adapt", ("brow", "under_eyes"))

CONDITIONS: dict[str, Row] = {
    "stroke_signs": EMERGENCY,
    "thunderclap_headache": EMERGENCY,
    "cervical_artery_signs": EMERGENCY,
    "vision_loss": EMERGENCY,
    "filler_vascular_signs": EMERGENCY,
    "giant_cell_arteritis_signs": CLINICIAN,
    "spreading_infection": CLINICIAN,
    "shingles_near_eye": CLINICIAN,
    "fever": Row("wait", ALL),
    "venous_clot": CLINICIAN,
    "recent_stroke_or_dissection": CLINICIAN,
    "cancer": CLINICIAN,
    "unexplained_lump": CLINICIAN,
    "radiotherapy_or_node_removal": CLINICIAN,
    "carotid_disease": NO_NECK,
    "carotid_sinus_hypersensitivity": NO_NECK,
    "hyperthyroidism": NO_NECK,
    "arrhythmia": NO_NECK,
    "goitre_or_nodule": NO_NECK,
    "neck_injury_or_surgery": NO_NECK,
    "vascular_risk": NO_NECK,
    "uncontrolled_hypertension": NO_NECK,
    "connective_tissue_disorder": Row(
        "adapt", ("neck",), EVERY_TOOL_BUT_HANDS, movements=HOLD, pressure="light"
    ),
    "locked_jaw": NO_HOLD,
    "jaw_trauma": NO_HOLD,
    "trigeminal_neuralgia": CLINICIAN,
    "facial_palsy": CLINICIAN,
    "anticoagulants": BRUISING,
    "bleeding_disorder": BRUISING,
    "easy_bruising": BRUISING,
    "fragile_skin": BRUISING,
    "facial_numbness": BRUISING,
    "pregnancy": Row("adapt", tools=("blaster", "cups"), pressure="light"),
    "topical_retinoid_or_acid": Row("adapt", tools=EVERY_TOOL_BUT_HANDS),
    "open_wound": Row("wait", ALL),
    "burn": Row("wait", ALL),
    "inflamed_acne": Row("wait", ALL),
    "eczema": Row("wait", ALL),
    "skin_inflammation": Row("wait", ALL),
    "impetigo": Row("wait", ALL, days=14),
    "cold_sore": Row("wait", ALL, days=14),
    "skin_infection": Row("wait", ALL, days=14),
    "rosacea_flare": Row("wait", ALL),
    "rosacea_calm": Row("adapt", tools=EVERY_TOOL_BUT_HANDS, pressure="light"),
    "sunburn": Row("wait", ALL, days=7),
    "isotretinoin": Row("adapt", tools=EVERY_TOOL_BUT_HANDS, pressure="light"),
    "glaucoma": EYES,
    "keratoconus": EYES,
    "retinal_disease": EYES,
    "contact_lenses": Row("go"),
    "nickel_allergy": Row("go"),
    "oil_allergy": Row("adapt", tools=("oil",)),
    "pacemaker_or_neurostimulator": Row("adapt", tools=POWERED),
    "epilepsy": Row("adapt", tools=POWERED),
    "pain_now_over_3": Row("wait", ALL),
}

BLOCK_ONLY_NAMED_ZONES = {"open_wound", "burn", "inflamed_acne", "eczema", "skin_inflammation"}


@dataclass(frozen=True)
class Wait:
    """One span of a procedure: until `days`, and until cleared where `clearance`."""

    days: int | None
    zones: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    clearance: bool = False
    outcome: str = "wait"


CHEWING = ("cheeks", "jawline", "lips")
AFTER_FILLER = Wait(None, tools=EVERY_TOOL_BUT_HANDS, clearance=True, outcome="adapt")
SURGERY = (Wait(84, ALL, clearance=True),)

PROCEDURES: dict[str, tuple[Wait, ...]] = {
    "botulinum_toxin": (Wait(14, ALL),),
    "hyaluronic_filler": (Wait(14, ALL), AFTER_FILLER),
    "thread_lift": (Wait(28, ALL), Wait(84, tools=EVERY_TOOL_BUT_HANDS, outcome="adapt")),
    "facial_surgery": SURGERY,
    "eyelid_surgery": SURGERY,
    "jaw_surgery": SURGERY,
    "rhinoplasty": (*SURGERY, Wait(180, ("nose",), outcome="adapt")),
    "peel_superficial": (Wait(7, ALL),),
    "peel_medium": (Wait(28, ALL),),
    "peel_deep": (Wait(84, ALL),),
    "microneedling": (Wait(7, ALL),),
    "laser_nonablative": (Wait(14, ALL),),
    "laser_ablative": (Wait(56, ALL),),
    "tooth_extraction": (Wait(7, CHEWING, outcome="adapt"),),
    "wisdom_tooth_surgery": (Wait(14, CHEWING, outcome="adapt"),),
    "eye_surgery": (Wait(28, ("brow", "under_eyes"), clearance=True, outcome="adapt"),),
}

AGE_RULES = {"age_over_60", "age_under_18", "age_under_16"}
APPEARANCE_GOALS = {"lift", "fine_lines", "glow", "puffiness"}

NEVER_TOOL_ON_ZONE = {
    "blaster": {"neck", "under_eyes", "temples", "nose"},
    "cups": {"under_eyes", "lips", "neck"},
}
NEVER_TECHNIQUE_ON_ZONE = {"knuckles": {"under_eyes", "nose", "neck"}}
OFF_UNTIL_CHOSEN = {"blaster", "cups"}


def decide(day: dt.date = TODAY, *, age: int = 34, guardian: bool = False, **rest: Any) -> Decision:
    data = {"as_of": day.isoformat(), "age": age, "guardian": guardian, **rest}
    return screen(load_protocol(), parse_answers(data, "answers"))


def after(procedure: str, days: int, **rest: Any) -> Decision:
    day = TODAY + dt.timedelta(days=days)
    return decide(day, procedures=[{"id": procedure, "date": TODAY.isoformat(), **rest}])


def test_no_caution_is_missing_and_none_is_extra() -> None:
    kinds: dict[str, set[str]] = {"condition": set(), "procedure": set(), "age": set()}
    for caution in load_protocol().cautions:
        kinds.setdefault(caution.kind, set()).add(caution.id)
    assert kinds["condition"] == set(CONDITIONS)
    assert kinds["procedure"] == set(PROCEDURES)
    assert kinds["age"] == AGE_RULES


def test_nothing_answered_means_go() -> None:
    assert decide() == Decision(outcome="go")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_does_what_was_agreed(condition: str) -> None:
    row = CONDITIONS[condition]
    until = TODAY + dt.timedelta(days=row.days) if row.days else None
    decision = decide(conditions=[{"id": condition}])
    assert decision.model_dump(exclude={"findings"}) == {
        "outcome": row.outcome,
        "until": until,
        "blocked_zones": row.zones,
        "blocked_tools": row.tools,
        "blocked_techniques": row.techniques,
        "blocked_movements": row.movements,
        "max_pressure": row.pressure,
    }
    (finding,) = decision.findings
    assert (finding.id, finding.zones, finding.until) == (condition, row.zones, until)
    assert finding.action
    assert finding.reason
    assert finding.source


@pytest.mark.parametrize("condition", CONDITIONS)
def test_naming_a_zone_narrows_only_what_may_be_narrowed(condition: str) -> None:
    decision = decide(conditions=[{"id": condition, "zones": ["cheeks"], "side": "left"}])
    if condition in BLOCK_ONLY_NAMED_ZONES:
        assert (decision.outcome, decision.blocked_zones) == ("adapt", ("cheeks",))
    else:
        assert decision == decide(conditions=[{"id": condition}])


def test_a_wound_in_every_zone_leaves_nothing_to_adapt() -> None:
    decision = decide(conditions=[{"id": "open_wound", "zones": list(ALL)}])
    assert (decision.outcome, decision.blocked_zones) == ("wait", ALL)


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("cleared", [False, True])
def test_procedure_blocks_each_day_what_was_agreed(procedure: str, cleared: bool) -> None:
    spans = PROCEDURES[procedure]
    turns = {0, 400} | {s.days + around for s in spans if s.days for around in (-1, 0, 1)}
    for day in sorted(turns):
        decision = after(procedure, day, cleared=cleared)
        held = [s for s in spans if _holds(s, spans, day, cleared)]
        outcomes = ("go", "adapt", "wait")
        assert decision.outcome == max((s.outcome for s in held), key=outcomes.index, default="go")
        assert set(decision.blocked_zones) == {zone for s in held for zone in s.zones}, day
        assert set(decision.blocked_tools) == {tool for s in held for tool in s.tools}, day
        dated = [s.days for s in held if s.days and day < s.days and s.zones == ALL]
        lifts = TODAY + dt.timedelta(days=max(dated)) if dated else None
        assert decision.until == lifts, day


def _holds(span: Wait, spans: tuple[Wait, ...], day: int, cleared: bool) -> bool:
    if span.days is None:
        return day >= (spans[0].days or 0) and not cleared
    return day < span.days or (span.clearance and not cleared)


@pytest.mark.parametrize("tool", EVERY_TOOL_BUT_HANDS[:-1])
def test_after_filler_only_hands_touch_its_zones_until_cleared(tool: str) -> None:
    protocol = load_protocol()
    tools = {t.id: t for t in protocol.tools}
    techniques = {t.id: t for t in protocol.techniques}
    cheek = next(m for m in protocol.movements if m.id == "cheeks.sweep_up_out")
    jaw = next(m for m in protocol.movements if m.id == "jawline.sweep_up")
    waiting = after("hyaluronic_filler", 20, zones=["cheeks"])
    cleared = after("hyaluronic_filler", 20, zones=["cheeks"], cleared=True)
    assert waiting.outcome == "adapt"
    assert waiting.blocked_tools == ()
    assert allowed(protocol, waiting, cheek, tools["hands"], techniques["manual"])
    for technique in protocol.techniques:
        assert not allowed(protocol, waiting, cheek, tools[tool], technique)
        for movement in (cheek, jaw):
            before = allowed(protocol, decide(), movement, tools[tool], technique)
            here = movement is cheek
            assert allowed(protocol, cleared, movement, tools[tool], technique) == before
            if not here:
                assert allowed(protocol, waiting, movement, tools[tool], technique) == before


def test_over_sixty_leaves_the_neck_out_and_sixty_does_not() -> None:
    assert decide(age=60).outcome == "go"
    older = decide(age=61)
    assert (older.outcome, older.blocked_zones) == ("adapt", ("neck",))


@pytest.mark.parametrize("age", [0, 15, 16, 17])
def test_a_minor_without_a_guardian_waits(age: int) -> None:
    decision = decide(age=age)
    assert (decision.outcome, decision.blocked_zones, decision.until) == ("wait", ALL, None)


def test_under_sixteen_with_a_guardian_uses_hands_and_no_goal_about_looks() -> None:
    child = decide(age=15, guardian=True)
    assert (child.outcome, child.blocked_tools) == ("adapt", EVERY_TOOL_BUT_HANDS)
    assert child.blocked_zones == ()
    assert decide(age=16, guardian=True).outcome == "go"
    protocol = load_protocol()
    everything = {goal.id for goal in protocol.goals}
    for age, guardian, fewer in (
        (15, True, APPEARANCE_GOALS),
        (16, True, set()),
        (34, False, set()),
    ):
        data = {"as_of": "2026-11-21", "age": age, "guardian": guardian}
        answers = parse_answers(data, "answers")
        assert set(allowed_goals(protocol, answers)) == everything - fewer
    assert {goal.id for goal in protocol.goals if goal.appearance} == APPEARANCE_GOALS


def test_some_tools_and_knuckles_never_go_to_some_zones() -> None:
    protocol, decision = load_protocol(), decide()
    for tool in protocol.tools:
        assert set(tool.blocked_zones) == NEVER_TOOL_ON_ZONE.get(tool.id, set())
        assert tool.opt_in == (tool.id in OFF_UNTIL_CHOSEN)
        for technique in protocol.techniques:
            never = NEVER_TECHNIQUE_ON_ZONE.get(technique.id, set())
            assert set(technique.blocked_zones) >= never
            for movement in protocol.movements:
                open_to_all = movement.model_copy(
                    update={
                        "tools": tuple(t.id for t in protocol.tools),
                        "techniques": tuple(t.id for t in protocol.techniques),
                    }
                )
                if movement.zone in never | NEVER_TOOL_ON_ZONE.get(tool.id, set()):
                    assert not allowed(protocol, decision, open_to_all, tool, technique)


def test_no_path_comes_near_the_front_of_the_neck() -> None:
    """Below the jaw only the neck's own points, which lie over or behind its long muscle."""
    for movement in load_protocol().movements:
        for anchor in movement.path:
            if movement.zone == "neck":
                assert anchor.neck is not None or anchor.landmarks == (132,)
            else:
                assert anchor.neck is None


@pytest.mark.parametrize("procedure", ["botulinum_toxin", "rhinoplasty", "peel_superficial"])
def test_leap_day_is_a_day(procedure: str) -> None:
    first = PROCEDURES[procedure][0].days
    assert first is not None
    done = {"id": procedure, "date": "2028-02-29", "cleared": True}
    lifts = dt.date(2028, 2, 29) + dt.timedelta(days=first)
    assert decide(lifts - dt.timedelta(days=1), procedures=[done]).outcome == "wait"
    assert decide(lifts, procedures=[done]).outcome in ("go", "adapt")
    assert decide(dt.date(2028, 2, 29), procedures=[done]).until == lifts
    over = {"id": "botulinum_toxin", "date": "2028-02-20"}
    assert decide(dt.date(2028, 2, 29), procedures=[over]).until == dt.date(2028, 3, 5)


def test_every_interval_of_ours_is_shown_as_ours() -> None:
    note = load_protocol().default_interval_note
    assert note
    for procedure in PROCEDURES:
        assert note in after(procedure, 0).findings[0].reason
    for condition, row in CONDITIONS.items():
        found = decide(conditions=[{"id": condition}]).findings[0]
        assert (note in found.reason) == (row.days is not None)
