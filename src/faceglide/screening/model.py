"""Answers to the safety check, and what they decide."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["go", "adapt", "wait", "see_clinician", "emergency"]
Pressure = Literal["minimal", "light", "medium"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionAnswer(_Strict):
    """A condition or symptom the person has now.

    `since` is the day it was first named; its days are counted from there, or from `as_of`.
    """

    id: str
    zones: tuple[str, ...] = ()
    side: Literal["left", "right"] | None = None
    since: dt.date | None = Field(default=None, exclude_if=lambda day: day is None)


class ProcedureAnswer(_Strict):
    """A procedure the person had, and when."""

    id: str
    date: dt.date
    zones: tuple[str, ...] = ()
    cleared: bool = False


class Answers(_Strict):
    """Screening input, as in the public contract."""

    as_of: dt.date
    age: int = Field(ge=0, le=120)
    goals: tuple[str, ...] = ()
    conditions: tuple[ConditionAnswer, ...] = ()
    procedures: tuple[ProcedureAnswer, ...] = ()
    guardian: bool = False


class Finding(_Strict):
    """What one answer leads to."""

    id: str
    action: str
    zones: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    until: dt.date | None = None
    reason: str
    source: str


class Decision(_Strict):
    """What screening returns: the strictest rule wins in each field."""

    outcome: Outcome
    until: dt.date | None = None
    blocked_zones: tuple[str, ...] = ()
    blocked_tools: tuple[str, ...] = ()
    blocked_techniques: tuple[str, ...] = ()
    blocked_movements: tuple[str, ...] = ()
    max_pressure: Pressure | None = None
    findings: tuple[Finding, ...] = ()
