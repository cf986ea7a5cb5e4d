"""What a plan says: why each step is there, what to do before and after, what was left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from faceglide.planning.memo import per_protocol
from faceglide.planning.options import Candidate, behind
from faceglide.protocol.model import Evidence, Protocol, Tool
from faceglide.screening.model import Decision

REST_OF_ROUTINE = "Rounds off the routine; it is not aimed at a goal of yours."


def why(protocol: Protocol, candidate: Candidate) -> str:
    """One sentence: the goal a movement serves, and what may be said about that."""
    if candidate.goal is None:
        return REST_OF_ROUTINE
    entry = _evidence(protocol).get(behind(candidate.movement, candidate.goal) or "")
    say = entry.say if entry else candidate.goal.say
    name = candidate.goal.name
    return f"For {name[0].lower()}{name[1:]}: {say[0].lower()}{say[1:]}"


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
            lines += [] if tool.id in decision.blocked_tools else _how(tool)
        if tool.id in tools and tool.opt_in and tool.id not in decision.blocked_tools:
            lines += [f"{tool.name}: {line[0].lower()}{line[1:]}" for line in tool.cautions]
    slip = lubricant(protocol, decision, tools)
    lines += _how(slip) if slip else []
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
        minutes = max(1, round(rest_seconds / 60))
        unit = "minute" if minutes == 1 else "minutes"
        lines.insert(
            0,
            f"Rest with your eyes closed for the last {minutes} {unit}, or stop here: "
            "more strokes on what is open today would only irritate the skin.",
        )
    return tuple(lines)


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
        f"Left out today: {zone.name.lower()}{_because(decision, zone.id)}"
        for zone in protocol.zones
        if zone.id in decision.blocked_zones
    ]
    for movement in protocol.movements:
        if movement.id in decision.blocked_movements and movement.zone in open_zones:
            lines.append(
                f"Left out today: {movement.name.lower()}. Other movements take its place."
            )
    if decision.blocked_zones:
        names = [zone.name.lower() for zone in protocol.zones if zone.id in open_zones]
        lines.append(f"The time goes to what is open: {_list(names)}.")
    for tool in protocol.tools:
        if tool.id in tools and tool.id in decision.blocked_tools:
            instead = "Your hands take its place." if tool.purpose == "massage" else ""
            because = _because(decision, tool.id)
            lines.append(f"Put aside today: {tool.name.lower()}{because} {instead}".rstrip())
    return tuple(lines)


def _because(decision: Decision, blocked: str) -> str:
    """The finding that names what is blocked, as the end of a sentence."""
    # A finding with zones and tools may block only these tools there: it explains a zone last.
    for finding in sorted(decision.findings, key=lambda f: bool(f.zones and f.tools)):
        if blocked in finding.zones or blocked in finding.tools:
            until = f" until {finding.until:%d %B %Y}" if finding.until else ""
            return f"{until}. {finding.reason}"
    return "."


def _session(protocol: Protocol, phase: str) -> list[str]:
    return [
        part.text
        for part in protocol.session
        if part.phase == phase and part.setting in ("home", "both")
    ]


def _how(tool: Tool) -> list[str]:
    return [f"{tool.name}: {line[0].lower()}{line[1:]}" for line in tool.how[:1]]


def _list(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
