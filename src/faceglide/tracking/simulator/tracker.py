"""The simulated tracker: from where face and hands are to the frames a real one would report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from faceglide.tracking.frame import Frame, Hand

from .errors import CORRELATION_S, covered, face_drift, runs, smooth_noise
from .levels import Level
from .optics import Optics

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
PersonSide = Literal["left", "right"]

_COLLAPSE_ON = 159
_ORDER: tuple[PersonSide, PersonSide] = ("left", "right")
# What a tracker calls the hand's centre lies within 3 mm of the middle knuckle (seen on the clips).
_CENTRE = 9
# A palm detector needs about this many of the 21 points in the picture.
_POINTS_IN_VIEW = 13


@dataclass(frozen=True, eq=False)
class Scene:
    """Where everything truly is, in camera axes and millimetres.

    Attributes:
        t_s: (F,) frame times.
        face: (F, 468, 3) the face, with the skin dragged where it is tugged.
        hands: For the left and the right hand (F, 21, 3).
        eye_mm: Eye distance.
        hand_world_bias: Size of the hands in the tracker's eyes over their true size.
    """

    t_s: FloatArray
    face: FloatArray
    hands: dict[PersonSide, FloatArray]
    eye_mm: float
    hand_world_bias: float


def frame_times(rng: np.random.Generator, seconds: float, level: Level) -> FloatArray:
    """Uneven, strictly rising times (F,) from 0 to `seconds`."""
    count = int(seconds * level.fps * 1.5) + 10
    shape = 1.0 / max(level.uneven, 1e-3) ** 2
    step = np.maximum(rng.gamma(shape, 1.0 / shape / level.fps, count), 0.008)
    stalled = rng.random(count) < level.stalls_per_min / 60.0 / level.fps
    step = step + stalled * rng.uniform(0.2, 0.5, count)
    t = np.cumsum(step) - step[0]
    return np.asarray(np.round(t[t <= seconds], 4), dtype=np.float64)


def track(
    scene: Scene, optics: Optics, level: Level, seed: np.random.SeedSequence
) -> tuple[tuple[Frame, ...], dict[PersonSide, BoolArray]]:
    """What the tracker reports.

    Args:
        scene: The truth.
        optics: The camera.
        level: The tracker's errors.
        seed: The source of chance.

    Returns:
        The frames, and for each hand which frames (F,) show it on its right side with a sound face.
    """
    rng_face, rng_hand, rng_loss = (np.random.default_rng(s) for s in seed.spawn(3))
    in_view = {side: _in_view(points, optics) for side, points in scene.hands.items()}
    face, sound = _face(scene, optics, level, in_view, rng_face)
    both = in_view["left"] & in_view["right"]
    images, worlds, shown = {}, {}, {}
    for side in _ORDER:
        rng = np.random.default_rng(rng_hand.integers(2**63))
        images[side], worlds[side] = _hand(scene, scene.hands[side], both, optics, level, rng)
        shown[side] = in_view[side] & ~_missing(scene.t_s, both, level, rng_loss)
    swapped = runs(rng_loss, scene.t_s, level.swap * 60.0 / 0.2, (0.05, 0.35))
    ghost = runs(rng_loss, scene.t_s, level.ghosts_per_min, (1.0 / level.fps, 3.0 / level.fps))
    frames = []
    for k, t in enumerate(scene.t_s):
        hands = [
            Hand(_named(side, bool(swapped[k])), _score(rng_loss), images[side][k], worlds[side][k])
            for side in _ORDER
            if shown[side][k]
        ]
        if ghost[k] and len(hands) < 2:
            hands.append(_ghost(images["left"][k], worlds["left"][k], rng_loss))
        frames.append(Frame(float(t), face[k] if face[k] is not None else None, tuple(hands)))
    return tuple(frames), {side: shown[side] & sound & ~swapped for side in _ORDER}


def _face(
    scene: Scene,
    optics: Optics,
    level: Level,
    in_view: dict[PersonSide, BoolArray],
    rng: np.random.Generator,
) -> tuple[list[FloatArray | None], BoolArray]:
    """The reported face of each frame, and in which frames it is there and sound."""
    count = len(scene.t_s)
    depth = scene.face[:, :, 2].mean(axis=1)
    flat = _flat(scene.face, depth)
    hands = [
        np.where(in_view[side][:, None, None], _flat(points, depth), np.nan)
        for side, points in scene.hands.items()
    ]
    points = optics.picture(scene.face, depth[:, None])
    # Millimetres at the face's depth to the picture's units.
    unit = np.stack(
        [
            optics.focal_px / depth / optics.width,
            optics.focal_px / depth / optics.height,
            optics.focal_px / depth / optics.width,
        ],
        axis=1,
    )[:, None]
    drift = face_drift(rng, scene.t_s, flat, hands, scene.eye_mm, level.drift)
    deeper = smooth_noise(rng, scene.t_s, (1,), CORRELATION_S)[:, None, :]
    drift = np.concatenate([drift, drift[:, :, :1] * deeper], axis=2)
    jitter = rng.normal(0.0, level.face_jitter * scene.eye_mm / np.sqrt(2), points.shape)
    points = points + (drift + jitter * np.array([1.0, 1.0, 1.6])) * unit

    cover = np.zeros(count)
    for hand in hands:
        cover = np.maximum(cover, covered(flat[:, ::12], hand).mean(axis=1))
    hidden = np.clip(cover / 0.2, 0.2, 1.0)
    lost = _sticky(rng, scene.t_s, level.face_lost * hidden)
    collapsed = runs(rng, scene.t_s, level.collapses_per_min, (2 / level.fps, 5 / level.fps))
    centre = points[:, _COLLAPSE_ON : _COLLAPSE_ON + 1]
    small = centre + (points - centre) * rng.uniform(0.12, 0.35)
    points = np.where(collapsed[:, None, None], small, points)
    reported = [None if lost[k] else points[k] for k in range(count)]
    return reported, ~(lost | collapsed)


def _hand(
    scene: Scene,
    hand: FloatArray,
    both: BoolArray,
    optics: Optics,
    level: Level,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Reported picture points (F, 21, 3) and world points (F, 21, 3) of one hand."""
    t = scene.t_s
    size = level.hand_mm * np.where(both, level.two_hands, 1.0)[:, None, None]
    # A part that the whole hand shares and a part of each point's own, heavy-tailed, together of
    # the level's size; depth is a guess and errs more.
    shared = smooth_noise(rng, t, (1, 3), CORRELATION_S)
    own = smooth_noise(rng, t, (21, 3), CORRELATION_S)
    heavy = np.exp(0.35 * smooth_noise(rng, t, (1, 1), 2 * CORRELATION_S) - 0.06)
    quick = rng.normal(0.0, 0.25, (len(t), 21, 3))
    error = size * heavy * (0.6 * shared + 0.75 * own + quick) * np.array([1.0, 1.0, 2.0])
    error[:, :, 2] -= error[:, :1, 2]
    wrist = hand[:, :1, 2]
    image = optics.picture(hand, wrist)
    unit = np.stack(
        [
            optics.focal_px / hand[:, :, 2] / optics.width,
            optics.focal_px / hand[:, :, 2] / optics.height,
            optics.focal_px / hand[:, :, 2] / optics.width,
        ],
        axis=2,
    )
    image = image + error * unit

    own_world = smooth_noise(rng, t, (21, 3), CORRELATION_S)
    scale = scene.hand_world_bias * (
        1
        + level.hand_depth * smooth_noise(rng, t, (1, 1), 1.2)
        + level.hand_depth * 0.3 * quick[:, :1, :1]
    )
    shape = hand - hand[:, _CENTRE : _CENTRE + 1]
    world = scale * (shape + 0.6 * (error + size * own_world * np.array([0.6, 0.6, 1.2])))
    return image, world / 1000.0


