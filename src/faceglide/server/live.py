"""The live session: its page, and the socket between the page's tracker and the engine.

The socket lies at ``/live/{session_id}``; the page makes the id, a UUID, when its session begins.
It speaks JSON text and, for frames, the binary messages of `faceglide.tracking.stream`.

The page begins::

    {"type": "hello", "version": 1, "plan": "PLAN_ID", "after": 0, "began_s_ago": 0.4,
     "camera": {"width": 640, "height": 480, "tracker": "tasks-vision"}}

``camera`` is null for a session guided without one; ``after`` is the last event it has heard of.
``began_s_ago`` may be left out: the seconds since the session began, by the page's clock. A session
that is new to the server, because it began while no server answered, then keeps its own time; a
number below 0 or above a week is passed over, and the session begins now.
The server answers::

    {"type": "hello", "version": 1, "points": [10, 33, ...], "max_frames": 64,
     "seq": 0, "t_ms": 0.0, "fresh": true, "state": STATE}

``points`` are the face points it reads, in the order frames carry them. ``seq`` is the newest frame
it has judged and ``t_ms`` the session's time so far: frames go on from there. ``fresh`` says that
its judge starts anew, and that it wants the frames of the last half minute again, numbered as they
were; what it finds in them that is stored already is passed over. Then come frames, and commands::

    {"type": "command", "id": 7, "name": "skip", "t_ms": 81250.0, "step": 3}

with ``name`` one of ``pause``, ``resume``, ``repeat``, ``skip``, ``step_done`` (its time is up),
``stop`` and ``hurts`` (which may carry ``symptom``: ``pain``, ``dizziness``, ``numbness``,
``vision``). A command names the step it was meant for, so sending it again changes nothing. The
server tells what happened, once it is stored, and after every command::

    {"type": "events", "events": [{"n": 12, "type": "stroke", ...}, ...], "state": STATE,
     "command": 7}

Events are the Analysis contract's strokes, holds and cues, with ``step_done`` (``t``, ``index``)
and ``cannot_tell`` (``start_s``, ``end_s``, ``reason``); ``n`` rises within a session. STATE is::

    {"step": 3, "counts": [5, 5, 3, 1, 0, 0], "sides": {"forehead": {"left": 5, "right": 5}},
     "stopped": null}

``step`` is null when all are done; ``stopped`` is null, ``ended`` or a symptom. The server closes
with 1007 after a malformed message, 1008 to a page of another origin, 4001 when the session was
opened elsewhere and 4004 when it cannot be begun: its plan is unknown or no longer stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import uuid
from typing import Any, Literal

from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.websockets import WebSocketState

from faceglide.coaching import NEEDED_POINTS
from faceglide.errors import BadInput
from faceglide.planning import reworded_plan
from faceglide.planning.model import Plan
from faceglide.records.document import Mode, PlanRecord, kind_of
from faceglide.server.check import standing
from faceglide.server.demo import is_demo
from faceglide.server.hearing import hearing_data
from faceglide.server.live_session import CommandName, LiveSession, Placed, Symptom
from faceglide.server.security import check_websocket
from faceglide.server.session_page import page_data
from faceglide.server.state import Shared, State, get_state, now, today
from faceglide.server.templating import page
from faceglide.tracking.frame import Camera
from faceglide.tracking.stream import MAX_FRAMES, MAX_T_MS, decode

router = APIRouter()

VERSION = 1
# Close codes: the first two are the standard's, the last two are ours.
MALFORMED, STRANGER, ELSEWHERE, UNKNOWN = 1007, 1008, 4001, 4004
# A page that lost its socket finds its judge as it left it for this long; then what the judge
# still had open is stored as it was last seen.
GRACE_S = 1800.0
# A session that claims to have begun longer ago was not kept by any browser: its clock is wrong.
OLDEST_BEGINNING_S = 7 * 24 * 3600.0


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CameraHello(_Message):
    """The picture that the page's points refer to."""

    width: int = Field(gt=0, le=8192)
    height: int = Field(gt=0, le=8192)
    tracker: str = Field(max_length=80)


