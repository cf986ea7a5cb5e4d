"""Strokes done wrong on purpose, only in ways that a fair judge can tell from other movements."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from faceglide.protocol.model import Movement, Protocol

from .actions import Circle, Glide
from .grades import UNSEEN_SKIN
from .person import Person
from .truth import Fault
from .ways import Way, way

FloatArray = NDArray[np.float64]

FAULTS: tuple[Fault, ...] = ("wrong_direction", "too_fast", "off_path", "incomplete", "tugging")
# A wrong stroke lies at least this far, on average, from any other movement in the same direction.
_APART_MM = 13.0
# A shorter stroke leaves a tracker at the lowest frame rates fewer than three frames.
_SHORTEST_S = 0.32
# Half of a stroke along a lip is hardly longer than a fingertip's error.
_SHORTEST_MM = 18.0
# Seen from the front, a stroke beside its path lies at least this far off; one that is only
# nearer to or further from the camera looks right.
_ASIDE_MM = 15.5
_ASIDE_IN_FRONT_MM = 12.0
_TRIES = 12


class Mistakes:
    """Turns good strokes into wrong ones.

    Args:
        protocol: The movements a wrong stroke must not be taken for.
        person: Whose face.
        rng: The source of chance.
    """

    def __init__(self, protocol: Protocol, person: Person, rng: np.random.Generator) -> None:
        self.movements: dict[str, Movement] = {m.id: m for m in protocol.movements}
        self.person, self.rng = person, rng
        self.ways: dict[tuple[str, str], Way] = {
            (m.id, side): way(m, side, person)
            for m in protocol.movements
            if m.motion == "glide"
            for side in m.sides
        }

    def make(self, good: Glide, length_mm: float) -> Glide:
        """A stroke with one fault; the good one when no fault suits this movement."""
        for fault in self.rng.permutation(np.array(FAULTS)):
            wrong = self._one(good, str(fault), length_mm)
            if wrong is not None:
                return wrong
        return good

    def make_round(self, good: Circle) -> Circle:
        """Circles with one fault."""
        movement = self.movements[good.movement]
        match int(self.rng.integers(3)):
            case 0:
                speed = movement.accept_speed_mm_s[1] * float(self.rng.uniform(1.3, 1.6))
                return replace(good, turn_s=2.0 * math.pi * (movement.radius_mm or 10.0) / speed)
            case 1:
                sign = 1.0 if self.rng.random() < 0.5 else -1.0
                return replace(good, offset_mm=sign * float(self.rng.uniform(17.0, 22.0)))
            case _:
                return replace(good, tug_mm=float(self.rng.uniform(7.0, 12.0)))

    def make_grey(self, good: Glide, length_mm: float) -> Glide:
        """A stroke that is neither clearly right nor clearly wrong."""
        kind = int(self.rng.integers(3))
        if kind == 0 and length_mm / 100.0 > _SHORTEST_S:
            return replace(good, speed_mm_s=float(self.rng.uniform(88, 115)), pause_s=0.0)
        if kind == 1:
            return replace(good, begin=0.0, end=float(self.rng.uniform(0.6, 0.78)))
        sign = 1.0 if self.rng.random() < 0.5 else -1.0
        return replace(good, offset_mm=sign * float(self.rng.uniform(9.0, 14.0)))

    def _one(self, good: Glide, fault: str, length_mm: float) -> Glide | None:
        match fault:
            case "wrong_direction":
                wrong = replace(good, reverse=True)
                return wrong if self._apart(wrong) else None
            case "too_fast":
                fastest = self.movements[good.movement].accept_speed_mm_s[1]
                speed = fastest * float(self.rng.uniform(1.35, 2.3))
                speed = min(speed, length_mm / _SHORTEST_S)
                slow = speed < 1.25 * fastest
                return None if slow else replace(good, speed_mm_s=speed, pause_s=0.0)
            case "off_path":
                for _ in range(_TRIES):
                    sign = 1.0 if self.rng.random() < 0.5 else -1.0
                    aside = sign * float(self.rng.uniform(18.0, 27.0))
                    wrong = replace(good, offset_mm=aside)
                    if self._apart(wrong) and self._stays_aside(wrong) and self._goes_on(wrong):
                        return wrong
                return None
            case "incomplete":
                share = float(self.rng.uniform(0.3, 0.5))
                if share * length_mm < _SHORTEST_MM:
                    return None
                begin = 0.0 if self.rng.random() < 0.7 else float(self.rng.uniform(0.1, 0.45))
                wrong = replace(good, begin=begin, end=begin + share)
                return wrong if self._apart(wrong) else None
            case _:
                if self.movements[good.movement].zone in UNSEEN_SKIN:
                    return None
                return replace(good, tug_mm=float(self.rng.uniform(7.0, 12.0)))

    def _performed(self, glide: Glide) -> Way:
        path = self.ways[glide.movement, glide.side]
        if glide.reverse:
            path = path.reversed()
        part = path.sample(np.linspace(glide.begin, glide.end, 40))
        return part.beside(np.full(40, glide.offset_mm), self.person)

    def _stays_aside(self, glide: Glide) -> bool:
        """Whether the shifted stroke stays off the path and on the skin that is known."""
        done = self._performed(glide)
        path = self.ways[glide.movement, glide.side].at
        own, in_front = _mean_gap(done.at, path), _mean_gap(done.at[:, :2], path[:, :2])
        edge = np.linalg.norm(done.at[:, None] - self.person.mesh_mm[None], axis=2).min(axis=1)
        on_neck = glide.movement.startswith("neck.")
        on_skin = on_neck or float(edge.max()) < 16.0
        return own > _ASIDE_MM and in_front > _ASIDE_IN_FRONT_MM and on_skin

    def _goes_on(self, glide: Glide) -> bool:
        """Whether the shifted stroke never turns back: where skin folds, beside a nose, it may."""
        done = self._performed(glide).at
        own = self._performed(replace(glide, offset_mm=0.0)).at
        ahead = np.diff(done, axis=0) * np.diff(own, axis=0)
        return bool((ahead.sum(axis=1) > 0.0).all())

    def _apart(self, glide: Glide) -> bool:
        """Whether no other movement runs where and as this wrong stroke runs."""
        done = self._performed(glide)
        heading = _unit(done.at[-1] - done.at[0])
        for (movement, side), other in self.ways.items():
            if (movement, side) == (glide.movement, glide.side):
                continue
            along = _unit(other.at[-1] - other.at[0])
            if heading @ along > 0.3 and _mean_gap(done.at, other.at) < _APART_MM:
                return False
        return True


def _mean_gap(points: FloatArray, path: FloatArray) -> float:
    return float(np.linalg.norm(points[:, None] - path[None], axis=2).min(axis=1).mean())


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float64)
