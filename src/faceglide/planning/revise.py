"""Plans of one's own: add, remove, reorder and repeat, never past the Decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from faceglide.errors import BadInput
from faceglide.planning import words
from faceglide.planning.dose import NOMINAL_PACE, SETTLE_S, dose, most_rounds
from faceglide.planning.make import CLOSING, NoPlanToday, angle, total_seconds
from faceglide.planning.model import Plan, Step
from faceglide.planning.options import Way, all_ways
from faceglide.protocol.model import Movement, Protocol
from faceglide.protocol.phrases import say
from faceglide.screening import allowed, pressure_for
from faceglide.screening.model import Decision


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Add(_Edit):
    """Add a movement on all its sides.

    Attributes:
        technique: The tool's own when left out.
        repeats: The prescribed ones when left out.
        at: Before which block; the end when left out.
    """

    do: Literal["add"] = "add"
    movement: str
    tool: str = "hands"
    technique: str | None = None
    repeats: int | None = None
    at: int | None = None


class Remove(_Edit):
    """Take a block out."""

    do: Literal["remove"] = "remove"
    block: int


class Move(_Edit):
    """Put a block where block `to` is now."""

    do: Literal["move"] = "move"
    block: int
    to: int


class Repeat(_Edit):
    """Change a block's repeats, on both sides."""

    do: Literal["repeat"] = "repeat"
    block: int
    repeats: int


Edit = Annotated[Add | Remove | Move | Repeat, Field(discriminator="do")]
Block = tuple[Step, ...]
"""A movement once through on all its sides: the unit a person edits."""


def blocks(plan: Plan) -> tuple[Block, ...]:
    """A plan's steps by what belongs together: a movement's sides, done alike."""
    found: list[list[Step]] = []
    for step in plan.steps:
        last = found[-1] if found else []
        alike = last and last[0].model_copy(update={"side": step.side}) == step
        if alike and step.side not in {other.side for other in last}:
            last.append(step)
        else:
            found.append([step])
    return tuple(tuple(block) for block in found)


def revise(protocol: Protocol, decision: Decision, plan: Plan, edits: Iterable[Edit] = ()) -> Plan:
    """Edit a plan, and fit it to today's Decision.

    What the Decision has closed since the plan was made drops out and `notes` says so; pressure is
    capped anew. An edit that would go past the Decision, past the protocol's repeats or past its
    ceiling of contact is refused.

    Args:
        protocol: The protocol in force.
        decision: Today's.
        plan: A plan, from today or kept from earlier.
        edits: In turn; block numbers are those that the edits before have left.

    Raises:
        BadInput: An edit names what is not there, or is refused.
        NoPlanToday: Nothing is left, or the Decision closes the day.
    """
    if decision.outcome not in ("go", "adapt"):
        raise NoPlanToday(decision)
    current = list(blocks(plan))
    for number, edit in enumerate(edits):
        _apply(protocol, decision, current, edit, f"edit {number}")
    known = {movement.id: movement for movement in protocol.movements}
    fitted = [
        _fitted(block[0], known[block[0].movement], decision)
        for block in current
        if _way(protocol, decision, block[0]) is not None
    ]
    if not fitted:
        raise NoPlanToday(decision)
    _check_ceilings(protocol, fitted)
    return _rebuilt(protocol, decision, plan, fitted)


def _apply(
    protocol: Protocol, decision: Decision, current: list[Block], edit: Edit, place: str
) -> None:
    match edit:
        case Add():
            at = len(current) if edit.at is None else edit.at
            _within(at, len(current) + 1, place)
            current.insert(at, _added(protocol, decision, edit, place))
        case Remove():
            _within(edit.block, len(current), place)
            del current[edit.block]
        case Move():
            _within(edit.block, len(current), place)
            _within(edit.to, len(current), place)
            current.insert(edit.to, current.pop(edit.block))
        case Repeat():
            _within(edit.block, len(current), place)
            current[edit.block] = _repeated(protocol, current[edit.block], edit.repeats, place)


def _within(number: int, count: int, place: str) -> None:
    if not 0 <= number < count:
        raise BadInput(place, f"there is no block {number}", f"0 to {count - 1}")


