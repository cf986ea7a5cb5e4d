"""``faceglide plan``: a routine from goals, minutes, tools and answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faceglide.cli.output import emit, emit_text, say

if TYPE_CHECKING:
    from faceglide.planning import Plan
    from faceglide.protocol import Protocol
    from faceglide.screening import Decision

UNSCREENED = "No answers were given, so this plan is not adapted to you. Screen first."


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("plan")(plan)


def plan(
    goal: Annotated[list[str], typer.Option(help="What you hope for; may be repeated.")],
    minutes: Annotated[float, typer.Option(help="How long, 1 to 60.")],
    tool: Annotated[list[str], typer.Option(help="What you have at hand; may be repeated.")],
    answers: Annotated[
        Path | None, typer.Option(help="Answers to the safety check (JSON).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the Plan as JSON.")] = False,
) -> None:
    """Plan a routine from what the safety check leaves open."""
    from faceglide.cli.screen import decide, describe
    from faceglide.planning import NoPlanToday, Plan, make_plan
    from faceglide.protocol import load_protocol

    protocol = load_protocol()
    age = None
    if answers is None:
        decision = unscreened(protocol)
    else:
        given, decision = decide(answers)
        age = given.age
    try:
        made = make_plan(protocol, decision, goals=goal, minutes=minutes, tools=tool, age=age)
    except NoPlanToday as closed:
        say(f"There is no plan today: {closed.fault}.")
        if not as_json:
            emit_text(describe(decision))
            return
        made = Plan(protocol=protocol.version, decision=decision, steps=(), total_seconds=0.0)
    if answers is None:
        say(UNSCREENED)
    if as_json:
        emit(made)
    else:
        emit_text(describe_plan(protocol, made))


def unscreened(protocol: Protocol) -> Decision:
    """The Decision without answers: what holds on any face, and that nobody was asked."""
    from faceglide.screening.model import Decision, Finding

    return Decision(
        outcome="go",
        findings=(
            Finding(
                id="not_screened",
                action="Answer the safety check first.",
                reason=UNSCREENED,
                source=f"Faceglide protocol {protocol.version}",
            ),
        ),
    )


def describe_plan(protocol: Protocol, made: Plan) -> str:
    """A plan as a person reads it: before, the movements in order, after."""
    from faceglide.planning import blocks

    names = {movement.id: movement for movement in protocol.movements}
    tools = {tool.id: tool.name for tool in protocol.tools}
    lines = [f"{made.total_seconds / 60:.0f} minutes, {len(made.steps)} steps.", "", "Before"]
    lines += [f"  {line}" for line in made.preparation]
    for block in blocks(made):
        first = block[0]
        movement = names[first.movement]
        sides = " then ".join(step.side for step in block)
        times = "holds" if movement.motion == "hold" else "times"
        count = len(movement.path) if movement.motion == "hold" else first.repeats
        angle = "" if first.angle_deg is None else f", edge at {first.angle_deg:.0f}°"
        lines += [
            "",
            f"{movement.name}: {sides}, {count} {times} each",
            f"  {tools[first.tool]}, {first.pressure} pressure{angle}, {first.seconds:.0f} s each",
            f"  {movement.instruction}",
            f"  {first.why}",
        ]
    lines += ["", "Afterwards", *(f"  {line}" for line in made.closing)]
    if made.notes:
        lines += ["", *made.notes]
    return "\n".join(lines)
