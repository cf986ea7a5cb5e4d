"""Which part of the picture the tracker looks at, so that a face a metre and a half away is found.

The face model finds faces from about a ninth of the picture's width upwards; somebody who stands
back to use both hands is smaller than that. A part of the picture makes them large enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from faceglide.tracking.frame import FloatArray
from faceglide.tracking.media import Picture

# Face width over window width: below the least a face is soon lost, above the most there is no
# room for hands; a new window is laid so that the face takes the share between them.
_LEAST_SHARE, _GOOD_SHARE, _MOST_SHARE = 0.14, 0.22, 0.45
_EDGE = 0.06  # a face this near to the window's edge gets a new window
_SEARCH = (1.0, 0.6, 0.36)  # sides of the centred squares to search, over the shorter side
# Frames without a face before looking elsewhere: hands hide a face for a second and more, and a
# change of window costs the hands their track.
_PATIENCE_FRAMES = 45
_OVAL = (10, 152, 234, 454)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def cut(self, picture: Picture) -> Picture:
        """This part of the picture."""
        part = picture[self.top : self.top + self.height, self.left : self.left + self.width]
        return np.ascontiguousarray(part)

    def placed(self, points: FloatArray, width: int, height: int) -> FloatArray:
        """Points in 0..1 of this part, as points in 0..1 of the whole picture.

        Args:
            points: (N, 3), z in the scale of x.
            width: The picture's.
            height: The picture's.
        """
        size = np.array([self.width / width, self.height / height, self.width / width])
        placed: FloatArray = points * size + (self.left / width, self.top / height, 0.0)
        return placed


def search_windows(width: int, height: int) -> Iterator[Window]:
    """Where to look for a face: the whole picture, then smaller and smaller squares of it."""
    yield Window(0, 0, width, height)
    for share in _SEARCH:
        side = round(share * min(width, height))
        if side < max(width, height):
            yield Window((width - side) // 2, (height - side) // 2, side, side)


class Zoom:
    """Follows one face with a window that stays put as long as the face is well inside it.

    Args:
        width: Picture width in pixels.
        height: Picture height in pixels.

    Attributes:
        window: Where to look in the next picture.
    """

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._search = list(search_windows(width, height))
        self._next = 1
        self._missing = 0
        self._found = False
        self.window = self._search[0]

    def saw(self, face: FloatArray | None) -> None:
        """Take in what the last picture showed.

        Args:
            face: (N, 3) in 0..1 of the whole picture, or None.
        """
        if face is None:
            self._missing += 1
            if not self._found or self._missing >= _PATIENCE_FRAMES:
                self.window = self._search[self._next % len(self._search)]
                self._next += 1
                self._found = False
            return
        self._missing, self._found = 0, True
        outline = face[list(_OVAL), :2] * (self._width, self._height)
        low, high = outline.min(axis=0), outline.max(axis=0)
        if self._fits(low, high):
            return
        side = min(round(float(high[0] - low[0]) / _GOOD_SHARE), min(self._width, self._height))
        if side >= min(self._width, self._height):
            self.window = self._search[0]
            return
        left, top = np.round((low + high - side) / 2).astype(int).tolist()
        self.window = Window(
            min(max(0, left), self._width - side), min(max(0, top), self._height - side), side, side
        )

    def _fits(self, low: FloatArray, high: FloatArray) -> bool:
        window = self.window
        share = float(high[0] - low[0]) / window.width
        whole = (window.width, window.height) == (self._width, self._height)
        if whole:
            return share >= _LEAST_SHARE
        rim = _EDGE * window.width
        return bool(
            _LEAST_SHARE <= share <= _MOST_SHARE
            and (low[0] >= window.left + rim or window.left == 0)
            and (low[1] >= window.top + rim or window.top == 0)
            and (high[0] <= window.left + window.width - rim or self._touches_right())
            and (high[1] <= window.top + window.height - rim or self._touches_bottom())
        )

    def _touches_right(self) -> bool:
        return self.window.left + self.window.width == self._width

    def _touches_bottom(self) -> bool:
        return self.window.top + self.window.height == self._height
