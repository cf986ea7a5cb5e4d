"""The safety check: its questions, its ten-second form, and what it decides."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from faceglide.errors import BadInput
from faceglide.protocol.model import Caution, Protocol
from faceglide.records import SessionSummary
from faceglide.screening import reworded_decision, screen
from faceglide.screening.model import Answers, Decision
from faceglide.server import checkform
from faceglide.server.charts import drawn
from faceglide.server.language import gettext as _
from faceglide.server.live_session import Symptom
from faceglide.server.state import Shared, State, today
from faceglide.server.templating import page
from faceglide.server.words import names

router = APIRouter(include_in_schema=False)

# The protocol's group of signs that need care the same day or at once.
SIGNS = "emergency_signs"
SYMPTOMS = frozenset(get_args(Symptom))


def standing(state: State) -> tuple[Answers, Decision] | None:
    """Today's answers and what they decide, or None when nothing was answered today.

    A decision stands for the day it was made: tomorrow may bring something new. It falls when a
    session is broken off because of a symptom.
    """
    last = state.store.latest_screening()
    if last is None or last.answers.as_of != today():
        return None
    broken_off = _broken_off(state)
    if broken_off is not None and (broken_off.ended_at or broken_off.started_at) > last.created_at:
        return None
    return last.answers, last.decision


@router.get("/check")
def ask(request: Request, state: Shared, full: bool = False) -> Response:
    """The whole check, or "anything new?" when recent answers are there."""
    protocol, last = state.protocol, state.store.latest_screening()
    fresh = last is not None and checkform.are_fresh(protocol, last.answers, today())
    if last is not None and fresh and not full:
        said, stopped = _said(protocol, last.answers), _stopped(state)
        context = {"answers": last.answers, "said": said, "stopped": stopped}
        return page(request, "check_again.html", context)
    answers = last.answers if last else None
    return _form(request, protocol, checkform.filled_from(protocol, answers, today()))


def _form(
    request: Request,
    protocol: Protocol,
    fields: dict[str, Any],
    *,
    missing: list[str] | None = None,
    wrong: BadInput | None = None,
) -> Response:
    context = {
        "groups": checkform.groups(protocol),
        "procedures": checkform.procedures(protocol),
        "zones": protocol.zones,
        "filled": fields,
        "missing": missing or [],
        "wrong": wrong,
        "interval_note": protocol.default_interval_note,
    }
    return page(request, "check.html", context, 422 if missing or wrong else 200)


@router.post("/check")
async def answer(request: Request, state: Shared) -> Response:
    """Take the answers, decide, and show what was decided."""
    fields = checkform.fields_of(await request.form())
    protocol = state.protocol
    missing = checkform.unanswered(protocol, fields)
    try:
        last = state.store.latest_screening()
        before = last.answers if last else None
        answers = checkform.read_form(protocol, fields, today(), before)
    except BadInput as wrong:
        return _form(request, protocol, fields, missing=missing, wrong=wrong)
    if missing and not _pressing(protocol, screen(protocol, answers)):
        return _form(request, protocol, fields, missing=missing)
    return _decide(state, answers)


@router.post("/check/same")
def same_again(state: Shared) -> Response:
    """Nothing new: the answers of last time hold for today as well."""
    last = state.store.latest_screening()
    if last is None or not checkform.are_fresh(state.protocol, last.answers, today()):
        return RedirectResponse("/check?full=true", 303)
    return _decide(state, checkform.carried_to(last.answers, today()))


def _decide(state: State, answers: Answers) -> Response:
    decision = screen(state.own_protocol, answers)
    state.store.save_screening(answers, decision, state.own_protocol.version)
    where = "/emergency" if decision.outcome == "emergency" else "/check/result"
    return RedirectResponse(where, 303)


@router.get("/check/result")
def result(request: Request, state: Shared) -> Response:
    """What today's answers decided, and why."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    answers, decision = found
    if decision.outcome == "emergency":
        return RedirectResponse("/emergency", 303)
    protocol = state.protocol
    context = {
        "answers": answers,
        "decision": reworded_decision(protocol, decision),
        "pressing": _pressing(protocol, decision),
        "all_zones": len(protocol.zones),
        "chart": drawn(protocol, zones=decision.blocked_zones, frame="bust"),
        "cautions": {caution.id: caution for caution in protocol.cautions},
        "names": names(protocol),
        "sources": protocol.sources,
        "open_zones": [z for z in protocol.zones if z.id not in decision.blocked_zones],
        "interval_note": protocol.default_interval_note,
    }
    return page(request, "check_result.html", context)


@router.get("/emergency")
def emergency(request: Request, state: Shared, kept: bool = False) -> Response:
    """What to do now. Always reachable; it names what was answered when there is an answer.

    A browser keeps the page for when no server answers; what it is `kept` as names nothing.
    """
    found = None if kept else standing(state)
    findings = []
    urgent = _emergencies(state.protocol)
    if found is not None:
        decision = reworded_decision(state.protocol, found[1])
        findings = [finding for finding in decision.findings if finding.id in urgent]
    context = {"findings": findings, "emergencies": urgent.values()}
    return page(request, "emergency.html", context)


def _pressing(protocol: Protocol, decision: Decision) -> bool:
    """Whether a sign was named that cannot wait until tomorrow."""
    signs = {caution.id for caution in protocol.cautions if caution.group == SIGNS}
    stops = decision.outcome in {"emergency", "see_clinician"}
    return stops and any(finding.id in signs for finding in decision.findings)


def _emergencies(protocol: Protocol) -> dict[str, Caution]:
    urgent = (c for c in protocol.cautions if any(r.outcome == "emergency" for r in c.rules))
    return {caution.id: caution for caution in urgent}


def _broken_off(state: State) -> SessionSummary | None:
    """The last session, when a symptom broke it off."""
    last = state.store.sessions(limit=1)
    return last[0] if last and last[0].stopped in SYMPTOMS else None


def _stopped(state: State) -> str | None:
    """Why the last session was broken off, in words, when a symptom broke it off."""
    last = _broken_off(state)
    words = {
        "pain": _("it hurt"),
        "dizziness": _("you felt dizzy"),
        "numbness": _("you felt numb"),
        "vision": _("your vision changed"),
    }
    return words.get(last.stopped or "") if last else None


def _said(protocol: Protocol, answers: Answers) -> list[dict[str, Any]]:
    known: dict[str, Caution] = {caution.id: caution for caution in protocol.cautions}
    zones = {zone.id: zone.name for zone in protocol.zones}
    said: list[dict[str, Any]] = [
        {
            "text": known[c.id].name,
            "zones": [zones[z] for z in c.zones],
            "date": (c.since or answers.as_of) if any(r.days for r in known[c.id].rules) else None,
        }
        for c in answers.conditions
        if c.id in known
    ]
    said += [
        {"text": known[p.id].name, "zones": [zones[z] for z in p.zones], "date": p.date}
        for p in answers.procedures
        if p.id in known
    ]
    return said
