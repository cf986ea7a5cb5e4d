"""The JSON API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from faceglide.planning.model import Plan
from faceglide.protocol import load_protocol
from faceglide.protocol.model import Protocol
from faceglide.records import Store
from faceglide.screening.model import Decision
from tests.server.conftest import Browser
from tests.web.pages import fill

ANSWERS = {"as_of": "2026-11-21", "age": 34}


def test_screening_decides_and_keeps_nothing(client: TestClient, store: Store) -> None:
    said = ANSWERS | {
        "procedures": [{"id": "hyaluronic_filler", "date": "2026-11-15", "zones": ["lips"]}]
    }
    answer = client.post("/api/screen", json=said)
    decision = Decision.model_validate(answer.json())
    assert decision.outcome == "wait"
    assert str(decision.until) == "2026-11-29"
    assert store.latest_screening() is None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"conditions": [{"id": "freckles"}]}, "conditions"),
        ({"conditions": [{"id": "open_wound", "zones": ["elbow"]}]}, "zones"),
        ({"age": 121}, "age"),
        ({"age": -1}, "age"),
        ({"age": "old"}, "age"),
        ({"procedures": [{"id": "peel_deep", "date": "2026-11-22"}]}, "date"),
        ({"as_of": "soon"}, "as_of"),
        ({"shoe_size": 41}, "shoe_size"),
    ],
)
def test_bad_answers_name_the_place_and_the_reason(
    client: TestClient, wrong: dict[str, Any], place: str
) -> None:
    answer = client.post("/api/screen", json=ANSWERS | wrong)
    assert answer.status_code == 422
    assert place in answer.json()["place"]
    assert answer.json()["fault"]
    assert answer.json()["expected"]
    made = client.post("/api/plan", json={"answers": ANSWERS | wrong})
    assert made.status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'"go"'])
def test_what_is_no_json_object_is_refused(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/screen", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["place"]


def test_a_plan_for_answers(client: TestClient) -> None:
    wanted = {"answers": ANSWERS, "goals": ["glow"], "minutes": 5, "tools": ["hands"]}
    plan = Plan.model_validate(client.post("/api/plan", json=wanted).json())
    assert plan.steps
    assert plan.total_seconds == pytest.approx(300, rel=0.05)


@pytest.mark.parametrize(
    "change",
    [{"goals": ["beauty"]}, {"tools": ["hammer"]}, {"minutes": 0}, {"answers": None}, {"x": 1}],
)
def test_a_plan_that_cannot_be_says_why(client: TestClient, change: dict[str, Any]) -> None:
    answer = client.post("/api/plan", json={"answers": ANSWERS, "minutes": 5} | change)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_no_plan_for_somebody_who_must_wait(client: TestClient) -> None:
    answers = ANSWERS | {"conditions": [{"id": "fever"}]}
    answer = client.post("/api/plan", json={"answers": answers, "minutes": 5})
    assert answer.status_code == 422


def test_the_whole_protocol_is_open(client: TestClient) -> None:
    assert Protocol.model_validate(client.get("/api/protocol").json()) == load_protocol()


def test_sessions_are_listed_shown_and_forgotten(browser: Browser, store: Store) -> None:
    _plan, session = fill(store)
    listed = browser.get("/api/sessions").json()
    assert [entry["id"] for entry in listed] == [str(session)]
    assert listed[0]["strokes"]["forehead"] == {"left": 5, "right": 5}
    assert len(browser.get(f"/api/sessions/{session}").json()["events"]) == 31
    headers = {"Origin": "http://localhost:8321", "X-CSRF-Token": browser.token()}
    gone = browser.client.delete(f"/api/sessions/{session}", headers=headers)
    assert gone.json() == {"forgotten": str(session)}
    assert browser.get(f"/api/sessions/{session}").status_code == 422


def test_the_description_covers_every_route_and_its_errors(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) >= {
        "/api/screen",
        "/api/plan",
        "/api/protocol",
        "/api/sessions",
        "/api/sessions/{session_id}",
        "/chart/{movement}.svg",
    }
    assert "422" in described["paths"]["/api/screen"]["post"]["responses"]
    assert "http" not in json.dumps(described.get("servers", []))
