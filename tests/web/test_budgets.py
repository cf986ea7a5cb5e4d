"""What the pages may cost: bytes on the first and on the second visit, and time to begin."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.page_rate import first_page_s, overlay_s, until
from tests.web.pages import PAGES, Site, served, walk

pytestmark = pytest.mark.browser

LARGEST_SCRIPT = 250_000
LARGEST_SECOND_VISIT = 100_000
FIRST_PAGE_S = 2.0
OVERLAY_S = 4.0
# The tracker is counted apart: its workers, their library and its wasm.
TRACKER = ("/built/tracker-", "/built/face-worker", "/built/hand-worker")
log = logging.getLogger(__name__)


class Counter:
    """Stands between browser and server and counts what the server sends.

    Everything is counted: headers, sockets, and what workers ask for, which no page sees.
    """

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix("http://").split(":")
        self._server = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.bytes = 0
        self._start(self._accept)

    def _start(self, run: Callable[..., None], *args: object) -> None:
        threading.Thread(target=run, args=args, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._start(self._pass, browser, server, False)
            self._start(self._pass, server, browser, True)

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                if counted:
                    self.bytes += len(data)
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()
            source.close()

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def counted(site) -> Iterator[Counter]:
    counter = Counter(site.address)
    yield counter
    counter.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("records")) as site:
        yield site


@pytest.fixture
def chromium(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()


def test_no_page_loads_more_than_250_kb_of_script(filled: Site, chromium: Browser) -> None:
    scripts: dict[str, dict[str, bytes]] = {name: {} for name in PAGES}
    for names in (list(PAGES)[i : i + 5] for i in range(0, len(PAGES), 5)):
        # Waited for together: each takes its time to settle.
        pages = [chromium.new_page(service_workers="block") for _ in names]
        for name, page in zip(names, pages, strict=True):

            def keep(response, own=scripts[name]) -> None:
                if response.request.resource_type == "script":
                    own[response.url] = response.body()

            page.on("response", keep)
            page.goto(filled.address + walk(filled, name), wait_until="commit")
        for page in pages:
            page.wait_for_load_state("networkidle")
            page.close()
    heaviest = {
        name: sum(
            len(gzip.compress(body))
            for url, body in own.items()
            if not any(part in url for part in TRACKER)
        )
        for name, own in scripts.items()
    }
    log.info("script a page loads, gzipped: %s", heaviest)
    assert heaviest["session"] > 0
    assert heaviest["home"] > 0
    assert {name: size for name, size in heaviest.items() if size > LARGEST_SCRIPT} == {}


def visit(page: Page, address: str, plan: object) -> None:
    """The first page, then a session with the camera until it follows the face."""
    page.goto(address, wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{address}/session/{plan}", wait_until="networkidle")
    page.click("#start-camera")
    until(page, "['framing', 'working'].includes(document.body.dataset.phase)")


@pytest.mark.footage
def test_a_second_visit_transfers_less_than_100_kb(site, counted, open_browser, clip) -> None:
    plan = site.plan_of(("forehead.glide_out", "left", 50), seconds=300)
    visitor = open_browser(clip("v640_1h_spread_clean")).new_context()
    first = visitor.new_page()
    visit(first, counted.address, plan)
    until(first, "caches.match('/models/hand_landmarker.task').then(Boolean)")
    first.close()
    before = counted.bytes
    visit(visitor.new_page(), counted.address, plan)
    second = counted.bytes - before
    log.info("bytes transferred: first visit %d, second %d", before, second)
    assert before > 10_000_000, "the first visit brought no tracker: nothing was measured"
    assert second < LARGEST_SECOND_VISIT


def test_the_first_page_is_ready_within_two_seconds(site, chromium: Browser) -> None:
    taken = first_page_s(chromium.new_page(), site.address)
    log.info("first page: %.2f s", taken)
    assert taken < FIRST_PAGE_S


@pytest.mark.footage
def test_the_movement_lies_on_the_face_within_four_seconds(site, open_browser, clip) -> None:
    plan = site.plan_of(("forehead.glide_out", "left", 50), seconds=300)
    page = open_browser(clip("v640_1h_spread_clean")).new_page()
    taken = overlay_s(page, f"{site.address}/session/{plan}")
    log.info("camera to overlay: %.2f s", taken)
    assert taken < OVERLAY_S
