"""A hand going round: since when, how often, and when each turn was over.

An even pace is fitted to the turns so far. One that is much quicker than those before fits none,
and is told by following the hand round the ring that is known by then.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from faceglide.coaching.circling import Circling, fit_circling
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide

REACH_MM = 34.0  # a hand this near a centre may be circling there
QUICKEST_S = 0.3  # a turn in less is no circle
RADII_MM = (4.5, 18.0)  # of circles meant to have 10
_CENTRE_MM = 26.0  # people's own centre lies this near the prescribed one
_PERIODS_S = 0.365 * 1.18 ** np.arange(15, dtype=np.float64)
_FINER = np.linspace(0.88, 1.12, 7)
_PACES = np.linspace(0.75, 1.3, 12)
_FIRST_S = 0.8  # a hand lands, and then goes round
_GOES_ON = 0.2  # of the scatter explained: enough where circles are known to be made
_EARLY_S = 0.03  # half a frame
_POINTS = 48  # a fit needs no more
_DOUBTS = 2  # further turns that are asked when the first began
_OVER = 0.75  # likely enough that a first turn is over
_WAITS = 0.4  # of a turn: for so long it is left to become so
_ALL_BUT = 0.9  # of a turn: enough to look at it
_CATCH_UP = 0.6  # shares of a turn by which the next may be shorter
# A hand that is this far from its ring has left it: shares of the radius, and of its error.
_OFF_RING, _OFF_ERRORS = 0.7, 2.6
_HURRIED = 0.6  # of the time of the turns before: a turn done in less is a hurried one
_FROM, _UNTIL = 0.2, 0.92  # shares of a turn between which its pace is taken


@dataclass(slots=True)
class Round:
    """A hand near a centre: its points since it came, and what it has done there.

    Attributes:
        place: Which centre.
        hand: Whose.
        points: Seconds, and picture millimetres from the centre.
        looked_s: When a turn was last looked for.
        turns: How many were told.
        end_s: When the last of them was over.
        ring: What it goes round, once that is known.
        from_angle: Where on the ring each turn begins, in radians.
        doubts: How many more turns may say that the first began elsewhere.
        began_s: When that was.
        squeeze: (2, 2) how the skin's own millimetres look in the picture.
        gone: Since the last turn: seconds, and how far round the hand has gone, in radians.
        at_angle: Where on the ring it is.
        hurried_s: When the last hurried turn was over.
    """

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
    gone: list[tuple[float, float]] = field(default_factory=list)
    at_angle: float = 0.0
    hurried_s: float = -math.inf

    def reach_mm(self) -> float:
        """How far from the prescribed middle the hand is still circling."""
        if not self.turns:
            return REACH_MM
        if self.ring is None:
            return _CENTRE_MM
        ring_mm = math.hypot(*self.ring.middle_mm) + self.ring.radius_mm + _off_mm(self.ring)
        return min(REACH_MM, max(_CENTRE_MM, ring_mm))

    def is_on_ring(self, x: float, y: float) -> bool:
        """Whether a place, in picture millimetres, is on the ring that is gone round."""
        if self.ring is None:
            return False
        _, off_mm = self.ring.polar(x, y, self.squeeze)
        return abs(off_mm - self.ring.radius_mm) < _OFF_RING * self.ring.radius_mm

    def hurries(self, t: float, x: float, y: float) -> tuple[float, float] | None:
        """Follow the hand round its ring; from when to when it has just been round in a hurry.

        An even pace is fitted to the turns before, and knows nothing of a turn that is much
        quicker.
        """
        ring = self.ring
        if ring is None or t - self.end_s > _HURRIED * ring.period_s or not self.is_on_ring(x, y):
            return None
        angle, _ = ring.polar(x, y, self.squeeze)
        step = math.remainder(ring.sign * (angle - self.at_angle), math.tau)
        turned = self.gone[-1][1] + step
        self.gone.append((t, turned))
        self.at_angle = angle
        if turned < _UNTIL * math.tau:
            return None
        # A hand rests before, and after: the middle of the turn tells how quick it was.
        when, gone = np.array(self.gone).T
        before = np.flatnonzero(gone < _FROM * math.tau)
        left = int(before[-1]) if before.size else 0
        pace = (t - float(when[left])) / (turned - float(gone[left]))
        start_s = t - pace * turned
        self.hurried_s = start_s + pace * math.tau
        self.went_round(t, self.hurried_s, ring)
        return start_s, self.hurried_s

    def went_round(self, t: float, end_s: float, ring: Circling) -> None:
        """A turn was over at `end_s`, as is known at `t`."""
        self.ring, self.end_s = ring, end_s
        self.turns += 1
        _, x, y = self.points[-1]
        self.at_angle, _ = ring.polar(x, y, self.squeeze)
        since = math.remainder(ring.sign * (self.at_angle - self.from_angle), math.tau)
        self.gone = [(t, since)]

    def due_s(self) -> float:
        """Before this no turn can be complete."""
        if self.ring is None:
            return self.points[0][0] + _FIRST_S
        return self.end_s + 0.7 * self.ring.period_s


def _off_mm(ring: Circling) -> float:
    """How far off its ring a hand may seem to be and still be on it."""
    return max(_OFF_RING * ring.radius_mm, _OFF_ERRORS * ring.error_mm)


def to_and_fro(places: FloatArray) -> float:
    """How far a hand went forth and came back both left or right and up or down: the lesser.

    Args:
        places: (T, 2) picture millimetres.
    """
    back = (np.maximum.accumulate(places) - places).max(axis=0)
    forth = (places - np.minimum.accumulate(places)).max(axis=0)
    return float(min(back.min(), forth.min()))


def first_turn(points: FloatArray, circling: Round) -> tuple[float, float, Circling] | None:
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
    circling: Round,
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


def _another_start(circling: Round, before: Circling, periods_s: FloatArray) -> Circling | None:
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


def next_turn(points: FloatArray, circling: Round) -> tuple[float, float, Circling] | None:
    """The next turn from, and to, and the ring as it is by now."""
    before = circling.ring
    assert before is not None  # noqa: S101
    begun_s = circling.end_s
    points = points[points[:, 0] >= max(begun_s - before.period_s, circling.hurried_s)]
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
    turns = ring.sign * (circling.from_angle - ring.phase) / math.tau
    expected = (begun_s + period_s - ring.at_s) / period_s
    end_s = ring.at_s + period_s * (turns + round(expected - turns))
    if end_s < begun_s + _CATCH_UP * period_s:
        end_s += period_s
    if ring.at_s < end_s - _EARLY_S:
        return None
    late = points[points[:, 0] > end_s - 0.35 * period_s]
    if len(late) and _off(late, ring, circling.squeeze).mean() > _off_mm(ring):
        return None
    if _own(points[points[:, 0] >= begun_s], ring, circling.squeeze) < _GOES_ON:
        return None  # the turns before were; this is a rest
    return begun_s, end_s, ring


def left_s(points: FloatArray, circling: Round) -> float:
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
    return near and RADII_MM[0] < ring.radius_mm < RADII_MM[1]


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
