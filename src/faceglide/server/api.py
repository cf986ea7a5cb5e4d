"""The JSON API: screening, planning, the protocol and the sessions kept here.

Screening and planning compute an answer and change nothing, so they ask for no token. Bad input
answers 422 with `place`, `fault` and `expected`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from faceglide.errors import BadInput
from faceglide.planning import make_plan
from faceglide.planning.model import Plan
from faceglide.protocol import Protocol
from faceglide.records import SessionRecord, SessionSummary
from faceglide.screening import parse_answers, screen
from faceglide.screening.model import Decision
from faceglide.server.state import Shared

router = APIRouter(prefix="/api")

F = TypeVar("F", bound=Callable[..., Any])


def changes_nothing(endpoint: F) -> F:
    """Mark a POST endpoint that only computes: it needs no token, an Origin check is enough."""
    endpoint.changes_nothing = True  # type: ignore[attr-defined]
    return endpoint


class Fault(BaseModel):
    """What is wrong with a request: where, what, and what would have been right."""

    detail: str
    place: str
    fault: str
    expected: str


class PlanRequest(BaseModel):
    """What a routine is asked for."""

    model_config = ConfigDict(extra="forbid")

    goals: list[str] = []
    minutes: float = 10
    tools: list[str] = ["hands"]
    answers: dict[str, Any] | None = Field(
        default=None, description="Answers to the safety check; without them, nobody was screened."
    )


class Forgotten(BaseModel):
    """What was forgotten."""

    forgotten: uuid.UUID


BAD: dict[int | str, dict[str, Any]] = {
    422: {"model": Fault, "description": "Bad input: the place and the reason."}
}


@router.post("/screen", responses=BAD, tags=["screening"])
@changes_nothing
def screen_answers(state: Shared, answers: dict[str, Any]) -> Decision:
    """Decide what answers to the safety check allow. Nothing is kept."""
    return screen(state.own_protocol, parse_answers(answers, "answers"))


@router.post("/plan", responses=BAD, tags=["planning"])
@changes_nothing
def plan(state: Shared, wanted: PlanRequest) -> Plan:
    """Make a routine. Nothing is kept. When nothing may be massaged, 422 says why."""
    protocol = state.own_protocol
    given = wanted.answers
    if given is None:
        raise BadInput("answers", "they are missing", "answers to the safety check")
    answers = parse_answers(given, "answers")
    return make_plan(
        protocol,
        screen(protocol, answers),
        goals=wanted.goals,
        minutes=wanted.minutes,
        tools=wanted.tools,
        age=answers.age,
    )


@router.get("/protocol", tags=["protocol"])
def protocol(state: Shared, response: Response) -> Protocol:
    """The whole protocol in force."""
    response.headers["Cache-Control"] = "no-cache"
    return state.own_protocol


@router.get("/sessions", tags=["sessions"])
def sessions(state: Shared, limit: int = 50) -> list[SessionSummary]:
    """Sessions kept here, newest first."""
    return state.store.sessions(limit=max(1, min(limit, 500)))


@router.get("/sessions/{session_id}", responses=BAD, tags=["sessions"])
def session(state: Shared, session_id: uuid.UUID) -> SessionRecord:
    """One session with its events."""
    return state.store.session_detail(session_id)


@router.delete("/sessions/{session_id}", tags=["sessions"])
def forget(state: Shared, session_id: uuid.UUID) -> Forgotten:
    """Forget one session; needs the token of our own pages."""
    state.store.delete_session(session_id)
    return Forgotten(forgotten=session_id)
