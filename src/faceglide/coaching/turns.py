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
from faceglide.tracking.frame import PersonSide

_WINDOW_S = 1.8  # the centre of the circling is the mean over about a turn
_MEMORY_S = 7.0
_REACH_MM = 40.0  # a hand this near a centre may be circling there
_CENTRE_MM = 26.0  # people's own centre lies this near the prescribed one
_RING_MM = 22.0  # a circle's radius, and as much again for a centre of one's own
_RADII_MM = (3.5, 20.0)  # a circle of 10 mm seen from the front or from the side
_ARRIVING_MM_S = 110.0  # a hand this quick is not circling yet
_RING = (0.35, 1.75)  # shares of the radius between which a point is on the ring
_RESTING = 0.3  # a hand at this share of its usual speed has stopped
_LATE = 0.6  # share of a turn that shows the pace
_STRAY = 0.7  # radians from an even pace: not circling yet
_ALMOST = 0.8  # share of a turn that counts as one when the hand leaves
_LEFT_OVER = 0.55  # the same after whole turns: what they were late by is missing from the last
_SMOOTH_S = 0.45  # for how long a tracker's error lasts
_STILL_S = 0.3  # a rest is looked for over this long
_LIGHTLY_S, _JITTERY_MM = 0.16, 0.8  # where it hardly errs
_ROUND = (0.16, 0.4)  # how much a circle's radius varies, where the tracker is calm and not
_STEADY = 0.55  # share of the turning that goes the same way round
_TURN = 2.0 * math.pi
_SLOWEST_S, _QUICKEST_S = 6.0, 0.5  # a turn outside this is no circle


@dataclass(slots=True)
class _Circling:
    """A hand near a centre: its points since the last turn."""

    place: int
    hand: PersonSide
    points: deque[tuple[float, float, float]] = field(default_factory=deque)
    looked_s: float = 0.0
    turns: int = 0
    ring: tuple[FloatArray, FloatArray] | None = None


def _rested(points: FloatArray) -> int:
    """Where a hand that had landed, and rested, began to move; 0 where no rest shows.

    Args:
        points: (T, 3) seconds and millimetres.
    """
    frame_s = float(points[-1, 0] - points[0, 0]) / max(len(points) - 1, 1)
    half = max(1, round(0.5 * _STILL_S / max(frame_s, 1e-3)))
    if len(points) < 6 * half:
        return 0
    step = np.hypot(*(points[2 * half :, 1:] - points[: -2 * half, 1:]).T)
    speed = step / (points[2 * half :, 0] - points[: -2 * half, 0])
    early = points[half:-half, 0] < points[0, 0] + 0.4 * (points[-1, 0] - points[0, 0])
    rests = np.flatnonzero(early & (speed < _RESTING * np.median(speed)))
    return int(rests[-1]) + half if rests.size else 0


def _began(t: FloatArray, angle: FloatArray) -> int:
    """Which sample a circling began with: before it the hand landed and rested.

    People go round at an even pace, so what fits the later part of the turn belongs to it.

    Args:
        t: (T,) seconds.
        angle: (T,) radians.
    """
    late = np.abs(angle - angle[-1]) < _LATE * _TURN
    first = len(t) - 1 - int(np.argmin(late[::-1])) + 1 if not late.all() else 0
    if len(t) - first < 4:
        return 0
    pace, at_zero = np.polyfit(t[first:], angle[first:], 1)
    off = np.flatnonzero(np.abs(angle[:first] - pace * t[:first] - at_zero) > _STRAY)
    began = int(off[-1]) + 1 if off.size else 0
    # While the hand rested the line went on without it.
    rested = t[-1] - abs(float(angle[-1] - angle[began])) / max(abs(float(pace)), 1e-6)
    return max(began, int(np.searchsorted(t, rested)))


def _smooth(points: FloatArray) -> FloatArray:
    """(T, 3) the points with the tracker's jitter averaged out; the ends stay where they are."""
    over_s = _SMOOTH_S if _jitters(points) else _LIGHTLY_S
    half = round(0.5 * over_s * (len(points) - 1) / max(float(points[-1, 0] - points[0, 0]), 1e-6))
    if half < 1 or len(points) < 4 * half:
        return points
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(points[:, 1:], axis=0)])
    each = np.arange(len(points))
    reach = np.minimum(half, np.minimum(each, len(points) - 1 - each))
    mean = (sums[each + reach + 1] - sums[each - reach]) / (2 * reach + 1)[:, None]
    return np.column_stack([points[:, 0], mean])


