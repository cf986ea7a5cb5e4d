"""Between rows of the tables and the records that are handed out or exported."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from faceglide.records import tables as t
from faceglide.records.document import (
    EventRecord,
    FeedbackRecord,
    PersonRecord,
    PlanRecord,
    ScreeningRecord,
    SessionRecord,
)

IDS_AT_ONCE = 500
"""Sessions asked about in one statement."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session in a list.

    Attributes:
        strokes: zone -> side -> good and faulty strokes counted (not those nobody could tell).
        good: How many of them were good.
        cannot_tell: How many could not be told.
    """

    id: uuid.UUID
    mode: str
    protocol: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    stopped: str | None
    strokes: Mapping[str, Mapping[str, int]]
    good: int
    cannot_tell: int
    steps_done: int


def first_person() -> Select[uuid.UUID]:
    """The person who was here first."""
    return select(t.Person.id).order_by(t.Person.created_at, t.Person.id).limit(1)


def sessions(
    person: uuid.UUID, limit: int | None, *, practised: bool = False
) -> Select[t.SessionRow]:
    """A person's sessions, newest first; only those they did themselves when `practised`."""
    query = select(t.SessionRow).where(t.SessionRow.person_id == person)
    if practised:
        query = query.where(t.SessionRow.mode != "simulated")
    return query.order_by(t.SessionRow.started_at.desc(), t.SessionRow.id).limit(limit)


def preferences(session: Session, person: uuid.UUID) -> dict[str, Any]:
    """A person's settings."""
    query = select(t.Preference).where(t.Preference.person_id == person)
    return {row.key: row.value for row in session.scalars(query.order_by(t.Preference.key))}


def screening(row: t.Screening) -> ScreeningRecord:
    """A row as a record."""
    return ScreeningRecord.model_validate(
        {
            "id": row.id,
            "created_at": row.created_at,
            "protocol": row.protocol,
            "answers": row.answers,
            "decision": row.decision,
        }
    )


def plan(row: t.PlanRow) -> PlanRecord:
    """A row as a record."""
    return PlanRecord.model_validate(
        {
            "id": row.id,
            "created_at": row.created_at,
            "name": row.name,
            "request": row.request,
            "plan": row.plan,
        }
    )


def session_record(session: Session, row: t.SessionRow) -> SessionRecord:
    """A session with its events and feedback."""
    feedback = select(t.Feedback).where(t.Feedback.session_id == row.id)
    return SessionRecord(
        id=row.id,
        plan_id=row.plan_id,
        protocol=row.protocol,
        mode=row.mode,
        started_at=row.started_at,
        ended_at=row.ended_at,
        stopped=row.stopped,
        events=tuple(
            EventRecord(seq=event.seq, kind=event.kind, body=event.body)
            for event in _events(session, row.id)
        ),
        feedback=tuple(
            FeedbackRecord(id=said.id, created_at=said.created_at, kind=said.kind, body=said.body)
            for said in session.scalars(feedback.order_by(t.Feedback.created_at, t.Feedback.id))
        ),
    )


def summaries(session: Session, found: Sequence[t.SessionRow]) -> list[SessionSummary]:
    """Sessions counted, in the order given; their events are read in one go."""
    tallies = {row.id: _Tally() for row in found}
    ids = list(tallies)
    for start in range(0, len(ids), IDS_AT_ONCE):
        query = select(t.EventRow.session_id, t.EventRow.kind, t.EventRow.body).where(
            t.EventRow.session_id.in_(ids[start : start + IDS_AT_ONCE]),
            t.EventRow.kind.in_(("stroke", "step_done")),
        )
        for session_id, kind, body in session.execute(query):
            tallies[session_id].add(kind, body)
    return [tallies[row.id].summary(row) for row in found]


