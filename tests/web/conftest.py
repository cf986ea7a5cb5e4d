"""A real Chromium for the pages' tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"


def chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


OpenBrowser = Callable[..., Browser]


@pytest.fixture
def open_browser(playwright: Playwright) -> Iterator[OpenBrowser]:
    """Opens Chromium with a clip as its camera, or with none."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium; scripts/ensure-browser installs one")
        pytest.skip("no Chromium on this machine; scripts/ensure-browser installs one")
    opened: list[Browser] = []

    def start(camera: Path | None = None) -> Browser:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        if camera is not None:
            flags += [
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={camera}",
            ]
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
            to_mjpeg(source, target)
        return target

    return convert


def to_mjpeg(source: Path, target: Path) -> None:
    """Write a clip in the form that Chromium takes for a camera."""
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


@dataclass
class Driver:
    """A page, and what went wrong on it: errors, refused policies, requests elsewhere."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._on_console)
        self.page.on("request", self._on_request)

    def _on_console(self, message: Any) -> None:
        told = message.type == "error" or "Content Security Policy" in message.text
        # The tracker's own log lines come as console errors.
        if told and not message.text.startswith(("INFO:", "W1", "I1", "E1")):
            self.wrong.append(f"console: {message.text}")

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "blob:", "data:")):
            self.wrong.append(f"request: {request.url}")

    @property
    def phase(self) -> str:
        return self.evaluate("document.body.dataset.phase")

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def until(self, expression: str, timeout_s: float = 20.0) -> Any:
        """Waits for something to be true; the pages' policy forbids Playwright's own way."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            with contextlib.suppress(Error):  # the page is just being left for another
                if value := self.evaluate(expression):
                    return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression} (phase {self.phase})")

    def until_phase(self, phase: str, timeout_s: float = 20.0) -> None:
        self.until(f"document.body.dataset.phase === '{phase}'", timeout_s)

    def counts(self) -> dict[tuple[str, str], int]:
        """Strokes shown for each step that has any."""
        ticks = self.evaluate(
            "[...document.querySelectorAll('#ticks li')]"
            ".map(({dataset}) => [dataset.movement, dataset.side, Number(dataset.done)])"
        )
        return {(movement, side): done for movement, side, done in ticks if done}


PHONE, DESKTOP = (390, 844), (1280, 800)


@pytest.fixture
def drive(open_browser: OpenBrowser) -> Callable[..., Driver]:
    """Opens an address in a browser of its own."""

    def start(address: str, camera: Path | None = None, size: tuple[int, int] = DESKTOP) -> Driver:
        viewport = {"width": size[0], "height": size[1]}
        # Its requests would pass by the page's own routes; test_offline.py lets it in.
        page = open_browser(camera).new_page(viewport=viewport, service_workers="block")
        driver = Driver(page)
        driver.page.goto(address)
        return driver

    return start
