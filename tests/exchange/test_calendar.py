"""A calendar that keeps its promise when clocks change, and tells nobody why it is there."""

import dataclasses
import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from faceglide.errors import BadInput
from faceglide.exchange.calendar import DoneSession, Reminder, reminders_ics

STAMP = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
EVENING = Reminder(
    id="evening",
    weekdays=("MO", "WE", "SA"),
    time=dt.time(21, 15),
    timezone="Europe/London",
    minutes=10,
    starts_on=dt.date(2026, 11, 21),
)


def events(raw: bytes) -> list:
    return list(Calendar.from_ical(raw).walk("VEVENT"))


def occurrences(event, count: int) -> list[dt.datetime]:
    rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=event["dtstart"].dt)
    return [when for when, _ in zip(rule, range(count), strict=False)]


def test_a_reminder_repeats_on_its_days_from_its_first_day():
    (event,) = events(reminders_ics([EVENING], stamp=STAMP))
    first = occurrences(event, 4)
    assert [when.date().isoformat() for when in first] == [
        "2026-11-21",
        "2026-11-23",
        "2026-11-25",
        "2026-11-28",
    ]
    assert event["duration"].dt == dt.timedelta(minutes=10)


def test_the_first_entry_waits_for_the_first_named_day():
    tuesday_only = dataclasses.replace(EVENING, weekdays=("TU",))
    (event,) = events(reminders_ics([tuesday_only], stamp=STAMP))
    assert event["dtstart"].dt.date() == dt.date(2026, 11, 24)


def test_the_hour_on_the_wall_stays_when_the_clocks_change():
    before = dataclasses.replace(EVENING, weekdays=("SA", "SU"), starts_on=dt.date(2027, 3, 27))
    (event,) = events(reminders_ics([before], stamp=STAMP))
    saturday, sunday = occurrences(event, 2)
    assert (saturday.hour, sunday.hour) == (21, 21)
    assert sunday.utcoffset() - saturday.utcoffset() == dt.timedelta(hours=1)


def test_the_file_carries_the_rules_of_its_time_zone():
    raw = reminders_ics([EVENING], stamp=STAMP)
    (zone,) = Calendar.from_ical(raw).walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/London"
    rebuilt = zone.to_tz()
    for year in (2027, 2030):
        winter = dt.datetime(year, 1, 15, 12, tzinfo=rebuilt)
        summer = dt.datetime(year, 7, 15, 12, tzinfo=rebuilt)
        assert winter.utcoffset() == dt.timedelta(0)
        assert summer.utcoffset() == dt.timedelta(hours=1)


def test_a_leap_day_counts_like_any_tuesday():
    leap = dataclasses.replace(EVENING, weekdays=("TU",), starts_on=dt.date(2028, 2, 29))
    (event,) = events(reminders_ics([leap], stamp=STAMP))
    assert [when.date() for when in occurrences(event, 2)] == [
        dt.date(2028, 2, 29),
        dt.date(2028, 3, 7),
    ]


def test_an_entry_keeps_its_uid_when_its_time_changes_and_shares_it_with_no_other():
    later = dataclasses.replace(EVENING, time=dt.time(22, 0), minutes=20)
    morning = dataclasses.replace(EVENING, id="morning")
    old, new, other = events(reminders_ics([EVENING, later, morning], stamp=STAMP))
    assert old["uid"] == new["uid"] != other["uid"]


def test_an_unchanged_feed_is_byte_equal():
    assert reminders_ics([EVENING], stamp=STAMP) == reminders_ics([EVENING], stamp=STAMP)


def test_a_finished_routine_stands_at_its_moment_and_blocks_no_time():
    start = dt.datetime(2026, 11, 20, 22, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    done = DoneSession(id="s1", started_at=start, minutes=9.6)
    (event,) = events(reminders_ics([], [done], stamp=STAMP))
    assert event["dtstart"].dt == start
    assert event["duration"].dt == dt.timedelta(minutes=10)
    assert event["transp"] == "TRANSPARENT"


def test_nothing_but_times_and_neutral_words_is_inside():
    done = DoneSession(id="s1", started_at=STAMP, minutes=10)
    text = reminders_ics([EVENING], [done], stamp=STAMP).decode()
    allowed = {
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL"),
        *("X-PUBLISHED-TTL", "DTSTAMP", "DTSTART", "DURATION", "RRULE", "RDATE", "SUMMARY"),
        *("DESCRIPTION", "TRANSP", "ACTION", "TRIGGER", "TZID", "TZNAME", "TZOFFSETFROM"),
        *("TZOFFSETTO", "COMMENT"),
    }
    names = {line.split(":")[0].split(";")[0] for line in text.splitlines() if line[:1] != " "}
    assert names <= allowed
    assert "\r\n" in text


def test_the_alarm_rings_when_asked_and_not_otherwise():
    rings = reminders_ics([EVENING], stamp=STAMP, alarm_minutes=5)
    (alarm,) = Calendar.from_ical(rings).walk("VALARM")
    assert alarm["trigger"].dt == dt.timedelta(minutes=-5)
    assert b"VALARM" not in reminders_ics([EVENING], stamp=STAMP, alarm_minutes=None)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"weekdays": ()}, "names no weekday"),
        ({"weekdays": ("MO", "XX")}, "'XX' is not a weekday"),
        ({"timezone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone"),
        ({"timezone": "../etc/passwd"}, "is not a time zone"),
        ({"minutes": 0}, "0 minutes"),
        ({"minutes": 121}, "121 minutes"),
        ({"time": dt.time(9, tzinfo=dt.UTC)}, "carries an offset"),
    ],
)
def test_a_wrong_reminder_is_refused_by_name(change, fault):
    with pytest.raises(BadInput, match=fault) as caught:
        reminders_ics([dataclasses.replace(EVENING, **change)], stamp=STAMP)
    assert caught.value.place == "reminder evening"


def test_times_without_a_zone_are_refused():
    naive = dt.datetime(2026, 11, 21, 9)  # noqa: DTZ001
    with pytest.raises(BadInput, match="has no time zone"):
        reminders_ics([EVENING], stamp=naive)
    with pytest.raises(BadInput, match="its start has no time zone"):
        reminders_ics([], [DoneSession("s1", naive, 10)], stamp=STAMP)
