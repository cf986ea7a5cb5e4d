"""What another health system reads must be FHIR, code for code, and say nothing we did not."""

import json
from collections.abc import Iterator

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel, ValidationError
from typer.testing import CliRunner

from faceglide.cli import build
from faceglide.errors import BadInput
from faceglide.exchange.fhir import (
    answers_from_response,
    protocol_bundle,
    response_from_answers,
    session_bundle,
)
from faceglide.protocol import load_protocol
from faceglide.screening import parse_answers

ANSWERS = {
    "as_of": "2026-11-21",
    "age": 34,
    "goals": ["jaw_tension", "relaxation"],
    "conditions": [
        {"id": "open_wound", "zones": ["cheeks"], "side": "left"},
        {"id": "open_wound", "zones": ["forehead"]},
        {"id": "pregnancy"},
    ],
    "procedures": [
        {"id": "hyaluronic_filler", "date": "2026-11-01", "zones": ["lips"], "cleared": True},
        {"id": "hyaluronic_filler", "date": "2026-11-15"},
    ],
    "guardian": True,
}
STROKE = {
    "movement": "forehead.glide_out",
    "zone": "forehead",
    "side": "left",
    "hand": "left",
    "start_s": 1.0,
    "end_s": 3.0,
    "length_mm": 70.0,
    "speed_mm_s": 30.0,
    "direction_error_deg": 5.0,
    "path_error_mm": 3.0,
    "coverage": 0.9,
    "verdict": "good",
    "faults": [],
}


def session(*strokes, **changes):
    analysis = {
        "strokes": list(strokes),
        "holds": [],
        "cues": [],
        "sides": {},
        "unseen_s": 0.0,
        "frames": 100,
        "seconds": 61.0,
    }
    return {
        "id": "7f",
        "person": "p-1",
        "started_at": "2026-11-20T21:15:00+00:00",
        "protocol": "1",
        "analysis": analysis,
    } | changes


def validated(resource: dict) -> BaseModel:
    """The resource as the R4B model sees it, which refuses unknown and missing elements."""
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    wrong = list(codes_outside_their_set(model, resource["resourceType"]))
    assert not wrong, wrong
    return model


# The R4B item types; the models list only the first few of them.
WHOLE_SETS = {
    ("QuestionnaireItem", "type"): {
        "group",
        "display",
        "question",
        "boolean",
        "decimal",
        "integer",
        "date",
        "dateTime",
        "time",
        "string",
        "text",
        "url",
        "choice",
        "open-choice",
        "attachment",
        "reference",
        "quantity",
    }
}


