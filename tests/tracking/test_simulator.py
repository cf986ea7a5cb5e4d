"""Simulated people do what their scripts say, and the truth says what they did."""

from __future__ import annotations

import numpy as np
import pytest

from faceglide.protocol import load_protocol
from faceglide.tracking.simulator import (
    Both,
    Circle,
    Glide,
    Hover,
    Press,
    ReachPast,
    Return,
    Scenario,
    Scratch,
    Simulated,
    Wave,
    simulate,
    story,
)
from faceglide.tracking.simulator.mistakes import FAULTS, Mistakes
from faceglide.tracking.simulator.person import draw_person
from faceglide.tracking.simulator.session import compose, draw_plan
from faceglide.tracking.simulator.track import steady
from faceglide.tracking.simulator.ways import way

GLIDES = [
    (movement.id, side)
    for movement in load_protocol().movements
    if movement.motion == "glide"
    for side in movement.sides
]
MOVEMENTS = {movement.id: movement for movement in load_protocol().movements}


def _fingertips_mm(session: Simulated, hand: str, t_s: float, tips: tuple[int, ...]) -> np.ndarray:
    """Mean of the fingertips relative to the face's centroid, in face axes, at a moment."""
    k = int(np.abs(session.scene.t_s - t_s).argmin())
    face, tip = session.scene.face[k], session.scene.hands[hand][k][list(tips)].mean(axis=0)
    mesh = session.person.mesh_mm
    u, _, vt = np.linalg.svd((face - face.mean(0)).T @ (mesh - mesh.mean(0)))
    turn = vt.T @ np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))]) @ u.T
    return turn @ (tip - face.mean(0)) + mesh.mean(0)


@pytest.mark.parametrize(("movement", "side"), GLIDES)
def test_a_stroke_goes_from_the_start_of_its_path_to_the_end_on_the_skin(
    movement: str, side: str
) -> None:
    session = simulate(story([Glide(movement, side, wander_mm=0.0)]), seed=7)
    stroke = session.truth.strokes[0]
    path = way(MOVEMENTS[movement], side, session.person)
    contact = MOVEMENTS[movement].contact
    for t_s, place in ((stroke.start_s, path.at[0]), (stroke.end_s, path.at[-1])):
        gap = _fingertips_mm(session, stroke.hand, t_s, contact) - place
        assert np.linalg.norm(gap) < 10.0
    assert stroke.faults == ()
    assert stroke.speed_mm_s == pytest.approx(35.0, rel=0.05)
    assert stroke.length_mm == pytest.approx(path.length_mm, rel=0.08)


@pytest.mark.parametrize("side", ["left", "right"])
def test_with_both_hands_both_go_beside_the_path_where_the_one_was_told_to(side: str) -> None:
    glide = Glide("brow.glide_out", side, offset_mm=20.0 if side == "left" else -20.0)
    alone = simulate(story([glide]), seed=7)
    both = simulate(story([Both(glide)]), seed=7)
    contact = MOVEMENTS[glide.movement].contact

    def height_mm(session: Simulated, hand: str) -> float:
        (stroke,) = (s for s in session.truth.strokes if s.hand == hand)
        middle_s = 0.5 * (stroke.start_s + stroke.end_s)
        return float(_fingertips_mm(session, hand, middle_s, contact)[1])

    for hand in ("left", "right"):
        assert height_mm(both, hand) == pytest.approx(height_mm(alone, side), abs=4.0)


def test_the_left_hand_appears_on_the_right_of_an_unmirrored_picture() -> None:
    session = simulate(story([Glide("cheeks.sweep_up_out", "left")]), seed=3)
    stroke = session.truth.strokes[0]
    frame = min(session.frames, key=lambda f: abs(f.t - stroke.end_s))
    assert stroke.hand == "left"
    assert frame.face is not None
    (hand,) = (h for h in frame.hands if h.side == "left")
    assert hand.image[:, 0].mean() > frame.face[:, 0].mean()


