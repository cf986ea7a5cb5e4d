"""Every constant beside the code matters too: halved or doubled, a story or a test fails.

The constants are whatever numbers a module of the engine gives a name in capitals.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import pytest

from tests.coaching import test_circling, test_rests, test_tugging
from tests.coaching.battery import outcome, recorded, same

Check = Callable[[], object]


def _told(name: str) -> Check:
    """That a story is judged as it was."""

    def check() -> None:
        assert same(outcome(name), recorded()[name])

    return check


def _tests(module: ModuleType) -> Iterator[Check]:
    """The tests of a module, each with every value that it is run with."""
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        given = [
            mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"
        ]
        for values in itertools.product(*(each for _, each in given)):
            yield partial(
                test, **{key: value for (key, _), value in zip(given, values, strict=True)}
            )


# Who looks at a room's constants, the quickest first.
LOOKING: dict[str, list[Check]] = {
    "rests": [_told("drifts"), *_tests(test_rests), _told("rests")],
    "tugging": [_told("drags"), *_tests(test_tugging)],
    "circling": [*_tests(test_circling), _told("rests")],
}
# Where half or double makes nothing worse that anybody would notice, and why.
ALL_ONE = {
    ("rests._GAP_S", 2.0): "holds are found at less than two pictures a second, too",
    ("tugging._ROUNDS", 2.0): "the weights have settled: it only takes longer",
    ("circling._ERRORS_MM[1]", 2.0): "a hand that strays further is hardly ever sure to circle",
    ("circling._STARTS", 2.0): "the beginning is found no better, and it takes longer",
}


def _halved_and_doubled(value: Any) -> Iterator[tuple[str, float, Any]]:
    """Which part of a constant, times what, and what the whole is then."""
    for factor in (0.5, 2.0):
        if isinstance(value, (int, float)):
            yield "", factor, type(value)(value * factor)
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield "", factor, value * factor
    if isinstance(value, tuple):
        for i, each in enumerate(value):
            for part, factor, changed in _halved_and_doubled(each):
                yield f"[{i}]{part}", factor, (*value[:i], changed, *value[i + 1 :])


def _mutations() -> Iterator[Any]:
    """Constant, factor, and what is put in whose place."""
    for room in LOOKING:
        module = import_module(f"faceglide.coaching.{room}")
        for name, value in vars(module).items():
            if name.isupper():
                for part, factor, changed in _halved_and_doubled(value):
                    told = f"{room}.{name}{part}"
                    yield pytest.param(told, factor, name, changed, id=f"{told}-{factor:g}")


def _fails(check: Check) -> bool:
    try:
        check()
    except Exception:
        return True
    return False


@pytest.mark.parametrize("room", LOOKING)
def test_as_they_are_nobody_finds_fault_with_them(room: str) -> None:
    for check in LOOKING[room]:
        check()


@pytest.mark.parametrize(("told", "factor", "name", "changed"), list(_mutations()))
def test_no_constant_may_be_half_or_double(
    told: str, factor: float, name: str, changed: Any
) -> None:
    room = told.partition(".")[0]
    with mock.patch.object(import_module(f"faceglide.coaching.{room}"), name, changed):
        noticed = any(_fails(check) for check in LOOKING[room])
    if (told, factor) in ALL_ONE:
        assert not noticed, f"{told} times {factor:g} is noticed: say so no more in ALL_ONE"
    else:
        assert noticed, f"nothing notices {told} times {factor:g}"
