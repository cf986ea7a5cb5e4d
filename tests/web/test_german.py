"""German pages in a real Chromium: long words break no layout, and the session speaks German."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.web.pages import PAGES, Site, served, walk

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
# Text that is wider than the room it has; what only a screen reader reads has none.
TOO_WIDE = """[...document.querySelectorAll(
  "button, button span, .button, .choice span, h1, h2, h3, dt, dd, th, td, p, li, summary, legend, "
  + "figcaption, .zone-name, nav a"
)]
.filter((e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
.filter((e) => !["inline", "contents"].includes(getComputedStyle(e).display))
.filter((e) => !e.closest(".unseen, .scroll, [hidden]") && !e.querySelector(".unseen"))
.map((e) => `${e.tagName} ${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("records")) as site:
        yield site


def german(browser: Browser, size: str) -> Page:
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height}, locale="de-DE"
    ).new_page()


@pytest.mark.parametrize("size", SIZES)
def test_long_words_break_no_layout(
    site: Site, open_browser: Callable[..., Browser], size: str
) -> None:
    page = german(open_browser(), size)
    faults: list[str] = []
    for name in PAGES:
        page.goto(site.address + walk(site, name))
        assert page.evaluate("document.documentElement.lang") == "de", name
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{name}: {wide} px too wide"] if wide > 0 else []
        faults += [f"{name}: {text}" for text in page.evaluate(TOO_WIDE)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", SIZES)
def test_a_session_runs_in_german(
    site: Site, open_browser: Callable[..., Browser], size: str
) -> None:
    page = german(open_browser(), size)
    page.goto(site.address + walk(site, "session"))
    page.locator("#start-guided").click()
    page.locator("#tempo-words", has_text="Strich 1 von").wait_for()
    assert page.locator("#name").inner_text() == "Stirn, Mitte zur Schläfe"
    assert page.locator("#side").inner_text().lower() == "linke seite"
    assert page.locator("[data-command=skip]").first.inner_text() == "Nächste"
    assert page.evaluate(TOO_WIDE) == []
    roomy = page.evaluate(
        """[...document.querySelectorAll("#controls button")].every((button) =>
          button.querySelector("span").getBoundingClientRect().width
            <= button.getBoundingClientRect().width - 6)"""
    )
    assert roomy, "a word touches the edge of its button"
    page.keyboard.press("h")
    page.get_by_role("button", name="Schwindel").click()
    assert "hol jetzt Hilfe" in page.locator("#hurt-advice").inner_text()


def test_german_is_read_aloud_by_a_german_voice(
    site: Site, open_browser: Callable[..., Browser]
) -> None:
    """A voice of the page's language that speaks on this machine, whatever else there is."""
    page = german(open_browser(), "desktop")
    page.add_init_script(
        """
        const voice = (lang, localService) => ({lang, localService, default: false, name: lang});
        globalThis.spoken = [];
        Object.defineProperty(globalThis, "speechSynthesis", {value: {
          getVoices: () => [voice("en-GB", true), voice("de-DE", false), voice("de-AT", true)],
          speak: (said) => {
            if (said.text.trim()) spoken.push([said.lang, said.voice.lang, said.text]);
            setTimeout(() => { said.onstart?.(); said.onend?.(); }, 50);
          },
          cancel: () => undefined,
        }});
        globalThis.SpeechSynthesisUtterance = function (text) { this.text = text; };
        """
    )
    page.goto(site.address + walk(site, "session"))
    page.locator("#start-guided").click()
    page.locator("#tempo-words", has_text="Strich 1 von").wait_for()
    for _ in range(50):
        if spoken := page.evaluate("spoken"):
            break
        page.wait_for_timeout(100)
    lang, voice, text = spoken[0]
    assert (lang, voice) == ("de", "de-AT")
    assert text.startswith("Stirn, Mitte zur Schläfe, linke Seite.")
