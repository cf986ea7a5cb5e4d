"""Languages: message catalogues for templates and for the server's own sentences.

Catalogues are GNU gettext files, ``web/locale/LANGUAGE/LC_MESSAGES/faceglide.mo``; English is what
the source says and needs none. The protocol's texts are data, not messages.
"""

from __future__ import annotations

import gettext as gnu
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "web" / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")


def languages() -> tuple[str, ...]:
    """Codes of the languages there is a catalogue for, English first."""
    found = (path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/faceglide.mo"))
    return ("en", *sorted(found))


def use_language(code: str) -> None:
    """Speak `code` for the rest of this request."""
    _language.set(code)


def current_language() -> str:
    """The code of the language in force."""
    return _language.get()


@cache
def _catalogue(code: str) -> gnu.NullTranslations:
    return gnu.translation("faceglide", str(LOCALES), [code], fallback=True)


def gettext(message: str) -> str:
    """`message` in the language in force."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many`, as `count` asks, in the language in force."""
    return _catalogue(_language.get()).ngettext(one, many, count)
