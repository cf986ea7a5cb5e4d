"""Fill the minutes: which movements, how many rounds and repeats, at which pace.

A round is worth what its movement does for the goals, and each further one a part of the round
before. The most worthwhile is taken first for as long as it fits, so that every movement that
serves a goal comes once before the best ones come again; what no longer fits makes room for
something shorter. The pace, inside the protocol's target speeds, closes the gap that is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from faceglide.planning.dose import NOMINAL_PACE, most_rounds
from faceglide.planning.options import Candidate, Way

ROUND_DECAY = 0.35
"""What a further round of the same movement is worth beside the one before; our default."""
REPEAT_DECAY = 0.5
"""What an extra repeat is worth beside a prescribed one; our default."""


@dataclass(slots=True, eq=False)
class Round:
    """One movement once through on all its sides."""

    candidate: Candidate
    number: int
    way: Way
    repeats: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The rounds chosen, the pace that makes them fit, and the seconds they leave over."""

    rounds: tuple[Round, ...]
    pace: float
    left_over_s: float


@dataclass(frozen=True, slots=True, eq=False)
class _Increment:
    """A further round, or with no way of its own one more repeat of the round before.

    Seconds are those of all sides together.
    """

    candidate: Candidate
    number: int
    way: Way | None
    repeats: int
    fast_s: float
    span_s: float
    worth: float


def fill(candidates: Sequence[Candidate], seconds: float) -> Filled:
    """Choose rounds for `seconds` of massage.

    Args:
        candidates: What is open today; at least one.
        seconds: The time to fill.

    Returns:
        The rounds, and a pace in 0..1. `left_over_s` is positive when every movement is at its
        ceiling, negative when the shortest round alone is already too long.
    """
    filling = _Filling(candidates)
    filling.take(seconds, NOMINAL_PACE)
    if filling.seconds(1.0) < seconds:
        filling.take(seconds, 0.0)
    if not filling.rounds:
        filling.take_shortest()
    fast_s, span_s = filling.seconds(0.0), filling.seconds(1.0) - filling.seconds(0.0)
    pace = min(1.0, max(0.0, (seconds - fast_s) / span_s)) if span_s else NOMINAL_PACE
    return Filled(tuple(filling.rounds), pace, seconds - fast_s - pace * span_s)


class _Filling:
    """Rounds taken so far, and for each movement what could be taken next."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.rounds: list[Round] = []
        self._fast_s = self._span_s = 0.0
        self._sources = [_increments(candidate) for candidate in candidates]
        self._heads = [next(source, None) for source in self._sources]
        self._aimed = any(candidate.goal for candidate in candidates)

    def seconds(self, pace: float) -> float:
        """What the rounds taken so far last."""
        return self._fast_s + pace * self._span_s

    def take(self, seconds: float, pace: float) -> None:
        """Take the most worthwhile for as long as anything fits at `pace`.

        At a pace that is faster than it need be, stop as soon as slowing down fills the time. Only
        then does a movement that serves no goal come again: slower strokes are worth more.
        """
        heap = [(-head.worth, index) for index, head in enumerate(self._heads) if head]
        heapq.heapify(heap)
        while heap and (pace >= NOMINAL_PACE or self.seconds(1.0) < seconds):
            _, index = heapq.heappop(heap)
            head = self._heads[index]
            if head and pace >= NOMINAL_PACE and self._only_fills_again(head):
                continue
            if head and self.seconds(pace) + head.fast_s + pace * head.span_s <= seconds:
                following = self._take(index, head)
                if following:
                    heapq.heappush(heap, (-following.worth, index))

    def _only_fills_again(self, head: _Increment) -> bool:
        return self._aimed and head.candidate.goal is None and head.number > 0

    def take_shortest(self) -> None:
        """Take the shortest round there is, however long."""
        heads = [(head.fast_s, index) for index, head in enumerate(self._heads) if head]
        _, index = min(heads)
        head = self._heads[index]
        if head:
            self._take(index, head)

    def _take(self, index: int, head: _Increment) -> _Increment | None:
        if head.way:
            self.rounds.append(Round(head.candidate, head.number, head.way, head.repeats))
        else:
            last = next(r for r in reversed(self.rounds) if r.candidate is head.candidate)
            last.repeats += head.repeats
        self._fast_s += head.fast_s
        self._span_s += head.span_s
        self._heads[index] = next(self._sources[index], None)
        return self._heads[index]


def _increments(candidate: Candidate) -> Iterator[_Increment]:
    """A movement's rounds and extra repeats, each worth less than the one before."""
    movement, dose = candidate.movement, candidate.dose
    sides = len(movement.sides)
    most = movement.repeats_range[1]
    fast_s = sides * dose.step_s(movement.repeats, 0.0)
    span_s = sides * movement.repeats * dose.span_s
    extra_s = sides * dose.fast_s, sides * dose.span_s
    worth = candidate.weight
    for number, way in enumerate(_turns(candidate, most_rounds(movement, dose))):
        yield _Increment(candidate, number, way, movement.repeats, fast_s, span_s, worth)
        for _ in range(most - movement.repeats):
            yield _Increment(candidate, number, None, 1, *extra_s, worth * REPEAT_DECAY)
        worth *= ROUND_DECAY


def _turns(candidate: Candidate, rounds: int) -> Iterator[Way]:
    """The way of each round: the ways take turns, none oftener than its tool allows."""
    turns = (
        way
        for turn in range(rounds)
        for way in candidate.ways
        if way.tool.max_rounds is None or turn < way.tool.max_rounds
    )
    return islice(turns, rounds)
