"""Hands that come down, wait, stroke, wait and rise, and what is measured of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from faceglide.coaching.contact import Contact
from faceglide.coaching.measuring import Measured, measure
from faceglide.coaching.shapes import minimum_jerk
from faceglide.coaching.spans import Habits
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import vertices_mm
from faceglide.face.head import Head
from faceglide.face.pose import FRONTAL, Pose
from faceglide.protocol import load_protocol
from tests.coaching.ladders import flat_hand
from tests.coaching.room_ladders import CHEEK, FOREHEAD, JAW, NECK, look


class Landing(NamedTuple):
    """How it does so.

    Attributes:
        waits_s: How long it waits, before and after.
        lifted_s: For how much of that it lies on the skin.
        astray_mm: How far to and fro it is seen while it waits before.
        on_mm: How much further it slides afterwards.
        share: Of the way that it strokes.
    """

    waits_s: float = 0.3
    lifted_s: float = 0.25
    astray_mm: float = 0.0
    on_mm: float = 0.0
    share: float = 1.0


LANDINGS = (
    *(Landing(waits_s, lifted_s) for waits_s in (0.3, 1.5) for lifted_s in (0.1, 0.25, 0.5)),
    *(Landing(1.5, astray_mm=astray_mm) for astray_mm in (5.0, 9.0, 14.0, 25.0, 50.0)),
    *(Landing(0.6, on_mm=on_mm) for on_mm in (4.0, 8.0, 14.0, 25.0)),
    *(Landing(share=share) for share in (0.55, 0.62, 0.66, 0.7, 0.74, 0.8)),
)


def landing(limits: Thresholds) -> Iterator[str]:
    """What is measured of a stroke, the longer the hand waits before and after, and is lifted."""
    ways = Ways(load_protocol())
    ways.lay(vertices_mm())
    habits = Habits(tempo_mm_s=35.0, core_shares=[], jitter_mm=1.0, frame_s=0.05)
    for movement in (FOREHEAD, CHEEK, JAW, NECK):
        for (sign, takes_s), how in itertools.product(((1, 1.6), (-1, 1.6), (1, 0.3)), LANDINGS):
            way = look(ways, (movement, 0.0))
            trail, run = _landed(ways, limits, way, sign, takes_s, how)
            found = measure(ways, trail, run, "left", Contact(limits), habits, limits)
            yield "-" if found is None else _measured(found)


def _measured(found: Measured) -> str:
    return (
        f"{found.start_s:.2f}-{found.end_s:.2f} {found.length_mm:.0f} of {found.could_mm:.0f} "
        f"{found.over_before_mm:.0f} {found.over_after_mm:.0f} {found.misfit_mm:.1f}"
    )


def _landed(
    ways: Ways, limits: Thresholds, way: int, sign: int, takes_s: float, how: Landing
) -> tuple[Trail, Run]:
    """The samples of a hand that strokes along a way, or against it, and which are the stroke."""
    pose = Pose(FRONTAL, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)
    seen, head = ways.project(pose), Head(pose, True, np.zeros((4, 2)))
    path = seen[0].reshape(len(ways), -1, 2)[way][::sign]
    onward = (path[-1] - path[-2]) / np.linalg.norm(path[-1] - path[-2])
    t = np.arange(0.0, takes_s + 2.0 * how.waits_s, 0.05)
    begun_s, done_s = how.waits_s, how.waits_s + takes_s
    gone = minimum_jerk(np.clip((t - begun_s) / takes_s, 0.0, 1.0))
    beyond_mm = np.clip(t - done_s, 0.0, 0.4) / 0.4 * how.on_mm
    beyond_mm += how.astray_mm * np.sin(9.0 * t) * (gone < 0.02)
    beyond_mm += np.random.default_rng(5).normal(0.0, 0.4, len(t))
    lifted = (t < begun_s - how.lifted_s) | (t > done_s + how.lifted_s)
    trail, where = Trail(ways, limits, 4), np.linspace(0.0, 1.0, len(path))
    for i, moment in enumerate(t):
        tip = np.array([np.interp(how.share * gone[i], where, path[:, c]) for c in (0, 1)])
        tip += beyond_mm[i] / 500.0 * onward
        hand = flat_hand(tip, 0.475 if lifted[i] else 0.5)
        tips = np.repeat(tip[None], len(ways.contacts), axis=0)
        located = ways.locate(seen, tips)
        trail.add(float(moment), head, hand, tips, located, False)
    first, last = (int(i) for i in np.searchsorted(t, [begun_s, done_s]))
    return trail, Run(way, sign, first, min(last, len(t) - 1))
