"""A plan: what to do today, in order."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from faceglide.screening.model import Decision, Pressure

Side = Literal["left", "right", "midline"]


class Step(BaseModel):
    """One movement on one side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    movement: str
    side: Side
    tool: str
    technique: str
    repeats: int = Field(ge=1)
    seconds: float = Field(gt=0)
    pressure: Pressure
    angle_deg: float | None = None
    why: str


class Plan(BaseModel):
    """A routine, with the decision that shaped it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: str
    decision: Decision
    steps: tuple[Step, ...]
    preparation: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    total_seconds: float
