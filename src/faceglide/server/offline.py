"""Without a server: what a browser keeps so that a session can be done, and how it comes back.

The service worker keeps the pages' own files and the routine opened last; the page itself keeps
what was done (``frontend/src/service-worker.js``, ``frontend/src/offline/``). A session done while
no server answered is posted as a whole, under the id its page made, when one answers again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import threading
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from faceglide import __version__
from faceglide.errors import BadInput
from faceglide.server.language import current_language
from faceglide.server.language import gettext as _
from faceglide.server.live import Command, sessions_of
from faceglide.server.live_session import LiveSession
from faceglide.server.state import Shared, State, now
from faceglide.server.templating import STATIC, WEB, page, static_url

router = APIRouter(include_in_schema=False)

WORKER = "built/service-worker.js"
# The templates whose files make up a session and the page that stands in for all others.
TEMPLATES = ("base.html", "session.html", "offline.html")
PAPER = "#f7f1e4"  # as in css/tokens.css
# Older sessions than this were not kept by any browser: the number sent is wrong.
OLDEST_S = 366 * 24 * 3600.0
MOST_COMMANDS = 2000

_NAMED = re.compile(r"static\('([^']+)'\)")
_IMPORTED = re.compile(r'["\']\./(chunk-[\w-]+\.js)["\']')

_Seconds = Annotated[float, Field(ge=0, le=OLDEST_S)]


class Finished(BaseModel):
    """A session that is over, as the browser that ran it tells it.

    Attributes:
        plan: The routine that was done.
        mode: With the camera or guided without it.
        began_s_ago: Seconds since it began, by the clock of that browser.
        ended_s_ago: Seconds since it ended.
        commands: What was done and asked for and not stored before, oldest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: uuid.UUID
    mode: Literal["camera", "guided"]
    began_s_ago: _Seconds
    ended_s_ago: _Seconds
    commands: Annotated[tuple[Command, ...], Field(max_length=MOST_COMMANDS)]

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Finished:
        if self.ended_s_ago > self.began_s_ago:
            raise ValueError("it ended before it began")
        return self


@router.get("/service-worker.js")
def service_worker() -> Response:
    """The service worker, told which files to keep; at the root, so that it serves every page."""
    code = STATIC / WORKER
    if not code.is_file():
        raise HTTPException(404, "The pages' scripts were not built.")
    headers = {"Cache-Control": "no-cache"}
    return Response(
        _worker(code, current_language()), media_type="text/javascript", headers=headers
    )


@cache
def _worker(code: Path, language: str) -> str:
    """The worker's code; it keeps pages anew when they change, or the language they are in."""
    files = shell_files()
    digest = hashlib.sha256(f"{__version__} {language} {files}".encode())
    for name in (code, *(WEB / "templates" / name for name in TEMPLATES)):
        digest.update(name.read_bytes())
    shell = {"version": digest.hexdigest()[:12], "files": files}
    return f"const SHELL = {json.dumps(shell)};\n{code.read_text('utf-8')}"


def shell_files() -> list[str]:
    """Addresses of every file that a guided session's page loads beside its charts."""
    named = {name for file in TEMPLATES for name in _NAMED.findall(_template(file))}
    named |= {name for style in named if style.endswith(".css") for name in _fonts(style)}
    chunks = {name for script in named if script.endswith(".js") for name in _imports(script)}
    # A chunk is asked for by its bare name, which changes with its content; so are the fonts.
    plain = {f"/static/{name}" for name in chunks | {n for n in named if n.endswith(".woff2")}}
    return sorted(plain | {static_url(n) for n in named if not n.endswith(".woff2")})


def _template(name: str) -> str:
    return (WEB / "templates" / name).read_text("utf-8")


def _fonts(style: str) -> Iterator[str]:
    folder = (STATIC / style).parent
    for address in re.findall(r'url\("([^"]+\.woff2)"\)', (STATIC / style).read_text("utf-8")):
        yield (folder / address).resolve().relative_to(STATIC).as_posix()


def _imports(script: str) -> set[str]:
    """The chunks a built script needs, those of its chunks included."""
    found: set[str] = set()
    left = {script}
    while left:
        texts = [(STATIC / name).read_text("utf-8") for name in left if (STATIC / name).is_file()]
        found |= left
        left = {f"built/{chunk}" for text in texts for chunk in _IMPORTED.findall(text)} - found
    return found - {script}


@router.get("/offline")
def offline_page(request: Request) -> Response:
    """The page that stands in for every other when no server answers."""
    return page(request, "offline.html")


@router.get("/manifest.webmanifest")
def manifest() -> Response:
    """What makes Faceglide an app of its own on a phone or a desktop."""
    icons = [
        {"src": static_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(_icon(f"icon-{size}.png", size, "any") for size in (192, 512)),
        _icon("icon-maskable-512.png", 512, "maskable"),
    ]
    said: dict[str, Any] = {
        "id": "/",
        "name": "Faceglide",
        "short_name": "Faceglide",
        "description": _("Facial massage, coached"),
        "lang": current_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["health", "lifestyle"],
        "icons": icons,
    }
    return Response(json.dumps(said), media_type="application/manifest+json")


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    address = static_url(f"icons/{name}")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


# Two pages may send the same session at once; its commands are taken one page after the other.
_one_at_a_time = threading.Lock()


@router.post("/offline/sessions/{session_id}")
def take_in(
    request: Request, state: Shared, session_id: uuid.UUID, finished: Finished
) -> dict[str, int]:
    """Store a session that was done while no server answered; sent again, nothing changes.

    The routine need not stand today: it stood on the day it was done.

    Raises:
        HTTPException: 404, the routine is not in the records (any more).
    """
    try:
        protocol = state.store.plan(finished.plan).plan.protocol
    except BadInput:
        raise HTTPException(404, "Its routine is not in the records.") from None
    came = now()
    ended_at = came - dt.timedelta(seconds=finished.ended_s_ago)
    with _one_at_a_time:
        state.store.start_session(
            session_id,
            protocol=protocol,
            mode=finished.mode,
            plan_id=finished.plan,
            started_at=came - dt.timedelta(seconds=finished.began_s_ago),
        )
        session = sessions_of(request).running(session_id) or _taken_up(session_id, state)
        session.ended_at = ended_at
        for command in finished.commands:
            session.command(command.name, command.t_ms / 1000, command.step, command.symptom)
        state.store.finish_session(session_id, ended_at)
    return {"events": len(state.store.session_detail(session_id).events)}


def _taken_up(session_id: uuid.UUID, state: State) -> LiveSession:
    return LiveSession(session_id, state.store, state.protocol)
