"""Packs: a folder or an installed package that adds to the protocol and can only make it stricter.

A pack holds `pack.toml` (`id`, `name`, `version`) and any of the protocol's own files with new
entries. `wording.toml` rewrites texts of existing entries, for another language or a house style.
A pack cannot replace an entry, nor add zones or techniques. Its tools name a tool of ours they are
like and share whatever blocks that one; its movements stay within the pressure and time of ours in
the same zone; its goals about looks are withheld from the same people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from faceglide.errors import BadInput
from faceglide.protocol.integrity import entries_of, faults
from faceglide.protocol.loading import Problem, Source, integrity_problem, read_source, wanted
from faceglide.protocol.model import (
    Caution,
    Entry,
    Evidence,
    Goal,
    Group,
    Mistake,
    Movement,
    Protocol,
    Question,
    Rule,
    SessionPart,
    Tool,
)
from faceglide.protocol.phrases import phrase_faults
from faceglide.protocol.wording import WORDS

ENTRY_POINTS = "faceglide.packs"
"""Group in which an installed package names the package that holds its pack."""
ADDABLE: dict[str, type[Entry]] = {
    "movements": Movement,
    "tools": Tool,
    "goals": Goal,
    "cautions": Caution,
    "groups": Group,
    "mistakes": Mistake,
    "evidence": Evidence,
    "questions": Question,
    "session": SessionPart,
}
"""What a pack may add entries to."""
PRESSURES = ("minimal", "light", "medium")

_E = TypeVar("_E", bound=Entry)


class PackHead(BaseModel):
    """What `pack.toml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9]*$")
    name: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    language: str | None = None


def installed() -> Iterator[Traversable]:
    """The folders of installed packs, by name."""
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            yield files(point.module)
        except (ImportError, TypeError) as error:
            raise BadInput(f"pack {point.name}", str(error), "an importable package") from error


def add_pack(protocol: Protocol, folder: Traversable) -> tuple[Protocol, tuple[Problem, ...]]:
    """Lay a pack over a protocol.

    Args:
        protocol: What the pack adds to.
        folder: The pack's folder.

    Returns:
        The protocol with the pack, and every problem found; with problems, the protocol as it was.
    """
    source = read_source(folder, folder.name)
    if source.problems:
        return protocol, source.problems
    pack = _Pack(protocol, source)
    problems = tuple(pack.problems())
    if problems:
        return protocol, problems
    merged = pack.merged()
    found = (*faults(merged), *phrase_faults(merged))
    broken = tuple(integrity_problem(source, fault) for fault in found)
    return (protocol, broken) if broken else (merged, ())


class _Pack:
    """One pack, read against the protocol it is for."""

    def __init__(self, protocol: Protocol, source: Source) -> None:
        self._own = protocol
        self._source = source
        self._ids = {name: {e.id: e for e in es} for name, es in entries_of(protocol).items()}
        self._added: dict[str, list[Entry]] = {name: [] for name in ADDABLE}
        self._reworded: dict[str, dict[str, dict[str, Any]]] = {}
        self._head: PackHead | None = None
        self._shape = tuple(self._read())

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the pack by itself, then what it would relax."""
        yield from self._shape
        for movement in self._of(Movement):
            yield from self._movement(movement)
        for tool in self._of(Tool):
            yield from self._tool(tool)

    def merged(self) -> Protocol:
        """The protocol with the pack's entries, its tools offered wherever their like is."""
        own, head = self._own, self._head
        lists: dict[str, tuple[Entry, ...]] = {
            name: tuple(self._worded(name, entry) for entry in entries)
            for name, entries in entries_of(own).items()
        }
        for name, added in self._added.items():
            lists[name] = (*lists[name], *added)
        tools = self._of(Tool)
        lists["techniques"] = tuple(self._with_tools(t, tools) for t in lists["techniques"])
        lists["movements"] = tuple(self._with_tools(m, tools) for m in lists["movements"])
        lists["cautions"] = tuple(self._with_goals(c) for c in lists["cautions"])
        mark = "." if "+" in own.version else "+"
        version = f"{own.version}{mark}{head.id}.{head.version}" if head else own.version
        sources = {**own.sources, **self._source.data.get("sources", {})}
        return own.model_copy(update={**lists, "sources": sources, "version": version})

    def _of(self, kind: type[_E]) -> list[_E]:
        return [e for entries in self._added.values() for e in entries if isinstance(e, kind)]

    def _problem(
        self, list_name: str, entry: str | int | None, key: str | None, what: str, expected: str
    ) -> Problem:
        file, line = self._source.line_of(list_name, entry, key)
        said = f"{entry}: {what}" if isinstance(entry, str) else what
        return Problem(f"{self._source.name}/{file}", line, said, expected)

    def _read(self) -> Iterator[Problem]:
        data = self._source.data
        try:
            self._head = PackHead.model_validate(data.get("pack", {}))
        except ValidationError as error:
            detail = error.errors()[0]
            what = f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
            yield self._problem("pack", None, None, what, "id, name and version of the pack")
        for list_name, entries in data.items():
            if list_name in ADDABLE:
                yield from self._read_entries(list_name, entries)
            elif list_name not in ("pack", "wording", "sources"):
                what = f"a pack cannot change {list_name}"
                yield self._problem(list_name, None, None, what, "one of " + ", ".join(ADDABLE))
        for key in sorted(set(data.get("sources", {})) & set(self._own.sources)):
            what = f"a pack cannot replace the source {key!r}"
            yield self._problem("sources", None, key, what, "a new key")
        yield from self._read_wording(data.get("wording", {}))

    def _read_entries(self, list_name: str, entries: Any) -> Iterator[Problem]:
        if not isinstance(entries, list):
            yield self._problem(list_name, None, None, "is not a list", f"[[{list_name}]] entries")
            return
        for index, raw in enumerate(entries):
            try:
                entry = ADDABLE[list_name].model_validate(raw)
            except ValidationError as error:
                detail = error.errors()[0]
                key = str(detail["loc"][0]) if detail["loc"] else None
                what = f"{key}: {detail['msg'].removeprefix('Value error, ')}"
                yield self._problem(list_name, index, key, what, wanted(detail))
                continue
            if entry.id in self._ids[list_name]:
                what = "a pack cannot replace or relax what is there"
                yield self._problem(list_name, entry.id, "id", what, "a new id")
                continue
            self._added[list_name].append(entry)

    def _read_wording(self, wording: dict[str, Any]) -> Iterator[Problem]:
        for list_name, entries in wording.items():
            for entry_id, texts in entries.items() if isinstance(entries, dict) else ():
                own = self._ids.get(list_name, {}).get(entry_id)
                for key, text in texts.items() if isinstance(texts, dict) else ():
                    before = getattr(own, key, None) if key in WORDS else None
                    value = tuple(text) if isinstance(text, list) else text
                    if not _same_shape(before, value):
                        what = f"{list_name}.{entry_id}.{key} is not a text that is there"
                        place = f"{self._source.name}/wording.toml"
                        line = _line_of(self._source.texts.get("wording.toml", ""), entry_id, key)
                        yield Problem(place, line, what, "the same kind of text, for people")
                    else:
                        reworded = self._reworded.setdefault(list_name, {})
                        reworded.setdefault(entry_id, {})[key] = value

    def _worded(self, list_name: str, entry: Entry) -> Entry:
        texts = self._reworded.get(list_name, {}).get(entry.id)
        return entry.model_copy(update=texts) if texts else entry

    def _movement(self, movement: Movement) -> Iterator[Problem]:
        ours = [m for m in self._own.movements if m.zone == movement.zone]
        alike = [m for m in ours if m.motion == movement.motion]
        strongest = max if alike else min
        if not ours:
            return  # an unknown zone is told by the integrity check
        limits = alike or ours
        most_kpa = strongest(m.max_kpa for m in limits)
        firmest = strongest((m.pressure for m in limits), key=PRESSURES.index)
        longest = strongest(m.most_seconds for m in limits)
        if movement.max_kpa > most_kpa:
            what, expected = "presses harder than ours there", f"at most {most_kpa:g} kPa"
            yield self._problem("movements", movement.id, "max_kpa", what, expected)
        if PRESSURES.index(movement.pressure) > PRESSURES.index(firmest):
            what, expected = "presses harder than ours there", f"at most {firmest}"
            yield self._problem("movements", movement.id, "pressure", what, expected)
        if movement.most_seconds > longest:
            what, expected = "lasts longer than ours there", f"at most {longest:g} s"
            yield self._problem("movements", movement.id, "most_seconds", what, expected)
        safe = {anchor for m in ours for anchor in m.path}
        if movement.zone == "neck" and not safe.issuperset(movement.path):
            what, expected = "leaves the side of the neck", "anchors of our own neck movements"
            yield self._problem("movements", movement.id, "path", what, expected)

    def _tool(self, tool: Tool) -> Iterator[Problem]:
        own = next((t for t in self._own.tools if t.id == tool.like), None)
        if own is None:
            what, expected = "is like no tool of ours", "like = a tool that blocks as much"
            yield self._problem("tools", tool.id, "like", what, expected)
            return
        if (tool.purpose, tool.technique) != (own.purpose, own.technique):
            what, expected = f"is not used like {own.id!r}", f"{own.purpose}, {own.technique}"
            yield self._problem("tools", tool.id, "technique", what, expected)
        missing = sorted(set(own.blocked_zones) - set(tool.blocked_zones))
        if missing:
            what, expected = f"is open to {', '.join(missing)}", "closed there, as its like is"
            yield self._problem("tools", tool.id, "blocked_zones", what, expected)
        for key in ("powered", "opt_in"):
            if getattr(own, key) and not getattr(tool, key):
                what, expected = f"drops {key}, which its like has", f"{key} = true"
                yield self._problem("tools", tool.id, key, what, expected)

    @staticmethod
    def _with_tools(entry: Entry, tools: Iterable[Tool]) -> Entry:
        """A technique or movement that also takes the pack's tools where it takes their like."""
        taken: tuple[str, ...] = getattr(entry, "tools", ())
        zone = getattr(entry, "zone", None)
        for tool in tools:
            if tool.like in taken and tool.id not in taken and zone not in tool.blocked_zones:
                taken = (*taken, tool.id)
        return entry.model_copy(update={"tools": taken})

    def _with_goals(self, entry: Entry) -> Entry:
        """A caution that withholds every goal about looks withholds the pack's as well."""
        looks = {goal.id for goal in self._own.goals if goal.appearance}
        new = tuple(goal.id for goal in self._of(Goal) if goal.appearance)
        rules: tuple[Rule, ...] = getattr(entry, "rules", ())
        wider = tuple(
            rule.model_copy(update={"goals": (*rule.goals, *new)})
            if new and looks and looks <= set(rule.goals)
            else rule
            for rule in rules
        )
        return entry.model_copy(update={"rules": wider}) if wider != rules else entry


def _same_shape(before: object, text: object) -> bool:
    if isinstance(before, tuple) and isinstance(text, tuple):
        return len(before) == len(text) and all(isinstance(line, str) for line in text)
    return isinstance(before, str) and isinstance(text, str)


def _line_of(text: str, entry_id: str, key: str) -> int:
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            inside = re.search(rf"\b{re.escape(entry_id)}\b", line) is not None
        elif inside and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return 1
