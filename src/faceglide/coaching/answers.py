"""What a measure that may be off says of a limit: yes, no, or that it cannot tell."""

from __future__ import annotations

from typing import Literal

from faceglide.coaching.events import Fault, Verdict
from faceglide.protocol.model import Movement

Answer = Literal["yes", "no", "cannot_tell"]


def exceeds(least: float, most: float, limit: float) -> Answer:
    """Whether a quantity that lies between `least` and `most` is above a limit."""
    if least > limit:
        return "yes"
    return "cannot_tell" if most > limit else "no"


def too_fast(speed_mm_s: float, length_sd: float, movement: Movement) -> Answer:
    """Whether a movement was done too fast, though every length were so much shorter than told."""
    least_mm_s = speed_mm_s * (1.0 - length_sd)
    return "yes" if least_mm_s > movement.accept_speed_mm_s[1] else "no"


def verdict_of(asked: dict[Fault, Answer]) -> tuple[Verdict, tuple[Fault, ...]]:
    """What is said of a stroke: what is surely wrong with it, whatever else is in doubt."""
    faults = tuple(fault for fault, answer in asked.items() if answer == "yes")
    if faults:
        return "fault", faults
    return ("cannot_tell" if "cannot_tell" in asked.values() else "good"), ()
