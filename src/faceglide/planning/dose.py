"""How long a movement takes: strokes at a pace inside the protocol's target speeds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from faceglide.protocol.model import Movement

NOMINAL_PACE = 4 / 9
"""Where 20–50 mm/s gives 30 mm/s, the speed found most pleasant (domain facts, source 32)."""
RETURN_S = 1.0
"""Lifting the hand and going back to the start; our default."""
SHIFT_S = 2.0
"""Moving from one point of a hold to the next; our default."""
SETTLE_S = 3.0
"""Taking up the movement at the start of a step; our default."""


@dataclass(frozen=True, slots=True)
class Dose:
    """Seconds of one repeat of a movement on one side.

    Pace runs from 0, the fastest target speed and the shortest hold, to 1, the slowest and longest.

    Attributes:
        fast_s: Seconds of a repeat at pace 0, the return included.
        span_s: What pace 1 adds.
    """

    fast_s: float
    span_s: float

    def repeat_s(self, pace: float) -> float:
        """Seconds of one repeat."""
        return self.fast_s + pace * self.span_s

    def step_s(self, repeats: int, pace: float) -> float:
        """Seconds of a whole step on one side."""
        return SETTLE_S + repeats * self.repeat_s(pace)


def dose(movement: Movement) -> Dose:
    """The dose of one repeat of `movement`."""
    if movement.motion == "hold":
        shortest, longest = movement.hold_seconds or (10.0, 30.0)
        points = len(movement.path)
        return Dose(points * (shortest + SHIFT_S), points * (longest - shortest))
    slow_mm_s, fast_mm_s = movement.speed_mm_s
    length_mm = movement.nominal_length_mm
    between_s = RETURN_S
    if movement.motion == "circle":
        length_mm, between_s = math.tau * (movement.radius_mm or 10.0), 0.0
    fast_s = length_mm / fast_mm_s
    return Dose(fast_s + between_s, length_mm / slow_mm_s - fast_s)


def most_rounds(movement: Movement, one: Dose) -> int:
    """How many whole rounds stay below the movement's ceiling at any pace; at least one.

    Args:
        movement: The movement.
        one: Its `dose`.
    """
    longest_s = movement.repeats_range[1] * one.repeat_s(1.0)
    return max(1, int(movement.most_seconds // longest_s))
