"""Words for dates, spans and identifiers, as people say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from faceglide.protocol.model import Entry, Protocol
from faceglide.server.language import date_locale, inner, ngettext
from faceglide.server.language import gettext as _


def day(date: dt.date) -> str:
    """A date in full: *Saturday 21 November 2026*."""
    # Translators: a date in full, as a CLDR pattern
    return _dated(date, _("EEEE d MMMM y"))


def _dated(date: dt.date, pattern: str) -> str:
    from babel.dates import format_date

    return str(format_date(date, pattern, locale=date_locale()))


def days_ago(date: dt.date, today: dt.date) -> str:
    """How long ago, the way it is said: *today*, *yesterday*, *on Tuesday*, *on 3 May*."""
    days = (today - date).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 7:
        return _("on %(day)s") % {"day": _dated(date, "EEEE")}
    # Translators: a day of this year, and one of another, as CLDR patterns
    pattern = _("d MMMM") if date.year == today.year else _("d MMMM y")
    return _("on %(day)s") % {"day": _dated(date, pattern)}


def short_date(date: dt.date, today: dt.date) -> str:
    """A day for a list: *Thu 19 Nov*, and with its year when that is another one."""
    # Translators: a day of this year in a list, and one of another, as CLDR patterns
    return _dated(date, _("EEE d MMM") if date.year == today.year else _("EEE d MMM y"))


def since(date: dt.date, today: dt.date) -> str:
    """A day to count from: *this morning*, *yesterday*, *Tuesday*, *3 May*."""
    days = (today - date).days
    if days <= 0:
        return _("earlier today")
    if days == 1:
        return _("yesterday")
    # Translators: a day to count from ("since 3 May 2026"), as a CLDR pattern
    return _dated(date, "EEEE" if days < 7 else _("d MMMM y ")).strip()


def names(protocol: Protocol) -> dict[str, str]:
    """Identifier -> name, of everything a Decision or a Plan may name."""
    lists: tuple[Iterable[Entry], ...] = (
        protocol.zones,
        protocol.tools,
        protocol.techniques,
        protocol.movements,
        protocol.goals,
    )
    return {entry.id: entry.name for entries in lists for entry in entries}


def named(ids: Iterable[str], names: Mapping[str, str], *, inside: bool = False) -> str:
    """Identifiers as their names, one after the other; as inside a sentence where asked."""
    found = (names.get(name, name) for name in ids)
    return ", ".join(inner(name) if inside else name for name in found)


def entries(ids: Iterable[str], known: Mapping[str, Entry]) -> str:
    """Identifiers as the names of their entries."""
    return ", ".join(inner(known[name].name) for name in ids)


def language_name(code: str) -> str:
    """A language in itself: *English*, *Deutsch*."""
    from babel import Locale

    name = Locale.parse(code).get_display_name(code) or code
    return name[0].upper() + name[1:]


def minutes(seconds: float) -> str:
    """A span to the half minute: *½ min*, *7 min*, *7½ min*."""
    halves = max(1, round(seconds / 30))
    whole, half = divmod(halves, 2)
    return f"{whole or ''}{'½' if half else ''} min"


def side(code: str) -> str:
    """A side as the person's own."""
    return {"left": _("left side"), "right": _("right side"), "midline": _("middle")}[code]


def pressure(code: str) -> str:
    """A pressure with what it feels like."""
    return {
        "minimal": _("barely touching: the weight of the finger"),
        "light": _("light: the skin hardly moves"),
        "medium": _("medium: you feel the muscle, never pain"),
    }[code]


def pressure_short(code: str) -> str:
    """A pressure in a word or two."""
    return {"minimal": _("barely touching"), "light": _("light"), "medium": _("medium")}[code]


def grade(code: str) -> str:
    """An evidence grade."""
    return {
        "strong": _("Strong"),
        "moderate": _("Moderate"),
        "limited": _("Limited"),
        "very_limited": _("Very limited"),
        "none": _("None"),
    }[code]


def repeats(count: int, motion: str) -> str:
    """How often, in the movement's own kind."""
    if motion == "circle":
        return ngettext("%(n)s circle", "%(n)s circles", count) % {"n": count}
    if motion == "hold":
        return ngettext("%(n)s round of holds", "%(n)s rounds of holds", count) % {"n": count}
    return ngettext("%(n)s stroke", "%(n)s strokes", count) % {"n": count}
