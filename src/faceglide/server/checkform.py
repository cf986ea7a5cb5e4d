"""The safety check as a form: from the protocol's cautions to questions, and back to Answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from faceglide.errors import BadInput
from faceglide.protocol.model import Caution, Protocol
from faceglide.screening import parse_answers, waited_out
from faceglide.screening.answers import OLDEST
from faceglide.screening.model import Answers
from faceglide.server.language import gettext as _

PLACE = "safety check"


@dataclass(frozen=True)
class QuestionGroup:
    """A group of questions that "none of these" answers in one tap."""

    id: str
    name: str
    hint: str
    cautions: tuple[Caution, ...]


def groups(protocol: Protocol) -> list[QuestionGroup]:
    """The conditions, grouped, in the order they are asked."""
    asked = []
    for group in protocol.groups:
        cautions = tuple(
            caution
            for caution in protocol.cautions
            if caution.group == group.id and caution.kind == "condition"
        )
        if cautions:
            asked.append(QuestionGroup(group.id, group.name, group.hint, cautions))
    return asked


def procedures(protocol: Protocol) -> list[Caution]:
    """The procedures, in the protocol's order."""
    return [caution for caution in protocol.cautions if caution.kind == "procedure"]


def filled_from(protocol: Protocol, answers: Answers | None, on: dt.date) -> dict[str, Any]:
    """What the form shows on a day as already answered.

    While answers are fresh, groups that had none are ticked so; later each group is asked anew. A
    condition whose wait is over is not shown as answered: whether it has gone is asked.

    Returns:
        Form field -> value, or list of values, as `read_form` takes them.
    """
    if answers is None:
        return {}
    fresh, answers = are_fresh(protocol, answers, on), _still_waiting(protocol, answers, on)
    fields: dict[str, Any] = {
        "age": str(answers.age),
        "guardian": "yes" if answers.guardian else "",
        "condition": [c.id for c in answers.conditions],
    }
    for condition in answers.conditions:
        fields[f"zones__{condition.id}"] = list(condition.zones)
        fields[f"side__{condition.id}"] = condition.side or ""
    if fresh:
        fields["none"] = unanswered(protocol, {**fields, "none": []})
        if answers.procedures:
            fields["none"] = [group for group in fields["none"] if group != "procedures"]
    for procedure in answers.procedures:
        fields[f"date__{procedure.id}"] = procedure.date.isoformat()
        fields[f"zones__{procedure.id}"] = list(procedure.zones)
        fields[f"cleared__{procedure.id}"] = "yes" if procedure.cleared else ""
    return fields


def fields_of(form: FormData) -> dict[str, Any]:
    """A submitted form as field -> value, lists where a field may come more than once."""
    fields: dict[str, Any] = {}
    for key in form:
        values = [str(value) for value in form.getlist(key)]
        many = key in {"condition", "none"} or key.startswith("zones__")
        fields[key] = values if many else values[-1]
    return fields


def unanswered(protocol: Protocol, fields: Mapping[str, Any]) -> list[str]:
    """Groups with neither an answer nor "none of these", by id; `procedures` counts as one."""
    ticked, none = set(fields.get("condition", ())), set(fields.get("none", ()))
    missing = [
        group.id
        for group in groups(protocol)
        if group.id not in none and not ticked & {c.id for c in group.cautions}
    ]
    had = any(fields.get(f"date__{p.id}") for p in procedures(protocol))
    if not had and "procedures" not in none:
        missing.append("procedures")
    return missing


def read_form(
    protocol: Protocol, fields: Mapping[str, Any], as_of: dt.date, before: Answers | None = None
) -> Answers:
    """The answers a filled-in form gives.

    Args:
        protocol: The protocol in force.
        fields: As from `fields_of`.
        as_of: The person's own day.
        before: The last answers; what was named there already keeps the day it was first named.

    Raises:
        BadInput: An answer is wrong; names the question.
    """
    age = str(fields.get("age", "")).strip()
    if not age.isascii() or not age.isdigit() or len(age) > 3:
        raise BadInput(_("Your age"), _("it is missing"), _("your age in years"))
    if int(age) > OLDEST:
        raise BadInput(_("Your age"), _("%(n)s is too high") % {"n": age}, _("your age in years"))
    conditions = []
    known = {caution.id: caution for caution in protocol.cautions}
    waiting = _still_waiting(protocol, before, as_of).conditions if before else ()
    first_named = {c.id: c.since.isoformat() for c in waiting if c.since}
    for name in dict.fromkeys(fields.get("condition", ())):
        condition: dict[str, Any] = {"id": name, "since": first_named.get(name)}
        caution = known.get(name)
        if caution is not None and caution.zoned != "no":
            condition["zones"] = list(fields.get(f"zones__{name}", ()))
            condition["side"] = fields.get(f"side__{name}") or None
        conditions.append(condition)
    had = []
    for procedure in procedures(protocol):
        date = str(fields.get(f"date__{procedure.id}", "")).strip()
        if not date:
            continue
        _check_day(procedure.name, date, as_of)
        answer: dict[str, Any] = {
            "id": procedure.id,
            "date": date,
            "cleared": fields.get(f"cleared__{procedure.id}") == "yes",
        }
        if procedure.zoned != "no":
            answer["zones"] = list(fields.get(f"zones__{procedure.id}", ()))
        had.append(answer)
    return parse_answers(
        {
            "as_of": as_of.isoformat(),
            "age": int(age),
            "guardian": fields.get("guardian") == "yes",
            "conditions": conditions,
            "procedures": had,
        },
        PLACE,
    )


def _check_day(place: str, date: str, as_of: dt.date) -> None:
    expected = _("a day up to today, as year-month-day")
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise BadInput(place, _("%(date)s is no date") % {"date": date}, expected) from None
    if day > as_of:
        raise BadInput(place, _("%(date)s is in the future") % {"date": date}, expected)


def shortest_interval_days(protocol: Protocol) -> int:
    """The shortest wait any caution asks for: answers older than this could hide one."""
    return min(rule.days for c in protocol.cautions for rule in c.rules if rule.days is not None)


def are_fresh(protocol: Protocol, answers: Answers, on: dt.date) -> bool:
    """Whether answers may still be leaned on for the ten-second check.

    Not when they are too old, nor when a wait has run out: then the person says what has healed.
    """
    age = (on - answers.as_of).days
    if not 0 <= age < shortest_interval_days(protocol):
        return False
    return _still_waiting(protocol, answers, on) == carried_to(answers, on)


def carried_to(answers: Answers, on: dt.date) -> Answers:
    """The same answers, confirmed on another day; waits go on from the day they began."""
    conditions = tuple(
        c.model_copy(update={"since": c.since or answers.as_of}) for c in answers.conditions
    )
    return answers.model_copy(update={"as_of": on, "conditions": conditions})


def _still_waiting(protocol: Protocol, answers: Answers, on: dt.date) -> Answers:
    """The answers on another day, without the conditions whose wait is over by then."""
    carried = carried_to(answers, on)
    open_still = tuple(c for c in carried.conditions if not waited_out(protocol, c, on))
    return carried.model_copy(update={"conditions": open_still})
