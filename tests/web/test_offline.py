"""With the server stopped, a guided session goes on, and comes back exactly once."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from faceglide.server.security import HEADER

pytestmark = pytest.mark.browser

MOVES = (("forehead.glide_out", "left", 1), ("cheeks.sweep_up_out", "right", 1))
QUICK_S = 2.0


@pytest.fixture
def visitor(open_browser):
    """A browser that comes back: its service worker and its storage stay between pages."""
    return open_browser().new_context(viewport={"width": 390, "height": 844})


def port_of(site) -> int:
    return int(site.address.rsplit(":", 1)[1])


def until(page: Page, expression: str, timeout_s: float = 20.0) -> None:
    for _ in range(int(timeout_s / 0.1)):
        with contextlib.suppress(Exception):  # the page is just being left for another
            if page.evaluate(expression):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}\n{page.url}\n{page.inner_text('body')[:400]}")


def visit_and_keep(visitor: BrowserContext, site, plan: uuid.UUID) -> Page:
    """Open the first page and the routine once, until the browser has kept it."""
    page = visitor.new_page()
    page.goto(site.address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{site.address}/session/{plan}")
    until(page, "caches.match(location.pathname).then(Boolean)")
    for _, side, _ in MOVES:
        until(
            page,
            "caches.keys().then(async (names) => {"
            "  const kept = await caches.open(names.find((n) => n.includes('kept')));"
            f"  return (await kept.keys()).some(({{url}}) => url.includes('side={side}')); }})",
        )
    return page


def do_guided(page: Page) -> None:
    page.click("#start-guided")
    until(page, "document.body.dataset.phase === 'closing'", 30)


def sessions(site):
    return site.store.sessions()


def test_a_routine_is_done_with_the_server_stopped_and_counted_once_when_it_is_back(
    open_site, tmp_path, visitor
):
    site = open_site(tmp_path)
    plan = site.plan_of(*MOVES, seconds=QUICK_S)
    page = visit_and_keep(visitor, site, plan)
    site.stop()

    page.reload()
    assert page.locator("#start-camera").count() == 0
    assert "not running" in page.inner_text("#start-note")
    shown = page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    assert shown > 0
    do_guided(page)
    drawn = page.evaluate("document.querySelector('#chart svg path') !== null")
    assert drawn, "the chart of the movement is missing"
    page.close()

    site = open_site(tmp_path, port_of(site))
    assert sessions(site) == []
    later = visitor.new_page()
    later.goto(site.address)
    for _ in range(100):
        if sessions(site):
            break
        later.wait_for_timeout(100)
    later.goto(f"{site.address}/history")
    later.wait_for_timeout(500)
    [done] = sessions(site)
    assert done.mode == "guided"
    assert done.ended_at is not None
    assert done.ended_at < dt.datetime.now(dt.UTC) - dt.timedelta(seconds=0.5)
    record = site.store.session_detail(done.id)
    assert [event.kind for event in record.events] == ["step_done", "step_done"]
    later.reload()
    assert later.locator(f"a[href='/summary/{done.id}']").count() >= 1
    left = later.evaluate("Object.keys(localStorage).filter((k) => /begun|commands/.test(k))")
    assert left == []


def test_a_page_that_stays_open_hands_over_and_shows_its_summary(open_site, tmp_path, visitor):
    site = open_site(tmp_path)
    plan = site.plan_of(*MOVES, seconds=QUICK_S)
    page = visit_and_keep(visitor, site, plan)
    site.stop()
    page.reload()
    do_guided(page)
    until(page, "document.getElementById('closing-note').textContent.includes('kept')", 20)
    site = open_site(tmp_path, port_of(site))
    until(page, "location.pathname.startsWith('/summary/')", 20)
    [done] = sessions(site)
    assert page.url.endswith(str(done.id))
    assert len(site.store.session_detail(done.id).events) == 2


def test_other_pages_say_that_faceglide_is_not_running_and_lead_to_the_routine(
    open_site, tmp_path, visitor
):
    site = open_site(tmp_path)
    plan = site.plan_of(*MOVES, seconds=QUICK_S)
    page = visit_and_keep(visitor, site, plan)
    page.goto(f"{site.address}/check?full=true")
    page.goto(f"{site.address}/history")
    site.stop()
    for path in ("/", "/history", "/check?full=true", "/settings"):
        page.goto(site.address + path)
        assert "not running" in page.inner_text("h1")
    page.goto(f"{site.address}/emergency")
    assert "Get help now" in page.inner_text("h1")
    page.goto(site.address)
    page.get_by_text("Open the routine").click()
    page.wait_for_url(f"**/session/{plan}")
    until(page, "document.body.dataset.phase === 'start'")


def test_a_routine_of_another_day_is_not_started(open_site, tmp_path, visitor):
    site = open_site(tmp_path)
    page = visit_and_keep(visitor, site, site.plan_of(*MOVES))
    address = page.url
    site.stop()
    page.close()
    # The worker has a clock of its own that no test can set: the kept day is moved instead.
    other = visitor.new_page()
    other.goto(address)
    day = dt.date.today()  # noqa: DTZ011 - the browser's own day
    other.evaluate(
        """async ([day, other]) => {
          const name = (await caches.keys()).find((one) => one.includes("kept"));
          const cache = await caches.open(name);
          const page = await cache.match(location.pathname);
          const text = (await page.text()).replace(day, other);
          await cache.put(location.pathname, new Response(text, {headers: page.headers}));
        }""",
        [day.isoformat(), (day - dt.timedelta(days=1)).isoformat()],
    )
    other.goto(address)
    until(other, "document.querySelector('[data-kept-state=over]')?.hidden === false")
    assert other.locator("#start-guided").count() == 0
    other.goto(address)
    until(other, "document.querySelector('[data-kept-state=none]')?.hidden === false")


def test_new_answers_put_the_kept_routine_away(open_site, tmp_path, visitor):
    site = open_site(tmp_path)
    plan = site.plan_of(*MOVES)
    page = visit_and_keep(visitor, site, plan)
    page.goto(f"{site.address}/check?full=true")
    page.fill("#age", "34")
    for box in page.locator("input[name=none]").all():
        box.check(force=True)
    page.click("text=See what is safe today")
    page.wait_for_url("**/check/result")
    site.stop()
    page.goto(f"{site.address}/session/{plan}")
    until(page, "document.querySelector('[data-kept-state=none]')?.hidden === false")


def test_erasing_everything_takes_the_kept_routine_and_what_waits_with_it(
    open_site, tmp_path, visitor
):
    site = open_site(tmp_path)
    plan = site.plan_of(*MOVES, seconds=QUICK_S)
    page = visit_and_keep(visitor, site, plan)
    page.evaluate("localStorage.setItem('faceglide.session.x', '{}')")
    page.goto(f"{site.address}/settings/erase")
    page.click("text=Erase it all")
    until(page, "document.querySelector('[data-erased]') !== null")
    until(page, "Object.keys(localStorage).length === 0")
    assert (
        page.evaluate("caches.keys().then((all) => all.some((n) => n.includes('kept')))") is False
    )
    site.stop()
    page.goto(f"{site.address}/session/{plan}")
    until(page, "document.querySelector('[data-kept-state=none]')?.hidden === false")


def test_only_files_charts_and_the_routine_are_ever_kept(site, visitor):
    plan = site.plan_of(*MOVES)
    page = visit_and_keep(visitor, site, plan)
    for path in ("/check?full=true", "/check/result", f"/plan/{plan}", "/history", "/learn"):
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
          (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)
        ))).flat()"""
    )
    allowed = ("/static/", "/models/", "/chart/")
    others = {path for path in kept if not path.startswith(allowed)}
    assert others == {"/offline", "/emergency", f"/session/{plan}"}


