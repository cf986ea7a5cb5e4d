"""A person at their own browser, in front of the real app."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from faceglide.records import Store
from faceglide.server import create_app
from faceglide.settings import Settings

ADDRESS = "http://localhost:8321"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "records", database=None, host="127.0.0.1", port=8321)


@pytest.fixture
def app(settings: Settings) -> Iterator[FastAPI]:
    made = create_app(settings)
    yield made
    made.state.faceglide.close()


@pytest.fixture
def store(app: FastAPI) -> Store:
    found: Store = app.state.faceglide.store
    return found


class Browser:
    """What a browser does with our pages: keeps the cookie, names its origin, sends forms."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> Response:
        return self.client.get(path, **kwargs)

    def token(self) -> str:
        found = re.search(r'name="csrf" content="([0-9a-f]{64})"', self.get("/about").text)
        assert found
        return found[1]

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Response:
        headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(
            path, data={"csrf": self.token(), **(data or {})}, headers=headers, **kwargs
        )


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def browser(client: TestClient) -> Browser:
    return Browser(client)


@pytest.fixture
def today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011
