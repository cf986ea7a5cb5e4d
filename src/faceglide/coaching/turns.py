"""Circles: one stroke for each turn of the hand about a movement's centre."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from faceglide.coaching.answers import Answer, exceeds, verdict_of
from faceglide.coaching.circling import Circling, fit_circling
from faceglide.coaching.events import Fault, Stroke
from faceglide.coaching.hands import Sighting
from faceglide.coaching.places import Places
from faceglide.face.canonical import FloatArray, mesh_normals
from faceglide.face.paths import Side, anchor_recipe
from faceglide.face.pose import Pose
from faceglide.protocol.model import Movement, Protocol
from faceglide.tracking.frame import PersonSide

_MEMORY_S = 6.0
_REACH_MM = 34.0  # a hand this near a centre may be circling there
_CENTRE_MM = 26.0  # people's own centre lies this near the prescribed one
_RING_MM = 22.0  # a circle's radius, and as much again for a centre of one's own
_RADII_MM = (4.5, 18.0)  # of circles meant to have 10
_ARRIVING_MM_S = 110.0  # a hand this quick is not circling
_SETTLED, _STRAY_S = 6, 0.3  # samples after which a jump is a tracker's, and for how long
_PERIODS_S = 0.365 * 1.18 ** np.arange(15, dtype=np.float64)
_FINER = np.linspace(0.88, 1.12, 7)
_PACES = np.linspace(0.75, 1.3, 12)
_FIRST_S = 0.8  # a hand lands, and then goes round
_LOOK_S = 0.1
_GOES_ON = 0.2  # of the scatter explained: enough where circles are known to be made
_EARLY_S = 0.03  # half a frame
_SLOWEST_S, _QUICKEST_S = 6.0, 0.3  # a turn outside this is no circle
# How many circles the prescribed radius is worth, and how many of a person's own are remembered. A
# circle whose middle lies so far off the prescribed one is beside it; that is known so well, and
# less well of a hand that reaches across the face. Our defaults.
_RADII_WORTH, _REMEMBERED = 2.0, 8
_ASIDE_MM, _ASIDE_SD_MM, _ACROSS_SD_MM = 14.0, 1.5, 6.0
_POINTS = 48  # a fit needs no more
_STIRS_MM = 4.0  # a hand that stays within this rests
_STRIDES_MM = 45.0  # and one that goes further than this in a second strokes
_SQUEEZED = 0.35  # skin that faces further aside than this cannot be told
_FLAT_MM = _SQUEEZED * _RADII_MM[0]  # a ring goes at least so far to and fro, whichever way
_ALMOST = 0.75  # share of a turn that counts as one when the hand leaves
_DOUBTS = 2  # further turns that are asked when the first began
_OVER = 0.75  # likely enough that a first turn is over
_WAITS = 0.4  # of a turn: for so long it is left to become so
_ALL_BUT = 0.9  # of a turn: enough to look at it
_LOST = 1.7  # turns without one, and the ring is given up
_CATCH_UP = 0.6  # shares of a turn by which the next may be shorter
_OFF_RING = 0.7  # of the radius: a hand this far from its ring has left it
_TURN = 2.0 * math.pi


@dataclass(slots=True)
class _Open:
    """A hand near a centre: its points since it came, and what it has done there."""

    place: int
    hand: PersonSide
    points: deque[tuple[float, float, float]] = field(default_factory=deque)
    looked_s: float = 0.0
    turns: int = 0
    end_s: float = 0.0
    ring: Circling | None = None
    from_angle: float = 0.0
    doubts: int = _DOUBTS
    began_s: float = 0.0
    squeeze: FloatArray = field(default_factory=lambda: np.eye(2))

    def reach_mm(self) -> float:
        """How far from the prescribed middle the hand is still circling."""
        if not self.turns:
            return _REACH_MM
        if self.ring is None:
            return _CENTRE_MM
        ring_mm = math.hypot(*self.ring.middle_mm) + (1.0 + _OFF_RING) * self.ring.radius_mm
        return min(_REACH_MM, max(_CENTRE_MM, ring_mm))

    def due_s(self) -> float:
        """Before this no turn can be complete."""
        if self.ring is None:
            return self.points[0][0] + _FIRST_S
        return self.end_s + 0.7 * self.ring.period_s


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
        self._open: dict[int, _Open] = {}
        self.length_sd = 0.06
        self._radii_mm: deque[float] = deque(maxlen=_REMEMBERED)

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the centres on a mesh of (468, 3) millimetres."""
        self._centres.lay(mesh_mm)
        out = self._weights @ mesh_normals(mesh_mm)
        self._out = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

    def add(self, t: float, pose: Pose, hand: Sighting) -> Stroke | None:
        """Take in one sample; returns the turn that it completes."""
        if not self._places:
            return None
        place, x, y = self._nearest(pose, hand.tip)
        key = hand.track.key
        circling = self._open.get(key)
        reach_mm = _REACH_MM if circling is None else circling.reach_mm()
        if x * x + y * y > reach_mm**2:
            return self.end(key)
        if circling is None or circling.place != place:
            circling = self._open[key] = _Open(place, hand.track.side)
        points = circling.points
        if points:
            before, px, py = points[-1]
            if math.hypot(x - px, y - py) > 3.0 + _ARRIVING_MM_S * (t - before):
                if len(points) >= _SETTLED and t - before < _STRAY_S:
                    return None  # trackers jump, too
                last = self.end(key)
                circling = self._open[key] = _Open(place, hand.track.side)
                circling.points.append((t, x, y))
                return last
        points.append((t, x, y))
        while t - points[0][0] > _MEMORY_S:
            points.popleft()
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

    def _look(self, circling: _Open) -> Stroke | None:
        """The turn that the points make up by now, once they do."""
        points = np.array(circling.points)
        recent = points[points[:, 0] > points[-1, 0] - 1.0, 1:]
        extent = np.ptp(recent, axis=0)
        if not _STIRS_MM < float(extent.max()) < _STRIDES_MM:
            return None
        if circling.ring is None and not _to_and_fro(points[:, 1:]) > _FLAT_MM:
            return None
        found = _first(points, circling) if circling.ring is None else _next(points, circling)
        if found is None:
            if circling.ring and points[-1, 0] > circling.end_s + _LOST * circling.ring.period_s:
                circling.ring = None  # it has stopped, or never was as it seemed
                while circling.points and circling.points[0][0] < circling.end_s:
                    circling.points.popleft()
            return None
        start_s, end_s, circling.ring = found
        circling.turns += 1
        circling.end_s = end_s
        return self._turn(circling, start_s, end_s)

    def _turn(self, circling: _Open, start_s: float, t: float) -> Stroke | None:
        seconds, ring = t - start_s, circling.ring
        if ring is None or not _QUICKEST_S <= seconds <= _SLOWEST_S:
            return None
        movement, side = self._places[circling.place]
        prescribed_mm = movement.radius_mm or 10.0
        self._radii_mm.append(ring.radius_mm)
        worth_mm = _RADII_WORTH * prescribed_mm + sum(self._radii_mm)
        length = _TURN * worth_mm / (_RADII_WORTH + len(self._radii_mm))
        speed = length / seconds
        aside_mm = math.hypot(*ring.middle_mm)
        doubt_mm = _ACROSS_SD_MM if side != circling.hand else _ASIDE_SD_MM
        asked: dict[Fault, Answer] = {
            "too_fast": "yes"
            if speed * (1.0 - self.length_sd) > movement.accept_speed_mm_s[1]
            else "no",
            "off_path": exceeds(aside_mm - doubt_mm, aside_mm + doubt_mm, _ASIDE_MM),
        }
        verdict, faults = verdict_of(asked)
        return Stroke(
            movement=movement.id,
            zone=movement.zone,
            side=side,
            hand=circling.hand,
            start_s=start_s,
            end_s=t,
            length_mm=length,
            length_sd_mm=self.length_sd * length,
            speed_mm_s=speed,
            direction_error_deg=0.0,
            path_error_mm=aside_mm,
            coverage=1.0,
            verdict=verdict,
            faults=faults,
        )

    def may_be_circling(self, key: int) -> bool:
        """Whether a hand is where circles are made, and no further out."""
        circling = self._open.get(key)
        return circling is not None and math.hypot(*circling.points[-1][1:]) < _RING_MM

    def end(self, key: int) -> Stroke | None:
        """The hand is gone; returns the turn that it had all but made."""
        circling = self._open.pop(key, None)
        if circling is None or circling.ring is None:
            return None
        end_s = _left(np.array(circling.points), circling)
        if end_s - circling.end_s < _ALMOST * circling.ring.period_s:
            return None
        return self._turn(circling, circling.end_s, end_s)


