"""The browser's frames: landmarks packed into one binary message over the live socket.

A message holds one or more frames and is laid out part by part, little-endian, so that each part
decodes in one numpy call. Version 1:

======== ========= ===========================================================================
bytes    type      meaning
======== ========= ===========================================================================
header, 8 bytes
0        u8        version, 1
1        u8        kind, 1: frames
2        u16       frames in this message, 1 to 64
4        u16       face points per face; the server named which in its hello, in that order
6        u16       0
heads, 16 bytes per frame
0        u32       sequence number, rising by at least 1 from frame to frame
4        u8        bit 0: a face; bit 1: shoulders; bits 2-3: hands, 0 to 2; other bits 0
5        u8 x 3    0
8        f64       milliseconds since the session began, strictly rising
faces, 6 bytes per point, for the frames that have one, in order
0        u16, u16  x, y: 0 is -0.5 and 65535 is 1.5 of the picture's width and height
4        i16       z: 32767 is 1, in the scale of x
hands, 256 bytes each, in the order of their frames
0        u8        the person's own side: 0 left, 1 right
1        u8        score: 255 is 1
2        u8        bit 0: world points are there (else their bytes are 0); other bits 0
3        u8        0
4        21 x 6    image points, as the face's
130      21 x 6    world points, i16 each: 0.01 mm
shoulders, 8 bytes per frame that has them
0        u16 x 4   x, y of the person's right, then left shoulder, as the face's
======== ========= ===========================================================================

A frame with 400 face points, two hands and shoulders takes 2,936 bytes, below the limit of 3 kB.
``frontend/src/live/wire.js`` is the other end.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.errors import BadInput
from faceglide.tracking.frame import FACE_POINTS, HAND_POINTS, FloatArray, Frame, Hand

VERSION = 1
FRAMES = 1
MAX_FRAMES = 64
MAX_FACE_POINTS = 400
# Sessions last minutes; a day is beyond any of them.
MAX_T_MS = 24 * 3600 * 1000.0

_HEADER = np.dtype([("version", "u1"), ("kind", "u1"), ("frames", "<u2"), ("points", "<u2"),
                    ("zero", "<u2")])  # fmt: skip
_HEAD = np.dtype([("seq", "<u4"), ("flags", "u1"), ("zero", "u1", 3), ("t_ms", "<f8")])
_HAND = np.dtype([("side", "u1"), ("score", "u1"), ("flags", "u1"), ("zero", "u1"),
                  ("image", "<u2", (HAND_POINTS, 3)),
                  ("world", "<i2", (HAND_POINTS, 3))])  # fmt: skip
_POINT_BYTES = 6
_SHOULDERS_BYTES = 8
_FACE, _SHOULDERS = 1, 2
_XY_STEP = 2 / 65535
_XY_LOW = -0.5
_Z_STEP = 1 / 32767
_WORLD_STEP_M = 1e-5

MAX_MESSAGE_BYTES = _HEADER.itemsize + MAX_FRAMES * (
    _HEAD.itemsize + MAX_FACE_POINTS * _POINT_BYTES + 2 * _HAND.itemsize + _SHOULDERS_BYTES
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A frame with its place in the browser's sequence."""

    seq: int
    frame: Frame