def test_conventions_of_depth_are_the_trackers_own() -> None:
    session = simulate(story([Glide("cheeks.sweep_up_out", "right")]), seed=4)
    frame = next(f for f in session.frames if f.hands and f.face is not None)
    assert frame.face is not None
    assert frame.face[4, 2] < frame.face[234, 2], "the nose is nearer than the ear"
    hand = frame.hands[0]
    assert hand.image[0, 2] == pytest.approx(0.0, abs=1e-9)
    assert hand.world is not None
    assert np.linalg.norm(hand.world[9]) < 0.005, "the middle knuckle is the hand's centre"
    span_m = np.linalg.norm(hand.world[12] - hand.world[0])
    assert 0.12 < span_m < 0.23


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (Glide("forehead.glide_out", "left", reverse=True), "wrong_direction"),
        (Glide("forehead.glide_out", "left", speed_mm_s=180.0), "too_fast"),
        (Glide("forehead.glide_out", "left", offset_mm=20.0), "off_path"),
        (Glide("forehead.glide_out", "left", end=0.4), "incomplete"),
        (Glide("forehead.glide_out", "left", tug_mm=9.0), "tugging"),
    ],
)
def test_a_wrong_stroke_is_called_by_its_fault(wrong: Glide, fault: str) -> None:
    assert simulate(story([wrong]), seed=1).truth.strokes[0].faults == (fault,)
    assert fault in FAULTS


@pytest.mark.parametrize(
    "grey",
    [
        Glide("forehead.glide_out", "left", speed_mm_s=105.0),
        Glide("forehead.glide_out", "left", offset_mm=11.0),
        Glide("forehead.glide_out", "left", end=0.7),
        Glide("forehead.glide_out", "left", tug_mm=4.0),
    ],
)
def test_what_fair_judges_may_differ_on_is_marked(grey: Glide) -> None:
    assert simulate(story([grey]), seed=1).truth.strokes[0].ambiguous


def test_tugging_drags_the_skin_under_the_fingers_and_nothing_else() -> None:
    still, dragged = (
        simulate(story([Glide("cheeks.sweep_up_out", "left", tug_mm=tug)]), seed=2)
        for tug in (0.0, 9.0)
    )
    moved = np.linalg.norm(dragged.scene.face - still.scene.face, axis=2).max(axis=0)
    assert moved[425] > 4.0, "the left cheek goes along"
    assert moved[234] < 0.1, "the skin before the right ear does not"
    assert moved[10] < 0.1


def test_changing_one_action_changes_nothing_before_it() -> None:
    first = Glide("forehead.glide_out", "left")
    one, two = (
        simulate(story([first, Return(), Glide("forehead.glide_out", "left", reverse=back)]), 9)
        for back in (False, True)
    )
    assert one.truth.strokes[0] == two.truth.strokes[0]
    assert np.array_equal(one.person.mesh_mm, two.person.mesh_mm)


def test_circles_holds_and_both_hands_are_in_the_truth() -> None:
    session = simulate(
        story(
            [
                Circle("temples.circle", "right", turns=4, turn_s=2.0),
                Press("jawline.masseter_hold", "left", point=1, seconds=11.0),
                Both(Glide("jawline.sweep_up", "left")),
            ]
        ),
        seed=5,
    )
    circles = [s for s in session.truth.strokes if s.movement == "temples.circle"]
    assert [round(s.end_s - s.start_s, 2) for s in circles] == [2.0] * 4
    assert circles[0].length_mm == pytest.approx(2 * np.pi * 10, rel=0.25)
    (hold,) = session.truth.holds
    assert hold.end_s - hold.start_s == pytest.approx(11.0, abs=0.05)
    left, right = (s for s in session.truth.strokes if s.movement == "jawline.sweep_up")
    assert {left.side, right.side} == {"left", "right"}
    assert abs(left.start_s - right.start_s) < 1.0


