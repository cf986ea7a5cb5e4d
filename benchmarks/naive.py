"""A judge as simple as they come, to show what the sessions ask of a better one.

Fingertips inside the outline of the face are touching it; a run of touching frames that move is a
stroke; it belongs to the nearest path in the picture; a dot product tells its direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.events import Analysis, Fault, Stroke
from faceglide.face.canonical import mirror
from faceglide.face.paths import Side, movement_recipe
from faceglide.protocol.model import Movement, Protocol
from faceglide.tracking.frame import Camera, Frame

FloatArray = NDArray[np.float64]

_OUTLINE = [10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152]
_TIPS = [8, 12, 16]
_EYE_CORNERS_MM = 89.0
_MOVING_MM_S, _SHORTEST_S, _PATIENCE_S, _LOOK_S = 6.0, 0.25, 0.4, 0.25


@dataclass(frozen=True, eq=False)
class _Touch:
    t: float
    at_mm: FloatArray
    face_mm: FloatArray


def naive_analysis(frames: Iterable[Frame], protocol: Protocol, camera: Camera) -> Analysis:
    """Judge a session the simple way; see the module."""
    runs: list[tuple[Literal["left", "right"], list[_Touch]]] = []
    open_runs: dict[str, list[_Touch]] = {"left": [], "right": []}
    size = np.array([camera.width, camera.height])
    count, last = 0, 0.0
    for frame in frames:
        count, last = count + 1, frame.t
        if frame.face is None:
            continue
        face = frame.face[:, :2] * size
        mm = _EYE_CORNERS_MM / max(float(np.linalg.norm(face[33] - face[263])), 1.0)
        for hand in frame.hands:
            at = (hand.image[_TIPS, :2] * size).mean(axis=0)
            if not _inside(at, face):
                continue
            touch = _Touch(frame.t, (at - face[4]) * mm, (face - face[4]) * mm)
            run = open_runs[hand.side]
            if run and (frame.t - run[-1].t > _PATIENCE_S or _turned(run, touch)):
                runs.append((hand.side, run))
                run = open_runs[hand.side] = []
            run.append(touch)
    runs += [("left", open_runs["left"]), ("right", open_runs["right"])]
    strokes = [s for side, run in runs if (s := _stroke(side, run, protocol)) is not None]
    return Analysis(
        strokes=tuple(sorted(strokes, key=lambda s: s.start_s)),
        holds=(),
        cues=(),
        sides={},
        unseen_s=0.0,
        frames=count,
        seconds=last,
    )


def _inside(point: FloatArray, face: FloatArray) -> bool:
    ring = face[_OUTLINE + [int(mirror()[k]) for k in reversed(_OUTLINE[1:-1])]]
    after = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 1] > point[1]) != (after[:, 1] > point[1])
    rise = np.where(after[:, 1] == ring[:, 1], 1e-9, after[:, 1] - ring[:, 1])
    x = ring[:, 0] + (point[1] - ring[:, 1]) / rise * (after[:, 0] - ring[:, 0])
    return bool((crosses & (point[0] < x)).sum() % 2)


def _turned(run: list[_Touch], touch: _Touch) -> bool:
    """Whether the hand stopped or turned back."""
    recent = [t for t in run if touch.t - t.t < 3 * _LOOK_S]
    middle = next((t for t in recent if touch.t - t.t <= _LOOK_S), touch)
    first = recent[0]
    if middle.t - first.t < _LOOK_S:
        return False
    before, now = middle.at_mm - first.at_mm, touch.at_mm - middle.at_mm
    slow = np.linalg.norm(now) < _MOVING_MM_S * (touch.t - middle.t)
    return bool(slow or before @ now < 0)


def _stroke(side: Literal["left", "right"], run: list[_Touch], protocol: Protocol) -> Stroke | None:
    if len(run) < 3 or run[-1].t - run[0].t < _SHORTEST_S:
        return None
    way = np.array([touch.at_mm for touch in run])
    length = float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())
    best: tuple[float, Movement, Side, FloatArray] | None = None
    for movement in protocol.movements:
        if movement.motion != "glide":
            continue
        for face_side in movement.sides:
            weights = movement_recipe(movement, face_side).weights
            path = weights @ run[len(run) // 2].face_mm
            gap = float(np.linalg.norm(way[:, None] - path[None], axis=2).min(axis=1).mean())
            if best is None or gap < best[0]:
                best = (gap, movement, face_side, path)
    if best is None or length < 15.0:
        return None
    gap, movement, face_side, path = best
    along = path[-1] - path[0]
    moved = way[-1] - way[0]
    cosine = float(moved @ along / max(np.linalg.norm(moved) * np.linalg.norm(along), 1e-9))
    coverage = float(np.clip(abs(moved @ along) / max(along @ along, 1e-9), 0.0, 1.0))
    speed = length / (run[-1].t - run[0].t)
    checks: tuple[tuple[Fault, bool], ...] = (
        ("wrong_direction", cosine < 0),
        ("too_fast", speed > movement.accept_speed_mm_s[1]),
        ("off_path", gap > 12.0),
        ("incomplete", coverage < 0.7),
    )
    faults = tuple(name for name, failed in checks if failed)
    return Stroke.model_validate(
        {
            "movement": movement.id,
            "zone": movement.zone,
            "side": face_side,
            "hand": side,
            "start_s": run[0].t,
            "end_s": run[-1].t,
            "length_mm": length,
            "speed_mm_s": speed,
            "direction_error_deg": float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))),
            "path_error_mm": gap,
            "coverage": coverage,
            "verdict": "fault" if faults else "good",
            "faults": faults,
        }
    )
