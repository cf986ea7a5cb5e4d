"""What a therapist watching would call each stroke, on people who were never seen before."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from faceglide.coaching import NEEDED_POINTS, Engine
from faceglide.coaching.events import Event, Hold, Stroke
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import Frame
from faceglide.tracking.simulator import (
    Away,
    Both,
    Circle,
    Glide,
    Hover,
    Pause,
    Press,
    ReachPast,
    Return,
    Scratch,
    Wave,
    simulate,
    story,
)

CHEEK, FOREHEAD, JAW = "cheeks.sweep_up_out", "forehead.glide_out", "jawline.sweep_up"


def judged(actions: Iterable[object], seed: int = 7, level: str = "clean") -> list[Event]:
    session = simulate(story(actions, level=level), seed=seed)  # type: ignore[arg-type]
    engine = Engine(load_protocol(), session.camera, session.plan)
    events = [event for frame in session.frames for event in engine.push(frame)]
    return events + engine.finish()


def strokes(*actions: object, **options: object) -> list[Stroke]:
    return [e for e in judged(actions, **options) if isinstance(e, Stroke)]  # type: ignore[arg-type]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("movement", [FOREHEAD, CHEEK, JAW, "brow.glide_out"])
def test_a_slow_stroke_along_the_path_is_good_and_on_its_side(movement: str, side: str) -> None:
    found = strokes(Glide(movement, side))
    assert [(s.movement, s.side, s.hand, s.verdict) for s in found] == [
        (movement, side, side, "good")
    ]


def test_the_other_hand_may_cross_the_face() -> None:
    found = strokes(Glide(FOREHEAD, "left", hand="right"))
    assert [(s.side, s.hand) for s in found] == [("left", "right")]


def test_three_strokes_with_returns_through_the_air_are_three_strokes() -> None:
    one, back = Glide(CHEEK, "left"), Return()
    found = strokes(one, back, one, back, one)
    assert [s.verdict for s in found] == ["good"] * 3


def test_both_hands_at_once_are_two_strokes_one_a_side() -> None:
    found = strokes(Both(Glide(FOREHEAD, "left")))
    assert sorted((s.side, s.hand) for s in found) == [("left", "left"), ("right", "right")]


WRONG = {
    "wrong_direction": {"reverse": True},
    "too_fast": {"speed_mm_s": 190.0},
    "off_path": {"offset_mm": -20.0},
    "incomplete": {"end": 0.4},
    "tugging": {"tug_mm": 10.0},
}


@pytest.mark.parametrize("fault", WRONG)
def test_each_fault_is_seen_and_is_gone_when_the_stroke_is_mended(fault: str) -> None:
    good = Glide(JAW, "left")
    wrong = Glide(JAW, "left", **WRONG[fault])
    steady = [good, Return(), good, Return()]
    spoiled = strokes(*steady, wrong)
    mended = strokes(*steady, good)
    assert fault in spoiled[-1].faults
    assert spoiled[-1].verdict == "fault"
    assert mended[-1].faults == ()
    assert mended[-1].verdict == "good"


def test_a_circles_length_is_surer_where_the_pupils_distance_is_known() -> None:
    session = simulate(story([Circle("temples.circle", "left", turns=3)], level="clean"), seed=7)
    shares = []
    for known_mm in (None, 63.0):
        engine = Engine(load_protocol(), session.camera, pupillary_distance_mm=known_mm)
        events = [event for frame in session.frames for event in engine.push(frame)]
        turn = next(event for event in events if isinstance(event, Stroke))
        assert turn.length_sd_mm is not None
        shares.append(turn.length_sd_mm / turn.length_mm)
    assert shares[1] < 0.5 * shares[0]


WRONG_ROUND = {
    "too_fast": {"turn_s": 0.45},
    "off_path": {"offset_mm": 20.0},
    "tugging": {"tug_mm": 10.0},
}


@pytest.mark.parametrize("fault", WRONG_ROUND)
def test_each_fault_of_circles_is_seen_and_is_gone_when_they_are_mended(fault: str) -> None:
    steady = [Circle("temples.circle", "left", turns=4), Pause(1.0)]
    spoiled = strokes(*steady, Circle("temples.circle", "left", turns=4, **WRONG_ROUND[fault]))
    mended = strokes(*steady, Circle("temples.circle", "left", turns=4))
    assert [s.faults for s in spoiled[-3:]] == [(fault,)] * 3
    assert {s.verdict for s in spoiled[:3]} == {"good"}
    assert {s.verdict for s in mended} == {"good"}


@pytest.mark.parametrize(
    "nothing",
    [
        Wave(side="left", hand="left"),
        Wave(side="right", hand="right", beside=False),
        ReachPast(hand="left"),
        Away(),
    ],
    ids=["wave", "wave in front", "reach past", "away"],
)
def test_a_hand_that_does_not_massage_is_no_stroke(nothing: object) -> None:
    assert strokes(nothing) == []


def test_hovering_along_the_path_is_no_stroke_once_the_skin_is_known() -> None:
    good, back = Glide(CHEEK, "left"), Return()
    hover = Hover(CHEEK, "left", hand="left")
    assert len(strokes(good, back, good, back, good, hover)) == 3


def test_scratching_is_no_stroke() -> None:
    assert strokes(Glide(CHEEK, "left"), Return(), Scratch(side="left", hand="left"))[1:] == []


def test_circles_are_counted_a_turn_at_a_time() -> None:
    found = strokes(Circle("temples.circle", "left", turns=4))
    assert {(s.movement, s.side) for s in found} == {("temples.circle", "left")}
    assert 3 <= len(found) <= 4


def test_a_hold_begins_and_ends_when_the_hand_does() -> None:
    session = simulate(
        story([Press("jawline.masseter_hold", "right", point=1, seconds=12)], level="clean"), seed=3
    )
    engine = Engine(load_protocol(), session.camera)
    events = [e for f in session.frames for e in engine.push(f)] + engine.finish()
    (truth,) = session.truth.holds
    (hold,) = [e for e in events if isinstance(e, Hold)]
    assert hold.point == 1
    assert hold.side == "right"
    assert abs(hold.start_s - truth.start_s) < 0.5
    assert abs(hold.end_s - truth.end_s) < 0.5
    assert hold.verdict == "good"


def test_a_tools_edge_is_followed_beyond_the_fingers() -> None:
    from faceglide.planning.model import Plan, Step
    from faceglide.screening.model import Decision

    session = simulate(story([Glide(FOREHEAD, "left", tool="gua_sha")], level="clean"), seed=4)
    step = Step(
        movement=FOREHEAD,
        side="left",
        tool="gua_sha",
        technique="tool",
        repeats=5,
        seconds=30,
        pressure="light",
        why="Told.",
    )
    plan = Plan(protocol="test", decision=Decision(outcome="go"), steps=(step,), total_seconds=30)
    engine = Engine(load_protocol(), session.camera, plan)
    events = [e for f in session.frames for e in engine.push(f)] + engine.finish()
    assert [(e.movement, e.side) for e in events if isinstance(e, Stroke)] == [(FOREHEAD, "left")]


def test_speed_and_times_are_those_of_the_hand() -> None:
    session = simulate(story([Glide(JAW, "right", speed_mm_s=30)], level="clean"), seed=9)
    engine = Engine(load_protocol(), session.camera, pupillary_distance_mm=None)
    events = [e for f in session.frames for e in engine.push(f)] + engine.finish()
    (truth,), (found,) = session.truth.strokes, [e for e in events if isinstance(e, Stroke)]
    assert abs(found.start_s - truth.start_s) < 0.6
    assert abs(found.end_s - truth.end_s) < 0.6
    assert found.speed_mm_s == pytest.approx(truth.speed_mm_s, rel=0.25)
    assert found.length_sd_mm is not None
    assert found.length_sd_mm >= 0.05 * found.length_mm


def _lip_stroke(offset_mm: float, seed: int) -> Stroke:
    lip = Glide("lips.glide_out_lower", "left", offset_mm=offset_mm, speed_mm_s=22)
    session = simulate(story([lip], level="clean"), seed=seed)
    engine = Engine(load_protocol(), session.camera, session.plan)
    events = [event for frame in session.frames for event in engine.push(frame)] + engine.finish()
    (stroke,) = (event for event in events if isinstance(event, Stroke))
    return stroke


@pytest.mark.parametrize("seed", [7, 8])
def test_speed_is_the_hands_beside_a_bent_path_too(seed: int) -> None:
    on, beside = _lip_stroke(0.0, seed), _lip_stroke(-16.0, seed)
    assert beside.faults == ("off_path",)
    # Read off the nearest points of the path it was a quarter slower than upon it.
    assert beside.speed_mm_s == pytest.approx(on.speed_mm_s, rel=0.15)


def test_only_the_needed_points_are_read() -> None:
    assert len(NEEDED_POINTS) <= 155
    session = simulate(story([Glide(CHEEK, "left")], level="clean"), seed=5)
    whole, sparse = (Engine(load_protocol(), session.camera) for _ in range(2))
    rows = list(NEEDED_POINTS)
    for frame in session.frames:
        face = None
        if frame.face is not None:
            face = np.full_like(frame.face, np.nan)
            face[rows] = frame.face[rows]
        sent = Frame(frame.t, face, frame.hands)
        assert [e.model_dump() for e in whole.push(frame)] == [
            e.model_dump() for e in sparse.push(sent)
        ]


def test_a_hand_lost_for_half_the_stroke_is_not_blamed() -> None:
    session = simulate(story([Glide(JAW, "left", speed_mm_s=25)], level="clean"), seed=6)
    (truth,) = session.truth.strokes
    third = (truth.end_s - truth.start_s) / 3
    engine = Engine(load_protocol(), session.camera)
    events: list[Event] = []
    for frame in session.frames:
        hidden = truth.start_s + third < frame.t < truth.end_s - third / 2
        events += engine.push(Frame(frame.t, frame.face, () if hidden else frame.hands))
    events += engine.finish()
    assert all(e.verdict != "fault" for e in events if isinstance(e, Stroke))


def test_frames_out_of_order_and_empty_frames_are_harmless() -> None:
    session = simulate(story([Glide(CHEEK, "left")], level="clean"), seed=5)
    engine = Engine(load_protocol(), session.camera)
    assert engine.push(Frame(0.0, None)) == []
    for frame in session.frames:
        engine.push(frame)
        engine.push(frame)
    engine.finish()
    assert engine.push(Frame(-5.0, None)) == []
