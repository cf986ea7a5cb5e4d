"""What may be done today, and how: the movements that pass screening's gate, with their ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from faceglide.planning.dose import Dose, dose
from faceglide.planning.memo import per_protocol
from faceglide.planning.model import History
from faceglide.protocol.model import Goal, Grade, Movement, Protocol, Technique, Tool
from faceglide.screening import allowed
from faceglide.screening.model import Decision

HANDS = "hands"
"""The tool everyone has with them; it stands in wherever no chosen tool may be used."""

GRADE_WEIGHT: dict[Grade, float] = {
    "strong": 1.0,
    "moderate": 0.8,
    "limited": 0.6,
    "very_limited": 0.4,
    "none": 0.2,
}
"""How far a grade of evidence carries a movement's weight; our default."""
REST_WEIGHT = 0.02
"""Weight of a movement that serves none of the goals: it only fills time that is left."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way of doing a movement."""

    tool: Tool
    technique: Technique


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A movement, open today if it has a way.

    Attributes:
        movement: The movement.
        ways: How it may be done, in the order in which rounds take turns.
        weight: What it does for the goals, by the grade of its evidence.
        goal: The goal it serves most, if any.
        dose: Seconds of one repeat.
    """

    movement: Movement
    ways: tuple[Way, ...]
    weight: float
    goal: Goal | None
    dose: Dose


def candidates(
    protocol: Protocol,
    decision: Decision,
    goals: Collection[Goal],
    tools: Collection[str],
    history: History,
) -> tuple[Candidate, ...]:
    """Every movement, with the ways the Decision leaves open: chosen tools or the bare hands."""
    grades = _grades(protocol)
    found = []
    for movement in protocol.movements:
        ways = open_ways(protocol, decision, movement, tools)
        weight, goal = _weight(movement, goals, grades)
        taste = _taste(movement.id, history)
        found.append(Candidate(movement, ways, weight * taste, goal, _doses(protocol)[movement.id]))
    return tuple(found)


def open_ways(
    protocol: Protocol, decision: Decision, movement: Movement, tools: Collection[str]
) -> tuple[Way, ...]:
    """The ways `movement` may be done: chosen tools in the protocol's order, then bare hands."""
    open_today = [
        way
        for way in all_ways(protocol)[movement.id]
        if (way.tool.id in tools or way.tool.id == HANDS)
        and allowed(protocol, decision, movement, way.tool, way.technique)
    ]
    chosen = [way for way in open_today if way.tool.id in tools and way.tool.id != HANDS]
    by_hand = [way for way in open_today if way.tool.id == HANDS]
    if chosen and HANDS not in tools and any(not way.tool.opt_in for way in chosen):
        return tuple(chosen)
    return tuple(chosen + by_hand)


@per_protocol
def all_ways(protocol: Protocol) -> dict[str, list[Way]]:
    """For each movement every tool and technique that belong together and to it."""
    return {
        movement.id: [
            Way(tool, technique)
            for tool in protocol.tools
            if tool.id in movement.tools
            for technique in protocol.techniques
            if technique.id in movement.techniques and tool.id in technique.tools
        ]
        for movement in protocol.movements
    }


@per_protocol
def _grades(protocol: Protocol) -> dict[str, float]:
    return {entry.id: GRADE_WEIGHT[entry.grade] for entry in protocol.evidence}


@per_protocol
def _doses(protocol: Protocol) -> dict[str, Dose]:
    return {movement.id: dose(movement) for movement in protocol.movements}


def _weight(
    movement: Movement, goals: Collection[Goal], grades: dict[str, float]
) -> tuple[float, Goal | None]:
    total, best, best_goal = 0.0, 0.0, None
    for goal in goals:
        evidence = behind(movement, goal)
        part = movement.helps.get(goal.id, 0.0) * grades.get(evidence or "", 0.2)
        total += part
        if part > best:
            best, best_goal = part, goal
    return max(total, REST_WEIGHT), best_goal


def behind(movement: Movement, goal: Goal) -> str | None:
    """The evidence id that carries `movement` towards `goal`: the first that both name."""
    shared = (entry for entry in movement.evidence if entry in goal.evidence)
    return next(shared, next(iter(goal.evidence), None))


def _taste(movement: str, history: History) -> float:
    """A gentle lean: what is liked more often, what is skipped less, what rested lately first."""
    factor = 1.3 if movement in history.liked else 1.0
    skipped = sum(movement in session for session in history.skipped[:5])
    factor *= 0.85**skipped
    rested = next(
        (ago for ago, session in enumerate(history.recent) if movement in session),
        len(history.recent),
    )
    return factor * (1.0 + 0.1 * min(rested, 3))
