"""A session in a real browser, with a clip as its camera or without one."""

from __future__ import annotations

import datetime as dt
import time

import pytest

pytestmark = pytest.mark.browser

ROUTINE = (
    ("forehead.glide_out", "left", 5),
    ("forehead.glide_out", "right", 5),
    ("cheeks.sweep_up_out", "left", 5),
    ("cheeks.sweep_up_out", "right", 5),
    ("jawline.sweep_up", "left", 5),
    ("jawline.sweep_up", "right", 5),
)
# One round of the clip, and the part of it that passes before the session begins.
ROUND_S = 18 + 5


def judged(site):
    """(zone, side) of every stroke that is in the records and could be told."""
    events = site.store.session_detail(site.store.sessions()[0].id).events
    strokes = [event.body for event in events if event.kind == "stroke"]
    return [(s["zone"], s["side"]) for s in strokes if s["verdict"] != "cannot_tell"]


@pytest.mark.footage
def test_a_hand_on_the_left_is_counted_on_the_left_and_nowhere_else(site, drive, clip):
    plan = site.plan_of(*ROUTINE)
    page = drive(f"{site.address}/session/{plan}", clip("v640_1h_spread"))
    page.page.click("#start-camera")
    page.until_phase("working")
    wanted = {(zone, "left") for zone in ("forehead", "cheeks", "jawline")}
    end = time.monotonic() + 2 * ROUND_S
    while not wanted <= set(judged(site)) and time.monotonic() < end:
        page.page.wait_for_timeout(500)
    strokes, shown = judged(site), page.counts()
    assert wanted <= set(strokes)
    assert {side for _, side in strokes} == {"left"}
    assert {side for _, side in shown} == {"left"}
    assert page.wrong == []


@pytest.mark.footage
def test_a_face_without_a_hand_counts_nothing(site, drive, clip):
    plan = site.plan_of(*ROUTINE)
    page = drive(f"{site.address}/session/{plan}", clip("v640_1h_spread_clean"))
    page.page.click("#start-camera")
    page.until_phase("working")
    page.page.wait_for_timeout(ROUND_S * 1000)
    assert judged(site) == []
    assert page.counts() == {}
    assert page.wrong == []


def test_without_a_camera_the_session_goes_by_time_to_its_summary(site, drive):
    plan = site.plan_of(
        ("forehead.glide_out", "left", 1), ("jawline.sweep_up", "right", 1), seconds=2
    )
    page = drive(f"{site.address}/session/{plan}")
    page.page.click("#start-camera")
    page.until("document.getElementById('start-note').textContent.includes('No camera')")
    page.page.click("#start-guided")
    page.until_phase("working")
    assert "Forehead" in page.page.inner_text("#name")
    page.until("document.getElementById('name').textContent.startsWith('Jaw')", 15)
    page.until_phase("closing", 15)
    record = site.store.session_detail(site.store.sessions()[0].id)
    assert record.mode == "guided"
    assert [event.kind for event in record.events] == ["step_done", "step_done"]
    page.until("location.pathname.startsWith('/summary/')", 30)
    assert page.wrong == []


def test_everything_is_done_by_key_and_pain_stops_it(site, drive):
    plan = site.plan_of(*ROUTINE)
    page = drive(f"{site.address}/session/{plan}")
    page.page.keyboard.press("Tab")
    page.page.focus("#start-guided")
    page.page.keyboard.press("Enter")
    page.until_phase("working")
    page.page.keyboard.press("s")
    page.until("document.getElementById('place').textContent.startsWith('2')")
    page.page.keyboard.press(" ")
    page.until_phase("paused")
    before = page.page.inner_text("#place")
    page.page.keyboard.press("s")
    assert page.page.inner_text("#place") == before
    page.page.keyboard.press("p")
    page.until_phase("working")
    page.page.keyboard.press("h")
    page.until_phase("hurt")
    page.page.wait_for_timeout(300)
    assert site.store.sessions()[0].stopped == "pain"
    page.page.click("[data-symptom=vision]")
    assert "Get help now" in page.page.inner_text("#hurt-advice")
    page.page.wait_for_timeout(300)
    assert site.store.sessions()[0].stopped == "vision"
    assert page.wrong == []


def test_steps_done_while_the_server_is_away_are_not_lost(open_site, tmp_path, drive):
    site = open_site(tmp_path)
    plan = site.plan_of(*ROUTINE)
    port = int(site.address.rsplit(":", 1)[1])
    page = drive(f"{site.address}/session/{plan}")
    page.page.click("#start-guided")
    page.until_phase("working")
    page.until("document.getElementById('link-note').hidden")
    site.stop()
    page.until("!document.getElementById('link-note').hidden")
    page.page.keyboard.press("s")
    page.page.keyboard.press("s")
    site = open_site(tmp_path, port)
    page.until("document.getElementById('link-note').hidden", 15)
    page.until("document.getElementById('place').textContent.startsWith('3')")
    page.page.wait_for_timeout(300)
    record = site.store.session_detail(site.store.sessions()[0].id)
    assert [event.body["index"] for event in record.events] == [0, 1]


def test_a_session_begun_while_the_server_is_away_keeps_its_own_time(open_site, tmp_path, drive):
    site = open_site(tmp_path)
    plan = site.plan_of(*ROUTINE)
    port = int(site.address.rsplit(":", 1)[1])
    page = drive(f"{site.address}/session/{plan}")
    site.stop()
    began = dt.datetime.now(dt.UTC)
    page.page.click("#start-guided")
    page.until_phase("working")
    page.page.wait_for_timeout(4000)
    site = open_site(tmp_path, port)
    page.until("document.getElementById('link-note').hidden", 15)
    page.page.keyboard.press("s")
    page.page.wait_for_timeout(300)
    record = site.store.session_detail(site.store.sessions()[0].id)
    assert abs((record.started_at - began).total_seconds()) < 2
    assert [event.body["index"] for event in record.events] == [0]


def test_a_reloaded_page_takes_the_session_up_where_it_was(site, drive):
    plan = site.plan_of(*ROUTINE)
    page = drive(f"{site.address}/session/{plan}")
    page.page.click("#start-guided")
    page.until_phase("working")
    page.page.keyboard.press("s")
    page.until("document.getElementById('place').textContent.startsWith('2')")
    page.page.wait_for_timeout(300)
    page.page.reload()
    page.page.click("#start-guided")
    page.until_phase("working")
    page.until("document.getElementById('place').textContent.startsWith('2')")
    assert len(site.store.sessions()) == 1
