"""When something breaks on our side."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from faceglide.settings import Settings
from tests.server.conftest import ADDRESS

SECRET = "her name and what she answered"


@pytest.fixture
def broken(app: FastAPI) -> Iterator[TestClient]:
    @app.get("/break")
    def breaks() -> None:
        raise RuntimeError(SECRET)

    @app.get("/api/break")
    def breaks_too() -> None:
        raise RuntimeError(SECRET)

    @app.websocket("/break-socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        raise RuntimeError(SECRET)

    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def test_a_person_gets_a_page_and_the_log_gets_the_place_but_not_the_words(
    broken: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = broken.get("/break")
    assert answer.status_code == 500
    assert "Something broke on our side." in answer.text
    assert "content-security-policy" in answer.headers
    out, err = capfd.readouterr()
    assert SECRET not in answer.text + out + err


def test_a_program_gets_json(broken: TestClient) -> None:
    answer = broken.get("/api/break")
    assert answer.status_code == 500
    assert json.loads(answer.text) == {"detail": "Something broke on our side."}


def test_a_socket_is_closed(broken: TestClient) -> None:
    with (
        broken.websocket_connect("/break-socket", headers={"Host": "localhost:8321"}) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()
    assert closed.value.code == 1011


def test_records_that_are_damaged_are_named_and_the_other_pages_still_open(
    client: TestClient, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "faceglide.sqlite3").write_bytes(b"no database " * 500)
    home = client.get("/")
    assert home.status_code == 422
    assert "is not a database" in home.text
    assert "content-security-policy" in home.headers
    assert client.get("/api/sessions").json()["fault"] == "is not a database"
    assert client.get("/about").status_code == 200
    assert capfd.readouterr().err == ""