@pytest.mark.parametrize(
    ("circles", "faults", "ambiguous"),
    [
        ({"turn_s": 2.0}, (), False),
        ({"turn_s": 0.42}, ("too_fast",), False),
        ({"offset_mm": -18.0}, ("off_path",), False),
        ({"tug_mm": 9.0}, ("tugging",), False),
        ({"tug_mm": 4.0}, (), True),
        ({"reverse": True}, (), False),
    ],
)
def test_circles_are_graded_by_how_they_were_made(
    circles: dict[str, float], faults: tuple[str, ...], ambiguous: bool
) -> None:
    session = simulate(story([Circle("temples.circle", "left", turns=2, **circles)]), seed=5)
    assert [(turn.faults, turn.ambiguous) for turn in session.truth.strokes] == [
        (faults, ambiguous)
    ] * 2


def test_skin_goes_round_with_circles_that_drag_it() -> None:
    still, dragged = (
        simulate(
            story([Circle("temples.circle", "left", turns=3, tug_mm=tug)], level="clean"), seed=5
        )
        for tug in (0.0, 10.0)
    )
    first, last = still.truth.strokes[0].start_s, still.truth.strokes[-1].end_s
    moved = [
        a.face - b.face
        for a, b in zip(dragged.frames, still.frames, strict=True)
        if a.face is not None and b.face is not None and first + 0.5 < a.t < last
    ]
    widest = np.ptp(np.array(moved), axis=0)[:, :2].max(axis=1)
    # About the left temple as far to one side as to the other; not on the other side of the face.
    assert widest[356] > 0.005
    assert widest[127] < 1e-6


def test_hands_that_do_not_massage_are_told_apart() -> None:
    idle = [Wave(2.0), Hover("forehead.glide_out", "left"), ReachPast("left"), Scratch()]
    session = simulate(story(idle), seed=6)
    assert session.truth.strokes == ()
    assert [d.kind for d in session.truth.distractions] == [
        "wave",
        "hover",
        "reach_past",
        "scratch",
    ]


def test_a_hovering_hand_never_comes_near_the_skin() -> None:
    session = simulate(story([Hover("cheeks.sweep_up_out", "left", height_mm=50.0)]), seed=6)
    (hover,) = session.truth.distractions
    during = (session.scene.t_s > hover.start_s) & (session.scene.t_s < hover.end_s)
    tips = session.scene.hands["left"][during][:, [8, 12, 16]].reshape(-1, 1, 3)
    gap = np.linalg.norm(tips - session.scene.face[during].repeat(3, axis=0), axis=2)
    assert gap.min() > 30.0


def test_the_same_seed_gives_the_same_session_and_another_seed_another() -> None:
    one, again, other = (simulate(Scenario("typical", minutes=0.5), seed) for seed in (1, 1, 2))
    assert one.truth == again.truth
    assert np.array_equal(one.frames[40].face, again.frames[40].face, equal_nan=True)
    assert one.truth != other.truth


def test_a_drawn_session_follows_its_plan_and_goes_wrong_now_and_then() -> None:
    sessions = [simulate(Scenario("hard", minutes=1.5), seed) for seed in range(8)]
    faults = [f for s in sessions for stroke in s.truth.strokes for f in stroke.faults]
    count = sum(len(s.truth.strokes) for s in sessions)
    assert 0.08 * count < len(faults) < 0.4 * count
    assert len(set(faults)) >= 4
    for session in sessions:
        assert session.plan is not None
        assert {s.movement for s in session.truth.strokes} <= {
            step.movement for step in session.plan.steps
        }


def test_faces_hands_and_cameras_differ_as_people_and_rooms_do() -> None:
    short = story([Glide("forehead.glide_out", "left")])
    people = [simulate(short, seed).truth.person for seed in range(30)]
    eyes = np.array([p["eye_distance_mm"] for p in people])
    assert 0.03 < eyes.std() / eyes.mean() < 0.09
    assert min(p["camera_distance_mm"] for p in people) >= 400.0
    assert max(p["camera_distance_mm"] for p in people) <= 1250.0


