"""Tugging: skin drawn along by the hand instead of letting it slide.

Seen as face points about the contact that lie further along the hand's way than the fitted neutral
face has them. A tracker's own drift under a hand looks alike at any one moment, so a stroke is
judged by its mean: drift points anywhere and lasts about 0.3 s, dragged skin goes the hand's way
for as long as the hand moves. Drift also comes in bursts that carry some points far: what does not
move as its neighbours do, or as the rest of the stroke did, counts for less. The longer the mean
runs, the less of the drift is left in it: every moment of the stroke counts alike. Where drag
cannot be told apart, nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from faceglide.coaching.answers import Answer, exceeds
from faceglide.coaching.shapes import minimum_jerk
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Trail
from faceglide.face.canonical import FloatArray
from faceglide.face.neutral import NeutralMesh
from faceglide.face.pose import in_camera

_CORRELATED_S = 0.5  # drift lasts about 0.3 s and the pose under it a little longer [tracking]
_SCARCE = 0.3  # points' worth of skin at which a sample has half its say. Our default
_REMEMBERED = 20  # strokes
# Trackers differ in how much of a drag they show at all. Skin is let be at least up to so much in
# the picture, and up to so much more than three quarters of a session's strokes show, and so many
# of their standard errors. Our defaults.
_FAINTEST_MM, _ABOVE_MM, _ABOVE_SDS = 0.95, 0.4, 3.0
_FEWEST_STROKES = 3  # that tell what is usual
_ODD_POINT_MM, _ODD_MOMENT_MM = 1.5, 2.0  # what lies off by more counts for less. Our defaults
_ROUNDS = 4  # of weighing anew
_FAINT = 0.09  # of the bell's height: points further out say nothing. Our default
_HEARD = 0.3  # share of the stroke that has to be heard of. Our default
_FEWEST = 4  # samples that tell a drift from a drag. Our default


@dataclass(frozen=True, slots=True)
class Drag:
    """How skin moved with a stroke, on average; millimetres in the picture at the face.

    Attributes:
        along_mm: The way the hand went.
        sd_mm: Its standard error.
    """

    along_mm: float
    sd_mm: float


def dragged(
    neutral_mm: FloatArray,
    rotation: FloatArray,
    translation: FloatArray,
    seen: FloatArray,
    tips: FloatArray,
    clock: FloatArray,
    seconds: float,
    motion: Literal["glide", "circle"],
    limits: Thresholds,
) -> Drag | None:
    """How far skin went along with a hand.

    Args:
        neutral_mm: (K, 3) the points of the neutral face that were learned uncovered.
        rotation: (T, 3, 3) poses.
        translation: (T, 3) millimetres.
        seen: (T, K, 2) slopes of the points as tracked; NaN where they were not.
        tips: (T, 2) slopes of what touches.
        clock: (T,) share of the stroke's time that had passed.
        seconds: From the first sample to the last.
        motion: How the hand went.
        limits: The thresholds.

    Returns:
        The drag, or None where too little skin about the hand was seen to say.
    """
    clock = np.clip(clock, 0.0, 1.0)
    gone = minimum_jerk(clock) if motion == "glide" else clock
    spots = tips * translation[:, 2:] - translation[:, :2]
    way = _heading(spots, *(_bend if motion == "glide" else _ring)(gone))
    weight = (gone > limits.tug_after).astype(np.float64)
    x, y, depth = in_camera(rotation, translation, neutral_mm)
    off_x, off_y = x - tips[:, :1] * depth, y - tips[:, 1:] * depth
    say = np.exp((off_x * off_x + off_y * off_y) * (-0.5 / limits.tug_reach_mm**2))
    moved_x, moved_y = seen[:, :, 0] * depth - x, seen[:, :, 1] * depth - y
    heard = (say > _FAINT) & np.isfinite(moved_x)
    near = heard.any(axis=0)
    say, moved_x, moved_y = (
        np.where(heard[:, near], values[:, near], 0.0) for values in (say, moved_x, moved_y)
    )
    about = (say * say).sum(axis=1)
    share = weight * about / (about + _SCARCE)
    if not share.sum() > _HEARD * weight.sum():
        return None
    share /= share.sum()
    drag_x, drag_y = _bells(say, moved_x, moved_y)
    along = drag_x * way[:, 0] + drag_y * way[:, 1]
    aside = drag_y * way[:, 0] - drag_x * way[:, 1]
    mean_along, mean_aside = _usual(along, share), _usual(aside, share)
    spread = share @ ((along - mean_along) ** 2 + (aside - mean_aside) ** 2) / 2.0
    apart = max(1.0, min(float(len(tips)), seconds / _CORRELATED_S))
    return Drag(mean_along, math.sqrt(float(spread) / apart))


def _bells(
    say: FloatArray, moved_x: FloatArray, moved_y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(T,) and (T,) millimetres of drag at the hand, falling off about it as a bell.

    Args:
        say: (T, K) height of the bell at each point.
        moved_x: (T, K) how far each point lies off its place, in millimetres.
        moved_y: (T, K) likewise, down.
    """
    weight = say
    drag_x = drag_y = np.zeros(len(say))
    for _ in range(_ROUNDS + 1):
        whole = (weight * say).sum(axis=1) + 1e-9
        drag_x = (weight * moved_x).sum(axis=1) / whole
        drag_y = (weight * moved_y).sum(axis=1) / whole
        odd_x, odd_y = moved_x - say * drag_x[:, None], moved_y - say * drag_y[:, None]
        weight = say / (1.0 + (odd_x * odd_x + odd_y * odd_y) / _ODD_POINT_MM**2)
    return drag_x, drag_y


