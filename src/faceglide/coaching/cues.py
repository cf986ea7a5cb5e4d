"""From verdicts to what a person is told: one thing at a time, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from faceglide.coaching.events import Cue, Event, Fault, Hold, Stroke
from faceglide.protocol.model import Movement, Protocol

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
        protocol: For the movements' own words.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._movements = {movement.id: movement for movement in protocol.movements}
        self._zones = {zone.id: zone.name.lower() for zone in protocol.zones}
        self._spoken_t = -1e9
        self._praised_t = -1e9
        self._said: dict[str, float] = {}
        self._streak = _Streak()
        self._sides: dict[str, dict[str, int]] = {}

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
        spoken = t - self._spoken_t >= SPOKEN_EVERY_S
        if spoken:
            self._spoken_t = t
        self._said[text] = t
        return [Cue(t=t, text=text, kind=kind, spoken=spoken)]

    def _about(self, event: Stroke | Hold, t: float) -> tuple[int, str, str] | None:
        movement = self._movements[event.movement]
        if event.faults:
            worst = min(event.faults, key=_ORDER.index)
            self._streak = _Streak(mended=worst)
            return _ORDER.index(worst), _correction(worst, event, movement), worst
        lopsided = self._balance(event)
        if lopsided is not None:
            return 10, lopsided, "balance"
        return self._praise(movement, t)

    def _balance(self, event: Stroke | Hold) -> str | None:
        if event.side == "midline":
            return None
        sides = self._sides.setdefault(event.movement, {"left": 0, "right": 0})
        sides[event.side] += 1
        other = "right" if event.side == "left" else "left"
        if sides[other] and sides[event.side] - sides[other] == _LOPSIDED:
            return f"Change sides. Your {other} side is {_LOPSIDED} strokes behind."
        return None

    def _praise(self, movement: Movement, t: float) -> tuple[int, str, str] | None:
        streak = self._streak
        streak.good += 1
        if streak.mended is not None and streak.good == 1:
            mended, streak.mended = streak.mended, None
            return 20, _MENDED[mended], "praise"
        if streak.good >= _IN_A_ROW and t - self._praised_t >= _PRAISE_EVERY_S:
            self._praised_t, streak.good = t, 0
            return 30, f"Even and slow. Keep this pace. {movement.name}.", "praise"
        return None


_MENDED: dict[Fault, str] = {
    "tugging": "Better. The skin stays still now.",
    "wrong_direction": "That is the way. Keep this direction.",
    "too_fast": "That pace is right.",
    "off_path": "Back on the line. Stay there.",
    "incomplete": "All the way to the end. Good.",
}


def _correction(fault: Fault, event: Stroke | Hold, movement: Movement) -> str:
    if fault == "tugging":
        return "Lighter. Let the skin stay still. Add oil if it drags."
    if fault == "wrong_direction":
        return f"Turn around. {movement.direction}"
    if fault == "too_fast":
        return "Slower. Take about a breath for each stroke."
    if fault == "off_path":
        return f"Come back to the line. {movement.direction}"
    if isinstance(event, Hold):
        return "Stay longer. Rest there for a few slow breaths."
    return f"Go all the way. {movement.direction}"
