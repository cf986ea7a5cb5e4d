"""Wrong answers are told by their exact place, in one line, and never guessed."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceglide.errors import BadInput
from faceglide.screening import parse_answers

GOOD: dict[str, Any] = {
    "as_of": "2026-11-21",
    "age": 34,
    "goals": ["lift"],
    "conditions": [{"id": "open_wound", "zones": ["cheeks"], "side": "left"}],
    "procedures": [
        {"id": "hyaluronic_filler", "date": "2026-11-15", "zones": ["lips"], "cleared": False}
    ],
    "guardian": False,
}


def test_the_contract_s_own_example_is_read() -> None:
    answers = parse_answers(GOOD, "answers.json")
    assert answers.model_dump(mode="json") == GOOD


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"as_of": "21.11.2026"}, "as_of"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"as_of": "0001-01-01"}, "as_of"),
        ({"as_of": "٢٠٢٦-11-21"}, "as_of"),
        ({"as_of": None}, "as_of"),
        ({"age": -1}, "age"),
        ({"age": 121}, "age"),
        ({"age": "34"}, "age"),
        ({"age": 34.0}, "age"),
        ({"age": True}, "age"),
        ({"age": None}, "age"),
        ({"goals": "lift"}, "goals"),
        ({"goals": ["flawless"]}, "goals[0]"),
        ({"goals": [["lift"]]}, "goals[0]"),
        ({"guardian": "yes"}, "guardian"),
        ({"guardian": 1}, "guardian"),
        ({"name": "me"}, "name"),
        ({"conditions": {}}, "conditions"),
        ({"conditions": ["fever"]}, "conditions[0]"),
        ({"conditions": [{}]}, "conditions[0].id"),
        ({"conditions": [{"id": "fever"}, {"id": "plague"}]}, "conditions[1].id"),
        ({"conditions": [{"id": "microneedling"}]}, "conditions[0].id"),
        ({"conditions": [{"id": "age_over_60"}]}, "conditions[0].id"),
        ({"conditions": [{"id": "burn", "zones": ["chest"]}]}, "conditions[0].zones[0]"),
        ({"conditions": [{"id": "burn", "zones": "nose"}]}, "conditions[0].zones"),
        ({"conditions": [{"id": "burn", "side": "midline"}]}, "conditions[0].side"),
        ({"conditions": [{"id": "burn", "date": "2026-11-01"}]}, "conditions[0].date"),
        ({"conditions": [{"id": "cold_sore", "since": "2026-11-22"}]}, "conditions[0].since"),
        ({"conditions": [{"id": "cold_sore", "since": 14}]}, "conditions[0].since"),
        ({"procedures": [{"id": "fever", "date": "2026-11-01"}]}, "procedures[0].id"),
        ({"procedures": [{"id": "microneedling"}]}, "procedures[0].date"),
        ({"procedures": [{"id": "microneedling", "date": "2026-11-22"}]}, "procedures[0].date"),
        ({"procedures": [{"id": "microneedling", "date": 20261101}]}, "procedures[0].date"),
        (
            {"procedures": [{"id": "microneedling", "date": "2026-11-01", "cleared": "no"}]},
            "procedures[0].cleared",
        ),
    ],
)
def test_a_wrong_answer_names_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_answers({**GOOD, **change}, "answers.json")
    assert caught.value.place == f"answers.json: {place}"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("key", ["as_of", "age"])
def test_what_is_needed_is_asked_for(key: str) -> None:
    with pytest.raises(BadInput, match=f"{key}: is missing"):
        parse_answers({k: v for k, v in GOOD.items() if k != key}, "answers.json")


@pytest.mark.parametrize("data", [None, [], "go", 3, True])
def test_answers_that_are_no_object_are_refused(data: object) -> None:
    with pytest.raises(BadInput, match="is not an object"):
        parse_answers(data, "answers.json")


def test_today_stands_in_for_a_missing_day() -> None:
    assert parse_answers({"age": 34}, "form", dt.date(2026, 1, 2)).as_of == dt.date(2026, 1, 2)


def test_an_unknown_id_brings_up_the_one_that_was_meant() -> None:
    with pytest.raises(BadInput, match="such as botulinum_toxin"):
        parse_answers(
            {**GOOD, "procedures": [{"id": "botulinum", "date": "2026-11-01"}]}, "answers.json"
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*GOOD, "id", "date", "zones", "side", "cleared"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(change=st.dictionaries(st.sampled_from(sorted(GOOD)), JSON, min_size=1))
def test_nothing_but_bad_input_is_ever_raised(change: dict[str, Any]) -> None:
    with contextlib.suppress(BadInput):
        parse_answers({**GOOD, **change}, "answers.json")
