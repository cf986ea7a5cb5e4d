"""What tests of several rooms need: a real server, tracked clips; and what runs beside what."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.running import running

if TYPE_CHECKING:
    from faceglide.coaching.events import Analysis
    from faceglide.records import Store
    from faceglide.settings import Settings
    from faceglide.tracking.frame import Frame

# The server's modules are imported where they are used: most tests never start one.

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
# Whose sessions run in the time of the clock.
CAMERAS = tuple(
    f"tests/web/test_{name}.py"
    for name in ("budgets", "coming_back", "senses", "session", "whole_session")
)


# What looks at the same clips, so that one process tracks each only once.
CLIPS = (
    "tests/cli/test_analyze.py",
    "tests/coaching/test_clips.py",
    "tests/tracking/test_video.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where two workers share the tests, what takes longest begins: cameras, then other pages."""
    if hasattr(config, "workerinput"):
        for first in ("tests/web/", CLIPS, CAMERAS):
            items.sort(key=lambda item, first=first: not item.nodeid.startswith(first))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out whole files, and all that keep real time to one worker, one after the other."""
    from xdist.scheduler import LoadScopeScheduling

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            for scope, together in (("cameras", CAMERAS), ("clips", CLIPS)):
                if nodeid.startswith(together):
                    return scope
            return nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return Files(config, log)


class Clip(NamedTuple):
    """A clip as the tracker saw it and as it was judged."""

    analysis: Analysis
    frames: tuple[Frame, ...]


Analysed = Callable[[str], Clip]


@pytest.fixture(scope="session")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """Clips that lie beside the project after ``faceglide analyze``, each tracked once."""

    @cache
    def analyse(name: str) -> Clip:
        from faceglide.cli import main
        from faceglide.coaching.events import Analysis
        from faceglide.tracking.recording import read_recording

        pytest.importorskip("mediapipe", reason="the video extra is not installed")
        clip = FOOTAGE / f"{name}.mp4"
        if not clip.is_file():
            pytest.skip(f"{clip.name} does not lie beside the project")
        out = tmp_path_factory.mktemp("analysed")
        assert main(["analyze", str(clip), "-o", str(out), "--save-recording"]) == 0
        said = (out / f"{name}.analysis.json").read_text("utf-8")
        _, frames = read_recording(out / f"{name}.ndjson.gz")
        return Clip(Analysis.model_validate_json(said), tuple(frames))

    return analyse


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
