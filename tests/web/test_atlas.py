"""The atlas in a real Chromium: turned, opened, and without WebGL still complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.web.conftest import chromium
from tests.web.pages import Site, served

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "src/faceglide/web/static"
AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
SOFT_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NO_GL = ["--disable-gpu", "--disable-3d-apis"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not (STATIC / "built" / "atlas.js").is_file():
        pytest.skip("the page's script is not built; `make setup` builds it")
    with served(tmp_path_factory.mktemp("records")) as site:
        yield site


OpenAtlas = Callable[..., Page]


@pytest.fixture
def atlas(site: Site, playwright: Playwright) -> Iterator[OpenAtlas]:
    """Opens the atlas, with WebGL drawn in software or with none."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium; scripts/ensure-browser installs one")
        pytest.skip("no Chromium on this machine; scripts/ensure-browser installs one")
    opened = []
    told: list[str] = []

    def start(solid: bool = True, hash_: str = "", **context: Any) -> Page:
        flags = ["--no-sandbox", *(SOFT_GL if solid else NO_GL)]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        opened.append(browser)
        settled: dict[str, Any] = {
            "viewport": {"width": 900, "height": 700},
            "reduced_motion": "reduce",
        }
        page = browser.new_context(**(settled | context)).new_page()
        page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(f"{site.address}/atlas{hash_}")
        page.wait_for_selector("#atlas[data-ready]", timeout=30_000)
        kind = page.get_attribute("#atlas", "data-ready")
        assert kind == ("solid" if solid else "flat"), kind
        page.wait_for_timeout(300)
        return page

    yield start
    for browser in opened:
        browser.close()
    assert not told, told


def picture(page: Page) -> bytes:
    page.wait_for_timeout(400)
    return page.locator("#atlas-sheet").screenshot()


def said(page: Page) -> str:
    return page.inner_text("#atlas-said")


def test_the_keyboard_turns_the_head_and_brings_it_back(atlas: OpenAtlas) -> None:
    page = atlas()
    page.focus("#atlas-canvas")
    front = picture(page)
    page.keyboard.press("ArrowRight")
    turned = picture(page)
    assert turned != front
    page.keyboard.press("+")
    assert picture(page) != turned
    page.keyboard.press("Home")
    assert picture(page) == front


def test_the_buttons_do_what_the_keys_do(atlas: OpenAtlas) -> None:
    page = atlas()
    keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "+", "-", "Home"]
    turns = ["left", "right", "up", "down", "closer", "farther", "home"]
    for key, turn in zip(keys, turns, strict=True):
        page.focus("#atlas-canvas")
        page.keyboard.press("Home")
        page.keyboard.press(key)
        page.locator("#atlas-canvas").blur()
        by_key = picture(page)
        page.click("[data-turn=home]")
        page.click(f"[data-turn={turn}]")
        assert picture(page) == by_key, key


