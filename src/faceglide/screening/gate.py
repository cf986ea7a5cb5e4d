"""The one gate: may this movement be done with this tool and technique today?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from faceglide.protocol import Protocol
from faceglide.protocol.model import Movement, Technique, Tool
from faceglide.screening.model import Answers, Decision, Pressure
from faceglide.screening.rules import PRESSURES, blocked_goals


@dataclass(frozen=True, slots=True)
class Combination:
    """One way of doing one movement on one side."""

    movement: Movement
    side: Literal["left", "right", "midline"]
    tool: Tool
    technique: Technique


def allowed(
    protocol: Protocol, decision: Decision, movement: Movement, tool: Tool, technique: Technique
) -> bool:
    """Whether `movement` may be done with `tool` by `technique` under `decision`.

    Holds the rules for any face (blocked zones of tools and techniques) as well as the decision's.
    Whether the person has chosen an opt-in tool is the caller's to know; see `combinations`.

    Args:
        protocol: The protocol all three come from.
        decision: From `screen`.
        movement: What would be done.
        tool: With what.
        technique: And how.
    """
    if decision.outcome not in ("go", "adapt"):
        return False
    fits = (
        tool.id in movement.tools
        and technique.id in movement.techniques
        and tool.id in technique.tools
        and tool.purpose == "massage"
        and any(zone.id == movement.zone for zone in protocol.zones)
    )
    if not fits or movement.zone in tool.blocked_zones or movement.zone in technique.blocked_zones:
        return False
    return not (
        movement.zone in decision.blocked_zones
        or movement.id in decision.blocked_movements
        or tool.id in decision.blocked_tools
        or technique.id in decision.blocked_techniques
        or any(tool.id in f.tools and movement.zone in f.zones for f in decision.findings)
    )


def combinations(
    protocol: Protocol, decision: Decision, tools: Collection[str]
) -> Iterator[Combination]:
    """Every allowed way of doing every movement, in the protocol's order.

    Args:
        protocol: The protocol.
        decision: From `screen`.
        tools: Ids of the tools the person chose. Opt-in tools are among them only if the person
            has switched them on.
    """
    for movement in protocol.movements:
        for tool in protocol.tools:
            for technique in protocol.techniques:
                if tool.id in tools and allowed(protocol, decision, movement, tool, technique):
                    for side in movement.sides:
                        yield Combination(movement, side, tool, technique)


def pressure_for(decision: Decision, movement: Movement) -> Pressure:
    """The movement's pressure, capped by the decision."""
    cap = decision.max_pressure or movement.pressure
    return min(movement.pressure, cap, key=PRESSURES.index)


def allowed_goals(protocol: Protocol, answers: Answers) -> tuple[str, ...]:
    """The goals that may be offered to this person, in the protocol's order."""
    blocked = blocked_goals(protocol, answers)
    return tuple(goal.id for goal in protocol.goals if goal.id not in blocked)
