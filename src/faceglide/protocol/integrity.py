"""What must hold between the protocol's entries, beyond the shape of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from faceglide.protocol.model import (
    Caution,
    Entry,
    Grade,
    Movement,
    Protocol,
    Rule,
    Technique,
    Tool,
)

MOST_HELP: dict[Grade, float] = {
    "strong": 1.0,
    "moderate": 0.8,
    "limited": 0.6,
    "very_limited": 0.3,
    "none": 0.1,
}
"""The most a movement may claim to help by its best evidence for that goal; our default."""
MOST_OFFSET_MM = 20.0
"""How far an anchor may be moved from its landmarks, so that no path leaves its zone."""
PATH_LENGTHS = {"glide": (2, 99), "circle": (1, 1), "hold": (1, 9)}
"""How many anchors a path of each motion has, least and most."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: in which list, entry and key, and what would be right."""

    list_name: str
    entry: str
    key: str | None
    what: str
    expected: str


def entries_of(protocol: Protocol) -> dict[str, tuple[Entry, ...]]:
    """Every list of entries by its name."""
    return {
        "zones": protocol.zones,
        "movements": protocol.movements,
        "techniques": protocol.techniques,
        "tools": protocol.tools,
        "goals": protocol.goals,
        "cautions": protocol.cautions,
        "groups": protocol.groups,
        "mistakes": protocol.mistakes,
        "evidence": protocol.evidence,
        "questions": protocol.questions,
        "session": protocol.session,
        "phrases": protocol.phrases,
    }


def faults(protocol: Protocol) -> Iterator[Fault]:
    """Every fault between the entries of a protocol."""
    yield from _unique(protocol)
    yield from _references(protocol)
    if protocol.changelog and protocol.changelog[0].id != protocol.version.partition("+")[0]:
        what, expected = "is not the newest of the changelog", protocol.changelog[0].id
        yield Fault("protocol", protocol.version, "version", what, expected)
    for movement in protocol.movements:
        yield from _movement(protocol, movement)
    for caution in protocol.cautions:
        yield from _caution(caution)


def _unique(protocol: Protocol) -> Iterator[Fault]:
    for name, entries in entries_of(protocol).items():
        for entry, count in Counter(e.id for e in entries).items():
            if count > 1:
                yield Fault(name, entry, "id", f"stands {count} times", "each id once")


