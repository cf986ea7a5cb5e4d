"""Settings, taking data away and erasing it."""

from __future__ import annotations

import re

import pytest

from faceglide.records import Store, parse_document
from tests.server.conftest import Browser
from tests.web.pages import fill

KEPT = {
    "theme": "dark",
    "language": "en",
    "sound": "tones",
    "volume": "35",
    "pupillary_distance_mm": "63.5",
}


def test_settings_are_kept_and_followed(browser: Browser, store: Store) -> None:
    page = browser.send("/settings", KEPT).text
    assert 'data-theme="dark"' in page
    assert re.search(r'value="tones" checked', page)
    assert 'value="63.5"' in page
    assert store.preferences()["pupillary_distance_mm"] == 63.5
    assert store.preferences()["volume"] == 0.35
    assert store.preferences()["tempo"] is False
    assert re.search(r'name="volume"[^>]*value="35"', page)
    assert 'name="tempo" value="yes" checked' in browser.send("/settings", {"tempo": "yes"}).text


@pytest.mark.parametrize("path", ["/", "/check", "/api/protocol", "/static/icon.svg"])
def test_head_answers_as_get_without_the_body(browser: Browser, path: str) -> None:
    head, whole = browser.client.head(path), browser.get(path)
    assert head.status_code == whole.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_an_empty_distance_forgets_it(browser: Browser, store: Store) -> None:
    browser.send("/settings", KEPT)
    browser.send("/settings", KEPT | {"pupillary_distance_mm": ""})
    assert store.preferences().get("pupillary_distance_mm") is None


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "sepia"},
        {"language": "xx"},
        {"sound": "loud"},
        {"pupillary_distance_mm": "6.3"},
        {"pupillary_distance_mm": "wide"},
        {"pupillary_distance_mm": "nan"},
        {"volume": "101"},
        {"volume": "loud"},
    ],
)
def test_what_is_not_offered_is_refused_and_nothing_changes(
    browser: Browser, store: Store, change: dict[str, str]
) -> None:
    answer = browser.send("/settings", KEPT | change)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "theme" not in store.preferences()


def test_everything_can_be_taken_away(browser: Browser, store: Store) -> None:
    _plan, session = fill(store)
    answer = browser.get("/settings/export.json")
    assert "attachment" in answer.headers["content-disposition"]
    document = parse_document(answer.json(), "export")
    assert [s.id for p in document.people for s in p.sessions] == [session]


def test_everything_can_be_erased_after_one_more_question(browser: Browser, store: Store) -> None:
    fill(store)
    browser.send("/settings", KEPT)
    assert "Erase it all" in browser.get("/settings/erase").text
    assert "All of it is erased." in browser.send("/settings/erase").text
    assert store.sessions() == []
    assert store.latest_screening() is None
    assert 'data-theme="auto"' in browser.get("/").text
