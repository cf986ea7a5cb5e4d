"""What the routes share: the protocol, the records and the person's preferences.

Everything the pages ask of the records goes through here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from faceglide.errors import BadInput
from faceglide.protocol import Protocol, load_protocol
from faceglide.server.language import worded
from faceglide.settings import Settings

if TYPE_CHECKING:
    from faceglide.records import Store

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Preferences:
    """How a person likes the pages.

    Attributes:
        theme: One of `THEMES`.
        language: Code of a language there is a catalogue for; None is what the browser asks for.
        pupillary_distance_mm: Between the pupils, for the millimetre scale; None when unknown.
        sound: `voice`, `tones` or `silent`.
        volume: Of voice and tones, 0 to 1.
        tempo: Whether the pace of a stroke is heard.
    """

    theme: str = "auto"
    language: str | None = None
    pupillary_distance_mm: float | None = None
    sound: str = "voice"
    volume: float = 0.7
    tempo: bool = True


class State:
    """The protocol, the records and the preferences, each opened when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._preferences: Preferences | None = None

    @property
    def protocol(self) -> Protocol:
        """The protocol in force, in the language of this request: what is shown."""
        return worded(load_protocol())

    @property
    def own_protocol(self) -> Protocol:
        """The same in its own words: what screening and planning decide by, and records keep."""
        return load_protocol()

    @cached_property
    def store(self) -> Store:
        """The records."""
        from faceglide.records import open_store

        return open_store(self.settings)

    def preferences(self) -> Preferences:
        """The person's preferences; the defaults where nothing was chosen.

        Records that cannot be read are told by whoever needs them: every page asks for this, the
        one that says what is wrong included.
        """
        if self._preferences is None:
            try:
                known: Mapping[str, Any] = self.store.preferences()
            except BadInput:
                return Preferences()
            fields = {key: known[key] for key in Preferences.__annotations__ if key in known}
            self._preferences = Preferences(**fields)
        return self._preferences

    def prefer(self, **choices: Any) -> None:
        """Remember preferences."""
        for key, value in choices.items():
            self.store.set_preference(key, value)
        self._preferences = None

    def forget(self) -> None:
        """Drop what is remembered between requests."""
        self._preferences = None

    def close(self) -> None:
        """Close the records, if they were opened."""
        if "store" in self.__dict__:
            self.store.close()


def get_state(connection: HTTPConnection) -> State:
    """The app's state, for routes."""
    state: State = connection.app.state.faceglide
    return state


Shared = Annotated[State, Depends(get_state)]


def today() -> dt.date:
    """The person's own calendar day."""
    return dt.date.today()  # noqa: DTZ011 - the day on their wall, not in UTC


def now() -> dt.datetime:
    """This moment, aware of its zone."""
    return dt.datetime.now(dt.UTC)
