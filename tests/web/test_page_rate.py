"""The page around the tracker costs little: its frame rate and its main thread are measured."""

from __future__ import annotations

import logging
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.footage]

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
SPELL_S = 6
# The page's share of a bare tracker loop's frame rate, and the longest its main thread may block.
LEAST_SHARE = 0.8
LONGEST_MS = 100

WATCH_LONG_TASKS = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask" });
"""


@pytest.fixture(scope="module")
def bare_loop() -> str:
    """The tracker alone, bundled as the pages are."""
    node = shutil.which("node", path=str(FRONTEND.parent / ".venv/bin")) or shutil.which("node")
    if node is None or not (FRONTEND / "node_modules/esbuild").is_dir():
        pytest.skip("no node or esbuild: the bare loop cannot be bundled")
    tracker = next((FRONTEND.parent / "src/faceglide/web/static/built").glob("tracker-*"))
    bundled = subprocess.run(
        [node, "test/bundle.js", "test/bare.js", f"{tracker.name}/"],
        cwd=FRONTEND,
        capture_output=True,
        check=True,
    )
    return bundled.stdout.decode()


def test_the_page_keeps_the_trackers_frame_rate_and_a_free_main_thread(
    site, drive, clip, bare_loop
):
    plan = site.plan_of(("forehead.glide_out", "left", 50), seconds=300)
    driver = drive("about:blank", clip("v640_1h_spread"))
    page = driver.page
    page.route(
        "**/bare.html",
        lambda route: route.fulfill(
            body="<!doctype html><body><script type=module src=/static/built/bare.js></script>",
            content_type="text/html",
        ),
    )
    page.route(
        "**/built/bare.js",
        lambda route: route.fulfill(body=bare_loop, content_type="text/javascript"),
    )
    page.add_init_script(WATCH_LONG_TASKS)
    sent = {"frames": 0}

    def count(socket):
        def on_sent(message):
            sent["frames"] += isinstance(message, bytes)

        socket.on("framesent", on_sent)

    page.on("websocket", count)

    frames = {"bare": 0, "page": 0}
    longest = []
    for _ in range(2):
        page.goto(f"{site.address}/bare.html")
        driver.until("window.frames_seen > 3", 40)
        before = driver.evaluate("window.frames_seen")
        page.wait_for_timeout(SPELL_S * 1000)
        frames["bare"] += driver.evaluate("window.frames_seen") - before

        page.goto(f"{site.address}/session/{plan}")
        page.click("#start-camera")
        driver.until_phase("working", 40)
        driver.evaluate("window.longest = 0")
        before = sent["frames"]
        page.wait_for_timeout(SPELL_S * 1000)
        frames["page"] += sent["frames"] - before
        longest.append(driver.evaluate("window.longest"))

    share = frames["page"] / frames["bare"]
    rates = {name: count / 2 / SPELL_S for name, count in frames.items()}
    logging.getLogger(__name__).info("frames a second: %s; longest tasks: %s ms", rates, longest)
    assert share >= LEAST_SHARE, f"frames a second: {rates}"
    assert min(longest) <= LONGEST_MS, f"frames a second: {rates}"
