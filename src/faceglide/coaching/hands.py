"""Hands followed from frame to frame: which is which, where the pads are, how far away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import HAND_POINTS, Hand, PersonSide

PADS = (8, 12, 16)
KEEP_S = 1.0  # a hand unseen for longer is a new hand
REACH_MM, REACH_MM_S = 60.0, 700.0  # how far the same hand can be from where it was
# Fingers held together have their tips a fifth of the palm's length apart, at ease up to three
# tenths; past this they are spread, the ring finger no longer works with the other two, and index
# and middle carry on. Our defaults.
SPREAD = (0.30, 0.38)
# How long it takes to see how a hand is held, and until its palm's length is forgotten. Our
# defaults.
_HABIT_S, _FORGET_S = 2.0, 20.0
_UNKNOWN = np.full((HAND_POINTS, 3), np.nan)


@dataclass(frozen=True, slots=True)
class Contacts:
    """What of a hand touches the skin.

    Attributes:
        pads: Hand landmarks whose mean touches, or holds what touches.
        reach: How far beyond them a held tool's edge lies, in millimetres; 0 for bare hands.
        pitch_deg: How steeply the tool leaves the hand, away from the palm.
        thumbward_mm: How far to the thumb's side of the hand its edge lies.
    """

    pads: tuple[int, ...]
    reach: float = 0.0
    pitch_deg: float = 0.0
    thumbward_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class ToolGrip:
    """A way to hold a tool.

    Attributes:
        pads: Hand landmarks beyond which its edge lies.
        pitch_deg, thumbward_mm: As in `Contacts`.
        reaches_mm: How far beyond them, shortest first.
    """

    pads: tuple[int, ...]
    pitch_deg: float
    thumbward_mm: float
    reaches_mm: tuple[float, ...]


# Between fingertips and lying flat on the skin, from which a working hand is raised; in a fist, out
# past the middle joints; between fingertips, standing on the skin like a pencil; the same between
# thumb and index finger. Gua sha stones, rollers and wands put their edge 25 to 80 mm beyond the
# fingertips: which of these it is, the strokes show. Our defaults.
TOOL_GRIPS = (
    ToolGrip(PADS, 28.0, 0.0, (25.0, 40.0, 57.0, 75.0)),
    ToolGrip((6, 10, 14), -15.0, 4.0, (50.0, 64.0, 80.0)),
    ToolGrip(PADS, -20.0, 5.0, (27.0, 42.0, 60.0)),
    ToolGrip(PADS, -20.0, 20.0, (27.0, 42.0, 60.0)),
)
TOOL_LIFT_MM = 11.0  # so far above the skin are fingers round a tool that lies flat. Our default


@dataclass(slots=True)
class Track:
    """One hand over time.

    Attributes:
        key: Unique within an engine.
        votes: How often the tracker called it left, less how often right.
        seen_t: When it was last seen.
        at: Slopes of its palm then.
        frames: How often it was seen.
        palm: How long its palm is, in slopes: as long as it showed lately.
        gap: How far apart the closest of its working fingertips usually are, in slopes.
    """

    key: int
    votes: float
    seen_t: float
    at: tuple[float, float]
    frames: int = 0
    palm: float = 0.0
    gap: float = 0.0

    def learn(self, t: float, rays: list[list[float]]) -> None:
        """Learn from a frame how the hand is held: a habit is what lasts."""
        (wx, wy), (kx, ky) = rays[0], rays[9]
        (ix, iy), (mx, my), (rx, ry) = rays[8], rays[12], rays[16]
        since_s = t - self.seen_t
        # A palm that points at the camera looks short for a while.
        kept = 1.0 - min(1.0, since_s / _FORGET_S)
        self.palm = max(math.hypot(kx - wx, ky - wy), kept * self.palm)
        gap = min(math.hypot(ix - mx, iy - my), math.hypot(mx - rx, my - ry))
        lately = max(1.0 / (self.frames + 1), min(1.0, since_s / _HABIT_S))
        self.gap += lately * (gap - self.gap)

    @property
    def apart(self) -> float:
        """How far its fingers are spread: 0 where all three work, 1 where two do."""
        gap = self.gap / max(self.palm, 1e-9)
        return min(1.0, max(0.0, (gap - SPREAD[0]) / (SPREAD[1] - SPREAD[0])))

    @property
    def side(self) -> PersonSide:
        """The person's own hand, by majority."""
        return "left" if self.votes > 0 else "right"


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A hand in one frame.

    Attributes:
        rays: (21, 2) slopes.
        tip: (2,) slopes of the middle of the working pads.
        world: (21, 3) metres in camera axes, or None.
        image: (21, 3) as in `Hand`.
    """

    track: Track
    rays: FloatArray
    tip: FloatArray
    world: FloatArray | None
    image: FloatArray


class Touch:
    """Where whatever of a hand can touch does so.

    Args:
        contacts: Of the engine; the first is always the three pads.
    """

    def __init__(self, contacts: tuple[Contacts, ...]) -> None:
        # What each contact is the mean of, so that one product finds them all.
        self._means = np.zeros((len(contacts), HAND_POINTS))
        for row, contact in zip(self._means, contacts, strict=True):
            row[list(contact.pads)] = 1.0 / len(contact.pads)
        self._tools = [k for k, each in enumerate(contacts) if each.reach]
        self._edges_mm = np.array([_edge(contacts[k]) for k in self._tools])
        self._by_pads = [k for k, each in enumerate(contacts) if each.pads == PADS]

    def tips(self, hand: Sighting, depth_mm: float) -> FloatArray:
        """(U, 2) slopes of where each contact touches.

        Args:
            hand: In one frame.
            depth_mm: How far away the face is.
        """
        out: FloatArray = self._means.dot(hand.rays)
        out[self._by_pads] = hand.tip
        if self._tools:
            axes = _palm(hand.rays, hand.world, hand.track.side)
            edges, held = self._edges_mm.dot(axes), out[self._tools]
            out[self._tools] = held + (edges[:, :2] - held * edges[:, 2:]) / depth_mm
        return out


def _edge(tool: Contacts) -> tuple[float, float, float]:
    """How far a tool's edge lies along the hand, away from the palm, and to the thumb's side."""
    pitch = math.radians(tool.pitch_deg)
    lift_mm = TOOL_LIFT_MM if pitch > 0 else 0.0
    return (
        tool.reach * math.cos(pitch) + lift_mm * math.sin(pitch),
        tool.reach * math.sin(pitch) - lift_mm * math.cos(pitch),
        tool.thumbward_mm,
    )


def pads(rays: list[list[float]], apart: float) -> FloatArray:
    """The middle of the pads that work: (2,) slopes from a hand's (21, 2), spread so far."""
    (ix, iy), (mx, my), (rx, ry) = rays[8], rays[12], rays[16]
    ring = (1.0 - apart) / 3.0
    rest = 0.5 * (1.0 - ring)
    return np.array([rest * (ix + mx) + ring * rx, rest * (iy + my) + ring * ry])


