"""The safety check as a FHIR Questionnaire, and answers to it in both directions.

Link ids: ``age``, ``guardian``, ``goals``, ``condition.ID`` (with ``.where`` for its zones and
side) and ``procedure.ID`` (one group per occasion, with ``.date``, ``.zones``, ``.cleared``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from faceglide.errors import BadInput
from faceglide.exchange.fhir.codes import Resource, canonical, fhir_id, system
from faceglide.protocol.model import Caution, Protocol

CHECK = canonical("check", "safety")
_OLDEST = 120


def questionnaire(protocol: Protocol) -> Resource:
    """Everything the safety check asks, grouped as on the page."""
    asked = [caution for caution in protocol.cautions if caution.kind in ("condition", "procedure")]
    return {
        "resourceType": "Questionnaire",
        "id": "safety-check",
        "url": CHECK,
        "version": protocol.version,
        "name": "SafetyCheck",
        "title": "Safety check before facial massage",
        "status": "active",
        "experimental": False,
        "subjectType": ["Patient"],
        "item": [
            *_about_you(protocol),
            *(
                {
                    "linkId": f"group.{fhir_id(group.id)}",
                    "type": "group",
                    "text": group.name,
                    "item": [_item(c, protocol) for c in asked if c.group == group.id],
                }
                for group in protocol.groups
                if any(c.group == group.id for c in asked)
            ),
        ],
    }


def _about_you(protocol: Protocol) -> list[Resource]:
    limits = [("minValue", 0), ("maxValue", _OLDEST)]
    return [
        {
            "linkId": "age",
            "type": "integer",
            "text": "How old are you, in years?",
            "required": True,
            "extension": [
                {"url": f"http://hl7.org/fhir/StructureDefinition/{name}", "valueInteger": value}
                for name, value in limits
            ],
        },
        {"linkId": "guardian", "type": "boolean", "text": "Is a parent or guardian with you?"},
        {
            "linkId": "goals",
            "type": "choice",
            "text": "What do you hope for?",
            "repeats": True,
            "answerOption": _options("goal", ((goal.id, goal.name) for goal in protocol.goals)),
        },
    ]


def _options(kind: str, entries: Iterable[tuple[str, str]]) -> list[Resource]:
    return [
        {"valueCoding": {"system": system(kind), "code": code, "display": name}}
        for code, name in entries
    ]


def _item(caution: Caution, protocol: Protocol) -> Resource:
    link = f"{caution.kind}.{caution.id}"
    code = [{"system": system("caution"), "code": caution.id, "display": caution.name}]
    zoned = caution.zoned != "no"
    if caution.kind == "procedure":
        date = {"linkId": f"{link}.date", "type": "date", "text": "When?", "required": True}
        cleared = {
            "linkId": f"{link}.cleared",
            "type": "boolean",
            "text": "Has the person who treated you cleared you for massage?",
        }
        return {
            "linkId": link,
            "type": "group",
            "code": code,
            "text": caution.ask,
            "repeats": True,
            "item": [date, *([_zones_item(link, protocol)] if zoned else []), cleared],
        }
    item: Resource = {"linkId": link, "type": "boolean", "code": code, "text": caution.ask}
    if zoned:
        item["item"] = [_where(link, protocol)]
    return item


def _where(link: str, protocol: Protocol) -> Resource:
    side = {
        "linkId": f"{link}.side",
        "type": "choice",
        "text": "On which side of your own face?",
        "answerOption": _options("side", ((side, side) for side in ("left", "right"))),
    }
    return {
        "linkId": f"{link}.where",
        "type": "group",
        "text": "Where?",
        "repeats": True,
        "enableWhen": [{"question": link, "operator": "=", "answerBoolean": True}],
        "item": [_zones_item(link, protocol), side],
    }


def _zones_item(link: str, protocol: Protocol) -> Resource:
    return {
        "linkId": f"{link}.zones",
        "type": "choice",
        "text": "In which zones?",
        "repeats": True,
        "answerOption": _options("zone", ((zone.id, zone.name) for zone in protocol.zones)),
    }


def response_from_answers(answers: Mapping[str, Any], protocol: Protocol) -> Resource:
    """Answers, as in the public contract, as a QuestionnaireResponse.

    Args:
        answers: A valid answers document (`faceglide.screening.parse_answers` checks it).
        protocol: The protocol that was asked.

    Returns:
        The response; it names no person.
    """
    about: list[Resource] = [_answered("age", [{"valueInteger": answers["age"]}])]
    if answers.get("guardian"):
        about.append(_answered("guardian", [{"valueBoolean": True}]))
    if answers.get("goals"):
        about.append(_answered("goals", _coded("goal", answers["goals"])))
    given: dict[str, list[Resource]] = {}
    for condition in answers.get("conditions", ()):
        given.setdefault(condition["id"], []).append(condition)
    items = {name: [_condition(name, said)] for name, said in given.items()}
    for procedure in answers.get("procedures", ()):
        items.setdefault(procedure["id"], []).append(_procedure(procedure))
    groups: dict[str, list[Resource]] = {}
    for caution in protocol.cautions:
        groups.setdefault(fhir_id(caution.group), []).extend(items.get(caution.id, ()))
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{CHECK}|{protocol.version}",
        "status": "completed",
        "authored": str(answers["as_of"]),
        "item": about
        + [{"linkId": f"group.{name}", "item": found} for name, found in groups.items() if found],
    }


def _answered(link: str, answer: list[Resource]) -> Resource:
    return {"linkId": link, "answer": answer}


def _coded(kind: str, codes: Iterable[str]) -> list[Resource]:
    return [{"valueCoding": {"system": system(kind), "code": code}} for code in codes]


def _condition(name: str, said: list[Resource]) -> Resource:
    link = f"condition.{name}"
    places = [items for answer in said if (items := _place(link, answer))]
    yes: Resource = {"valueBoolean": True}
    if places:
        yes["item"] = [{"linkId": f"{link}.where", "item": items} for items in places]
    return _answered(link, [yes])


def _place(link: str, answer: Mapping[str, Any]) -> list[Resource]:
    items = []
    if answer.get("zones"):
        items.append(_answered(f"{link}.zones", _coded("zone", answer["zones"])))
    if answer.get("side"):
        items.append(_answered(f"{link}.side", _coded("side", [answer["side"]])))
    return items


def _procedure(answer: Mapping[str, Any]) -> Resource:
    link = f"procedure.{answer['id']}"
    items = [_answered(f"{link}.date", [{"valueDate": str(answer["date"])}])]
    items += _place(link, answer)
    if answer.get("cleared"):
        items.append(_answered(f"{link}.cleared", [{"valueBoolean": True}]))
    return {"linkId": link, "item": items}


def answers_from_response(response: Mapping[str, Any]) -> dict[str, Any]:
    """Read a QuestionnaireResponse back into an answers document.

    The result has the contract's shape; hand it to `faceglide.screening.parse_answers`, which
    refuses what the protocol does not know.

    Args:
        response: A completed response to this questionnaire.

    Returns:
        The answers, as plain JSON values.

    Raises:
        BadInput: Another questionnaire, an unfinished response, or an item that is not ours.
    """
    place = "QuestionnaireResponse"
    if str(response.get("questionnaire", "")).split("|")[0] != CHECK:
        raise BadInput(f"{place}.questionnaire", "answers something else", CHECK)
    if response.get("status") not in ("completed", "amended"):
        raise BadInput(f"{place}.status", f"{response.get('status')!r}", "completed or amended")
    if not response.get("authored"):
        raise BadInput(f"{place}.authored", "is missing", "the day the answers are from")
    answers: dict[str, Any] = {"as_of": str(response["authored"])[:10]}
    conditions: list[dict[str, Any]] = []
    procedures: list[dict[str, Any]] = []
    for item in _flat(response.get("item", ())):
        kind, _, name = str(item.get("linkId", "")).partition(".")
        if kind == "condition":
            conditions += _read_condition(name, item)
        elif kind == "procedure":
            procedures.append(_read_procedure(name, item))
        elif kind in ("age", "guardian"):
            answers[kind] = _values(item)[0] if _values(item) else None
        elif kind == "goals":
            answers["goals"] = _values(item)
        else:
            raise BadInput(place, f"item {item.get('linkId')!r} is not asked", "this check's items")
    return answers | {"conditions": conditions, "procedures": procedures}


def _flat(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    flat: list[Mapping[str, Any]] = []
    for item in items:
        inside = str(item.get("linkId", "")).startswith("group.")
        flat += item.get("item", ()) if inside else [item]
    return flat


def _values(item: Mapping[str, Any]) -> list[Any]:
    """The plain values of an item's answers; a coding counts as its code."""
    found = []
    for answer in item.get("answer", ()):
        for key, value in answer.items():
            if key.startswith("value"):
                found.append(value["code"] if key == "valueCoding" else value)
    return found


def _read_condition(name: str, item: Mapping[str, Any]) -> list[dict[str, Any]]:
    if True not in _values(item):
        return []
    places = [
        _fields(where.get("item", ()))
        for answer in item.get("answer", ())
        for where in answer.get("item", ())
    ]
    return [{"id": name} | place for place in places or [{}]]


def _read_procedure(name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": name} | _fields(item.get("item", ()))


def _fields(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        name = str(item.get("linkId", "")).rpartition(".")[2]
        values = _values(item)
        if values:
            found[name] = values if name == "zones" else values[0]
    return found
