"""The live session: what the person does is counted once, stored first, and never lost."""

from __future__ import annotations

import datetime as dt
import json
import socket
import time
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from faceglide.protocol import load_protocol
from faceglide.screening import screen
from faceglide.screening.model import Answers, ConditionAnswer
from faceglide.server import live
from faceglide.server.state import today
from faceglide.tracking.simulator import Glide, Pause, Return, Simulated, simulate, story
from faceglide.tracking.stream import Numbered, encode

MOVES = (("forehead.glide_out", "left", 3), ("forehead.glide_out", "right", 3))
CAMERA = {"width": 640, "height": 480, "tracker": "simulated"}


@pytest.fixture(scope="module")
def performed() -> Simulated:
    """Three strokes on each side of the forehead, and a rest."""
    actions: list[Any] = [Pause(1.0)]
    for side in ("left", "right"):
        for _ in range(3):
            actions += [Glide("forehead.glide_out", side), Return()]
        actions.append(Pause(1.0))
    return simulate(story(actions), seed=5)


class Page:
    """What a browser does on the socket."""

    def __init__(
        self,
        site: Any,
        plan: uuid.UUID,
        session: uuid.UUID,
        camera: dict[str, Any] | None,
        after: int = 0,
        **more: Any,
    ) -> None:
        address = site.address.replace("http", "ws")
        self.socket = connect(f"{address}/live/{session}", origin=site.address)
        hello = {"type": "hello", "version": 1, "plan": str(plan), "camera": camera, "after": after}
        self.socket.send(json.dumps(hello | more))
        self.events: list[dict[str, Any]] = []
        self._commands = 0
        self.hello = json.loads(self.socket.recv())

    def send(self, frames: Sequence[Numbered]) -> None:
        points = self.hello["points"]
        for at in range(0, len(frames), 8):
            self.socket.send(encode(frames[at : at + 8], points))

    def ask(self, name: str, step: int = 0, t_ms: float = 0.0, **more: Any) -> dict[str, Any]:
        """Sends a command and takes everything up to its answer."""
        self._commands += 1
        number = self._commands
        command = {"type": "command", "id": number, "name": name, "t_ms": t_ms, "step": step}
        command |= more
        self.socket.send(json.dumps(command))
        while True:
            answer = json.loads(self.socket.recv(timeout=20))
            self.events += answer["events"]
            if answer.get("command") == number:
                return answer["state"]

    def leave(self) -> None:
        self.socket.close()

    def strokes(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == "stroke"]


def camera_of(performed: Simulated) -> dict[str, Any]:
    return {**CAMERA, "width": performed.camera.width, "height": performed.camera.height}


def numbered(performed: Simulated) -> list[Numbered]:
    return [Numbered(seq, frame) for seq, frame in enumerate(performed.frames, 1)]


def stored_strokes(site: Any, session: uuid.UUID) -> list[dict[str, Any]]:
    events = site.store.session_detail(session).events
    return [dict(event.body) for event in events if event.kind == "stroke"]


def close_code(socket: Any) -> int:
    """How the server closes a socket, once it has said everything."""
    try:
        while True:
            socket.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_every_stroke_is_told_stored_and_counted_on_its_side(site, performed):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, camera_of(performed))
    assert page.hello["fresh"] is True
    page.send(numbered(performed))
    state = page.ask("pause")
    page.leave()
    assert [stroke["side"] for stroke in page.strokes()] == ["left"] * 3 + ["right"] * 3
    assert len(stored_strokes(site, session)) == 6
    assert state["sides"] == {"forehead": {"left": 3, "right": 3}}
    assert state["step"] is None
    done = [event["index"] for event in page.events if event["type"] == "step_done"]
    assert done == [0, 1]
    assert site.store.session_detail(session).ended_at is not None
    numbers = [event["n"] for event in page.events]
    assert numbers == sorted(set(numbers))


def test_a_lost_socket_loses_and_doubles_no_stroke(site, performed):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    frames = numbered(performed)
    cut = len(frames) // 2
    before = Page(site, plan, session, camera_of(performed))
    before.send(frames[:cut])
    before.ask("pause")
    before.leave()
    after = Page(site, plan, session, camera_of(performed), after=before.events[-1]["n"])
    assert after.hello["fresh"] is False
    assert after.hello["seq"] == frames[cut - 1].seq
    after.send(frames[cut - 20 :])
    after.ask("pause")
    after.leave()
    heard = before.strokes() + after.strokes()
    assert [stroke["side"] for stroke in heard] == ["left"] * 3 + ["right"] * 3
    assert len(stored_strokes(site, session)) == 6