def _ids(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(entry.id for entry in entries)


def _references(protocol: Protocol) -> Iterator[Fault]:
    known = {name: _ids(entries) for name, entries in entries_of(protocol).items()}
    known["sources"] = frozenset(protocol.sources)
    for name, entry, key, target, ids in _uses(protocol):
        for used in ids:
            if used not in known[target]:
                expected = f"an id from {target}.toml"
                yield Fault(name, entry, key, f"names {used!r}, which is unknown", expected)
    for name, entries in entries_of(protocol).items():
        for needing in entries:
            if name in ("movements", "cautions", "evidence") and not needing.sources:
                yield Fault(name, needing.id, "sources", "names no source", "at least one source")


_Use = tuple[str, str, str, str, Iterable[str]]


def _uses(protocol: Protocol) -> Iterator[_Use]:
    """(list, entry, key, list referred to, ids) of every reference."""
    for name, entries in entries_of(protocol).items():
        for entry in entries:
            yield name, entry.id, "sources", "sources", entry.sources
    for m in protocol.movements:
        yield "movements", m.id, "zone", "zones", (m.zone,)
        yield "movements", m.id, "techniques", "techniques", m.techniques
        yield "movements", m.id, "tools", "tools", m.tools
        yield "movements", m.id, "helps", "goals", m.helps
        yield "movements", m.id, "evidence", "evidence", m.evidence
    for technique in protocol.techniques:
        yield "techniques", technique.id, "tools", "tools", technique.tools
        yield "techniques", technique.id, "blocked_zones", "zones", technique.blocked_zones
    for tool in protocol.tools:
        yield "tools", tool.id, "technique", "techniques", filter(None, (tool.technique,))
        yield "tools", tool.id, "like", "tools", filter(None, (tool.like,))
        yield "tools", tool.id, "blocked_zones", "zones", tool.blocked_zones
    for goal in protocol.goals:
        yield "goals", goal.id, "evidence", "evidence", goal.evidence
        yield "goals", goal.id, "zone_order", "zones", goal.zone_order
        yield "goals", goal.id, "finish", "movements", filter(None, (goal.finish,))
    for question in protocol.questions:
        yield "questions", question.id, "evidence", "evidence", question.evidence
    for caution in protocol.cautions:
        yield "cautions", caution.id, "group", "groups", (caution.group,)
        for rule in caution.rules:
            yield from _rule_uses(caution.id, rule)


def _rule_uses(caution: str, rule: Rule) -> Iterator[_Use]:
    yield "cautions", caution, "zones", "zones", rule.zones
    yield "cautions", caution, "tools", "tools", rule.tools
    yield "cautions", caution, "tools_except", "tools", rule.tools_except
    yield "cautions", caution, "techniques", "techniques", rule.techniques
    yield "cautions", caution, "movements", "movements", rule.movements
    yield "cautions", caution, "goals", "goals", rule.goals


def _movement(protocol: Protocol, movement: Movement) -> Iterator[Fault]:
    def fault(key: str, what: str, expected: str) -> Fault:
        return Fault("movements", movement.id, key, what, expected)

    if not movement.id.startswith(f"{movement.zone}."):
        yield fault("id", "does not begin with its zone", f"{movement.zone}.…")
    if sorted(movement.sides) not in (["left", "right"], ["midline"]):
        yield fault("sides", "leaves a side out", '["left", "right"] or ["midline"]')
    least, most = PATH_LENGTHS[movement.motion]
    if not least <= len(movement.path) <= most:
        yield fault("path", f"has {len(movement.path)} anchors", f"{least} to {most}")
    for anchor in movement.path:
        if max(abs(anchor.out_mm), abs(anchor.down_mm), abs(anchor.forward_mm)) > MOST_OFFSET_MM:
            yield fault("path", "an anchor is moved too far", f"at most {MOST_OFFSET_MM:g} mm")
    if (movement.motion == "circle") != (movement.radius_mm is not None):
        yield fault("radius_mm", "does not fit the motion", "a radius for circles, only for them")
    if (movement.motion == "hold") != (movement.hold_seconds is not None):
        yield fault("hold_seconds", "does not fit the motion", "seconds for holds, only for them")
    low, high = movement.repeats_range
    if not low <= movement.repeats <= high:
        yield fault("repeats", "lies outside repeats_range", f"{low} to {high}")
    if any(not 0 <= point < 21 for point in movement.contact) or not movement.contact:
        yield fault("contact", "is not a set of hand points", "hand points from 0 to 20")
    yield from _ways(protocol, movement)
    yield from _helps(protocol, movement)


def _ways(protocol: Protocol, movement: Movement) -> Iterator[Fault]:
    techniques = [t for t in protocol.techniques if t.id in movement.techniques]
    usable = {tool for technique in techniques for tool in technique.tools}
    for tool in sorted(set(movement.tools) - usable):
        what = f"no technique of this movement uses {tool!r}"
        yield Fault("movements", movement.id, "tools", what, "a technique that uses it")
    blocking: tuple[Technique | Tool, ...] = (
        *techniques,
        *(t for t in protocol.tools if t.id in movement.tools),
    )
    for way in blocking:
        if movement.zone in way.blocked_zones:
            what = f"{way.id!r} is never used on {movement.zone!r}"
            yield Fault("movements", movement.id, None, what, "a way that this zone allows")


def _helps(protocol: Protocol, movement: Movement) -> Iterator[Fault]:
    grades = {e.id: e.grade for e in protocol.evidence}
    goals = {goal.id: goal for goal in protocol.goals}
    for goal_id, weight in movement.helps.items():
        goal = goals.get(goal_id)
        shared = [e for e in movement.evidence if goal and e in goal.evidence and e in grades]
        most = max((MOST_HELP[grades[e]] for e in shared), default=0.0)
        if not 0 < weight <= most:
            what = f"{goal_id!r} by {weight:g}"
            expected = f"more than 0 and at most {most:g}, which its evidence for that goal carries"
            yield Fault("movements", movement.id, "helps", what, expected)


def _caution(caution: Caution) -> Iterator[Fault]:
    named = [rule for rule in caution.rules if rule.applies != "stated"]
    if bool(named) != (caution.zoned != "no"):
        yield Fault("cautions", caution.id, "zoned", "does not fit its rules", "zoned rules too")
    for rule in caution.rules:
        if rule.outcome in ("wait", "see_clinician", "emergency") and not rule.everything:
            what = f"{rule.outcome} without everything blocked"
            yield Fault("cautions", caution.id, "outcome", what, "everything = true, or adapt")
        if rule.needs_clearance and caution.kind != "procedure":
            what = "asks for clearance"
            yield Fault("cautions", caution.id, "needs_clearance", what, "a procedure")
