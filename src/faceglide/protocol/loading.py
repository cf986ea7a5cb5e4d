"""Reading the protocol from TOML, and telling what is wrong with it by file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from faceglide.errors import BadInput
from faceglide.protocol.integrity import Fault, faults
from faceglide.protocol.model import Protocol
from faceglide.protocol.phrases import phrase_faults

ENTRY_LISTS = (
    "zones",
    "movements",
    "techniques",
    "tools",
    "goals",
    "cautions",
    "groups",
    "mistakes",
    "evidence",
    "questions",
    "session",
    "phrases",
    "changelog",
)
"""The lists of entries, each in a file of its own name."""
HEADER = "protocol"
"""The file with the protocol's version and its general wording."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with protocol files.

    Attributes:
        file: Name of the file.
        line: Line in it, counted from 1.
        fault: What is wrong there.
        expected: What would have been right.
    """

    file: str
    line: int
    fault: str
    expected: str

    @property
    def place(self) -> str:
        """File and line, as `file:line`."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return str(self.error())

    def error(self) -> BadInput:
        """The problem as the one bad-input error."""
        return BadInput(self.place, self.fault, self.expected)


@dataclass(frozen=True, slots=True)
class Source:
    """The TOML files of one protocol or pack, read but not yet checked.

    Attributes:
        name: What to call the place in errors.
        data: list name -> what its file holds for it; the header's keys beside them.
        texts: file name -> its text, for finding lines.
        problems: Faults of reading.
    """

    name: str
    data: dict[str, Any]
    texts: dict[str, str]
    problems: tuple[Problem, ...]

    def line_of(self, list_name: str, entry: str | int | None, key: str | None) -> tuple[str, int]:
        """The file and line of an entry (its id, or its index) and of a key in it."""
        own_file = list_name in (*ENTRY_LISTS, "sources", "pack")
        file = f"{list_name if own_file else HEADER}.toml"
        lines = self.texts.get(file, "").splitlines()
        start, stop = _entry_lines(lines, list_name, entry)
        if key is not None:
            for number in range(start, stop):
                if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[number]):
                    return file, number + 1
        return file, min(start, max(len(lines) - 1, 0)) + 1


def _entry_lines(lines: list[str], list_name: str, entry: str | int | None) -> tuple[int, int]:
    """First line and end (exclusive, from 0) of an entry; the whole file when there is none."""
    heads = [n for n, line in enumerate(lines) if line.strip() == f"[[{list_name}]]"]
    spans = list(pairwise([*heads, len(lines)]))
    if isinstance(entry, int):
        return spans[entry] if entry < len(spans) else (0, len(lines))
    for start, stop in reversed(spans):
        if any(
            re.match(rf'\s*id\s*=\s*"{re.escape(entry or "")}"', line) for line in lines[start:stop]
        ):
            return start, stop
    return 0, len(lines)


def read_source(folder: Traversable, name: str = "") -> Source:
    """Read every TOML file of a folder.

    Args:
        folder: Where the files lie.
        name: Put before the file names in errors.

    Returns:
        What was read, faults of reading included.
    """
    data: dict[str, Any] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=str):
        problems += _read_file(file, data, texts)
    return Source(name, data, texts, tuple(problems))


def _read_file(file: Traversable, data: dict[str, Any], texts: dict[str, str]) -> Iterator[Problem]:
    try:
        texts[file.name] = file.read_text("utf-8")
        content = tomllib.loads(texts[file.name])
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(file.name, 1, f"cannot be read: {error}", "a TOML file in UTF-8")
        return
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        last = len(texts[file.name].splitlines())
        line = int(found.group(1)) if found else max(last, 1)
        yield Problem(file.name, line, str(error), "TOML")
        return
    stem = file.name.removesuffix(".toml")
    if stem not in (*ENTRY_LISTS, HEADER, "sources", "pack", "wording"):
        yield Problem(file.name, 1, "is not a file of the protocol", _listed(ENTRY_LISTS))
        return
    for key, value in content.items():
        if stem in (*ENTRY_LISTS, "sources") and key != stem:
            at = _first_line(texts[file.name], key)
            yield Problem(file.name, at, f"holds {key!r}", f"nothing but {stem!r}")
        elif stem == "pack" or stem == "wording":
            data.setdefault(stem, {})[key] = value
        else:
            data[key] = value


def _first_line(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"\s*\[*{re.escape(key)}\b", line):
            return number
    return 1


def _listed(words: tuple[str, ...]) -> str:
    return "one of " + ", ".join(words)


def build(source: Source) -> tuple[Protocol | None, tuple[Problem, ...]]:
    """Check a source against the model and for referential integrity.

    Returns:
        The protocol, or None when it does not have the model's shape, and every problem found.
    """
    if source.problems:
        return None, source.problems
    data = {key: value for key, value in source.data.items() if key not in ("pack", "wording")}
    try:
        protocol = Protocol.model_validate(data)
    except ValidationError as error:
        return None, tuple(_shape_problem(source, detail) for detail in error.errors())
    found = (*faults(protocol), *phrase_faults(protocol))
    return protocol, tuple(integrity_problem(source, fault) for fault in found)


def _shape_problem(source: Source, detail: Any) -> Problem:
    location = detail["loc"]
    list_name = str(location[0]) if location else HEADER
    index = location[1] if len(location) > 1 and isinstance(location[1], int) else None
    key = next((str(part) for part in location[2:] if isinstance(part, str)), None)
    file, line = source.line_of(list_name, index, key)
    entry = _entry_id(source, list_name, index)
    where = ".".join(str(part) for part in location[2:]) or list_name
    fault = f"{entry}{where}: {detail['msg'].removeprefix('Value error, ')}"
    return Problem(_named(source, file), line, fault, wanted(detail))


def wanted(detail: Any) -> str:
    """What one pydantic error detail says would have been right, in words."""
    expected = detail.get("ctx", {}).get("expected")
    if expected:
        return str(expected)
    kinds = {"missing": "a value for it", "extra_forbidden": "no such key"}
    return kinds.get(detail["type"], "a value like those of its neighbours")


def _entry_id(source: Source, list_name: str, index: int | None) -> str:
    entries = source.data.get(list_name)
    if index is None or not isinstance(entries, list) or index >= len(entries):
        return ""
    entry = entries[index]
    found = entry.get("id") if isinstance(entry, dict) else None
    return f"{found}: " if isinstance(found, str) else f"entry {index + 1}: "


def integrity_problem(source: Source, fault: Fault) -> Problem:
    """A fault between entries, with its place in the source."""
    file, line = source.line_of(fault.list_name, fault.entry, fault.key)
    said = ": ".join(part for part in (fault.entry, fault.key, fault.what) if part)
    return Problem(_named(source, file), line, said, fault.expected)


def _named(source: Source, file: str) -> str:
    return f"{source.name}/{file}" if source.name else file


def data_folder() -> Traversable:
    """The folder with the protocol's own files."""
    return files("faceglide.protocol").joinpath("data")


@cache
def load_own() -> Protocol:
    """The protocol that comes with Faceglide, without packs."""
    protocol, problems = build(read_source(data_folder()))
    if protocol is None or problems:
        raise problems[0].error()
    return protocol
