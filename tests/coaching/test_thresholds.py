"""Every threshold matters: halved or doubled, some story is judged otherwise."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from faceglide.coaching.thresholds import DEFAULT, Thresholds
from tests.coaching.battery import NAMES, outcome, recorded, same

MUTATIONS = [(field.name, factor) for field in fields(Thresholds) for factor in (0.5, 2.0)]


@pytest.mark.parametrize("name", NAMES)
def test_all_is_judged_as_it_was(name: str) -> None:
    """So that a changed threshold cannot go unnoticed: `python -m tests.coaching.battery`."""
    assert same(outcome(name), recorded()[name])


@pytest.mark.parametrize(("field", "factor"), MUTATIONS)
def test_no_threshold_may_be_half_or_double(field: str, factor: float) -> None:
    value = getattr(DEFAULT, field)
    changed = replace(DEFAULT, **{field: type(value)(value * factor)})
    before = recorded()
    assert any(not same(outcome(name, changed), before[name]) for name in NAMES), (
        f"no story notices {field} = {value * factor:g}"
    )
