"""What the pages cost in a real browser: first page, camera to overlay, and the tracker's rate.

``python -m benchmarks.page_rate`` prints the figures. The rate is a ratio: the session page and a
bare tracker loop in turn, in one browser, on one clip. Needs Chromium, and the footage as camera.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src/faceglide/web/static/built"
CLIP = ROOT.parent / "shared" / "footage" / "v640_1h_spread.mp4"
SPELLS = 2
SPELL_S = 6.0
STARTING_S = 60.0
TAKES = 3

WATCH_LONG_TASKS = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask" });
"""
# Drawn small: whether anything is on the overlay, asked often, must not slow down what it measures.
WATCH_OVERLAY = """
  document.addEventListener("click", ({ target }) => {
    if (target.id !== "start-camera") return;
    const clicked = performance.now();
    const [overlay, small] = [document.getElementById("overlay"), new OffscreenCanvas(32, 24)];
    const context = small.getContext("2d", { willReadFrequently: true });
    const look = () => {
      context.clearRect(0, 0, 32, 24);
      if (overlay.width) context.drawImage(overlay, 0, 0, 32, 24);
      if (context.getImageData(0, 0, 32, 24).data.some((value) => value)) {
        window.overlaid = performance.now() - clicked;
      } else setTimeout(look, 30);
    };
    look();
  }, { capture: true });
"""


class Unmeasured(Exception):
    """What is missing here for a measurement."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Frames a second that came out of the tracker, and how long the page's thread was held.

    Attributes:
        bare_fps: With nothing but the tracker on the page.
        page_fps: With the session page around it, as sent to the judge.
        longest_ms: The page's longest task in each spell; 0 where none was longer than 50 ms.
    """

    bare_fps: float
    page_fps: float
    longest_ms: tuple[float, ...]

    @property
    def share(self) -> float:
        """What the page leaves of the tracker's rate."""
        return self.page_fps / self.bare_fps


def until(page: Page, expression: str, timeout_s: float = STARTING_S) -> Any:
    """Wait for an expression to be true; the pages' policy forbids Playwright's own way."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := page.evaluate(expression):
            return value
        page.wait_for_timeout(50)
    raise TimeoutError(f"never true: {expression}")


def bare_loop() -> str:
    """The tracker alone, bundled as the pages are.

    Raises:
        Unmeasured: There is no Node or esbuild here.
    """
    node = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
    if node is None or not (FRONTEND / "node_modules/esbuild").is_dir():
        raise Unmeasured("no node or esbuild: the bare loop cannot be bundled")
    tracker = next(BUILT.glob("tracker-*"))
    command = [node, "test/bundle.js", "test/bare.js", f"{tracker.name}/"]
    return subprocess.run(command, cwd=FRONTEND, capture_output=True, check=True).stdout.decode()


def rates(page: Page, address: str, session: str, bare: str) -> Rates:
    """Measure page and bare loop in turn.

    Args:
        page: A new page of a browser whose camera shows a face, without service workers.
        address: Of the server.
        session: Path of a session page whose first step lasts long enough.
        bare: What `bare_loop` made.
    """
    html = "<!doctype html><body><script type=module src=/static/built/bare.js></script>"
    page.route("**/bare.html", _answer(html, "text/html"))
    page.route("**/built/bare.js", _answer(bare, "text/javascript"))
    page.add_init_script(WATCH_LONG_TASKS)
    sent = 0

    def on_sent(message: str | bytes) -> None:
        nonlocal sent
        sent += isinstance(message, bytes)

    page.on("websocket", lambda socket: socket.on("framesent", on_sent))
    frames = {"bare": 0, "page": 0}
    longest = []
    for _ in range(SPELLS):
        page.goto(f"{address}/bare.html")
        until(page, "window.frames_seen > 3")
        before = page.evaluate("window.frames_seen")
        page.wait_for_timeout(SPELL_S * 1000)
        frames["bare"] += page.evaluate("window.frames_seen") - before

        page.goto(address + session)
        page.click("#start-camera")
        until(page, "document.body.dataset.phase === 'working'")
        page.evaluate("window.longest = 0")
        before = sent
        page.wait_for_timeout(SPELL_S * 1000)
        frames["page"] += sent - before
        longest.append(float(page.evaluate("window.longest")))
    seconds = SPELLS * SPELL_S
    return Rates(frames["bare"] / seconds, frames["page"] / seconds, tuple(longest))


def _answer(body: str, kind: str) -> Callable[[Any], None]:
    def answer(route: Any) -> None:
        route.fulfill(body=body, content_type=kind)

    return answer


def first_page_s(page: Page, address: str) -> float:
    """Seconds from asking for the first page to its scripts having run; best of several, warm."""
    page.goto(address, wait_until="load")
    taken = []
    for _ in range(TAKES):
        page.goto(address, wait_until="load")
        found = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        taken.append(page.evaluate(found) / 1000)
    return min(taken)


def overlay_s(page: Page, address: str) -> float:
    """Seconds from the click that opens the camera to the movement on the face; best of several.

    Args:
        page: Of a browser whose camera shows a face.
        address: Of a session page.
    """
    page.add_init_script(WATCH_OVERLAY)
    taken = []
    for _ in range(TAKES):
        page.goto(address)
        page.click("#start-camera")
        taken.append(until(page, "window.overlaid") / 1000)
    return min(taken)


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything measured of the pages."""

    first_page_s: float
    overlay_s: float
    rates: Rates


def measure() -> Pages:
    """Measure the pages of a server of its own.

    Raises:
        Unmeasured: There is no browser or no footage here.
    """
    from tests.conftest import run_site
    from tests.web.conftest import chromium, to_mjpeg

    browser_path = chromium()
    if browser_path is None:
        raise Unmeasured("no Chromium; scripts/ensure-browser installs one")
    if not CLIP.is_file():
        raise Unmeasured("no clip for the camera: the footage does not lie beside this checkout")
    bare = bare_loop()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        clip = Path(folder) / "clip.mjpeg"
        to_mjpeg(CLIP, clip)
        site = run_site(Path(folder) / "data")
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={clip}",
            ],
        )
        try:
            plan = site.plan_of(("forehead.glide_out", "left", 50), seconds=300)
            session = f"/session/{plan}"
            alone = browser.new_context(service_workers="block")
            rate = rates(alone.new_page(), site.address, session, bare)
            alone.close()
            page = browser.new_page()
            first = first_page_s(page, site.address)
            return Pages(first, overlay_s(page, site.address + session), rate)
        finally:
            browser.close()
            site.stop()


def main() -> None:
    """Print the figures."""
    found = measure()
    print(f"first page, warm: {found.first_page_s:.2f} s")
    print(f"camera click to overlay: {found.overlay_s:.2f} s")
    rate = found.rates
    print(f"frames a second: bare {rate.bare_fps:.1f}, page {rate.page_fps:.1f} ({rate.share:.0%})")
    print(f"longest task of the page while tracking: {max(rate.longest_ms):.0f} ms")


if __name__ == "__main__":
    main()
