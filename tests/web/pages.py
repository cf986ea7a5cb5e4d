"""Every page there is, on a site with somebody's records on it; for tests and for pictures."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faceglide.coaching.events import CannotTell, Stroke
from faceglide.planning import make_plan
from faceglide.protocol import load_protocol
from faceglide.records import Store
from faceglide.records.document import Mode
from faceglide.screening import parse_answers, screen
from tests.conftest import run_site

ADAPTED = {
    "age": 34,
    "conditions": [
        {"id": "easy_bruising"},
        {"id": "open_wound", "zones": ["nose"]},
        {"id": "contact_lenses"},
    ],
}
WAITING = {"age": 34, "conditions": [{"id": "sunburn"}]}
EMERGENCY = {"age": 34, "conditions": [{"id": "stroke_signs"}]}

# Page name -> its address; {plan} and {session} are filled in.
PAGES = {
    "home": "/",
    "check": "/check?full=true",
    "check-again": "/check",
    "result": "/check/result",
    "result-wait": "/check/result",
    "emergency": "/emergency",
    "choose": "/plan",
    "plan": "/plan/{plan}",
    "plan-edit": "/plan/{plan}/edit",
    "demo": "/demo",
    "session": "/session/{plan}",
    "summary": "/summary/{session}",
    "history": "/history",
    "learn": "/learn",
    "atlas": "/atlas",
    "zone": "/learn/zones/cheeks",
    "zone-neck": "/learn/zones/neck",
    "techniques": "/learn/techniques",
    "mistakes": "/learn/mistakes",
    "therapist": "/learn/session",
    "questions": "/learn/questions",
    "evidence": "/learn/evidence",
    "safety": "/learn/safety",
    "settings": "/settings",
    "reminders": "/reminders",
    "erase": "/settings/erase",
    "about": "/about",
    "offline": "/offline",
    "missing": "/no-such-page",
}
# Pages that need other answers than the adapted ones.
NEEDS = {"result-wait": WAITING, "emergency": EMERGENCY}


@dataclass
class Site:
    """A running server and its records."""

    address: str
    store: Store
    plan: uuid.UUID
    session: uuid.UUID


def answer(store: Store, said: dict[str, object]) -> None:
    """Answer the safety check for today."""
    protocol = load_protocol()
    answers = parse_answers({**said, "as_of": dt.date.today().isoformat()}, "test")  # noqa: DTZ011
    store.save_screening(answers, screen(protocol, answers), protocol.version)


def walk(site: Site, name: str) -> str:
    """A page's address, with the records in the state that shows it."""
    answer(site.store, NEEDS.get(name, ADAPTED))
    return PAGES[name].format(plan=site.plan, session=site.session)


def fill(store: Store) -> tuple[uuid.UUID, uuid.UUID]:
    """Give the records a plan and a session from three days ago; their ids."""
    protocol = load_protocol()
    answer(store, ADAPTED)
    screening = store.latest_screening()
    assert screening is not None
    wanted = {"goals": ["relaxation", "glow"], "minutes": 8, "tools": ["oil", "gua_sha"]}
    made = make_plan(protocol, screening.decision, goals=["relaxation"], minutes=8, tools=["oil"])
    plan = store.save_plan(made, wanted)
    store.set_preference("routine", wanted)
    session = uuid.uuid4()
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    store.start_session(
        session, protocol=protocol.version, mode="camera", plan_id=plan, started_at=began
    )
    store.append_events(session, enumerate(_events()))
    store.finish_session(session, began + dt.timedelta(minutes=8))
    return plan, session


# Days ago -> with the camera, mood and tension before, and after.
BEFORE = {
    6: (True, (5, 6), (7, 3)),
    8: (True, (6, 5), (7, 3)),
    10: (False, (4, 7), (6, 4)),
    13: (True, (6, 4), (6, 3)),
    17: (True, (5, 6), (8, 3)),
    20: (False, (6, 5), (7, 4)),
    24: (True, (5, 5), (6, 3)),
    31: (True, (4, 7), (6, 5)),
}


def fill_weeks_before(store: Store) -> None:
    """Give the records the sessions of the weeks before, as somebody has them who keeps at it."""
    protocol = load_protocol()
    for days, (camera, before, after) in BEFORE.items():
        session = uuid.uuid4()
        began = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        mode: Mode = "camera" if camera else "guided"
        store.start_session(session, protocol=protocol.version, mode=mode, started_at=began)
        if camera:
            store.append_events(session, enumerate(_events(longer_left=days % 3)))
        store.finish_session(session, began + dt.timedelta(minutes=8))
        for kind, (mood, tension) in (("before", before), ("after", after)):
            store.save_feedback(session, kind, {"mood": mood, "tension": tension})


def _events(longer_left: int = 0) -> Iterator[Stroke | CannotTell]:
    at = 0.0
    for movement, zone in (
        ("forehead.glide_out", "forehead"),
        ("cheeks.sweep_up_out", "cheeks"),
        ("jawline.sweep_up", "jawline"),
    ):
        for side in ("left", "right"):
            for n in range(5 + (longer_left if side == "left" else 0)):
                at += 6
                verdict = "fault" if n == 3 and zone == "jawline" else "good"
                yield Stroke(
                    movement=movement,
                    zone=zone,
                    side=side,
                    hand=side,
                    start_s=at,
                    end_s=at + 3,
                    length_mm=70,
                    speed_mm_s=25,
                    direction_error_deg=4,
                    path_error_mm=3,
                    coverage=0.95,
                    verdict=verdict,
                    faults=("too_fast",) if verdict == "fault" else (),
                )
    yield CannotTell(start_s=at + 4, end_s=at + 9, reason="no face in view")


@contextmanager
def served(data: Path, *, empty: bool = False) -> Iterator[Site]:
    """The real server on a free port, with records unless they are to be empty."""
    site = run_site(data)
    plan, session = uuid.uuid4(), uuid.uuid4()
    if not empty:
        plan, session = fill(site.store)
        fill_weeks_before(site.store)
    # Names and not numbers are what a person's browser shows.
    address = site.address.replace("127.0.0.1", "localhost")
    try:
        yield Site(address, site.store, plan, session)
    finally:
        site.stop()
