"""Ladders that lean on one room each: what it makes of a matter as that gets larger or longer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from faceglide.coaching.expectation import Expectation
from faceglide.coaching.hands import TOOL_GRIPS
from faceglide.coaching.motion import Hints, Reach, fit_reach
from faceglide.coaching.naming import explained
from faceglide.coaching.rests import Rests
from faceglide.coaching.shapes import minimum_jerk
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.timing import broken_off, near, slower_than_before
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray, vertices_mm
from faceglide.face.paths import movement_recipe
from faceglide.face.pose import FRONTAL, Pose
from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.screening.model import Decision

POSE = Pose(FRONTAL, np.array([0.0, 0.0, 500.0]), 1.0, 1.0)
MOVEMENTS = FOREHEAD, BROW, CHEEK, JAW, NECK = (
    "forehead.glide_out", "brow.glide_out", "cheeks.sweep_up_out", "jawline.sweep_up",
    "neck.glide_up",
)  # fmt: skip


def _plan(*stages: tuple[str, str]) -> Plan:
    """Of movements, each with its tool, on the left side."""
    steps = tuple(
        Step(
            movement=movement, side="left", tool=tool,
            technique="manual" if tool == "hands" else "tool", repeats=3, seconds=20,
            pressure="light", why="Told.",
        )
        for movement, tool in stages
    )  # fmt: skip
    return Plan(protocol="test", decision=Decision(outcome="go"), steps=steps, total_seconds=80)


def _doing(ways: Ways, way: int) -> tuple[str, float]:
    """Which movement a way is for, and how far beyond the fingers a tool's edge lies."""
    return ways.ways[way].movement.id, ways.contacts[ways.ways[way].contact].reach


def look(ways: Ways, doing: tuple[str, float]) -> int:
    """The way on the left side on which this is done."""
    lefts = (way for way in range(len(ways)) if ways.ways[way].side == "left")
    return next(way for way in lefts if _doing(ways, way) == doing)


PLANS = (
    None,
    _plan((BROW, "hands"), (CHEEK, "hands"), (JAW, "hands")),
    _plan((FOREHEAD, "gua_sha"), (CHEEK, "gua_sha"), (JAW, "hands")),
)
SHORT_MM, LONG_MM = TOOL_GRIPS[0].reaches_mm[:2]
# What is done: movement, a tool's reach, how many strokes, and how surely they look like it.
DONE = (
    ((BROW, 0.0, 3, 4.0),),
    ((BROW, 0.0, 2, 4.0), (CHEEK, 0.0, 1, 1.5), (JAW, 0.0, 2, 20.0)),
    ((FOREHEAD, SHORT_MM, 2, 3.0), (FOREHEAD, 0.0, 1, 2.0)),
)


def expected(limits: Thresholds) -> Iterator[str]:
    """How much less than another each movement is expected, the longer the pause."""
    del limits
    for plan in PLANS:
        ways = Ways(load_protocol(), plan)
        done = {_doing(ways, way) for way in range(len(ways))}
        asked = [
            each for each in itertools.product(MOVEMENTS, (0.0, SHORT_MM, LONG_MM)) if each in done
        ]
        for strokes in DONE:
            if any(each[:2] not in done for each in strokes):
                continue
            expect, t = Expectation(plan, ways), 0.0
            for movement, reach, count, surely in strokes:
                way = look(ways, (movement, reach))
                like = np.full(len(ways), -surely)
                like[way] = 0.0
                for _ in range(count):
                    expect.done(like, t, t + 2.5, way)
                    t += 3.3
            for pause_s in (0.3, 0.8, 1.6, 2.2, 3.5, 6.0, 9.0, 15.0):
                since = t - 0.8 + pause_s
                log = expect.weights(since)
                told = [
                    f"{log.max() - log[way]:.1f} {expect.surprise(way, since):.1f}"
                    for way in (look(ways, each) for each in asked)
                ]
                yield f"{pause_s:g}: " + ", ".join(told)