def codes_outside_their_set(model: BaseModel, place: str) -> Iterator[str]:
    """The models know FHIR's required code sets and do not enforce them; this does."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        listed = (info.json_schema_extra or {}).get("enum_values")
        allowed = WHOLE_SETS.get((type(model).__name__, name), listed)
        if allowed and value is not None and value not in allowed:
            yield f"{place}.{name}={value!r}"
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, BaseModel):
                yield from codes_outside_their_set(item, f"{place}.{name}")


def resources(bundle: dict, kind: str) -> list[dict]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


@pytest.fixture(scope="module")
def protocol():
    return load_protocol()


@pytest.fixture(scope="module")
def library(protocol):
    return protocol_bundle(protocol)


def questions(items: list[dict]) -> Iterator[dict]:
    for item in items:
        yield item
        yield from questions(item.get("item", []))


def extensions(activity: dict, name: str) -> list:
    url = f"urn:faceglide:extension:{name}"
    return [
        next(value for key, value in extension.items() if key != "url")
        for extension in activity["extension"]
        if extension["url"] == url
    ]


def test_the_library_is_valid_fhir_with_codes_from_their_sets(library):
    validated(library)


def test_the_checker_catches_a_code_that_the_models_let_through(library):
    broken = json.loads(json.dumps(library))
    resources(broken, "PlanDefinition")[0]["status"] = "splendid"
    with pytest.raises(AssertionError, match="status='splendid'"):
        validated(broken)


def test_the_models_refuse_an_element_that_fhir_does_not_have(library):
    broken = json.loads(json.dumps(library))
    resources(broken, "ActivityDefinition")[0]["pressure"] = "light"
    with pytest.raises(ValidationError):
        validated(broken)


def test_every_movement_is_an_activity_and_a_step_of_the_plan(library, protocol):
    activities = {item["url"] for item in resources(library, "ActivityDefinition")}
    assert len(activities) == len(protocol.movements)
    (plan,) = resources(library, "PlanDefinition")
    massage = next(action for action in plan["action"] if action["title"] == "Massage")
    steps = {step["definitionCanonical"].split("|")[0] for step in massage["action"]}
    assert steps == activities


def test_every_goal_a_step_names_is_a_goal_of_the_plan(library):
    (plan,) = resources(library, "PlanDefinition")
    goals = {goal["id"] for goal in plan["goal"]}
    massage = next(action for action in plan["action"] if action["title"] == "Massage")
    named = {goal for step in massage["action"] for goal in step.get("goalId", ())}
    assert named
    assert named <= goals


def test_a_movement_says_its_dose_speed_and_pressure_in_ucum(library, protocol):
    movement = next(item for item in protocol.movements if item.id == "forehead.glide_out")
    activity = next(
        item
        for item in resources(library, "ActivityDefinition")
        if item["url"].endswith(movement.id)
    )
    (speed,) = extensions(activity, "speed")
    assert speed["low"]["code"] == speed["high"]["code"] == "cm/s"
    assert speed["low"]["value"] * 10 == pytest.approx(movement.speed_mm_s[0])
    (limit,) = extensions(activity, "max-pressure")
    assert (limit["value"], limit["code"]) == (movement.max_kpa, "kPa")
    assert extensions(activity, "repeats") == [movement.repeats]
    assert set(extensions(activity, "side")) == set(movement.sides)
    assert activity["timingTiming"]["repeat"]["count"] == movement.repeats_range[0]


def test_snomed_stands_only_where_it_names_the_same_region(library):
    coded = {}
    for activity in resources(library, "ActivityDefinition"):
        codings = activity["bodySite"][0]["coding"]
        snomed = [item["code"] for item in codings if item["system"] == "http://snomed.info/sct"]
        coded[codings[0]["code"]] = snomed
    assert coded["forehead"] == ["52795006"]
    assert coded["neck"] == ["45048000"]
    assert coded["jawline"] == coded["temples"] == []


def test_every_code_of_ours_is_defined_in_the_same_bundle(library):
    defined = {
        system["url"]: {item["code"] for item in system["concept"]}
        for system in resources(library, "CodeSystem")
    }
    text = json.dumps(library)
    used = [coding for coding in _codings(json.loads(text)) if "urn:faceglide" in coding["system"]]
    assert used
    stray = [c for c in used if c["code"] not in defined.get(c["system"], ())]
    assert not [c for c in stray if c["system"] != "urn:faceglide:codes:side"]


def _codings(node) -> Iterator[dict]:
    if isinstance(node, dict):
        if "system" in node and "code" in node and "value" not in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _codings(item)


def test_the_check_asks_every_caution_once_and_no_link_twice(library, protocol):
    (check,) = resources(library, "Questionnaire")
    links = [item["linkId"] for item in questions(check["item"])]
    assert len(links) == len(set(links))
    asked = {link for link in links if link.count(".") == 1 and not link.startswith("group.")}
    expected = {
        f"{caution.kind}.{caution.id}"
        for caution in protocol.cautions
        if caution.kind in ("condition", "procedure")
    }
    assert asked == expected


def test_the_check_keeps_the_groups_and_words_of_the_page(library, protocol):
    (check,) = resources(library, "Questionnaire")
    groups = [item for item in check["item"] if item["type"] == "group"]
    names = [group.name for group in protocol.groups]
    assert [group["text"] for group in groups] == [
        n for n in names if n in {g["text"] for g in groups}
    ]
    asked = {item["linkId"]: item["text"] for group in groups for item in group["item"]}
    for caution in protocol.cautions:
        if caution.kind in ("condition", "procedure"):
            assert asked[f"{caution.kind}.{caution.id}"] == caution.ask


def test_the_terminal_prints_the_same_bundle(library):
    printed = CliRunner().invoke(build(["protocol"]), ["protocol", "export", "--fhir"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == library


def test_answers_come_back_from_fhir_as_they_went(protocol):
    response = response_from_answers(ANSWERS, protocol)
    validated(response)
    there = parse_answers(ANSWERS, "answers")
    back = parse_answers(answers_from_response(json.loads(json.dumps(response))), "answers")
    assert (back.as_of, back.age, back.goals, back.guardian) == (
        there.as_of,
        there.age,
        there.goals,
        there.guardian,
    )
    assert set(back.conditions) == set(there.conditions)
    assert set(back.procedures) == set(there.procedures)


def test_a_response_holds_only_questions_of_the_check(library, protocol):
    (check,) = resources(library, "Questionnaire")
    links = {item["linkId"] for item in questions(check["item"])}
    response = response_from_answers(ANSWERS, protocol)

    def given(items):
        for item in items:
            yield item["linkId"]
            yield from given(item.get("item", []))
            for answer in item.get("answer", []):
                yield from given(answer.get("item", []))

    assert set(given(response["item"])) <= links


def test_no_to_a_condition_is_no_answer(protocol):
    response = response_from_answers({"as_of": "2026-11-21", "age": 34}, protocol)
    said_no = {"linkId": "condition.pregnancy", "answer": [{"valueBoolean": False}]}
    response["item"].append({"linkId": "group.x", "item": [said_no]})
    assert answers_from_response(response)["conditions"] == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"questionnaire": "urn:other"}, "QuestionnaireResponse.questionnaire"),
        ({"status": "in-progress"}, "QuestionnaireResponse.status"),
        ({"authored": None}, "QuestionnaireResponse.authored"),
        ({"item": [{"linkId": "shoe_size"}]}, "QuestionnaireResponse"),
    ],
)
def test_a_response_that_cannot_count_is_refused(protocol, change, place):
    response = response_from_answers(ANSWERS, protocol) | change
    with pytest.raises(BadInput) as caught:
        answers_from_response(response)
    assert caught.value.place == place


def test_a_session_is_one_procedure_with_what_was_seen_of_each_zone(protocol):
    right = STROKE | {"side": "right", "speed_mm_s": 50.0}
    unseen = STROKE | {"verdict": "cannot_tell", "speed_mm_s": 900.0}
    bundle = session_bundle(session(STROKE, STROKE, right, unseen), protocol)
    validated(bundle)
    (procedure,) = resources(bundle, "Procedure")
    assert procedure["performedPeriod"]["end"] == "2026-11-20T21:16:01+00:00"
    (seen,) = resources(bundle, "Observation")
    values = {
        part["code"]["coding"][0]["code"]: part["valueQuantity"] for part in seen["component"]
    }
    assert values["strokes-left"]["value"] == 2
    assert values["strokes-right"]["value"] == 1
    assert values["not-judged"]["value"] == 1
    assert values["mean-speed"]["value"] == pytest.approx(3.67)
    assert values["mean-speed"]["code"] == "cm/s"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert seen["partOf"][0]["reference"] in urls


def test_a_zone_the_camera_could_not_judge_has_no_speed(protocol):
    bundle = session_bundle(session(STROKE | {"verdict": "cannot_tell"}), protocol)
    validated(bundle)
    (seen,) = resources(bundle, "Observation")
    speed = next(part for part in seen["component"] if "dataAbsentReason" in part)
    assert "valueQuantity" not in speed


def test_a_guided_session_without_camera_is_still_a_procedure(protocol):
    bundle = session_bundle(session(), protocol)
    validated(bundle)
    assert not resources(bundle, "Observation")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"started_at": "2026-11-20T21:15:00"}, "session.started_at"),
        ({"started_at": "yesterday"}, "session.started_at"),
        ({"person": ""}, "session.person"),
    ],
)
def test_an_incomplete_session_is_refused_by_field(protocol, change, place):
    with pytest.raises(BadInput) as caught:
        session_bundle(session(STROKE, **change), protocol)
    assert caught.value.place == place
