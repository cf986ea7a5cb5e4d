"""Both sides get the same, counted in strokes, seconds and millimetres."""

from __future__ import annotations

from typing import Any

import pytest

from faceglide.coaching import Coach
from faceglide.coaching.dose import NOTHING, behind, doses, more
from faceglide.coaching.events import Dose, Hold, Stroke
from faceglide.protocol import load_protocol


def stroke(side: str, start_s: float, seconds: float = 2.0, **given: Any) -> Stroke:
    fields: dict[str, Any] = {
        "movement": "cheeks.sweep_up_out",
        "zone": "cheeks",
        "side": side,
        "hand": "left",
        "start_s": start_s,
        "end_s": start_s + seconds,
        "length_mm": 90.0,
        "speed_mm_s": 90.0 / seconds,
        "direction_error_deg": 5.0,
        "path_error_mm": 3.0,
        "coverage": 0.95,
        "verdict": "good",
    }
    return Stroke.model_validate(fields | given)


def test_a_dose_counts_strokes_seconds_and_millimetres_of_each_side() -> None:
    hold = Hold(
        movement="jawline.masseter_hold", zone="jawline", side="left", hand="left",
        start_s=20.0, end_s=31.0, point=1, verdict="good",
    )  # fmt: skip
    found = doses([stroke("left", 1), stroke("left", 5, 3.0), stroke("right", 9), hold])
    assert found["cheeks"]["left"] == Dose(strokes=2, seconds=5.0, millimetres=180.0)
    assert found["cheeks"]["right"] == Dose(strokes=1, seconds=2.0, millimetres=90.0)
    assert found["jawline"]["left"] == Dose(strokes=0, seconds=11.0, millimetres=0.0)


def test_what_could_not_be_judged_is_no_dose() -> None:
    unknown = stroke("left", 1, verdict="cannot_tell")
    assert doses([unknown]) == {}
    assert more(NOTHING, unknown) == NOTHING


@pytest.mark.parametrize(
    ("left", "right", "strokes"),
    [
        ((2, 4.0), (5, 10.0), 3),
        ((5, 10.0), (2, 4.0), 0),
        ((2, 9.0), (5, 10.0), 0),
        ((0, 0.0), (1, 2.0), 1),
    ],
    ids=["fewer and less", "more", "fewer but as long", "none"],
)
def test_a_side_is_behind_when_it_had_fewer_strokes_and_less_time(
    left: tuple[int, float], right: tuple[int, float], strokes: int
) -> None:
    one, other = (Dose(strokes=n, seconds=s, millimetres=0.0) for n, s in (left, right))
    assert behind(one, other) == strokes


def said(sides: str, **given: Any) -> list[str]:
    coach = Coach(load_protocol())
    kinds = []
    for i, letter in enumerate(sides):
        one = stroke({"l": "left", "r": "right"}[letter], 6.0 * i, **given)
        kinds += [cue.kind for cue in coach.take(one.end_s, [one])]
    return kinds


def test_a_neglected_side_is_named_once_and_an_even_session_is_not_disturbed() -> None:
    assert said("rllll").count("balance") == 1
    assert "balance" not in said("lrlrlrlr")
    assert "balance" not in said("lllllrrrrr"), "one side after the other is a routine"


def test_an_uneven_session_that_was_not_seen_is_not_called_uneven() -> None:
    assert said("rllll", verdict="cannot_tell") == []
