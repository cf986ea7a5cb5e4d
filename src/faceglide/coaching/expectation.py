"""What the plan leads one to expect next: a prior over ways, never a rail."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.events import Stroke
from faceglide.coaching.ways import Way
from faceglide.face.canonical import FloatArray
from faceglide.planning.model import Plan
from faceglide.protocol.model import Protocol

_CURRENT, _NEXT, _PLANNED, _UNPLANNED = 3.0, 1.5, 0.0, -2.0  # log weights, our defaults
_AGAINST = -1.2  # strokes against the direction are rarer than strokes along it


class Expectation:
    """Log priors over ways given the plan and what has been done.

    Args:
        protocol: For the ids.
        plan: What was planned; without one every way is equally likely.
        ways: In the order of the engine's arrays.
    """

    def __init__(self, protocol: Protocol, plan: Plan | None, ways: tuple[Way, ...]) -> None:
        self._plan = plan
        self._ways = ways
        self._at = 0
        self._log = np.zeros(len(ways))
        self._zones = {movement.id: movement.zone for movement in protocol.movements}
        self._refresh()

    def prior(self, moved_mm: FloatArray) -> FloatArray:
        """(J,) log weights; `moved_mm` (J,) tells which ways were travelled backwards."""
        return self._log + np.where(moved_mm < 0, _AGAINST, 0.0)

    def done(self, stroke: Stroke) -> None:
        """Move the expectation to the step that the person is evidently doing."""
        if self._plan is None:
            return
        steps = self._plan.steps
        order = sorted(range(len(steps)), key=lambda i: (i < self._at, abs(i - self._at)))
        for i in order:
            if steps[i].movement == stroke.movement and steps[i].side == stroke.side:
                if i != self._at:
                    self._at = i
                    self._refresh()
                return

    def _refresh(self) -> None:
        if self._plan is None:
            return
        log = np.full(len(self._ways), _UNPLANNED)
        for i, step in enumerate(self._plan.steps):
            weight = _CURRENT if i == self._at else _NEXT if i == self._at + 1 else _PLANNED
            for j, way in enumerate(self._ways):
                if way.movement.id == step.movement and way.side == step.side:
                    log[j] = max(log[j], weight)
                elif way.movement.id == step.movement:
                    # The right movement on the other side is the commonest slip.
                    log[j] = max(log[j], _PLANNED)
        self._log = log