def test_a_newer_faceglide_replaces_the_old_files_once_no_page_is_open(
    open_site, tmp_path, visitor, monkeypatch
):
    from faceglide.server import offline

    site = open_site(tmp_path)
    page = visit_and_keep(visitor, site, site.plan_of(*MOVES))
    before = page.evaluate("caches.keys()")
    monkeypatch.setattr(offline, "__version__", "99")
    offline._worker.cache_clear()
    page.evaluate("navigator.serviceWorker.ready.then((r) => r.update()).then(() => true)")
    until(page, "navigator.serviceWorker.ready.then((r) => r.waiting !== null)")
    # The page that is open still has everything it came with.
    assert set(before) <= set(page.evaluate("caches.keys()"))
    page.goto("about:blank")
    page.wait_for_timeout(500)
    page.goto(site.address)
    until(page, f"caches.keys().then((all) => !all.some((n) => {before!r}.includes(n)))")
    offline._worker.cache_clear()


# The post that brings a session back


def client_of(site) -> httpx.Client:
    first = httpx.get(f"{site.address}/offline")
    token = first.text.split('name="csrf" content="')[1].split('"')[0]
    return httpx.Client(base_url=site.address, cookies=first.cookies, headers={HEADER: token})


def finished(plan: uuid.UUID, *commands: dict, **more: object) -> dict:
    numbered = [
        {"type": "command", "id": n, "t_ms": 1000.0 * n, "step": 0, **command}
        for n, command in enumerate(commands, 1)
    ]
    return {
        "plan": str(plan),
        "mode": "guided",
        "began_s_ago": 3600.0,
        "ended_s_ago": 3000.0,
        "commands": numbered,
        **more,
    }


