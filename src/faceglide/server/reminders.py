"""Reminders: when a person wants to be called, as a calendar file and a feed on this machine."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from faceglide.errors import BadInput
from faceglide.exchange.calendar import (
    MAX_MINUTES,
    WEEKDAYS,
    DoneSession,
    Reminder,
    Words,
    reminders_ics,
)
from faceglide.server.forms import whole_number
from faceglide.server.language import gettext as _
from faceglide.server.state import Shared, State, now, today
from faceglide.server.templating import page

router = APIRouter(include_in_schema=False)

_KEY, _TOKEN = "reminder", "calendar_token"
_DEFAULT: dict[str, Any] = {
    "weekdays": ["MO", "TU", "TH", "FR", "SU"],
    "time": "21:00",
    "minutes": 10,
}


@router.get("/reminders")
def show(request: Request, state: Shared, saved: bool = False) -> Response:
    """The days and the time, and where the calendar is."""
    return _show(request, state, _wanted(state), saved=saved)


@router.post("/reminders")
async def save(request: Request, state: Shared) -> Response:
    """Remember the days and the time, or forget them."""
    form = await request.form()
    if form.get("stop"):
        state.prefer(**{_KEY: None})
        return RedirectResponse("/reminders?saved=true", 303)
    said = _said(form)
    try:
        reminders_ics([_reminder(said)], stamp=now())
    except BadInput as wrong:
        return _show(request, state, said, wrong=wrong)
    state.prefer(**{_KEY: said})
    return RedirectResponse("/reminders?saved=true", 303)


@router.get("/calendar/{token}.ics")
def calendar(state: Shared, token: str) -> Response:
    """The calendar: what was done, and the reminder when one was asked for.

    Times only: no answer, no zone, no measure. A calendar carries no cookie, so its address is
    what lets it in; nobody guesses it.
    """
    if not secrets.compare_digest(token.encode(), _token(state).encode()):
        raise HTTPException(404)
    wanted = state.store.preferences().get(_KEY)
    sessions = [one for one in state.store.sessions() if one.ended_at is not None]
    done = [
        DoneSession(
            str(one.id), one.started_at, (one.ended_at - one.started_at).total_seconds() / 60
        )
        for one in sessions
        if one.ended_at is not None
    ]
    moments = [one.ended_at for one in sessions if one.ended_at is not None]
    if wanted:
        moments.append(dt.datetime.fromisoformat(wanted["saved_at"]))
    body = reminders_ics(
        [_reminder(wanted)] if wanted else [],
        done,
        stamp=max(moments, default=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        words=_words(),
    )
    kept = {"Content-Disposition": 'attachment; filename="faceglide.ics"'}
    return Response(body, media_type="text/calendar", headers=kept)


def _token(state: State) -> str:
    """What makes the calendar's address unguessable, made on first use."""
    known = state.store.preferences().get(_TOKEN)
    if known is None:
        known = secrets.token_urlsafe(24)
        state.prefer(**{_TOKEN: known})
    return str(known)


def _words() -> Words:
    return Words(
        calendar="Faceglide",
        reminder=_("Face massage"),
        reminder_note=_("Clean hands and a little oil first."),
        done=_("Face massage, done"),
    )


def _wanted(state: State) -> dict[str, Any]:
    return state.store.preferences().get(_KEY) or {**_DEFAULT, "timezone": _own_zone()}


def _said(form: FormData) -> dict[str, Any]:
    return {
        "weekdays": [str(day) for day in form.getlist("weekday")],
        "time": str(form.get("time", "")),
        "timezone": str(form.get("timezone", "")).strip(),
        "minutes": str(form.get("minutes", "")),
        "starts_on": today().isoformat(),
        "saved_at": now().isoformat(timespec="seconds"),
    }


def _reminder(said: dict[str, Any]) -> Reminder:
    """The reminder a form or a record describes.

    Raises:
        BadInput: A time or a number that is none.
    """
    try:
        time = dt.time.fromisoformat(said["time"])
    except ValueError:
        raise BadInput(_("Time"), f"{said['time']!r}", _("a time such as 21:00")) from None
    minutes = whole_number(said["minutes"], MAX_MINUTES)
    if minutes is None:
        raise BadInput(_("Minutes"), f"{said['minutes']!r}", _("a whole number"))
    return Reminder(
        id="routine",
        weekdays=tuple(said["weekdays"]),
        time=time,
        timezone=said["timezone"],
        minutes=minutes,
        starts_on=dt.date.fromisoformat(said["starts_on"]),
    )


def _own_zone() -> str:
    """This machine's time zone by its IANA name, or UTC where it has none."""
    from babel.dates import LOCALTZ

    return str(getattr(LOCALTZ, "key", None) or "UTC")


def _show(
    request: Request,
    state: State,
    said: dict[str, Any],
    *,
    saved: bool = False,
    wrong: BadInput | None = None,
) -> Response:
    file = f"/calendar/{_token(state)}.ics"
    names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday")]
    context = {
        "days": list(zip(WEEKDAYS, [*names, _("Sunday")], strict=True)),
        "said": said,
        "asked": state.store.preferences().get(_KEY) is not None,
        "file": file,
        "feed": f"{str(request.base_url).rstrip('/')}{file}",
        "saved": saved,
        "wrong": wrong,
    }
    return page(request, "reminders.html", context, 422 if wrong else 200)
