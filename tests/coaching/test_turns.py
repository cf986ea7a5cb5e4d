"""Turns counted in the samples of a hand that goes round a centre."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from faceglide.coaching.events import Stroke
from faceglide.coaching.turns import Turns
from faceglide.face.canonical import FloatArray, mesh_normals, vertices_mm
from faceglide.face.paths import anchor_recipe
from faceglide.face.pose import FRONTAL, Pose
from faceglide.protocol import load_protocol

POSE = Pose(FRONTAL, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)
PROTOCOL = load_protocol()
CIRCLE = next(movement for movement in PROTOCOL.movements if movement.motion == "circle")
RECIPE = anchor_recipe(CIRCLE.path, "left")
CENTRE = RECIPE.on(vertices_mm())[0] @ FRONTAL.T + POSE.translation
FRAME_S, TURN_S, RADIUS_MM = 1 / 16, 1.9, 10.0


def _foreshortened() -> FloatArray:
    """(2, 2) how the skin's own millimetres look in the picture: temples face aside."""
    out = (RECIPE.weights @ mesh_normals(vertices_mm()))[0] @ FRONTAL.T
    out /= np.linalg.norm(out)
    aside = out[:2] / np.linalg.norm(out[:2])
    return np.asarray(np.eye(2) - (1.0 - abs(out[2])) * np.outer(aside, aside))


def _counted(t: FloatArray, ring: FloatArray, seed: int) -> list[Stroke]:
    """What is counted of a hand at (T, 2) millimetres on the skin; its error wanders by a mm."""
    rng, keep = np.random.default_rng(seed), np.exp(-FRAME_S / 0.3)
    error = rng.normal(size=ring.shape)
    for i in range(1, len(error)):
        error[i] = keep * error[i - 1] + np.sqrt(1 - keep * keep) * error[i]
    turns = Turns(PROTOCOL)
    turns.lay(vertices_mm())
    told = []
    for moment, off in zip(t, ring @ _foreshortened() + error, strict=True):
        tip = (CENTRE[:2] + off) / CENTRE[2]
        hand = SimpleNamespace(track=SimpleNamespace(key=0, side="left"), tip=tip)
        told.append(turns.add(float(moment), POSE, hand))  # type: ignore[arg-type]
    told.append(turns.end(0))
    return [turn for turn in told if turn is not None]


def _round(angle: FloatArray, radius_mm: FloatArray | float = RADIUS_MM) -> FloatArray:
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.asarray(ring * np.reshape(radius_mm, (-1, 1)))


def _hesitant(begun_s: float, seed: int) -> list[Stroke]:
    """Four turns by a hand that before them feels its way round more closely and slowly."""
    t = np.arange(0.0, begun_s + 4 * TURN_S + 0.6, FRAME_S)
    turned = np.clip((t - begun_s) / TURN_S, 0.0, 4.0)
    felt = 0.7 * np.clip(t - begun_s, -1.2, 0.0) / TURN_S
    wide = np.where(t < begun_s, 0.6 * RADIUS_MM, RADIUS_MM)
    return _counted(t, _round(0.7 + 2.0 * np.pi * (turned + felt), wide), seed)


def _likeness(turn: Stroke, begun_s: float) -> float:
    """Intersection over union in time with that of four even turns which is most like it."""
    shares = []
    for k in range(4):
        since, until = begun_s + k * TURN_S, begun_s + (k + 1) * TURN_S
        both = min(turn.end_s, until) - max(turn.start_s, since)
        shares.append(both / (max(turn.end_s, until) - min(turn.start_s, since)))
    return max(0.0, *shares)


def test_even_circles_are_counted_one_by_one() -> None:
    t = np.arange(0.0, 0.4 + 4 * TURN_S + 0.6, FRAME_S)
    turned = np.clip((t - 0.4) / TURN_S, 0.0, 4.0)
    counted = _counted(t, _round(2.0 * np.pi * turned), seed=1)
    assert len(counted) == 4
    assert min(_likeness(turn, 0.4) for turn in counted) > 0.6


def test_a_mistaken_beginning_is_mended_once_later_turns_tell_better() -> None:
    later = [turn for seed in range(16) for turn in _hesitant(1.5, seed)[2:]]
    assert len(later) >= 2 * 15
    assert np.mean([_likeness(turn, 1.5) for turn in later]) > 0.7
