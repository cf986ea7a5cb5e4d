"""Hands that move without massaging: they wave, hover, reach past and scratch."""

from __future__ import annotations

from typing import Literal

import numpy as np

from faceglide.protocol.model import Movement

from .actions import Hover, ReachPast, Scratch, Wave
from .person import Person
from .track import FORWARD, RATE_HZ, FloatArray, Grip, Place, Track, ease, samples, wander
from .ways import Way, on_skin, way

Gesture = Wave | Hover | ReachPast | Scratch

KINDS: dict[type[Gesture], Literal["wave", "hover", "reach_past", "scratch"]] = {
    Wave: "wave",
    Hover: "hover",
    ReachPast: "reach_past",
    Scratch: "scratch",
}


def way_of(action: Gesture, movements: dict[str, Movement], person: Person) -> Way | None:
    """The path that a gesture follows, if it follows one."""
    if isinstance(action, Hover | Scratch):
        return way(movements[action.movement], action.side, person)
    return None


def gesture(
    action: Gesture, track: Track, over: Way | None, person: Person, rng: np.random.Generator
) -> float:
    """Do a gesture with one hand.

    Args:
        action: What to do.
        track: The hand's way, which grows.
        over: The path it follows, see `way_of`.
        person: Whose hand and face.
        rng: The source of chance.

    Returns:
        When the gesture itself began, after the way to it.
    """
    match action:
        case Wave():
            return _wave(action, track, rng)
        case Hover() if over is not None:
            return _hover(action, track, over, rng)
        case Scratch() if over is not None:
            return _scratch(action, track, over, person, rng)
        case ReachPast():
            return _reach(action, track, rng)
        case _:
            raise ValueError("this gesture follows a path")


def _wave(action: Wave, track: Track, rng: np.random.Generator) -> float:
    out = 1.0 if action.side == "left" else -1.0
    middle = np.array([out * 135.0, 25.0, 60.0] if action.beside else [out * 40.0, 0.0, 190.0])
    middle = middle + rng.normal(0, 12, 3)
    track.go(Place(middle, FORWARD), 0.8, bump_mm=60.0)
    start_s = track.now_s
    t = np.arange(samples(action.seconds)) / RATE_HZ
    swing = np.sin(2 * np.pi * rng.uniform(1.4, 2.4) * t) * rng.uniform(30, 60)
    sweep = np.array([1.0, 0.25, 0.1])
    track.follow(middle + np.outer(swing, sweep), _facing(FORWARD, len(t)))
    return start_s


def _hover(action: Hover, track: Track, over: Way, rng: np.random.Generator) -> float:
    high = Way(over.at + action.height_mm * over.normal, over.normal)
    track.go(Place(high.at[0], high.normal[0]), 0.8, bump_mm=30.0)
    start_s = track.now_s
    done = high.sample(ease(np.linspace(0, 1, samples(action.seconds))))
    bob = 4.0 * wander(rng, len(done.at))
    track.follow(done.at + bob[:, None] * done.normal, done.normal)
    return start_s


def _reach(action: ReachPast, track: Track, rng: np.random.Generator) -> float:
    start_s = track.now_s
    across = -1.0 if track.side == "left" else 1.0
    height = rng.uniform(-60, 40)
    for x, seconds in ((-90.0, 0.5), (160.0, 0.5), (60.0, 0.6)):
        at = np.array([across * x, height, 60.0 + action.height_mm * (1 - abs(x) / 250.0)])
        track.go(Place(at, FORWARD), seconds * action.seconds / 1.6, bump_mm=20.0)
    return start_s


def _scratch(
    action: Scratch, track: Track, over: Way, person: Person, rng: np.random.Generator
) -> float:
    spot = over.sample(np.array([action.at]))
    along = over.tangent()[int(action.at * (len(over.at) - 1))]
    track.land(Place(spot.at[0], spot.normal[0]), Grip((0.5, 0.5, 0.0, 0.0)), rng)
    start_s = track.now_s
    t = np.arange(samples(action.seconds)) / RATE_HZ
    rub = np.sin(2 * np.pi * rng.uniform(2.8, 4.2) * t) * action.reach_mm
    rubbed = on_skin(spot.at + np.outer(rub, along), person)
    track.follow(rubbed.at, _facing(spot.normal[0], len(t)), touching=True)
    return start_s


def _facing(normal: FloatArray, count: int) -> FloatArray:
    return np.tile(normal, (count, 1))
