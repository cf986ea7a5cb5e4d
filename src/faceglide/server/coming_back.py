"""Coming back: what was practised, how it felt, and one button to do it again."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from faceglide.coaching.events import Hold, Stroke
from faceglide.errors import BadInput
from faceglide.outcomes.adherence import (
    AIM_DAYS,
    FELT_CHANGE,
    Feeling,
    Performed,
    Practice,
    balance,
    felt,
    monday_of,
    weeks,
    weeks_kept,
)
from faceglide.records import SessionRecord, SessionSummary
from faceglide.server import history_plots as plots
from faceglide.server.check import standing
from faceglide.server.forms import whole_number
from faceglide.server.language import gettext as _
from faceglide.server.own_plans import fitted_address
from faceglide.server.state import Shared, State, today
from faceglide.server.templating import page
from faceglide.server.words import names

router = APIRouter(include_in_schema=False)

WEEKS_PLOTTED, WEEKS_LISTED, WEEKS_BALANCED = 12, 6, 4
LISTED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the calendar, with the sessions it holds."""

    date: dt.date
    sessions: tuple[SessionSummary, ...]
    is_today: bool
    is_future: bool


@router.get("/history")
def history(
    request: Request, state: Shared, listed: Annotated[int, Query(alias="page", ge=1)] = 1
) -> Response:
    """The calendar, the weeks, both sides, how strokes were, how it felt, and every session."""
    sessions = state.store.sessions()
    if not sessions:
        return page(request, "history.html", {"sessions": []})
    since = monday_of(today()) - dt.timedelta(weeks=WEEKS_PLOTTED - 1)
    recent = [one for one in sessions if day_of(one) >= since]
    detailed = [_practice(state.store.session_detail(one.id)) for one in recent]
    plain = [Practice(day_of(one), 0.0) for one in sessions]
    context = _context(state, sessions, plain, detailed) | _list_page(sessions, listed)
    return page(request, "history.html", context)


def _list_page(sessions: Sequence[SessionSummary], asked: int) -> dict[str, Any]:
    """The part of the list that is shown at once, counted from 1; past the end it is the last."""
    pages = math.ceil(len(sessions) / LISTED_AT_ONCE)
    listed = min(asked, pages)
    start = (listed - 1) * LISTED_AT_ONCE
    return {"listed": sessions[start : start + LISTED_AT_ONCE], "page": listed, "pages": pages}


def _context(
    state: State,
    sessions: Sequence[SessionSummary],
    every: Sequence[Practice],
    recent: Sequence[Practice],
) -> dict[str, Any]:
    known = names(state.protocol)
    found = weeks(recent, today(), WEEKS_PLOTTED)
    start = monday_of(today()) - dt.timedelta(weeks=WEEKS_BALANCED - 1)
    zones = [zone.id for zone in state.protocol.zones]
    sides = balance([one for one in recent if one.day >= start], zones)
    feelings = felt(recent)
    judged = any(sum(week.verdicts.values()) for week in found)
    return {
        "sessions": sessions,
        "calendar": _calendar(sessions),
        "weekdays": [plots.short_weekday(start + dt.timedelta(days=n)) for n in range(7)],
        "weeks": found,
        "kept": weeks_kept(every, today()),
        "aim": AIM_DAYS,
        "days_plot": plots.days_plot(found),
        "quality_plot": plots.quality_plot(found) if judged else None,
        "balances": sides,
        "balance_plot": plots.balance_plot(sides, known) if sides else None,
        "balanced_weeks": WEEKS_BALANCED,
        "felt": feelings,
        "felt_change": FELT_CHANGE,
        "mood_plot": plots.felt_plot(feelings, lambda said: said.mood, _("Mood, 0 to 10")),
        "tension_plot": plots.felt_plot(feelings, lambda said: said.tension, _("Tension, 0 to 10")),
        "names": known,
        "seconds": plots.seconds,
        "short_day": plots.short_day,
    }


def day_of(session: SessionSummary | SessionRecord) -> dt.date:
    """The person's own calendar day on which a session began."""
    return session.started_at.astimezone().date()


def _calendar(sessions: Iterable[SessionSummary]) -> list[list[CalendarDay]]:
    """The last weeks, Monday to Sunday, newest week last."""
    held: defaultdict[dt.date, list[SessionSummary]] = defaultdict(list)
    for session in sessions:
        held[day_of(session)].append(session)
    first = monday_of(today()) - dt.timedelta(weeks=WEEKS_LISTED - 1)
    days = [first + dt.timedelta(days=n) for n in range(7 * WEEKS_LISTED)]
    marked = [
        CalendarDay(day, tuple(reversed(held[day])), day == today(), day > today()) for day in days
    ]
    return [marked[n : n + 7] for n in range(0, len(marked), 7)]


def _practice(record: SessionRecord) -> Practice:
    ended = record.ended_at
    feelings = feelings_of(record)
    return Practice(
        day=day_of(record),
        seconds=(ended - record.started_at).total_seconds() if ended else 0.0,
        performed=tuple(_performed(record)),
        before=feelings.get("before"),
        after=feelings.get("after"),
    )


def _performed(record: SessionRecord) -> Iterable[Performed]:
    for kept in record.events:
        event = kept.event()
        if isinstance(event, Stroke | Hold):
            length_mm = event.length_mm if isinstance(event, Stroke) else 0.0
            seconds = event.end_s - event.start_s
            yield Performed(event.zone, event.side, seconds, length_mm, event.verdict)


def feelings_of(record: SessionRecord) -> dict[str, Feeling]:
    """What the person said `before` and `after`; what was said last counts."""
    return {
        said.kind: Feeling(int(said.body["mood"]), int(said.body["tension"]))
        for said in record.feedback
        if said.kind in ("before", "after") and {"mood", "tension"} <= said.body.keys()
    }


@router.post("/session/{session_id}/felt/{when}")
async def say_felt(
    request: Request, state: Shared, session_id: uuid.UUID, when: Literal["before", "after"]
) -> Response:
    """Keep how the person feels; saying it again puts it right."""
    form = await request.form()
    scales = {"mood": _("Mood"), "tension": _("Tension")}
    said = {key: _points(str(form.get(key, "")), name) for key, name in scales.items()}
    state.store.save_feedback(session_id, when, said)
    return RedirectResponse(f"/summary/{session_id}#felt", 303)


def _points(text: str, place: str) -> int:
    points = whole_number(text, 10)
    if points is None:
        raise BadInput(place, f"{text!r}", _("a whole number from 0 to 10"))
    return points


@router.post("/again")
def again(state: Shared) -> Response:
    """Last time's routine, fitted to what today's safety check leaves open."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    last = state.store.sessions(limit=1)
    plan_id = state.store.session_detail(last[0].id).plan_id if last else None
    if plan_id is None:
        return RedirectResponse("/plan", 303)
    return RedirectResponse(fitted_address(state, plan_id, found[1]), 303)
