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

_WINDOW_S = 1.8  # the centre of the circling is the mean over about a turn
_MEMORY_S = 7.0
_REACH_MM = 40.0  # a hand this near a centre may be circling there
_CENTRE_MM = 26.0  # people's own centre lies this near the prescribed one
_RING_MM = 22.0  # a circle's radius, and as much again for a centre of one's own
_RADII_MM = (3.5, 20.0)  # a circle of 10 mm seen from the front or from the side
_ARRIVING_MM_S = 110.0  # a hand this quick is not circling yet
_RING = (0.3, 1.6)  # shares of the radius between which a point is on the ring
_RESTING = 0.3  # a hand at this share of its usual speed has stopped
_ALMOST = 0.8  # share of a turn that counts as one when the hand leaves
_STEADY = 0.55  # share of the turning that goes the same way round
_TURN = 2.0 * math.pi
_SLOWEST_S, _QUICKEST_S = 6.0, 0.5  # a turn outside this is no circle


@dataclass(slots=True)
class _Circling:
    """A hand near a centre: its points since the last turn."""

    place: int
    points: deque[tuple[float, float, float]] = field(default_factory=deque)
    looked_s: float = 0.0
    turns: int = 0


def _last_rest(points: FloatArray) -> int:
    """Where a hand that had landed began to move: circles are counted from there.

    Args:
        points: (T, 3) seconds and millimetres.
    """
    if len(points) < 8:
        return 0
    step = np.hypot(points[2:, 1] - points[:-2, 1], points[2:, 2] - points[:-2, 2])
    speed = step / (points[2:, 0] - points[:-2, 0])
    early = points[1:-1, 0] < points[0, 0] + 0.5 * (points[-1, 0] - points[0, 0])
    rests = np.flatnonzero(early & (speed < _RESTING * np.median(speed)))
    return int(rests[-1]) + 1 if rests.size else 0


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
        self._weights = np.concatenate([np.zeros((0, 468)), *(r.weights for r in recipes)])
        self._offsets = np.concatenate([np.zeros((0, 3)), *(r.offset_mm for r in recipes)])
        self._at = np.zeros((len(self._places), 3))
        self._open: dict[int, _Circling] = {}
        self.length_sd = 0.06

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the centres on a mesh of (468, 3) millimetres."""
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
        if far[place] > _REACH_MM**2:
            self._open.pop(key, None)
            return None
        if far[place] > _CENTRE_MM**2 and circling is not None and circling.turns:
            self._open.pop(key, None)
            return self._look(circling, t, hand, leaving=True)
        if circling is None or circling.place != place:
            circling = self._open[key] = _Circling(place)
        points = circling.points
        x, y = float(off[place, 0]), float(off[place, 1])
        if points:
            before, px, py = points[-1]
            if math.hypot(x - px, y - py) > 3.0 + _ARRIVING_MM_S * (t - before):
                points.clear()
                circling.turns = 0
        points.append((t, x, y))
        while t - points[0][0] > _MEMORY_S:
            points.popleft()
        if t - circling.looked_s < 0.08 or t - points[0][0] < _QUICKEST_S:
            return None
        circling.looked_s = t
        return self._look(circling, t, hand)

    def _look(
        self, circling: _Circling, t: float, hand: Sighting, leaving: bool = False
    ) -> Stroke | None:
        """The turn that the points since the last one make up, once they do."""
        points = np.array(circling.points)
        recent = points[points[:, 0] > t - _WINDOW_S]
        # The middle of what was reached: a rest before the first turn does not pull at it.
        centre = 0.5 * (recent[:, 1:].min(axis=0) + recent[:, 1:].max(axis=0))
        if float(np.abs(centre).max()) > _CENTRE_MM:
            return None
        spokes = points[:, 1:] - centre
        radii = np.hypot(spokes[:, 0], spokes[:, 1])
        radius = float(np.median(radii[-len(recent) :]))
        if not _RADII_MM[0] < radius < _RADII_MM[1]:
            return None
        outside = np.flatnonzero((radii > _RING[1] * radius + 3.0) | (radii < _RING[0] * radius))
        if outside.size:  # the hand was still arriving
            points, spokes = points[outside[-1] + 1 :], spokes[outside[-1] + 1 :]
            if len(points) < 4:
                return None
        if circling.turns == 0:
            rested = _last_rest(points)
            points, spokes = points[rested:], spokes[rested:]
            if len(points) < 4:
                return None
        angle = np.unwrap(np.arctan2(spokes[:, 1], spokes[:, 0]))
        wound = np.abs(angle - angle[0])
        if float(wound[-1]) < _TURN * (_ALMOST if leaving else 1.0):
            return None
        first, last = 0, len(points) - 1
        if circling.turns == 0:
            behind = np.flatnonzero(np.abs(angle[-1] - angle) >= _TURN)
            first = int(behind[-1]) if behind.size else 0
        elif not leaving:
            last = int(np.argmax(wound >= _TURN))
        steps = np.diff(angle[first : last + 1])
        if abs(float(steps.sum())) < _STEADY * float(np.abs(steps).sum()):
            return None
        circling.turns += 1
        start_s, end_s = float(points[first, 0]), float(points[last, 0])
        while circling.points and circling.points[0][0] < end_s:
            circling.points.popleft()
        return self._turn(circling.place, start_s, end_s, hand)

    def _turn(self, place: int, start_s: float, t: float, hand: Sighting) -> Stroke | None:
        seconds = t - start_s
        if not _QUICKEST_S <= seconds <= _SLOWEST_S:
            return None
        movement, side = self._places[place]
        length = _TURN * (movement.radius_mm or 10.0)
        speed = length / seconds
        fast = speed * (1.0 - self.length_sd) > movement.accept_speed_mm_s[1]
        return Stroke(
            movement=movement.id,
            zone=movement.zone,
            side=side,
            hand=hand.track.side,
            start_s=start_s,
            end_s=t,
            length_mm=length,
            length_sd_mm=self.length_sd * length,
            speed_mm_s=speed,
            direction_error_deg=0.0,
            path_error_mm=0.0,
            coverage=1.0,
            verdict="fault" if fast else "good",
            faults=("too_fast",) if fast else (),
        )

    def may_be_circling(self, key: int) -> bool:
        """Whether a hand is where circles are made, and no further out."""
        circling = self._open.get(key)
        return circling is not None and math.hypot(*circling.points[-1][1:]) < _RING_MM

    def end(self, key: int) -> None:
        """The hand is gone."""
        self._open.pop(key, None)
