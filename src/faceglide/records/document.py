"""Everything kept about people as one JSON document: the public export format."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from faceglide.coaching.events import CannotTell, Cue, Event, Hold, StepDone, Stroke
from faceglide.errors import BadInput
from faceglide.planning.model import Plan
from faceglide.screening.model import Answers, Decision

FORMAT, VERSION = "faceglide-records", 1
Mode = Literal["camera", "guided", "simulated"]

EVENT_KINDS: dict[str, type[Stroke | Hold | Cue | StepDone | CannotTell]] = {
    "stroke": Stroke,
    "hold": Hold,
    "cue": Cue,
    "step_done": StepDone,
    "cannot_tell": CannotTell,
}
"""Name in the records -> the engine's event."""
_KIND_OF = {model: kind for kind, model in EVENT_KINDS.items()}


def kind_of(event: Event) -> str:
    """The name an event goes by in the records."""
    return _KIND_OF[type(event)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventRecord(_Record):
    """An event at its place in the session's sequence."""

    seq: int = Field(ge=0, lt=2**31)
    kind: Literal["stroke", "hold", "cue", "step_done", "cannot_tell"]
    body: dict[str, Any]

    @model_validator(mode="after")
    def _fits(self) -> EventRecord:
        self.event()
        return self

    def event(self) -> Event:
        """The event itself."""
        return EVENT_KINDS[self.kind].model_validate(self.body)


class FeedbackRecord(_Record):
    """How the person felt: `before` and `after` on scales, `pain`, or another word."""

    id: uuid.UUID
    created_at: AwareDatetime
    kind: str = Field(min_length=1, max_length=40)
    body: dict[str, Any]


class SessionRecord(_Record):
    """A session with all that happened in it."""

    id: uuid.UUID
    plan_id: uuid.UUID | None = None
    protocol: str = Field(max_length=40)
    mode: Mode
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    stopped: str | None = None
    events: tuple[EventRecord, ...] = ()
    feedback: tuple[FeedbackRecord, ...] = ()


class PlanRecord(_Record):
    """A plan, and what was asked for to get it."""

    id: uuid.UUID
    created_at: AwareDatetime
    name: str | None = None
    request: dict[str, Any] = {}
    plan: Plan


class ScreeningRecord(_Record):
    """Answers and what they decided."""

    id: uuid.UUID
    created_at: AwareDatetime
    protocol: str = Field(max_length=40)
    answers: Answers
    decision: Decision


class PersonRecord(_Record):
    """Everything kept about one person."""

    id: uuid.UUID
    created_at: AwareDatetime
    name: str | None = None
    preferences: dict[str, Any] = {}
    screenings: tuple[ScreeningRecord, ...] = ()
    plans: tuple[PlanRecord, ...] = ()
    sessions: tuple[SessionRecord, ...] = ()


class Document(_Record):
    """The export: everything there is."""

    format: Literal["faceglide-records"] = "faceglide-records"
    version: Literal[1] = 1
    exported_at: AwareDatetime
    people: tuple[PersonRecord, ...]

    @model_validator(mode="after")
    def _ids_meet(self) -> Document:
        for person in self.people:
            plans = {plan.id for plan in person.plans}
            for session in person.sessions:
                if session.plan_id is not None and session.plan_id not in plans:
                    raise ValueError(f"session {session.id} names a plan that is not there")
                numbers = [event.seq for event in session.events]
                if len(numbers) != len(set(numbers)):
                    raise ValueError(f"session {session.id} has two events at one place")
        return self


def parse_document(data: object, where: str) -> Document:
    """Check a whole export before anything of it is kept.

    Args:
        data: Decoded JSON.
        where: What to call it in the error.

    Raises:
        BadInput: Names the first field that is wrong.
    """
    expected = f"a {FORMAT} export, version {VERSION}"
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadInput(where, "not an export of records", expected)
    if data.get("version") != VERSION:
        raise BadInput(f"{where}: version", f"{data.get('version')!r}", expected)
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {field}", first["msg"].lower(), expected) from error


def now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)
