"""People, screenings, plans and sessions, on SQLite or PostgreSQL, migrated on opening."""

from faceglide.records.backup import backup, restore
from faceglide.records.document import (
    Document,
    EventRecord,
    FeedbackRecord,
    Mode,
    PersonRecord,
    PlanRecord,
    ScreeningRecord,
    SessionRecord,
    parse_document,
)
from faceglide.records.rows import SessionSummary
from faceglide.records.store import Store, open_store

__all__ = [
    "Document",
    "EventRecord",
    "FeedbackRecord",
    "Mode",
    "PersonRecord",
    "PlanRecord",
    "ScreeningRecord",
    "SessionRecord",
    "SessionSummary",
    "Store",
    "backup",
    "open_store",
    "parse_document",
    "restore",
]
