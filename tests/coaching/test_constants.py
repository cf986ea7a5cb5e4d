"""Every constant beside the code matters too: halved or doubled, a story or a test fails.

The constants are whatever numbers a module of the engine gives a name in capitals.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields, is_dataclass, replace
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import pytest

from faceglide import coaching
from tests.coaching import (
    test_circling,
    test_contact,
    test_engine,
    test_expectation,
    test_hands,
    test_judge,
    test_measuring,
    test_naming,
    test_odds,
    test_progress,
    test_rests,
    test_timing,
    test_trail,
    test_tugging,
    test_turns,
    test_ways,
)
from tests.coaching.battery import LADDERS, ROOM_LADDERS, outcome, recorded, rungs, same

Check = Callable[[], object]


def _told(name: str) -> Check:
    """That a story, or a ladder down to the first rung that is not, is judged as it was."""

    def check() -> None:
        before = recorded()[name]
        if name in LADDERS or name in ROOM_LADDERS:
            for rung, (was, *_) in zip(rungs(name), before, strict=True):
                assert rung == was
        else:
            assert same(outcome(name), before)

    return check


def _tests(module: ModuleType) -> Iterator[Check]:
    """The tests of a module, each with every value that it is run with."""
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        for given in itertools.product(*(mark.args[1] for mark in marks)):
            values: dict[str, object] = {}
            for mark, each in zip(marks, given, strict=True):
                several = not isinstance(mark.args[0], str)
                names, what = (mark.args[0], each) if several else ((mark.args[0],), (each,))
                values.update(zip(names, what, strict=True))
            yield partial(test, **values)


# Who looks at a room's constants, the quickest first.
LOOKING: dict[str, list[Check]] = {
    "rests": [_told("drifts"), _told("held"), *_tests(test_rests), _told("rests")],
    "tugging": [_told("drags"), *_tests(test_tugging)],
    "circling": [*_tests(test_circling), _told("rests")],
    "turns": [_told("turned"), _told("rests"), *_tests(test_turns)],
    "rounds": [_told("turned"), _told("rests"), *_tests(test_turns)],
    "timing": [
        *(_told(name) for name in ("broken", "around", "reaches", "away", "lips", "rough")),
        *_tests(test_timing),
        _told("ordinary"),
    ],
    "contact": [_told("heights"), *_tests(test_contact), _told("rough"), _told("judged")],
    "hands": [
        *_tests(test_hands),
        *(_told(name) for name in ("away", "lips", "rests", "tool", "slow")),
    ],
    "naming": [
        _told("names"),
        *_tests(test_naming),
        _told("expected"),
        _told("ordinary"),
        _told("rough"),
        _told("tool"),
    ],
    "trail": [*_tests(test_trail), _told("stops"), _told("ordinary"), _told("rough")],
    "ways": [
        *_tests(test_ways),
        _told("reaches"),
        _told("names"),
        _told("lips"),
        _told("ordinary"),
        _told("tool"),
    ],
    "expectation": [
        _told("expected"),
        _told("grips"),
        _told("backward"),
        *_tests(test_expectation),
    ],
    "judge": [*_tests(test_judge), _told("judged")],
    "odds": [*_tests(test_odds), _told("judged")],
    "measuring": [
        *_tests(test_measuring),
        *(_told(name) for name in ("reaches", "lips", "away", "rough", "landing")),
    ],
    "spans": [_told(name) for name in ("reaches", "lips", "away", "rough", "landing", "tool")],
    "cues": [*_tests(test_progress)],
    "progress": [*_tests(test_progress)],
    "engine": [*_tests(test_engine)],
    "shapes": [_told("fitted"), _told("even")],
    "motion": [_told("fitted"), _told("even"), _told("reaches"), _told("lips"), _told("ordinary")],
}
# Where half or double makes nothing worse that anybody would notice, and why.
ALL_ONE = {
    ("rests._GAP_S", 2.0): "holds are found at less than two pictures a second, too",
    ("rests._LATE_S", 2.0): "a neighbour held for longer than that was a hold",
    ("tugging._ROUNDS", 2.0): "the weights have settled: it only takes longer",
    ("circling._ERRORS_MM[1]", 2.0): "a hand that strays further is hardly ever sure to circle",
    ("circling._ERRORS_MM[0]", 2.0): "no hand is seen so well that its ring is told otherwise",
    ("turns._SLOWEST_S", 2.0): "no pace so slow is tried",
    ("rounds.QUICKEST_S", 0.5): "no pace so quick is tried",
    ("shapes.SHAPES", 0.5): "only what one is to another counts",
    ("shapes.SHAPES", 2.0): "only what one is to another counts",
    ("turns._STRIDES_MM", 2.0): "rings as wide are too wide to be circles",
    ("rounds._WAITS", 2.0): "by then the points of the next turn have told",
    ("turns._STIRS_MM", 0.5): "only spares a look at hands that rest",
    ("turns._STIRS_MM", 2.0): "only spares a look at hands that rest",
    ("turns._FLAT_MM", 0.5): "only spares a look at hands that go to and fro",
    ("turns._FLAT_MM", 2.0): "a tracker's own error goes as far to and fro",
    ("timing._LATE", 2.0): "what goes on by less than a fifth of the way is no flight anyway",
    ("trail._CAPACITY", 0.5): "how much is kept: a stroke takes less",
    ("trail._CAPACITY", 2.0): "how much is kept: a stroke takes less",
    ("trail._KEEP", 0.5): "how much is kept: a stroke takes less",
    ("trail._KEEP", 2.0): "how much is kept: a stroke takes less",
    ("expectation._FIRM[1]", 2.0): "nothing is believed so firmly: see _MOST_SURE",
    ("odds._LONGEST", 0.5): "the bound has room: a height that helps one sign harms another",
    ("odds._LONGEST", 2.0): "what is refused at a glance only spares a search",
    ("motion._MISSING[0][5]", 0.5): "the last two weights are the same",
    ("motion._MISSING[0][5]", 2.0): "the last two weights are the same",
}
# Read when the module is: to change it afterwards changes nothing. With another number of doubts in
# the source, "turned" is told otherwise.
READ_ONCE = {"rounds._DOUBTS"}
# Landmarks' own numbers: half of one is another place on the face.
NO_AMOUNTS = {"points"}
# Halved and doubled by a test of their own.
ELSEWHERE = {"thresholds"}


def _halved_and_doubled(value: Any) -> Iterator[tuple[str, float, Any]]:
    """Which part of a constant, times what, and what the whole is then."""
    for factor in (0.5, 2.0):
        if isinstance(value, (int, float)) and value:
            yield "", factor, type(value)(value * factor)
        elif isinstance(value, np.ndarray) and np.isfinite(value).any():
            yield "", factor, value * factor
    if isinstance(value, tuple):
        for i, each in enumerate(value):
            for part, factor, changed in _halved_and_doubled(each):
                yield f"[{i}]{part}", factor, (*value[:i], changed, *value[i + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for part, factor, changed in _halved_and_doubled(getattr(value, field.name)):
                yield f"[{field.name}]{part}", factor, replace(value, **{field.name: changed})


def _rooms() -> dict[str, ModuleType]:
    return {
        name.removeprefix("faceglide.coaching."): module
        for name, module in list(sys.modules.items())
        if name.startswith("faceglide.coaching.")
    }


def _own(module: ModuleType) -> Iterator[str]:
    """The names in capitals that a module itself gives a value."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign):
            for name in (each for target in node.targets for each in ast.walk(target)):
                if isinstance(name, ast.Name) and name.id.isupper():
                    yield name.id


