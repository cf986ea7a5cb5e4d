"""The open database, and whom its records are about; what the store's parts stand on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Engine, delete, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from faceglide.records import rows
from faceglide.records import tables as t
from faceglide.records.database import failures_named
from faceglide.records.document import now

BATCH = 1000
"""Rows handed to the database at once."""


class Base:
    """One database with the people in it. `person` is the local one wherever it is left out."""

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


def _in_batches(new: Iterable[t.Table]) -> Iterator[tuple[type[t.Table], list[dict[str, Any]]]]:
    """Rows as values, those of one table that follow one another together."""
    kind: Callable[[t.Table], type[t.Table]] = type
    for table, some in groupby(new, kind):
        names = [column.key for column in inspect(table).columns]
        values = ({name: getattr(row, name) for name in names} for row in some)
        while batch := list(islice(values, BATCH)):
            yield table, batch
