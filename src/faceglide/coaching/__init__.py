"""Frames and a plan become events: strokes, holds, cues. Pure: no I/O, no clock, no randomness."""

from __future__ import annotations

from faceglide.coaching.analysis import analyse
from faceglide.coaching.cues import Coach
from faceglide.coaching.engine import Engine
from faceglide.coaching.points import NEEDED_POINTS
from faceglide.coaching.progress import Progress

__all__ = ["NEEDED_POINTS", "Coach", "Engine", "Progress", "analyse"]
