"""Circles: one stroke for each turn of the hand about a movement's centre."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from faceglide.coaching.events import Stroke
from faceglide.coaching.hands import Sighting
from faceglide.coaching.thresholds import Thresholds
from faceglide.face.canonical import FloatArray
from faceglide.face.paths import Side, anchor_recipe
from faceglide.face.pose import Pose
from faceglide.protocol.model import Movement, Protocol

_WINDOW_S = 2.5  # the centre of the circling is the mean over about a turn
_REACH_MM = 26.0  # a circling hand's mean lies this near the prescribed centre
_RING_MM = 22.0  # a circle's radius, and as much again for a centre of one's own
_TURN = 2.0 * math.pi
_SLOWEST_S, _QUICKEST_S = 6.0, 0.5  # a turn outside this is no circle


@dataclass(slots=True)
class _Circling:
    points: deque[tuple[float, float, float]] = field(default_factory=deque)
    angle: float | None = None
    wound: float = 0.0
    start_s: float = 0.0
    path_mm: float = 0.0
    place: int = -1
    last: tuple[float, float] = (0.0, 0.0)


class Turns:
    """Finds turns for any number of hands."""

    def __init__(self, protocol: Protocol, thresholds: Thresholds) -> None:
        self._limits = thresholds
        self._places: list[tuple[Movement, Side]] = [
            (movement, side)
            for movement in protocol.movements
            if movement.motion == "circle"
            for side in movement.sides
        ]
        recipes = [anchor_recipe(movement.path, side) for movement, side in self._places]
        self._weights = np.concatenate([r.weights for r in recipes]) if recipes else None
        self._offsets = np.concatenate([r.offset_mm for r in recipes]) if recipes else None
        self._at = np.zeros((len(self._places), 3))
        self._open: dict[int, _Circling] = {}
        self.length_sd = 0.06

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the centres on a mesh of (468, 3) millimetres."""
        if self._weights is not None:
            self._at = self._weights @ mesh_mm + self._offsets

    def add(self, t: float, pose: Pose, hand: Sighting) -> Stroke | None:
        """Take in one sample; returns the turn that it completes."""
        if not self._places:
            return None
        at = self._at @ pose.rotation.T + pose.translation
        off = (hand.tip - at[:, :2] / at[:, 2:]) * at[:, 2:]
        far = off[:, 0] * off[:, 0] + off[:, 1] * off[:, 1]
        place = int(far.argmin())
        key = hand.track.key
        circling = self._open.get(key)
        if far[place] > (_REACH_MM + 14.0) ** 2:
            if circling is not None:
                del self._open[key]
            return None
        if circling is None or circling.place != place:
            circling = self._open[key] = _Circling(place=place, start_s=t)
        x, y = float(off[place, 0]), float(off[place, 1])
        return self._wind(circling, t, x, y, hand)

    def _wind(
        self, circling: _Circling, t: float, x: float, y: float, hand: Sighting
    ) -> Stroke | None:
        points = circling.points
        if points and t - points[-1][0] > 0.6:
            points.clear()
            circling.angle = None
        points.append((t, x, y))
        while points and t - points[0][0] > _WINDOW_S:
            points.popleft()
        n = len(points)
        cx, cy = sum(p[1] for p in points) / n, sum(p[2] for p in points) / n
        if math.hypot(cx, cy) > _REACH_MM or t - points[0][0] < 0.3:
            circling.angle, circling.start_s, circling.wound = None, t, 0.0
            return None
        dx, dy = x - cx, y - cy
        if math.hypot(dx, dy) < 2.0:
            return None
        angle = math.atan2(dy, dx)
        if circling.angle is None:
            circling.angle, circling.wound, circling.start_s = angle, 0.0, points[0][0]
            circling.path_mm, circling.last = 0.0, (x, y)
            return None
        step = (angle - circling.angle + math.pi) % _TURN - math.pi
        circling.angle = angle
        circling.wound += step
        circling.path_mm += math.hypot(x - circling.last[0], y - circling.last[1])
        circling.last = (x, y)
        if abs(circling.wound) < _TURN:
            return None
        seconds = t - circling.start_s
        stroke = self._turn(circling, t, seconds, hand)
        circling.wound -= math.copysign(_TURN, circling.wound)
        circling.start_s, circling.path_mm = t, 0.0
        return stroke

    def _turn(self, circling: _Circling, t: float, seconds: float, hand: Sighting) -> Stroke | None:
        if not _QUICKEST_S <= seconds <= _SLOWEST_S:
            return None
        movement, side = self._places[circling.place]
        length = _TURN * (movement.radius_mm or 10.0)
        speed = length / seconds
        return Stroke(
            movement=movement.id,
            zone=movement.zone,
            side=side,
            hand=hand.track.side,
            start_s=circling.start_s,
            end_s=t,
            length_mm=length,
            length_sd_mm=self.length_sd * length,
            speed_mm_s=speed,
            direction_error_deg=0.0,
            path_error_mm=0.0,
            coverage=1.0,
            verdict="fault" if speed > movement.accept_speed_mm_s[1] else "good",
            faults=("too_fast",) if speed > movement.accept_speed_mm_s[1] else (),
        )

    def may_be_circling(self, key: int) -> bool:
        """Whether a hand is where circles are made, and no further out."""
        circling = self._open.get(key)
        return circling is not None and math.hypot(*circling.points[-1][1:]) < _RING_MM

    def end(self, key: int) -> None:
        """The hand is gone."""
        self._open.pop(key, None)
