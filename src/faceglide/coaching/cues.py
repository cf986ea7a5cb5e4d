"""From verdicts to what a person is told: one thing at a time, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from faceglide.coaching.dose import NOTHING, behind, more
from faceglide.coaching.events import Cue, Dose, Event, Fault, Hold, Side, Stroke
from faceglide.protocol.model import Movement, Protocol
from faceglide.protocol.phrases import say

SPOKEN_EVERY_S = 4.0  # the design's rule
_AGAIN_S = 12.0  # the same words are not said again sooner
_PRAISE_EVERY_S = 25.0  # silence while things go well; now and then say what went well
_IN_A_ROW = 4  # good strokes in a row before praise
_LOPSIDED = 3  # strokes more on one side, once the person has worked on both

# Most useful first: what spares the skin, then what wastes the stroke, then what polishes it.
_ORDER: tuple[Fault, ...] = ("tugging", "wrong_direction", "too_fast", "off_path", "incomplete")


@dataclass(slots=True)
class _Streak:
    good: int = 0
    mended: Fault | None = None


class Coach:
    """Turns the engine's events into cues.

    Args:
        protocol: In whose words it speaks.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._movements = {movement.id: movement for movement in protocol.movements}
        self._spoken_t = -1e9
        self._praised_t = -1e9
        self._said: dict[str, float] = {}
        self._streak = _Streak()
        self._sides: dict[str, dict[Side, Dose]] = {}

    def take(self, t: float, events: Iterable[Event]) -> list[Cue]:
        """What to say about these events, at most one cue.

        Args:
            t: Seconds, the frames' own.
            events: From the engine, in order.
        """
        best: tuple[int, str, str] | None = None
        for event in events:
            if not isinstance(event, Stroke | Hold) or event.verdict == "cannot_tell":
                continue
            found = self._about(event, t)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is None:
            return []
        _, text, kind = best
        if t - self._said.get(text, -1e9) < _AGAIN_S:
            return []
        if kind == "praise":
            self._praised_t, self._streak.good = t, 0
        spoken = t - self._spoken_t >= SPOKEN_EVERY_S
        if spoken:
            self._spoken_t = t
        self._said[text] = t
        return [Cue(t=t, text=text, kind=kind, spoken=spoken)]

    def _about(self, event: Stroke | Hold, t: float) -> tuple[int, str, str] | None:
        movement = self._movements[event.movement]
        lopsided = self._balance(event)
        if event.faults:
            worst = min(event.faults, key=_ORDER.index)
            self._streak = _Streak(mended=worst)
            return _ORDER.index(worst), self._correction(worst, event, movement), worst
        if lopsided is not None:
            return 10, lopsided, "balance"
        return self._praise(movement, t)

    def _balance(self, event: Stroke | Hold) -> str | None:
        """What to say of a side that falls behind, once both have been worked on."""
        if event.side == "midline":
            return None
        sides = self._sides.setdefault(event.movement, {"left": NOTHING, "right": NOTHING})
        other: Side = "right" if event.side == "left" else "left"
        before = behind(sides[other], sides[event.side])
        sides[event.side] = more(sides[event.side], event)
        strokes = behind(sides[other], sides[event.side])
        if sides[other].strokes and before < _LOPSIDED <= strokes:
            return say(self._protocol, f"cue.{other}_behind", n=strokes)
        return None

    def _praise(self, movement: Movement, t: float) -> tuple[int, str, str] | None:
        streak = self._streak
        streak.good += 1
        if streak.mended is not None and streak.good == 1:
            mended, streak.mended = streak.mended, None
            return 20, say(self._protocol, f"mended.{mended}"), "praise"
        if streak.good >= _IN_A_ROW and t - self._praised_t >= _PRAISE_EVERY_S:
            praise = say(self._protocol, "cue.praise", movement=movement.name)
            return 30, praise, "praise"
        return None

    def _correction(self, fault: Fault, event: Stroke | Hold, movement: Movement) -> str:
        short_hold = fault == "incomplete" and isinstance(event, Hold)
        phrase = "cue.incomplete_hold" if short_hold else f"cue.{fault}"
        return say(self._protocol, phrase, direction=movement.direction)
