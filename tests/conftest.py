"""What tests of several rooms need: a real server, tracked clips; and what runs beside what."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.running import running

if TYPE_CHECKING:
    from faceglide.records import Store
    from faceglide.settings import Settings
    from faceglide.tracking.frame import Camera, Frame

# The server's modules are imported where they are used: most tests never start one.

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
# Whose sessions run in the time of the clock.
CAMERAS = tuple(
    f"tests/web/test_{name}.py"
    for name in ("budgets", "coming_back", "senses", "session", "whole_session")
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where two workers share the tests, what takes longest begins: cameras, then other pages."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith("tests/web/"))
        items.sort(key=lambda item: not item.nodeid.startswith(CAMERAS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out whole files, and all that keep real time to one worker, one after the other."""
    from xdist.scheduler import LoadScopeScheduling

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "cameras" if nodeid.startswith(CAMERAS) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return Files(config, log)


Tracked = Callable[[str], "tuple[Camera, tuple[Frame, ...]]"]


@pytest.fixture(scope="session")
def tracked() -> Tracked:
    """Clips that lie beside the project, each seen by the tracker once."""
    seen: dict[str, tuple[Camera, tuple[Frame, ...]]] = {}

    def track(name: str) -> tuple[Camera, tuple[Frame, ...]]:
        pytest.importorskip("mediapipe", reason="the video extra is not installed")
        from faceglide.tracking.video import track_video

        if not (FOOTAGE / name).is_file():
            pytest.skip(f"{name} does not lie beside the project")
        if name not in seen:
            camera, frames = track_video(FOOTAGE / name)
            seen[name] = camera, tuple(frames)
        return seen[name]

    return track


@dataclass
class Site:
    """A running Faceglide."""

    address: str
    store: Store
    settings: Settings
    stop: Callable[[], None]

    def plan_of(self, *moves: tuple[str, str, int], seconds: float = 20.0) -> uuid.UUID:
        """A plan of (movement, side, repeats) that stands today."""
        from faceglide.planning.model import Plan, Step
        from faceglide.protocol import load_protocol
        from faceglide.screening import screen
        from faceglide.screening.model import Answers
        from faceglide.server.state import today

        protocol = load_protocol()
        answers = Answers(as_of=today(), age=34)
        decision = screen(protocol, answers)
        self.store.save_screening(answers, decision, protocol.version)
        steps = tuple(
            Step(
                movement=movement,
                side=side,
                tool="hands",
                technique="manual",
                repeats=repeats,
                seconds=seconds,
                pressure="light",
                why="It is what is being tested.",
            )
            for movement, side, repeats in moves
        )
        plan = Plan(
            protocol=protocol.version,
            decision=decision,
            steps=steps,
            preparation=(
                "Wash your hands and your face.",
                "Warm a few drops of oil in your hands.",
            ),
            closing=("Wipe the oil off.", "Drink a glass of water."),
            total_seconds=seconds * len(steps),
        )
        return self.store.save_plan(plan)


def run_site(data_dir: Path, port: int = 0) -> Site:
    from faceglide.records import open_store
    from faceglide.server.app import create_app
    from faceglide.settings import Settings

    settings = Settings(data_dir=data_dir)
    bound, stop_server = running(create_app(settings), port)
    store = open_store(settings)

    def stop() -> None:
        stop_server()
        store.close()

    return Site(f"http://127.0.0.1:{bound}", store, settings, stop)


OpenSite = Callable[..., Site]


@pytest.fixture
def open_site() -> Iterator[OpenSite]:
    """Starts Faceglide on a folder of records; stopped at the end at the latest."""
    running: list[Site] = []

    def start(data_dir: Path, port: int = 0) -> Site:
        running.append(run_site(data_dir, port))
        return running[-1]

    yield start
    for site in running:
        site.stop()


@pytest.fixture
def site(tmp_path: Path, open_site: OpenSite) -> Site:
    """Faceglide on records of its own."""
    return open_site(tmp_path / "data")
