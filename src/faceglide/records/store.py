"""The records as small functions; safe to call from several threads and processes at once."""

from __future__ import annotations

from sqlalchemy import delete, select

from faceglide.records import rows
from faceglide.records import tables as t
from faceglide.records.database import failures_named, open_engine, sweep
from faceglide.records.document import Document, now
from faceglide.records.plans import Plans
from faceglide.records.sessions import Sessions
from faceglide.settings import Settings


def open_store(settings: Settings) -> Store:
    """The records that `settings` name; created and migrated as needed.

    Raises:
        BadInput: The database cannot be opened, is damaged or is from a newer Faceglide.
    """
    return Store(open_engine(settings))


class Store(Plans, Sessions):
    """One database, whole: people, screenings, plans and sessions, to take along or to erase."""

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
