"""How well the simulated tracker sees: three levels, as data.

`typical` is what was measured of the real trackers on occluded faces; `clean` is a good camera in
good light; `hard` has twice the noise of `typical`, a restless head and an uneven 11 frames a
second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LevelName = Literal["clean", "typical", "hard"]


@dataclass(frozen=True)
class Level:
    """The errors of a tracker and the restlessness of a head.

    Attributes:
        fps: Mean frames a second.
        uneven: Relative standard deviation of the time between frames.
        stalls_per_min: Gaps of 0.2–0.5 s without any frame.
        head_deg: Largest slow turning of the head about each axis.
        head_mm: Standard deviation of its slow shifting.
        face_jitter: Rms per-frame error of an uncovered face point, in eye distances.
        drift: Drift of face points under and near a hand, over the measured drift.
        hand_mm: Standard deviation of a hand point's correlated error on the skin.
        two_hands: Factor on that error while two hands are in view.
        hand_depth: Relative error of the tracker's idea of the hand's size, slowly varying.
        drop: Share of frames in which a visible hand is missing, one frame at a time.
        bursts_per_min: Spans of 0.2–0.5 s in which a hand is missing.
        swap: Share of frames in which hand sides are wrong, in short runs.
        ghosts_per_min: Runs of one to three frames with a hand that is not there.
        face_lost: Share of frames without a face while a hand covers it; a fifth otherwise.
        collapses_per_min: Runs of two to five frames in which the mesh collapses onto one eye.
    """

    fps: float
    uneven: float
    stalls_per_min: float
    head_deg: float
    head_mm: float
    face_jitter: float
    drift: float
    hand_mm: float
    two_hands: float
    hand_depth: float
    drop: float
    bursts_per_min: float
    swap: float
    ghosts_per_min: float
    face_lost: float
    collapses_per_min: float


LEVELS: dict[LevelName, Level] = {
    "clean": Level(
        fps=25.0,
        uneven=0.04,
        stalls_per_min=0.0,
        head_deg=3.0,
        head_mm=3.0,
        face_jitter=0.0008,
        drift=0.2,
        hand_mm=0.6,
        two_hands=1.2,
        hand_depth=0.004,
        drop=0.002,
        bursts_per_min=0.0,
        swap=0.0,
        ghosts_per_min=0.0,
        face_lost=0.001,
        collapses_per_min=0.0,
    ),
    "typical": Level(
        fps=16.0,
        uneven=0.18,
        stalls_per_min=0.5,
        head_deg=6.0,
        head_mm=6.0,
        face_jitter=0.0013,
        drift=1.0,
        hand_mm=2.3,
        two_hands=1.35,
        hand_depth=0.012,
        drop=0.02,
        bursts_per_min=1.5,
        swap=0.01,
        ghosts_per_min=0.7,
        face_lost=0.05,
        collapses_per_min=0.2,
    ),
    "hard": Level(
        fps=11.0,
        uneven=0.4,
        stalls_per_min=1.5,
        head_deg=12.0,
        head_mm=12.0,
        face_jitter=0.0026,
        drift=2.0,
        hand_mm=4.6,
        two_hands=1.35,
        hand_depth=0.024,
        drop=0.04,
        bursts_per_min=3.0,
        swap=0.02,
        ghosts_per_min=1.5,
        face_lost=0.09,
        collapses_per_min=0.6,
    ),
}
