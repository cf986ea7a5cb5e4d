"""Holds: a hand resting at one of a movement's points."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.events import Fault, Hold
from faceglide.coaching.hands import Sighting, Track
from faceglide.coaching.places import Places
from faceglide.coaching.thresholds import Thresholds
from faceglide.face.canonical import FloatArray
from faceglide.face.paths import Side, movement_recipe
from faceglide.face.pose import Pose
from faceglide.protocol.model import Movement, Protocol

# A hold lasts 10 s: a sample now and then tells as much of it as every frame.
_EVERY_S = 0.08
_GAP_S = 0.25  # of a hole in the samples, so much counts
# A tracker's error carries a resting hand about. A second off a place costs the square of how far,
# in halves of the radius, but this at most; a second at none of them as much as at the radius; and
# every change as much as a second of being at none. Our defaults.
_MOST, _NONE, _CHANGE = 5.0, 4.0, 4.0
_LAG_S = 1.6  # what the cheapest story said of so long ago no longer changes
_STILL = 0.5  # of the radius: as near to where it mostly was a hand rests
# A hand seen so many radii from where it mostly was for so long had left: trackers err for less.
_ELSEWHERE, _AWAY_S = 1.8, 1.5
# Its place may be told so long after it came: the face errs most under a hand that comes, and a
# neighbour seems nearer. Our default.
_LATE_S = 3.0
# Faces and fingers differ: all of a person's holds lie to one side of their places, by so much at
# most; of so many holds, and so many that lie upon their places. Our defaults.
_USUAL_MM, _REMEMBERED, _DOUBT = 6.0, 6, 1.0
_SLACK = 0.8  # a hold this share of the prescribed time counts as held. Our default


@dataclass(frozen=True, slots=True)
class _Place:
    movement: Movement
    side: Side
    point: int


@dataclass(slots=True)
class _Story:
    """Where a hand has rested: the cheapest sequence of places that explains its samples (Viterbi).

    State P stands for none of the P places.

    Attributes:
        track: The hand.
        cost: (P + 1,) of the cheapest sequence that ends in each state.
        since: (P + 1,) when that sequence came to it.
        t: Of the samples whose state is open.
        before: The state before each, for each that it may be in: (P + 1,) rows.
        spots: (2, P) picture millimetres from each place, of each sample.
        now: The state of the last sample that is settled.
        came_s: Since when the settled samples have been in it.
        lately: The settled samples since the last hold: when, and (2, P) from each place.
    """

    track: Track
    cost: FloatArray
    since: FloatArray
    t: list[float] = field(default_factory=list)
    before: list[NDArray[np.intp]] = field(default_factory=list)
    spots: list[FloatArray] = field(default_factory=list)
    now: int = -1
    came_s: float = math.inf
    lately: deque[tuple[float, FloatArray]] = field(default_factory=deque)


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
        self._spots = Places(
            np.concatenate([np.zeros((0, 468)), *weights]),
            np.concatenate([np.zeros((0, 3)), *offsets]),
        )
        self._near_mm2 = thresholds.hold_radius_mm**2
        self._outward = np.array([1.0 if each.side == "left" else -1.0 for each in self._places])
        # (2, P) where about each place this person holds, picture millimetres; and of their holds
        # so far, outward and down.
        self._aside = np.zeros((2, len(self._places)))
        self._held_at: list[FloatArray] = []
        self._stories: dict[int, _Story] = {}
        self._sampled_s: dict[int, float] = {}
        self._held_s: dict[int, float] = {}

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay the places on a mesh of (468, 3) millimetres."""
        self._spots.lay(mesh_mm)

    def add(self, t: float, pose: Pose, hand: Sighting) -> list[Hold]:
        """Take in one sample of a hand; returns the holds that it ends."""
        key = hand.track.key
        since_s = t - self._sampled_s.get(key, -math.inf)
        if not self._places or since_s < _EVERY_S:
            return []
        self._sampled_s[key] = t
        spots = np.array(self._spots.off(pose, hand.tip)).T
        about = spots - self._aside
        far = ((about * about).sum(axis=0) / self._near_mm2).tolist()
        story = self._stories.get(key)
        if story is None:
            if min(far) > 1.0:
                return []
            cost = np.append(np.full(len(far), _CHANGE), 0.0)
            story = self._stories[key] = _Story(hand.track, cost, np.full(len(cost), t))
        rates = np.array([*[min(4.0 * each, _MOST) for each in far], _NONE])
        self._weigh(story, t, spots, rates, since_s)
        return self._settle(key, t - _LAG_S)

    def _weigh(
        self, story: _Story, t: float, off: FloatArray, rates: FloatArray, since_s: float
    ) -> None:
        """Go on by one sample whose states cost so much a second."""
        best = int(story.cost.argmin())
        changed = float(story.cost[best]) + _CHANGE
        changes = story.cost > changed
        before = np.where(changes, best, np.arange(len(story.cost)))
        story.cost = np.minimum(story.cost, changed) + rates * min(since_s, _GAP_S)
        story.since[changes] = t
        best = int(story.cost.argmin())
        story.cost -= story.cost[best]
        there = best < len(self._places) and rates[best] < _NONE
        if there and t - story.since[best] >= self._limits.hold_min_s:
            self._held_s[story.track.key] = t
        story.t.append(t)
        story.before.append(before)
        story.spots.append(off)

    def _settle(self, key: int, until_s: float) -> list[Hold]:
        """Settle the samples up to a time; returns the holds that thereby ended."""
        story = self._stories[key]
        if not story.t or story.t[0] > until_s:
            return []
        states = self._states(story)
        none, holds = len(self._places), []
        while story.t and story.t[0] <= until_s:
            state, t, off = states.pop(0), story.t.pop(0), story.spots.pop(0)
            story.before.pop(0)
            if state != story.now:
                holds += self._holds(story)
                story.now, story.came_s = state, t
            story.lately.append((t, off))
            since_s = (t if state == none else story.came_s) - _LATE_S
            done_s = holds[-1].end_s if holds else -math.inf
            while story.lately and story.lately[0][0] <= max(done_s, since_s):
                story.lately.popleft()
        if story.now == none and all(state == none for state in states):
            del self._stories[key]
        return holds

    def _states(self, story: _Story) -> list[int]:
        """The state of each open sample, as the cheapest sequence has it."""
        state = int(story.cost.argmin())
        out = []
        for before in reversed(story.before):
            out.append(state)
            state = int(before[state])
        return out[::-1]

    def held_s(self, key: int) -> float:
        """Until when a hand last held still for as long as holds last; minus infinity if never."""
        return self._held_s.get(key, -math.inf)

    def end(self, key: int) -> list[Hold]:
        """Close a hand's rests: it is gone for good."""
        holds: list[Hold] = []
        if key in self._stories:
            holds += self._settle(key, math.inf)
        story = self._stories.pop(key, None)
        if story is not None:
            holds += self._holds(story)
        self._held_s.pop(key, None)
        self._sampled_s.pop(key, None)
        return holds

    def _holds(self, story: _Story) -> list[Hold]:
        """The holds that a settled rest was: one, but for a hand that left or moved on."""
        if not 0 <= story.now < len(self._places):
            return []
        t = np.array([t for t, _ in story.lately])
        raw = np.stack([off for _, off in story.lately])
        off = raw - self._aside
        first = int(t.searchsorted(story.came_s))
        here = off[first:, :, story.now]
        far = np.hypot(*(here - np.median(here, axis=0)).T)
        holds: list[Hold] = []
        for stay in _stays(t[first:], far > _ELSEWHERE * self._limits.hold_radius_mm):
            since = 0 if stay.start == 0 else first + stay.start
            parts = self._parts(t, off[:, :, story.now], first + stay.start, first + stay.stop)
            for part, place in zip(parts, self._named(story.now, off, parts), strict=True):
                rows = slice(since, part.stop)
                hold = self._hold(story, place, t[rows], off[rows, :, place], part.start - since)
                since = part.stop
                if hold is not None:
                    holds.append(hold)
                    self._learn(place, np.median(raw[part, :, place], axis=0))
        return holds

    def _learn(self, at: int, off: FloatArray) -> None:
        """Take in where a hold was: (2,) picture millimetres from its place."""
        outward = np.stack([self._outward, np.ones(len(self._places))])
        self._held_at.append(off * outward[:, at])
        del self._held_at[:-_REMEMBERED]
        usual = np.sum(self._held_at, axis=0) / (_DOUBT + len(self._held_at))
        usual *= min(1.0, _USUAL_MM / max(float(np.hypot(*usual)), 1e-9))
        self._aside = outward * usual[:, None]

    def _parts(self, t: FloatArray, off: FloatArray, first: int, end: int) -> list[slice]:
        """A stay in parts: several where the hand moved on to a neighbouring point.

        Args:
            t: (N,) seconds.
            off: (N, 2) millimetres from the place.
            first: The first sample of the stay.
            end: The one after its last.
        """
        if _drift_mm(off[first:end]) > self._limits.hold_drift_mm:
            moved = _step(t[first:end], off[first:end], self._limits.hold_min_s)
            if moved is not None:
                at = first + moved
                return self._parts(t, off, first, at) + self._parts(t, off, at, end)
        return [slice(first, end)]

    def _named(self, now: int, off: FloatArray, parts: list[slice]) -> list[int]:
        """At which place each part of a stay was: at `now` alone, or each at a different one."""
        own = self._places[now]
        kin = [
            k
            for k, place in enumerate(self._places)
            if place.movement is own.movement and place.side == own.side
        ]
        if not 1 < len(parts) <= len(kin):
            return [now] * len(parts)
        # (parts, P) how far the hand was from each place.
        far = np.array([np.hypot(*np.median(off[part], axis=0)) for part in parts])
        each = np.arange(len(parts))
        return list(
            min(
                permutations(kin, len(parts)),
                key=lambda at: float((far[each, list(at)] ** 2).sum()),
            )
        )

    def _hold(
        self, story: _Story, at: int, t: FloatArray, off: FloatArray, came: int
    ) -> Hold | None:
        """The hold that a rest was, where it was long and still enough.

        It began when the hand came, though another place seemed nearer at first.

        Args:
            story: Of the hand.
            at: The place.
            t: (N,) seconds, of the rest and of what was before it.
            off: (N, 2) millimetres from the place.
            came: The first sample of the rest itself.
        """
        limits = self._limits
        middle = np.median(off[came:], axis=0)
        still = np.hypot(*(off - middle).T) < _STILL * limits.hold_radius_mm
        there = np.flatnonzero(still[:-1] & still[1:])
        resting = there[there >= came]
        if not resting.size or t[resting[-1] + 1] - t[resting[0]] < limits.hold_min_s:
            return None
        first, last = int(resting[0]), int(resting[-1]) + 1
        if _drift_mm(off[first : last + 1]) > limits.hold_drift_mm:
            return None
        for i in there[there < first][::-1].tolist():
            if t[first] - t[i + 1] > _AWAY_S:
                break
            first = i
        start_s, end_s = float(t[first]), float(t[last])
        place = self._places[at]
        wanted = place.movement.hold_seconds or (0.0, math.inf)
        short = end_s - start_s < _SLACK * wanted[0]
        faults: tuple[Fault, ...] = ("incomplete",) if short else ()
        return Hold(
            movement=place.movement.id,
            zone=place.movement.zone,
            side=place.side,
            hand=story.track.side,
            start_s=start_s,
            end_s=end_s,
            point=place.point,
            verdict="fault" if faults else "good",
            faults=faults,
        )