class Hello(_Message):
    """A page's first message: whose session it is, and what it will send."""

    type: Literal["hello"]
    version: Literal[1]
    plan: uuid.UUID
    camera: CameraHello | None
    after: int = Field(ge=0)
    began_s_ago: float = Field(default=0.0, allow_inf_nan=False)


class Command(_Message):
    """Something the person asked for, numbered by their page."""

    type: Literal["command"]
    id: int = Field(ge=1)
    name: CommandName
    t_ms: float = Field(ge=0, le=MAX_T_MS)
    step: int = Field(ge=0, le=1000)
    symptom: Symptom = "pain"


class Sessions:
    """The sessions being done now, and which socket has each."""

    def __init__(self) -> None:
        self._open: dict[uuid.UUID, LiveSession] = {}
        self._socket: dict[uuid.UUID, WebSocket] = {}
        self._farewells: set[asyncio.Task[None]] = set()

    async def take_up(
        self, session_id: uuid.UUID, hello: Hello, state: State, socket: WebSocket
    ) -> LiveSession:
        """The session, for this socket alone: an older one is told to go.

        Raises:
            BadInput: There is no such plan, or it no longer stands.
        """
        live = self._open.get(session_id)
        if live is None:
            live = await run_in_threadpool(_open, session_id, hello, state)
            live = self._open.setdefault(session_id, live)
        older = self._socket.pop(session_id, None)
        self._socket[session_id] = socket
        if older is not None:
            await _close(older, ELSEWHERE, "elsewhere")
        return live

    def running(self, session_id: uuid.UUID) -> LiveSession | None:
        """The session, if it is being done or has only just been left."""
        return self._open.get(session_id)

    def let_go(self, session_id: uuid.UUID, socket: WebSocket) -> None:
        """The socket is gone; the session waits a while for the next one."""
        if self._socket.get(session_id) is socket:
            del self._socket[session_id]
            farewell = asyncio.create_task(self._part(session_id))
            self._farewells.add(farewell)
            farewell.add_done_callback(self._farewells.discard)

    async def _part(self, session_id: uuid.UUID) -> None:
        # When the server stops meanwhile, nothing is closed: the page still has the frames, and
        # half a stroke stored now would stand in the way of the whole one.
        await asyncio.sleep(GRACE_S)
        if session_id not in self._socket and (live := self._open.pop(session_id, None)):
            await run_in_threadpool(live.flush)


def sessions_of(connection: Request | WebSocket) -> Sessions:
    """The sessions being done on the server a request came to."""
    app_state = connection.app.state
    if not hasattr(app_state, "live_sessions"):
        app_state.live_sessions = Sessions()
    sessions: Sessions = app_state.live_sessions
    return sessions


def _open(session_id: uuid.UUID, hello: Hello, state: State) -> LiveSession:
    """The session taken up again, or begun when it is new and its plan stands today."""
    if state.store.last_seq(session_id) < 0:
        record = state.store.plan(hello.plan)
        if not (is_demo(record) or _stands(state, record.plan)):
            raise BadInput("plan", "made for another safety check", "a plan for today's")
        state.store.start_session(
            session_id,
            protocol=record.plan.protocol,
            mode=_mode(record, hello),
            plan_id=hello.plan,
            started_at=_began(hello),
        )
    shown = state.store.session_detail(session_id).mode == "simulated"
    pupillary_distance_mm = None if shown else state.preferences().pupillary_distance_mm
    return LiveSession(session_id, state.store, state.protocol, pupillary_distance_mm)


def _began(hello: Hello) -> dt.datetime:
    """When a session began that its page tells of, where that can be true; else now."""
    plausible = 0 <= hello.began_s_ago <= OLDEST_BEGINNING_S
    return now() - dt.timedelta(seconds=hello.began_s_ago if plausible else 0.0)