DONE = ({"name": "step_done"}, {"name": "skip", "step": 1})


def test_a_session_posted_twice_is_stored_once_with_its_own_times(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    with client_of(site) as client:
        for _ in range(3):
            answer = client.post(f"/offline/sessions/{session}", json=finished(plan, *DONE))
            assert answer.status_code == 200
            assert answer.json() == {"events": 2}
    [kept] = sessions(site)
    assert kept.id == session
    assert kept.ended_at - kept.started_at == pytest.approx(
        dt.timedelta(seconds=600), abs=dt.timedelta(seconds=1)
    )
    feedback = site.store.session_detail(session).feedback
    assert [said.kind for said in feedback] == ["skipped"]


def test_pain_felt_while_the_server_was_away_is_remembered(site):
    plan, session = site.plan_of(*MOVES), uuid.uuid4()
    commands = ({"name": "hurts"}, {"name": "hurts", "symptom": "dizziness"})
    with client_of(site) as client:
        for _ in range(2):
            client.post(f"/offline/sessions/{session}", json=finished(plan, *commands))
    [kept] = sessions(site)
    assert kept.stopped == "dizziness"
    feedback = site.store.session_detail(session).feedback
    assert [said.kind for said in feedback] == ["pain"]


def test_a_session_of_an_erased_routine_is_not_taken_in(site):
    site.plan_of(*MOVES)
    with client_of(site) as client:
        answer = client.post(f"/offline/sessions/{uuid.uuid4()}", json=finished(uuid.uuid4()))
    assert answer.status_code == 404
    assert sessions(site) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_s_ago": 4000.0},
        {"began_s_ago": -1.0},
        {"mode": "simulated"},
        {"commands": [{"type": "command", "id": 1, "name": "fly", "t_ms": 0, "step": 0}]},
        {"more": 1},
    ],
)
def test_a_post_that_makes_no_sense_is_refused_and_stores_nothing(site, wrong):
    plan = site.plan_of(*MOVES)
    with client_of(site) as client:
        body = finished(plan, *DONE, **wrong)
        answer = client.post(f"/offline/sessions/{uuid.uuid4()}", json=body)
    assert answer.status_code == 422
    assert sessions(site) == []


def test_only_our_own_pages_may_post_a_session(site):
    plan = site.plan_of(*MOVES)
    address = f"{site.address}/offline/sessions/{uuid.uuid4()}"
    assert httpx.post(address, json=finished(plan, *DONE)).status_code == 403
    with client_of(site) as client:
        stranger = {"Origin": "http://127.0.0.1:1"}
        assert client.post(address, json=finished(plan), headers=stranger).status_code == 403
    assert sessions(site) == []


def test_the_manifest_names_icons_that_are_there_in_their_size(site):
    from PIL import Image

    from faceglide.server.templating import STATIC

    said = httpx.get(f"{site.address}/manifest.webmanifest")
    assert said.headers["content-type"].startswith("application/manifest+json")
    icons = said.json()["icons"]
    assert {"any", "maskable"} <= {icon.get("purpose", "any") for icon in icons}
    for icon in icons:
        assert httpx.get(site.address + icon["src"]).status_code == 200
        if icon["type"] == "image/png":
            file: Path = STATIC / icon["src"].split("?")[0].removeprefix("/static/")
            with Image.open(file) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]


def test_chromium_finds_nothing_wrong_with_the_app(site, visitor):
    page = visitor.new_page()
    page.goto(site.address)
    told = visitor.new_cdp_session(page).send("Page.getAppManifest")
    assert told["errors"] == []
    wrong = visitor.new_cdp_session(page).send("Page.getInstallabilityErrors")
    # Playwright's contexts are private windows, in which nothing can be installed.
    others = [e["errorId"] for e in wrong["installabilityErrors"] if e["errorId"] != "in-incognito"]
    assert others == []
