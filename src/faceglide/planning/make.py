"""From a Decision, goals, minutes and tools to a Plan. Pure: the same input, the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from faceglide.errors import BadInput
from faceglide.planning import words
from faceglide.planning.fill import Round, fill
from faceglide.planning.model import History, Plan, Step
from faceglide.planning.options import Way, candidates
from faceglide.planning.order import in_order
from faceglide.protocol.model import Caution, Goal, Movement, Protocol, Tool
from faceglide.screening import pressure_for
from faceglide.screening.model import Decision

MINUTES = (1, 60)
PREPARATION = (0.12, 60.0)
"""Share of the time kept for preparation, and the most of it in seconds; our default."""
CLOSING = (0.06, 45.0)
"""The same for closing."""
SHORTEST_REST_S = 1.0
"""What is less is left to the rounding."""

E = TypeVar("E", Goal, Tool)


class NoPlanToday(BadInput):
    """Nothing may be massaged today; `decision` says why."""

    def __init__(self, decision: Decision) -> None:
        until = f" until {decision.until}" if decision.until else ""
        super().__init__(
            "plan", f"nothing is open today{until} ({decision.outcome})", "a day that leaves a zone"
        )
        self.decision = decision


def make_plan(
    protocol: Protocol,
    decision: Decision,
    *,
    goals: Iterable[str],
    minutes: float,
    tools: Iterable[str],
    age: int | None = None,
    history: History | None = None,
) -> Plan:
    """Plan a routine from what the Decision leaves open.

    The plan lasts `minutes`, preparation and closing included. Each movement is taken as often as
    its worth for the goals deserves, both sides alike, within the repeats the protocol allows; more
    time means further rounds, up to the protocol's ceiling of contact per side. When little is open
    and every ceiling is reached, the rest of the time is a rest, and `closing` says so.

    Args:
        protocol: The protocol in force.
        decision: What screening decided today.
        goals: Goal ids; none means an even routine.
        minutes: 1 to 60.
        tools: Tool ids the person has at hand. Hands stand in where no other tool may be used;
            opt-in tools are used only when named here.
        age: In years, where known; goals that are not offered at that age are left aside.
        history: What earlier sessions say about the person's taste.

    Raises:
        BadInput: Unknown goal or tool, or minutes out of range.
        NoPlanToday: The Decision leaves nothing open.
    """
    wanted = _known(protocol.goals, goals, "goal")
    chosen = {tool.id for tool in _known(protocol.tools, tools, "tool")}
    low, high = MINUTES
    if not low <= minutes <= high:
        raise BadInput("minutes", f"{minutes} is out of range", f"{low} to {high}")
    barred = barred_goals(protocol, decision, age)
    wanted = [goal for goal in wanted if goal.id not in barred]
    if decision.outcome not in ("go", "adapt"):
        raise NoPlanToday(decision)
    every = candidates(protocol, decision, wanted, chosen, history or History())
    open_today = [candidate for candidate in every if candidate.ways]
    if not open_today:
        raise NoPlanToday(decision)
    total = minutes * 60.0
    before, after = (min(most, share * total) for share, most in (PREPARATION, CLOSING))
    filled = fill(open_today, total - before - after)
    rounds = in_order(protocol, wanted, filled.rounds)
    steps = _steps(protocol, decision, rounds, filled.pace)
    rest = filled.left_over_s if filled.left_over_s >= SHORTEST_REST_S else 0.0
    zones = {item.candidate.movement.zone for item in rounds}
    return Plan(
        protocol=protocol.version,
        decision=decision,
        steps=tuple(steps),
        preparation=words.preparation(protocol, decision, chosen),
        closing=words.closing(protocol, rest),
        notes=words.notes(protocol, decision, chosen, zones),
        preparation_seconds=round(before, 1),
        closing_seconds=round(after + rest, 1),
        total_seconds=total_seconds(before, steps, after + rest),
    )


def total_seconds(before: float, steps: Iterable[Step], after: float) -> float:
    """Preparation, steps and closing together."""
    return round(round(before, 1) + sum(step.seconds for step in steps) + round(after, 1), 1)


def _steps(
    protocol: Protocol, decision: Decision, rounds: Iterable[Round], pace: float
) -> list[Step]:
    """Rounds as steps; rounds that are alike share theirs."""
    made: dict[tuple[str, Way, int], list[Step]] = {}
    steps: list[Step] = []
    for item in rounds:
        key = item.candidate.movement.id, item.way, item.repeats
        if key not in made:
            made[key] = _sides(protocol, decision, item, pace)
        steps += made[key]
    return steps


def _sides(protocol: Protocol, decision: Decision, item: Round, pace: float) -> list[Step]:
    """A round on every side of the movement, alike."""
    movement = item.candidate.movement
    seconds = round(item.candidate.dose.step_s(item.repeats, pace), 1)
    pressure = pressure_for(decision, movement)
    why = words.why(protocol, movement, item.candidate.goal)
    return [
        Step(
            movement=movement.id,
            side=side,
            tool=item.way.tool.id,
            technique=item.way.technique.id,
            repeats=item.repeats,
            seconds=seconds,
            pressure=pressure,
            angle_deg=angle(movement, item.way),
            why=why,
        )
        for side in movement.sides
    ]


def barred_goals(protocol: Protocol, decision: Decision, age: int | None = None) -> frozenset[str]:
    """Goals that are not followed today: by the cautions the Decision found, and by age."""
    found = {finding.id for finding in decision.findings}
    return frozenset(
        goal
        for caution in protocol.cautions
        if caution.id in found or _of_age(caution, age)
        for rule in caution.rules
        for goal in rule.goals
    )


def _of_age(caution: Caution, age: int | None) -> bool:
    ages = caution.ages
    return ages is not None and age is not None and ages.at_least <= age <= ages.at_most


def angle(movement: Movement, way: Way) -> float | None:
    """How far an edge leans from the skin; only tools with an edge have an angle."""
    if way.tool.angle_deg is None:
        return None
    return way.tool.angle_deg if movement.angle_deg is None else movement.angle_deg


def _known(entries: Sequence[E], ids: Iterable[str], kind: str) -> list[E]:
    """The entries behind `ids`, in the protocol's order."""
    asked = set(ids)
    known = [entry.id for entry in entries]
    for unknown in sorted(asked.difference(known)):
        raise BadInput(kind, f"{unknown!r} is not a {kind}", f"one of {', '.join(known)}")
    return [entry for entry in entries if entry.id in asked]
