"""Reminders and finished routines as iCalendar (RFC 5545): one file, or a feed to subscribe to.

Holds times and minutes only. No answer, no goal, no finding: a calendar is often shared.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import TRANSP, Alarm, Calendar, Event, vRecur

from faceglide.errors import BadInput

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_MINUTES = 120
_NAMESPACE = uuid.UUID("6f0f3f0e-5d0b-5c6e-9b1c-0a8a6a3d5f21")
_YEARS_OF_ZONE_RULES = 10
_REFRESH = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Reminder:
    """A weekly appointment with oneself.

    Attributes:
        id: Stable name; the same id keeps its entry in the calendar when it changes.
        weekdays: Two-letter days from `WEEKDAYS`.
        time: Wall-clock time in `timezone`; it stays put when the clocks change.
        timezone: IANA name such as ``Europe/London``.
        minutes: How long the routine takes, 1 to 120.
        starts_on: First day that may carry an entry.
    """

    id: str
    weekdays: tuple[str, ...]
    time: dt.time
    timezone: str
    minutes: int
    starts_on: dt.date


@dataclass(frozen=True)
class DoneSession:
    """A finished routine.

    Attributes:
        id: Stable name, such as the record's key.
        started_at: When it began; carries its offset.
        minutes: How long it took.
    """

    id: str
    started_at: dt.datetime
    minutes: float


@dataclass(frozen=True)
class Words:
    """What the entries are called, in the reader's language."""

    calendar: str = "Faceglide"
    reminder: str = "Face massage"
    reminder_note: str = "Clean hands and a little oil first."
    done: str = "Face massage, done"


def reminders_ics(
    reminders: Sequence[Reminder],
    done: Sequence[DoneSession] = (),
    *,
    stamp: dt.datetime,
    words: Words | None = None,
    alarm_minutes: int | None = 0,
) -> bytes:
    """Write reminders and finished routines as one iCalendar file.

    The bytes depend on the arguments only, so a feed that has not changed is byte-equal.

    Args:
        reminders: What repeats every week.
        done: What was finished.
        stamp: When this was made; carries its offset.
        words: Names of the entries; English when left out.
        alarm_minutes: Ring this many minutes before a reminder; None leaves alarms out.

    Returns:
        UTF-8 text with CRLF line ends, to be served as ``text/calendar``.

    Raises:
        BadInput: A weekday, time zone, length or naive time that cannot be used.
    """
    words = words or Words()
    if stamp.tzinfo is None:
        raise BadInput("stamp", "has no time zone", "a time with its offset")
    calendar = Calendar.new(
        prodid="-//Faceglide//Faceglide//EN",
        name=words.calendar,
        refresh_interval=_REFRESH,
        uid=_uid("calendar", words.calendar),
    )
    stamp = stamp.astimezone(dt.UTC).replace(microsecond=0)
    for reminder in reminders:
        calendar.add_component(_reminder(reminder, stamp, words, alarm_minutes))
    for session in done:
        calendar.add_component(_done(session, stamp, words))
    if reminders:
        first = min(reminder.starts_on for reminder in reminders)
        calendar.add_missing_timezones(
            first_date=dt.date(first.year - 1, 1, 1),
            last_date=dt.date(first.year + _YEARS_OF_ZONE_RULES, 1, 1),
        )
    return bytes(calendar.to_ical())


def _reminder(
    reminder: Reminder, stamp: dt.datetime, words: Words, alarm_minutes: int | None
) -> Event:
    _check(reminder)
    event = Event.new(
        uid=_uid("reminder", reminder.id),
        stamp=stamp,
        start=_first(reminder),
        summary=words.reminder,
        description=words.reminder_note,
        transparency=TRANSP.OPAQUE,
    )
    event.add("duration", dt.timedelta(minutes=reminder.minutes))
    days = [day for day in WEEKDAYS if day in reminder.weekdays]
    event.add("rrule", vRecur(freq="WEEKLY", wkst="MO", byday=days))
    if alarm_minutes is not None:
        alarm = Alarm.new(description=words.reminder)
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", dt.timedelta(minutes=-alarm_minutes))
        event.add_component(alarm)
    return event


def _done(session: DoneSession, stamp: dt.datetime, words: Words) -> Event:
    if session.started_at.tzinfo is None:
        raise BadInput(f"session {session.id}", "its start has no time zone", "a time with offset")
    event = Event.new(
        uid=_uid("session", session.id),
        stamp=stamp,
        start=session.started_at.astimezone(dt.UTC).replace(microsecond=0),
        summary=words.done,
        transparency=TRANSP.TRANSPARENT,
    )
    event.add("duration", dt.timedelta(minutes=max(1, round(session.minutes))))
    return event


def _check(reminder: Reminder) -> None:
    place = f"reminder {reminder.id}"
    wrong = [day for day in reminder.weekdays if day not in WEEKDAYS]
    if wrong or not reminder.weekdays:
        fault = f"{wrong[0]!r} is not a weekday" if wrong else "names no weekday"
        raise BadInput(place, fault, "one or more of " + " ".join(WEEKDAYS))
    if not 1 <= reminder.minutes <= MAX_MINUTES:
        raise BadInput(place, f"{reminder.minutes} minutes", f"1 to {MAX_MINUTES} minutes")
    if reminder.time.tzinfo is not None:
        raise BadInput(place, "its time carries an offset", "a wall-clock time beside `timezone`")


def _first(reminder: Reminder) -> dt.datetime:
    """The first day on or after `starts_on` that the rule names: RFC 5545 counts it as one."""
    try:
        zone = ZoneInfo(reminder.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"reminder {reminder.id}",
            f"{reminder.timezone!r} is not a time zone",
            "an IANA name such as Europe/London",
        ) from None
    day = reminder.starts_on
    while WEEKDAYS[day.weekday()] not in reminder.weekdays:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, reminder.time.replace(microsecond=0), tzinfo=zone)


def _uid(kind: str, name: str) -> str:
    return f"{uuid.uuid5(_NAMESPACE, f'{kind}/{name}')}@faceglide"
