"""Coming back in a real Chromium: the demonstration, two taps, and a routine made one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from .conftest import Driver
from .pages import ADAPTED, Site, answer, served

pytestmark = pytest.mark.browser
Drive = Callable[..., Driver]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("records")) as site:
        # The driver takes any other name than this for a stranger's.
        yield replace(site, address=site.address.replace("localhost", "127.0.0.1"))


def test_the_demonstration_is_judged_without_a_camera(site: Site, drive: Drive) -> None:
    driver = drive(f"{site.address}/demo")
    before = len(site.store.sessions())
    driver.page.click("#start-camera")
    driver.until_phase("working", 20)
    driver.until("document.querySelector('#ticks li').dataset.done >= 1", 30)
    width, height = driver.evaluate("[video.videoWidth, video.videoHeight]")
    assert width > height > 0
    driver.page.keyboard.press("x")
    driver.until_phase("closing")
    driver.page.click("[data-panel=closing] a")
    driver.until("location.pathname.startsWith('/summary/')")
    assert "a demonstration" in driver.page.inner_text("main")
    assert len(site.store.sessions()) == before
    assert driver.wrong == []


def test_the_demonstration_stands_still_while_paused(site: Site, drive: Drive) -> None:
    driver = drive(f"{site.address}/demo")
    driver.page.click("#start-camera")
    driver.until_phase("working", 20)
    driver.page.keyboard.press("p")
    driver.until_phase("paused")
    seen = driver.evaluate("document.querySelector('#ticks li').dataset.done")
    driver.page.wait_for_timeout(1500)
    assert driver.evaluate("document.querySelector('#ticks li').dataset.done") == seen
    driver.page.keyboard.press("p")
    driver.until_phase("working")
    driver.until("document.querySelector('#ticks li').dataset.done >= 1", 30)
    assert driver.wrong == []


def test_two_taps_before_and_two_after_are_kept(site: Site, drive: Drive) -> None:
    answer(site.store, ADAPTED)
    driver = drive(f"{site.address}/session/{site.plan}")
    page = driver.page
    page.click(".felt-before summary")
    page.click("label:has(#before-mood-4)")
    page.click("label:has(#before-tension-7)")
    page.click("#start-guided")
    driver.until_phase("working")
    page.keyboard.press("x")
    driver.until_phase("closing")
    page.click("[data-panel=closing] a")
    driver.until(
        "location.pathname.startsWith('/summary/') && document.querySelector('[data-felt]')"
    )
    page.click("label:has(#after-mood-6)")
    page.click("label:has(#after-tension-3)")
    driver.until("location.hash === '#felt'")
    session = site.store.sessions(limit=1)[0].id
    driver.until("Object.keys(localStorage).every((key) => !key.startsWith('faceglide.felt'))")
    said = {s.kind: s.body for s in site.store.session_detail(session).feedback}
    assert said == {
        "before": {"mood": 4, "tension": 7},
        "after": {"mood": 6, "tension": 3},
    }
    assert driver.wrong == []


def test_a_routine_is_changed_in_place_and_the_focus_stays_on_its_button(
    site: Site, drive: Drive
) -> None:
    answer(site.store, ADAPTED)
    driver = drive(f"{site.address}/plan/{site.plan}/edit")
    names = "[...document.querySelectorAll('.edit-row h2')].map((h) => h.textContent)"
    before = driver.evaluate(names)
    driver.evaluate("window.stayed = true")
    driver.page.focus("button[value='down:0']")
    driver.page.keyboard.press("Enter")
    driver.until(f"({names})[1] === {before[0]!r}")
    assert driver.evaluate("document.activeElement.value") == "down:1"
    driver.until("document.getElementById('said').textContent !== ''")
    driver.page.keyboard.press("Enter")
    driver.until(f"({names})[2] === {before[0]!r}")
    assert driver.evaluate("window.stayed") is True
    driver.page.fill("#name", "By the window")
    driver.page.click("button[value=save]")
    driver.until("/^\\/plan\\/[0-9a-f-]{36}$/.test(location.pathname)")
    assert site.store.own_plans()[0].name == "By the window"
    assert driver.wrong == []