def _stays(t: FloatArray, elsewhere: NDArray[np.bool_]) -> list[slice]:
    """The samples between the times that a hand was elsewhere for long.

    Args:
        t: (N,) seconds.
        elsewhere: (N,) whether it was.
    """
    edges = np.flatnonzero(np.diff(elsewhere.astype(int), prepend=0, append=0))
    parts, since = [], 0
    for left, back in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if t[back - 1] - t[left] >= _AWAY_S:
            parts.append(slice(since, left))
            since = back
    return [part for part in [*parts, slice(since, len(t))] if part.start < part.stop]


def _drift_mm(off: FloatArray) -> float:
    """How much further a hand ended from where it began than its own trembling explains.

    Args:
        off: (N, 2) millimetres, in order of time.
    """
    third = max(1, len(off) // 3)
    drift = np.median(off[-third:], axis=0) - np.median(off[:third], axis=0)
    trembling = off - np.linspace(-0.75, 0.75, len(off))[:, None] * drift
    spread = np.median(np.abs(trembling - np.median(trembling, axis=0)), axis=0)
    return math.hypot(*drift) - math.hypot(*spread)


def _step(t: FloatArray, off: FloatArray, least_s: float) -> int | None:
    """The sample at which a hand moved on from one place to another; None where it slid.

    Args:
        t: (N,) seconds.
        off: (N, 2) millimetres, in order of time.
        least_s: That it was at either place.
    """
    low = int(t.searchsorted(t[0] + least_s))
    high = int(t.searchsorted(t[-1] - least_s, side="right"))
    if low >= high:
        return None
    about = off - off.mean(axis=0)
    ramp = t - t.mean()
    sums = np.cumsum(about, axis=0)[low - 1 : high - 1]
    before = np.arange(low, high)
    # By how much less the squares add up to about two means than about one, and about a line.
    stepped = (sums * sums).sum(axis=1) * len(t) / (before * (len(t) - before))
    slid = float(((ramp @ about) ** 2).sum() / (ramp @ ramp))
    best = int(stepped.argmax())
    return int(before[best]) if stepped[best] > slid else None
