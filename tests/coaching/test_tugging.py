"""Skin that a hand draws along, told from what a tracker makes of skin that is let be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Literal

import numpy as np
import pytest

from faceglide.coaching.thresholds import DEFAULT
from faceglide.coaching.tugging import Drag, Tugging, dragged
from faceglide.face.canonical import FloatArray
from faceglide.face.neutral import NeutralMesh
from faceglide.face.pose import FRONTAL

AWAY_MM, BELL_MM = 500.0, 20.0
SKIN = np.stack(np.meshgrid(np.arange(-60, 61, 8.0), np.arange(-40, 41, 8.0)), -1).reshape(-1, 2)
EVENLY = np.linspace(-40.0, 40.0, 40)


def _drag(
    skin: FloatArray, hand_mm: FloatArray, pulled_mm: FloatArray, astray_mm: float = 0.0
) -> Drag | None:
    """What is made of a hand that goes across flat skin and draws it along.

    Args:
        skin: (K, 2) millimetres of its points.
        hand_mm: (T,) where the hand is on the line through their middle, frame by frame.
        pulled_mm: (T,) how far the skin beneath it has gone along.
        astray_mm: How far a tracker's drift carries every third point.
    """
    none = np.zeros(len(hand_mm))
    hand, pulled = np.column_stack([hand_mm, none]), np.column_stack([pulled_mm, none])
    return _made_of(skin, hand, pulled, astray_mm, "glide")


def _made_of(
    skin: FloatArray,
    hand: FloatArray,
    pulled: FloatArray,
    astray_mm: float,
    motion: Literal["glide", "circle"],
) -> Drag | None:
    """As `_drag`, of a hand that goes by (T, 2) millimetres and pulls by as many."""
    frames = len(hand)
    points = np.column_stack([skin, np.zeros(len(skin))])
    seen = np.repeat((points @ FRONTAL.T)[None, :, :2], frames, axis=0)
    off = seen - hand[:, None]
    bell = np.exp(-(off**2).sum(axis=2) / (2.0 * BELL_MM**2))
    seen += pulled[:, None] * bell[:, :, None]
    seen[:, ::3, 0] += astray_mm
    return dragged(
        points,
        np.repeat(FRONTAL[None], frames, axis=0),
        np.tile([0.0, 0.0, AWAY_MM], (frames, 1)),
        seen / AWAY_MM,
        hand / AWAY_MM,
        np.linspace(0.0, 1.0, frames),
        frames / 20.0,
        motion,
        DEFAULT,
    )


@pytest.mark.parametrize("turn", [1.0, -1.0])
def test_skin_that_goes_round_with_a_circle_is_measured_along_it(turn: float) -> None:
    angle = turn * np.linspace(0.0, 2.0 * np.pi, 40)
    hand = 10.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    pulled = 3.0 * turn * np.column_stack([-np.sin(angle), np.cos(angle)])
    round_, straight = (_made_of(SKIN, hand, pulled, 0.0, each) for each in ("circle", "glide"))
    assert round_ is not None
    assert round_.along_mm == pytest.approx(3.0, rel=0.1)
    assert straight is not None
    assert straight.along_mm < 0.85 * 3.0, "a circle is no bent way"
    assert round_.sd_mm < 0.3 * straight.sd_mm


def _thin_skin(beside_mm: float) -> FloatArray:
    """(K, 2) a point now and then, so far beside the hand's way."""
    return np.column_stack([np.arange(-60.0, 61.0, 40.0), np.full(4, beside_mm)])


def test_skin_that_goes_along_is_measured() -> None:
    drag = _drag(SKIN, EVENLY, np.full(40, 5.0))
    assert drag is not None
    assert abs(drag.along_mm - 5.0) < 0.2


def test_points_that_drift_on_their_own_count_for_less() -> None:
    drag = _drag(SKIN, EVENLY, np.full(40, 5.0), astray_mm=-6.0)
    assert drag is not None
    assert drag.along_mm > 4.5


def test_a_hand_with_hardly_any_skin_to_see_beside_it_is_not_judged() -> None:
    near, far = (_drag(_thin_skin(mm), EVENLY, np.full(40, 5.0)) for mm in (26.0, 30.0))
    assert near is not None
    assert far is None


def test_a_stroke_seen_in_hardly_any_frames_is_not_judged() -> None:
    assert _brief(3) is None
    assert _brief(5) is not None


