"""Learn: the whole of the protocol as pages."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from faceglide.server.charts import drawn, frame_of
from faceglide.server.language import gettext as _
from faceglide.server.mistakes import mistake_drawings
from faceglide.server.state import Shared
from faceglide.server.templating import page

router = APIRouter(prefix="/learn", include_in_schema=False)

GRADES = ("strong", "moderate", "limited", "very_limited", "none")


@router.get("")
def contents(request: Request, state: Shared) -> Response:
    """The atlas's table of contents."""
    protocol = state.protocol
    charts = {z.id: drawn(protocol, zones=(z.id,), frame=frame_of(z.id)) for z in protocol.zones}
    return page(request, "learn.html", {"protocol": protocol, "charts": charts})


@router.get("/zones/{zone_id}")
def zone(request: Request, state: Shared, zone_id: str) -> Response:
    """One zone: where it is, its layers, what is never pressed, its movements."""
    protocol = state.protocol
    found = next((zone for zone in protocol.zones if zone.id == zone_id), None)
    if found is None:
        raise HTTPException(404, _("There is no zone “%(id)s”.") % {"id": zone_id})
    frame = frame_of(zone_id)
    moves = [movement for movement in protocol.movements if movement.zone == zone_id]
    at = [zone.id for zone in protocol.zones].index(zone_id)
    context = {
        "zone": found,
        "chart": drawn(protocol, zones=(zone_id,), frame=frame, title=found.name),
        "movements": [(move, drawn(protocol, move.id, frame=frame, moving=True)) for move in moves],
        "tools": {tool.id: tool for tool in protocol.tools},
        "techniques": {technique.id: technique for technique in protocol.techniques},
        "sources": protocol.sources,
        "before": protocol.zones[at - 1] if at else None,
        "after": protocol.zones[at + 1] if at + 1 < len(protocol.zones) else None,
    }
    return page(request, "learn_zone.html", context)


@router.get("/techniques")
def techniques(request: Request, state: Shared) -> Response:
    """What each way of touching is, and each tool."""
    protocol = state.protocol
    context = {
        "protocol": protocol,
        "zones": {zone.id: zone.name for zone in protocol.zones},
        "tools": {tool.id: tool for tool in protocol.tools},
        "sources": protocol.sources,
    }
    return page(request, "learn_techniques.html", context)


@router.get("/mistakes")
def mistakes(request: Request, state: Shared) -> Response:
    """The common mistakes, wrong beside right."""
    protocol = state.protocol
    pairs = [(m, mistake_drawings(protocol, m.id)) for m in protocol.mistakes]
    return page(request, "learn_mistakes.html", {"mistakes": pairs})


@router.get("/session")
def session(request: Request, state: Shared) -> Response:
    """What a session holds, at home and with a therapist."""
    return page(request, "learn_session.html", {"parts": state.protocol.session})


@router.get("/questions")
def questions(request: Request, state: Shared) -> Response:
    """Questions people ask."""
    known = {entry.id: entry for entry in state.protocol.evidence}
    context = {"questions": state.protocol.questions, "evidence": known}
    return page(request, "learn_questions.html", context)


@router.get("/evidence")
def evidence(request: Request, state: Shared) -> Response:
    """Each claim with its grade, its study and the sentence we are willing to say."""
    protocol = state.protocol
    by_grade = sorted(protocol.evidence, key=lambda entry: GRADES.index(entry.grade))
    context = {
        "claimed": [entry for entry in by_grade if entry.claimed],
        "not_claimed": [entry for entry in by_grade if not entry.claimed],
        "sources": protocol.sources,
        "goals": protocol.goals,
    }
    return page(request, "learn_evidence.html", context)


@router.get("/safety")
def safety(request: Request, state: Shared) -> Response:
    """Every caution: what it does to a routine, and why."""
    protocol = state.protocol
    groups: list[tuple[str, list[Any]]] = []
    for group in protocol.groups:
        inside = [caution for caution in protocol.cautions if caution.group == group.id]
        if inside:
            groups.append((group.name, inside))
    context = {"groups": groups, "sources": protocol.sources, "protocol": protocol}
    return page(request, "learn_safety.html", context)
