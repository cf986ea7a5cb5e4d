"""The safety check, as people meet it."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from faceglide.protocol import load_protocol
from faceglide.records import Store
from faceglide.screening import parse_answers, screen
from faceglide.server.checkform import groups, procedures, shortest_interval_days
from tests.server.conftest import Browser

PROTOCOL = load_protocol()
ALL_NONE = [group.id for group in groups(PROTOCOL)] + ["procedures"]


def none_but(*groups: str) -> list[str]:
    return [group for group in ALL_NONE if group not in groups]


def test_every_condition_and_procedure_is_asked_exactly_once(browser: Browser) -> None:
    page = browser.get("/check").text
    for caution in PROTOCOL.cautions:
        count = {
            "condition": page.count(f'name="condition" value="{caution.id}"'),
            "procedure": page.count(f'name="date__{caution.id}"'),
        }.get(caution.kind)
        assert count in (None, 1), caution.id
    for group in ALL_NONE:
        assert page.count(f'name="none" value="{group}"') == 1


def test_nothing_wrong_leads_to_go(browser: Browser, store: Store) -> None:
    answer = browser.send("/check", {"age": "34", "none": ALL_NONE})
    assert answer.url.path == "/check/result"
    assert "You can go ahead." in answer.text
    kept = store.latest_screening()
    assert kept is not None
    assert kept.decision.outcome == "go"


def test_a_group_left_out_is_asked_again_and_nothing_ticked_is_lost(
    browser: Browser, store: Store
) -> None:
    answer = browser.send(
        "/check", {"age": "34", "none": none_but("eyes", "skin"), "condition": ["keratoconus"]}
    )
    assert answer.status_code == 422
    assert 'href="#group-skin"' in answer.text
    assert 'href="#group-eyes"' not in answer.text
    assert re.search(r'value="keratoconus" checked', answer.text)
    assert store.latest_screening() is None


@pytest.mark.parametrize("age", ["", "abc", "-3", "121", "1e2", "٣٤"])
def test_an_impossible_age_names_the_question(browser: Browser, store: Store, age: str) -> None:
    answer = browser.send("/check", {"age": age, "none": ALL_NONE})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert store.latest_screening() is None


def test_a_treatment_waits_until_the_day_it_says(browser: Browser, today: dt.date) -> None:
    had = today - dt.timedelta(days=3)
    answer = browser.send(
        "/check",
        {"age": "34", "none": none_but("procedures"), "date__botulinum_toxin": had.isoformat()},
    )
    until = had + dt.timedelta(days=14)
    assert "Not today." in answer.text
    assert f"{until.day} {until:%B %Y}" in answer.text
    assert browser.get("/plan").url.path == "/check/result"


def test_a_date_still_to_come_is_refused(browser: Browser, today: dt.date, store: Store) -> None:
    date = (today + dt.timedelta(days=2)).isoformat()
    answer = browser.send(
        "/check", {"age": "34", "none": none_but("procedures"), "date__microneedling": date}
    )
    assert answer.status_code == 422
    assert store.latest_screening() is None


def test_an_emergency_goes_straight_to_what_to_do_now(browser: Browser) -> None:
    answer = browser.send("/check", {"age": "34", "condition": ["stroke_signs"]})
    assert answer.url.path == "/emergency"
    assert "Call 112" in answer.text
    assert browser.get("/check/result").url.path == "/emergency"


def test_a_sign_that_cannot_wait_is_answered_at_once(browser: Browser) -> None:
    answer = browser.send("/check", {"age": "62", "condition": ["giant_cell_arteritis_signs"]})
    assert answer.url.path == "/check/result"
    assert "See a doctor today." in answer.text
    assert "Choose a routine" not in answer.text


def test_other_reasons_to_see_a_clinician_are_not_called_urgent(browser: Browser) -> None:
    answer = browser.send(
        "/check", {"age": "34", "none": none_but("health"), "condition": ["cancer"]}
    )
    assert "See a clinician first." in answer.text


def test_a_sore_place_closes_that_place_only(browser: Browser) -> None:
    answer = browser.send(
        "/check",
        {
            "age": "34",
            "none": none_but("skin"),
            "condition": ["open_wound"],
            "zones__open_wound": ["cheeks"],
        },
    )
    assert "with changes" in answer.text
    assert 'data-zone="cheeks"' in answer.text
    assert 'data-zone="nose"' not in answer.text


def test_every_finding_has_its_reason_and_source(browser: Browser) -> None:
    answer = browser.send(
        "/check",
        {"age": "61", "none": none_but("medicines"), "condition": ["easy_bruising"]},
    )
    found = screen(
        PROTOCOL,
        parse_answers(
            {
                "as_of": dt.date.today().isoformat(),  # noqa: DTZ011
                "age": 61,
                "conditions": [{"id": "easy_bruising"}],
            },
            "test",
        ),
    ).findings
    assert len(found) >= 2
    for finding in found:
        assert finding.reason in answer.text
    assert answer.text.count("<summary>Source</summary>") == len(found)


def answered(store: Store, days_ago: int, **said: object) -> None:
    as_of = dt.date.today() - dt.timedelta(days=days_ago)  # noqa: DTZ011
    answers = parse_answers({"as_of": as_of.isoformat(), "age": 34, **said}, "test")
    store.save_screening(answers, screen(PROTOCOL, answers), PROTOCOL.version)


def test_the_second_time_it_shows_what_was_said_and_takes_one_tap(
    browser: Browser, store: Store, today: dt.date
) -> None:
    answered(store, 2, conditions=[{"id": "contact_lenses"}])
    page = browser.get("/check").text
    assert f"since {today - dt.timedelta(days=2):%A}?" in page
    assert "Contact lenses" in page
    answer = browser.send("/check/same")
    assert answer.url.path == "/check/result"
    kept = store.latest_screening()
    assert kept is not None
    assert kept.answers.as_of == today
    assert [c.id for c in kept.answers.conditions] == ["contact_lenses"]


def test_yesterdays_answers_do_not_stand_today(browser: Browser, store: Store) -> None:
    answered(store, 1)
    assert browser.get("/plan").url.path == "/check"


def test_answers_older_than_the_shortest_interval_are_asked_in_full(
    browser: Browser, store: Store
) -> None:
    shortest = shortest_interval_days(PROTOCOL)
    assert shortest == 7
    answered(store, shortest)
    page = browser.get("/check").text
    assert 'name="condition"' in page
    assert not re.search(r'name="none" value="\w+" checked', page)
    assert browser.send("/check/same").url.path == "/check"


def test_changing_recent_answers_asks_only_what_changed(browser: Browser, store: Store) -> None:
    answered(store, 1, conditions=[{"id": "open_wound", "zones": ["nose"]}])
    page = browser.get("/check?full=true").text
    assert 'value="open_wound" checked' in page
    assert 'name="zones__open_wound" value="nose" checked' in page
    assert 'name="none" value="eyes" checked' in page
    assert 'name="none" value="skin" checked' not in page


def test_an_answer_nobody_offered_is_refused(browser: Browser, store: Store) -> None:
    answer = browser.send("/check", {"age": "34", "none": ALL_NONE, "condition": ["freckles"]})
    assert answer.status_code == 422
    assert store.latest_screening() is None


def test_each_procedure_can_say_it_was_cleared(browser: Browser) -> None:
    page = browser.get("/check").text
    for procedure in procedures(PROTOCOL):
        assert f'name="cleared__{procedure.id}"' in page


def test_nothing_new_does_not_start_a_wait_again(
    browser: Browser, store: Store, today: dt.date
) -> None:
    answered(store, 5, conditions=[{"id": "cold_sore"}])
    browser.send("/check/same")
    kept = store.latest_screening()
    assert kept is not None
    assert kept.decision.until == today + dt.timedelta(days=14 - 5)


def test_the_whole_check_keeps_the_day_a_condition_was_first_named(
    browser: Browser, store: Store, today: dt.date
) -> None:
    answered(store, 9, conditions=[{"id": "cold_sore"}])
    browser.send(
        "/check", {"age": "34", "none": none_but("skin"), "condition": ["cold_sore", "eczema"]}
    )
    kept = store.latest_screening()
    assert kept is not None
    assert kept.decision.until == today + dt.timedelta(days=14 - 9)


def test_the_day_a_wait_is_over_we_ask_whether_it_has_gone(
    browser: Browser, store: Store, today: dt.date
) -> None:
    since = (today - dt.timedelta(days=14)).isoformat()
    answered(store, 1, conditions=[{"id": "cold_sore", "since": since}])
    page = browser.get("/check").text
    assert "Anything new" not in page
    assert 'value="cold_sore" checked' not in page
    assert browser.send("/check/same").url.path == "/check"
    browser.send("/check", {"age": "34", "none": none_but("skin"), "condition": ["cold_sore"]})
    again = store.latest_screening()
    assert again is not None
    assert again.decision.until == today + dt.timedelta(days=14), "named anew, it waits anew"


@pytest.mark.parametrize("symptom", ["pain", "dizziness", "numbness", "vision"])
def test_after_a_symptom_broke_a_session_off_we_ask_again_before_the_next(
    browser: Browser, store: Store, symptom: str
) -> None:
    answered(store, 0)
    session = uuid.uuid4()
    store.start_session(session, protocol=PROTOCOL.version, mode="guided")
    assert browser.get("/plan").url.path == "/plan"
    store.finish_session(session, stopped=symptom)
    asked = browser.get("/plan")
    assert asked.url.path == "/check"
    assert "You stopped your last session" in asked.text
    browser.send("/check/same")
    assert browser.get("/plan").url.path == "/plan"
