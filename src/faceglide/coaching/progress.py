"""Where a person is in their plan: counts per side, and which steps are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from faceglide.coaching.events import Event, Hold, StepDone, Stroke
from faceglide.planning.model import Plan, Step

# A step is left for another one after this many strokes there: one may be a slip. Our default.
_MOVED_ON = 2


@dataclass(slots=True)
class _Tally:
    """What has been done of one step."""

    strokes: int = 0
    held_s: float = 0.0
    points: set[int] | None = None
    seconds: float = 0.0
    done: bool = False


class Progress:
    """Counts a session against its plan.

    People skip, repeat and change the order: a stroke counts for the step that it belongs to,
    wherever that is in the plan, and two strokes in a row elsewhere move the session there.

    Args:
        plan: What was planned.

    Attributes:
        current: Index of the step being worked on; `len(plan.steps)` when all are done.
        sides: zone -> side -> strokes, as in the Analysis contract.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tallies = [_Tally(points=set()) for _ in plan.steps]
        self.current = 0
        self.sides: dict[str, dict[str, int]] = {}
        self._elsewhere: list[int] = []
        self._began_s: float | None = None

    @property
    def step(self) -> Step | None:
        """The step being worked on."""
        steps = self._plan.steps
        return steps[self.current] if self.current < len(steps) else None

    @property
    def finished(self) -> bool:
        """Whether every step is done or skipped."""
        return self.current >= len(self._plan.steps)

    def count(self, index: int) -> int:
        """Strokes, circles or hold points counted for a step."""
        tally = self._tallies[index]
        return tally.strokes + len(tally.points or ())

    def take(self, events: Iterable[Event]) -> list[Event]:
        """Take in the engine's events; returns a `StepDone` for every step they completed."""
        out: list[Event] = []
        for event in events:
            if isinstance(event, Stroke):
                out += self._stroke(event)
            elif isinstance(event, Hold):
                out += self._hold(event)
        return out

    def tick(self, t: float) -> list[Event]:
        """Let time pass: a step whose time is up with something done is done.

        Args:
            t: Seconds, the frames' own.
        """
        step = self.step
        if step is None:
            return []
        if self._began_s is None:
            self._began_s = t
        late = t - self._began_s > 1.5 * step.seconds
        if late and self.count(self.current) > 0:
            return self._finish(self.current, t)
        return []

    def skip(self, t: float) -> list[Event]:
        """The person wants the next step."""
        return self._finish(self.current, t) if self.step is not None else []

    def repeat(self, t: float) -> None:
        """The person wants the current step once more, or the last when all are done."""
        if not self._plan.steps:
            return
        self.current = min(self.current, len(self._plan.steps) - 1)
        self._tallies[self.current] = _Tally(points=set())
        self._began_s = t

    def _stroke(self, stroke: Stroke) -> list[Event]:
        if stroke.verdict == "cannot_tell":
            return []
        zone = self.sides.setdefault(stroke.zone, {})
        zone[stroke.side] = zone.get(stroke.side, 0) + 1
        index = self._belongs(stroke.movement, stroke.side)
        if index is None or "wrong_direction" in stroke.faults:
            return []
        tally = self._tallies[index]
        tally.strokes += 1
        tally.seconds += stroke.end_s - stroke.start_s
        self._note(index, stroke.start_s)
        if tally.strokes >= self._plan.steps[index].repeats:
            return self._finish(index, stroke.end_s)
        return []

    def _hold(self, hold: Hold) -> list[Event]:
        index = self._belongs(hold.movement, hold.side)
        if index is None or hold.verdict != "good":
            return []
        tally = self._tallies[index]
        tally.held_s += hold.end_s - hold.start_s
        assert tally.points is not None  # noqa: S101 - set at construction
        tally.points.add(hold.point)
        self._note(index, hold.start_s)
        if len(tally.points) >= 3:
            return self._finish(index, hold.end_s)
        return []

    def _belongs(self, movement: str, side: str) -> int | None:
        """The step that a stroke counts for: the current one, the next open one, an earlier one."""
        fits = [
            i
            for i, step in enumerate(self._plan.steps)
            if step.movement == movement and step.side == side and not self._tallies[i].done
        ]
        ahead = [i for i in fits if i >= self.current]
        return ahead[0] if ahead else fits[0] if fits else None

    def _note(self, index: int, t: float) -> None:
        if index == self.current:
            self._elsewhere.clear()
            if self._began_s is None:
                self._began_s = t
            return
        self._elsewhere.append(index)
        del self._elsewhere[:-_MOVED_ON]
        if self._elsewhere == [index] * _MOVED_ON:
            self.current, self._began_s = index, t
            self._elsewhere.clear()

    def _finish(self, index: int, t: float) -> list[Event]:
        self._tallies[index].done = True
        if index == self.current:
            open_steps = [i for i, tally in enumerate(self._tallies) if not tally.done]
            after = [i for i in open_steps if i > index]
            self.current = (after or open_steps or [len(self._tallies)])[0]
            self._began_s = t
        return [StepDone(t=t, index=index)]
