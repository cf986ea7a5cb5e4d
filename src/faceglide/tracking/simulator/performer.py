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
from .grades import stroke_faults
from .person import Person
from .track import PADS, TOOL_REACH_MM, Grip, Place, Track, ease, samples
from .truth import Distraction, TrueHold, TrueStroke
from .ways import Way, on_skin, way

FloatArray = NDArray[np.float64]

_LAND_MM = 14.0
_FORWARD = np.array([0.0, 0.0, 1.0])
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
            if isinstance(right, Glide) and isinstance(left, Glide):
                left = replace(left, offset_mm=-right.offset_mm)
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
        offset = action.offset_mm + action.wander_mm * self._wander(160)
        part = part.beside(offset, self.person)
        self._last[track.side] = part
        grip = _grip(movement, action.tool)
        self._land(track, Place(part.at[0], part.normal[0]), grip)

        seconds = max(part.length_mm / action.speed_mm_s, 0.1)
        s = self._profile(seconds, action)
        done = part.sample(s)
        start_s = track.now_s
        drag = action.tug_mm * np.clip(s / 0.2, 0, 1)
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
        self._lift(track)

    def _profile(self, seconds: float, action: Glide) -> FloatArray:
        """Progress 0..1 at each sample: smooth, asymmetric, perhaps with a stop."""
        moving = max(seconds - action.pause_s, 0.6 * seconds)
        s = ease(np.linspace(0.0, 1.0, samples(moving)), action.skew)
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
        angle = 2 * np.pi * np.arange(count) / per_turn + 0.15 * self._wander(count)
        ring = centre.at[0] + mm * (
            np.outer(-np.cos(angle), back) + turn * np.outer(np.sin(angle), up)
        )
        path = on_skin(ring, self.person)
        self._land(track, Place(path.at[0], path.normal[0]), _grip(movement, action.tool))
        start_s = track.now_s
        track.follow(path.at, path.normal, touching=True)
        for k in range(action.turns):
            piece = path.at[k * per_turn : (k + 1) * per_turn]
            length = float(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum())
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
                )
            )
        self._lift(track)

    def _press(self, action: Press, track: Track) -> None:
        movement = self.movements[action.movement]
        points = way(movement, action.side, self.person)
        at, normal = points.at[action.point], points.normal[action.point]
        grip = _grip(movement, "hands")
        habit = np.cross(normal, _unit(self._rng.normal(size=3))) * self._rng.uniform(0, 2.5)
        self._land(track, Place(at + habit, normal), grip)
        start_s = track.now_s
        count = samples(action.seconds)
        sway = np.column_stack([self._wander(count) for _ in range(3)]) * 0.6
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
        self._lift(track)

    def _return(self, action: Return, track: Track) -> None:
        last = self._last.get(track.side)
        if last is None:
            return
        back = last.reversed().sample(ease(np.linspace(0, 1, samples(action.seconds))))
        s = np.linspace(0, 1, len(back.at))
        rise = np.sin(np.pi * s) ** (0.5 if action.style == "straight" else 0.9)
        start_mm = float((track.place.at - back.at[0]) @ back.normal[0])
        base = start_mm + (_LAND_MM - start_mm) * s
        height = base + max(action.height_mm - _LAND_MM, 0.0) * rise
        track.follow(back.at + height[:, None] * back.normal, back.normal)

    def _distract(self, action: Wave | Hover | ReachPast | Scratch, track: Track) -> None:
        start_s = track.now_s
        match action:
            case Wave():
                kind = "wave"
                start_s = self._wave(action, track)
            case Hover():
                kind = "hover"
                start_s = self._hover(action, track)
            case ReachPast():
                kind = "reach_past"
                self._reach(action, track)
            case Scratch():
                kind = "scratch"
                start_s = self._scratch(action, track)
        self.distractions.append(
            Distraction.model_validate(
                {
                    "kind": kind,
                    "hand": track.side,
                    "start_s": round(start_s, 3),
                    "end_s": round(track.now_s, 3),
                }
            )
        )
        if isinstance(action, Scratch):
            self._lift(track)

    def _wave(self, action: Wave, track: Track) -> float:
        out = 1.0 if action.side == "left" else -1.0
        middle = np.array([out * 135.0, 25.0, 60.0] if action.beside else [out * 40.0, 0.0, 190.0])
        middle = middle + self._rng.normal(0, 12, 3)
        track.go(Place(middle, _FORWARD), 0.8, bump_mm=60.0)
        start_s = track.now_s
        t = np.arange(samples(action.seconds)) / 100.0
        swing = np.sin(2 * np.pi * self._rng.uniform(1.4, 2.4) * t) * self._rng.uniform(30, 60)
        sweep = np.array([1.0, 0.25, 0.1])
        track.follow(middle + np.outer(swing, sweep), np.tile(_FORWARD, (len(t), 1)))
        return start_s

    def _hover(self, action: Hover, track: Track) -> float:
        path = way(self.movements[action.movement], action.side, self.person)
        high = Way(path.at + action.height_mm * path.normal, path.normal)
        self._last[track.side] = path
        track.go(Place(high.at[0], high.normal[0]), 0.8, bump_mm=30.0)
        start_s = track.now_s
        done = high.sample(ease(np.linspace(0, 1, samples(action.seconds))))
        bob = 4.0 * self._wander(len(done.at))
        track.follow(done.at + bob[:, None] * done.normal, done.normal)
        return start_s

    def _reach(self, action: ReachPast, track: Track) -> None:
        across = -1.0 if track.side == "left" else 1.0
        height = self._rng.uniform(-60, 40)
        for x, seconds in ((-90.0, 0.5), (160.0, 0.5), (60.0, 0.6)):
            at = np.array([across * x, height, 60.0 + action.height_mm * (1 - abs(x) / 250.0)])
            track.go(Place(at, _FORWARD), seconds * action.seconds / 1.6, bump_mm=20.0)

    def _scratch(self, action: Scratch, track: Track) -> float:
        path = way(self.movements[action.movement], action.side, self.person)
        spot = path.sample(np.array([action.at]))
        along = path.tangent()[int(action.at * (len(path.at) - 1))]
        self._land(track, Place(spot.at[0], spot.normal[0]), Grip((0.5, 0.5, 0.0, 0.0)))
        start_s = track.now_s
        t = np.arange(samples(action.seconds)) / 100.0
        rub = np.sin(2 * np.pi * self._rng.uniform(2.8, 4.2) * t) * action.reach_mm
        rubbed = on_skin(spot.at + np.outer(rub, along), self.person)
        track.follow(rubbed.at, np.tile(spot.normal, (len(t), 1)), touching=True)
        return start_s

    def _land(self, track: Track, place: Place, grip: Grip) -> None:
        """Come to a place through the air, touch, and rest there for a moment."""
        above = Place(place.at + _LAND_MM * place.normal, place.normal)
        far_mm = float(np.linalg.norm(track.place.at - above.at))
        if far_mm > 4.0:
            seconds = 0.3 + far_mm / self._rng.uniform(280, 420)
            track.go(above, seconds, bump_mm=min(35.0, 0.25 * far_mm), grip=grip)
        s = ease(np.linspace(0, 1, samples(self._rng.uniform(0.18, 0.35))))[:, None]
        path = track.place.at + s * (place.at - track.place.at)
        track.follow(path, np.tile(place.normal, (len(path), 1)), grip=grip)
        track.stay(self._rng.uniform(0.06, 0.3), touching=True)

    def _lift(self, track: Track) -> None:
        """Rest for a moment, then leave the skin."""
        track.stay(self._rng.uniform(0.04, 0.2), touching=True)
        height = self._rng.uniform(14, 24)
        s = ease(np.linspace(0, 1, samples(self._rng.uniform(0.15, 0.3))))[:, None]
        path = track.place.at + s * height * track.place.normal
        track.follow(path, np.tile(track.place.normal, (len(path), 1)))

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

    def _wander(self, count: int) -> FloatArray:
        """A slow random wandering (count,) of about unit size."""
        s = np.linspace(0.0, 1.0, count)
        parts = [
            self._rng.normal() * np.cos(np.pi * k * s + self._rng.uniform(0, 2 * np.pi)) / k
            for k in (1, 2, 3)
        ]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _for(
    action: Glide | Circle | Press | Return | Hover, side: PersonSide
) -> Glide | Circle | Press | Return | Hover:
    """The action as this side's hand does it on its own side."""
    if isinstance(action, Return):
        return replace(action, hand=side)
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
    return Place(np.array([150.0 if side == "left" else -150.0, -540.0, 120.0]), _FORWARD)


def _on_lap(track: Track) -> bool:
    return bool(np.linalg.norm(track.place.at - _lap(track.side).at) < 1.0)


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float64)
