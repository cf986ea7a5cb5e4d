"""Rungs from surely so to surely not: where, on each ladder, a judgement turns."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np

from faceglide.coaching import judge as judging
from faceglide.coaching.contact import Contact
from faceglide.coaching.hands import Sighting, Track
from faceglide.coaching.judge import Judge
from faceglide.coaching.measuring import Measured, measure
from faceglide.coaching.naming import explained
from faceglide.coaching.rests import Rests
from faceglide.coaching.spans import Habits
from faceglide.coaching.thresholds import DEFAULT, Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.tugging import Drag, Tugging
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.head import Head
from faceglide.face.neutral import NeutralMesh
from faceglide.face.paths import movement_recipe
from faceglide.face.pose import FRONTAL, Pose
from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.screening.model import Decision

CHEEK, JAW, LIPS, NECK, FOREHEAD = (
    "cheeks.sweep_up_out", "jawline.sweep_up", "lips.glide_out_upper", "neck.glide_up",
    "forehead.glide_out",
)  # fmt: skip
POSE = Pose(FRONTAL, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)
# What is varied, and over which rungs; a field that the judge measures and what it is made.
RUNGS: dict[str, tuple[float, ...]] = {
    "end_s": tuple(np.geomspace(0.08, 60.0, 24)),
    "core_speed_mm_s": tuple(np.geomspace(2.0, 1200.0, 32)),
    "speed_mm_s": tuple(np.geomspace(10.0, 400.0, 16)),
    "beside_mm": tuple(np.arange(0.0, 60.0, 2.5)),
    "could_mm": tuple(np.linspace(0.1, 1.0, 19)),
    "coverage": tuple(np.linspace(0.1, 1.0, 19)),
    "length_mm": tuple(np.linspace(4.0, 60.0, 15)),
    "seen_share": tuple(np.linspace(0.1, 1.0, 19)),
    "gap_s": tuple(np.linspace(0.1, 2.0, 20)),
    "height_mm": tuple(np.arange(-10.0, 60.0, 2.0)),
}


# What is odd about a run throughout; the last two are wrong twice, as passing hands are.
ODD: tuple[tuple[int, dict[str, float]], ...] = (
    (1, {}),
    (-1, {}),
    (1, {"height_mm": 14.0}),
    (-1, {"beside_mm": 13.0}),
    (-1, {"speed_mm_s": 220.0, "core_speed_mm_s": 60.0}),
    (1, {"speed_mm_s": 220.0, "beside_mm": 30.0, "core_speed_mm_s": 60.0}),
)

_HABITS = Habits(tempo_mm_s=35.0, core_shares=[], jitter_mm=1.0, frame_s=0.06)


def _plan() -> Plan:
    step = Step(
        movement=FOREHEAD, side="left", tool="gua_sha", technique="tool", repeats=3, seconds=20,
        pressure="light", why="Told.",
    )  # fmt: skip
    return Plan(protocol="test", decision=Decision(outcome="go"), steps=(step,), total_seconds=20)


@cache
def _ways() -> Ways:
    ways = Ways(load_protocol(), _plan())
    ways.lay(vertices_mm())
    return ways


def _way(movement: str, tool: bool = False) -> int:
    ways = _ways()
    return next(
        j
        for j, way in enumerate(ways.ways)
        if way.movement.id == movement
        and way.side == "left"
        and (ways.contacts[way.contact].reach > 0) == tool
    )


def flat_hand(tip: np.ndarray, away_m: float = 0.5) -> Sighting:
    """A flat hand with its pads at a slope, so far away."""
    across = np.array([(0.01 * (k % 5), 0.01 * (k // 5), 0.0) for k in range(21)])
    rays, image = tip + across[:, :2] / away_m, np.full((21, 3), 0.5)
    return Sighting(Track(0, 0.0, 0.0, (0.0, 0.0)), rays, tip, across, image)


@cache
def _trail(way: int) -> Trail:
    """A hand going evenly along a way in two seconds."""
    ways = _ways()
    trail = Trail(ways, DEFAULT, 4)
    seen = ways.project(POSE)
    path = seen[0].reshape(len(ways), -1, 2)[way]
    head = Head(POSE, True, np.zeros((4, 2)))
    for i, at in enumerate(path):
        tips = np.repeat(at[None], len(ways.contacts), axis=0)
        hand = flat_hand(at)
        located = ways.locate(seen, tips)
        trail.add(2.0 * i / len(path), head, hand, tips, located, False)
    return trail


def _good(way: int) -> Measured:
    long = float(_ways().length_mm[way])
    given: dict[str, Any] = {
        "start_s": 100.0, "end_s": 102.5, "length_mm": long, "way_mm": long, "could_mm": long,
        "coverage": 1.0, "speed_mm_s": long / 2.5, "beside_mm": 2.0, "aside_mm": 2.0,
        "beside_sd_mm": 1.0,
        "direction_error_deg": 5.0, "seen_share": 1.0, "gap_s": 0.05, "height_mm": 0.0,
        "height_sd_mm": 6.0, "misfit_mm": 1.0, "over_before_mm": -8.0, "over_after_mm": -8.0,
        "core_share": 0.46, "core_speed_mm_s": 35.0, "inner_s": 1.6, "circling": 0.0,
        "cut": False, "jitter_mm": 1.0, "slower_than_before": None,
    }  # fmt: skip
    return Measured(**given)


def _told(judge: Judge, way: int, found: Measured, sign: int, surprise: float = 0.0) -> str:
    trail = _trail(way)
    run = Run(way, sign, 0, trail.count - 1)
    with mock.patch.object(judging, "measure", return_value=found):
        stroke = judge.stroke(trail, run, "left", 0.05, surprise)
    return "-" if stroke is None else " ".join([stroke.verdict, *stroke.faults])


def _value(good: Measured, field: str, rung: float) -> float:
    """What a rung stands for: ends count from the start, what could be as a share of the way."""
    if field == "end_s":
        return good.start_s + rung
    return rung * good.way_mm if field == "could_mm" else rung


def judged(limits: Thresholds) -> Iterator[str]:
    """What runs are called as one measure after the other goes from one end to the other."""
    for way in (_way(CHEEK), _way(LIPS), _way(NECK), _way(FOREHEAD, tool=True)):
        good = _good(way)
        for sign, odd in ODD:
            for field, rungs in RUNGS.items():
                calls = [
                    _told(
                        Judge(_ways(), NeutralMesh(np.arange(4)), limits),
                        way,
                        replace(good, **{**odd, field: _value(good, field, rung)}),
                        sign,
                        surprise=1.0,
                    )
                    for rung in rungs
                ]
                yield f"{field}: " + ", ".join(
                    f"{len(list(group))} {call}" for call, group in groupby(calls)
                )
    way = _way(CHEEK)
    for gap_s in np.arange(0.02, 1.0, 0.06):
        judge = Judge(_ways(), NeutralMesh(np.arange(4)), limits)
        first = _good(way)
        _told(judge, way, first, 1)
        later = replace(first, start_s=first.end_s + gap_s, end_s=first.end_s + gap_s + 2.0)
        yield _told(judge, way, later, 1)


def heights(limits: Thresholds) -> Iterator[str]:
    """How high a hand is taken to be, before and after the session has taught its size."""
    skin = np.full(30, 500.0)
    contact = Contact(limits)
    for learned in range(4):
        for later_s in (1.0, 9.0, 18.0, 35.0, 70.0):
            at = 10.0 * learned + later_s
            for place in (("left", 0), ("left", 1), ("right", 0)):
                height, sd = contact.height_mm(skin * 0.95, skin, place, at, 1.5)  # type: ignore[arg-type]
                yield f"{height:.1f} {sd:.1f}"
        contact.learn(skin * (1.0 - 0.002 * learned), skin, ("left", 0), 10.0 * learned)


def drags(limits: Thresholds) -> Iterator[str]:
    """How much skin is taken to have been dragged, and when it is called tugging."""
    chance = np.random.default_rng(1)
    points = np.column_stack([chance.uniform(-70, 70, (150, 2)), np.zeros(150)])
    t = np.linspace(0.0, 2.0, 40)
    where = np.column_stack([80.0 * (t / 2.0) - 40.0, np.zeros(40)])
    neutral = SimpleNamespace(points_mm=points, seen_frames=np.arange(150) % 60)
    at = points @ FRONTAL.T + POSE.translation
    off = at[None, :, :2] - where[:, None]
    pull = 8.0 * np.clip(t / 0.8, 0.0, 1.0)[:, None] * np.exp(-(off**2).sum(axis=2) / (2 * 22.0**2))
    seen = at[None, :, :2].repeat(40, axis=0)
    seen[:, :, 0] += pull + chance.normal(0.0, 0.5, pull.shape)
    trail = SimpleNamespace(
        count=40, t=t, fresh=np.ones(40, dtype=bool),
        seen=seen / 500.0, tips=where[:, None] / 500.0,
        rotation=FRONTAL[None].repeat(40, axis=0), translation=POSE.translation[None].repeat(40, 0),
    )  # fmt: skip
    tugging = Tugging(limits, neutral)  # type: ignore[arg-type]
    drag = tugging.drag(trail, 0.0, 2.0, 0)  # type: ignore[arg-type]
    yield "-" if drag is None else f"{drag.along_mm:.2f} {drag.sd_mm:.2f}"
    for sd in (0.0, 1.0, 2.0):
        calls = Counter(tugging.is_tugging(Drag(a, sd)) for a in np.arange(0.0, 9.0, 0.25))
        yield f"{calls['yes']} tugging, {calls['cannot_tell']} in doubt"
    for _ in range(4):
        tugging.learn(Drag(6.0, 0.1))
    yield str(sum(tugging.is_tugging(Drag(a, 0.1)) == "yes" for a in np.arange(0.0, 9.0, 0.25)))


def reaches(limits: Thresholds) -> Iterator[str]:
    """How far a hand may have got that stopped on its way, and how well its height is known."""
    ways = _ways()
    for movement in (CHEEK, JAW, NECK):
        way = _way(movement)
        trail = _trail(way)
        for last in range(10, trail.count, 3):
            run = Run(way, 1, 0, last)
            found = measure(ways, trail, run, "left", Contact(limits), _HABITS, limits)
            yield "-" if found is None else f"{found.could_mm:.0f} at {found.height_sd_mm:.0f}"


def paces(limits: Thresholds) -> Iterator[str]:
    """How slow and how quick a hand may go along the cheek."""
    ways, way = _ways(), _way(CHEEK)
    run = Run(way, 1, 0, _trail(way).count - 1)
    for times_as_long in np.geomspace(0.02, 30.0, 40):
        trail = copy.copy(_trail(way))
        trail.t = trail.t * times_as_long
        found = measure(ways, trail, run, "left", Contact(limits), _HABITS, limits)
        yield "-" if found is None else "measured"


def _walked(limits: Thresholds, way: int, at: FloatArray, step_s: float) -> str:
    """When a trail tells of runs along a way, and from which sample to which.

    Args:
        limits: The thresholds.
        way: Along which the hand goes.
        at: (T, 2) share of the way, and millimetres beside it.
        step_s: Between samples.
    """
    ways = _ways()
    trail, seen = Trail(ways, limits, 4), ways.project(POSE)
    path = seen[0].reshape(len(ways), -1, 2)[way]
    head, told = Head(POSE, True, np.zeros((4, 2))), []
    for i, (share, beside) in enumerate(at):
        place = [
            np.interp(share * (len(path) - 1), np.arange(len(path)), path[:, c]) for c in (0, 1)
        ]
        tip = np.array(place) + np.array([0.0, beside / 500.0])
        hand = flat_hand(tip)
        tips = np.repeat(tip[None], len(ways.contacts), axis=0)
        located = ways.locate(seen, tips)
        runs = trail.add(step_s * i, head, hand, tips, located, False)
        told += [f"{i}: {run.first}-{run.last}" for run in runs if run.way == way]
    return ", ".join(told)


def stops(limits: Thresholds) -> Iterator[str]:
    """When a run is told of whose hand stops on the way, or leaves it for a while."""
    way = _way(FOREHEAD)
    for share in np.arange(0.4, 1.05, 0.05):
        go, stay = np.linspace(0.0, share, 40), np.full(60, share)
        along = np.concatenate([go, stay])
        yield _walked(limits, way, np.column_stack([along, np.zeros(100)]), 0.04)
    for away in range(1, 14):
        along, beside = np.linspace(0.0, 0.9, 60), np.zeros(60)
        beside[30 : 30 + away] = 70.0
        yield _walked(limits, way, np.column_stack([along, beside]), 0.03)


def afterwards(limits: Thresholds) -> Iterator[str]:
    """What is expected of a hand a while after a stroke, right or wrong."""
    way = _way(CHEEK)
    for gap_s in np.arange(0.1, 4.0, 0.2):
        for sign in (1, -1):
            judge = Judge(_ways(), NeutralMesh(np.arange(4)), limits)
            first = _good(way)
            _told(judge, way, first, sign)
            later = replace(first, start_s=first.end_s + gap_s, end_s=first.end_s + gap_s + 2.0)
            with mock.patch.object(judging, "log_odds", return_value=-1.0) as weighed:
                _told(judge, way, later, 1)
            around = weighed.call_args.args[2]
            yield f"{around.just_done} {around.after_wrong}"


def habits(limits: Thresholds) -> Iterator[str]:
    """How far beside a path a stroke may be, the further beside it all have been."""
    way = _way(JAW)
    for usual in np.arange(0.0, 10.0, 1.0):
        judge = Judge(_ways(), NeutralMesh(np.arange(4)), limits)
        usually = replace(_good(way), beside_mm=usual, aside_mm=usual)
        for k in range(3):
            _told(judge, way, replace(usually, start_s=10.0 * k, end_s=10.0 * k + 2.5), 1)
        calls = []
        for beside in np.arange(0.0, 24.0, 1.0):
            found = replace(_good(way), beside_mm=beside, aside_mm=beside)
            calls.append(_told(judge, way, found, 1))
        yield ", ".join(f"{len(list(group))} {call}" for call, group in groupby(calls))


def halves(limits: Thresholds) -> Iterator[str]:
    """Whether the second half of a way is a stroke of its own, the later it begins."""
    way, trail = _way(CHEEK), _trail(_way(CHEEK))
    middle = trail.count // 2
    for gap_s in np.arange(0.02, 1.0, 0.06):
        judge = Judge(_ways(), NeutralMesh(np.arange(4)), limits)
        first = _good(way)
        second = replace(first, start_s=first.end_s + gap_s, end_s=first.end_s + gap_s + 2.0)
        told = []
        for found, run in ((first, Run(way, 1, 0, middle)), (second, Run(way, 1, middle + 2, 30))):
            with mock.patch.object(judging, "measure", return_value=found):
                told.append(judge.stroke(trail, run, "left", 0.05, 0.0))
        yield "-" if told[1] is None else told[1].verdict


def drifts(limits: Thresholds) -> Iterator[str]:
    """Whether a hand rests that ends so many millimetres from where it began."""
    protocol = load_protocol()
    for drift_mm in np.arange(0.0, 20.0, 1.0):
        rests = Rests(protocol, limits)
        rests.lay(vertices_mm())
        movement = next(m for m in protocol.movements if m.motion == "hold")
        at = movement_recipe(movement, "left").on(vertices_mm())[0] @ FRONTAL.T + POSE.translation
        for t in np.arange(0.0, 8.0, 0.1):
            place = at[:2] + np.array([0.0, drift_mm * (t / 8.0 - 0.5)])
            hand = SimpleNamespace(track=SimpleNamespace(key=0, side="left"), tip=place / at[2])
            rests.add(float(t), POSE, hand)  # type: ignore[arg-type]
        yield " ".join(f"{hold.movement} {hold.side}" for hold in rests.end(0)) or "-"


def names(limits: Thresholds) -> Iterator[str]:
    """How much likelier one way is than another, the further beside both a hand goes."""
    ways, way, other = _ways(), _way(CHEEK), _way(JAW)
    trail = Trail(ways, limits, 4)
    trail.along[:2] = np.stack([np.zeros(len(ways)), ways.span_mm])
    for near, far in ((0.0, 3.0), (2.0, 6.0), (4.0, 12.0), (12.0, 20.0), (20.0, 40.0)):
        trail.beside[:2, way], trail.beside[:2, other] = near, far
        likely = explained(trail, Run(way, 1, 0, 1), ways, limits)
        yield f"{likely[way]:.1f} {likely[other]:.1f}"


LADDERS = {
    "names": names,
    "halves": halves,
    "drifts": drifts,
    "stops": stops,
    "afterwards": afterwards,
    "habits": habits,
    "heights": heights,
    "drags": drags,
    "paces": paces,
    "reaches": reaches,
    "judged": judged,
}
