"""Put rounds in order: one tool after another, zones in the goal's order, both sides in turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from faceglide.planning.fill import Round
from faceglide.protocol.model import Goal, Protocol


def in_order(
    protocol: Protocol, goals: Collection[Goal], rounds: Sequence[Round]
) -> tuple[Round, ...]:
    """Order rounds.

    Each tool is taken up once. With the tool in hand, a round goes through the zones in the order
    of the first goal that names one (drainage opens the neck first), then the next round follows.
    The movement a goal wants at the end closes the routine when it comes more than once.
    """
    wanted = next((goal.zone_order for goal in goals if goal.zone_order), ())
    zone_rank = {zone: rank for rank, zone in enumerate(wanted)}
    for zone in protocol.zones:
        zone_rank.setdefault(zone.id, len(zone_rank))
    movement_rank = {movement.id: rank for rank, movement in enumerate(protocol.movements)}
    tool_rank: dict[str, tuple[int, int]] = {}
    for place, tool in enumerate(protocol.tools):
        zones = [r.candidate.movement.zone for r in rounds if r.way.tool.id == tool.id]
        if zones:
            tool_rank[tool.id] = min(zone_rank[zone] for zone in zones), place

    def key(item: Round) -> tuple[tuple[int, int], int, int, int]:
        movement = item.candidate.movement
        return (
            tool_rank[item.way.tool.id],
            item.number,
            zone_rank[movement.zone],
            movement_rank[movement.id],
        )

    ordered = sorted(rounds, key=key)
    finish = next((goal.finish for goal in goals if goal.finish), None)
    closing = [r for r in ordered if r.candidate.movement.id == finish][1:][-1:]
    return tuple([r for r in ordered if r not in closing] + closing)
