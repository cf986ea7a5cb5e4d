"""What the plan leads one to expect next: a prior over ways, never a rail."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.events import Stroke
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.planning.model import Plan

_CURRENT, _NEXT, _PLANNED, _UNPLANNED = 3.0, 1.5, 0.0, -2.0  # log weights, our defaults
_AGAIN = 1.0  # people repeat what they just did, on either side
_AGAINST = -1.2  # strokes against the direction are rarer than strokes along it
_TOOL, _NO_TOOL, _TOOL_LATER = 0.0, -1.5, -1.5  # a step with a tool is mostly done with it
_OTHER_REACH = -1.0  # a tool does not change its length


class Expectation:
    """Log priors over ways given the plan and what has been done.

    Args:
        plan: What was planned; without one every way is equally likely.
        ways: The engine's.
    """

    def __init__(self, plan: Plan | None, ways: Ways) -> None:
        self._plan = plan
        self._ways = ways
        self._at = 0
        self._reach: int | None = None
        self._last: str | None = None
        self._log = np.zeros(len(ways))
        self._refresh()

    def prior(self, moved_mm: FloatArray) -> FloatArray:
        """(J,) log weights; `moved_mm` (J,) tells which ways were travelled backwards."""
        return self._log + np.where(moved_mm < 0, _AGAINST, 0.0)

    def surprise(self, way: int) -> float:
        """How much less expected a way is than the most expected one.

        Up to 1 for what is planned, up to 3 for what is not.
        """
        most = 1.0 if self._log[way] >= _PLANNED + _NO_TOOL else 3.0
        return min(most, max(0.0, float(self._log.max() - self._log[way]) - 1.5))

    def done(self, stroke: Stroke, way: int) -> None:
        """Move the expectation to the step that the person is evidently doing.

        Args:
            stroke: What was done.
            way: Index of the way that explained it.
        """
        contact = self._ways.ways[way].contact
        before = self._at, self._reach, self._last
        if self._ways.contacts[contact].reach:
            self._reach = contact
        self._last = stroke.movement
        if self._plan is not None:
            steps = self._plan.steps
            fits = [
                i
                for i, step in enumerate(steps)
                if step.movement == stroke.movement and step.side == stroke.side
            ]
            if fits:
                self._at = min(fits, key=lambda i: (i < self._at, abs(i - self._at)))
        if before != (self._at, self._reach, self._last):
            self._refresh()

    def _refresh(self) -> None:
        log = np.zeros(len(self._ways))
        for j, way in enumerate(self._ways.ways):
            if self._plan is not None:
                log[j] = self._planned(way.movement.id, way.side, way.contact)
            if way.movement.id == self._last:
                log[j] += _AGAIN
        self._log = log

    def _planned(self, movement: str, side: str, contact: int) -> float:
        """Log weight of a way under the plan."""
        assert self._plan is not None  # noqa: S101
        best = _UNPLANNED
        reach = self._ways.contacts[contact].reach
        for i, step in enumerate(self._plan.steps):
            if step.movement != movement:
                continue
            if step.side != side:
                # The right movement on the other side is the commonest slip.
                weight = _PLANNED
            else:
                weight = _CURRENT if i == self._at else _NEXT if i == self._at + 1 else _PLANNED
            if step.tool != "hands":
                weight += _TOOL if reach else _NO_TOOL
                if reach and weight < _NEXT:
                    weight += _TOOL_LATER  # only taken up when its step comes
            elif reach:
                weight += _NO_TOOL
            if reach and self._reach is not None and contact != self._reach:
                weight += _OTHER_REACH
            best = max(best, weight)
        return best
