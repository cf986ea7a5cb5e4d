"""What a plan says: why each step is there, what to do before and after, what was left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from faceglide.planning.memo import per_protocol
from faceglide.planning.model import Plan
from faceglide.planning.options import behind
from faceglide.protocol.model import Evidence, Goal, Movement, Protocol, Tool
from faceglide.protocol.phrases import say
from faceglide.screening import reworded_decision
from faceglide.screening.model import Decision

LONGEST_REST_MIN = 60


def why(protocol: Protocol, movement: Movement, goal: Goal | None) -> str:
    """One sentence: the goal a movement serves, and what may be said about that."""
    if goal is None:
        return say(protocol, "plan.rounds_off")
    entry = _evidence(protocol).get(behind(movement, goal) or "")
    return say(protocol, "plan.why", goal=goal.name, say=entry.say if entry else goal.say)


@per_protocol
def _evidence(protocol: Protocol) -> dict[str, Evidence]:
    return {entry.id: entry for entry in protocol.evidence}


def preparation(protocol: Protocol, decision: Decision, tools: Collection[str]) -> tuple[str, ...]:
    """What to do before: the protocol's own steps, the chosen tools' demands, the findings.

    Opt-in tools come with their cautions.
    """
    lines = _session(protocol, "preparation")
    for tool in protocol.tools:
        if tool.id in tools and tool.purpose == "preparation" and not tool.lubricant:
            lines += [] if tool.id in decision.blocked_tools else _how(protocol, tool)
        if tool.id in tools and tool.opt_in and tool.id not in decision.blocked_tools:
            lines += [_about(protocol, tool, line) for line in tool.cautions]
    slip = lubricant(protocol, decision, tools)
    lines += _how(protocol, slip) if slip else []
    before = {tool.id for tool in protocol.tools if tool.purpose == "preparation"}
    lines += [
        finding.action
        for finding in decision.findings
        if not finding.zones and before.issuperset(finding.tools)
    ]
    return tuple(dict.fromkeys(lines))


def lubricant(protocol: Protocol, decision: Decision, tools: Collection[str]) -> Tool | None:
    """The slip for today: a chosen one that may be used, else another that may."""
    barred = set(decision.blocked_tools).union(*(f.tools for f in decision.findings))
    usable = [tool for tool in protocol.tools if tool.lubricant and tool.id not in barred]
    return next((tool for tool in usable if tool.id in tools), next(iter(usable), None))


def closing(protocol: Protocol, rest_seconds: float) -> tuple[str, ...]:
    """What to do afterwards; a rest when less is open today than there is time."""
    lines = _session(protocol, "closing")
    if rest_seconds > 0:
        lines.insert(0, _rest(protocol, max(1, round(rest_seconds / 60))))
    return tuple(lines)


def _rest(protocol: Protocol, minutes: int) -> str:
    return say(protocol, "plan.rest_minute" if minutes == 1 else "plan.rest_minutes", n=minutes)


def notes(
    protocol: Protocol, decision: Decision, tools: Collection[str], open_zones: Collection[str]
) -> tuple[str, ...]:
    """What the Decision took out, until when and why, and what stands in for it.

    Args:
        protocol: The protocol in force.
        decision: What screening decided.
        tools: Ids of the chosen tools.
        open_zones: Zones in which at least one movement is open.
    """
    lines = [
        _closed(protocol, decision, "plan.left_out", zone.id, zone=zone.name)
        for zone in protocol.zones
        if zone.id in decision.blocked_zones
    ]
    for movement in protocol.movements:
        if movement.id in decision.blocked_movements and movement.zone in open_zones:
            lines.append(say(protocol, "plan.left_out_movement", movement=movement.name))
    if decision.blocked_zones:
        names = [zone.name for zone in protocol.zones if zone.id in open_zones]
        lines.append(say(protocol, "plan.time_goes_to", zones=_list(protocol, names)))
    for tool in protocol.tools:
        if tool.id in tools and tool.id in decision.blocked_tools:
            line = _closed(protocol, decision, "plan.put_aside", tool.id, tool=tool.name)
            if tool.purpose == "massage":
                line += " " + say(protocol, "plan.hands_instead")
            lines.append(line)
    return tuple(lines)


def _closed(protocol: Protocol, decision: Decision, phrase: str, blocked: str, **what: str) -> str:
    """That something is closed, with the finding that names it."""
    # A finding with zones and tools may block only these tools there: it explains a zone last.
    for finding in sorted(decision.findings, key=lambda f: bool(f.zones and f.tools)):
        if blocked in finding.zones or blocked in finding.tools:
            form = "until" if finding.until else "because"
            more = {"until": finding.until, "reason": finding.reason}
            return say(protocol, f"{phrase}_{form}", **what, **more)
    return say(protocol, phrase, **what)


def _session(protocol: Protocol, phase: str) -> list[str]:
    return [
        part.text
        for part in protocol.session
        if part.phase == phase and part.setting in ("home", "both")
    ]


def _how(protocol: Protocol, tool: Tool) -> list[str]:
    return [_about(protocol, tool, line) for line in tool.how[:1]]


def _about(protocol: Protocol, tool: Tool, line: str) -> str:
    return say(protocol, "plan.about_tool", tool=tool.name, line=line)


def _list(protocol: Protocol, names: Iterable[str]) -> str:
    """Names inside a sentence, the last two joined by *and*."""
    *others, last = (say(protocol, "plan.inner", name=name) for name in names)
    return say(protocol, "plan.and", others=", ".join(others), last=last) if others else last


def reworded_plan(before: Protocol, after: Protocol, plan: Plan) -> Plan:
    """A plan in other words: the same steps, every sentence as `after` says it.

    Args:
        before: The protocol whose words the plan is in.
        after: The same protocol, reworded.
        plan: What was planned; a sentence that `before` does not say stays as it is.
    """
    if after is before:
        return plan
    # One after the other: what is remembered of a protocol is remembered of the last one asked.
    was_said, now_said = tuple(_sentences(before)), tuple(_sentences(after))
    said = dict(zip(was_said, now_said, strict=True))
    decision = reworded_decision(after, plan.decision)
    moved = {step.movement for step in plan.steps}
    zones = {movement.zone for movement in before.movements if movement.id in moved}
    tools = {tool.id for tool in before.tools}
    was, now = notes(before, plan.decision, tools, zones), notes(after, decision, tools, zones)
    noted = dict(zip(was, now, strict=True))
    change = {
        "decision": decision,
        "steps": tuple(
            step.model_copy(update={"why": said.get(step.why, step.why)}) for step in plan.steps
        ),
        "preparation": tuple(said.get(line, line) for line in plan.preparation),
        "closing": tuple(said.get(line, line) for line in plan.closing),
        "notes": tuple(noted.get(line, line) for line in plan.notes),
    }
    return plan.model_copy(update=change)


def _sentences(protocol: Protocol) -> Iterator[str]:
    """Every sentence a plan may hold but its notes, always in the same order."""
    yield say(protocol, "plan.own_choice")
    for movement in protocol.movements:
        yield from (why(protocol, movement, goal) for goal in (None, *protocol.goals))
    yield from (part.text for part in protocol.session)
    for tool in protocol.tools:
        yield from (_about(protocol, tool, line) for line in (*tool.how, *tool.cautions))
    yield from (caution.action for caution in protocol.cautions)
    yield from (_rest(protocol, minutes) for minutes in range(1, LONGEST_REST_MIN + 1))
