"""What a person is doing now: a belief about movement and tool that every stroke moves on.

The plan is a prior over it, never a rail. A stroke far beside its path looks like a neighbour's, so
no stroke settles the matter by itself: the next ones can still say otherwise. People stay with a
movement for some strokes, and pause longer before they change to another.
"""

from __future__ import annotations

import math

import numpy as np

from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.planning.model import Plan, Step

# Log weights of what comes first, and of what a change leads to; our defaults.
_NEXT, _PLANNED, _UNPLANNED = 2.0, 0.0, -2.0
AGAINST = -1.2  # strokes against the direction are rarer than strokes along it
_NO_TOOL, _OTHER_REACH = -1.5, -1.0  # a step with a tool is mostly done with it; no tool grows
# Chance that the next stroke is of another movement, by the seconds in between. Our defaults.
_PAUSES_S = (1.0, 2.5, 5.0, 10.0)
_CHANGES = (0.01, 0.03, 0.5, 0.7)
# How much a surprise counts at most, and how much less likely than another anything can be.
_LOOSE, _FIRM = (1.0, 4.0), (3.0, 7.0)  # without a plan, and under one
_MOST_PLANNED, _NO_SURPRISE = 1.5, 1.5
_MOST_SURE = 6.0  # log weight beyond which nothing more is believed


class Expectation:
    """Log weights over ways given the plan and what has been done.

    Args:
        plan: What was planned; without one every movement is equally likely.
        ways: The engine's.
    """

    def __init__(self, plan: Plan | None, ways: Ways) -> None:
        doing = [(way.movement.id, way.contact) for way in ways.ways]
        self._doing = list(dict.fromkeys(doing))
        self._of = np.array([self._doing.index(each) for each in doing])
        self._reaches = [ways.contacts[contact].reach for _, contact in self._doing]
        stages = _stages(plan)
        self._first = self._weights(stages, 0)
        self._then = np.stack([self._leads_to(stages, k) for k in range(len(self._doing))])
        self._log = self._first
        self._most, self._least = _LOOSE if plan is None else _FIRM
        self._end_s = math.inf
        self._reach: float | None = None

    def weights(self, start_s: float) -> FloatArray:
        """(J,) log weights of the ways for a stroke that begins at `start_s`."""
        return np.asarray(self._predicted(start_s)[self._of])

    def surprise(self, way: int, start_s: float) -> float:
        """How much less expected a way is than the most expected one.

        Under a plan up to 1.5 for what is planned and up to 3 for what is not; up to 1 without.
        """
        log = self._predicted(start_s)
        k = self._of[way]
        planned = self._first[k] >= _PLANNED + _NO_TOOL
        most = min(self._most, _MOST_PLANNED) if planned else self._most
        return min(most, max(0.0, float(log.max() - log[k]) - _NO_SURPRISE))

    def done(self, explained: FloatArray, start_s: float, end_s: float, way: int) -> None:
        """Take in a stroke.

        Args:
            explained: (J,) log likelihood of its samples, by way.
            start_s: When it began.
            end_s: When it ended.
            way: Index of the way that was reported.
        """
        log = self._predicted(start_s)
        seen = np.full(len(self._doing), -np.inf)
        np.maximum.at(seen, self._of, explained)
        log = log + np.maximum(seen - seen.max(), -_MOST_SURE)
        self._log = np.maximum(log - log.max(), -_MOST_SURE)
        self._end_s = end_s
        self._reach = self._reaches[int(self._of[way])] or self._reach

    def _predicted(self, start_s: float) -> FloatArray:
        """(C,) log weights of what may be done at `start_s`."""
        change = float(np.interp(start_s - self._end_s, _PAUSES_S, _CHANGES))
        if math.isinf(self._end_s):
            log = self._log
        else:
            now = np.exp(self._log)
            now /= now.sum()
            log = np.log((1.0 - change) * now + change * (now @ self._then))
            log = np.maximum(log, log.max() - self._least)
        if self._reach is not None:
            other = [0.0 < reach != self._reach for reach in self._reaches]
            log = log + _OTHER_REACH * np.array(other)
        return log

    def _leads_to(self, stages: list[Step], k: int) -> FloatArray:
        """(C,) chances of what follows the `k`-th thing that can be done."""
        movement, _ = self._doing[k]
        at = [i for i, step in enumerate(stages) if step.movement == movement]
        chances = np.zeros(len(self._doing))
        for i in at or [-1]:
            weights = np.exp(self._weights(stages, i + 1))
            chances += weights / weights.sum() / max(len(at), 1)
        return chances

    def _weights(self, stages: list[Step], coming: int) -> FloatArray:
        """(C,) log weights when the `coming`-th stage is next."""
        log = np.zeros(len(self._doing))
        if not stages:
            return log
        for k, (movement, _) in enumerate(self._doing):
            log[k] = _UNPLANNED
            for i, step in enumerate(stages):
                if step.movement != movement:
                    continue
                weight = _NEXT if i == coming else _PLANNED
                if (step.tool != "hands") != (self._reaches[k] > 0):
                    weight += _NO_TOOL
                log[k] = max(log[k], weight)
        return log


def _stages(plan: Plan | None) -> list[Step]:
    """The steps, the two sides of a movement as one: they are done in turn, or at once."""
    out: list[Step] = []
    for step in plan.steps if plan is not None else ():
        if not out or (out[-1].movement, out[-1].tool) != (step.movement, step.tool):
            out.append(step)
    return out