def _jitters(points: FloatArray) -> bool:
    """Whether the tracker errs by more than a hand's own way bends."""
    bends = np.hypot(*np.diff(points[:, 1:], n=2, axis=0).T)
    return bool(bends.size and float(np.median(bends)) > _JITTERY_MM)


def _ring(points: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """The middle and the radii of the circling; None where nothing circles.

    A circle that is seen from aside is an ellipse: each axis of the picture has its own radius.

    Args:
        points: (T, 3) seconds and millimetres.
    """
    recent = points[points[:, 0] > points[-1, 0] - _WINDOW_S]
    # The middle of what was reached: a rest before the first turn does not pull at it.
    low, high = recent[:, 1:].min(axis=0), recent[:, 1:].max(axis=0)
    centre, radii = 0.5 * (low + high), 0.5 * (high - low)
    if float(np.abs(centre).max()) > _CENTRE_MM:
        return None
    if not _RADII_MM[0] < float(radii.max()) < _RADII_MM[1]:
        return None
    return centre, np.maximum(radii, _RADII_MM[0])


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
        if far[place] > (_CENTRE_MM if circling is not None and circling.turns else _REACH_MM) ** 2:
            return self.end(key)
        if circling is None or circling.place != place:
            circling = self._open[key] = _Circling(place, hand.track.side)
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
        circling.looked_s, circling.hand = t, hand.track.side
        return self._look(circling)

    def _look(self, circling: _Circling, leaving: bool = False) -> Stroke | None:
        """The turn that the points since the last one make up, once they do."""
        points = _smooth(np.array(circling.points))
        ring = circling.ring if leaving else _ring(points)
        if ring is None:
            return None
        spokes = (points[:, 1:] - ring[0]) / ring[1]
        radii = np.hypot(spokes[:, 0], spokes[:, 1])
        off_ring = (radii > _RING[1]) | (radii < _RING[0])
        end = len(points)
        if leaving:
            end = int(np.flatnonzero(~off_ring)[-1]) + 1 if not off_ring.all() else 0
        first = 0
        if circling.turns == 0 and off_ring[:end].any():  # the hand was still arriving
            first = int(np.flatnonzero(off_ring[:end])[-1]) + 1
        points, spokes = points[first:end], spokes[first:end]
        if len(points) < 4:
            return None
        angle = np.unwrap(np.arctan2(spokes[:, 1], spokes[:, 0]))
        if circling.turns == 0:
            began = max(_began(points[:, 0], angle), _rested(points))
            points, angle = points[began:], angle[began:]
            if len(points) < 4:
                return None
        wound = np.abs(angle - angle[0])
        enough = 1.0 if not leaving else _LEFT_OVER if circling.turns > 1 else _ALMOST
        if float(wound.max()) < _TURN * enough:
            return None
        first, last = 0, int(np.argmax(wound >= _TURN)) if wound.max() >= _TURN else len(wound) - 1
        if circling.turns == 0 and not leaving:
            behind = np.flatnonzero(np.abs(angle[-1] - angle) >= _TURN)
            first, last = (int(behind[-1]) if behind.size else 0), len(points) - 1
        elif last == len(wound) - 1:
            last = int(np.argmax(wound >= 0.97 * wound.max()))
        if circling.turns == 0:
            # A hand that comes in from the side and turns once looks like a small circle.
            round_ = _ROUND[int(_jitters(np.array(circling.points)))]
            if float(np.std(radii[-len(points) :][first : last + 1])) > round_:
                return None
        steps = np.diff(angle[first : last + 1])
        if abs(float(steps.sum())) < _STEADY * float(np.abs(steps).sum()):
            return None
        circling.turns += 1
        circling.ring = ring
        start_s, end_s = float(points[first, 0]), float(points[last, 0])
        while circling.points and circling.points[0][0] < end_s:
            circling.points.popleft()
        return self._turn(circling.place, start_s, end_s, circling.hand)

    def _turn(self, place: int, start_s: float, t: float, hand: PersonSide) -> Stroke | None:
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
            hand=hand,
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

    def end(self, key: int) -> Stroke | None:
        """The hand is gone; returns the turn that it had all but made."""
        circling = self._open.pop(key, None)
        if circling is None or not circling.turns:
            return None
        return self._look(circling, leaving=True)
