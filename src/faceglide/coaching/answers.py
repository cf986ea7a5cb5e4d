"""What a measure that may be off says of a limit: yes, no, or that it cannot tell."""

from __future__ import annotations

from typing import Literal

Answer = Literal["yes", "no", "cannot_tell"]


def exceeds(least: float, most: float, limit: float) -> Answer:
    """Whether a quantity that lies between `least` and `most` is above a limit."""
    if least > limit:
        return "yes"
    return "cannot_tell" if most > limit else "no"
