"""Answers to a Decision."""

from __future__ import annotations

from faceglide.screening.answers import parse_answers
from faceglide.screening.gate import (
    Combination,
    allowed,
    allowed_goals,
    combinations,
    pressure_for,
)
from faceglide.screening.model import Answers, Decision
from faceglide.screening.rules import reworded_decision, screen, waited_out

__all__ = [
    "Answers",
    "Combination",
    "Decision",
    "allowed",
    "allowed_goals",
    "combinations",
    "parse_answers",
    "pressure_for",
    "reworded_decision",
    "screen",
    "waited_out",
]