def test_dragging_turns_and_a_tap_chooses_what_is_under_it(atlas: OpenAtlas) -> None:
    page = atlas()
    box = page.locator("#atlas-canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = picture(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=4)
    page.mouse.up()
    assert picture(page) != before
    assert page.locator(".atlas-zones [aria-current]").count() == 0
    page.keyboard.press("Home")
    mark = page.locator("#atlas-marks li[data-zone=forehead]").bounding_box()
    assert mark
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_timeout(300)
    assert page.get_attribute(".atlas-zones [aria-current]", "data-zone") == "forehead"


def test_choosing_a_zone_shows_its_note_alone_and_says_so(atlas: OpenAtlas) -> None:
    page = atlas()
    whole = picture(page)
    page.click(".atlas-zones [data-zone=cheeks]")
    assert page.locator(".atlas-note:visible").count() == 1
    assert page.is_visible("#zone-cheeks")
    assert said(page) == "Shown: Cheeks and cheekbones."
    assert page.url.endswith("#zone-cheeks")
    assert picture(page) != whole
    page.click(".atlas-zones [data-zone=cheeks]")
    assert page.locator(".atlas-note:visible").count() == 0
    assert said(page) == "The whole face is shown."


def test_every_layer_looks_different_and_is_named(atlas: OpenAtlas) -> None:
    page = atlas(hash_="#zone-cheeks")
    page.focus("#atlas-layer")
    seen = {picture(page)}
    for down in range(1, 5):
        page.keyboard.press("ArrowRight")
        seen.add(picture(page))
        now = page.inner_text("#zone-cheeks [data-layer][data-now]")
        assert page.get_attribute("#atlas-layer", "aria-valuetext") == now
        assert page.locator(f"#zone-cheeks [data-layer='{down}'][data-now]").count() == 1
    assert len(seen) == 5


def test_what_is_never_pressed_can_be_marked(atlas: OpenAtlas) -> None:
    page = atlas()
    before = picture(page)
    page.check("#atlas-warn")
    assert picture(page) != before
    page.uncheck("#atlas-warn")
    assert picture(page) == before


def test_nothing_moves_by_itself_unless_a_stroke_is_shown_and_motion_is_welcome(
    atlas: OpenAtlas,
) -> None:
    calm = atlas(hash_="#zone-forehead")
    assert picture(calm) == picture(calm)
    moving = atlas(hash_="#zone-forehead", reduced_motion="no-preference")
    assert picture(moving) != picture(moving)
    moving.click(".atlas-zones [data-zone=forehead]")
    assert picture(moving) == picture(moving)


def test_without_webgl_the_drawing_stays_and_zones_still_work(atlas: OpenAtlas) -> None:
    page = atlas(solid=False)
    assert page.is_visible("#atlas-chart svg")
    assert page.is_hidden("#atlas-canvas")
    assert page.is_hidden("#atlas-depth")
    assert page.locator(".atlas-note:visible").count() == 9
    plain = picture(page)
    page.click(".atlas-zones [data-zone=jawline]")
    assert page.locator(".atlas-note:visible").count() == 1
    assert picture(page) != plain
    page.click("#zone-jawline a.button")
    assert page.url.endswith("/learn/zones/jawline")


def test_without_any_script_everything_can_be_read(atlas: OpenAtlas, site: Site) -> None:
    page = atlas(solid=False)
    browser = page.context.browser
    assert browser
    bare = browser.new_context(java_script_enabled=False).new_page()
    bare.goto(f"{site.address}/atlas")
    assert bare.locator(".atlas-note:visible").count() == 9
    assert bare.is_visible("#atlas-chart svg")


@pytest.mark.parametrize("solid", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_zone_open(atlas: OpenAtlas, solid: bool, scheme: str) -> None:
    page = atlas(solid=solid, hash_="#zone-neck", color_scheme=scheme)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [v["id"] for v in found["violations"]] == []


def test_the_script_is_light_enough_for_a_page(site: Site, atlas: OpenAtlas) -> None:
    """Under 250 kB gzipped, as every page's; three is most of it."""
    import gzip

    page = atlas()
    names = page.evaluate(
        "performance.getEntriesByType('resource').map((e) => e.name)"
        ".filter((name) => new URL(name).pathname.endsWith('.js'))"
    )
    files = [STATIC / name.split("/static/")[1].split("?")[0] for name in names]
    assert files
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 250_000


def test_on_a_phone_the_plate_stays_in_view_while_the_notes_pass(atlas: OpenAtlas) -> None:
    page = atlas(viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.click(".atlas-zones [data-zone=jawline]")
    page.locator("#zone-jawline a.button").scroll_into_view_if_needed()
    plate = page.locator("#atlas-sheet").bounding_box()
    button = page.locator("#zone-jawline a.button").bounding_box()
    assert plate
    assert button
    assert plate["y"] >= 0
    assert button["y"] > plate["y"] + plate["height"]
    sizes = page.evaluate(
        "[...document.querySelectorAll('.atlas-turn button, .atlas-zones a, #atlas-layer')]"
        ".map((e) => e.getBoundingClientRect()).map((r) => Math.min(r.width, r.height))"
    )
    assert min(sizes) >= 44