def test_a_lost_server_loses_and_doubles_no_stroke(open_site, tmp_path, performed):
    site = open_site(tmp_path)
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    frames = numbered(performed)
    # In the middle of a stroke: the second one on the right.
    middle = performed.truth.strokes[4]
    half = (middle.start_s + middle.end_s) / 2
    cut = next(i for i, n in enumerate(frames) if n.frame.t > half)
    before = Page(site, plan, session, camera_of(performed))
    before.send(frames[:cut])
    before.ask("pause")
    assert len(stored_strokes(site, session)) == 4
    known = before.events[-1]["n"]
    site.stop()

    site = open_site(tmp_path)
    after = Page(site, plan, session, camera_of(performed), after=known)
    assert after.hello["fresh"] is True
    assert after.hello["state"]["counts"] == [3, 1]
    kept = [n for n in frames if n.frame.t > frames[cut].frame.t - 30]
    after.send(kept)
    state = after.ask("pause")
    after.leave()
    assert len(stored_strokes(site, session)) == 6
    assert state["sides"]["forehead"] == {"left": 3, "right": 3}
    starts = [stroke["start_s"] for stroke in stored_strokes(site, session)]
    assert starts == sorted(starts)


def test_a_closed_tab_keeps_the_stroke_that_had_just_ended(site, performed, monkeypatch):
    monkeypatch.setattr(live, "GRACE_S", 0.1)
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    end = performed.truth.strokes[1].end_s
    page = Page(site, plan, session, camera_of(performed))
    page.send([n for n in numbered(performed) if n.frame.t <= end])
    page.ask("pause")
    page.leave()
    deadline = time.monotonic() + 5
    while len(stored_strokes(site, session)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [stroke["verdict"] for stroke in stored_strokes(site, session)] == ["good", "good"]


def test_frames_sent_twice_change_nothing(site, performed):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    frames = numbered(performed)
    page = Page(site, plan, session, camera_of(performed))
    for at in range(0, len(frames), 40):
        page.send(frames[at : at + 40])
        page.send(frames[at : at + 40])
    page.ask("pause")
    page.leave()
    assert len(stored_strokes(site, session)) == 6


def test_without_a_camera_steps_are_done_by_time_and_only_once(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, None)
    assert page.hello["fresh"] is False
    assert page.ask("step_done", step=0)["step"] == 1
    assert page.ask("step_done", step=0)["step"] == 1
    assert page.ask("skip", step=1)["step"] is None
    page.leave()
    record = site.store.session_detail(session)
    assert record.mode == "guided"
    assert record.ended_at is not None
    assert record.stopped is None
    assert [event.kind for event in record.events] == ["step_done", "step_done"]
    assert [(f.kind, f.body) for f in record.feedback] == [
        ("skipped", {"movements": ["forehead.glide_out"]})
    ]


def test_again_starts_the_step_over(site, performed):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    frames = [n for n in numbered(performed) if n.frame.t < performed.truth.strokes[2].start_s]
    page = Page(site, plan, session, camera_of(performed))
    page.send(frames)
    assert page.ask("pause")["counts"] == [2, 0]
    assert page.ask("repeat", step=0, t_ms=9000)["counts"] == [0, 0]
    page.leave()


def test_it_hurts_ends_the_session_and_is_remembered(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, None)
    assert page.ask("hurts", step=1)["stopped"] == "pain"
    assert page.ask("step_done", step=0)["counts"] == [0, 0]
    page.leave()
    record = site.store.session_detail(session)
    assert record.stopped == "pain"
    assert record.events == ()
    assert record.feedback[0].kind == "pain"


def test_the_symptom_can_be_said_more_closely_afterwards(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, None)
    page.ask("hurts")
    assert page.ask("hurts", symptom="vision")["stopped"] == "vision"
    page.leave()
    record = site.store.session_detail(session)
    assert record.stopped == "vision"
    assert len(record.feedback) == 1


def test_a_session_that_was_finished_has_no_symptom(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, None)
    assert page.ask("stop")["stopped"] == "ended"
    assert page.ask("hurts")["stopped"] == "ended"
    page.leave()
    assert site.store.session_detail(session).stopped is None


def test_the_newest_window_has_the_session(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    older = Page(site, plan, session, None)
    newer = Page(site, plan, session, None)
    assert close_code(older.socket) == 4001
    assert newer.ask("step_done", step=0)["step"] == 1
    newer.leave()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0" * 40,
        b"\1\1\1\0\5\0\0\0" + bytes(16),
        "{}",
        "not json",
        json.dumps({"type": "command", "id": 1, "name": "explode", "t_ms": 0, "step": 0}),
        json.dumps({"type": "command", "id": 1, "name": "skip", "t_ms": -1, "step": 0}),
        json.dumps({"type": "command", "id": 1, "name": "skip", "t_ms": 0, "step": 0, "x": 1}),
    ],
)
def test_a_malformed_message_closes_the_socket_cleanly(site, message):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    page = Page(site, plan, session, CAMERA)
    page.socket.send(message)
    assert close_code(page.socket) == 1007
    again = Page(site, plan, session, CAMERA)
    assert again.ask("step_done", step=0)["step"] == 1
    again.leave()


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"host": "elsewhere.example", "origin": "http://elsewhere.example"},
        {"origin": "http://localhost:9999"},
    ],
)
def test_a_page_of_another_origin_is_refused(site, headers):
    port = site.address.rsplit(":", 1)[1]
    address = f"ws://127.0.0.1:{port}/live/{uuid.uuid4()}"
    host = headers.get("host", "127.0.0.1")
    with pytest.raises(InvalidStatus):
        # The name in the address is the one sent as Host; the connection goes to this machine.
        connect(
            address.replace("127.0.0.1", host),
            sock=socket.create_connection(("127.0.0.1", int(port))),
            origin=headers["origin"],
        )
    assert site.store.sessions() == []


