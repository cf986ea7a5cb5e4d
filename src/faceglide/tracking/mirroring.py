"""From a mirrored picture back to the picture as it was."""

from __future__ import annotations

from faceglide.face.canonical import mirror
from faceglide.tracking.frame import FloatArray, Frame, Hand

RIGHT_EXOCANTHION, LEFT_EXOCANTHION = 33, 263

# Iris points swap with the other eye: centres, tops and bottoms each with their like, the point
# towards the nose with the other eye's point towards the nose.
_IRIS_MIRROR = (473, 476, 475, 474, 477, 468, 471, 470, 469, 472)


def unmirror(frame: Frame) -> Frame:
    """Turn a frame that refers to a mirrored picture into one of the picture as it was.

    A tracker takes the mirror image for the person, so the face's points change sides with their
    partners; a writer who mirrored only the places has named them rightly already. The eyes tell:
    in a picture as it was, the person's right eye lies left of the left one. The sides of hands
    and shoulders are the person's own in any case.
    """
    return Frame(
        t=frame.t,
        face=None if frame.face is None else _unmirror_face(frame.face),
        hands=tuple(
            Hand(
                side=hand.side,
                score=hand.score,
                image=_flip_x(hand.image),
                world=None if hand.world is None else hand.world * (-1.0, 1.0, 1.0),
            )
            for hand in frame.hands
        ),
        shoulders=None if frame.shoulders is None else _flip_x(frame.shoulders),
    )


def _unmirror_face(face: FloatArray) -> FloatArray:
    flipped = _flip_x(face)
    if flipped[RIGHT_EXOCANTHION, 0] < flipped[LEFT_EXOCANTHION, 0]:
        return flipped
    return flipped[_face_mirror(len(face))]


def _flip_x(points: FloatArray) -> FloatArray:
    flipped = points.copy()
    flipped[:, 0] = 1.0 - flipped[:, 0]
    return flipped


def _face_mirror(points: int) -> list[int]:
    return ([*mirror().tolist(), *_IRIS_MIRROR])[:points]