def backward(limits: Thresholds) -> Iterator[str]:
    """How likely the ways are for a hand that goes against one of them, the further beside."""
    ways = Ways(load_protocol())
    ways.lay(vertices_mm())
    trail, way = Trail(ways, limits, 4), look(ways, (CHEEK, 0.0))
    trail.along[:2] = np.stack([ways.span_mm, np.zeros(len(ways))])
    for beside_mm in (0.0, 4.0, 12.0):
        trail.beside[:2] = beside_mm
        against = explained(trail, Run(way, -1, 0, 1), ways, limits)[way]
        trail.along[:2] = trail.along[1::-1]
        along = explained(trail, Run(way, 1, 0, 1), ways, limits)[way]
        trail.along[:2] = trail.along[1::-1]
        yield f"{along - against:.1f}"


def _turning(turn: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A way of 90 mm that by its end has turned from the camera by so much, 0 to 1."""
    arc = np.linspace(0.0, 90.0, 31)
    angle = 0.5 * np.pi * turn * (arc / 90.0) ** 2
    steps = np.diff(arc)
    shown = np.concatenate([[0.0], np.cumsum(np.cos(angle[1:]) * steps)])
    depth = 500.0 + np.concatenate([[0.0], np.cumsum(np.sin(angle[1:]) * steps)])
    return arc, shown, depth


SHARES = (0.35, 0.45, 0.55, 0.65, 0.75, 0.82, 0.88, 0.93, 0.97, 1.0)
# Turned from the camera, error, tempo, seconds between samples, and how long strokes take.
SEEN = (
    (0.0, 0.8, 35.0, 0.05, (0.25, 2.2)),
    (0.7, 1.5, 35.0, 0.05, (0.25, 2.2)),
    (0.7, 0.8, 35.0, 0.05, (1.0, 2.0)),
    (0.9, 3.0, 60.0, 0.05, (0.25, 2.2)),
    (0.0, 0.8, 35.0, 0.02, (0.05, 0.15)),
    (0.5, 7.0, 35.0, 0.12, (1.0, 2.0, 3.0)),
    (0.0, 10.0, 35.0, 0.15, (1.0, 2.0, 3.0)),
)


def fitted(limits: Thresholds) -> Iterator[str]:
    """What motion is found behind a stroke that goes less and less far."""
    del limits
    for turn, error_mm, tempo, step_s, takes_s in SEEN:
        way = _turning(turn)
        for share, seconds in itertools.product(SHARES, takes_s):
            rng = np.random.default_rng(round(100 * share))
            t = np.arange(-0.4, seconds + 0.4, step_s)
            wander = np.convolve(rng.normal(size=len(t) + 4), np.ones(5) / 5**0.5)[4:-4]
            along = 90.0 * share * minimum_jerk(np.clip(t / seconds, 0.0, 1.0))
            along = np.clip(along + error_mm * wander, 0.0, 90.0)
            hints = Hints(
                0.1 * seconds, 0.9 * seconds, float(along[0]), float(along.max()), -0.4,
                seconds + 0.4, tempo, error_mm, 12.0,
            )  # fmt: skip
            found = fit_reach(t, along, np.zeros(len(t)), np.full(len(t), np.nan), way, hints)
            yield "-" if found is None else _motion(found)


def even(limits: Thresholds) -> Iterator[str]:
    """What motion is found behind a stroke that goes on evenly, the harder it starts and stops."""
    del limits
    for error_mm, ramp, seconds in itertools.product(
        (0.8, 2.0), (0.05, 0.2, 0.35, 0.5), (1.0, 3.0)
    ):
        rng = np.random.default_rng(round(100 * ramp))
        t = np.arange(-0.4, seconds + 0.4, 0.05)
        wander = np.convolve(rng.normal(size=len(t) + 4), np.ones(5) / 5**0.5)[4:-4]
        clock = np.clip(t / seconds, 0.0, 1.0)
        pace = np.clip(np.minimum(clock, 1.0 - clock) / ramp, 0.0, 1.0)
        gone = np.cumsum(pace) / pace.sum()
        along = np.clip(90.0 * gone + error_mm * wander, 0.0, 90.0)
        hints = Hints(
            0.1 * seconds, 0.9 * seconds, float(along[0]), float(along.max()), -0.4,
            seconds + 0.4, 35.0, error_mm, 12.0,
        )  # fmt: skip
        found = fit_reach(t, along, np.zeros(len(t)), np.full(len(t), np.nan), _turning(0.3), hints)
        shapes = "" if found is None else " ".join(f"{each:.2f}" for each in found.shapes)
        yield f"{_motion(found)} {shapes}" if found else "-"


def grips(limits: Thresholds) -> Iterator[str]:
    """What is expected of each way to hold a tool, the more strokes were told of one."""
    del limits
    plan = PLANS[2]
    ways = Ways(load_protocol(), plan)
    on = [
        way
        for way, each in enumerate(ways.ways)
        if (each.movement.id, each.side) == (FOREHEAD, "left") and ways.contacts[each.contact].reach
    ]
    for way in (on[0], on[5], on[-1]):
        expect, t = Expectation(plan, ways), 0.0
        for _ in range(8):
            log = expect.weights(t)
            told = [f"{log.max() - log[each]:.1f} {expect.surprise(each, t):.1f}" for each in on]
            yield ", ".join(told)
            like = np.full(len(ways), -3.0)
            like[way] = 0.0
            expect.done(like, t, t + 2.5, way)
            t += 3.3


def held(limits: Thresholds) -> Iterator[str]:
    """At which points a hand is found to hold that holds each so far to one side."""
    movement = next(each for each in load_protocol().movements if each.motion == "hold")
    points = movement_recipe(movement, "left").on(vertices_mm()) @ FRONTAL.T + POSE.translation
    onward = points[1, :2] - points[0, :2]
    onward /= np.hypot(*onward)
    for first_mm, then_mm in itertools.product((-9.0, -5.5, -3.5, 4.5, 6.0, 8.0), (0.0, -7.0, 5.0)):
        rests = Rests(load_protocol(), limits)
        rests.lay(vertices_mm())
        told: list[str] = []
        for t in np.arange(0.0, 80.0, 0.1):
            which, since_s = divmod(float(t), 5.0)
            mm = first_mm if which < 9 else then_mm
            away = np.array([30.0, -30.0]) * (since_s > 4.4)
            place = points[int(which) % 3, :2] + mm * onward + away
            track = SimpleNamespace(key=0, side="left")
            hand = SimpleNamespace(track=track, tip=place / points[0, 2])
            told += [str(hold.point) for hold in rests.add(float(t), POSE, hand)]  # type: ignore[arg-type]
        yield f"{first_mm:g}, then {then_mm:g}: {' '.join(told)}"


def _motion(found: Reach) -> str:
    return (
        f"{found.start_s:.2f}-{found.end_s:.2f} {found.from_mm:.0f}-{found.to_mm:.0f} "
        f"could {found.could_mm:.0f} off {found.misfit_mm:.1f}"
    )


def broken(limits: Thresholds) -> Iterator[str]:
    """Whether a hand that rested on its way and went on had broken off."""
    del limits
    usual = {
        "frame_s": 0.04,
        "to": 40.0,
        "rest_s": 0.24,
        "creep_mm": 0.5,
        "before": 30.0,
        "after": 250.0,
        "on": 45.0,
        "jitter_mm": 1.0,
    }
    for what, values in (
        ("frame_s", (0.01, 0.015, 0.02, 0.03, 0.06, 0.09, 0.12)),
        ("to", (5.0, 10.0, 14.0, 20.0, 60.0, 75.0, 85.0, 95.0)),
        ("rest_s", (0.04, 0.08, 0.12, 0.16, 0.24, 0.4)),
        ("creep_mm", (0.0, 0.5, 1.0, 2.0, 4.0)),
        ("before", (15.0, 30.0, 60.0, 90.0, 140.0)),
        ("after", (30.0, 60.0, 80.0, 110.0, 160.0, 250.0)),
        ("on", (4.0, 8.0, 12.0, 16.0, 25.0)),
        ("jitter_mm", (1.5, 1.7, 1.9, 2.5, 3.5)),
    ):
        for value in values:
            for changed in ({}, {"rest_s": 0.09}, {"before": 80.0}, {"to": 16.0, "on": 12.0}):
                at = usual | changed | {what: value}
                t = np.arange(0.0, 9.0, at["frame_s"])
                stop_s = at["to"] / at["before"]
                leave_s = stop_s + at["rest_s"]
                v = np.interp(
                    t,
                    [0.0, stop_s, leave_s, leave_s + at["on"] / at["after"]],
                    np.cumsum([0.0, at["to"], at["creep_mm"], at["on"]]),
                )
                end = int(np.argmax(v >= v.max())) + 1
                yield f"{what} {value:g}: {broken_off(t[:end], v[:end], at['jitter_mm'])}"


def _walked(t: FloatArray, along: FloatArray, beside: FloatArray) -> Any:
    """What a trail holds of a hand over a single way."""
    return SimpleNamespace(
        t=t, count=len(t), along=along[:, None], beside=beside[:, None], used=0, turn_mm=6.0
    )


def around(limits: Thresholds) -> Iterator[str]:
    """How a motion begins and ends, by how the hand came and where it went."""
    t = np.arange(0.0, 9.0, 0.05)
    run = Run(0, 1, int(np.searchsorted(t, 5.0)), int(np.searchsorted(t, 7.0)))
    for beside_mm in (3.0, 5.0, 7.0, 9.0, 12.0, 18.0, 30.0):
        for back_s, wait_s in ((0.3, 0.0), (0.8, 0.4), (2.0, 1.0), (2.5, 1.8), (1.0, 3.2)):
            gone_s = 5.0 - wait_s - back_s
            along = np.interp(t, [gone_s, gone_s + back_s, 5.0, 7.0], [60.0, 0.0, 0.0, 60.0])
            beside = np.where((t > gone_s) & (t < 4.9 - wait_s), beside_mm, 1.0)
            beside[t > 7.3] = beside_mm
            trail = _walked(t, along, beside)
            since, until = near(trail, run, limits, (4.95, 7.05))
            slower = slower_than_before(trail, run, limits.near_mm)
            told = "-" if slower is None else f"{slower:.2f}"
            yield f"{beside_mm:g} beside: {since:.2f}-{until:.2f} {told}"
    for low in (0.05, 0.15, 0.25, 0.35, 0.5, 0.7, 0.9):
        along = np.interp(t, [3.5, 4.4, 5.0, 7.0], [60.0 * low, 60.0 * low, 0.0, 60.0])
        slower = slower_than_before(_walked(t, along, np.ones(len(t))), run, limits.near_mm)
        yield f"from {low:g}: " + ("-" if slower is None else f"{slower:.2f}")
        along = np.interp(t, [3.5, 4.4, 5.0, 6.0, 7.0], [60.0, 60.0 * low, 0.0, 60.0 * low, 60.0])
        slower = slower_than_before(_walked(t, along, np.ones(len(t))), run, limits.near_mm)
        yield f"by way of {low:g}: " + ("-" if slower is None else f"{slower:.2f}")
    for still_s in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
        end = int(np.searchsorted(t, 7.0 + still_s)) + 1
        along = np.interp(t[:end], [5.0, 7.0], [0.0, 60.0])
        _, until = near(_walked(t[:end], along, np.ones(end)), run, limits, (4.95, 7.0))
        yield f"{still_s:g} s later: {until:.2f}"


LADDERS = {
    "expected": expected,
    "backward": backward,
    "fitted": fitted,
    "broken": broken,
    "around": around,
    "even": even,
    "grips": grips,
    "held": held,
}