def decode(message: bytes, points: Sequence[int]) -> list[Numbered]:
    """Unpacks one message.

    Args:
        message: What the browser sent.
        points: The face points the server asked for, in that order.

    Returns:
        The frames in order; face rows that were not asked for are NaN.

    Raises:
        BadInput: If any byte is not what the layout above says.
    """
    heads, body = _heads(message, len(points))
    has_face = heads["flags"] & _FACE != 0
    has_shoulders = heads["flags"] & _SHOULDERS != 0
    hand_counts = heads["flags"] >> 2
    n_faces, n_shoulders = int(has_face.sum()), int(has_shoulders.sum())
    n_hands = int(hand_counts.sum())

    sizes = (
        n_faces * len(points) * _POINT_BYTES,
        n_hands * _HAND.itemsize,
        n_shoulders * _SHOULDERS_BYTES,
    )
    if len(message) != body + sum(sizes):
        raise _malformed(f"{len(message)} bytes", f"{body + sum(sizes)} for these frames")
    raw_faces = np.frombuffer(message, "<u2", sizes[0] // 2, body)
    raw_hands = np.frombuffer(message, _HAND, n_hands, body + sizes[0])
    raw_shoulders = np.frombuffer(message, "<u2", n_shoulders * 4, body + sizes[0] + sizes[1])

    faces = iter(_faces(raw_faces.reshape(n_faces, len(points), 3), points))
    hands = iter(_hands(raw_hands))
    shoulders = iter((raw_shoulders * _XY_STEP + _XY_LOW).reshape(n_shoulders, 2, 2))
    return [
        Numbered(
            seq,
            Frame(
                t=t_ms / 1000,
                face=next(faces) if face else None,
                hands=tuple(itertools.islice(hands, hand_count)),
                shoulders=next(shoulders) if shoulder else None,
            ),
        )
        for seq, t_ms, face, hand_count, shoulder in zip(
            heads["seq"].tolist(),
            heads["t_ms"].tolist(),
            has_face.tolist(),
            hand_counts.tolist(),
            has_shoulders.tolist(),
            strict=True,
        )
    ]


def encode(frames: Sequence[Numbered], points: Sequence[int]) -> bytes:
    """Packs frames as a browser does; values outside the ranges above are clipped.

    Args:
        frames: One to 64 frames, seq and t rising.
        points: The face points the server asked for.

    Returns:
        One message that `decode` reads.
    """
    header = np.zeros(1, _HEADER)
    header["version"], header["kind"] = VERSION, FRAMES
    header["frames"], header["points"] = len(frames), len(points)
    heads = np.zeros(len(frames), _HEAD)
    faces: list[bytes] = []
    hands: list[bytes] = []
    shoulders: list[bytes] = []
    for head, numbered in zip(heads, frames, strict=True):
        frame = numbered.frame
        flags = len(frame.hands) << 2
        if frame.face is not None:
            flags |= _FACE
            faces.append(_pack_points(frame.face[list(points)]).tobytes())
        if frame.shoulders is not None:
            flags |= _SHOULDERS
            shoulders.append(_pack_xy(frame.shoulders).tobytes())
        hands.extend(_pack_hand(hand) for hand in frame.hands)
        head["seq"], head["flags"], head["t_ms"] = numbered.seq, flags, frame.t * 1000
    return b"".join((header.tobytes(), heads.tobytes(), *faces, *hands, *shoulders))


def _heads(message: bytes, n_points: int) -> tuple[NDArray[np.void], int]:
    """The checked heads and where the parts after them begin."""
    if len(message) > MAX_MESSAGE_BYTES:
        raise _malformed(f"{len(message)} bytes", f"at most {MAX_MESSAGE_BYTES}")
    if len(message) < _HEADER.itemsize:
        raise _malformed(f"{len(message)} bytes", f"a header of {_HEADER.itemsize}")
    header = np.frombuffer(message, _HEADER, 1)[0]
    count = int(header["frames"])
    if header["version"] != VERSION or header["kind"] != FRAMES or header["zero"]:
        raise _malformed("an unknown version or kind", f"version {VERSION}, kind {FRAMES}")
    if not 1 <= count <= MAX_FRAMES:
        raise _malformed(f"{count} frames", f"1 to {MAX_FRAMES}")
    if header["points"] != n_points:
        raise _malformed(f"{header['points']} face points", f"the {n_points} asked for")
    body = _HEADER.itemsize + count * _HEAD.itemsize
    if len(message) < body:
        raise _malformed(f"{len(message)} bytes", f"at least {body} for {count} frames")

    heads = np.frombuffer(message, _HEAD, count, _HEADER.itemsize)
    if heads["zero"].any() or (heads["flags"] >> 2 > 2).any():
        raise _malformed("unknown flags", "bits 0 to 3, with at most 2 hands")
    t_ms = heads["t_ms"]
    if not (np.isfinite(t_ms).all() and (t_ms >= 0).all() and (t_ms <= MAX_T_MS).all()):
        raise _malformed("a time out of range", f"0 to {MAX_T_MS:.0f} ms")
    if (np.diff(t_ms) <= 0).any() or (np.diff(heads["seq"].astype(np.int64)) <= 0).any():
        raise _malformed("frames out of order", "rising times and sequence numbers")
    return heads, body


def _points(raw: NDArray[np.uint16]) -> FloatArray:
    """(…, 3) packed points to x, y, z."""
    points = np.empty(raw.shape, dtype=np.float64)
    points[..., :2] = raw[..., :2] * _XY_STEP + _XY_LOW
    points[..., 2] = raw.view("<i2")[..., 2] * _Z_STEP
    return points


def _faces(raw: NDArray[np.uint16], points: Sequence[int]) -> FloatArray:
    rows = FACE_POINTS if max(points, default=0) < FACE_POINTS else FACE_POINTS + 10
    faces = np.full((len(raw), rows, 3), np.nan)
    faces[:, list(points)] = _points(raw)
    return faces


def _hands(raw: NDArray[np.void]) -> list[Hand]:
    if (raw["side"] > 1).any() or (raw["flags"] > 1).any() or raw["zero"].any():
        raise _malformed("an unknown hand", "side 0 or 1 and flags 0 or 1")
    images = _points(np.ascontiguousarray(raw["image"]))
    worlds = raw["world"] * _WORLD_STEP_M
    return [
        Hand("right" if side else "left", score / 255, image, world if has_world else None)
        for side, score, has_world, image, world in zip(
            raw["side"].tolist(),
            raw["score"].tolist(),
            raw["flags"].tolist(),
            images,
            worlds,
            strict=True,
        )
    ]


def _pack_xy(xy: FloatArray) -> NDArray[np.uint16]:
    packed = np.clip(np.rint((np.nan_to_num(xy) - _XY_LOW) / _XY_STEP), 0, 65535)
    return packed.astype("<u2")


def _pack_points(points: FloatArray) -> NDArray[np.uint16]:
    packed = np.empty(points.shape, dtype="<u2")
    packed[..., :2] = _pack_xy(points[..., :2])
    z = np.clip(np.rint(np.nan_to_num(points[..., 2]) / _Z_STEP), -32767, 32767)
    packed[..., 2] = z.astype("<i2").view("<u2")
    return packed


def _pack_hand(hand: Hand) -> bytes:
    record = np.zeros(1, _HAND)
    record["side"] = hand.side == "right"
    record["score"] = round(min(max(hand.score, 0.0), 1.0) * 255)
    record["image"][0] = _pack_points(hand.image)
    if hand.world is not None:
        record["flags"] = 1
        record["world"][0] = np.clip(np.rint(hand.world / _WORLD_STEP_M), -32767, 32767)
    return record.tobytes()


def _malformed(fault: str, expected: str) -> BadInput:
    return BadInput("live stream", fault, expected)
