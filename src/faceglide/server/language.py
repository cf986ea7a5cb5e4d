"""Languages: whose words a request is answered in, and the catalogues they come from.

Catalogues are GNU gettext files, ``web/locale/LANGUAGE/LC_MESSAGES/*.po``, read when a language is
first asked for: ``faceglide`` for templates and the server's own sentences, ``protocol`` for the
texts of the protocol. English is what the sources say and needs none. The rooms know nothing of
languages: they speak the words of the protocol they are given, so a reworded protocol makes them
speak another language. What is decided and kept is in the protocol's own words.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from faceglide.protocol.model import Protocol
from faceglide.protocol.no_press import NoPress, load_no_press
from faceglide.protocol.wording import reworded, reworded_entries

LOCALES = Path(__file__).parent.parent / "web" / "locale"
DOMAINS = ("faceglide", "protocol")
ENGLISH = "en"
# Languages whose nouns keep their capitals inside a sentence.
_KEEPS_CAPITALS = frozenset({"de"})
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's messages of one domain.

    Attributes:
        said: (context or None, message) -> its forms, the first for one.
        form: Count -> which form.
    """

    said: dict[tuple[str | None, str], tuple[str, ...]]
    form: Callable[[int], int]


def catalogue_file(code: str, domain: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALES / code / "LC_MESSAGES" / f"{domain}.po"


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages there is a catalogue for, English first."""
    found = (path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/faceglide.po"))
    return (ENGLISH, *sorted(found))


@cache
def _catalogue(code: str, domain: str) -> Catalogue:
    from babel.messages.pofile import read_po

    said: dict[tuple[str | None, str], tuple[str, ...]] = {}
    with catalogue_file(code, domain).open("rb") as file:
        read = read_po(file, locale=code)
    for message in read:
        several = isinstance(message.id, tuple | list)
        first = message.id[0] if several else message.id
        forms = tuple(message.string or ()) if several else (str(message.string),)
        if first and all(forms) and not message.fuzzy:
            said[message.context, str(first)] = forms
    return Catalogue(said, gnu.c2py(read.plural_expr))


def use_language(code: str) -> None:
    """Speak `code` for the rest of this request."""
    _language.set(code)


def current_language() -> str:
    """The code of the language in force."""
    return _language.get()


def gettext(message: str) -> str:
    """`message` in the language in force."""
    code = _language.get()
    if code == ENGLISH:
        return message
    return _catalogue(code, "faceglide").said.get((None, message), (message,))[0]


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many`, as `count` asks, in the language in force."""
    code = _language.get()
    if code != ENGLISH:
        catalogue = _catalogue(code, "faceglide")
        if forms := catalogue.said.get((None, one)):
            return forms[catalogue.form(count)]
    return one if count == 1 else many


def inner(text: str) -> str:
    """A name as it stands inside a sentence."""
    return text if _language.get() in _KEEPS_CAPITALS else text[:1].lower() + text[1:]


def date_locale() -> str:
    """The locale that dates are written in."""
    return "en_GB" if _language.get() == ENGLISH else _language.get()


_worded: dict[tuple[int, str], tuple[Protocol, Protocol]] = {}


def worded(protocol: Protocol) -> Protocol:
    """The protocol in the language in force: the same object at every call."""
    code = _language.get()
    if code == ENGLISH:
        return protocol
    known = _worded.get((id(protocol), code))
    if known is None or known[0] is not protocol:
        known = _worded[id(protocol), code] = protocol, reworded(protocol, _said_in(code))
    return known[1]


def no_press() -> tuple[NoPress, ...]:
    """The no-press map in the language in force."""
    return _no_press(_language.get())


@cache
def _no_press(code: str) -> tuple[NoPress, ...]:
    own = load_no_press()
    return own if code == ENGLISH else reworded_entries("no_press", own, _said_in(code))


def _said_in(code: str) -> Callable[[str, str], str]:
    said = _catalogue(code, "protocol").said
    return lambda key, text: said.get((key, text), (text,))[0]


def accepted(header: str, offered: Iterable[str]) -> str:
    """The offered language that an Accept-Language header likes best; English when none.

    Example:
        >>> accepted("fr-CH, de-CH;q=0.9, en;q=0.5", ("en", "de"))
        'de'
    """
    liked: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            liked.append((float(quality or 1), name.split("-")[0].lower()))
        except ValueError:
            continue
    known = set(offered)
    best = (code for weight, code in sorted(liked, key=lambda of: -of[0]) if weight > 0)
    return next((code for code in best if code in known), ENGLISH)


class LanguageMiddleware:
    """Answers each request in the language the person chose, else in one their browser asks for.

    Args:
        app: What answers.
        chosen: Code of the language the person chose; None when they chose none.
    """

    def __init__(self, app: ASGIApp, chosen: Callable[[], str | None]) -> None:
        self._app = app
        self._chosen = chosen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the language, then pass on."""
        if scope["type"] in ("http", "websocket") and not scope["path"].startswith("/static/"):
            asked = HTTPConnection(scope).headers.get("accept-language", "")
            chosen = self._chosen()
            use_language(chosen if chosen in languages() else accepted(asked, languages()))
        await self._app(scope, receive, send)
