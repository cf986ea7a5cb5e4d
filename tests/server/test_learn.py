"""Learn holds the whole protocol, and claims nothing without its evidence."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from faceglide.protocol import load_protocol
from faceglide.records import Store
from tests.server.conftest import Browser
from tests.web.pages import PAGES, answer, fill

PROTOCOL = load_protocol()
EVIDENCE = {entry.id: entry for entry in PROTOCOL.evidence}


def _text(client: TestClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return html.unescape(page.text)


@pytest.mark.parametrize("zone", PROTOCOL.zones, ids=lambda zone: zone.id)
def test_a_zone_page_goes_from_skin_to_bone_with_all_its_movements(
    client: TestClient, zone: object
) -> None:
    page = _text(client, f"/learn/zones/{zone.id}")  # type: ignore[attr-defined]
    atlas = f'/atlas#zone-{zone.id}"'  # type: ignore[attr-defined]
    assert atlas in client.get(f"/learn/zones/{zone.id}").text  # type: ignore[attr-defined]
    assert f'id="zone-{zone.id}"' in client.get("/atlas").text  # type: ignore[attr-defined]
    for line in (*zone.layers, *zone.avoid, zone.anatomy):  # type: ignore[attr-defined]
        assert line in page
    for movement in PROTOCOL.movements:
        if movement.zone == zone.id:  # type: ignore[attr-defined]
            for line in (movement.name, movement.instruction, movement.direction):
                assert line in page


def test_every_technique_tool_mistake_question_and_part_has_its_place(client: TestClient) -> None:
    techniques = _text(client, "/learn/techniques")
    for technique in PROTOCOL.techniques:
        for line in (technique.name, technique.summary, *technique.how):
            assert line in techniques
    for tool in PROTOCOL.tools:
        for line in (tool.name, tool.summary, *tool.how, *tool.cautions):
            assert line in techniques
    mistakes = _text(client, "/learn/mistakes")
    for mistake in PROTOCOL.mistakes:
        for line in (mistake.name, mistake.wrong, mistake.right, mistake.why):
            assert line in mistakes
    questions = _text(client, "/learn/questions")
    assert PROTOCOL.questions
    for question in PROTOCOL.questions:
        assert question.question in questions
        assert question.answer in questions
    session = _text(client, "/learn/session")
    assert PROTOCOL.session
    for part in PROTOCOL.session:
        assert part.text in session
    safety = _text(client, "/learn/safety")
    for caution in PROTOCOL.cautions:
        assert caution.reason in safety
        assert f'id="{caution.id}"' in safety


def test_every_mistake_is_drawn_wrong_and_right(client: TestClient) -> None:
    assert _text(client, "/learn/mistakes").count("<svg") == 2 * len(PROTOCOL.mistakes)


def test_the_evidence_page_gives_grade_study_and_sentence(client: TestClient) -> None:
    page = _text(client, "/learn/evidence")
    said, unsaid = page.split('id="unsaid"')
    for entry in PROTOCOL.evidence:
        part = said if entry.claimed else unsaid
        article = part.split(f'<article class="entry evidence" id="{entry.id}">')[1]
        article = article.split("</article>")[0]
        for line in (entry.claim, entry.best, entry.say):
            assert line in article
        for source in entry.sources:
            assert PROTOCOL.sources[source] in article


def test_every_claim_on_every_page_resolves_to_evidence(browser: Browser, store: Store) -> None:
    plan, session = fill(store)
    answer(store, {"age": 34})
    found = 0
    paths = [path.format(plan=plan, session=session) for path in PAGES.values()]
    paths += [f"/learn/zones/{zone.id}" for zone in PROTOCOL.zones]
    for path in paths:
        page = browser.get(path).text
        for ids in re.findall(r'data-evidence="([^"]*)"', page):
            assert ids, path
            assert set(ids.split()) <= set(EVIDENCE), path
            found += 1
        for goal in PROTOCOL.goals:
            if html.escape(goal.say, quote=False) in page:
                assert f'data-evidence="{" ".join(goal.evidence)}"' in page, (path, goal.id)
    assert found >= len(PROTOCOL.goals)


@pytest.mark.parametrize("path", ["/", "/learn", "/learn/evidence", "/learn/questions", "/about"])
def test_words_we_do_not_use(client: TestClient, path: str) -> None:
    page = _text(client, path).lower()
    for word in ("anti-ageing", "anti-aging", "detox", "flawless"):
        assert word not in page


def test_no_page_asks_anybody_elses_server_for_anything(browser: Browser, store: Store) -> None:
    plan, session = fill(store)
    for path in PAGES.values():
        page = browser.get(path.format(plan=plan, session=session)).text
        for kind, address in re.findall(r'\b(src|href|action|poster)="([^"]*)"', page):
            assert re.match(r"(/(?!/)|#|tel:)", address), (path, kind, address)
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*(\bsrc=|\"application/json\"))", page)
        assert not re.search(r"\son[a-z]+=", page)
