"""Every word in every language: catalogues are whole, and pages hold no other language's words."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient

from faceglide.coaching import Coach
from faceglide.coaching.events import Stroke
from faceglide.planning import make_plan, reworded_plan
from faceglide.protocol import load_protocol
from faceglide.protocol.phrases import PLACES, places
from faceglide.records import Store
from faceglide.screening import parse_answers, screen
from faceglide.server import language
from faceglide.server.language import DOMAINS, accepted, catalogue_file, languages, worded
from scripts import catalogues
from tests.server.conftest import Browser
from tests.web.pages import ADAPTED, NEEDS, PAGES, answer, fill

SHIPPED = [(code, domain) for code in languages() if code != "en" for domain in DOMAINS]
# Words that stand in nearly every English sentence, and in no German one.
ENGLISH = re.compile(
    r"\b(the|and|your|you|with|of|is|are|not|for|this|that|from|when|what|each|both|no|on|to)\b",
    re.IGNORECASE,
)
# What stays as it is in every language: names of licences and typefaces, titles of studies.
AS_THEY_ARE = re.compile(r"SIL Open Font License|„What is facial release massage[^“]*“|\{\w+\}")


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    language.use_language("en")


def shipped(code: str, domain: str) -> Catalog:
    with catalogue_file(code, domain).open("rb") as file:
        return read_po(file, locale=code)


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_german_is_offered_beside_english() -> None:
    assert languages()[:2] == ("en", "de")


@pytest.mark.parametrize(("code", "domain"), SHIPPED)
def test_everything_that_is_said_is_translated(code: str, domain: str) -> None:
    """`make catalogues` brings the files up to date; what is new there is to be translated."""
    have = shipped(code, domain)
    today = catalogues.merged(code, domain)
    missing = [m.id for m in today if m.id and not all(said(m) or [""])]
    assert not missing, "not translated"
    assert not [m.id for m in have if m.id and m.fuzzy], "not looked over"
    stale = {(m.context, str(m.id)) for m in have} - {(m.context, str(m.id)) for m in today}
    assert not stale, "nothing says this any more: run `make catalogues`"


def test_no_message_hides_from_the_catalogues_inside_a_string() -> None:
    """Before Python 3.12 what stands inside an f-string is text, which nothing looks into."""
    known = {text for message in catalogues.interface() for text in ids(message)}
    hidden = [
        (file.name, text)
        for file in (catalogues.PACKAGE / "server").glob("*.py")
        for text in re.findall(r"""\b_\((['"])(.+?)\1\)""", file.read_text("utf-8"))
        if text[1] not in known
    ]
    assert not hidden


@pytest.mark.parametrize(("code", "domain"), SHIPPED)
def test_translations_fill_the_same_places(code: str, domain: str) -> None:
    wrong = [
        (m.id, text)
        for m in shipped(code, domain)
        if m.id
        for text in said(m)
        if not (_percent(text) <= _percent(*ids(m)) and _braces(text) == _braces(ids(m)[0]))
        or (not isinstance(m.id, tuple) and _percent(text) != _percent(*ids(m)))
    ]
    assert not wrong


def _percent(*texts: str) -> set[str]:
    return {place for text in texts for place in re.findall(r"%\((\w+)\)s", text)}


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_phrases_keep_the_places_that_rooms_fill(code: str) -> None:
    language.use_language(code)
    phrases = {phrase.id: phrase.text for phrase in worded(load_protocol()).phrases}
    assert {name: places(text) for name, text in phrases.items()} == PLACES


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de;q=0", "en"),
        ("fr", "en"),
        ("", "en"),
        ("de;q=much, ;;", "en"),
    ],
)
def test_the_browser_is_answered_in_a_language_it_asks_for(header: str, code: str) -> None:
    assert accepted(header, ("en", "de")) == code


def test_a_chosen_language_goes_before_what_the_browser_asks_for(
    browser: Browser, store: Store
) -> None:
    german = {"Accept-Language": "de-DE,de;q=0.9"}
    assert '<html lang="de"' in browser.get("/about", headers=german).text
    store.set_preference("language", "en")
    browser.client.app.state.faceglide.forget()  # type: ignore[attr-defined]
    assert '<html lang="en"' in browser.get("/about", headers=german).text
    browser.send("/settings", {"language": "", "theme": "auto", "sound": "voice"})
    assert '<html lang="de"' in browser.get("/about", headers=german).text


def test_an_offline_page_is_kept_anew_in_another_language(client: TestClient) -> None:
    told = [
        client.get("/service-worker.js", headers={"Accept-Language": code}).text
        for code in ("en", "de", "en")
    ]
    assert told[0] == told[2] != told[1]
    manifest = client.get("/manifest.webmanifest", headers={"Accept-Language": "de"}).json()
    assert (manifest["lang"], manifest["description"]) == ("de", "Gesichtsmassage mit Anleitung")


def test_a_language_that_went_away_is_not_missed(browser: Browser, store: Store) -> None:
    store.set_preference("language", "xx")
    assert '<html lang="en"' in browser.get("/about").text


