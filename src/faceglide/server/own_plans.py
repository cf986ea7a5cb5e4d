"""Plans of one's own: add, remove, reorder and repeat, keep under a name, take along.

An edit in progress lives in the page alone: the form carries the edits made so far, and the plan
shown is the kept one with these applied. Nothing is stored until it is given a name.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from faceglide.errors import BadInput
from faceglide.exchange.fhir.routine import routine_bundle
from faceglide.planning import (
    Add,
    Block,
    Edit,
    Move,
    NoPlanToday,
    Plan,
    Remove,
    Repeat,
    blocks,
    revise,
    reworded_plan,
)
from faceglide.protocol import Protocol
from faceglide.records.document import PlanRecord
from faceglide.screening import combinations
from faceglide.screening.model import Decision
from faceglide.server.charts import drawn, frame_of
from faceglide.server.check import standing
from faceglide.server.forms import whole_number
from faceglide.server.language import gettext as _
from faceglide.server.language import inner
from faceglide.server.state import Shared, State
from faceglide.server.templating import page
from faceglide.server.words import names

router = APIRouter(include_in_schema=False)

MAX_NAME = 60
MAX_EDITS = 200
_EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


@dataclass(frozen=True, slots=True)
class Draft:
    """A kept plan with edits that are not kept yet."""

    record: PlanRecord
    decision: Decision
    edits: tuple[Edit, ...] = ()
    name: str = ""


@router.get("/plan/{plan_id}/edit")
def edit(request: Request, state: Shared, plan_id: uuid.UUID) -> Response:
    """The plan, ready to be changed."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    record = state.store.plan(plan_id)
    return _show(request, state, Draft(record, found[1], name=record.name or ""))