def _usual(values: FloatArray, share: FloatArray) -> float:
    """The mean of (T,) values with (T,) shares; odd ones count for less."""
    mean = float(share @ values)
    for _ in range(_ROUNDS):
        weight = share / np.maximum(1.0, np.abs(values - mean) / _ODD_MOMENT_MM)
        mean = float(weight @ values / weight.sum())
    return mean


def _bend(gone: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What a bent way is made up of at each share of it, and how that changes; (T, 3) each."""
    none, one = np.zeros_like(gone), np.ones_like(gone)
    return (
        np.stack([one, gone, gone * gone], axis=1),
        np.stack([none, one, 2.0 * gone], axis=1),
    )


def _ring(gone: FloatArray) -> tuple[FloatArray, FloatArray]:
    """As `_bend`, of a turn."""
    cos, sin = np.cos(2.0 * np.pi * gone), np.sin(2.0 * np.pi * gone)
    return (
        np.stack([np.ones_like(gone), cos, sin], axis=1),
        np.stack([np.zeros_like(gone), -sin, cos], axis=1),
    )


def _heading(spots: FloatArray, parts: FloatArray, changes: FloatArray) -> FloatArray:
    """(T, 2) the unit way that the hand goes at each sample.

    Taken off a smooth curve through the whole stroke: from one sample to the next a tracker's
    error is as long as a hand's step.

    Args:
        spots: (T, 2) millimetres, of which the head's own motion is taken.
        parts: (T, 3) what the curve is made up of.
        changes: (T, 3) how that changes.
    """
    found, *_ = np.linalg.lstsq(parts, spots, rcond=None)
    way = changes @ found
    out: FloatArray = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    return out


class Tugging:
    """Tells dragged skin from a tracker's drift, by what this session's strokes show of it.

    Args:
        thresholds: The limits.
        neutral: The person's own mesh, as it goes on learning.
    """

    def __init__(self, thresholds: Thresholds, neutral: NeutralMesh) -> None:
        self._limits = thresholds
        self._neutral = neutral
        self._lately: list[Drag] = []

    def drag(
        self,
        trail: Trail,
        start_s: float,
        end_s: float,
        contact: int,
        motion: Literal["glide", "circle"] = "glide",
    ) -> Drag | None:
        """How skin moved with a hand's stroke, or turn, from `start_s` to `end_s`.

        A point that was hardly ever seen uncovered has no neutral place to be displaced from.
        """
        known = np.flatnonzero(self._neutral.seen_frames >= self._limits.skin_frames)
        lasted = trail.t[: trail.count]
        first, end = lasted.searchsorted(start_s), lasted.searchsorted(end_s, side="right")
        rows = first + np.flatnonzero(trail.fresh[first:end])
        if rows.size < _FEWEST or known.size == 0:
            return None
        t = trail.t[rows]
        return dragged(
            self._neutral.points_mm[known],
            trail.rotation[rows],
            trail.translation[rows],
            trail.seen[rows[:, None], known].astype(np.float64),
            trail.tips[rows, contact],
            (t - start_s) / (end_s - start_s),
            float(t[-1] - t[0]),
            motion,
            self._limits,
        )

    def is_tugging(self, drag: Drag | None) -> Answer:
        """Whether skin was dragged, over and above what it usually seems to be.

        Where too little skin was seen to say, nothing speaks for it.
        """
        if drag is None:
            return "no"
        over_mm = drag.along_mm - self._let_be()
        return exceeds(over_mm - self._doubt(drag), over_mm, self._most_mm())

    def _most_mm(self) -> float:
        """How much more than usual skin may seem to go along and still be let be."""
        if len(self._lately) < _FEWEST_STROKES:
            return self._limits.tug_mm
        most = float(np.percentile([each.along_mm for each in self._lately], 75))
        usual = float(np.median([each.sd_mm for each in self._lately]))
        most += _ABOVE_MM + _ABOVE_SDS * usual
        return min(self._limits.tug_mm, max(_FAINTEST_MM, most))

    def _doubt(self, drag: Drag) -> float:
        """How far the measure may be off: half as its own spread has it, half as others' have.

        A few moments tell little of how they spread, and skin that is dragged follows unevenly.
        """
        sds = [each.sd_mm for each in self._lately]
        usual = float(np.median(sds)) if len(sds) >= _FEWEST_STROKES else drag.sd_mm
        return self._limits.tug_doubt * 0.5 * (usual + drag.sd_mm)

    def _let_be(self) -> float:
        """What this tracker shows of skin that is let be: the quieter strokes' measure.

        Held to what trackers do, so that somebody who drags in every stroke is told all the same.
        """
        if len(self._lately) < _FEWEST_STROKES:
            return 0.0
        quiet = float(np.percentile([each.along_mm for each in self._lately], 25))
        return min(self._limits.tug_usual_mm, max(0.0, quiet))

    def learn(self, drag: Drag | None) -> None:
        """Take in a stroke."""
        if drag is not None:
            self._lately.append(drag)
            del self._lately[:-_REMEMBERED]
