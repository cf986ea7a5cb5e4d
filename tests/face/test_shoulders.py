"""The foot of the neck: on the trunk where shoulders are seen, else hanging from the jaw."""

from __future__ import annotations

import math

import numpy as np
import pytest

from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.drawing import FaceMap, map_face
from faceglide.protocol import load_protocol

WIDTH, HEIGHT, PX_PER_MM = 900, 1400, 3.0
NECK_BASE_MM, SHOULDER_MM = -176.0, 150.0  # below the eyes; from the middle, as adults have them
PROTOCOL = load_protocol()


def in_photo(points_mm: FloatArray) -> FloatArray:
    x, y, z = (np.asarray(points_mm) * PX_PER_MM).T
    return np.stack([0.5 + x / WIDTH, 0.35 - y / HEIGHT, -z / WIDTH], axis=1)


def leaning(deg: float) -> FloatArray:
    """The average head, leaning on a neck that stands upright; positive to the person's right."""
    c, s = math.cos(math.radians(deg)), math.sin(math.radians(deg))
    pivot = np.array([0.0, -110.0, 0.0])
    return (vertices_mm() - pivot) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T + pivot


def shoulders(width_mm: float = 2 * SHOULDER_MM, tilt_deg: float = 0.0, y=NECK_BASE_MM - 8):
    half = (
        width_mm
        / 2
        * np.array([math.cos(math.radians(tilt_deg)), math.sin(math.radians(tilt_deg))])
    )
    return in_photo(np.array([[-half[0], y - half[1], 0], [half[0], y + half[1], 0]]))[:, :2]


def drawn(head: FloatArray, seen: FloatArray | None = None) -> FaceMap:
    return map_face(PROTOCOL, in_photo(head), WIDTH, HEIGHT, shoulders=seen)


def line_mm(face_map: FaceMap, movement: str, side: str) -> FloatArray:
    """A line in millimetres from the trunk's middle, up positive."""
    (found,) = (x for x in face_map.lines if (x.movement.id, x.side) == (movement, side))
    return (found.points_px - (WIDTH / 2, 0.35 * HEIGHT)) / (PX_PER_MM, -PX_PER_MM)


def test_under_a_leaning_head_strokes_begin_on_both_collarbones() -> None:
    head = leaning(15)
    alone, seen = drawn(head), drawn(head, shoulders())
    feet = {side: line_mm(seen, "neck.glide_up", side)[0] for side in ("left", "right")}
    assert feet["left"] == pytest.approx(feet["right"] * (-1, 1), abs=1.5)
    assert feet["left"][1] == pytest.approx(NECK_BASE_MM, abs=2)
    skewed = [line_mm(alone, "neck.glide_up", side)[0] for side in ("left", "right")]
    assert abs(skewed[0][0] + skewed[1][0]) > 20, "which the face alone would not tell"


@pytest.mark.parametrize("movement", ["neck.glide_up", "neck.drain_down"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_what_hangs_on_the_head_stays_on_the_head(movement: str, side: str) -> None:
    head = leaning(12)
    alone, seen = (line_mm(drawn(head, s), movement, side) for s in (None, shoulders()))
    moved = np.linalg.norm(seen - alone, axis=1)
    at_the_head, at_the_trunk = (-1, 0) if movement == "neck.glide_up" else (0, -1)
    assert moved[at_the_head] < 0.01
    assert moved[at_the_trunk] > 10
    assert (np.diff(moved[:: -1 if at_the_trunk == 0 else 1]) > -1e-6).all(), "without a kink"


@pytest.mark.parametrize("lean_deg", [-15, 0, 15])
def test_no_stroke_comes_closer_to_the_throat(lean_deg: float) -> None:
    """Shoulders, narrow or broad, say where the neck stands and not how wide it is."""
    head = leaning(lean_deg)
    for movement in ("neck.glide_up", "neck.drain_down"):
        alone = [line_mm(drawn(head), movement, side) for side in ("left", "right")]
        for width_mm in (260, 400):
            seen = [
                line_mm(drawn(head, shoulders(width_mm)), movement, side)
                for side in ("left", "right")
            ]
            foot = 0 if movement == "neck.glide_up" else -1
            apart, before = (np.linalg.norm(p[0][foot] - p[1][foot]) for p in (seen, alone))
            assert apart > before - 1


def test_the_rest_of_the_routine_is_the_faces_alone() -> None:
    head = leaning(10)
    alone, seen = drawn(head), drawn(head, shoulders(tilt_deg=8))
    for one, other in zip(alone.lines, seen.lines, strict=True):
        moved = np.abs(one.points_px - other.points_px).max()
        assert (moved > 1) == (one.movement.zone == "neck"), one.movement.id


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(shoulders(200), id="a stiff collar"),
        pytest.param(shoulders(600), id="two people"),
        pytest.param(shoulders(tilt_deg=40), id="lying down"),
        pytest.param(shoulders()[::-1], id="right for left"),
        pytest.param(shoulders(y=-290), id="too far down"),
        pytest.param(np.array([[0.5, 0.5], [0.5, 0.5]]), id="one point"),
    ],
)
def test_shoulders_that_cannot_be_theirs_are_not_believed(seen: FloatArray) -> None:
    head = leaning(5)
    for one, other in zip(drawn(head).lines, drawn(head, seen).lines, strict=True):
        assert (one.points_px == other.points_px).all()
