"""Sessions: what was done in them, and how it felt."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from faceglide.coaching.events import Event
from faceglide.errors import BadInput
from faceglide.planning.model import History
from faceglide.records import rows
from faceglide.records import tables as t
from faceglide.records.base import Base
from faceglide.records.document import Mode, SessionRecord, kind_of, now
from faceglide.records.plans import no_plan
from faceglide.records.rows import SessionSummary

RECENT_SESSIONS = 10
"""How many sessions back a person's taste is read from."""


class Sessions(Base):
    """Sessions with their events and feedback."""

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
                raise no_plan(plan_id)
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
