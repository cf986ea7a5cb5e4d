"""The records as small functions; safe to call from several threads and processes at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Engine, delete, func, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from faceglide.coaching.events import Event
from faceglide.errors import BadInput
from faceglide.planning.model import History, Plan
from faceglide.records import rows
from faceglide.records import tables as t
from faceglide.records.database import failures_named, open_engine, sweep
from faceglide.records.document import (
    Document,
    Mode,
    PlanRecord,
    ScreeningRecord,
    SessionRecord,
    kind_of,
    now,
)
from faceglide.records.rows import SessionSummary
from faceglide.screening.model import Answers, Decision
from faceglide.settings import Settings

BATCH = 1000
"""Rows handed to the database at once."""
RECENT_SESSIONS = 10
"""How many sessions back a person's taste is read from."""


def open_store(settings: Settings) -> Store:
    """The records that `settings` name; created and migrated as needed.

    Raises:
        BadInput: The database cannot be opened, is damaged or is from a newer Faceglide.
    """
    return Store(open_engine(settings))


class Store:
    """One database. `person` is the local person wherever it is left out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with failures_named(self._engine), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with failures_named(self._engine), Session(self._writer) as session, session.begin():
            yield session

    def _add_once(self, session: Session, new: Iterable[t.Table]) -> int:
        """Insert rows whose keys are not there yet; says how many were new."""
        added = 0
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        for table, some in _in_batches(new):
            statement = dialect.insert(table).on_conflict_do_nothing()
            counted = statement.execution_options(preserve_rowcount=True)
            added += session.connection().execute(counted, some).rowcount
        return added

    # People and what they prefer

    def local_person(self) -> uuid.UUID:
        """The person on this machine, made on first use."""
        with self._reading() as session:
            found = session.scalar(rows.first_person())
        if found:
            return found
        with self._writing() as session:
            found = session.scalar(rows.first_person())
            if not found:
                found = uuid.uuid4()
                session.add(t.Person(id=found, created_at=now()))
        return found

    def set_preference(self, key: str, value: Any, person: uuid.UUID | None = None) -> None:
        """Remember one setting; None forgets it."""
        person = person or self.local_person()
        with self._writing() as session:
            where = t.Preference.person_id == person, t.Preference.key == key
            session.execute(delete(t.Preference).where(*where))
            if value is not None:
                session.add(t.Preference(person_id=person, key=key, value=value))

    def preferences(self, person: uuid.UUID | None = None) -> dict[str, Any]:
        """All settings of a person."""
        person = person or self.local_person()
        with self._reading() as session:
            return rows.preferences(session, person)

    # Screening and plans

    def save_screening(
        self,
        answers: Answers,
        decision: Decision,
        protocol: str,
        person: uuid.UUID | None = None,
    ) -> uuid.UUID:
        """Keep answers, what they decided, and the protocol's version."""
        record = t.Screening(
            id=uuid.uuid4(),
            person_id=person or self.local_person(),
            created_at=now(),
            protocol=protocol,
            answers=answers.model_dump(mode="json"),
            decision=decision.model_dump(mode="json"),
        )
        with self._writing() as session:
            session.add(record)
            return record.id

    def latest_screening(self, person: uuid.UUID | None = None) -> ScreeningRecord | None:
        """The newest answers, if there are any."""
        found = self.screenings(person, limit=1)
        return found[0] if found else None

    def screenings(
        self, person: uuid.UUID | None = None, limit: int | None = None
    ) -> list[ScreeningRecord]:
        """Screenings, newest first."""
        person = person or self.local_person()
        with self._reading() as session:
            query = select(t.Screening).where(t.Screening.person_id == person)
            newest = query.order_by(t.Screening.created_at.desc(), t.Screening.id).limit(limit)
            return [rows.screening(row) for row in session.scalars(newest)]

    def save_plan(
        self,
        plan: Plan,
        request: Mapping[str, Any] | None = None,
        name: str | None = None,
        person: uuid.UUID | None = None,
    ) -> uuid.UUID:
        """Keep a plan with what was asked for; with a name when it is one's own."""
        record = t.PlanRow(
            id=uuid.uuid4(),
            person_id=person or self.local_person(),
            created_at=now(),
            name=name,
            request=dict(request or {}),
            plan=plan.model_dump(mode="json"),
        )
        with self._writing() as session:
            session.add(record)
            return record.id

    def plan(self, plan_id: uuid.UUID) -> PlanRecord:
        """One plan.

        Raises:
            BadInput: When there is none of that id.
        """
        with self._reading() as session:
            row = session.get(t.PlanRow, plan_id)
            if row is None:
                raise _no_plan(plan_id)
            return rows.plan(row)

    def own_plans(self, person: uuid.UUID | None = None) -> list[PlanRecord]:
        """The plans with a name, newest first."""
        person = person or self.local_person()
        with self._reading() as session:
            query = select(t.PlanRow).where(
                t.PlanRow.person_id == person, t.PlanRow.name.is_not(None)
            )
            return [
                rows.plan(row)
                for row in session.scalars(query.order_by(t.PlanRow.created_at.desc()))
            ]

    def name_plan(self, plan_id: uuid.UUID, name: str | None) -> None:
        """Call a plan one's own by a name, or, with None, take it off that list.

        Raises:
            BadInput: When there is none of that id.
        """
        with self._writing() as session:
            row = session.get(t.PlanRow, plan_id)
            if row is None:
                raise _no_plan(plan_id)
            row.name = name

    # Sessions

    def start_session(
        self,
        session_id: uuid.UUID,
        *,
        protocol: str,
        mode: Mode,
        plan_id: uuid.UUID | None = None,
        started_at: dt.datetime | None = None,
        person: uuid.UUID | None = None,
    ) -> bool:
        """Open a session under the client's own id; opening it again changes nothing.

        Returns:
            Whether it is new.

        Raises:
            BadInput: When there is no such plan.
        """
        row = t.SessionRow(
            id=session_id,
            person_id=person or self.local_person(),
            plan_id=plan_id,
            protocol=protocol,
            mode=mode,
            started_at=started_at or now(),
        )
        with self._writing() as session:
            if plan_id is not None and session.get(t.PlanRow, plan_id) is None:
                raise _no_plan(plan_id)
            return self._add_once(session, [row]) == 1

    def append_events(self, session_id: uuid.UUID, events: Iterable[tuple[int, Event]]) -> int:
        """Keep events at their places in the sequence; a place that is taken stays as it is.

        Returns:
            How many were new.

        Raises:
            BadInput: When there is no such session.
        """
        new = [
            t.EventRow(
                session_id=session_id,
                seq=seq,
                kind=kind_of(event),
                body=event.model_dump(mode="json"),
            )
            for seq, event in events
        ]
        with self._writing() as session:
            self._need_session(session, session_id)
            return self._add_once(session, new)

    def last_seq(self, session_id: uuid.UUID) -> int:
        """The highest place taken in a session's sequence; -1 when it has none."""
        with self._reading() as session:
            query = select(func.max(t.EventRow.seq)).where(t.EventRow.session_id == session_id)
            highest = session.scalar(query)
            return -1 if highest is None else highest

    def finish_session(
        self,
        session_id: uuid.UUID,
        ended_at: dt.datetime | None = None,
        stopped: str | None = None,
    ) -> None:
        """Close a session; the first closing counts.

        Args:
            session_id: Which.
            ended_at: When; now if left out.
            stopped: Why it was broken off (`pain`, `dizziness`, …), if it was.

        Raises:
            BadInput: When there is no such session.
        """
        with self._writing() as session:
            self._need_session(session, session_id)
            session.execute(
                update(t.SessionRow)
                .where(t.SessionRow.id == session_id, t.SessionRow.ended_at.is_(None))
                .values(ended_at=ended_at or now(), stopped=stopped)
            )

    def name_symptom(self, session_id: uuid.UUID, symptom: str) -> None:
        """Say more closely what broke a session off; one that was not broken off stays as it is.

        Raises:
            BadInput: When there is no such session.
        """
        with self._writing() as session:
            row = self._need_session(session, session_id)
            if row.stopped:
                row.stopped = symptom

    def save_feedback(self, session_id: uuid.UUID, kind: str, body: Mapping[str, Any]) -> uuid.UUID:
        """Keep how the person felt: kind `before`, `after`, `pain`, `liked` or `skipped`.

        `liked` and `skipped` carry `{"movements": [...]}` and lean later plans.

        Raises:
            BadInput: When there is no such session.
        """
        row = t.Feedback(
            id=uuid.uuid4(), session_id=session_id, created_at=now(), kind=kind, body=dict(body)
        )
        with self._writing() as session:
            self._need_session(session, session_id)
            session.add(row)
            return row.id

    def sessions(
        self, person: uuid.UUID | None = None, limit: int | None = None
    ) -> list[SessionSummary]:
        """Sessions the person did, newest first; demonstrations are not among them."""
        person = person or self.local_person()
        with self._reading() as session:
            done = session.scalars(rows.sessions(person, limit, practised=True))
            return rows.summaries(session, list(done))

    def session_detail(self, session_id: uuid.UUID) -> SessionRecord:
        """A session with its events and feedback.

        Raises:
            BadInput: When there is no such session.
        """
        with self._reading() as session:
            return rows.session_record(session, self._need_session(session, session_id))

    def delete_session(self, session_id: uuid.UUID) -> None:
        """Forget one session."""
        with self._writing() as session:
            session.execute(delete(t.SessionRow).where(t.SessionRow.id == session_id))

    def history(self, person: uuid.UUID | None = None) -> History:
        """What the last sessions say about a person's taste, for planning."""
        person = person or self.local_person()
        with self._reading() as session:
            query = rows.sessions(person, RECENT_SESSIONS, practised=True)
            recent = list(session.scalars(query))
            done = [rows.movements_done(session, row) for row in recent]
            said = [rows.movements_said(session, row.id) for row in recent]
        return History(
            recent=tuple(done),
            skipped=tuple(tuple(entry.get("skipped", ())) for entry in said),
            liked=tuple(sorted({m for entry in said for m in entry.get("liked", ())})),
        )

    def _need_session(self, session: Session, session_id: uuid.UUID) -> t.SessionRow:
        row = session.get(t.SessionRow, session_id)
        if row is None:
            raise BadInput("session", f"no session {session_id}", "the id of a session")
        return row

    # All of it

    def export_all(self) -> Document:
        """Everything kept, as one document."""
        with self._reading() as session:
            people = session.scalars(select(t.Person).order_by(t.Person.created_at, t.Person.id))
            return Document(
                exported_at=now(), people=tuple(rows.person(session, p) for p in people)
            )

    def import_all(self, document: Document) -> int:
        """Add what a document holds, all of it or nothing; what is there already stays.

        Returns:
            How many entries were new.
        """
        # A machine nobody has used yet takes the document's person for its own.
        with self._writing() as session:
            unused = session.scalars(select(t.Person)).all()
            if document.people and len(unused) == 1 and rows.is_blank(session, unused[0].id):
                session.delete(unused[0])
                session.flush()
            return sum(self._add_once(session, rows.rows_of(person)) for person in document.people)

    def erase(self) -> None:
        """Delete everything for good, from the file as well."""
        with self._writing() as session:
            for table in reversed(t.Table.metadata.sorted_tables):
                session.execute(delete(table))
        with failures_named(self._engine):
            sweep(self._engine)


def _no_plan(plan_id: uuid.UUID) -> BadInput:
    return BadInput("plan", f"no plan {plan_id}", "the id of a plan that is kept")


def _in_batches(new: Iterable[t.Table]) -> Iterator[tuple[type[t.Table], list[dict[str, Any]]]]:
    """Rows as values, those of one table that follow one another together."""
    kind: Callable[[t.Table], type[t.Table]] = type
    for table, some in groupby(new, kind):
        names = [column.key for column in inspect(table).columns]
        values = ({name: getattr(row, name) for name in names} for row in some)
        while batch := list(islice(values, BATCH)):
            yield table, batch
