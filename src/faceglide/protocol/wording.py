"""The protocol's texts for people: which they are, and the same protocol in other words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from faceglide.protocol.integrity import entries_of
from faceglide.protocol.model import Entry, Protocol

WORDS = frozenset(
    {
        *("name", "anatomy", "layers", "avoid", "instruction", "direction", "cautions", "summary"),
        *("how", "say", "hint", "ask", "reason", "action", "wrong", "right", "why", "claim"),
        *("best", "question", "answer", "text"),
    }
)
"""Fields of entries that hold texts for people, and nothing that decides."""
TOLD_SOURCES = (
    *("guide", "release", "default", "common_knowledge", "domain_anatomy", "domain_safety"),
)
"""Sources that say in a sentence what they are; the others are citations, the same everywhere."""

Say = Callable[[str, str], str]
"""From a text's key and the text to the text as it is to be said."""
E = TypeVar("E", bound=Entry)


def texts(protocol: Protocol, places: Iterable[Entry] = ()) -> Iterator[tuple[str, str]]:
    """Every text with its key, such as `cautions.fever.ask` or `zones.nose.layers.2`.

    Args:
        protocol: The protocol.
        places: The no-press map, where its texts are wanted too.
    """
    found: list[tuple[str, str]] = []

    def note(key: str, text: str) -> str:
        found.append((key, text))
        return text

    reworded(protocol, note)
    reworded_entries("no_press", places, note)
    yield from found


def reworded(protocol: Protocol, say: Say) -> Protocol:
    """The same protocol with every text as `say` says it."""
    lists: dict[str, Any] = {
        name: reworded_entries(name, entries, say) for name, entries in entries_of(protocol).items()
    }
    lists["sources"] = {
        key: say(f"sources.{key}", text) if key in TOLD_SOURCES else text
        for key, text in protocol.sources.items()
    }
    note = protocol.default_interval_note
    lists["default_interval_note"] = say("protocol.default_interval_note", note) if note else note
    return protocol.model_copy(update=lists)


def reworded_entries(list_name: str, entries: Iterable[E], say: Say) -> tuple[E, ...]:
    """Entries of one list with every text as `say` says it."""
    return tuple(
        entry.model_copy(
            update={
                field: _said(f"{list_name}.{entry.id}.{field}", getattr(entry, field), say)
                for field in type(entry).model_fields
                if field in WORDS and not (list_name == "phrases" and field == "name")
            }
        )
        for entry in entries
    )


def _said(key: str, value: str | tuple[str, ...], say: Say) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return say(key, value) if value else value
    return tuple(say(f"{key}.{n}", line) for n, line in enumerate(value, start=1))
