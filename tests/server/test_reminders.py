"""A reminder goes from a form into a calendar, and nothing else goes with it."""

import datetime as dt
import re
import uuid

import pytest
from icalendar import Calendar

FORM = {"weekday": ["MO", "TH"], "time": "20:30", "timezone": "Europe/London", "minutes": "12"}


def feed(browser):
    return re.search(r"/calendar/[\w-]{32}\.ics", browser.get("/reminders").text)[0]


def events(browser):
    answer = browser.get(feed(browser))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_without_a_wish_the_calendar_is_empty_and_valid(browser):
    assert events(browser) == []


def test_a_reminder_that_was_kept_is_in_the_calendar(browser):
    assert browser.send("/reminders", FORM, follow_redirects=False).status_code == 303
    (event,) = events(browser)
    assert event["rrule"]["BYDAY"] == ["MO", "TH"]
    assert (event["dtstart"].dt.hour, event["dtstart"].dt.minute) == (20, 30)
    assert event["dtstart"].dt.date() >= dt.date.today()  # noqa: DTZ011
    page = browser.get("/reminders").text
    assert 'value="20:30"' in page
    assert page.count(" checked") == 2


def test_a_reminder_can_be_stopped(browser):
    browser.send("/reminders", FORM)
    assert "Stop reminding me" in browser.get("/reminders").text
    browser.send("/reminders", {"stop": "true"})
    assert events(browser) == []
    assert "Stop reminding me" not in browser.get("/reminders").text


def test_a_calendar_that_follows_it_sees_nothing_change_by_itself(browser):
    browser.send("/reminders", FORM)
    assert browser.get(feed(browser)).content == browser.get(feed(browser)).content


def test_a_finished_session_stands_in_the_calendar(browser, store):
    began = dt.datetime(2026, 11, 20, 20, 30, tzinfo=dt.UTC)
    session = uuid.uuid4()
    store.start_session(session, protocol="1.0.0", mode="guided", plan_id=None, started_at=began)
    assert events(browser) == []
    store.finish_session(session, began + dt.timedelta(minutes=9))
    (event,) = events(browser)
    assert event["dtstart"].dt == began
    assert event["duration"].dt == dt.timedelta(minutes=9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": []},
        {"weekday": ["XX"]},
        {"time": "half past eight"},
        {"timezone": "Here/There"},
        {"minutes": "ten"},
        {"minutes": "0"},
        {"minutes": "²"},
        {"minutes": "9" * 5000},
    ],
)
def test_a_wrong_wish_is_told_and_not_kept(browser, wrong):
    answer = browser.send("/reminders", {**FORM, **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert events(browser) == []


def test_only_our_own_page_may_set_a_reminder(browser):
    assert browser.client.post("/reminders", data=FORM).status_code == 403


def test_the_calendars_address_cannot_be_guessed(browser):
    browser.send("/reminders", FORM)
    for guess in ("/calendar/reminders.ics", f"/calendar/{'a' * 32}.ics", "/reminders.ics"):
        assert browser.get(guess).status_code == 404
    assert feed(browser) == feed(browser)