def depths_of(hands: Sequence[Sighting]) -> FloatArray:
    """(T,) millimetres to the pads, from how large each hand appears; NaN where unknown.

    The least squares of `depth * (rays - mean)` against where the world points lie across.
    """
    rays = np.array([hand.rays for hand in hands])
    world = np.array([_UNKNOWN if hand.world is None else hand.world for hand in hands])
    terms = np.ones((len(hands), 4, HAND_POINTS))  # of each landmark u, v, u * u + v * v and 1
    terms[:, :2] = rays.transpose(0, 2, 1)
    terms[:, 2] = (rays * rays).sum(axis=2)
    # How each of the terms goes along with x, y and z, and their own sums.
    (ux, _, uz), (_, vy, vz), (_, _, rz), (x, y, _) = (terms @ world).transpose(1, 2, 0)
    u, v, square, count = terms.sum(axis=2).T
    below = square - (u * u + v * v) / count
    across = ux + vy - rz - (u * (x - uz) + v * (y - vz)) / count
    away = world[:, PADS, 2].mean(axis=1)
    depth = 1000.0 * (across / np.where(below > 0, below, np.nan) + away)
    return np.where((depth > 50.0) & (depth < 5000.0), depth, np.nan)


def cut_off(hands: Sequence[Sighting]) -> NDArray[np.bool_]:
    """(T,) whether each hand reaches out of the picture, where trackers guess its size."""
    places = np.array([hand.image for hand in hands])[:, :, :2]
    return np.asarray(((places < 0.0) | (places > 1.0)).any(axis=(1, 2)))