def _mutations() -> Iterator[Any]:
    """Constant, factor, and what is put in its place."""
    for room in LOOKING:
        module = import_module(f"faceglide.coaching.{room}")
        for name in _own(module):
            for part, factor, changed in _halved_and_doubled(getattr(module, name)):
                told = f"{room}.{name}{part}"
                if told not in READ_ONCE:
                    yield pytest.param(told, factor, changed, id=f"{told}-{factor:g}")


def _fails(check: Check) -> bool:
    try:
        check()
    except Exception:
        return True
    return False


def test_no_room_is_overlooked() -> None:
    for info in pkgutil.iter_modules(coaching.__path__):
        module = import_module(f"faceglide.coaching.{info.name}")
        numbers = [name for name in _own(module) if list(_halved_and_doubled(vars(module)[name]))]
        looked_at = info.name in {*LOOKING, *NO_AMOUNTS, *ELSEWHERE}
        assert looked_at or not numbers, f"nobody looks at {info.name}: {numbers}"


@pytest.mark.parametrize("room", LOOKING)
def test_as_they_are_nobody_finds_fault_with_them(room: str) -> None:
    for check in LOOKING[room]:
        check()


@pytest.mark.parametrize(("told", "factor", "changed"), list(_mutations()))
def test_no_constant_may_be_half_or_double(told: str, factor: float, changed: Any) -> None:
    room, name = told.partition("[")[0].split(".")
    rooms = _rooms()
    value = getattr(rooms[room], name)
    with ExitStack() as everywhere:
        for each in rooms.values():  # where it is imported, too
            if vars(each).get(name) is value and (each is rooms[room] or name[0] != "_"):
                everywhere.enter_context(mock.patch.object(each, name, changed))
        noticed = any(_fails(check) for check in LOOKING[room])
    if (told, factor) in ALL_ONE:
        assert not noticed, f"{told} times {factor:g} is noticed: strike it from ALL_ONE"
    else:
        assert noticed, f"nothing notices {told} times {factor:g}"
