"""An articulated hand: 21 points whose pads (or knuckles, or tool) rest on a given place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# A mean adult hand in millimetres, wrist at the origin, y along the middle finger, x to the thumb,
# z out of the back of the hand: knuckles, bone lengths and sideways direction of each finger.
_KNUCKLE = {
    "index": (22.0, 90.0, 0.0),
    "middle": (1.0, 92.0, 2.0),
    "ring": (-18.0, 86.0, 0.0),
    "little": (-35.0, 77.0, -4.0),
}
_BONES = {
    "index": (43.0, 25.0, 21.0),
    "middle": (47.0, 29.0, 22.0),
    "ring": (43.0, 28.0, 22.0),
    "little": (34.0, 20.0, 19.0),
}
_SPLAY_DEG = {"index": 5.0, "middle": 0.5, "ring": -4.5, "little": -10.0}
_THUMB = ((26.0, 24.0, -8.0), (46.0, 52.0, -14.0), (56.0, 82.0, -18.0), (60.0, 108.0, -22.0))
_FINGERS = ("index", "middle", "ring", "little")
FIRST_POINT = {"index": 5, "middle": 9, "ring": 13, "little": 17}
TIPS = [8, 12, 16, 20]
# How the joints of a finger share its bend, from the knuckle out.
_PADS_BEND = np.array([-0.35, 1.0, 0.5])
_GRIP_BEND = np.array([0.7, 1.0, 0.55])


def hand_points(
    contact: FloatArray,
    normal: FloatArray,
    toward_wrist: FloatArray,
    *,
    side: str,
    scale: float,
    pitch_deg: FloatArray,
    spread: FloatArray,
    bend_deg: FloatArray,
    curl: FloatArray,
    touch: FloatArray,
) -> FloatArray:
    """Place a hand so that the weighted mean of its fingertips lies at `contact`.

    Args:
        contact: (F, 3) where that mean is to be, in any right-handed frame.
        normal: (F, 3) unit normals of the skin there.
        toward_wrist: (F, 3) unit vectors along the skin from the fingertips to the wrist.
        side: "left" or "right": which hand.
        scale: Size over the mean adult hand.
        pitch_deg: (F,) how far the palm is raised from the skin.
        spread: (F,) sideways spread of the fingers; 1 is at rest.
        bend_deg: (F,) how bent the touching fingers are.
        curl: (F,) 0 for open fingers on their pads, 1 for fingers closed round a tool.
        touch: (F, 4) how much the tips of index, middle, ring and little finger touch; sums to 1.

    Returns:
        (F, 21, 3) the hand's points in MediaPipe's order, in the frame of `contact`.
    """
    axes = _axes(normal, toward_wrist, np.radians(pitch_deg))
    local = _bent(spread, bend_deg, curl, scale)
    local = _level(local, axes, normal, touch)
    if side == "right":
        local = local * np.array([-1.0, 1.0, 1.0])
    placed = np.einsum("fcd,fpd->fpc", axes, local)
    offset = contact - np.einsum("fk,fkc->fc", touch, placed[:, TIPS])
    return np.asarray(placed + offset[:, None], dtype=np.float64)


def _axes(normal: FloatArray, toward_wrist: FloatArray, pitch: FloatArray) -> FloatArray:
    """(F, 3, 3) the hand's x, y, z axes as columns, for a left hand."""
    cos, sin = np.cos(pitch)[:, None], np.sin(pitch)[:, None]
    along = -(toward_wrist * cos + normal * sin)
    back = normal * cos - toward_wrist * sin
    return np.stack([np.cross(along, back), along, back], axis=2)


def _bent(spread: FloatArray, bend_deg: FloatArray, curl: FloatArray, scale: float) -> FloatArray:
    """(F, 21, 3) the hand in its own frame, thumb towards +x (a left hand)."""
    count = len(spread)
    points = np.zeros((count, 21, 3))
    closed = curl[:, None]
    open_thumb, grip_thumb = np.array(_THUMB), np.array(_THUMB) * [0.72, 1.0, 2.1]
    points[:, 1:5] = open_thumb + closed[:, :, None] * (grip_thumb - open_thumb)
    share = _PADS_BEND + closed * (_GRIP_BEND - _PADS_BEND)
    for finger in _FINGERS:
        first = FIRST_POINT[finger]
        angle = np.cumsum(np.radians(bend_deg)[:, None] * share, axis=1)
        splay = np.radians(_SPLAY_DEG[finger]) * spread
        points[:, first] = _KNUCKLE[finger]
        for joint, bone in enumerate(_BONES[finger]):
            step = np.stack(
                [
                    np.sin(splay) * np.cos(angle[:, joint]),
                    np.cos(splay) * np.cos(angle[:, joint]),
                    -np.sin(angle[:, joint]),
                ],
                axis=1,
            )
            points[:, first + joint + 1] = points[:, first + joint] + bone * step
    return points * scale


def _level(
    local: FloatArray, axes: FloatArray, normal: FloatArray, touch: FloatArray
) -> FloatArray:
    """Turn each finger at its knuckle until all touching tips are equally high.

    Fingers that do not touch are lifted a little off the skin, as people do.
    """
    up = np.einsum("fcd,fc->fd", axes, normal)
    heights = np.einsum("fkd,fd->fk", local[:, TIPS], up)
    aim = (touch * heights).sum(axis=1)
    part = touch / touch.max(axis=1, keepdims=True)
    for order, finger in enumerate(_FINGERS):
        first = FIRST_POINT[finger]
        lift = 14.0 * (1.0 - part[:, order])
        for _ in range(2):
            height = np.einsum("fd,fd->f", local[:, first + 3], up)
            arm = np.linalg.norm(local[:, first + 3] - local[:, first], axis=1)
            turn = np.clip((aim + lift - height) / np.maximum(arm, 1.0), -0.5, 0.5)
            local[:, first : first + 4] = _turn_up(local[:, first : first + 4], turn)
    return local


def _turn_up(finger: FloatArray, angle: FloatArray) -> FloatArray:
    """Rotate a finger (F, 4, 3) about its knuckle, towards the back of the hand."""
    root = finger[:, :1]
    arm = finger - root
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    y, z = arm[:, :, 1], arm[:, :, 2]
    return root + np.stack([arm[:, :, 0], y * cos - z * sin, y * sin + z * cos], axis=2)