class _Tally:
    """What a session's events add up to."""

    def __init__(self) -> None:
        self.strokes: dict[str, dict[str, int]] = {}
        self.verdicts: Counter[str] = Counter()
        self.steps_done = 0

    def add(self, kind: str, body: Mapping[str, Any]) -> None:
        """Count one event."""
        if kind == "step_done":
            self.steps_done += 1
            return
        self.verdicts[body["verdict"]] += 1
        if body["verdict"] != "cannot_tell":
            sides = self.strokes.setdefault(body["zone"], {})
            sides[body["side"]] = sides.get(body["side"], 0) + 1

    def summary(self, row: t.SessionRow) -> SessionSummary:
        """The session counted."""
        return SessionSummary(
            id=row.id,
            mode=row.mode,
            protocol=row.protocol,
            started_at=row.started_at,
            ended_at=row.ended_at,
            stopped=row.stopped,
            strokes=self.strokes,
            good=self.verdicts["good"],
            cannot_tell=self.verdicts["cannot_tell"],
            steps_done=self.steps_done,
        )


def movements_done(session: Session, row: t.SessionRow) -> tuple[str, ...]:
    """The movements of the steps that a session finished."""
    kept = session.get(t.PlanRow, row.plan_id) if row.plan_id else None
    steps = kept.plan["steps"] if kept else []
    done = [event.body["index"] for event in _events(session, row.id) if event.kind == "step_done"]
    return tuple(sorted({steps[index]["movement"] for index in done if index < len(steps)}))


def movements_said(session: Session, session_id: uuid.UUID) -> dict[str, list[str]]:
    """The movements a person marked after a session, by `liked` and `skipped`."""
    query = select(t.Feedback).where(t.Feedback.session_id == session_id)
    marked: defaultdict[str, list[str]] = defaultdict(list)
    for row in session.scalars(query.where(t.Feedback.kind.in_(("liked", "skipped")))):
        marked[row.kind] += [str(movement) for movement in row.body.get("movements", ())]
    return marked


def person(session: Session, row: t.Person) -> PersonRecord:
    """Everything kept about a person."""
    screenings = select(t.Screening).where(t.Screening.person_id == row.id)
    plans = select(t.PlanRow).where(t.PlanRow.person_id == row.id)
    return PersonRecord(
        id=row.id,
        created_at=row.created_at,
        name=row.name,
        preferences=preferences(session, row.id),
        screenings=tuple(
            screening(kept)
            for kept in session.scalars(screenings.order_by(t.Screening.created_at, t.Screening.id))
        ),
        plans=tuple(
            plan(kept)
            for kept in session.scalars(plans.order_by(t.PlanRow.created_at, t.PlanRow.id))
        ),
        sessions=tuple(
            session_record(session, kept)
            for kept in reversed(list(session.scalars(sessions(row.id, None))))
        ),
    )


def rows_of(record: PersonRecord) -> Iterator[t.Table]:
    """The rows a person's record is made of, owners before what they own."""
    yield t.Person(id=record.id, created_at=record.created_at, name=record.name)
    for key, value in record.preferences.items():
        yield t.Preference(person_id=record.id, key=key, value=value)
    for screened in record.screenings:
        yield t.Screening(person_id=record.id, **_columns(screened))
    for kept in record.plans:
        yield t.PlanRow(person_id=record.id, **_columns(kept))
    for session in record.sessions:
        yield t.SessionRow(person_id=record.id, **_columns(session))
        for event in session.events:
            yield t.EventRow(session_id=session.id, **_columns(event))
        for said in session.feedback:
            yield t.Feedback(session_id=session.id, **_columns(said))


def is_blank(session: Session, person: uuid.UUID) -> bool:
    """Whether nothing is kept about a person but their existence."""
    owned = (t.Screening, t.PlanRow, t.SessionRow, t.Preference)
    return not any(
        session.scalar(select(exists().where(table.person_id == person))) for table in owned
    )


def _events(session: Session, session_id: uuid.UUID) -> Iterator[t.EventRow]:
    query = select(t.EventRow).where(t.EventRow.session_id == session_id)
    yield from session.scalars(query.order_by(t.EventRow.seq))


def _columns(record: Any) -> dict[str, Any]:
    """A record's fields for its row: what is JSON in the table is dumped, the rest is kept."""
    plain = record.model_dump(mode="json", exclude={"events", "feedback"})
    typed = (uuid.UUID, dt.datetime)
    return {
        key: getattr(record, key) if isinstance(getattr(record, key), typed) else value
        for key, value in plain.items()
    }
