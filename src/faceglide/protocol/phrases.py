"""The sentences rooms say, filled in: each is data, so a reworded protocol speaks anew."""

from __future__ import annotations

import string
from collections.abc import Iterator

from faceglide.protocol.integrity import Fault
from faceglide.protocol.model import Protocol

PLACES: dict[str, frozenset[str]] = {
    "plan.why": frozenset({"goal", "say"}),
    "plan.rounds_off": frozenset(),
    "plan.own_choice": frozenset(),
    "plan.about_tool": frozenset({"tool", "line"}),
    "plan.rest_minute": frozenset({"n"}),
    "plan.rest_minutes": frozenset({"n"}),
    "plan.left_out": frozenset({"zone"}),
    "plan.left_out_because": frozenset({"zone", "reason"}),
    "plan.left_out_until": frozenset({"zone", "reason", "until"}),
    "plan.left_out_movement": frozenset({"movement"}),
    "plan.time_goes_to": frozenset({"zones"}),
    "plan.and": frozenset({"others", "last"}),
    "plan.inner": frozenset({"name"}),
    "plan.put_aside": frozenset({"tool"}),
    "plan.put_aside_because": frozenset({"tool", "reason"}),
    "plan.put_aside_until": frozenset({"tool", "reason", "until"}),
    "plan.hands_instead": frozenset(),
    "cue.tugging": frozenset(),
    "cue.wrong_direction": frozenset({"direction"}),
    "cue.too_fast": frozenset(),
    "cue.off_path": frozenset({"direction"}),
    "cue.incomplete": frozenset({"direction"}),
    "cue.incomplete_hold": frozenset(),
    "cue.left_behind": frozenset({"n"}),
    "cue.right_behind": frozenset({"n"}),
    "cue.praise": frozenset({"movement"}),
    "mended.tugging": frozenset(),
    "mended.wrong_direction": frozenset(),
    "mended.too_fast": frozenset(),
    "mended.off_path": frozenset(),
    "mended.incomplete": frozenset(),
}
"""Every phrase that rooms ask for, with the places they fill."""


class _Word(str):
    """A text that knows how it stands inside a sentence: ``{place:inner}``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return f"{self[:1].lower()}{self[1:]}" if spec == "inner" else str.__format__(self, spec)


_last: tuple[Protocol, dict[str, str]] | None = None


def say(protocol: Protocol, phrase: str, **values: object) -> str:
    """A phrase with its places filled in.

    Args:
        protocol: In whose words.
        phrase: One of `PLACES`.
        values: For its places; a place may leave one out.
    """
    global _last  # what was read last, since a plan asks for dozens of one protocol's phrases
    known = _last
    if known is None or known[0] is not protocol:
        known = _last = protocol, {entry.id: entry.text for entry in protocol.phrases}
    words = {key: _Word(v) if isinstance(v, str) else v for key, v in values.items()}
    return known[1][phrase].format(**words)


def places(text: str) -> frozenset[str]:
    """The places of a text.

    Raises:
        ValueError: A brace stands alone.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def phrase_faults(protocol: Protocol) -> Iterator[Fault]:
    """Phrases that are missing, or whose places are not those that are filled."""
    texts = {entry.id: entry.text for entry in protocol.phrases}
    for phrase in sorted(PLACES.keys() - texts.keys()):
        yield Fault("phrases", phrase, None, "is missing", "a phrase of this id")
    for phrase, text in texts.items():
        if phrase not in PLACES:
            yield Fault("phrases", phrase, "id", "is never said", "a phrase that a room asks for")
            continue
        expected = ", ".join(f"{{{name}}}" for name in sorted(PLACES[phrase])) or "no places"
        try:
            found = places(text)
        except ValueError as error:
            yield Fault("phrases", phrase, "text", str(error), expected)
            continue
        if found != PLACES[phrase]:
            yield Fault("phrases", phrase, "text", "has other places than are filled", expected)
