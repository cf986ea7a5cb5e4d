"""What a person is doing now: a belief about movement and tool that every stroke moves on.

The plan is a prior over it, never a rail. A stroke far beside its path looks like a neighbour's, so
no stroke settles the matter by itself: the next ones can still say otherwise. People stay with a
movement for some strokes, and pause longer before they change to another.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from faceglide.coaching.hands import TOOL_GRIPS, Contacts
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.planning.model import Plan, Step

# Log weights of what comes first, and of what a change leads to; our defaults.
_NEXT, _PLANNED, _UNPLANNED = 2.0, 0.0, -2.0
# Log weights against holding a tool in an odd grip, and in another than before, for each stroke
# more that was told of that, up to so many; and how much a grip that is new surprises.
_ODD_GRIP, _OTHER_GRIP, _GRIPS, _NEW_GRIP = -0.3, -1.0, 3, 0.5
AGAINST = -1.2  # strokes against the direction are rarer than strokes along it
_NO_TOOL = -1.5  # a step with a tool is mostly done with it
# Chance that the next stroke is of another movement, by the seconds in between. Our defaults.
_PAUSES_S = (1.0, 2.5, 5.0, 10.0)
_CHANGES = (0.01, 0.03, 0.5, 0.7)
_COMPLETE = 15.0  # times the odds of it once all that was planned of a movement is done
# How much a surprise counts at most, and how much less likely than another anything can be.
_LOOSE, _FIRM = (1.0, 4.0), (3.0, 7.0)  # without a plan, and under one
_MOST_PLANNED, _NO_SURPRISE = 1.5, 1.5
_MOST_SURE = 6.0  # log weight beyond which nothing more is believed


class Expectation:
    """Log weights over ways given the plan and what has been done.

    Args:
        plan: What was planned; without one every movement is equally likely.
        ways: The engine's.

    Attributes:
        planned: (J,) whether each way is; all are without a plan.
    """

    def __init__(self, plan: Plan | None, ways: Ways) -> None:
        doing = [(way.movement.id, way.contact) for way in ways.ways]
        self._doing = list(dict.fromkeys(doing))
        self._of = np.array([self._doing.index(each) for each in doing])
        self._holds = [ways.contacts[contact].reach > 0 for _, contact in self._doing]
        self._odd = np.array([_is_odd(ways.contacts[contact]) for _, contact in self._doing])
        self._where = [(way.movement.id, way.side) for way in ways.ways]
        stages = _stages(plan)
        self._tools = {step.movement: step.tool for step in stages}
        self._left = Counter[tuple[str, str]]()
        for step in plan.steps if plan is not None else ():
            self._left[step.movement, step.side] += step.repeats
        self._first = self._weights(stages, 0)
        self.planned = (self._first >= _PLANNED + _NO_TOOL)[self._of]
        self._then = np.stack([self._leads_to(stages, k) for k in range(len(self._doing))])
        self._log = self._first
        self._most, self._least = _LOOSE if plan is None else _FIRM
        self._end_s = math.inf
        self._grips = Counter[tuple[str | None, int]]()

    def weights(self, start_s: float) -> FloatArray:
        """(J,) log weights of the ways for a stroke that begins at `start_s`."""
        return np.asarray(self._predicted(start_s)[self._of])

    def surprise(self, way: int, start_s: float) -> float:
        """How much less expected a way is than the most expected one.

        Under a plan up to 1.5 for what is planned and up to 3 for what is not; up to 1 without.
        A tool that is held as it has not been held yet surprises by half a point more.
        """
        log = self._predicted(start_s)
        k = self._of[way]
        most = min(self._most, _MOST_PLANNED) if self.planned[way] else self._most
        surprise = min(most, max(0.0, float(log.max() - log[k]) - _NO_SURPRISE))
        return surprise + _NEW_GRIP * self._is_new_grip(int(k))

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
        movement, _ = self._where[way]
        k = int(self._of[way])
        if self._holds[k]:
            self._grips[self._tools.get(movement), self._doing[k][1]] += 1
        self._left[self._where[way]] -= 1

    def _predicted(self, start_s: float) -> FloatArray:
        """(C,) log weights of what may be done at `start_s`."""
        log = self._log
        if math.isfinite(self._end_s):
            change = self._changes(start_s - self._end_s)
            now = np.exp(log)
            now /= now.sum()
            log = np.log((1.0 - change) * now + (change * now) @ self._then)
            log = np.maximum(log, log.max() - self._least)
        return np.asarray(log + self._odd_grip())

    def _is_new_grip(self, k: int) -> bool:
        """Whether a tool has not been held so yet: of many grips one always fits a little."""
        movement, contact = self._doing[k]
        return self._holds[k] and not self._grips[self._tools.get(movement), contact]

    def _odd_grip(self) -> FloatArray:
        """(C,) log weight against a grip in which a tool has been held less often than another."""
        most: dict[str | None, int] = {}
        for (tool, _), strokes in self._grips.items():
            most[tool] = max(strokes, most.get(tool, 0))
        odd = _ODD_GRIP * self._odd
        for k, (movement, contact) in enumerate(self._doing):
            tool = self._tools.get(movement)
            if self._holds[k]:
                fewer = most.get(tool, 0) - self._grips[tool, contact]
                odd[k] += _OTHER_GRIP * min(_GRIPS, fewer)
        return odd

    def _changes(self, pause_s: float) -> FloatArray:
        """(C,) chance that another movement follows each after so many seconds."""
        chance = float(np.interp(pause_s, _PAUSES_S, _CHANGES))
        due = {movement for (movement, _), left in self._left.items() if left > 0}
        done = {movement for movement, _ in self._left} - due
        more = np.array([_COMPLETE if movement in done else 1.0 for movement, _ in self._doing])
        odds = more * (chance / (1.0 - chance))
        return np.asarray(odds / (1.0 + odds))

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
                if (step.tool != "hands") != self._holds[k]:
                    weight += _NO_TOOL
                log[k] = max(log[k], weight)
        return log


def _is_odd(contact: Contacts) -> bool:
    """Whether a tool is held otherwise than most people hold it."""
    usual = TOOL_GRIPS[0]
    return contact.reach > 0 and (contact.pads, contact.pitch_deg) != (usual.pads, usual.pitch_deg)


def _stages(plan: Plan | None) -> list[Step]:
    """The steps, the two sides of a movement as one: they are done in turn, or at once."""
    out: list[Step] = []
    for step in plan.steps if plan is not None else ():
        if not out or (out[-1].movement, out[-1].tool) != (step.movement, step.tool):
            out.append(step)
    return out