@router.post("/plan/{plan_id}/edit")
async def change(request: Request, state: Shared, plan_id: uuid.UUID) -> Response:
    """One more edit, one less, or keep it all under a name."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    form = {key: str(value) for key, value in (await request.form()).items()}
    edits = _read(form.get("edits", "[]"))
    name = form.get("name", "").strip()
    kept = Draft(state.store.plan(plan_id), found[1], edits, name)
    do = form.get("do", "")
    try:
        if do == "save":
            return _save(state, kept)
        after = edits[:-1] if do == "undo" else (*edits, _asked(do, form, _blocks(state, kept)))
        draft = Draft(kept.record, kept.decision, after, name)
        _revised(state, draft)
    except BadInput as wrong:
        return _show(request, state, kept, wrong)
    return _show(request, state, draft, said=_said(do))


def _read(text: str) -> tuple[Edit, ...]:
    try:
        edits = _EDITS.validate_json(text)
    except ValidationError:
        raise BadInput("edits", "are not what this page made", "the page's own form") from None
    if len(edits) > MAX_EDITS:
        raise BadInput("edits", f"{len(edits)} of them", f"{MAX_EDITS} at most")
    return tuple(edits)


def _asked(do: str, form: dict[str, str], now: Sequence[Block]) -> Edit:
    """The edit a button stands for: `add`, or a word and the number of its block."""
    if do == "add":
        movement, _bar, way = form.get("way", "").partition("|")
        tool, _bar, technique = way.partition("|")
        return Add(movement=movement, tool=tool, technique=technique or None)
    word, _colon, number = do.partition(":")
    at = whole_number(number, len(now) - 1)
    if at is None:
        raise BadInput(_("Movement"), _("it is not in this routine"), _("one that is"))
    match word:
        case "remove":
            return Remove(block=at)
        case "up":
            return Move(block=at, to=at - 1)
        case "down":
            return Move(block=at, to=at + 1)
        case "more":
            return Repeat(block=at, repeats=now[at][0].repeats + 1)
        case "fewer":
            return Repeat(block=at, repeats=now[at][0].repeats - 1)
    raise BadInput("do", f"{do!r}", "a button of this page")


def _revised(state: State, draft: Draft) -> Plan:
    try:
        return revise(state.own_protocol, draft.decision, draft.record.plan, draft.edits)
    except NoPlanToday:
        if draft.edits and draft.decision.outcome in ("go", "adapt"):
            fault = _("nothing would be left")
            raise BadInput(_("Routine"), fault, _("at least one movement")) from None
        raise


def _blocks(state: State, draft: Draft) -> tuple[Block, ...]:
    return blocks(_revised(state, draft))


def _save(state: State, draft: Draft) -> Response:
    if not 1 <= len(draft.name) <= MAX_NAME:
        limit = _("1 to %(n)s letters") % {"n": MAX_NAME}
        raise BadInput(_("Name"), _("is missing") if not draft.name else _("is too long"), limit)
    made = _revised(state, draft)
    kept = state.store.save_plan(made, draft.record.request, name=draft.name)
    return RedirectResponse(f"/plan/{kept}", 303)


def _said(do: str) -> str:
    """What the page says an edit did, for those who do not see it happen."""
    return {
        "add": _("Added, on both sides where it has two."),
        "undo": _("Taken back."),
        "remove": _("Taken out."),
        "up": _("Earlier now."),
        "down": _("Later now."),
        "more": _("One more, on each side."),
        "fewer": _("One fewer, on each side."),
    }[do.partition(":")[0]]


def _show(
    request: Request,
    state: State,
    draft: Draft,
    wrong: BadInput | None = None,
    said: str = "",
) -> Response:
    protocol = state.protocol
    try:
        made = _revised(state, draft)
    except NoPlanToday:
        return RedirectResponse("/check/result", 303)
    made = reworded_plan(state.own_protocol, protocol, made)
    known = names(protocol)
    context = {
        "plan_id": draft.record.id,
        "plan": made,
        "rows": [_row(protocol, block) for block in blocks(made)],
        "edits": _EDITS.dump_json(list(draft.edits)).decode(),
        "edited": bool(draft.edits),
        "name": draft.name,
        "max_name": MAX_NAME,
        "ways": _ways(protocol, draft),
        "names": known,
        "wrong": wrong and _in_words(wrong, known),
        "said": said,
    }
    return page(request, "plan_edit.html", context, 422 if wrong else 200)


def _row(protocol: Protocol, block: Block) -> dict[str, Any]:
    first = block[0]
    movement = next(m for m in protocol.movements if m.id == first.movement)
    least, most = movement.repeats_range
    sides = [step.side for step in block]
    return {
        "movement": movement,
        "step": first,
        "sides": sides,
        "seconds": sum(step.seconds for step in block),
        "may_more": first.repeats < most,
        "may_fewer": first.repeats > least,
        "chart": drawn(
            protocol,
            movement.id,
            sides[0] if len(sides) == 1 else None,
            frame=frame_of(movement.zone),
        ),
    }


def _ways(protocol: Protocol, draft: Draft) -> dict[str, list[tuple[str, str]]]:
    """What may be added today, by zone: the value of each choice, and what it is called."""
    owned = {step.tool for step in draft.record.plan.steps}
    owned |= {*draft.record.request.get("tools", ())}
    offered = {tool.id for tool in protocol.tools if not tool.opt_in or tool.id in owned}
    known = names(protocol)
    found: dict[str, dict[str, str]] = {}
    for way in combinations(protocol, draft.decision, offered):
        value = f"{way.movement.id}|{way.tool.id}|{way.technique.id}"
        words = [way.movement.name, inner(way.tool.name)]
        if way.technique.id not in ("manual", "tool", way.tool.id):
            words.append(inner(way.technique.name))
        found.setdefault(known[way.movement.zone], {})[value] = ", ".join(words)
    return {zone: list(ways.items()) for zone, ways in found.items()}


def _in_words(wrong: BadInput, known: dict[str, str]) -> BadInput:
    """A refusal with names in the place of ids."""
    ids = re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)))
    place = _("Routine") if wrong.place.startswith(("edit", "plan")) else wrong.place
    fault = ids.sub(lambda found: known[found[0]], wrong.fault)
    return BadInput(place, fault, wrong.expected)


@router.post("/plan/{plan_id}/use")
def use(state: Shared, plan_id: uuid.UUID) -> Response:
    """A plan of one's own, fitted to what today's safety check leaves open."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    return RedirectResponse(fitted_address(state, plan_id, found[1]), 303)


def fitted_address(state: State, plan_id: uuid.UUID, decision: Decision) -> str:
    """Where a kept plan can be begun today: itself, or a copy without what has closed."""
    record = state.store.plan(plan_id)
    if record.plan.decision == decision and record.plan.protocol == state.protocol.version:
        return f"/plan/{plan_id}"
    try:
        fitted = revise(state.own_protocol, decision, record.plan)
    except NoPlanToday:
        return "/check/result"
    return f"/plan/{state.store.save_plan(fitted, record.request)}"


@router.post("/plan/{plan_id}/unname")
def unname(state: Shared, plan_id: uuid.UUID) -> Response:
    """Take a plan off the list of one's own; sessions that used it keep it."""
    state.store.name_plan(plan_id, None)
    return RedirectResponse("/plan", 303)


@router.get("/plan/{plan_id}/routine.json")
def as_json(state: Shared, plan_id: uuid.UUID) -> Response:
    """The plan as a file."""
    plan = state.store.plan(plan_id).plan
    return _file(plan.model_dump(mode="json"), "faceglide-routine.json", "application/json")


@router.get("/plan/{plan_id}/routine.fhir.json")
def as_fhir(state: Shared, plan_id: uuid.UUID) -> Response:
    """The plan as a FHIR CarePlan."""
    record = state.store.plan(plan_id)
    body = routine_bundle(record.plan, str(plan_id), state.own_protocol)
    return _file(body, "faceglide-routine.fhir.json", "application/fhir+json")


def _file(body: object, name: str, kind: str) -> Response:
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(json.dumps(body, ensure_ascii=False, indent=1), media_type=kind, headers=kept)
