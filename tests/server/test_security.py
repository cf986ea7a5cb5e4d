"""Nobody but our own pages gets in: not under another name, not from another page."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from faceglide.server import create_app
from faceglide.server.limits import MAX_BODY
from faceglide.server.security import COOKIE, SAFE_METHODS, check_websocket, load_secret
from faceglide.settings import Settings

ID = "00000000-0000-4000-8000-000000000000"


def _routes(app: FastAPI) -> tuple[list[tuple[str, str]], list[str]]:
    """Every (method, path) that changes something, and every socket, that the app has."""
    changing, sockets = [], []
    for context in iter_route_contexts(app.routes):
        path = re.sub(r"\{[^}]*\}", ID, str(getattr(context, "path", "")))
        methods = getattr(context, "methods", None)
        if methods:
            changing += [(method, path) for method in methods if method not in SAFE_METHODS]
        elif "WebSocket" in type(context.original_route).__name__:
            sockets.append(path)
    return changing, sockets


@pytest.fixture
def routes(app: FastAPI) -> tuple[list[tuple[str, str]], list[str]]:
    changing, sockets = _routes(app)
    assert len(changing) >= 6
    assert len(sockets) >= 1
    return changing, sockets


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost:8321"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Host": "elsewhere.example"},
        {"Host": "localhost.elsewhere.example:8321"},
        {"Host": "elsewhere.example:8321", "Origin": "http://elsewhere.example:8321"},
        {"Host": "localhost:8321@elsewhere.example"},
    ],
    ids=str,
)
def test_strangers_change_nothing_and_get_no_socket(
    client: TestClient, routes: tuple[list[tuple[str, str]], list[str]], headers: dict[str, str]
) -> None:
    changing, sockets = routes
    for method, path in changing:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 403, (method, path, answer.text)
    for path in sockets:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path, headers=headers):
            pass


def test_without_the_pages_token_nothing_changes(
    client: TestClient, routes: tuple[list[tuple[str, str]], list[str]]
) -> None:
    client.get("/")
    own = {"Origin": "http://localhost:8321", "Sec-Fetch-Site": "same-origin"}
    asked = 0
    for method, path in routes[0]:
        if path in {"/api/screen", "/api/plan"}:
            continue  # they compute and keep nothing
        for token in (None, "0" * 64, client.cookies[COOKIE]):
            headers = own | ({"X-CSRF-Token": token} if token else {})
            assert client.request(method, path, headers=headers).status_code == 403, path
            asked += 1
    assert asked >= 12


def test_the_token_of_one_cookie_does_not_serve_another(app: FastAPI) -> None:
    with TestClient(app, base_url="http://localhost:8321") as one:
        found = re.search(r'name="csrf" content="([0-9a-f]+)"', one.get("/").text)
        assert found
    with TestClient(app, base_url="http://localhost:8321") as two:
        two.get("/")
        assert two.post("/settings", data={"csrf": found[1]}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8321", "127.0.0.1:8321", "[::1]:8321", "LOCALHOST"])
def test_this_machines_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/about", headers={"Host": host}).status_code == 200


def test_a_link_from_elsewhere_still_opens_a_page(client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


def test_other_pages_cannot_embed_or_read_ours(client: TestClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    headers = client.get("/").headers
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "connect-src 'self'",
    ):
        assert rule in policy.split("; ")
    assert "unsafe-inline" not in policy
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "access-control-allow-origin" not in headers


def test_every_answer_carries_the_headers_even_refusals_and_files(client: TestClient) -> None:
    for path in ("/no-such-page", "/static/icon.svg", "/api/protocol", "/chart/portrait.svg"):
        assert "content-security-policy" in client.get(path).headers, path
    refused = client.get("/", headers={"Host": "elsewhere.example"})
    assert "content-security-policy" in refused.headers


def test_pages_are_not_stored_and_stamped_files_are_kept_for_good(client: TestClient) -> None:
    home = client.get("/")
    assert home.headers["cache-control"] == "no-store"
    stamped = re.search(r'href="(/static/css/tokens\.css\?v=[0-9a-f]+)"', home.text)
    assert stamped
    assert "immutable" in client.get(stamped[1]).headers["cache-control"]
    assert client.get("/static/css/tokens.css").headers["cache-control"] == "no-cache"


def test_the_cookie_is_for_this_site_alone(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "set-cookie" not in client.get("/").headers


def test_the_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "csrf.key"
    first = load_secret(path)
    assert load_secret(path) == first
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "in pieces"])
def test_a_body_larger_than_any_page_sends_is_refused(
    client: TestClient, kind: str, told: bool
) -> None:
    piece = b" " * (MAX_BODY // 4)
    content = piece * 5 if told else (piece for _ in range(5))
    path = "/api/screen" if kind.endswith("json") else "/settings"
    answer = client.post(path, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert client.get("/about").status_code == 200


def test_a_socket_is_refused_before_its_route_runs(app: FastAPI) -> None:
    reached = []

    @app.websocket("/probe")
    async def probe(socket: WebSocket) -> None:
        reached.append(check_websocket(socket))
        await socket.accept()
        await socket.close()

    with TestClient(app, base_url="http://localhost:8321") as client:
        evil = {"Origin": "https://elsewhere.example"}
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/probe", headers=evil):
            pass
        assert reached == []
        own = {"Origin": "http://localhost:8321", "Host": "localhost:8321"}
        with client.websocket_connect("/probe", headers=own):
            pass
        assert reached == [True]


def test_names_settings_ask_for_are_answered(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, host="192.0.2.7", port=80)
    with TestClient(create_app(settings), base_url="http://192.0.2.7") as client:
        assert client.get("/about").status_code == 200
        assert client.get("/about", headers={"Host": "192.0.2.8"}).status_code == 403
