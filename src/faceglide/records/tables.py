"""The tables. Keys are UUIDs so that records can be merged; times are UTC."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times; store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> dt.datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Body(TypeDecorator[Any]):
    """Everything that says something about a person's body or taste, as JSON.

    All of it passes through this one type, so that it can be sealed here.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """JSONB on PostgreSQL, JSON text on SQLite."""
        kind = JSONB if dialect.name == "postgresql" else JSON
        return dialect.type_descriptor(kind(none_as_null=True))


class Table(DeclarativeBase):
    """What every table shares."""


def _owner() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class Person(Table):
    """Somebody whose records these are; a name is not needed."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    name: Mapped[str | None] = mapped_column(Body)


class Screening(Table):
    """What was answered, and what it decided."""

    __tablename__ = "screening"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[uuid.UUID] = _owner()
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    protocol: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]] = mapped_column(Body)
    decision: Mapped[dict[str, Any]] = mapped_column(Body)


class PlanRow(Table):
    """A plan; with a name when the person keeps it as their own."""

    __tablename__ = "plan"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[uuid.UUID] = _owner()
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    name: Mapped[str | None] = mapped_column(Body)
    request: Mapped[dict[str, Any]] = mapped_column(Body)
    plan: Mapped[dict[str, Any]] = mapped_column(Body)


class SessionRow(Table):
    """A session; its id comes from the client, so that sending it again changes nothing."""

    __tablename__ = "session"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[uuid.UUID] = _owner()
    plan_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    protocol: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    stopped: Mapped[str | None] = mapped_column(Body)

    __table_args__ = (Index("ix_session_person_started", "person_id", "started_at"),)


class EventRow(Table):
    """One thing that happened in a session, at its place in the sequence."""

    __tablename__ = "event"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(Body)


class Feedback(Table):
    """How a person felt before, during or after a session."""

    __tablename__ = "feedback"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(Body)


class Preference(Table):
    """One setting of one person."""

    __tablename__ = "preference"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Body)
