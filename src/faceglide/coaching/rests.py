"""Holds: a hand resting at one of a movement's points."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from faceglide.coaching.events import Fault, Hold
from faceglide.coaching.hands import Sighting, off_places
from faceglide.coaching.thresholds import Thresholds
from faceglide.face.canonical import FloatArray
from faceglide.face.paths import Side, movement_recipe
from faceglide.face.pose import Pose
from faceglide.protocol.model import Movement, Protocol

# A tracker's error carries a resting hand about: it still rests while it is no nearer to another
# place by this much, within this many radii, and back within this time. Our defaults.
_STICKY_MM, _STRAY, _GONE_S = 1.0, 1.3, 0.4
_SLACK = 0.8  # a hold this share of the prescribed time counts as held. Our default


@dataclass(frozen=True, slots=True)
class _Place:
    movement: Movement
    side: Side
    point: int


@dataclass(slots=True)
class _Rest:
    """A rest under way at one place."""

    hand: Sighting
    start_s: float
    place: int
    last_s: float
    gone_s: float | None = None
    spots: list[tuple[float, float]] = field(default_factory=list)


class Rests:
    """Finds holds for any number of hands."""

    def __init__(self, protocol: Protocol, thresholds: Thresholds) -> None:
        self._limits = thresholds
        self._places: list[_Place] = []
        weights, offsets = [], []
        for movement in protocol.movements:
            if movement.motion != "hold":
                continue
            for side in movement.sides:
                recipe = movement_recipe(movement, side)
                for point in range(len(recipe.weights)):
                    self._places.append(_Place(movement, side, point))
                weights.append(recipe.weights)
                offsets.append(recipe.offset_mm)
        self._weights = np.concatenate(weights) if weights else np.zeros((0, 468))
        self._offsets = np.concatenate(offsets) if offsets else np.zeros((0, 3))
        self._at = np.zeros((3, len(self._places)))
        self._open: dict[int, _Rest] = {}
        self._held_s: dict[int, float] = {}

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the places on a mesh of (468, 3) millimetres."""
        self._at = np.ascontiguousarray((self._weights @ mesh_mm + self._offsets).T)

    def add(self, t: float, pose: Pose, hand: Sighting) -> Hold | None:
        """Take in one sample of a hand; returns the hold that it ends."""
        if not self._places:
            return None
        off = off_places(hand.tip, self._at, pose)
        far = off[0] * off[0] + off[1] * off[1]
        nearest = int(far.argmin())
        key, radius = hand.track.key, self._limits.hold_radius_mm
        rest = self._open.get(key)
        if rest is None:
            if far[nearest] < radius * radius:
                self._open[key] = _Rest(
                    hand, t, nearest, t, None, [(float(off[0, nearest]), float(off[1, nearest]))]
                )
            return None
        own, other = math.sqrt(float(far[rest.place])), math.sqrt(float(far[nearest]))
        if own <= other + _STICKY_MM and own < _STRAY * radius:
            rest.last_s, rest.gone_s = t, None
            if t - rest.start_s >= self._limits.hold_min_s:
                self._held_s[key] = t
            rest.spots.append((float(off[0, rest.place]), float(off[1, rest.place])))
            return None
        if rest.gone_s is None:
            rest.gone_s = t
        if t - rest.gone_s < _GONE_S:
            return None
        return self.end(key)

    def held_s(self, key: int) -> float:
        """Until when a hand last held still for as long as holds last; minus infinity if never."""
        return self._held_s.get(key, -math.inf)

    def forget(self, key: int) -> None:
        """A hand that is gone for good."""
        self._held_s.pop(key, None)

    def end(self, key: int) -> Hold | None:
        """Close a hand's rest, where it was long enough to be a hold."""
        rest = self._open.pop(key, None)
        if rest is None or rest.last_s - rest.start_s < self._limits.hold_min_s:
            return None
        third = max(1, len(rest.spots) // 3)
        first = np.mean(rest.spots[:third], axis=0)
        last = np.mean(rest.spots[-third:], axis=0)
        if math.hypot(*(last - first)) > self._limits.hold_drift_mm:
            return None
        place = self._places[rest.place]
        wanted = place.movement.hold_seconds or (0.0, math.inf)
        held = rest.last_s - rest.start_s
        faults: tuple[Fault, ...] = ("incomplete",) if held < _SLACK * wanted[0] else ()
        return Hold(
            movement=place.movement.id,
            zone=place.movement.zone,
            side=place.side,
            hand=rest.hand.track.side,
            start_s=rest.start_s,
            end_s=rest.last_s,
            point=place.point,
            verdict="fault" if faults else "good",
            faults=faults,
        )
