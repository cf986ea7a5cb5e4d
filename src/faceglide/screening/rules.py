"""One engine for every caution: answers and rules in, a Decision out.

It knows how rules combine and how days are counted. What is dangerous, for how long and where,
stands in the protocol.

Day 0 is the day of the procedure (or, for a condition, the day it was first named). A rule of 14
days is in force on days 0 to 13; day 14 is the first day free of it, and shown as `until`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from faceglide.protocol import Protocol
from faceglide.protocol.model import Caution, Rule
from faceglide.screening.model import (
    Answers,
    ConditionAnswer,
    Decision,
    Finding,
    Outcome,
    Pressure,
)

SEVERITY: tuple[Outcome, ...] = ("go", "adapt", "wait", "see_clinician", "emergency")
"""Outcomes from the mildest to the strictest."""
PRESSURES: tuple[Pressure, ...] = ("minimal", "light", "medium")
"""Pressures from the lightest."""


@dataclass(frozen=True, slots=True)
class Case:
    """One caution that a person's answers bring up.

    Attributes:
        caution: The caution.
        since: The day its days are counted from.
        day: Days gone by since then.
        zones: The zones named with it.
        cleared: Whether a clinician has cleared the person.
    """

    caution: Caution
    since: dt.date
    day: int = 0
    zones: tuple[str, ...] = ()
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule in force does.

    Attributes:
        case: Where it comes from.
        rule: The rule.
        zones: Zones it blocks, or in which it blocks `tools` when `local`.
        tools: Tools it blocks.
        movements: Movements it blocks.
        local: It blocks its tools in its zones only, and nothing else.
        until: First day free of it, where a date is known.
    """

    case: Case
    rule: Rule
    zones: frozenset[str]
    tools: frozenset[str]
    movements: frozenset[str]
    local: bool
    until: dt.date | None


def screen(protocol: Protocol, answers: Answers) -> Decision:
    """Decide what is safe today.

    The strictest rule wins in each field, whatever the order of the answers, and a further caution
    never takes a block away.

    Args:
        protocol: With the cautions and their rules.
        answers: Checked answers; see `parse_answers`.

    Returns:
        The decision. `until` is the latest known date before which the whole face is blocked; None
        when no such date is known. A finding with both zones and tools blocks these tools there.
    """
    effects = _effects(protocol, answers)
    whole = frozenset(zone.id for zone in protocol.zones)
    zones = _union(effect.zones for effect in effects if not effect.local)
    level = max((SEVERITY.index(effect.rule.outcome) for effect in effects), default=0)
    if zones == whole:
        level = max(level, SEVERITY.index("wait"))
    dates = [e.until for e in effects if e.until and not e.local and e.zones == whole]
    caps = [PRESSURES.index(e.rule.max_pressure) for e in effects if e.rule.max_pressure]
    return Decision(
        outcome=SEVERITY[level],
        until=max(dates, default=None),
        blocked_zones=_sorted(zones),
        blocked_tools=_sorted(_union(e.tools for e in effects if not e.local)),
        blocked_techniques=_sorted(_union(frozenset(e.rule.techniques) for e in effects)),
        blocked_movements=_sorted(_union(e.movements for e in effects)),
        max_pressure=PRESSURES[min(caps)] if caps else None,
        findings=_findings(protocol, effects),
    )


def blocked_goals(protocol: Protocol, answers: Answers) -> frozenset[str]:
    """Goals that the rules in force do not offer."""
    return _union(frozenset(effect.rule.goals) for effect in _effects(protocol, answers))


def _effects(protocol: Protocol, answers: Answers) -> list[Effect]:
    return [
        _effect(protocol, case, rule)
        for case in _cases(protocol, answers)
        for rule in case.caution.rules
        if _in_force(case, rule)
    ]


def _cases(protocol: Protocol, answers: Answers) -> Iterator[Case]:
    cautions = {caution.id: caution for caution in protocol.cautions}
    for condition in answers.conditions:
        since = condition.since or answers.as_of
        day = (answers.as_of - since).days
        yield Case(cautions[condition.id], since, day, condition.zones)
    for done in answers.procedures:
        day = (answers.as_of - done.date).days
        yield Case(cautions[done.id], done.date, day, done.zones, done.cleared)
    for caution in protocol.cautions:
        if caution.kind == "always" or _is_of_age(caution, answers):
            yield Case(caution, answers.as_of)


