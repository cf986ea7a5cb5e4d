"""Tugging: skin drawn along by the hand instead of letting it slide."""

from __future__ import annotations

import math

import numpy as np

from faceglide.coaching.trail import Trail


def pulled_mm(trail: Trail, first: int, end: int, contact: int) -> tuple[float, float]:
    """How far skin went along with the hand, on average, and how sure that is.

    Drift of points under a hand points anywhere and lasts about 0.3 s; skin that is dragged
    goes the hand's way for as long as the stroke lasts.
    """
    tips, t = trail.tips[first:end, contact], trail.t[first:end]
    span = max(2, (end - first) // 6)
    ahead = np.minimum(np.arange(end - first) + span, end - first - 1)
    behind = np.maximum(np.arange(end - first) - span, 0)
    way = tips[ahead] - tips[behind]
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    along = (trail.pull[first:end] * way).sum(axis=1)[(end - first) // 5 :]
    along = along[np.isfinite(along)]
    if len(along) < 3:
        return 0.0, math.inf
    seconds = float(t[-1] - t[0])
    apart = max(1.0, min(float(len(along)), seconds / 0.35))
    return float(along.mean()), float(along.std()) / math.sqrt(apart)