class _Told(HTMLParser):
    """What a page tells its reader: text, labels, and the words it gives to its scripts."""

    ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "data-name")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in ("input", "meta", "link", "br", "img", "path", "circle", "rect", "line"):
            # Citations and places on this machine are the same in every language.
            kept = {"sources", "source", "path"}.intersection((values.get("class") or "").split())
            self._inside.append(kept.pop() if kept else tag)
        self.texts += [str(values[name]) for name in self.ATTRIBUTES if values.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "script" in self._inside:
            # Single words there are codes, such as a step's side.
            given = _strings(json.loads(data)) if data.strip().startswith("{") else ()
            self.texts += [text for text in given if " " in text]
        elif not {"style", "sources", "source", "path"}.intersection(self._inside) and data.strip():
            self.texts.append(" ".join(data.split()))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _english() -> set[str]:
    """What English pages say in other words than German ones."""
    return {
        text
        for domain in DOMAINS
        for message in shipped("de", domain)
        for text in ids(message)
        if text and text not in said(message) and "%(" not in text and "{" not in text
    }


@pytest.fixture
def german(client: TestClient) -> Browser:
    client.headers["Accept-Language"] = "de-DE,de;q=0.9,en;q=0.2"
    return Browser(client)


# Pages that pictures leave out.
MORE = {"demo": "/demo", "edit": "/plan/{plan}/edit", "offline": "/offline"}


@pytest.mark.parametrize("name", {**PAGES, **MORE})
def test_no_page_falls_back_to_english(german: Browser, store: Store, name: str) -> None:
    plan, session = fill(store)
    answer(store, NEEDS.get(name, ADAPTED))
    told = german.get({**PAGES, **MORE}[name].format(plan=plan, session=session)).text
    assert '<html lang="de"' in told
    # A word of both languages ("Name") is no sign of either.
    both = {text for domain in DOMAINS for m in shipped("de", domain) for text in said(m)}
    english = _english() - both
    texts = [AS_THEY_ARE.sub("", text) for text in _Told(told).texts]
    left = [text for text in texts if text in english or ENGLISH.search(text)]
    assert not left


def test_what_is_kept_stays_in_the_protocols_own_words(german: Browser, store: Store) -> None:
    """A plan made in German stands, and reads English, once the language is changed."""
    answer(store, ADAPTED)
    german.send("/check/same")
    made = german.send("/plan", {"goal": "glow", "minutes": "8", "tool": ["oil", "gua_sha"]})
    assert "Frische Farbe: Steigert die Durchblutung der Haut für Minuten." in made.text
    assert "Heute ausgelassen: Nase." in made.text
    assert "Mit der Kamera beginnen" in made.text
    german.client.headers["Accept-Language"] = "en"
    same = german.get(made.url.path).text
    assert "For glow: raises skin blood flow for minutes." in same
    assert "Left out today: nose." in same
    assert "Start with the camera" in same


def test_a_plan_reads_the_same_planned_or_reworded_in_another_language() -> None:
    own = load_protocol()
    language.use_language("de")
    german = worded(own)
    data = {**ADAPTED, "as_of": "2026-11-21", "procedures": [{"id": "tooth_extraction"}]}
    data["procedures"] = [{"id": "tooth_extraction", "date": "2026-11-20"}]
    answers = parse_answers(data, "test")
    wanted = {"goals": ["puffiness"], "minutes": 12, "tools": ["gua_sha", "cups", "oil"]}
    kept = make_plan(own, screen(own, answers), **wanted)  # type: ignore[arg-type]
    told = make_plan(german, screen(german, answers), **wanted)  # type: ignore[arg-type]
    assert reworded_plan(own, german, kept) == told
    assert reworded_plan(german, own, told) == kept
    assert any("bis 27.11.2026" in line for line in told.notes)


def test_cues_are_said_in_the_language_of_the_session() -> None:
    language.use_language("de")
    stroke = Stroke(
        movement="forehead.glide_out",
        zone="forehead",
        side="left",
        hand="left",
        start_s=1,
        end_s=3,
        length_mm=70,
        speed_mm_s=35,
        direction_error_deg=170,
        path_error_mm=3,
        coverage=0.9,
        verdict="fault",
        faults=("wrong_direction",),
    )
    cues = Coach(worded(load_protocol())).take(3.0, [stroke])
    assert [cue.text for cue in cues] == [
        "Andere Richtung. Nach außen, von der Stirnmitte zur Schläfe."
    ]


def test_the_api_speaks_the_protocols_own_words(german: Browser) -> None:
    zones = german.get("/api/protocol").json()["zones"]
    assert zones[0]["name"] == "Forehead"


def test_what_is_wrong_with_a_form_is_said_in_german_too(german: Browser, store: Store) -> None:
    form = {"age": "150", "date__microneedling": "2026-13-01"}
    assert "Dein Alter: 150 ist zu hoch. Erwartet: dein Alter in Jahren." in _told(german, form)
    assert "Microneedling: 2026-13-01 ist kein Datum." in _told(german, form | {"age": "34"})
    form = {"age": "34", "date__microneedling": "2999-01-01"}
    assert "Microneedling: 2999-01-01 liegt in der Zukunft." in _told(german, form)
    answer(store, ADAPTED)
    missing = german.send("/plan", {"goal": "glow"}).text
    assert "Minuten: keine gewählt. Erwartet: 1 bis 60." in " ".join(_Told(missing).texts)


def _told(browser: Browser, form: dict[str, str]) -> str:
    return " ".join(_Told(browser.send("/check", form).text).texts)