def waited_out(protocol: Protocol, condition: ConditionAnswer, on: dt.date) -> bool:
    """Whether a condition's wait, counted from its `since`, is over on a day."""
    caution = next((c for c in protocol.cautions if c.id == condition.id), None)
    if caution is None or condition.since is None or not caution.rules:
        return False
    case = Case(caution, condition.since, (on - condition.since).days, condition.zones)
    return not any(_in_force(case, rule) for rule in caution.rules)


def _is_of_age(caution: Caution, answers: Answers) -> bool:
    ages = caution.ages
    return (
        ages is not None
        and ages.at_least <= answers.age <= ages.at_most
        and ages.guardian in (None, answers.guardian)
    )


def _in_force(case: Case, rule: Rule) -> bool:
    if rule.applies != "stated" and (rule.applies == "named") != bool(case.zones):
        return False
    if case.day < rule.after:
        return False
    if rule.needs_clearance and not case.cleared:
        return True
    return case.day < rule.days if rule.days is not None else not rule.needs_clearance


def _effect(protocol: Protocol, case: Case, rule: Rule) -> Effect:
    tools = _tools(protocol, rule)
    named = rule.applies == "named"
    zones = frozenset(case.zones if named else rule.zones)
    if rule.everything:
        zones = frozenset(zone.id for zone in protocol.zones)
    waiting = rule.days is not None and case.day < rule.days
    until = case.since + dt.timedelta(days=rule.days or 0) if waiting else None
    local = named and bool(tools)
    return Effect(case, rule, zones, tools, _movements(protocol, rule), local, until)


def _tools(protocol: Protocol, rule: Rule) -> frozenset[str]:
    """The rule's tools, and every tool that shares the blocks of one of them."""
    blocked = set(rule.tools)
    for tool in protocol.tools:
        held = tool.purpose == "massage" or tool.powered
        if rule.tools_except and held and tool.id not in rule.tools_except:
            blocked.add(tool.id)
        if rule.powered and tool.powered:
            blocked.add(tool.id)
    like = {tool.id: tool.like for tool in protocol.tools}
    blocked |= {tool for tool in like if blocked.intersection(_ancestors(tool, like))}
    return frozenset(blocked)


def _ancestors(tool: str, like: dict[str, str | None]) -> Iterator[str]:
    seen = {tool}
    parent = like.get(tool)
    while parent is not None and parent not in seen:
        yield parent
        seen.add(parent)
        parent = like.get(parent)


def _movements(protocol: Protocol, rule: Rule) -> frozenset[str]:
    """The rule's movements, and others that do the same to the same zone (from packs)."""
    kinds = {(m.zone, m.motion) for m in protocol.movements if m.id in rule.movements}
    return frozenset(m.id for m in protocol.movements if (m.zone, m.motion) in kinds)


def _findings(protocol: Protocol, effects: list[Effect]) -> tuple[Finding, ...]:
    ranked = {
        (-SEVERITY.index(effect.rule.outcome), finding.id, finding.model_dump_json()): finding
        for effect in effects
        for finding in [_finding(protocol, effect)]
    }
    return tuple(ranked[key] for key in sorted(ranked))


def _finding(protocol: Protocol, effect: Effect) -> Finding:
    caution = effect.case.caution
    return Finding(
        id=caution.id,
        action=caution.action,
        zones=_sorted(effect.zones),
        tools=_sorted(effect.tools),
        until=effect.until,
        reason=_reason(protocol, caution, effect.until),
        source=_source(protocol, caution),
    )


def _reason(protocol: Protocol, caution: Caution, until: dt.date | None) -> str:
    ours = caution.default_interval and until is not None
    note = f" {protocol.default_interval_note}" if ours else ""
    return caution.reason + note.rstrip()


def _source(protocol: Protocol, caution: Caution) -> str:
    return "; ".join(protocol.sources[key].rstrip(".") for key in caution.sources)


def reworded_decision(protocol: Protocol, decision: Decision) -> Decision:
    """A decision in the words of a reworded protocol; what it decides stays as it is."""
    cautions = {caution.id: caution for caution in protocol.cautions}
    findings = tuple(
        finding.model_copy(
            update={
                "action": cautions[finding.id].action,
                "reason": _reason(protocol, cautions[finding.id], finding.until),
                "source": _source(protocol, cautions[finding.id]),
            }
        )
        if finding.id in cautions
        else finding
        for finding in decision.findings
    )
    return decision.model_copy(update={"findings": findings})


def _union(sets: Iterator[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _sorted(ids: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