def _mode(record: PlanRecord, hello: Hello) -> Mode:
    if is_demo(record):
        return "simulated"
    return "camera" if hello.camera else "guided"


def _stands(state: State, plan: Plan) -> bool:
    found = standing(state)
    return found is not None and found[1] == plan.decision


@router.get("/session/{plan_id}", include_in_schema=False)
def session_page(
    request: Request, state: Shared, plan_id: uuid.UUID, mode: str = "camera"
) -> Response:
    """The page on which a plan is done; one that no longer stands leads back to itself.

    Args:
        request: What asked for it.
        state: The records.
        plan_id: The plan.
        mode: The way to begin that is offered first, `camera` or `guided`.
    """
    plan = state.store.plan(plan_id).plan
    if not _stands(state, plan):
        return RedirectResponse(f"/plan/{plan_id}", 303)
    plan = reworded_plan(state.own_protocol, state.protocol, plan)
    data = page_data(plan_id, plan, state.protocol)
    data["day"] = today().isoformat()
    data["hearing"] = hearing_data(state.preferences())
    context = {"data": data, "total": plan.total_seconds, "guided_first": mode == "guided"}
    return page(request, "session.html", context)


@router.websocket("/live/{session_id}")
async def live(socket: WebSocket, session_id: uuid.UUID) -> None:
    """Frames and commands in, events out, for one page at a time."""
    if not check_websocket(socket):
        await socket.close(STRANGER)
        return
    await socket.accept()
    sessions = sessions_of(socket)
    try:
        hello = Hello.model_validate_json(await _text(socket))
        session = await sessions.take_up(session_id, hello, get_state(socket), socket)
    except ValidationError:
        await _close(socket, MALFORMED, "malformed")
        return
    except BadInput:
        await _close(socket, UNKNOWN, "unknown")
        return
    except WebSocketDisconnect:
        return
    try:
        await _converse(socket, session, hello)
    except WebSocketDisconnect:
        pass
    except (BadInput, ValidationError):
        await _close(socket, MALFORMED, "malformed")
    finally:
        sessions.let_go(session_id, socket)


async def _converse(socket: WebSocket, session: LiveSession, hello: Hello) -> None:
    seen = hello.camera
    camera = None if seen is None else Camera(seen.width, seen.height, seen.tracker)
    fresh = await run_in_threadpool(session.attach, camera)
    await _say(
        socket,
        type="hello",
        version=VERSION,
        points=NEEDED_POINTS,
        max_frames=MAX_FRAMES,
        seq=session.seq,
        t_ms=session.t_ms,
        fresh=fresh,
        state=session.state(),
    )
    await _tell(socket, session, session.events_after(hello.after))
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1005)
        if (binary := message.get("bytes")) is not None:
            frames = decode(binary, NEEDED_POINTS)
            await _tell(socket, session, await run_in_threadpool(session.frames, frames))
        else:
            command = Command.model_validate_json(message.get("text") or "")
            t_s, step = command.t_ms / 1000, command.step
            done = await run_in_threadpool(
                session.command, command.name, t_s, step, command.symptom
            )
            await _tell(socket, session, done, command.id)


async def _tell(
    socket: WebSocket, session: LiveSession, placed: list[Placed], command: int | None = None
) -> None:
    """Events are said only once they are stored, so saying them acknowledges them."""
    if not placed and command is None:
        return
    events = [{"n": p.n, "type": kind_of(p.event), **p.event.model_dump()} for p in placed]
    more = {} if command is None else {"command": command}
    await _say(socket, type="events", events=events, state=session.state(), **more)


async def _say(socket: WebSocket, **message: Any) -> None:
    await socket.send_text(json.dumps(message, separators=(",", ":")))


async def _text(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code") or 1005)
    return message.get("text") or ""


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    if socket.application_state is not WebSocketState.DISCONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code, reason)
