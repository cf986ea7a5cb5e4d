"""The way of one hand through a session, sampled finely in the face frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RATE_HZ = 100.0
# How far above the skin a landing begins.
LAND_MM = 14.0
FORWARD = np.array([0.0, 0.0, 1.0])
# Where the way from place to place bends round: the middle of the head.
_HEAD_CENTRE = np.array([0.0, -10.0, -15.0])
PADS = (1 / 3, 1 / 3, 1 / 3, 0.0)
# How far the contact edge of a tool of usual size lies beyond the fingertips, in millimetres (our
# default).
TOOL_REACH_MM = {
    "hands": 0.0,
    "gua_sha": 35.0,
    "roller": 60.0,
    "wand": 70.0,
    "massage_tool": 60.0,
    "cups": 25.0,
    "blaster": 80.0,
}


@dataclass(frozen=True)
class Grip:
    """How a hand meets the skin.

    Attributes:
        touch: How much index, middle, ring and little fingertip touch.
        reach_mm: How far beyond the fingertips the contact lies: the edge of a tool of usual size.
        curl: 0 for open fingers, 1 for fingers closed round a tool.
    """

    touch: tuple[float, float, float, float] = PADS
    reach_mm: float = 0.0
    curl: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where the contact is, and which way the skin faces there."""

    at: FloatArray
    normal: FloatArray


@dataclass
class Track:
    """A growing way of one hand.

    Attributes:
        side: "left" or "right": which hand.
        rows: Blocks of (n, 14) samples at `RATE_HZ`: contact (3) and normal (3) in the face frame,
            touch (4), reach, curl, how far the skin is dragged along (mm), whether it touches.
        place: Where the hand is now.
        grip: How the hand is held now.
    """

    side: str
    place: Place
    grip: Grip = Grip()
    rows: list[FloatArray] = field(default_factory=list)
    count: int = 0

    @property
    def now_s(self) -> float:
        """Time up to which the way is known."""
        return self.count / RATE_HZ

    def follow(
        self,
        at: FloatArray,
        normal: FloatArray,
        *,
        grip: Grip | None = None,
        tug_mm: FloatArray | None = None,
        touching: bool = False,
    ) -> None:
        """Append samples: (n, 3) contact points and (n, 3) normals."""
        if not len(at):
            return
        end = grip or self.grip
        blend = np.linspace(0.0, 1.0, len(at))[:, None]
        held = (1 - blend) * _row(self.grip) + blend * _row(end)
        tug = np.zeros(len(at)) if tug_mm is None else tug_mm
        touch = np.full(len(at), float(touching))
        self.rows.append(np.column_stack([at, normal, held, tug, touch]))
        self.count += len(at)
        self.place, self.grip = Place(at[-1], normal[-1]), end

    def stay(self, seconds: float, *, touching: bool = False) -> None:
        """Keep still."""
        n = samples(seconds)
        self.follow(
            np.tile(self.place.at, (n, 1)), np.tile(self.place.normal, (n, 1)), touching=touching
        )

    def go(self, to: Place, seconds: float, *, bump_mm: float, grip: Grip | None = None) -> None:
        """Travel through the air, round the head, in one smooth movement."""
        s = ease(np.linspace(0.0, 1.0, samples(seconds)))[:, None]
        start, end = self.place.at - _HEAD_CENTRE, to.at - _HEAD_CENTRE
        r0, r1 = float(np.linalg.norm(start)), float(np.linalg.norm(end))
        way = _unit(_slerp(start / r0, end / r1, s))
        radius = r0 + (r1 - r0) * s + bump_mm * np.sin(np.pi * s)
        normal = _unit((1 - s) * self.place.normal + s * to.normal)
        self.follow(_HEAD_CENTRE + radius * way, normal, grip=grip)

    def land(self, place: Place, grip: Grip, rng: np.random.Generator) -> None:
        """Come to a place on the skin through the air, touch, and rest there for a moment."""
        above = Place(place.at + LAND_MM * place.normal, place.normal)
        far_mm = float(np.linalg.norm(self.place.at - above.at))
        if far_mm > 4.0:
            seconds = 0.3 + far_mm / rng.uniform(280, 420)
            self.go(above, seconds, bump_mm=min(35.0, 0.25 * far_mm), grip=grip)
        s = ease(np.linspace(0, 1, samples(rng.uniform(0.18, 0.35))))[:, None]
        path = self.place.at + s * (place.at - self.place.at)
        self.follow(path, np.tile(place.normal, (len(path), 1)), grip=grip)
        self.stay(rng.uniform(0.06, 0.3), touching=True)

    def lift(self, rng: np.random.Generator) -> None:
        """Rest on the skin for a moment, then leave it."""
        self.stay(rng.uniform(0.04, 0.2), touching=True)
        height = rng.uniform(LAND_MM, 24)
        s = ease(np.linspace(0, 1, samples(rng.uniform(0.15, 0.3))))[:, None]
        path = self.place.at + s * height * self.place.normal
        self.follow(path, np.tile(self.place.normal, (len(path), 1)))

    def wait_until(self, t_s: float) -> None:
        """Keep still up to a moment."""
        if t_s > self.now_s:
            self.stay(t_s - self.now_s)

    def sampled(self) -> FloatArray:
        """All samples (N, 14)."""
        return np.concatenate(self.rows)


def samples(seconds: float) -> int:
    """How many samples a span takes, at least one."""
    return max(1, round(seconds * RATE_HZ))


def ease(u: FloatArray, skew: float = 1.0) -> FloatArray:
    """Minimum-jerk progress 0..1 over time 0..1; `skew` below 1 peaks early, above 1 late."""
    warped = u**skew
    return np.asarray(warped**3 * (10 - 15 * warped + 6 * warped**2), dtype=np.float64)


def steady(u: FloatArray, ramp: float) -> FloatArray:
    """Progress 0..1 over time 0..1 of a hand that goes on evenly between two soft ends.

    Args:
        u: Evenly spaced times.
        ramp: Share of the time that it takes to get going, and again to stop.
    """
    rise = np.clip(np.minimum(u, 1.0 - u) / ramp, 0.0, 1.0)
    speed = rise * rise * (3.0 - 2.0 * rise)
    gone = np.concatenate([[0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]))])
    return np.asarray(gone / max(float(gone[-1]), 1e-9), dtype=np.float64)


def wander(rng: np.random.Generator, count: int) -> FloatArray:
    """A slow random wandering (count,) of about unit size."""
    s = np.linspace(0.0, 1.0, count)
    parts = [
        rng.normal() * np.cos(np.pi * k * s + rng.uniform(0, 2 * np.pi)) / k for k in (1, 2, 3)
    ]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _row(grip: Grip) -> FloatArray:
    return np.array([*grip.touch, grip.reach_mm, grip.curl])


def _slerp(a: FloatArray, b: FloatArray, s: FloatArray) -> FloatArray:
    angle = np.arccos(np.clip(a @ b, -1.0, 1.0))
    if angle < 1e-3:
        return np.asarray((1 - s) * a + s * b, dtype=np.float64)
    return np.asarray(
        (np.sin((1 - s) * angle) * a + np.sin(s * angle) * b) / np.sin(angle), dtype=np.float64
    )


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float64)