def _brief(frames: int) -> Drag | None:
    """What is made of a stroke over flat skin of which so many frames were seen."""
    points = np.column_stack([SKIN, np.zeros(len(SKIN))])
    t, along = np.linspace(0.0, 1.0, frames), np.linspace(-40.0, 40.0, frames)
    trail = SimpleNamespace(
        count=frames,
        t=t,
        fresh=np.ones(frames, dtype=bool),
        seen=np.repeat((points @ FRONTAL.T)[None, :, :2], frames, axis=0) / AWAY_MM,
        tips=np.column_stack([along, np.zeros(frames)])[:, None] / AWAY_MM,
        rotation=np.repeat(FRONTAL[None], frames, axis=0),
        translation=np.tile([0.0, 0.0, AWAY_MM], (frames, 1)),
    )
    neutral = SimpleNamespace(points_mm=points, seen_frames=np.full(len(points), 100))
    tugging = Tugging(DEFAULT, neutral)  # type: ignore[arg-type]
    return tugging.drag(trail, 0.0, 1.0, 0)  # type: ignore[arg-type]


def _strokes_until_told(drifting: int) -> int:
    """How many quiet strokes it takes, after some with drift, until a small drag is called."""
    tugging = Tugging(DEFAULT, NeutralMesh(np.arange(4)))
    for _ in range(drifting):
        tugging.learn(Drag(2.0, 0.1))
    small, quiet = Drag(2.5, 0.1), 0
    assert tugging.is_tugging(small) != "yes", "nearly as much as this tracker always shows"
    while tugging.is_tugging(small) != "yes" and quiet < 50:
        tugging.learn(Drag(0.0, 0.1))
        quiet += 1
    return quiet


def test_a_tracker_that_drifts_no_more_is_believed_after_some_strokes_but_not_at_once() -> None:
    assert 4 < _strokes_until_told(drifting=40) < 9


@pytest.mark.parametrize(
    ("along_mm", "sd_mm", "answer"),
    [(1.0, 0.2, "no"), (3.0, 0.2, "yes"), (3.0, 1.5, "cannot_tell"), (1.0, 1.5, "no")],
)
def test_a_drag_that_may_be_drift_is_neither_called_nor_denied(
    along_mm: float, sd_mm: float, answer: str
) -> None:
    tugging = Tugging(DEFAULT, NeutralMesh(np.arange(4)))
    assert tugging.is_tugging(Drag(along_mm, sd_mm)) == answer


def test_somebody_who_drags_in_every_stroke_is_told_all_the_same() -> None:
    tugging = Tugging(DEFAULT, NeutralMesh(np.arange(4)))
    for _ in range(20):
        tugging.learn(Drag(4.0, 0.2))
    assert tugging.is_tugging(Drag(4.0, 0.2)) == "yes"


def _after(strokes: list[Drag], drag: Drag) -> str:
    """What is said of a stroke after others."""
    tugging = Tugging(DEFAULT, NeutralMesh(np.arange(4)))
    for each in strokes:
        tugging.learn(each)
    return tugging.is_tugging(drag)


@pytest.mark.parametrize(
    ("strokes", "let_be_mm"),
    [
        ([Drag(0.0, 0.0)] * 10, 0.95),  # as if nothing ever moved
        ([Drag(0.0, 0.0), Drag(0.8, 0.0)] * 5, 1.2),  # 0.4 more than three quarters of them
        ([Drag(0.0, 0.25)] * 10, 1.15),  # and three standard errors
        ([Drag(0.0, 0.0), Drag(1.2, 0.0)] * 5, DEFAULT.tug_mm),
        ([Drag(0.0, 0.0)] * 2, DEFAULT.tug_mm),  # too few to tell
        ([Drag(0.0, 0.0)] * 3, 0.95),
    ],
)
def test_where_a_tracker_shows_little_of_a_drag_less_is_told(
    strokes: list[Drag], let_be_mm: float
) -> None:
    usual_mm = strokes[0].sd_mm
    doubt_mm = DEFAULT.tug_doubt * 0.5 * usual_mm
    assert _after(strokes, Drag(let_be_mm + doubt_mm + 0.03, 0.0)) == "yes"
    assert _after(strokes, Drag(let_be_mm + doubt_mm - 0.03, 0.0)) != "yes"
