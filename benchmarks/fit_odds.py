"""Fits the weights by which the judge tells strokes from everything else that hands do.

``python -m benchmarks.fit_odds`` simulates sessions, judges them, asks the truth of every run that
was weighed and prints the weights that tell them apart best, with how many it gets wrong in
sessions it was not fitted on. Nothing is written: the weights in use were fitted on these sessions
and on a second simulator's together, and are changed by hand.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.scoring import OVERLAP, overlap
from faceglide.coaching import Engine
from faceglide.coaching import judge as judging
from faceglide.coaching.events import Stroke
from faceglide.coaching.measuring import Measured
from faceglide.coaching.odds import AGAINST, ALONG, Circumstances, log_odds, signs
from faceglide.coaching.trail import Run, Trail
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import PersonSide
from faceglide.tracking.simulator import LEVELS, LevelName, Scenario, Simulated, simulate

FIRST_SEED = 2000  # none of them a session of docs/accuracy.md
RIDGE = 5.0
GESTURE_WEIGHT = 2.5  # a stroke invented in a wave or a hover is worse than one in a return
FOLDS = 6
_LOOSER = 0.75  # of the overlap that counts as found: a run with slips in its ends is still one
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """A run that the judge weighed.

    Attributes:
        session: Which session it is of.
        sign: +1 along the movement's direction.
        signs: What spoke for it and against it.
        odds: What the weights in use make of it.
        stroke: Whether it was a stroke.
        weight: How much it counts.
    """

    session: int
    sign: int
    signs: dict[str, float]
    odds: float
    stroke: bool
    weight: float


def weighed(level: LevelName, seed: int) -> list[Weighed]:
    """Every run that the judge weighs in a simulated session."""
    session = simulate(Scenario(level=level, minutes=1.5), seed)
    engine = Engine(load_protocol(), session.camera, session.plan)
    judge = engine._judge
    out: list[Weighed] = []
    judged = judge.stroke
    heard: list[tuple[Measured, int, Circumstances]] = []

    def listen(found: Measured, sign: int, around: Circumstances) -> float:
        heard.append((found, sign, around))
        return log_odds(found, sign, around)

    def stroke(trail: Trail, run: Run, hand: PersonSide, *rest: float) -> Stroke | None:
        heard.clear()
        told = judged(trail, run, hand, *rest)
        for found, sign, around in heard:
            way = engine._ways.ways[run.way]
            is_stroke = _is_stroke(session, found, sign, way.movement.id, way.side)
            in_gesture = any(
                d.start_s < 0.5 * (found.start_s + found.end_s) < d.end_s
                for d in session.truth.distractions
            )
            weight = GESTURE_WEIGHT if in_gesture and not is_stroke else 1.0
            all_signs, odds = signs(found, around), log_odds(found, sign, around)
            out.append(Weighed(seed, sign, all_signs, odds, is_stroke, weight))
        return told

    with mock.patch.object(judging, "log_odds", listen), mock.patch.object(judge, "stroke", stroke):
        for frame in session.frames:
            engine.push(frame)
        engine.finish()
    return out


def _is_stroke(session: Simulated, found: Measured, sign: int, movement: str, side: str) -> bool:
    for true in session.truth.strokes:
        if true.movement != movement or true.side != side:
            continue
        right_way = (sign < 0) == ("wrong_direction" in true.faults)
        if right_way and overlap(found, true) >= _LOOSER * OVERLAP:
            return True
    return False


def fit(rows: FloatArray, is_stroke: FloatArray, weight: FloatArray) -> FloatArray:
    """(K,) weights of a ridge logistic regression of (N, K) signs; the first is the constant."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    mean[0], spread[0] = 0.0, 1.0
    scaled = (rows - mean) / spread
    stiff = RIDGE * np.eye(rows.shape[1])
    stiff[0, 0] = 0.0
    found = np.zeros(rows.shape[1])
    for _ in range(40):
        chance = 1.0 / (1.0 + np.exp(-np.clip(scaled @ found, -30.0, 30.0)))
        bend = (scaled * (weight * chance * (1.0 - chance))[:, None]).T @ scaled + stiff
        pull = scaled.T @ (weight * (is_stroke - chance)) - stiff @ found
        found = found + np.linalg.solve(bend + 1e-9 * np.eye(len(found)), pull)
    weights: FloatArray = found / spread
    weights[0] = found[0] - float((found[1:] / spread[1:]) @ mean[1:])
    return weights


def report(runs: Sequence[Weighed], sign: int) -> str:
    """The weights for one direction, and how often they are wrong where they were not fitted."""
    some = [run for run in runs if run.sign == sign]
    names = list(ALONG if sign > 0 else AGAINST)
    rows = np.array([[run.signs[name] for name in names] for run in some])
    is_stroke = np.array([float(run.stroke) for run in some])
    weight = np.array([run.weight for run in some])
    fold = np.array([run.session % FOLDS for run in some])
    apart = np.zeros(len(some))
    for k in range(FOLDS):
        if (fold == k).any() and (fold != k).any():
            apart[fold == k] = rows[fold == k] @ fit(
                rows[fold != k], is_stroke[fold != k], weight[fold != k]
            )
    now = np.array([run.odds for run in some])
    lines = [
        f"{'along' if sign > 0 else 'against'}: {len(some)} runs, {int(is_stroke.sum())} strokes"
    ]
    for name, odds in (("weights in use", now), ("fitted, on other sessions", apart)):
        missed = int(((odds < 0) & (is_stroke > 0)).sum())
        invented = int(((odds >= 0) & (is_stroke == 0)).sum())
        lines.append(f"  {name}: {missed} missed, {invented} invented")
    fitted = fit(rows, is_stroke, weight)
    lines += [f"  {name}: {value:.2f}" for name, value in zip(names, fitted, strict=True)]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate, judge, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, help="per level")
    options = parser.parse_args(argv)
    levels = [level for level in LEVELS for _ in range(options.sessions)]
    seeds = [FIRST_SEED + k for _ in LEVELS for k in range(options.sessions)]
    with ProcessPoolExecutor(2) as pool:
        runs = [run for each in pool.map(weighed, levels, seeds) for run in each]
    for sign in (1, -1):
        print(report(runs, sign))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
