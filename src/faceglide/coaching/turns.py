"""Circles: one stroke for each turn of the hand about a movement's centre."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from faceglide.coaching.answers import Answer, exceeds, too_fast, verdict_of
from faceglide.coaching.events import Fault, Stroke
from faceglide.coaching.hands import Sighting
from faceglide.coaching.places import Places
from faceglide.coaching.rounds import (
    QUICKEST_S,
    RADII_MM,
    REACH_MM,
    Round,
    first_turn,
    left_s,
    next_turn,
    to_and_fro,
)
from faceglide.face.canonical import FloatArray, mesh_normals
from faceglide.face.paths import Side, anchor_recipe
from faceglide.face.pose import Pose
from faceglide.protocol.model import Movement, Protocol
from faceglide.tracking.frame import PersonSide

_MEMORY_S = 6.0
_RING_MM = 22.0  # a circle's radius, and as much again for a centre of one's own
_ARRIVING_MM_S = 110.0  # a hand this quick is not circling
_SETTLED, _STRAY_S = 6, 0.3  # samples after which a jump is a tracker's, and for how long
_LOOK_S = 0.1
_SLOWEST_S = 6.0  # a turn in more is no circle
# How many circles the prescribed radius is worth, and how many of a person's own are remembered. A
# circle whose middle lies so far off the prescribed one is beside it; that is known so well, and
# less well of a hand that reaches across the face. Our defaults.
_RADII_WORTH, _REMEMBERED = 2.0, 8
_ASIDE_MM, _ASIDE_SD_MM, _ACROSS_SD_MM = 14.0, 1.5, 6.0
_STIRS_MM = 4.0  # a hand that stays within this rests
_STRIDES_MM = 45.0  # and one that goes further than this in a second strokes
_SQUEEZED = 0.35  # skin that faces further aside than this cannot be told
_FLAT_MM = _SQUEEZED * RADII_MM[0]  # a ring goes at least so far to and fro, whichever way
_ALMOST = 0.75  # share of a turn that counts as one when the hand leaves
_LOST = 1.7  # turns without one, and the ring is given up


@dataclass(frozen=True, slots=True)
class Turn:
    """A hand has gone round once.

    Attributes:
        movement: Whose circle it was.
        side: The person's own.
        hand: Which hand went.
        start_s, end_s: When.
        length_mm: Round the ring.
        aside_mm: How far the ring's middle lay beside the movement's.
    """

    movement: Movement
    side: Side
    hand: PersonSide
    start_s: float
    end_s: float
    length_mm: float
    aside_mm: float

    def judged(self, length_sd: float, tugs: Answer) -> Stroke:
        """The stroke that it was.

        Args:
            length_sd: Relative standard deviation of every length.
            tugs: Whether it dragged the skin along.
        """
        speed_mm_s = self.length_mm / (self.end_s - self.start_s)
        doubt_mm = _ACROSS_SD_MM if self.side != self.hand else _ASIDE_SD_MM
        asked: dict[Fault, Answer] = {
            "too_fast": too_fast(speed_mm_s, length_sd, self.movement),
            "off_path": exceeds(self.aside_mm - doubt_mm, self.aside_mm + doubt_mm, _ASIDE_MM),
            "tugging": tugs,
        }
        verdict, faults = verdict_of(asked)
        return Stroke(
            movement=self.movement.id,
            zone=self.movement.zone,
            side=self.side,
            hand=self.hand,
            start_s=self.start_s,
            end_s=self.end_s,
            length_mm=self.length_mm,
            length_sd_mm=length_sd * self.length_mm,
            speed_mm_s=speed_mm_s,
            direction_error_deg=0.0,
            path_error_mm=self.aside_mm,
            coverage=1.0,
            verdict=verdict,
            faults=faults,
        )


class Turns:
    """Finds turns for any number of hands."""

    def __init__(self, protocol: Protocol) -> None:
        self._places: list[tuple[Movement, Side]] = [
            (movement, side)
            for movement in protocol.movements
            if movement.motion == "circle"
            for side in movement.sides
        ]
        recipes = [anchor_recipe(movement.path, side) for movement, side in self._places]
        self._weights = np.concatenate([np.zeros((0, 468)), *(r.weights for r in recipes)])
        offsets = np.concatenate([np.zeros((0, 3)), *(r.offset_mm for r in recipes)])
        self._centres = Places(self._weights, offsets)
        self._out = np.zeros((len(self._places), 3))
        self._open: dict[int, Round] = {}
        self._radii_mm: deque[float] = deque(maxlen=_REMEMBERED)

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the centres on a mesh of (468, 3) millimetres."""
        self._centres.lay(mesh_mm)
        out = self._weights @ mesh_normals(mesh_mm)
        self._out = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

    def add(self, t: float, pose: Pose, hand: Sighting) -> Turn | None:
        """Take in one sample; returns the turn that it completes."""
        if not self._places:
            return None
        place, x, y = self._nearest(pose, hand.tip)
        key = hand.track.key
        circling = self._open.get(key)
        reach_mm = REACH_MM if circling is None else circling.reach_mm()
        if x * x + y * y > reach_mm**2:
            if circling is not None and circling.ring and t - circling.points[-1][0] < _STRAY_S:
                return None  # a tracker strays for as long
            return self.end(key)
        if circling is None or circling.place != place:
            circling = self._open[key] = Round(place, hand.track.side)
        points = circling.points
        if points:
            before, px, py = points[-1]
            jumped = math.hypot(x - px, y - py) > 3.0 + _ARRIVING_MM_S * (t - before)
            if jumped and not circling.is_on_ring(x, y):
                if len(points) >= _SETTLED and t - before < _STRAY_S:
                    return None  # trackers jump, too
                last = self.end(key)
                circling = self._open[key] = Round(place, hand.track.side)
                circling.points.append((t, x, y))
                return last
        points.append((t, x, y))
        while t - points[0][0] > _MEMORY_S:
            points.popleft()
        hurried = circling.hurries(t, x, y)
        if hurried is not None:
            return self._turn(circling, *hurried)
        if t < circling.due_s() or t - circling.looked_s < _LOOK_S:
            return None
        circling.looked_s, circling.hand = t, hand.track.side
        circling.squeeze = self._squeeze(place, pose)
        return self._look(circling)

    def _nearest(self, pose: Pose, tip: FloatArray) -> tuple[int, float, float]:
        """The centre nearest to the pads, and how far off it they are: picture millimetres."""
        off = self._centres.off(pose, tip)
        far = [x * x + y * y for x, y in off]
        place = far.index(min(far))
        return place, *off[place]

    def _squeeze(self, place: int, pose: Pose) -> FloatArray:
        """(2, 2) how a millimetre of the skin about a centre looks in the picture."""
        out = pose.rotation @ self._out[place]
        aside = math.hypot(float(out[0]), float(out[1]))
        if aside < 1e-6:
            return np.eye(2)
        u = out[:2] / aside
        less = 1.0 - max(_SQUEEZED, abs(float(out[2])))
        return np.eye(2) - less * np.outer(u, u)

    def _look(self, circling: Round) -> Turn | None:
        """The turn that the points make up by now, once they do."""
        points = np.array(circling.points)
        recent = points[points[:, 0] > points[-1, 0] - 1.0, 1:]
        extent = np.ptp(recent, axis=0)
        if not _STIRS_MM < float(extent.max()) < _STRIDES_MM:
            return None
        if circling.ring is None and not to_and_fro(points[:, 1:]) > _FLAT_MM:
            return None
        found = (
            first_turn(points, circling) if circling.ring is None else next_turn(points, circling)
        )
        if found is None:
            if circling.ring and points[-1, 0] > circling.end_s + _LOST * circling.ring.period_s:
                circling.ring = None  # it has stopped, or never was as it seemed
                while circling.points and circling.points[0][0] < circling.end_s:
                    circling.points.popleft()
            return None
        start_s, end_s, ring = found
        circling.went_round(float(points[-1, 0]), end_s, ring)
        return self._turn(circling, start_s, end_s)

    def _turn(self, circling: Round, start_s: float, end_s: float) -> Turn | None:
        ring = circling.ring
        if ring is None or not QUICKEST_S <= end_s - start_s <= _SLOWEST_S:
            return None
        movement, side = self._places[circling.place]
        prescribed_mm = movement.radius_mm or 10.0
        self._radii_mm.append(ring.radius_mm)
        worth_mm = _RADII_WORTH * prescribed_mm + sum(self._radii_mm)
        length_mm = math.tau * worth_mm / (_RADII_WORTH + len(self._radii_mm))
        aside_mm = math.hypot(*ring.middle_mm)
        return Turn(movement, side, circling.hand, start_s, end_s, length_mm, aside_mm)

    def may_be_circling(self, key: int) -> bool:
        """Whether a hand is where circles are made, and no further out."""
        circling = self._open.get(key)
        return circling is not None and math.hypot(*circling.points[-1][1:]) < _RING_MM

    def end(self, key: int) -> Turn | None:
        """The hand is gone; returns the turn that it had all but made."""
        circling = self._open.pop(key, None)
        if circling is None or circling.ring is None:
            return None
        end_s = left_s(np.array(circling.points), circling)
        if end_s - circling.end_s < _ALMOST * circling.ring.period_s:
            return None
        return self._turn(circling, circling.end_s, end_s)
