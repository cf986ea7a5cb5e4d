"""A wait ends on the day on the person's own wall, wherever the wall stands."""

import datetime as dt
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from faceglide.protocol import load_protocol
from faceglide.screening import parse_answers, screen
from faceglide.server.state import today

EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"  # 26 hours apart: never on the same day


@pytest.fixture(autouse=True)
def _zone_put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


def _live_in(zone: str, monkeypatch: pytest.MonkeyPatch) -> dt.date:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    return today()


@pytest.mark.parametrize("zone", [EAST, WEST])
def test_today_is_the_day_where_the_person_lives(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _live_in(zone, monkeypatch) == dt.datetime.now(ZoneInfo(zone)).date()


def test_a_wait_is_over_in_the_east_before_it_is_in_the_west(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    treated = _live_in(EAST, monkeypatch) - dt.timedelta(days=14)

    def outcome(zone: str) -> str:
        answers = {
            "as_of": _live_in(zone, monkeypatch).isoformat(),
            "age": 40,
            "procedures": [{"id": "botulinum_toxin", "date": treated.isoformat(), "cleared": True}],
        }
        return screen(load_protocol(), parse_answers(answers, "answers")).outcome

    assert outcome(EAST) != "wait"
    assert outcome(WEST) == "wait"