def _missing(t_s: FloatArray, both: BoolArray, level: Level, rng: np.random.Generator) -> BoolArray:
    """Frames in which a hand in view is not found; with two in view a little more often."""
    single = rng.random(len(t_s)) < level.drop * np.where(both, 2.0, 1.0)
    return np.asarray(single | runs(rng, t_s, level.bursts_per_min, (0.2, 0.5)))


def _sticky(rng: np.random.Generator, t_s: FloatArray, share: FloatArray) -> BoolArray:
    """Frames lost in short runs of about 0.15 s, on average the given share (F,) of them."""
    run_s = 0.15
    out = np.zeros(len(t_s), dtype=bool)
    step = np.diff(t_s, prepend=t_s[0])
    until = -1.0
    for k, t in enumerate(t_s):
        if t >= until and rng.random() < share[k] * max(step[k], 0.01) / run_s:
            until = t + rng.exponential(run_s)
        out[k] = t < until
    return out


def _in_view(hand: FloatArray, optics: Optics) -> BoolArray:
    picture = optics.picture(hand, hand[:, :1, 2])[:, :, :2]
    inside = ((picture > 0.0) & (picture < 1.0)).all(axis=2).sum(axis=1)
    near = hand[:, :, 2].min(axis=1) > 120.0
    return np.asarray((inside >= _POINTS_IN_VIEW) & near)


def _flat(points: FloatArray, depth: FloatArray) -> FloatArray:
    """(F, N, 2) where points appear, in millimetres at the face's depth (F,)."""
    return np.asarray(points[:, :, :2] / points[:, :, 2:] * depth[:, None, None], dtype=np.float64)


def _named(side: PersonSide, swapped: bool) -> PersonSide:
    if not swapped:
        return side
    return "left" if side == "right" else "right"


def _score(rng: np.random.Generator) -> float:
    return float(np.clip(0.97 - abs(rng.normal(0.0, 0.04)), 0.5, 1.0))


def _ghost(image: FloatArray, world: FloatArray, rng: np.random.Generator) -> Hand:
    """A hand that is not there: a plausible shape at a random place."""
    shape = image - image.mean(axis=0)
    shape = shape * rng.uniform(0.7, 1.3)
    shape[:, :2] += rng.uniform(0.2, 0.8, 2)
    return Hand(_ORDER[int(rng.integers(2))], float(rng.uniform(0.5, 0.75)), shape, world)
