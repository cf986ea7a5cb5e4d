"""Which movement a run was: how well each way explains it, and what was to be expected."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.expectation import AGAINST, Expectation
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray

_NEARLY, _TRIED = 4.0, 3  # how far behind the best a way may be, and how many are tried
# Of the strokes about a path, how many are on it, and how dense the others are beside it, each
# millimetre. Our defaults.
_ON, _ASTRAY = 0.9, 0.004
# By how much log weight one movement may explain a run less well than another and be meant as well;
# what is expected counts so much there: it may be wrong itself. Our defaults.
_AS_WELL, _BELIEVED = 2.2, 0.25
_MISSING = 3.0  # log weight against a way none of which was covered


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A run, and which movement it may have been.

    Attributes:
        run: On the way that explains it best, or nearly so.
        likely: (J,) log likelihood of its samples, by way.
        nearest_mm: How far beside the movement's path it was if what touched reached otherwise
            than `run` has it, as it may well have; infinite where it may not.
        either_way: Whether it went against its movement, or as well along another one.
    """

    run: Run
    likely: FloatArray
    nearest_mm: float
    either_way: bool


def ranked(
    trail: Trail, runs: list[Run], ways: Ways, expect: Expectation, limits: Thresholds
) -> list[Named]:
    """Runs whose way explains their samples best, or nearly so: the longest and best first.

    A way on which the hand still is counts, too: its run will be judged when it ends.

    Args:
        trail: The hand's samples.
        runs: Those that ended together.
        ways: Laid on the person's mesh.
        expect: What was to be expected.
        limits: The thresholds.
    """
    ended = np.zeros(len(ways), dtype=bool)
    ended[[run.way for run in runs]] = True
    found: list[tuple[float, Named]] = []
    for run in sorted(runs, key=lambda run: run.first - run.last):
        likely = explained(trail, run, ways, limits)
        expected = expect.weights(float(trail.t[run.first]))
        score = likely + expected
        nearest_mm = _nearest_otherwise(trail, run, ways, score)
        score[~(ended | trail.under_way(run))] = -np.inf
        own = float(score[run.way])
        behind = float(score.max()) - own if math.isfinite(own) else math.inf
        if behind == 0.0 or (found and behind < _NEARLY):
            either_way = run.sign < 0 and _may_be_another(
                trail, run, ways, expect.planned, likely + _BELIEVED * expected
            )
            found.append((behind, Named(run, likely, nearest_mm, either_way)))
    others = sorted(found[1:], key=lambda each: each[0])[: _TRIED - 1]
    return [named for _, named in found[:1] + others]


def _nearest_otherwise(trail: Trail, run: Run, ways: Ways, score: FloatArray) -> float:
    """How far beside its path a run was by the nearest reading of it with another reach."""
    alike = np.array(ways.kind) == ways.kind[run.way]
    alike[run.way] = False
    alike &= score > score[run.way] - _NEARLY
    if not alike.any():
        return math.inf
    return float(trail.beside[run.first : run.last + 1, alike].mean(axis=0).min())


def _may_be_another(
    trail: Trail, run: Run, ways: Ways, planned: NDArray[np.bool_], score: FloatArray
) -> bool:
    """Whether a run against a movement is about as well one along another that is planned."""
    movement = ways.ways[run.way].movement
    others = np.array([way.movement is not movement for way in ways.ways]) & planned
    others &= trail.along[run.last] > trail.along[run.first]
    against = float(score[run.way]) - AGAINST
    return bool((score[others] > against - _AS_WELL).any())


def explained(trail: Trail, run: Run, ways: Ways, limits: Thresholds) -> FloatArray:
    """(J,) log likelihood of a run's samples if the hand was on each way."""
    if run.last <= run.first:
        return np.full(len(ways), -np.inf)
    beside = trail.beside[run.first : run.last + 1].mean(axis=0)
    moved = trail.along[run.last] - trail.along[run.first]
    covered = np.minimum(np.abs(moved) / ways.span_mm, 1.0)
    near = np.exp(-0.5 * (beside / limits.match_mm) ** 2) / limits.match_mm
    likely = np.log(_ON * near + _ASTRAY * ways.share) - _MISSING * (1.0 - covered)
    likely += np.where(moved < 0, AGAINST, 0.0)
    likely[beside > limits.near_mm] = -np.inf
    return np.asarray(likely)


__all__ = ["Named", "explained", "ranked"]