def _added(protocol: Protocol, decision: Decision, edit: Add, place: str) -> Block:
    movement = _movement(protocol, edit.movement, place)
    tool = next((tool for tool in protocol.tools if tool.id == edit.tool), None)
    if tool is None:
        raise BadInput(place, f"{edit.tool!r} is not a tool", "the id of a tool")
    technique = edit.technique or tool.technique
    ways = [w for w in all_ways(protocol)[movement.id] if w.tool.id == edit.tool]
    way = next((w for w in ways if w.technique.id == technique), None)
    if way is None or not allowed(protocol, decision, movement, way.tool, way.technique):
        fault = f"{movement.id} with {edit.tool} ({technique}) is not open today"
        raise BadInput(place, fault, "what the safety check leaves open")
    repeats = movement.repeats if edit.repeats is None else edit.repeats
    _check_repeats(movement, repeats, place)
    return tuple(
        Step(
            movement=movement.id,
            side=side,
            tool=way.tool.id,
            technique=way.technique.id,
            repeats=repeats,
            seconds=round(dose(movement).step_s(repeats, NOMINAL_PACE), 1),
            pressure=pressure_for(decision, movement),
            angle_deg=angle(movement, way),
            why=say(protocol, "plan.own_choice"),
        )
        for side in movement.sides
    )


def _repeated(protocol: Protocol, block: Block, repeats: int, place: str) -> Block:
    first = block[0]
    movement = _movement(protocol, first.movement, place)
    _check_repeats(movement, repeats, place)
    each_s = (first.seconds - SETTLE_S) / first.repeats
    seconds = round(SETTLE_S + repeats * each_s, 1)
    change = {"repeats": repeats, "seconds": seconds}
    return tuple(step.model_copy(update=change) for step in block)


def _movement(protocol: Protocol, movement_id: str, place: str) -> Movement:
    for movement in protocol.movements:
        if movement.id == movement_id:
            return movement
    raise BadInput(place, f"{movement_id!r} is not a movement", "the id of a movement")


def _check_repeats(movement: Movement, repeats: int, place: str) -> None:
    least, most = movement.repeats_range
    if not least <= repeats <= most:
        raise BadInput(place, f"{repeats} repeats of {movement.id}", f"{least} to {most}")


def _way(protocol: Protocol, decision: Decision, step: Step) -> Way | None:
    """The way a step is done, if it is still open."""
    movement = next((m for m in protocol.movements if m.id == step.movement), None)
    for way in all_ways(protocol).get(step.movement, []):
        same = way.tool.id == step.tool and way.technique.id == step.technique
        if same and movement and allowed(protocol, decision, movement, way.tool, way.technique):
            return way
    return None


def _fitted(step: Step, movement: Movement, decision: Decision) -> Block:
    """A step on all its movement's sides alike, its pressure capped."""
    _check_repeats(movement, step.repeats, "plan")
    pressure = pressure_for(decision, movement)
    return tuple(
        step.model_copy(update={"side": side, "pressure": pressure}) for side in movement.sides
    )


def _check_ceilings(protocol: Protocol, fitted: Sequence[Block]) -> None:
    """Refuse more rounds of a movement, or with a tool, than one session may hold."""
    tools = {tool.id: tool for tool in protocol.tools}
    for movement in protocol.movements:
        rounds = [block for block in fitted if block[0].movement == movement.id]
        most = most_rounds(movement, dose(movement))
        if len(rounds) > most:
            raise BadInput("plan", f"{len(rounds)} rounds of {movement.id}", f"{most} at most")
        for tool in {block[0].tool for block in rounds}:
            limit = tools[tool].max_rounds
            if limit is not None and sum(block[0].tool == tool for block in rounds) > limit:
                raise BadInput("plan", f"{movement.id} too often with {tool}", f"{limit} at most")


def _rebuilt(protocol: Protocol, decision: Decision, plan: Plan, fitted: Sequence[Block]) -> Plan:
    steps = [step for block in fitted for step in block]
    tools = {step.tool for step in plan.steps}
    zones = {m.zone for m in protocol.movements if any(s.movement == m.id for s in steps)}
    closing_seconds = min(plan.closing_seconds, CLOSING[1])
    return Plan(
        protocol=protocol.version,
        decision=decision,
        steps=tuple(steps),
        preparation=words.preparation(protocol, decision, tools),
        closing=words.closing(protocol, 0.0),
        notes=words.notes(protocol, decision, tools, zones),
        preparation_seconds=plan.preparation_seconds,
        closing_seconds=closing_seconds,
        total_seconds=total_seconds(plan.preparation_seconds, steps, closing_seconds),
    )
