"""Coming back: the days practised, what was felt, and the same routine once more."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from faceglide.planning import make_plan
from faceglide.protocol import load_protocol
from faceglide.records import Store
from faceglide.server.coming_back import feelings_of

from ..web.pages import answer, fill
from .conftest import Browser

PROTOCOL = load_protocol()


def practised(store: Store, days_ago: int, mode: str = "guided") -> uuid.UUID:
    session = uuid.uuid4()
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)
    store.start_session(session, protocol=PROTOCOL.version, mode=mode, started_at=began)  # type: ignore[arg-type]
    store.finish_session(session, began + dt.timedelta(minutes=7))
    return session


def felt(store: Store, session: uuid.UUID, before: tuple[int, int], after: tuple[int, int]) -> None:
    for kind, (mood, tension) in (("before", before), ("after", after)):
        store.save_feedback(session, kind, {"mood": mood, "tension": tension})


def test_each_day_of_practice_leads_to_its_summary(browser: Browser, store: Store) -> None:
    sessions = [practised(store, ago) for ago in (0, 1, 8)]
    page = browser.get("/history").text
    calendar = re.search(r'<table class="calendar">.*?</table>', page, re.DOTALL)
    assert calendar
    assert set(re.findall(r"/summary/([0-9a-f-]{36})", calendar[0])) == {str(s) for s in sessions}
    assert calendar[0].count('aria-current="date"') == 1


def test_both_sides_and_every_verdict_are_in_the_plots_and_in_their_tables(
    browser: Browser, store: Store
) -> None:
    fill(store)
    page = browser.get("/history").text
    assert page.count('<svg class="plot" viewBox="0 0 360') == 3
    assert "15 · " not in page  # five strokes a side in each of three zones, never lumped
    assert page.count("5 · 15 s · 0.3 m") == 6  # 5 strokes of 3 s and 70 mm: 350 mm
    assert "Both sides got the same" in page
    assert re.search(r"<td>28</td><td>2</td><td>0</td>", page)


def test_a_side_that_fell_short_is_named_without_blame(browser: Browser, store: Store) -> None:
    _plan, session = fill(store)
    record = store.session_detail(session)
    store.delete_session(session)
    lopsided = uuid.uuid4()
    store.start_session(lopsided, protocol=PROTOCOL.version, mode="camera")
    events = [e.event() for e in record.events]
    left = [e for e in events if getattr(e, "side", "left") == "left"]
    store.append_events(lopsided, enumerate(left))
    page = browser.get("/history").text
    assert page.count(": a little more for the right next time.") == 3


def test_a_long_list_of_sessions_comes_in_pages(browser: Browser, store: Store) -> None:
    made = [practised(store, days_ago) for days_ago in range(45)]
    listed = [
        re.findall(r'<th scope="row"><a href="/summary/([^"]*)"', page)
        for n in (1, 2, 3, 9)
        for page in [browser.get(f"/history?page={n}").text.split('id="all"')[1]]
    ]
    assert [len(ids) for ids in listed] == [20, 20, 5, 5]
    assert [one for ids in listed[:3] for one in ids] == [str(session) for session in made]
    assert browser.get("/history?page=0").status_code == 422


def test_a_demonstration_is_not_history(browser: Browser, store: Store) -> None:
    practised(store, 0, mode="simulated")
    assert "Nothing yet." in browser.get("/history").text


def test_feelings_are_kept_in_two_taps_and_put_right(browser: Browser, store: Store) -> None:
    session = practised(store, 0)
    for mood in ("3", "6"):
        answer = browser.send(f"/session/{session}/felt/after", {"mood": mood, "tension": "4"})
        assert answer.url.path == f"/summary/{session}"
    said = feelings_of(store.session_detail(session))
    assert (said["after"].mood, said["after"].tension) == (6, 4)


@pytest.mark.parametrize("mood", ["", "11", "-1", "good", "5.5"])
def test_a_feeling_off_the_scale_is_refused(browser: Browser, store: Store, mood: str) -> None:
    session = practised(store, 0)
    answer = browser.send(f"/session/{session}/felt/after", {"mood": mood, "tension": "4"})
    assert answer.status_code == 422
    assert not store.session_detail(session).feedback


def test_a_small_change_is_called_scatter_and_a_large_one_a_change(
    browser: Browser, store: Store
) -> None:
    felt(store, practised(store, 1), before=(5, 7), after=(6, 4))
    page = browser.get("/history").text
    assert re.search(r"Mood: \+1\.0 of 10 after a session\.\s+Within its usual scatter", page)
    assert re.search(r"Tension: −3\.0 of 10 after a session\.\s+That is a change", page)


def test_the_same_routine_again_is_the_very_plan(browser: Browser, store: Store) -> None:
    plan, _session = fill(store)
    assert browser.send("/again").url.path == f"/plan/{plan}"


def test_the_same_routine_again_under_new_answers_leaves_out_what_closed(
    browser: Browser, store: Store
) -> None:
    answer(store, {"age": 34})
    screening = store.latest_screening()
    assert screening
    made = make_plan(PROTOCOL, screening.decision, goals=[], minutes=15, tools=["oil"])
    assert any(step.movement.startswith("neck.") for step in made.steps)
    kept = store.save_plan(made, {"goals": []})
    store.start_session(uuid.uuid4(), protocol=PROTOCOL.version, mode="guided", plan_id=kept)
    answer(store, {"age": 34, "conditions": [{"id": "carotid_disease"}]})
    again = browser.send("/again")
    fitted = store.plan(uuid.UUID(again.url.path.rpartition("/")[2])).plan
    assert not any(step.movement.startswith("neck.") for step in fitted.steps)
    assert {s.movement for s in fitted.steps} <= {s.movement for s in made.steps}
    assert "mode=camera" in again.text


def test_again_asks_first_when_nothing_was_asked_today(browser: Browser, store: Store) -> None:
    practised(store, 2)
    assert browser.send("/again").url.path == "/check"
    answer(store, {"age": 34})
    assert browser.send("/again").url.path == "/plan"
