"""One session being done: frames and commands in, stored events out.

What a session *is* are its stored events. Everything else here (the judge's memory, the counts)
can be lost with the process and made again: counts from the events, the judge from the frames
that the browser kept.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faceglide.coaching import Coach, Engine, Progress
from faceglide.coaching.events import CannotTell, Cue, Event, Hold, StepDone, Stroke
from faceglide.errors import BadInput
from faceglide.planning.model import Plan
from faceglide.protocol import Protocol
from faceglide.records import Store
from faceglide.tracking.frame import Camera
from faceglide.tracking.stream import Numbered

CommandName = Literal["pause", "resume", "repeat", "skip", "step_done", "stop", "hurts"]
Symptom = Literal["pain", "dizziness", "numbness", "vision"]


@dataclass(frozen=True, slots=True)
class Placed:
    """An event at its place in the session's sequence."""

    n: int
    event: Event


class LiveSession:
    """A session in progress; safe to call from several threads.

    Args:
        session_id: A session in the records that has a plan.
        store: The records.
        protocol: The protocol in force.
        pupillary_distance_mm: Of the person, when known.

    Attributes:
        ended_at: When it ended, where it ended before its commands came; else it ends with them.

    Raises:
        BadInput: There is no such session, or its plan is gone.
    """

    def __init__(
        self,
        session_id: uuid.UUID,
        store: Store,
        protocol: Protocol,
        pupillary_distance_mm: float | None = None,
    ) -> None:
        record = store.session_detail(session_id)
        if record.plan_id is None:
            raise BadInput("session", "its plan is gone", "a session with a plan")
        self.session_id = session_id
        self.ended_at: dt.datetime | None = None
        self.plan: Plan = store.plan(record.plan_id).plan
        self._store = store
        self._protocol = protocol
        self._pupillary_distance_mm = pupillary_distance_mm
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._camera: Camera | None = None
        self._coach = Coach(protocol)
        self._progress = Progress(self.plan)
        self._stopped = record.stopped or ("ended" if record.ended_at else None)
        self._log = [Placed(event.seq, event.event()) for event in record.events]
        self._seq = 0
        self._t_s = max((_end_s(placed.event) for placed in self._log), default=0.0)
        self._done_until_s = {"left": -1.0, "right": -1.0}
        self._replay()

    def attach(self, camera: Camera | None) -> bool:
        """A page takes the session up.

        Args:
            camera: Its picture, or None for a session guided without one.

        Returns:
            Whether the judge starts anew and wants the frames that the page kept.
        """
        with self._lock:
            if camera is None or (self._engine is not None and camera == self._camera):
                return False
            self._camera = camera
            self._engine = Engine(self._protocol, camera, self.plan, self._pupillary_distance_mm)
            self._seq = 0
            return True

    def frames(self, frames: Sequence[Numbered]) -> list[Placed]:
        """Judges frames; what they made known is stored when this returns.

        Frames that were judged before are passed over.
        """
        with self._lock:
            if self._engine is None or self._stopped:
                return []
            events: list[Event] = []
            for numbered in frames:
                if numbered.seq <= self._seq:
                    continue
                self._seq = numbered.seq
                t_s = numbered.frame.t
                events += self._weigh(t_s, self._judge(numbered))
                self._t_s = max(self._t_s, t_s)
            return self._keep(events)

    def flush(self) -> list[Placed]:
        """The page is gone: stores what the judge still had open, and lets the judge go."""
        with self._lock:
            if self._engine is None:
                return []
            engine, self._engine = self._engine, None
            return self._keep([] if self._stopped else self._weigh(self._t_s, engine.finish()))

    def command(
        self, name: CommandName, t_s: float, step: int, symptom: Symptom = "pain"
    ) -> list[Placed]:
        """Does what the person asked for; sending it again changes nothing.

        Args:
            name: `step_done` is a step whose time is up; `hurts` ends the session at once, and
                sent again says more closely which symptom it was.
            t_s: The session's time.
            step: The step it was meant for.
            symptom: What `hurts` means.
        """
        with self._lock:
            if name == "hurts":
                return self._hurts(step, symptom)
            if self._stopped:
                return []
            if name == "stop":
                return self._end(None)
            if step != self._progress.current:
                return []
            if name == "repeat":
                self._progress.repeat(t_s)
            elif name in ("skip", "step_done"):
                if name == "skip":
                    self._note("skipped", step)
                return self._keep(self._progress.skip(t_s))
            return []

    def events_after(self, n: int) -> list[Placed]:
        """The strokes, holds and steps that a page has not heard of."""
        with self._lock:
            return [p for p in self._log if p.n > n and not isinstance(p.event, Cue)]

    @property
    def seq(self) -> int:
        """The newest frame judged."""
        return self._seq

    @property
    def t_ms(self) -> float:
        """The session's time so far."""
        return self._t_s * 1000

    def state(self) -> dict[str, Any]:
        """What a page shows: the step to do, strokes counted for each step, why it was stopped."""
        finished = self._progress.finished
        return {
            "step": None if finished else self._progress.current,
            "counts": [self._progress.count(index) for index in range(len(self.plan.steps))],
            "sides": self._progress.sides,
            "stopped": self._stopped,
        }

    def _replay(self) -> None:
        """Brings the counts to where the stored events leave them."""
        for placed in self._log:
            event = placed.event
            if isinstance(event, Stroke | Hold):
                self._progress.take([event])
                self._mark_done(event)
            elif isinstance(event, StepDone) and event.index == self._progress.current:
                self._progress.skip(event.t)

    def _judge(self, numbered: Numbered) -> list[Event]:
        engine = self._engine
        assert engine is not None  # noqa: S101 - asked by the caller
        try:
            return engine.push(numbered.frame)
        except Exception:
            # A judge that broke is not to be trusted with another frame; the next page to attach
            # gets a new one, and the error is told where errors are told.
            self._engine = None
            raise

    def _weigh(self, t_s: float, events: Iterable[Event]) -> list[Event]:
        """The judge's events without those stored before, with steps done and cues."""
        new = [event for event in events if not self._is_old(event)]
        for event in new:
            self._mark_done(event)
        return [
            *new,
            *self._progress.take(new),
            *self._progress.tick(t_s),
            *self._coach.take(t_s, new),
        ]

    def _is_old(self, event: Event) -> bool:
        """Whether a judge that started anew saw again what its predecessor had reported."""
        if isinstance(event, Stroke | Hold):
            return event.start_s < self._done_until_s[event.hand]
        return isinstance(event, CannotTell) and event.end_s <= self._t_s

    def _mark_done(self, event: Event) -> None:
        if isinstance(event, Stroke | Hold):
            self._done_until_s[event.hand] = max(self._done_until_s[event.hand], event.end_s)

    def _keep(self, events: list[Event]) -> list[Placed]:
        first = self._log[-1].n + 1 if self._log else 1
        placed = [Placed(n, event) for n, event in enumerate(events, first)]
        if placed:
            self._store.append_events(self.session_id, [(p.n, p.event) for p in placed])
            self._log += placed
        if self._progress.finished and self._stopped is None:
            self._store.finish_session(self.session_id, self.ended_at)
            self._stopped = "ended"
        return placed

    def _hurts(self, step: int, symptom: Symptom) -> list[Placed]:
        if self._stopped == "ended":
            return []
        if self._stopped:
            self._store.name_symptom(self.session_id, symptom)
            self._stopped = symptom
            return []
        self._note("pain", step)
        return self._end(symptom)

    def _end(self, symptom: Symptom | None) -> list[Placed]:
        left = self._weigh(self._t_s, self._engine.finish()) if self._engine else []
        self._engine = None
        placed = self._keep(left)
        self._store.finish_session(self.session_id, self.ended_at, stopped=symptom)
        self._stopped = symptom or "ended"
        return placed

    def _note(self, kind: str, step: int) -> None:
        if 0 <= step < len(self.plan.steps):
            movements = [self.plan.steps[step].movement]
            self._store.save_feedback(self.session_id, kind, {"movements": movements})


def _end_s(event: Event) -> float:
    return event.t if isinstance(event, Cue | StepDone) else event.end_s
