"""Which face points the engine reads."""

from __future__ import annotations

from faceglide.face.head import POSE_POINTS
from faceglide.face.paths import movement_landmarks
from faceglide.protocol import load_protocol

# Skin around the paths, where drag shows before the hand covers it.
_SKIN = (
    36, 266, 205, 425, 187, 411, 207, 427, 214, 434, 135, 364, 202, 422, 118, 347, 119, 348,
    123, 352, 137, 366, 177, 401,
)  # fmt: skip

NEEDED_POINTS: tuple[int, ...] = tuple(
    sorted({*POSE_POINTS, *movement_landmarks(load_protocol()), *_SKIN})
)
"""Mesh indices that the engine reads; the other rows of a frame's face may be NaN."""