def _palm(rays: FloatArray, world: FloatArray | None, side: PersonSide) -> FloatArray:
    """(3, 3) unit vectors in camera axes: where a palm points, away from it, to the thumb's side.

    A grip is rigid: what a hand holds keeps its angle to the palm.

    Args:
        rays: (21, 2) slopes.
        world: (21, 3) metres in camera axes, or None: then the palm is taken to face the camera.
        side: Which hand.
    """
    mirrored = 1.0 if side == "left" else -1.0
    if world is None:
        along, back = np.append(rays[9] - rays[0], 0.0), np.array([0.0, 0.0, -1.0])
    else:
        along = world[9] - world[0]
        back = mirrored * _cross(world[5] - world[17], along)
    return np.array([_unit(each) for each in (along, back, mirrored * _cross(along, back))])


def _cross(x: FloatArray, y: FloatArray) -> FloatArray:
    """As `numpy.cross`, which takes longer over three numbers."""
    (a, b, c), (d, e, f) = x.tolist(), y.tolist()
    return np.array([b * f - c * e, c * d - a * f, a * e - b * d])


def _unit(vector: FloatArray) -> FloatArray:
    return vector / max(math.sqrt(float(vector @ vector)), 1e-9)


@dataclass(slots=True)
class HandTracker:
    """Keeps hands apart by where they are, and names them by majority."""

    tracks: list[Track] = field(default_factory=list)
    _next: int = 0

    def update(
        self, t: float, hands: tuple[Hand, ...], rays: list[FloatArray], depth_mm: float
    ) -> list[Sighting]:
        """Match this frame's hands to the tracks.

        Args:
            t: Seconds.
            hands: As tracked.
            rays: (21, 2) slopes of each.
            depth_mm: The face's distance, to turn slopes into millimetres.
        """
        self.tracks = [track for track in self.tracks if t - track.seen_t <= KEEP_S]
        if not hands:
            return []
        spots = [ray.tolist() for ray in rays]
        middles = [
            (0.5 * (spot[0][0] + spot[9][0]), 0.5 * (spot[0][1] + spot[9][1])) for spot in spots
        ]
        owner = self._owners(t, hands, middles, depth_mm)
        sightings = []
        for h, (hand, ray, middle) in enumerate(zip(hands, rays, middles, strict=True)):
            track = owner.get(h) or self._new(t, middle)
            vote = 1.0 if hand.side == "left" else -1.0
            track.votes = max(-40.0, min(40.0, track.votes + vote * max(0.05, hand.score)))
            track.learn(t, spots[h])
            track.seen_t, track.at, track.frames = t, middle, track.frames + 1
            tip = pads(spots[h], track.apart)
            sightings.append(Sighting(track, ray, tip, hand.world, hand.image))
        return sightings

    def _owners(
        self,
        t: float,
        hands: tuple[Hand, ...],
        middles: list[tuple[float, float]],
        depth_mm: float,
    ) -> dict[int, Track]:
        """The track of each hand that has one, by the hand's place in the frame.

        A hand can be a track's where it costs less than 1; a disagreeing label costs a little.
        """
        pairs: list[tuple[float, int, int]] = []
        for k, track in enumerate(self.tracks):
            side, (x0, y0) = track.side, track.at
            odd = 0.25 if abs(track.votes) > 3 else 0.0
            reach_mm = REACH_MM + REACH_MM_S * (t - track.seen_t)
            for h, (x, y) in enumerate(middles):
                cost = math.hypot(x - x0, y - y0) * depth_mm / reach_mm
                cost += odd if hands[h].side != side else 0.0
                if cost < 1.0:
                    pairs.append((cost, h, k))
        pairs.sort()
        owner: dict[int, Track] = {}
        taken: set[int] = set()
        for _, h, k in pairs:
            if h not in owner and k not in taken:
                owner[h] = self.tracks[k]
                taken.add(k)
        return owner

    def _new(self, t: float, middle: tuple[float, float]) -> Track:
        track = Track(self._next, 0.0, t, middle)
        self._next += 1
        self.tracks.append(track)
        return track
