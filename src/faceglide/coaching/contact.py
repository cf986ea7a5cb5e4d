"""Is the hand on the skin? A probability from what this session has taught."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median

import numpy as np

from faceglide.coaching.thresholds import Thresholds
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide

_MEMORY = 24  # strokes whose apparent size is remembered
_AIR_MM, _AIR_SD_MM = 35.0, 18.0  # where a lifted hand is: a hand's breadth at most. Our default
_DOUBT = 3.0  # pairs of strokes that the assumed likeness of strokes is worth. Our default
_SKIN_SD_MM = 4.0  # pads sink in and ride over a little


def evidence(height_mm: float, sd_mm: float) -> float:
    """Log odds of skin against air, within -6 to 2: nearness proves less than distance."""
    if math.isinf(sd_mm):
        return 0.0
    skin, air = math.hypot(sd_mm, _SKIN_SD_MM), math.hypot(sd_mm, _AIR_SD_MM)
    odds = (
        math.log(air / skin)
        - 0.5 * (height_mm / skin) ** 2 * (height_mm > 0)
        + 0.5 * ((height_mm - _AIR_MM) / air) ** 2
    )
    return max(-6.0, min(2.0, odds))


class Contact:
    """Learns how far a hand seems to be when it touches, and judges height by it.

    The tracker believes in a hand of mean size, so its distance is off by a constant factor for a
    hand, and by a little more as the hand turns. Strokes that are slow and on their path show
    the factor; the strokes of the same movement a moment ago show it best, because the hand is
    held alike. The skin is also the furthest a hand can go, so a hand that later seems further
    than the skin corrects what was learned.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._limits = thresholds
        self._ratios: dict[PersonSide, list[float]] = {"left": [], "right": []}
        self._lately: list[tuple[tuple[PersonSide, int], float, float]] = []

    def height_mm(
        self,
        depth: FloatArray,
        skin: FloatArray,
        place: tuple[PersonSide, int],
        start_s: float,
        seconds: float,
    ) -> tuple[float, float]:
        """Mean height above the skin over a run, and its standard deviation.

        Args:
            depth: (T,) apparent distance of the pads in millimetres, NaN where unknown.
            skin: (T,) distance of the skin beneath.
            place: Which hand, and where it ran.
            start_s: When.
            seconds: How long it took: errors last about 0.4 s.
        """
        logs = np.log(depth / skin)
        logs = logs[np.isfinite(logs)]
        at = float(skin.mean())
        if not logs.size:
            return 0.0, math.inf
        bias, spread = self._learned(place, start_s)
        noise = self._limits.depth_mm / math.sqrt(1.0 + seconds / 0.4)
        return -(float(logs.mean()) - bias) * at, math.hypot(spread * at, noise)

    def _learned(self, place: tuple[PersonSide, int], start_s: float) -> tuple[float, float]:
        """The factor's logarithm, and how far from it one run may be.

        How faithful a tracker is to a hand's size as it turns differs: measured on real hands it
        moved by a tenth, in good conditions by a hundredth. The session's own strokes tell. A hand
        that has shown nothing yet is taken to be of its sister's size.
        """
        limits = self._limits
        own = self._ratios[place[0]]
        ratios = own or self._ratios["left"] + self._ratios["right"]
        if not ratios:
            return 0.0, math.hypot(limits.size_sd, limits.pose_sd)
        middle = median(ratios)
        off = sum((ratio - middle) ** 2 for ratio in ratios)
        spread = math.sqrt((limits.pose_sd**2 + off) / (1 + len(ratios)))
        if not own:
            spread = math.hypot(spread, limits.sister_sd)
        alike = [r for at, t, r in self._lately if at == place and start_s - t < limits.alike_s]
        if not alike:
            return middle, math.hypot(spread, limits.place_sd)
        near, last = min(spread, self._wobble()), alike[-3:]
        return sum(last) / len(last), near * math.sqrt(1.0 + 1.0 / len(last))

    def _wobble(self) -> float:
        """How far strokes of one kind that follow each other differ, as this session shows."""
        steps = [
            later[2] - sooner[2]
            for sooner, later in pairwise(self._lately)
            if sooner[0] == later[0]
        ]
        return math.sqrt(
            (_DOUBT * self._limits.alike_sd**2 + 0.5 * sum(step * step for step in steps))
            / (_DOUBT + len(steps))
        )

    def learn(
        self, depth: FloatArray, skin: FloatArray, place: tuple[PersonSide, int], t: float
    ) -> None:
        """Take in a run that is surely on the skin.

        Args:
            depth: (T,) apparent distance of the pads in millimetres, NaN where unknown.
            skin: (T,) distance of the skin beneath.
            place: Which hand, and where it ran.
            t: When it ended.
        """
        logs = np.log(depth / skin)
        logs = logs[np.isfinite(logs)]
        if logs.size < 3:
            return
        ratio = float(logs.mean())
        ratios = self._ratios[place[0]]
        if ratios and ratio > median(ratios) + 0.05:
            ratios.clear()  # what was learned before was in the air
            self._lately = [kept for kept in self._lately if kept[0][0] != place[0]]
        ratios.append(ratio)
        del ratios[:-_MEMORY]
        self._lately.append((place, t, ratio))
        del self._lately[:-12]
