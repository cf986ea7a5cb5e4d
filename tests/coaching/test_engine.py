"""What the engine says of its own sight."""

from __future__ import annotations

import pytest

from faceglide.coaching import Engine
from faceglide.coaching.events import CannotTell
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.pose import FRONTAL, focal_px
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import Camera, Frame

CAMERA = Camera(640, 480)


def _face() -> FloatArray:
    """(468, 3) the usual face half a metre away, as a tracker reports it."""
    points = vertices_mm() @ FRONTAL.T + (0.0, 0.0, 500.0)
    picture = 0.5 + focal_px(640, 480) * points[:, :2] / points[:, 2:] / (640, 480)
    face = points.copy()
    face[:, :2] = picture
    return face


@pytest.mark.parametrize(("away_s", "told"), [(0.9, False), (1.1, True)])
def test_a_face_away_for_more_than_a_second_is_told_once_when_it_is_back(
    away_s: float, told: bool
) -> None:
    engine, face = Engine(load_protocol(), CAMERA), _face()
    times = [round(0.1 * k, 1) for k in range(40)]
    away = [t for t in times if 1.0 < t < 1.0 + away_s - 0.05]
    events = [event for t in times for event in engine.push(Frame(t, None if t in away else face))]
    assert len(events) == told
    assert all(isinstance(event, CannotTell) for event in events)
    assert engine.unseen_s == pytest.approx(away_s)
