"""The plots of the history page, in ink: a shape or texture per meaning, never colour alone.

Each is 360 units wide, so that a phone shows its lettering at full size. Every plot has a table of
the same numbers beside it; its own title says what it shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from faceglide.outcomes.adherence import AIM_DAYS, Balance, Feeling, Felt, Week
from faceglide.server.language import date_locale, ngettext
from faceglide.server.language import gettext as _

WIDTH = 360
_LEFT, _RIGHT = 26, 354
_DAYS = 7


def days_plot(weeks: Sequence[Week]) -> Markup:
    """Days practised in each week: one mark a day, over the band that is suggested."""
    top, base, step = 14, 148, 18
    parts = [_aim_band(top, base, step)]
    for at, week in zip(_places(len(weeks)), weeks, strict=True):
        for n in range(len(week.days)):
            parts.append(
                f'<circle class="day" cx="{at:.1f}" cy="{base - (n + 0.5) * step:.1f}" r="6"/>'
            )
        if not week.days:
            parts.append(f'<path class="rest" d="M{at - 4:.1f} {base - 4}h8"/>')
    parts += [_base_line(base), *_week_names(weeks, base)]
    title = _("Days of practice in each of the last %(n)s weeks") % {"n": len(weeks)}
    return _drawing(parts, base + 26, title)


def _aim_band(top: int, base: int, step: int) -> str:
    low, high = (base - days * step for days in AIM_DAYS)
    band = _rect("band", _LEFT, high, _RIGHT - _LEFT, low - high)
    scale = "".join(_mark(str(days), base - days * step) for days in (*AIM_DAYS, _DAYS))
    roof = f'<path class="fine" d="M{_LEFT} {base - _DAYS * step}H{_RIGHT}"/>'
    return f'<g transform="translate(0 {top - 14})">{band}{roof}{scale}</g>'


def quality_plot(weeks: Sequence[Week]) -> Markup:
    """Strokes of each week by verdict: good filled, to be changed hatched, unclear left open."""
    base, height, wide = 148, 126, 15
    most = max((sum(week.verdicts.values()) for week in weeks), default=0) or 1
    # Outside the string that it goes into, where catalogues would not find it.
    strokes = ngettext("%(n)s stroke", "%(n)s strokes", most) % {"n": most}
    parts = [_hatching("quality-hatch")]
    for at, week in zip(_places(len(weeks)), weeks, strict=True):
        y = float(base)
        for verdict in ("good", "fault", "cannot_tell"):
            tall = week.verdicts.get(verdict, 0) / most * height
            if tall:
                y -= tall
                parts.append(_rect(verdict, at - wide / 2, y, wide, tall, "quality-hatch"))
    parts += [
        _base_line(base),
        f'<path class="fine" d="M{_LEFT} {base - height}H{_RIGHT}"/>',
        f'<text class="scale" x="{_LEFT}" y="{base - height - 6}">{escape(strokes)}</text>',
        *_week_names(weeks, base),
    ]
    return _drawing(parts, base + 26, _("Strokes of each week, by what could be said of them"))


def balance_plot(balances: Sequence[Balance], names: Mapping[str, str]) -> Markup:
    """Both sides of each zone, as bars from the middle outward; left on the left."""
    row, top, middle, reach = 46, 24, WIDTH / 2, 132
    most = max((max(b.left.seconds, b.right.seconds) for b in balances), default=0.0) or 1.0
    bottom = top + row * len(balances)
    parts = [
        _hatching("balance-hatch"),
        f'<text class="side" x="{middle - 8}" y="14" text-anchor="end">{escape(_("Left"))}</text>',
        f'<text class="side" x="{middle + 8}" y="14">{escape(_("Right"))}</text>',
    ]
    for n, found in enumerate(balances):
        y = top + n * row
        parts.append(
            f'<text class="zone-name" x="{middle}" y="{y + 15}" text-anchor="middle">'
            f"{escape(names[found.zone])}</text>"
        )
        for side, dose, way in (("left", found.left, -1), ("right", found.right, 1)):
            long = dose.seconds / most * reach
            x = middle - long if way < 0 else middle
            anchor, at = ("end", x - 6) if way < 0 else ("start", x + long + 6)
            parts.append(_rect(side, x, y + 21, long, 14, "balance-hatch"))
            parts.append(
                f'<text class="value" x="{at:.1f}" y="{y + 33}" text-anchor="{anchor}">'
                f"{escape(seconds(dose.seconds))}</text>"
            )
        parts.append(f'<path class="base" d="M{middle} {y + 18}v20"/>')
    return _drawing(parts, bottom + 4, _("Time on the left and on the right of each zone"))


def felt_plot(felt: Felt, of: Callable[[Feeling], int], title: str) -> Markup:
    """One scale over sessions: from before (open) to after (filled), 0 at the foot and 10 above."""
    base, step = 140, 12
    pairs = felt.pairs[-12:]
    parts = []
    for points in (0, 5, 10):
        y = base - points * step
        parts += [f'<path class="fine" d="M{_LEFT} {y}H{_RIGHT}"/>', _mark(str(points), y)]
    for at, (_day, before, after) in zip(_places(len(pairs)), pairs, strict=True):
        start, end = base - of(before) * step, base - of(after) * step
        parts.append(f'<path class="went" d="M{at:.1f} {start}V{end}"/>')
        parts.append(f'<circle class="before" cx="{at:.1f}" cy="{start}" r="5"/>')
        parts.append(f'<circle class="after" cx="{at:.1f}" cy="{end}" r="4"/>')
    parts += _day_names([day for day, _before, _after in pairs], base)
    return _drawing(parts, base + 26, title)


def seconds(value: float) -> str:
    """A span as minutes and seconds: *42 s*, *3:05*."""
    whole = round(value)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"


def short_day(day: dt.date) -> str:
    """A day and its month, short: *16 Nov*."""
    # Translators: a day and its month, short, as a CLDR pattern
    return _dated(day, _("d MMM"))


def short_weekday(day: dt.date) -> str:
    """A day of the week, short: *Mon*."""
    return _dated(day, "EEE")


def _dated(day: dt.date, pattern: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, pattern, locale=date_locale()))


def _places(count: int) -> list[float]:
    room = (_RIGHT - _LEFT) / max(count, 1)
    return [_LEFT + (n + 0.5) * room for n in range(count)]


def _week_names(weeks: Sequence[Week], base: int) -> list[str]:
    return _day_names([week.monday for week in weeks], base)


def _day_names(days: Sequence[dt.date], base: int) -> list[str]:
    """As many days by name as there is room for, the newest always among them."""
    places = _places(len(days))
    every = max(1, -(-len(days) // 4))
    shown = [n for n in range(len(days)) if (len(days) - 1 - n) % every == 0]
    return [
        f'<text class="scale" x="{min(max(places[n], _LEFT + 16), _RIGHT - 20):.1f}" '
        f'y="{base + 20}" text-anchor="middle">{escape(short_day(days[n]))}</text>'
        for n in shown
    ]


def _base_line(base: int) -> str:
    return f'<path class="base" d="M{_LEFT} {base}H{_RIGHT}"/>'


def _rect(kind: str, x: float, y: float, width: float, height: float, hatching: str = "") -> str:
    texture = f' fill="url(#{hatching})"' if kind in ("fault", "right") else ""
    return (
        f'<rect class="{kind}"{texture} x="{x:.1f}" y="{y:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"/>'
    )


def _mark(text: str, y: float) -> str:
    """A number of the scale, left of the plot, level with `y`."""
    return f'<text class="scale" x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{text}</text>'


def _hatching(name: str) -> str:
    return (
        f'<defs><pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern></defs>'
    )


def _drawing(parts: Iterable[str], height: float, title: str) -> Markup:
    body = "".join(parts)
    return Markup(  # noqa: S704 - made here, texts escaped
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-label="{escape(title)}">{body}</svg>'
    )
