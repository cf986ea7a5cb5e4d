"""From a script of actions to the ways of both hands, with the truth of what was done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from faceglide.protocol.model import Movement, Protocol

from .actions import (
    Action,
    Away,
    Both,
    Circle,
    Glide,
    Hover,
    Pause,
    PersonSide,
    Press,
    ReachPast,
    Return,
    Scratch,
    Side,
    Wave,
)
from .gestures import KINDS, gesture, way_of
from .grades import stroke_faults, turn_faults
from .person import Person
from .track import (
    FORWARD,
    LAND_MM,
    PADS,
    TOOL_REACH_MM,
    Grip,
    Place,
    Track,
    ease,
    samples,
    steady,
    wander,
)
from .truth import Distraction, TrueHold, TrueStroke
from .ways import Way, on_skin, way

FloatArray = NDArray[np.float64]

_TIPS = {8: 0, 12: 1, 16: 2, 20: 3}


class Performer:
    """Performs actions one after the other and keeps the truth.

    Args:
        person: Who.
        protocol: Whose movements.
        seed: Seeds each action by its place in the script, so that changing one action leaves
            the chance of the others alone.
    """

    def __init__(self, person: Person, protocol: Protocol, seed: np.random.SeedSequence) -> None:
        self.person = person
        self.movements: dict[str, Movement] = {m.id: m for m in protocol.movements}
        self.strokes: list[TrueStroke] = []
        self.holds: list[TrueHold] = []
        self.distractions: list[Distraction] = []
        self.tracks = {side: Track(side, _lap(side)) for side in ("left", "right")}
        self._seed = seed
        self._last: dict[str, Way] = {}
        self._rng = np.random.default_rng(seed)

    @property
    def now_s(self) -> float:
        """When the latest hand is done."""
        return max(track.now_s for track in self.tracks.values())

    def perform(self, actions: tuple[Action, ...], lead_s: float = 2.0) -> None:
        """Do all actions in turn, beginning and ending with `lead_s` of empty face."""
        for track in self.tracks.values():
            track.stay(lead_s)
        for action, seed in zip(actions, self._seed.spawn(len(actions)), strict=True):
            self._rng = np.random.default_rng(seed)
            self._one(action)
        self._finish(lead_s)

    def _one(self, action: Action) -> None:
        if isinstance(action, Both):
            right, left = _for(action.action, "right"), _for(action.action, "left")
            for one in (right, left):
                self._ready(one)
            start, state = self.now_s, self._rng.bit_generator.state
            self._start("right", start)
            self._do(right, "right")
            self._rng.bit_generator.state = state
            self._start("left", start + action.lag_s)
            self._do(left, "left")
            return
        hand = _hand_of(action)
        other = "left" if hand == "right" else "right"
        self._put_down(self.tracks[other], until_s=None)
        self._start(hand, self.now_s if _on_lap(self.tracks[other]) else self.tracks[hand].now_s)
        self._do(action, hand)

    def _ready(self, action: Glide | Circle | Press | Return | Hover) -> None:
        """Bring a hand that lies in the lap near where it is to begin."""
        track = self.tracks[_hand_of(action)]
        if isinstance(action, Return) or not _on_lap(track):
            return
        first = way(self.movements[action.movement], action.side, self.person)
        above = Place(first.at[0] + 30.0 * first.normal[0], first.normal[0])
        track.wait_until(self.now_s - 1.2)
        track.go(above, 1.2, bump_mm=40.0)

    def _start(self, hand: str, at_s: float) -> None:
        self.tracks[hand].wait_until(at_s)

    def _do(self, action: Action, hand: PersonSide) -> None:
        track = self.tracks[hand]
        match action:
            case Glide():
                self._glide(action, track)
            case Circle():
                self._circle(action, track)
            case Press():
                self._press(action, track)
            case Return():
                self._return(action, track)
            case Pause():
                track.stay(action.seconds)
            case Away():
                self._put_down(track, until_s=track.now_s + action.seconds)
            case Both():
                raise TypeError("Both within Both")
            case _:
                self._distract(action, track)

    def _glide(self, action: Glide, track: Track) -> None:
        movement, side = self.movements[action.movement], action.side
        path = way(movement, side, self.person)
        if action.reverse:
            path = path.reversed()
        whole_mm = path.length_mm
        part = path.sample(np.linspace(action.begin, action.end, 160))
        offset = action.offset_mm + action.wander_mm * wander(self._rng, 160)
        part = part.beside(offset, self.person)
        self._last[track.side] = part
        grip = _grip(movement, action.tool)
        track.land(Place(part.at[0], part.normal[0]), grip, self._rng)

        seconds = max(part.length_mm / action.speed_mm_s, 0.1)
        s = self._profile(seconds, action)
        done = part.sample(s)
        start_s = track.now_s
        drag = action.tug_mm * np.clip(s / 0.12, 0, 1)
        track.follow(done.at, done.normal, tug_mm=drag, touching=True)
        faults, ambiguous = stroke_faults(action, movement)
        self.strokes.append(
            TrueStroke(
                movement=movement.id,
                zone=movement.zone,
                side=side,
                hand="left" if track.side == "left" else "right",
                start_s=round(start_s, 3),
                end_s=round(track.now_s, 3),
                length_mm=round(part.length_mm, 1),
                speed_mm_s=round(part.length_mm / (track.now_s - start_s), 1),
                tool=action.tool,
                faults=faults,
                ambiguous=ambiguous or whole_mm * (action.end - action.begin) < 8.0,
            )
        )
        track.lift(self._rng)

    def _profile(self, seconds: float, action: Glide) -> FloatArray:
        """Progress 0..1 at each sample: smooth, asymmetric, perhaps with a stop."""
        moving = max(seconds - action.pause_s, 0.6 * seconds)
        u = np.linspace(0.0, 1.0, samples(moving))
        s = steady(u, action.ramp) if action.ramp > 0.0 else ease(u, action.skew)
        rest = samples(seconds) - len(s)
        if rest > 0:
            stop = int(self._rng.uniform(0.35, 0.65) * len(s))
            s = np.concatenate([s[:stop], np.full(rest, s[stop]), s[stop:]])
        return s

    def _circle(self, action: Circle, track: Track) -> None:
        movement, side = self.movements[action.movement], action.side
        centre = way(movement, side, self.person)
        mm = (movement.radius_mm or 10.0) * self._rng.uniform(0.9, 1.15)
        outward = 1.0 if side == "left" else -1.0
        normal = centre.normal[0]
        up = _unit(np.array([0.0, 1.0, 0.0]) - normal[1] * normal)
        back = outward * np.cross(up, normal)
        # Up and back first: from the front of the circle over its top.
        turn = -1.0 if action.reverse else 1.0
        per_turn = samples(action.turn_s)
        count = per_turn * action.turns
        angle = 2 * np.pi * np.arange(count) / per_turn + 0.15 * wander(self._rng, count)
        middle = centre.at[0] + action.offset_mm * up
        ring = middle + mm * (np.outer(-np.cos(angle), back) + turn * np.outer(np.sin(angle), up))
        path = on_skin(ring, self.person)
        track.land(Place(path.at[0], path.normal[0]), _grip(movement, action.tool), self._rng)
        start_s = track.now_s
        drag = action.tug_mm * np.clip(np.arange(count) / (0.12 * per_turn), 0, 1)
        track.follow(path.at, path.normal, tug_mm=drag, touching=True)
        for k in range(action.turns):
            piece = path.at[k * per_turn : (k + 1) * per_turn]
            length = float(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum())
            faults, ambiguous = turn_faults(action, length / action.turn_s, movement)
            self.strokes.append(
                TrueStroke(
                    movement=movement.id,
                    zone=movement.zone,
                    side=side,
                    hand="left" if track.side == "left" else "right",
                    start_s=round(start_s + k * action.turn_s, 3),
                    end_s=round(start_s + (k + 1) * action.turn_s, 3),
                    length_mm=round(length, 1),
                    speed_mm_s=round(length / action.turn_s, 1),
                    tool=action.tool,
                    faults=faults,
                    ambiguous=ambiguous,
                )
            )
        track.lift(self._rng)

    def _press(self, action: Press, track: Track) -> None:
        movement = self.movements[action.movement]
        points = way(movement, action.side, self.person)
        at, normal = points.at[action.point], points.normal[action.point]
        grip = _grip(movement, "hands")
        habit = np.cross(normal, _unit(self._rng.normal(size=3))) * self._rng.uniform(0, 2.5)
        track.land(Place(at + habit, normal), grip, self._rng)
        start_s = track.now_s
        count = samples(action.seconds)
        sway = np.column_stack([wander(self._rng, count) for _ in range(3)]) * 0.6
        track.follow(track.place.at + sway - sway[0], np.tile(normal, (count, 1)), touching=True)
        self.holds.append(
            TrueHold(
                movement=movement.id,
                zone=movement.zone,
                side=action.side,
                hand="left" if track.side == "left" else "right",
                start_s=round(start_s, 3),
                end_s=round(track.now_s, 3),
                point=action.point,
            )
        )
        track.lift(self._rng)

    def _return(self, action: Return, track: Track) -> None:
        last = self._last.get(track.side)
        if last is None:
            return
        back = last.reversed().sample(ease(np.linspace(0, 1, samples(action.seconds))))
        s = np.linspace(0, 1, len(back.at))
        rise = np.sin(np.pi * s) ** (0.5 if action.style == "straight" else 0.9)
        start_mm = float((track.place.at - back.at[0]) @ back.normal[0])
        base = start_mm + (LAND_MM - start_mm) * s
        height = base + max(action.height_mm - LAND_MM, 0.0) * rise
        track.follow(back.at + height[:, None] * back.normal, back.normal)

    def _distract(self, action: Wave | Hover | ReachPast | Scratch, track: Track) -> None:
        over = way_of(action, self.movements, self.person)
        if isinstance(action, Hover) and over is not None:
            self._last[track.side] = over
        start_s = gesture(action, track, over, self.person, self._rng)
        self.distractions.append(
            Distraction(
                kind=KINDS[type(action)],
                hand="left" if track.side == "left" else "right",
                start_s=round(start_s, 3),
                end_s=round(track.now_s, 3),
            )
        )
        if isinstance(action, Scratch):
            track.lift(self._rng)

    def _put_down(self, track: Track, until_s: float | None) -> None:
        if not _on_lap(track):
            track.go(_lap(track.side), self._rng.uniform(0.7, 1.1), bump_mm=40.0, grip=Grip())
        if until_s is not None:
            track.wait_until(until_s)

    def _finish(self, lead_s: float) -> None:
        for track in self.tracks.values():
            self._put_down(track, until_s=None)
        end_s = self.now_s + lead_s
        for track in self.tracks.values():
            track.wait_until(end_s)


def _for(
    action: Glide | Circle | Press | Return | Hover, side: PersonSide
) -> Glide | Circle | Press | Return | Hover:
    """The action as this side's hand does it on its own side."""
    if isinstance(action, Return):
        return replace(action, hand=side)
    if isinstance(action, Glide) and action.side != side:
        action = replace(action, offset_mm=-action.offset_mm)  # mirrored: up stays up
    return replace(action, side=side, hand=side)


def _hand_of(action: Action) -> PersonSide:
    if isinstance(action, Both):
        raise TypeError("both hands")
    if action.hand is not None:
        return action.hand
    side: Side = getattr(action, "side", "right")
    return "left" if side == "left" else "right"


def _grip(movement: Movement, tool: str) -> Grip:
    touch = [0.0] * 4
    for point in movement.contact:
        touch[_TIPS[point]] = 1 / len(movement.contact)
    if tool == "hands":
        return Grip((touch[0], touch[1], touch[2], touch[3]))
    return Grip(PADS, reach_mm=TOOL_REACH_MM[tool], curl=0.5)


def _lap(side: str) -> Place:
    return Place(np.array([150.0 if side == "left" else -150.0, -540.0, 120.0]), FORWARD)


def _on_lap(track: Track) -> bool:
    return bool(np.linalg.norm(track.place.at - _lap(track.side).at) < 1.0)


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float64)
