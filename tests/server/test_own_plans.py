"""A routine made one's own: changed without and with a script, and never past the safety check."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from faceglide.exchange.fhir.routine import routine_bundle
from faceglide.planning import Plan, blocks, make_plan
from faceglide.protocol import load_protocol
from faceglide.records import Store

from ..web.pages import answer
from .conftest import Browser

PROTOCOL = load_protocol()
NO_NECK = {"age": 34, "conditions": [{"id": "carotid_disease"}]}


@pytest.fixture
def plan(store: Store) -> uuid.UUID:
    answer(store, {"age": 34})
    screening = store.latest_screening()
    assert screening
    made = make_plan(PROTOCOL, screening.decision, goals=["glow"], minutes=8, tools=["oil"])
    return store.save_plan(made, {"goals": ["glow"], "tools": ["oil"]})


class Editor:
    """A person on the edit page, pressing its buttons."""

    def __init__(self, browser: Browser, plan: uuid.UUID) -> None:
        self.browser, self.path = browser, f"/plan/{plan}/edit"
        self.answer = browser.get(self.path)

    @property
    def page(self) -> str:
        return self.answer.text

    def edits(self) -> str:
        found = re.search(r'name="edits" value="([^"]*)"', self.page)
        assert found
        return found[1].replace("&#34;", '"')

    def press(self, do: str, **fields: Any) -> Editor:
        self.answer = self.browser.send(self.path, {"edits": self.edits(), "do": do, **fields})
        return self

    def movements(self) -> list[str]:
        return re.findall(r"<h2>(.*?)</h2>", self.page)


@pytest.fixture
def editor(browser: Browser, plan: uuid.UUID) -> Editor:
    return Editor(browser, plan)


def kept(store: Store, editor: Editor) -> Plan:
    return store.plan(uuid.UUID(editor.answer.url.path.rpartition("/")[2])).plan


def test_movements_change_places_go_and_come_back(editor: Editor) -> None:
    before = editor.movements()
    assert editor.press("down:0").movements()[:2] == [before[1], before[0]]
    assert editor.press("remove:0").movements() == [before[0], *before[2:]]
    assert editor.press("undo").press("undo").movements() == before


def test_one_more_is_one_more_on_each_side_and_has_an_end(
    editor: Editor, store: Store, plan: uuid.UUID
) -> None:
    block = blocks(store.plan(plan).plan)[0]
    movement = next(m for m in PROTOCOL.movements if m.id == block[0].movement)
    steps_left = movement.repeats_range[1] - block[0].repeats
    for _ in range(steps_left):
        editor.press("more:0")
    button = re.search(r'<button name="do" value="more:0"[^>]*>', editor.page)
    assert button
    assert "disabled" in button[0]
    refused = editor.press("more:0")
    assert refused.answer.status_code == 422
    assert 'role="alert"' in refused.page
    editor.press("save", name="Longer")
    first = blocks(kept(store, editor))[0]
    assert {step.repeats for step in first} == {movement.repeats_range[1]}
    assert [step.side for step in first] == list(movement.sides)


def test_what_is_kept_has_a_name_both_sides_and_leaves_the_old_one_alone(
    editor: Editor, store: Store, plan: uuid.UUID
) -> None:
    before = store.plan(plan).plan
    editor.press("add", way="temples.circle|hands|manual").press("save", name="  Quiet evening ")
    own = store.own_plans()
    assert [found.name for found in own] == ["Quiet evening"]
    added = [step.side for step in own[0].plan.steps if step.movement == "temples.circle"]
    assert added.count("left") == added.count("right") >= 1
    assert store.plan(plan).plan == before


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_routine_without_a_fitting_name_is_not_kept(
    editor: Editor, store: Store, name: str
) -> None:
    assert editor.press("save", name=name).answer.status_code == 422
    assert store.own_plans() == []


def test_nothing_closed_can_be_added_and_the_reason_is_told(
    browser: Browser, store: Store, plan: uuid.UUID
) -> None:
    answer(store, NO_NECK)
    editor = Editor(browser, plan)
    assert 'value="neck.' not in editor.page
    before = editor.movements()
    editor.press("add", way="neck.drain_down|hands|manual")
    assert editor.answer.status_code == 422
    assert "is not open today" in editor.page
    assert "neck.drain_down" not in re.sub(r"<option[^>]*>", "", editor.page)
    assert editor.movements() == before


def test_the_last_movement_stays(editor: Editor) -> None:
    while len(editor.movements()) > 1:
        editor.press("remove:0")
    assert editor.press("remove:0").answer.status_code == 422
    assert "nothing would be left" in editor.page
    assert len(editor.movements()) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "up:0"},
        {"do": "remove:99"},
        {"do": "remove:-1"},
        {"do": "explode"},
        {"do": "explode:0"},
        {"do": "add", "way": "elbow.rub|hands|manual"},
        {"do": "add", "way": "temples.circle|hammer|manual"},
        {"do": "add"},
        {"do": "undo", "edits": "[{}]"},
        {"do": "undo", "edits": "not json"},
    ],
)
def test_what_the_page_does_not_offer_is_refused(
    browser: Browser, plan: uuid.UUID, fields: dict[str, str]
) -> None:
    assert browser.send(f"/plan/{plan}/edit", fields).status_code == 422


def test_changing_asks_for_todays_check_first(browser: Browser, store: Store) -> None:
    made = Plan(protocol="1", decision={"outcome": "go"}, steps=(), total_seconds=1)  # type: ignore[arg-type]
    kept = store.save_plan(made)
    assert browser.get(f"/plan/{kept}/edit").url.path == "/check"


def test_ones_own_plan_is_used_fitted_and_taken_off_the_list(
    browser: Browser, editor: Editor, store: Store
) -> None:
    editor.press("add", way="neck.drain_down|hands|manual").press("save", name="Mine")
    own = store.own_plans()[0].id
    chooser = browser.get("/plan").text
    assert "Mine" in chooser
    assert browser.send(f"/plan/{own}/use").url.path == f"/plan/{own}"
    answer(store, NO_NECK)
    fitted = browser.send(f"/plan/{own}/use").url.path
    steps = store.plan(uuid.UUID(fitted.rpartition("/")[2])).plan.steps
    assert steps
    assert not any(step.movement.startswith("neck.") for step in steps)
    browser.send(f"/plan/{own}/unname")
    assert store.own_plans() == []
    assert "Mine" not in browser.get("/plan").text


def test_a_routine_can_be_taken_along(browser: Browser, store: Store, plan: uuid.UUID) -> None:
    plain = browser.get(f"/plan/{plan}/routine.json")
    assert Plan.model_validate(plain.json()) == store.plan(plan).plan
    bundle = browser.get(f"/plan/{plan}/routine.fhir.json").json()
    care = bundle["entry"][0]["resource"]
    assert care["resourceType"] == "CarePlan"
    assert len(care["activity"]) == len(store.plan(plan).plan.steps)
    assert "conditions" not in str(bundle)


def test_the_fhir_routine_is_valid(store: Store, plan: uuid.UUID) -> None:
    body = routine_bundle(store.plan(plan).plan, str(plan), PROTOCOL)
    get_fhir_model_class("Bundle").model_validate(body)
