"""Answers to the safety check, checked field by field: an error names the place, never a guess."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Collection, Iterable
from typing import NoReturn, TypeVar

from faceglide.errors import BadInput
from faceglide.protocol import Protocol, load_protocol
from faceglide.screening.model import Answers, ConditionAnswer, ProcedureAnswer

_T = TypeVar("_T")

EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2999, 12, 31)
"""Dates outside these are slips of the keyboard."""
OLDEST = 120
"""Years; no age above it is believed."""
MOST_LISTED = 12
"""Up to so many known ids, an error lists them all."""


def parse_answers(
    data: object, place: str, today: dt.date | None = None, *, protocol: Protocol | None = None
) -> Answers:
    """Check answers that came as parsed JSON.

    Args:
        data: The answers in the public contract's shape.
        place: Where they came from, for errors: a file name or a form.
        today: Taken as `as_of` where the answers do not say.
        protocol: Whose ids count; the protocol in force when left out.

    Returns:
        The answers, repeated entries once.

    Raises:
        BadInput: Naming the exact place, such as `answers.json: conditions[0].id`.
    """
    return _Reader(place, protocol or load_protocol()).answers(data, today)


class _Reader:
    """Reads one set of answers against one protocol."""

    def __init__(self, place: str, protocol: Protocol) -> None:
        self._place = place
        self._zones = [zone.id for zone in protocol.zones]
        self._goals = [goal.id for goal in protocol.goals]
        self._conditions = [c.id for c in protocol.cautions if c.kind == "condition"]
        self._procedures = [c.id for c in protocol.cautions if c.kind == "procedure"]
        self._zones_needed = {c.id for c in protocol.cautions if c.zoned == "required"}

    def answers(self, data: object, today: dt.date | None) -> Answers:
        keys = ("as_of", "age", "goals", "conditions", "procedures", "guardian")
        found = self._object(data, "", keys)
        if "as_of" not in found and today is not None:
            as_of = today
        else:
            as_of = self._date(self._needed(found, "as_of", ""), "as_of")
        return Answers(
            as_of=as_of,
            age=self._age(self._needed(found, "age", "")),
            goals=self._ids(found.get("goals", []), "goals", self._goals, "goal"),
            conditions=_once(
                self._condition(item, f"conditions[{n}]", as_of)
                for n, item in enumerate(self._list(found.get("conditions", []), "conditions"))
            ),
            procedures=_once(
                self._procedure(item, f"procedures[{n}]", as_of)
                for n, item in enumerate(self._list(found.get("procedures", []), "procedures"))
            ),
            guardian=self._bool(found.get("guardian", False), "guardian"),
        )

    def _condition(self, data: object, at: str, as_of: dt.date) -> ConditionAnswer:
        found = self._object(data, at, ("id", "zones", "side", "since"))
        known = self._id(self._needed(found, "id", at), f"{at}.id", self._conditions, "condition")
        side = found.get("side")
        if side not in (None, "left", "right"):
            self._bad(f"{at}.side", f"{_shown(side)} is not a side", '"left" or "right"')
        return ConditionAnswer(
            id=known,
            zones=self._zones_of(found, at, known),
            side=side,
            since=None if found.get("since") is None else self._day(found, "since", at, as_of),
        )

    def _procedure(self, data: object, at: str, as_of: dt.date) -> ProcedureAnswer:
        found = self._object(data, at, ("id", "date", "zones", "cleared"))
        known = self._id(self._needed(found, "id", at), f"{at}.id", self._procedures, "procedure")
        return ProcedureAnswer(
            id=known,
            date=self._day(found, "date", at, as_of),
            zones=self._zones_of(found, at, known),
            cleared=self._bool(found.get("cleared", False), f"{at}.cleared"),
        )

    def _day(self, found: dict[str, object], key: str, at: str, as_of: dt.date) -> dt.date:
        """A day that has come."""
        date = self._date(self._needed(found, key, at), f"{at}.{key}")
        if date > as_of:
            self._bad(f"{at}.{key}", f"{date} is in the future", f"a date up to {as_of}")
        return date

    def _zones_of(self, found: dict[str, object], at: str, known: str) -> tuple[str, ...]:
        zones = self._ids(found.get("zones", []), f"{at}.zones", self._zones, "zone")
        if not zones and known in self._zones_needed:
            self._bad(f"{at}.zones", "names no zone", "at least one zone")
        return tuple(sorted(zones))

    def _ids(self, data: object, at: str, known: Collection[str], what: str) -> tuple[str, ...]:
        items = self._list(data, at)
        ids = (self._id(item, f"{at}[{n}]", known, what) for n, item in enumerate(items))
        return tuple(dict.fromkeys(ids))

    def _id(self, value: object, at: str, known: Collection[str], what: str) -> str:
        if not isinstance(value, str) or value not in known:
            self._bad(at, f"{_shown(value)} is not a {what}", _one_of(known, what, value))
        return value

    def _age(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self._bad("age", f"{_shown(value)} is not a whole number", "an age in years")
        if not 0 <= value <= OLDEST:
            self._bad("age", f"{value} is impossible", f"an age from 0 to {OLDEST}")
        return value

    def _date(self, value: object, at: str) -> dt.date:
        expected = "a date as YYYY-MM-DD"
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            date = value
        elif isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                date = dt.date.fromisoformat(value)
            except ValueError:
                self._bad(at, f"{_shown(value)} is not in the calendar", expected)
        else:
            self._bad(at, f"{_shown(value)} is not a date", expected)
        if not EARLIEST <= date <= LATEST:
            self._bad(at, f"{date} is impossible", f"a date from {EARLIEST} to {LATEST}")
        return date

    def _bool(self, value: object, at: str) -> bool:
        if not isinstance(value, bool):
            self._bad(at, f"{_shown(value)} is neither true nor false", "true or false")
        return value

    def _list(self, value: object, at: str) -> list[object]:
        if not isinstance(value, (list, tuple)):
            self._bad(at, f"{_shown(value)} is not a list", "a list")
        return list(value)

    def _object(self, value: object, at: str, keys: Collection[str]) -> dict[str, object]:
        expected = f"an object with {', '.join(keys)}"
        if not isinstance(value, dict):
            self._bad(at, f"{_shown(value)} is not an object", expected)
        for key in value:
            if key not in keys:
                self._bad(f"{at}.{key}".lstrip("."), "is unknown", f"one of: {', '.join(keys)}")
        return value

    def _needed(self, found: dict[str, object], key: str, at: str) -> object:
        if key not in found:
            self._bad(f"{at}.{key}".lstrip("."), "is missing", f"a value for {key}")
        return found[key]

    def _bad(self, at: str, fault: str, expected: str) -> NoReturn:
        raise BadInput(f"{self._place}: {at}" if at else self._place, fault, expected)


def _once(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def _one_of(known: Collection[str], what: str, value: object) -> str:
    """Every known id where there are few, else those that look most like the wrong one."""
    if len(known) <= MOST_LISTED:
        return f"one of: {', '.join(known)}"
    close = difflib.get_close_matches(str(value), known, n=3, cutoff=0.5) or list(known)[:3]
    return f"a {what} of the protocol, such as {', '.join(close)}"


def _shown(value: object) -> str:
    """A wrong value, short enough for one line."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "…"
