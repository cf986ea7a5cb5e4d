"""Where the foot of the neck lies, when a picture shows both shoulders.

The neck's points hang from the jaw by millimetres (`paths.NECK`), which is all that a face tells. A
head that leans or nods takes them along, while the collarbones stay on the trunk. Shoulders say
where the trunk is: how high, how tilted, and where its middle is. How wide the neck is stays the
face's to say, so no point comes closer to the throat than it would without them.
"""

from __future__ import annotations

import numpy as np

from faceglide.face.canonical import FloatArray
from faceglide.face.paths import Side, anchor_recipe
from faceglide.protocol.model import Anchor

# A tracker's shoulders are the joints, about 300 mm apart in adults. Clothes with a stiff collar
# are taken for shoulders too: far too close together. Our default.
PLAUSIBLE_WIDTH_MM = (245.0, 460.0)
# The collarbone where strokes begin, above the line through both joints. Our default.
RISE_MM = 8.0
# Adult necks differ by less; a foot that far from the extrapolated one is somebody else's.
MOST_MM = 60.0
# The trunk against the head; further than people lean their heads in a portrait.
MOST_TILT_DEG = 30.0
_COLLARBONE = (Anchor(neck="clavicle_lateral"),)


def neck_foot_moves(
    face_px: FloatArray, onto_picture: FloatArray, shoulders_px: FloatArray
) -> dict[Side, FloatArray] | None:
    """How far the foot of the neck lies from where the face alone would put it.

    Args:
        face_px: (468, 2) the face's points in pixels.
        onto_picture: (3, 2) pixels per millimetre along each axis of the face frame.
        shoulders_px: (2, 2) the person's right and left shoulder joint in pixels.

    Returns:
        Per side, (2,) pixels to move by; None where these cannot be this person's shoulders.
    """
    px_per_mm = float(np.linalg.norm(onto_picture, axis=1).max())
    right, left = shoulders_px
    apart = float(np.linalg.norm(left - right))
    low, high = PLAUSIBLE_WIDTH_MM
    if not low <= apart / px_per_mm <= high:
        return None
    across = (left - right) / apart
    tilt = float(across @ onto_picture[0]) / float(np.linalg.norm(onto_picture[0]))
    if tilt < np.cos(np.radians(MOST_TILT_DEG)):
        return None
    up = np.array([across[1], -across[0]])
    foot = (right + left) / 2 + RISE_MM * px_per_mm * up
    extrapolated: dict[Side, FloatArray] = {
        side: (recipe.weights @ face_px + recipe.offset_mm @ onto_picture)[0]
        for side, recipe in ((s, anchor_recipe(_COLLARBONE, s)) for s in _SIDES)
    }
    half = float(np.linalg.norm(extrapolated["left"] - extrapolated["right"])) / 2
    moves: dict[Side, FloatArray] = {
        side: foot + sign * half * across - extrapolated[side] for side, sign in _SIDES.items()
    }
    if max(np.linalg.norm(move) for move in moves.values()) > MOST_MM * px_per_mm:
        return None
    return moves


_SIDES: dict[Side, float] = {"right": -1.0, "left": 1.0}
