"""Hands that go round the middle of a temple, and what is counted of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from faceglide.coaching.events import Stroke
from faceglide.coaching.hands import Sighting
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.turns import Turns
from faceglide.face.canonical import FloatArray, mesh_normals, vertices_mm
from faceglide.face.paths import anchor_recipe
from faceglide.face.pose import FRONTAL, Pose
from faceglide.protocol import load_protocol
from tests.coaching.ladders import flat_hand

FRAME_S, TURN_S, RADIUS_MM = 1 / 16, 1.9, 10.0
PROTOCOL = load_protocol()
RECIPE = anchor_recipe(
    next(movement for movement in PROTOCOL.movements if movement.motion == "circle").path, "left"
)
TWO = np.eye(2)


def round_and_round(
    turns: float = 4.0,
    *,
    turn_s: float = TURN_S,
    radius_mm: float = RADIUS_MM,
    rest_s: float = 0.4,
    after_s: float = 0.6,
    flat: float = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """(T,) seconds and (T, 2) millimetres on the skin of a hand that rests, circles and rests.

    Args:
        turns: How many, evenly.
        turn_s: How long each takes.
        radius_mm: How wide they are.
        rest_s: How long it rests before.
        after_s: And after.
        flat: How high for their width.
    """
    t = np.arange(0.0, rest_s + turns * turn_s + after_s, FRAME_S)
    angle = 2.0 * np.pi * np.clip((t - rest_s) / turn_s, 0.0, turns)
    return t, radius_mm * np.stack([np.cos(angle), flat * np.sin(angle)], axis=1)


def hurried(turn_s: float, rest_s: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Three turns, a rest, one that takes `turn_s`, and two more like the first."""
    takes_s = np.array([0.4, *[TURN_S] * 3, rest_s, turn_s, *[TURN_S] * 2, 0.6])
    gone = np.array([0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0])
    over_s = np.concatenate([[0.0], np.cumsum(takes_s)])
    t = np.arange(0.0, over_s[-1], FRAME_S)
    angle = 2.0 * np.pi * np.interp(t, over_s, np.concatenate([[0.0], np.cumsum(gone)]))
    return t, RADIUS_MM * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def hesitant(begun_s: float, pace: float = 0.7) -> tuple[FloatArray, FloatArray]:
    """Four turns by a hand that before them feels its way round, more closely and slowly."""
    t = np.arange(0.0, begun_s + 4 * TURN_S + 0.6, FRAME_S)
    turned = np.clip((t - begun_s) / TURN_S, 0.0, 4.0)
    felt = pace * np.clip(t - begun_s, -1.2, 0.0) / TURN_S
    angle = 0.7 + 2.0 * np.pi * (turned + felt)
    wide = np.where(t < begun_s, 0.6 * RADIUS_MM, RADIUS_MM)
    return t, wide[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def counted(
    t: FloatArray,
    skin_mm: FloatArray,
    seed: int = 1,
    error_mm: float = 1.0,
    turned_deg: float = 0.0,
    *,
    across: bool = True,
) -> list[Stroke]:
    """The turns of a hand that is seen with an error that wanders.

    Args:
        t: (T,) seconds.
        skin_mm: (T, 2) from the middle, on the skin.
        seed: Of the error.
        error_mm: Its spread.
        turned_deg: How far the head is turned, so that the temple faces the camera the less.
        across: Whether it is the other side's hand.
    """
    pose = _pose(turned_deg)
    out = (RECIPE.weights @ mesh_normals(vertices_mm()))[0] @ pose.rotation.T
    out /= np.linalg.norm(out)
    aside = out[:2] / np.linalg.norm(out[:2])
    seen = np.asarray(skin_mm @ (TWO - (1.0 - abs(out[2])) * np.outer(aside, aside)))
    rng, keep = np.random.default_rng(seed), math.exp(-FRAME_S / 0.3)
    error = rng.normal(size=seen.shape)
    for i in range(1, len(error)):
        error[i] = keep * error[i - 1] + math.sqrt(1 - keep * keep) * error[i]
    turns, told = _laid(), []
    for moment, off in zip(t, seen + error_mm * error, strict=True):
        told.append(turns.add(float(moment), pose, _hand(pose, off, across)))
    told.append(turns.end(0))
    return [turn.judged(0.06, "no") for turn in told if turn is not None]


def may_circle(aside_mm: float) -> bool:
    """Whether a hand that lies so far from the middle may be circling."""
    turns, pose = _laid(), _pose(0.0)
    turns.add(0.0, pose, _hand(pose, np.array([0.0, aside_mm])))
    return turns.may_be_circling(0)


def _laid() -> Turns:
    turns = Turns(PROTOCOL)
    turns.lay(vertices_mm())
    return turns


def _pose(turned_deg: float) -> Pose:
    yaw = math.radians(turned_deg)
    turn = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    return Pose(FRONTAL @ turn, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)


def _hand(pose: Pose, off_mm: FloatArray, across: bool = True) -> Sighting:
    """A hand (2,) picture millimetres from the middle, the other side's or its own."""
    centre = RECIPE.on(vertices_mm())[0] @ pose.rotation.T + pose.translation
    tip = (centre[:2] + off_mm) / centre[2]
    hand = flat_hand(tip)
    hand.track.votes = -1.0 if across else 1.0
    return hand


def turned(limits: Thresholds) -> Iterator[str]:
    """Which turns are counted, the odder the circles and what comes before and after them."""
    del limits
    for samples, at_s in itertools.product((8, 5, 1), (0.6, 2.5, 0.2)):
        t, ring = round_and_round()
        first = int(at_s / FRAME_S)
        ring[first : first + samples] += [0.0, -18.0]
        yield f"{samples} astray: {_turns(t, ring)}"
        ring[first : first + samples] += [0.0, -24.0]
        yield f"{samples} far astray: {_turns(t, ring + np.array([0.0, 16.0]))}"
    for turn_s in (0.55, 4.6, 0.7, 0.4, 5.6):
        yield f"{turn_s:g} s each: {_turns(*round_and_round(2.4, turn_s=turn_s))}"
    for turn_s, rest_s in itertools.product((0.36, 0.5, 0.8, 1.0, 1.2, 1.5), (0.0, 0.4)):
        t, ring = hurried(turn_s, rest_s)
        yield f"{turn_s:g} s after {rest_s:g} s: {_turns(t, ring)}"
    for aside_mm in (8.0, 20.0, 24.0, 28.0):
        yield f"{aside_mm:g} aside: {may_circle(aside_mm)}"
        t, ring = round_and_round()
        yield f"{aside_mm:g} aside: {_turns(t, ring + np.array([0.0, aside_mm]))}"
    for waits_s, error_mm in itertools.product((5.0, 2.0), (4.5, 2.0)):
        t, ring = round_and_round(rest_s=waits_s)
        ring[:, 1] += np.clip(60.0 * (waits_s - 0.3 - t), 0.0, 48.0)
        yield f"from beside: {_turns(t, ring, error_mm=error_mm)}"
        yield f"and rests: {_turns(*round_and_round(2.0, after_s=5.0), error_mm=error_mm)}"
    for begun_s, pace, seed in ((0.8, 0.9, 3), (1.5, 0.5, 1), (1.5, 0.5, 2), (1.5, 0.9, 1)):
        yield f"{pace:g} of the pace first: {_turns(*hesitant(begun_s, pace), seed)}"
    for error_mm, seed in ((4.0, 2), (5.0, 0), (5.0, 2)):
        strays = _turns(*round_and_round(3.0), seed, error_mm=error_mm)
        yield f"{error_mm:g} off, {seed}: {strays}"
    for aside_mm, error_mm, seed in itertools.product((9.0, 13.0), (4.0, 6.0), (1, 2, 3)):
        t, ring = round_and_round(6.0)
        strays = _turns(t, ring + np.array([0.0, aside_mm]), seed, error_mm=error_mm)
        yield f"{aside_mm:g} aside, {error_mm:g} off, {seed}: {strays}"
    for radius_mm in (3.5, 6.0, 17.0, 26.0):
        yield f"{radius_mm:g} wide: {_turns(*round_and_round(2.4, radius_mm=radius_mm))}"
    for radius_mm, turn_s in itertools.product((6.0, 10.0, 15.0), (0.45, 0.6, 0.75, 0.95)):
        quick = _turns(*round_and_round(5.0, radius_mm=radius_mm, turn_s=turn_s))
        yield f"{radius_mm:g} wide in {turn_s:g} s: {quick}"
    for aside_mm, across in itertools.product((11.0, 13.2, 15.0, 18.0, 21.5), (True, False)):
        t, ring = round_and_round()
        beside = counted(t, ring + np.array([0.0, aside_mm]), across=across)
        told = ", ".join(f"{turn.verdict} {turn.faults}" for turn in beside)
        yield f"{aside_mm:g} beside{' across' if across else ''}: {told}"
    t, ring = round_and_round(16.0, turn_s=0.7)
    wide = np.where(t < 0.4 + 8 * 0.7, 0.75, 1.5)[:, None] * ring
    yield f"wider: {_turns(t, wide)}"
    for deg in (45.0, -60.0):
        yield f"{deg:g} turned: {_turns(*round_and_round(), turned_deg=deg)}"
    t, ring = round_and_round(2.0, after_s=4.0)
    later, again = round_and_round(2.0, turn_s=1.4)
    t = np.concatenate([t, t[-1] + FRAME_S + later])
    yield f"after a pause: {_turns(t, np.concatenate([ring, again]))}"
    for share in (0.5, 0.65, 0.8):
        t, ring = round_and_round(2.0 + share, after_s=1.5)
        since_s = np.maximum(t - 0.4 - (2.0 + share) * TURN_S, 0.0)
        yield f"{share:g} of a third: {_turns(t, ring + 60.0 * since_s[:, None])}"
    for quicker in (0.6, 1.7):
        t, ring = round_and_round(5.0)
        yield f"{quicker:g} later: {_turns(np.where(t < 4.2, t, 4.2 + quicker * (t - 4.2)), ring)}"


def _turns(
    t: FloatArray, ring: FloatArray, seed: int = 1, error_mm: float = 1.0, turned_deg: float = 0.0
) -> str:
    told = counted(t, ring, seed, error_mm, turned_deg)
    return ", ".join(f"{turn.start_s:.1f}-{turn.end_s:.1f} {turn.verdict}" for turn in told)
