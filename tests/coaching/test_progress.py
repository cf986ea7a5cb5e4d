"""The session follows the person through the plan, and speaks seldom and to the point."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from faceglide.coaching import Coach, Progress
from faceglide.coaching.events import StepDone, Stroke
from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.protocol.phrases import say
from faceglide.screening.model import Decision


def step(movement: str, side: str, repeats: int = 2) -> Step:
    return Step.model_validate(
        {
            "movement": movement,
            "side": side,
            "tool": "hands",
            "technique": "manual",
            "repeats": repeats,
            "seconds": 20,
            "pressure": "light",
            "why": "Told.",
        }
    )


PLAN = Plan(
    protocol="test",
    decision=Decision(outcome="go"),
    steps=(
        step("forehead.glide_out", "left"),
        step("forehead.glide_out", "right"),
        step("cheeks.sweep_up_out", "left"),
    ),
    total_seconds=60,
)
LONG = step("cheeks.sweep_up_out", "left", repeats=5)


def stroke(movement: str, side: str, t: float, **given: Any) -> Stroke:
    fields = {
        "movement": movement,
        "zone": movement.split(".")[0],
        "side": side,
        "hand": "left",
        "start_s": t - 2,
        "end_s": t,
        "length_mm": 80,
        "speed_mm_s": 40,
        "direction_error_deg": 5,
        "path_error_mm": 3,
        "coverage": 0.95,
        "verdict": "good",
    }
    return Stroke.model_validate(fields | given)


def test_a_step_is_done_after_its_strokes_and_the_next_one_begins() -> None:
    progress = Progress(PLAN)
    assert progress.take([stroke("forehead.glide_out", "left", 3)]) == []
    assert progress.take([stroke("forehead.glide_out", "left", 6)]) == [StepDone(t=6, index=0)]
    assert progress.current == 1
    assert progress.sides == {"forehead": {"left": 2}}


def test_strokes_out_of_order_count_where_they_belong() -> None:
    progress = Progress(PLAN)
    progress.take([stroke("cheeks.sweep_up_out", "left", 3)])
    assert progress.current == 0, "one may be a slip"
    done = progress.take([stroke("cheeks.sweep_up_out", "left", 6)])
    assert done == [StepDone(t=6, index=2)]


def test_what_was_not_seen_is_not_counted() -> None:
    progress = Progress(PLAN)
    progress.take([stroke("forehead.glide_out", "left", 3, verdict="cannot_tell")])
    assert progress.sides == {}
    assert progress.count(0) == 0


def test_the_wrong_way_does_not_fulfil_a_step() -> None:
    progress = Progress(PLAN)
    wrong = {"verdict": "fault", "faults": ("wrong_direction",)}
    progress.take([stroke("forehead.glide_out", "left", 3, **wrong)])
    assert progress.count(0) == 0


def test_time_ends_a_step_that_was_begun_and_skipping_ends_any() -> None:
    progress = Progress(PLAN)
    progress.take([stroke("forehead.glide_out", "left", 3)])
    assert progress.tick(10) == []
    assert progress.tick(40) == [StepDone(t=40, index=0)]
    assert progress.skip(41) == [StepDone(t=41, index=1)]
    assert progress.skip(42) == [StepDone(t=42, index=2)]
    assert progress.finished
    assert progress.skip(43) == []


def test_a_fault_is_told_and_mending_it_is_told_too() -> None:
    coach = Coach(load_protocol())
    wrong = stroke("forehead.glide_out", "left", 3, verdict="fault", faults=("too_fast",))
    (cue,) = coach.take(3, [wrong])
    assert cue.kind == "too_fast"
    assert cue.text.startswith("Slower.")
    assert cue.spoken
    (praise,) = coach.take(9, [stroke("forehead.glide_out", "left", 9)])
    assert praise.kind == "praise"


def test_the_most_useful_thing_is_said_first_and_only_that() -> None:
    coach = Coach(load_protocol())
    both = stroke(
        "forehead.glide_out", "left", 3, verdict="fault", faults=("incomplete", "tugging")
    )
    (cue,) = coach.take(3, [both, both])
    assert cue.kind == "tugging"


def test_nothing_is_said_of_what_cannot_be_told_or_goes_well() -> None:
    coach = Coach(load_protocol())
    assert coach.take(3, [stroke("forehead.glide_out", "left", 3, verdict="cannot_tell")]) == []
    assert coach.take(6, [stroke("forehead.glide_out", "left", 6)]) == []


def test_two_spoken_cues_are_four_seconds_apart() -> None:
    coach = Coach(load_protocol())
    said = []
    for i, fault in enumerate(["too_fast", "off_path", "incomplete", "tugging"] * 5):
        t = 2.0 * i
        wrong = stroke("cheeks.sweep_up_out", "left", t, verdict="fault", faults=(fault,))
        said += [cue.t for cue in coach.take(t, [wrong]) if cue.spoken]
    assert len(said) > 2
    assert all(b - a >= 4 for a, b in pairwise(said))


def test_a_neglected_side_is_named() -> None:
    coach = Coach(load_protocol())
    texts = []
    for i, side in enumerate(["right", "left", "left", "left", "left"]):
        texts += [
            c.text for c in coach.take(5.0 * i, [stroke("forehead.glide_out", side, 5.0 * i)])
        ]
    assert any("right side" in text for text in texts)


@pytest.mark.parametrize("kind", ["anti-ageing", "detox", "flawless"])
def test_the_coach_never_speaks_like_an_advertisement(kind: str) -> None:
    coach = Coach(load_protocol())
    for i, fault in enumerate(["too_fast", "off_path", "incomplete", "tugging", "wrong_direction"]):
        wrong = stroke("neck.glide_up", "left", 20.0 * i, verdict="fault", faults=(fault,))
        for cue in coach.take(20.0 * i, [wrong]):
            assert kind not in cue.text.lower()


def faulty(fault: str, t: float) -> Stroke:
    return stroke("forehead.glide_out", "left", t, verdict="fault", faults=(fault,))


FAULTS = ("tugging", "wrong_direction", "too_fast", "off_path", "incomplete")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_words_and_its_praise_once_it_is_mended(fault: str) -> None:
    coach = Coach(load_protocol())
    (blame,) = coach.take(3, [faulty(fault, 3)])
    (praise,) = coach.take(9, [stroke("forehead.glide_out", "left", 9)])
    assert blame.kind == fault
    assert praise.kind == "praise"
    others = [say(load_protocol(), f"mended.{other}") for other in FAULTS if other != fault]
    assert praise.text not in others, "praise is as specific as blame"


def test_what_spares_the_skin_is_said_before_what_polishes_the_stroke() -> None:
    for i, first in enumerate(FAULTS):
        for later in FAULTS[i + 1 :]:
            (cue,) = Coach(load_protocol()).take(3, [faulty(later, 3), faulty(first, 3)])
            assert cue.kind == first


def test_a_stroke_that_could_not_be_judged_mends_nothing_and_spoils_nothing() -> None:
    coach = Coach(load_protocol())
    coach.take(3, [faulty("off_path", 3)])
    unknown = stroke("forehead.glide_out", "left", 9, verdict="cannot_tell")
    assert coach.take(9, [unknown]) == []
    assert coach.take(20, [stroke("forehead.glide_out", "left", 20)])[0].kind == "praise"


def test_the_same_words_are_not_said_again_at_once() -> None:
    coach = Coach(load_protocol())
    said = [cue.t for t in range(0, 40, 5) for cue in coach.take(t, [faulty("too_fast", t)])]
    assert said == [0, 15, 30]


def test_a_session_that_goes_well_is_mostly_quiet() -> None:
    coach = Coach(load_protocol())
    cues = [
        cue
        for t in range(0, 300, 4)
        for cue in coach.take(t, [stroke("forehead.glide_out", ("left", "right")[t % 8 // 4], t)])
    ]
    assert 1 <= len(cues) <= 12
    assert {cue.kind for cue in cues} == {"praise"}
    assert all(b.t - a.t >= 25 for a, b in pairwise(cues))


def test_the_next_cue_may_be_spoken_after_four_seconds_and_not_before() -> None:
    coach = Coach(load_protocol())
    cues = [
        cue
        for t, fault in ((0, "too_fast"), (3.9, "off_path"), (4, "tugging"))
        for cue in coach.take(t, [faulty(fault, t)])
    ]
    assert [cue.spoken for cue in cues] == [True, False, True]


def test_praise_comes_with_the_fourth_good_stroke_and_again_after_twenty_five_seconds() -> None:
    coach = Coach(load_protocol())
    said = [
        cue.t
        for t in range(0, 60, 2)
        for cue in coach.take(t, [stroke("forehead.glide_out", ("left", "right")[t // 2 % 2], t)])
    ]
    assert said == [6, 32, 58]


def test_a_session_moves_on_with_the_second_stroke_of_another_step() -> None:
    progress = Progress(PLAN.model_copy(update={"steps": (PLAN.steps[0], LONG)}))
    progress.take([stroke("cheeks.sweep_up_out", "left", 3)])
    assert progress.current == 0
    progress.take([stroke("cheeks.sweep_up_out", "left", 6)])
    assert progress.current == 1