@pytest.mark.parametrize("movement", ["nose.glide_up", "brow.glide_out", "lips.glide_out_upper"])
def test_a_stroke_beside_its_path_never_turns_back(movement: str) -> None:
    beside = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        person = draw_person(rng)
        mistakes = Mistakes(load_protocol(), person, rng)
        side = MOVEMENTS[movement].sides[0]
        path = way(MOVEMENTS[movement], side, person).sample(np.linspace(0.0, 1.0, 40))
        for _ in range(12):
            wrong = mistakes.make(Glide(movement, side), 50.0)
            if abs(wrong.offset_mm) < 15.0:
                continue
            beside += 1
            done = path.beside(np.full(40, wrong.offset_mm), person)
            onward = (np.diff(done.at, axis=0) * np.diff(path.at, axis=0)).sum(axis=1)
            assert onward.min() > 0.0
    assert beside > 0


def test_an_even_hand_keeps_its_pace_between_two_soft_ends() -> None:
    gone = steady(np.linspace(0.0, 1.0, 401), 0.2)
    pace = np.diff(gone) * 400
    assert gone[0] == 0.0
    assert gone[-1] == pytest.approx(1.0)
    assert pace[90:310] == pytest.approx(1.25, rel=0.01), "of 1, if it had no soft ends"
    assert pace[0] < 0.05
    assert pace[:200] == pytest.approx(pace[:-201:-1], rel=0.01, abs=0.01)


def test_some_people_go_on_evenly_and_some_do_not() -> None:
    protocol, shares = load_protocol(), []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        person = draw_person(rng)
        plan = draw_plan(protocol, 1.5, rng)
        actions = compose(plan, protocol, person, "clean", 1.5, rng)
        glides = [action for action in actions if isinstance(action, Glide)]
        if len(glides) > 5:
            shares.append(np.mean([glide.ramp > 0.0 for glide in glides]))
    assert 0.3 < np.mean(shares) < 0.7
    assert np.std(shares) > 0.15


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("seed", range(6))
def test_a_tool_lies_flat_under_the_fingers_or_stands_on_the_skin_towards_the_thumb(
    side: str, seed: int
) -> None:
    session = simulate(
        story([Glide("forehead.glide_out", side, wander_mm=0.0, tool="gua_sha")]), seed=seed
    )
    start_s, held = session.truth.strokes[0].start_s, session.person.tool
    path = way(MOVEMENTS["forehead.glide_out"], side, session.person)
    away = _fingertips_mm(session, side, start_s, (8, 12, 16)) - path.at[0]
    long_mm, tilt = 35.0 * held.size, np.radians(held.tilt_deg)
    # Half closed round it, the fingers' tracked points are 9 mm further from the skin.
    up_mm = away @ path.normal[0]
    assert up_mm == pytest.approx(session.person.pad_mm + 9.0 + long_mm * np.sin(tilt), abs=0.5)
    along_mm = np.linalg.norm(away - up_mm * path.normal[0])
    assert along_mm == pytest.approx(np.hypot(long_mm * np.cos(tilt), held.thumbward_mm), abs=0.5)
    index, little = (_fingertips_mm(session, side, start_s, (knuckle,)) for knuckle in (5, 17))
    thumbward = (index - little) / np.linalg.norm(index - little)
    assert -away @ thumbward > held.thumbward_mm


def test_tools_are_held_flat_by_some_and_half_upright_by_others() -> None:
    held = [draw_person(np.random.default_rng(seed)).tool for seed in range(200)]
    tilts = [each.tilt_deg for each in held]
    assert np.quantile(tilts, (0.1, 0.5, 0.9)) == pytest.approx([5.0, 25.0, 45.0], abs=5.0)
    assert max(each.thumbward_mm for each in held if each.tilt_deg < 5.0) < 6.0
    assert max(each.thumbward_mm for each in held) > 15.0
