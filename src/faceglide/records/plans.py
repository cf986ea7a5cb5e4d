"""What was answered, and the plans made of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from faceglide.errors import BadInput
from faceglide.planning.model import Plan
from faceglide.records import rows
from faceglide.records import tables as t
from faceglide.records.base import Base
from faceglide.records.document import PlanRecord, ScreeningRecord, now
from faceglide.screening.model import Answers, Decision


class Plans(Base):
    """Screenings and plans."""

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
                raise no_plan(plan_id)
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
                raise no_plan(plan_id)
            row.name = name


def no_plan(plan_id: uuid.UUID) -> BadInput:
    """What is told of an id that no plan has."""
    return BadInput("plan", f"no plan {plan_id}", "the id of a plan that is kept")
