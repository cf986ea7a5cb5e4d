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
    """A routine, with the decision that shaped it.

    Attributes:
        protocol: Version of the protocol it was made from.
        notes: What was left out today, why, and what replaces it.
        preparation_seconds: Time kept for `preparation`.
        closing_seconds: Time kept for `closing`, a rest included.
        total_seconds: Preparation, steps and closing together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: str
    decision: Decision
    steps: tuple[Step, ...]
    preparation: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    preparation_seconds: float = 0.0
    closing_seconds: float = 0.0
    total_seconds: float


class History(BaseModel):
    """What earlier sessions say about a person's taste; planning leans on it, no more.

    Attributes:
        recent: Movements finished, one tuple per session, newest first.
        skipped: Movements skipped or broken off, likewise.
        liked: Movements the person marked as liked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recent: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[tuple[str, ...], ...] = ()
    liked: tuple[str, ...] = ()
