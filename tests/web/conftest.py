"""A real server and a real Chromium for the pages' tests."""

from __future__ import annotations

import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.records import Store, open_store
from faceglide.screening import screen
from faceglide.screening.model import Answers
from faceglide.server.app import create_app
from faceglide.server.state import today
from faceglide.settings import Settings

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"


def chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


@dataclass
class Site:
    """A running Faceglide."""

    address: str
    store: Store
    settings: Settings
    stop: Callable[[], None]


def run_site(data_dir: Path, port: int = 0) -> Site:
    settings = Settings(data_dir=data_dir)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=port,
            log_config=None,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    bound = server.servers[0].sockets[0].getsockname()[1]
    store = open_store(settings)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        store.close()

    return Site(f"http://127.0.0.1:{bound}", store, settings, stop)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    running = run_site(tmp_path / "data")
    yield running
    running.stop()


def make_plan_of(site: Site, *moves: tuple[str, str, int], seconds: float = 20.0) -> uuid.UUID:
    """A plan of (movement, side, repeats) that stands today."""
    protocol = load_protocol()
    answers = Answers(as_of=today(), age=34)
    decision = screen(protocol, answers)
    site.store.save_screening(answers, decision, protocol.version)
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
        preparation=("Wash your hands and your face.", "Warm a few drops of oil in your hands."),
        closing=("Wipe the oil off.", "Drink a glass of water."),
        total_seconds=seconds * len(steps),
    )
    return site.store.save_plan(plan)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


OpenBrowser = Callable[..., Browser]


@pytest.fixture
def open_browser(playwright: Playwright) -> Iterator[OpenBrowser]:
    """Opens Chromium, with a clip as its camera, no camera, or a camera that is refused."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium; scripts/ensure-browser installs one")
        pytest.skip("no Chromium on this machine; scripts/ensure-browser installs one")
    opened: list[Browser] = []

    def start(camera: Path | str | None = None) -> Browser:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        if camera is not None:
            flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        if isinstance(camera, Path):
            flags.append(f"--use-file-for-fake-video-capture={camera}")
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        opened.append(browser)
        return browser

    yield start
    for browser in opened:
        browser.close()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A clip of the footage as Chromium's fake camera takes it."""
    folder = tmp_path_factory.mktemp("clips")

    def convert(name: str) -> Path:
        source = FOOTAGE / f"{name}.mp4"
        if not source.is_file():
            pytest.skip(f"no {source.name}: the footage does not lie beside this checkout")
        target = folder / f"{name}.mjpeg"
        if not target.is_file():
            _to_mjpeg(source, target)
        return target

    return convert


def _to_mjpeg(source: Path, target: Path) -> None:
    import av

    with av.open(str(source)) as clip, target.open("wb") as out:
        stream = clip.streams.video[0]
        encoder = av.CodecContext.create("mjpeg", "w")
        encoder.width, encoder.height = stream.width, stream.height
        encoder.pix_fmt, encoder.time_base = "yuvj420p", stream.time_base
        encoder.options = {"qmin": "3", "qmax": "3"}
        for frame in clip.decode(stream):
            jpeg = frame.reformat(format="yuvj420p")
            jpeg.pts = frame.pts
            for packet in encoder.encode(jpeg):
                out.write(bytes(packet))


def until(page: Page, expression: str, timeout_s: float = 20.0) -> Any:
    """Waits for an expression to be true; the pages' policy forbids Playwright's own way."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := page.evaluate(expression):
            return value
        time.sleep(0.05)
    phase = page.evaluate("document.body.dataset.phase")
    raise AssertionError(f"never true: {expression} (phase {phase})")


def watch(page: Page) -> list[str]:
    """Collects whatever goes wrong on a page: errors, refused policies, requests elsewhere."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))

    def on_console(message: Any) -> None:
        told = message.type == "error" or "Content Security Policy" in message.text
        # The tracker's own log lines come as console errors.
        if told and not message.text.startswith(("INFO:", "W1", "I1", "E1")):
            wrong.append(f"console: {message.text}")

    page.on("console", on_console)
    home = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(home) else wrong.append(f"request: {request.url}")
        ),
    )
    return wrong
