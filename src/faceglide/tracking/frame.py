"""What a tracker saw at one moment: the only form in which pictures enter the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PersonSide = Literal["left", "right"]
FACE_POINTS = 468
HAND_POINTS = 21


@dataclass(frozen=True, slots=True)
class Camera:
    """The picture that the points refer to.

    Attributes:
        width: Picture width in pixels.
        height: Picture height in pixels.
        tracker: Free text naming what produced the points.
    """

    width: int
    height: int
    tracker: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """One hand as the tracker reported it.

    Attributes:
        side: The person's own hand, never the image side.
        score: Tracker's confidence in 0..1.
        image: (21, 3): x, y in 0..1 of picture width and height, z in the scale of x.
        world: (21, 3) metres about the hand's centre in camera axes (x right, y down, z away),
            or None.
    """

    side: PersonSide
    score: float
    image: FloatArray
    world: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One tracker result, in unmirrored picture coordinates.

    Attributes:
        t: Seconds since an arbitrary start; strictly rising within one source.
        face: (468 or 478, 3) MediaPipe face points: x, y in 0..1 of picture width and height,
            z in the scale of x; rows a sender left out are NaN. None when no face was found.
        hands: The hands found, none to two.
        shoulders: (2, 2) x, y in 0..1 of the person's right and left shoulder, or None.
    """

    t: float
    face: FloatArray | None
    hands: tuple[Hand, ...] = ()
    shoulders: FloatArray | None = None
