"""The demonstration: simulated, said to be, judged by the real judge, and nobody's practice."""

from __future__ import annotations

import json
import re
import struct
import uuid
from collections.abc import Iterator

import pytest

from faceglide.coaching import Engine, Progress
from faceglide.coaching.events import Event, Stroke
from faceglide.protocol import load_protocol
from faceglide.records import Store
from faceglide.server.demo import demo_plan, simulated
from faceglide.tracking.frame import FACE_POINTS
from faceglide.tracking.stream import Numbered, decode

from .conftest import ADDRESS, Browser

PROTOCOL = load_protocol()


def page_data(browser: Browser) -> dict[str, object]:
    page = browser.get("/demo")
    assert page.status_code == 200
    found = re.search(r'id="session-data">(.*?)</script>', page.text, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def messages(body: bytes) -> Iterator[Numbered]:
    at = 0
    while at < len(body):
        (length,) = struct.unpack_from("<I", body, at)
        yield from decode(body[at + 4 : at + 4 + length], range(FACE_POINTS))
        at += 4 + length


def test_it_says_that_it_is_simulated_and_needs_no_safety_check(browser: Browser) -> None:
    page = browser.get("/demo").text
    assert "This person is simulated" in page
    assert ">Simulated person</p>" in page
    assert 'id="start-guided"' not in page


def test_its_plan_is_kept_once_and_opens_no_session_of_ones_own(
    browser: Browser, store: Store
) -> None:
    first, second = page_data(browser), page_data(browser)
    assert first["plan"] == second["plan"]
    assert store.own_plans() == []
    begun = browser.get(f"/session/{first['plan']}", follow_redirects=False)
    assert begun.status_code == 303


def test_what_is_played_is_what_the_simulated_tracker_saw(browser: Browser) -> None:
    played = list(messages(browser.get("/demo/frames").content))
    made = simulated().frames
    assert len(played) == len(made)
    assert [numbered.seq for numbered in played] == list(range(1, len(made) + 1))
    here, there = played[500].frame, made[500]
    assert there.face is not None
    assert here.face == pytest.approx(there.face, abs=1e-4)
    assert [hand.side for hand in here.hands] == [hand.side for hand in there.hands]


def test_the_judge_sees_its_two_slips_and_finishes_the_plan() -> None:
    plan = demo_plan(PROTOCOL)
    engine, progress = Engine(PROTOCOL, simulated().camera, plan), Progress(plan)
    seen: list[Event] = []
    for frame in simulated().frames:
        events = engine.push(frame)
        seen += events
        progress.take(events)
        progress.tick(frame.t)
    strokes = [event for event in seen if isinstance(event, Stroke)]
    assert progress.finished
    assert len(strokes) == 13
    assert [stroke.faults for stroke in strokes if stroke.verdict == "fault"] == [
        ("wrong_direction",),
        ("too_fast",),
    ]


def test_its_session_is_kept_as_simulated_and_is_not_in_the_history(
    browser: Browser, store: Store
) -> None:
    session, data = uuid.uuid4(), page_data(browser)
    camera = {"width": 1280, "height": 720, "tracker": "simulator"}
    hello = {"type": "hello", "version": 1, "plan": data["plan"], "camera": camera, "after": 0}
    with browser.client.websocket_connect(
        f"/live/{session}", headers={"Host": "localhost:8321", "Origin": ADDRESS}
    ) as socket:
        socket.send_json(hello)
        assert socket.receive_json()["type"] == "hello"
    assert store.session_detail(session).mode == "simulated"
    assert store.sessions() == []
    assert "Watch a demonstration" in browser.get("/").text