def test_a_plan_that_no_longer_stands_cannot_be_begun(site):
    plan = site.plan_of(*MOVES)
    protocol = load_protocol()
    worse = Answers(as_of=today(), age=34, conditions=(ConditionAnswer(id="fever"),))
    site.store.save_screening(worse, screen(protocol, worse), protocol.version)
    away = httpx.get(f"{site.address}/session/{plan}")
    assert away.headers["location"] == f"/plan/{plan}"
    address = site.address.replace("http", "ws")
    page = connect(f"{address}/live/{uuid.uuid4()}", origin=site.address)
    hello = {"type": "hello", "version": 1, "plan": str(plan), "camera": None, "after": 0}
    page.send(json.dumps(hello))
    assert close_code(page) == 4004
    assert site.store.sessions() == []


def test_the_page_carries_its_plan_and_no_inline_script(site):
    answer = httpx.get(f"{site.address}/session/{site.plan_of(*MOVES)}")
    assert answer.status_code == 200
    start = answer.text.index('id="session-data">') + len('id="session-data">')
    data = json.loads(answer.text[start : answer.text.index("</script>", start)])
    assert [step["side"] for step in data["steps"]] == ["left", "right"]
    assert set(data["paths"]) == {"forehead.glide_out/left", "forehead.glide_out/right"}
    assert "style=" not in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("said_s", "began_s_ago"),
    [(600.0, 600.0), (6 * 86400.0, 6 * 86400.0), (-30.0, 0.0), (8 * 86400.0, 0.0)],
)
def test_a_session_begun_without_us_keeps_its_own_time_where_that_can_be_true(
    site: Any, said_s: float, began_s_ago: float
) -> None:
    session = uuid.uuid4()
    page = Page(site, site.plan_of(*MOVES), session, None, began_s_ago=said_s)
    page.leave()
    passed = dt.datetime.now(dt.UTC) - site.store.session_detail(session).started_at
    assert passed.total_seconds() == pytest.approx(began_s_ago, abs=10)


def test_a_session_that_is_known_keeps_the_time_it_began(site: Any) -> None:
    session, plan = uuid.uuid4(), site.plan_of(*MOVES)
    Page(site, plan, session, None, began_s_ago=600.0).leave()
    began = site.store.session_detail(session).started_at
    Page(site, plan, session, None, began_s_ago=3.0).leave()
    assert site.store.session_detail(session).started_at == began
