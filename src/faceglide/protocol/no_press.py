"""The no-press map: where nothing on the face or neck is ever pressed, and why."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from faceglide.protocol.model import Entry, PathAnchor


class NoPress(Entry):
    """A point, or the line of a vessel or nerve, that is never pressed.

    Attributes:
        zones: The zones whose movements pass near it.
        at: One anchor for a point, several for a line; on the person's right side.
        radius_mm: Keep light this far around it; our cautious default.
        why: What lies there and what to do, for the person.
    """

    zones: tuple[str, ...] = Field(min_length=1)
    at: tuple[PathAnchor, ...] = Field(min_length=1)
    radius_mm: float = Field(gt=0)
    why: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    no_press: tuple[NoPress, ...]


@cache
def load_no_press() -> tuple[NoPress, ...]:
    """Every no-press place, from the top of the face down."""
    text = files("faceglide.protocol").joinpath("anatomy/no_press.toml").read_text("utf-8")
    return _File.model_validate(tomllib.loads(text)).no_press
