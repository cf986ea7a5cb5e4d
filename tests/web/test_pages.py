"""Every page in a real Chromium: nothing inaccessible, nothing refused, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.web.pages import PAGES, Site, served, walk

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("records")) as site:
        yield site


@pytest.fixture
def chromium(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()


def _page(browser: Browser, theme: str, size: str, **more: Any) -> Page:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, color_scheme=theme, **more)  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_violation_on_any_page_in_either_theme(
    site: Site, chromium: Browser, size: str
) -> None:
    page = _page(chromium, "light", size)
    source = AXE.read_text("utf-8")
    told: list[str] = []
    faults: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else 0)
    page.on("pageerror", lambda error: told.append(str(error)))
    for name in PAGES:
        page.emulate_media(color_scheme="light")
        page.goto(site.address + walk(site, name))
        page.wait_for_load_state("networkidle")
        page.evaluate(source)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            faults += [
                f"{name} {theme}: {v['id']}: {n['html'][:160]} {n['failureSummary']}"
                for v in found["violations"]
                for n in v["nodes"][:3]
            ]
        if name != "missing":  # the browser itself reports its 404
            faults += [f"{name}: console: {line}" for line in told]
        told.clear()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_and_every_target_is_large_enough(
    site: Site, chromium: Browser, size: str
) -> None:
    page = _page(chromium, "light", size)
    faults: list[str] = []
    for name in PAGES:
        page.goto(site.address + walk(site, name))
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            faults.append(f"{name}: {wide} px too wide")
        small = page.evaluate(
            """[...document.querySelectorAll("button, .button, .choice, summary, nav a, input")]
            .map((e) => [e, (e.closest("label") ?? e).getBoundingClientRect()])
            .filter(([e, r]) => r.width > 0 && (r.height < 43.5 || r.width < 43.5))
            .filter(([e, r]) => !e.matches(".skip"))
            .map(([e, r]) => `${e.outerHTML.slice(0, 90)} ${r.width}x${r.height}`)"""
        )
        faults += [f"{name}: too small: {target}" for target in small]
    assert not faults, "\n".join(faults)


def test_from_the_first_page_to_a_routine_by_keyboard_alone(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    with served(tmp_path, empty=True) as fresh:
        page = _page(chromium, "light", "desktop")
        page.goto(fresh.address)
        _reach(page, "Begin with the safety check")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check")
        _focus(page, "#age")
        page.keyboard.type("34")
        for box in page.locator("input[name=none]").all():
            _focus(page, f"input[name=none][value={box.get_attribute('value')}]")
            page.keyboard.press("Space")
        _reach(page, "See what is safe today")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check/result")
        _reach(page, "Choose a routine")
        page.keyboard.press("Enter")
        page.wait_for_url("**/plan")
        _reach(page, "Make my routine")
        page.keyboard.press("Enter")
        page.wait_for_url("**/plan/*")
        _reach(page, "Start without it")


def _focus(page: Page, selector: str) -> None:
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def _reach(page: Page, words: str) -> None:
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.textContent?.trim()") == words:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"no focus to see on {words!r}"
            return
    raise AssertionError(f"{words!r} is not reached by Tab")


def test_the_whole_way_works_without_scripts(site: Site, chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, empty=True) as fresh:
        page = _page(chromium, "light", "phone", java_script_enabled=False)
        page.goto(fresh.address + "/check")
        page.fill("#age", "34")
        for box in page.locator("input[name=none]").all():
            box.check(force=True)
        page.click("text=See what is safe today")
        page.click("text=Choose a routine")
        page.click("text=Make my routine")
        assert page.locator(".card").count() >= 3


def test_none_of_these_and_its_group_exclude_each_other(site: Site, chromium: Browser) -> None:
    page = _page(chromium, "light", "desktop")
    page.goto(site.address + "/check?full=true")
    page.wait_for_load_state("networkidle")
    group = page.locator("#group-eyes")
    group.get_by_text("Keratoconus").click()
    group.get_by_text("None of these").click()
    assert group.locator("input[name=condition]:checked").count() == 0
    group.get_by_text("Keratoconus").click()
    assert group.locator("input[name=none]:checked").count() == 0


def test_a_treatment_is_found_by_typing(site: Site, chromium: Browser) -> None:
    page = _page(chromium, "light", "phone")
    page.goto(site.address + "/check?full=true")
    page.wait_for_load_state("networkidle")
    page.fill("#find", "botox")
    shown = page.locator("details.procedure:visible")
    assert shown.count() == 1
    page.keyboard.press("Enter")
    assert page.url.endswith("/check?full=true")
    page.fill("#find", "zzz")
    assert shown.count() == 0


def test_reduced_motion_stops_the_running_light(site: Site, chromium: Browser) -> None:
    for motion, count in (("no-preference", 1), ("reduce", 0)):
        page = _page(chromium, "light", "desktop", reduced_motion=motion)
        page.goto(site.address + "/")
        assert page.locator(".flow:visible").count() == count


def test_printed_a_routine_is_ink_on_white(site: Site, chromium: Browser) -> None:
    page = _page(chromium, "dark", "desktop")
    page.goto(site.address + walk(site, "plan"))
    page.emulate_media(media="print")
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert page.locator(".running-head:visible, .actions:visible").count() == 0
    ink = page.locator(".move").first.evaluate("e => getComputedStyle(e).fill")
    assert ink == "rgb(168, 52, 26)"