def _to_and_fro(places: FloatArray) -> float:
    """How far a hand went forth and came back both left or right and up or down: the lesser.

    Args:
        places: (T, 2) picture millimetres.
    """
    back = (np.maximum.accumulate(places) - places).max(axis=0)
    forth = (places - np.minimum.accumulate(places)).max(axis=0)
    return float(min(back.min(), forth.min()))


def _first(points: FloatArray, circling: _Open) -> tuple[float, float, Circling] | None:
    """The first turn from, and to, and the ring; None where none is complete."""
    ring = _from_start(points, circling, _PERIODS_S)
    if ring is None:
        return None
    end_s = ring.start_s + ring.period_s
    if ring.at_s < end_s - _EARLY_S:
        return None
    if ring.over < _OVER and ring.at_s < end_s + _WAITS * ring.period_s:
        return None
    circling.from_angle, circling.began_s = float(ring.angle(ring.start_s)), ring.start_s
    return ring.start_s, end_s, ring


def _from_start(
    points: FloatArray,
    circling: _Open,
    periods_s: FloatArray,
    signs: tuple[int, ...] = (1, -1),
) -> Circling | None:
    """The ring and since when the hand has been on it, told finely; None where there is none."""
    points = _fewer(points)
    ring = fit_circling(points, circling.squeeze, periods_s, signs)
    if ring is None or not _is_circle(ring):
        return None
    if ring.at_s - ring.start_s < _ALL_BUT * ring.period_s:
        return None
    near = np.flatnonzero(np.abs(points[:, 0] - ring.start_s) < 0.2 * ring.period_s)
    finer = fit_circling(
        points,
        circling.squeeze,
        ring.period_s * _FINER,
        (ring.sign,),
        near[:: 1 + len(near) // 12],
    )
    ring = replace(finer, over=ring.over) if finer else ring
    return ring if _is_circle(ring) else None


def _another_start(circling: _Open, before: Circling, periods_s: FloatArray) -> Circling | None:
    """The ring from another beginning than was thought, where that explains all better."""
    points = np.array(circling.points)
    if points[0, 0] > circling.began_s + _EARLY_S:
        return None  # the beginning is forgotten
    again = _from_start(points, circling, periods_s, (before.sign,))
    if again is None:
        return None
    points = _fewer(points)
    periods_s = np.concatenate([periods_s, again.period_s * _FINER])

    def begun(when_s: float, error_mm: float | None = None) -> Circling | None:
        nearest = int(np.abs(points[:, 0] - when_s).argmin())
        starts = np.arange(max(0, nearest - 1), nearest + 2)
        signs = (before.sign,)
        return fit_circling(points, circling.squeeze, periods_s, signs, starts, error_mm)

    # Both by the larger error: the one that fits best would call the other impossible.
    as_thought = begun(circling.began_s)
    if as_thought is None:
        return None
    error_mm = max(as_thought.error_mm, again.error_mm)
    rings = begun(circling.began_s, error_mm), begun(again.start_s, error_mm)
    better = rings[0] and rings[1] and rings[0].cost > rings[1].cost
    return again if better else None


def _next(points: FloatArray, circling: _Open) -> tuple[float, float, Circling] | None:
    """The next turn from, and to, and the ring as it is by now."""
    before = circling.ring
    assert before is not None  # noqa: S101
    begun_s = circling.end_s
    points = points[points[:, 0] >= begun_s - before.period_s]
    periods_s = before.period_s * _PACES
    starts = np.zeros(1, dtype=np.intp)
    ring = fit_circling(_fewer(points), circling.squeeze, periods_s, (before.sign,), starts)
    if ring is None or not _has_size(ring) or ring.explained < _GOES_ON:
        return None
    period_s = ring.period_s
    if circling.doubts and ring.at_s > begun_s + _ALL_BUT * period_s:
        # More turns tell better than the first alone when it began.
        circling.doubts -= 1
        again = _another_start(circling, before, periods_s)
        if again is not None:
            circling.from_angle, ring = float(again.angle(again.start_s)), again
            period_s = ring.period_s
    # The moment nearest to a whole turn on at which the hand is again where it began.
    turns = ring.sign * (circling.from_angle - ring.phase) / _TURN
    expected = (begun_s + period_s - ring.at_s) / period_s
    end_s = ring.at_s + period_s * (turns + round(expected - turns))
    if end_s < begun_s + _CATCH_UP * period_s:
        end_s += period_s
    if ring.at_s < end_s - _EARLY_S:
        return None
    late = points[points[:, 0] > end_s - 0.35 * period_s]
    if len(late) and _off(late, ring, circling.squeeze).mean() > _OFF_RING * ring.radius_mm:
        return None
    if _own(points[points[:, 0] >= begun_s], ring, circling.squeeze) < _GOES_ON:
        return None  # the turns before were; this is a rest
    return begun_s, end_s, ring


def _left(points: FloatArray, circling: _Open) -> float:
    """When a hand was last on its ring."""
    ring = circling.ring
    assert ring is not None  # noqa: S101
    since = points[points[:, 0] >= circling.end_s]
    if not len(since):
        return circling.end_s
    on = np.flatnonzero(_off(since, ring, circling.squeeze) < _OFF_RING * ring.radius_mm)
    last = float(since[on[-1], 0]) if on.size else circling.end_s
    last = min(last, circling.end_s + ring.period_s)
    turning = _own(since[since[:, 0] <= last], ring, circling.squeeze) >= _GOES_ON
    return last if turning else circling.end_s


def _has_size(ring: Circling) -> bool:
    near = float(np.hypot(*ring.middle_mm)) < _CENTRE_MM
    return near and _RADII_MM[0] < ring.radius_mm < _RADII_MM[1]


def _is_circle(ring: Circling) -> bool:
    return _has_size(ring) and ring.sure()


def _off(points: FloatArray, ring: Circling, squeeze: FloatArray) -> FloatArray:
    """(T,) how far the hand was from where the ring has it."""
    return np.asarray(np.hypot(*(points[:, 1:] - ring.places(points[:, 0], squeeze)).T))


def _own(points: FloatArray, ring: Circling, squeeze: FloatArray) -> float:
    """Share of these points' own scatter that the ring explains: little where the hand rests."""
    if not len(points):
        return 0.0
    scatter = float(((points[:, 1:] - points[:, 1:].mean(axis=0)) ** 2).sum())
    return 1.0 - float((_off(points, ring, squeeze) ** 2).sum()) / max(scatter, 1e-9)


def _fewer(points: FloatArray) -> FloatArray:
    """At most twice as many points as a fit needs, evenly taken, the last among them."""
    return points[::-1][:: max(1, round(len(points) / _POINTS))][::-1]
