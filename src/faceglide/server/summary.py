"""What came of a session: strokes, what each side received, and what was not seen."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from faceglide.coaching.dose import doses
from faceglide.coaching.events import CannotTell, Dose, Hold, Stroke
from faceglide.face.chart import chart_svg
from faceglide.face.scale import POPULATION_SD, PUPILLARY_SD
from faceglide.protocol.model import Protocol
from faceglide.protocol.phrases import say
from faceglide.records.document import SessionRecord
from faceglide.server.charts import portrait_address, side_labels
from faceglide.server.coming_back import feelings_of
from faceglide.server.language import gettext as _
from faceglide.server.state import Shared
from faceglide.server.templating import page
from faceglide.server.words import names

router = APIRouter(include_in_schema=False)

SIDES = ("left", "right", "midline")
ROUNDED_FROM_MM = 100.0
"""From here on a length is said to the ten millimetres: its error is larger than that anyway."""

ADVISED_FROM, ADVISED_MOST = 2, 2
"""What happened once is a slip, and nobody minds more than two things at once; our defaults."""


@router.get("/summary/{session_id}")
def summary(request: Request, state: Shared, session_id: uuid.UUID) -> Response:
    """What was done in a session."""
    record = state.store.session_detail(session_id)
    protocol = state.protocol
    events = _events(record)
    tally = _tally(protocol, events)
    known = state.preferences().pupillary_distance_mm is not None
    context = {
        "session": record,
        "tally": tally,
        "sides": [side for side in SIDES if any(row[side] for row in tally)],
        "in_all": {side: sum(row[side] for row in tally) for side in SIDES},
        "next_time": _next_time(protocol, events),
        "doses": _doses(protocol, events),
        "length": lambda mm: about_mm(mm, PUPILLARY_SD if known else POPULATION_SD),
        "scale_known": known,
        "minutes": _minutes(record),
        "unseen_s": sum(e.end_s - e.start_s for e in events if isinstance(e, CannotTell)),
        "plan_id": record.plan_id,
        "symptom": record.stopped,
        "feelings": feelings_of(record),
        "names": names(protocol),
        "chart": _done_chart(protocol, events),
    }
    return page(request, "summary.html", context)


def about_mm(millimetres: float, relative_sd: float) -> str:
    """A length with its standard deviation, no finer than it is known: *350 ± 20 mm*."""
    step = 10 if millimetres >= ROUNDED_FROM_MM else 1
    value = step * round(millimetres / step)
    error = step * max(1, round(millimetres * relative_sd / step))
    return f"{value} ± {error} mm"


def _events(record: SessionRecord) -> list[Any]:
    return [event.event() for event in record.events]


def _minutes(record: SessionRecord) -> float | None:
    if record.ended_at is None:
        return None
    return (record.ended_at - record.started_at).total_seconds()


def _tally(protocol: Protocol, events: Iterable[Any]) -> list[dict[str, Any]]:
    """Per movement: strokes and holds on each side, good ones, those nobody could tell."""
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        if not isinstance(event, Stroke | Hold):
            continue
        row = rows.setdefault(
            event.movement,
            {"left": 0, "right": 0, "midline": 0, "good": 0, "judged": 0, "cannot_tell": 0},
        )
        if event.verdict == "cannot_tell":
            row["cannot_tell"] += 1
            continue
        row[event.side] += 1
        row["judged"] += 1
        row["good"] += event.verdict == "good"
    return [
        {"movement": movement, **rows[movement.id]}
        for movement in protocol.movements
        if movement.id in rows
    ]


def _next_time(protocol: Protocol, events: Iterable[Any]) -> list[tuple[str, str]]:
    """What went wrong most often: the movement's name, and what is said of it while it is done."""
    movements = {movement.id: movement for movement in protocol.movements}
    went_wrong: Counter[tuple[str, str]] = Counter()
    for event in events:
        if isinstance(event, Stroke | Hold) and event.verdict == "fault":
            held = isinstance(event, Hold)
            for fault in event.faults:
                phrase = "incomplete_hold" if held and fault == "incomplete" else fault
                went_wrong[event.movement, phrase] += 1
    return [
        (movement.name, say(protocol, f"cue.{phrase}", direction=movement.direction))
        for (name, phrase), times in went_wrong.most_common(ADVISED_MOST)
        if times >= ADVISED_FROM and (movement := movements.get(name))
    ]


def _doses(protocol: Protocol, events: Iterable[Any]) -> list[tuple[str, dict[Any, Dose]]]:
    """What each side received, zone by zone in the protocol's order."""
    found = doses(event for event in events if isinstance(event, Stroke | Hold))
    return [(zone.id, found[zone.id]) for zone in protocol.zones if zone.id in found]


def _done_chart(protocol: Protocol, events: Iterable[Any]) -> Markup:
    known = {movement.id for movement in protocol.movements}
    done = dict.fromkeys(
        (event.movement, event.side)
        for event in events
        if isinstance(event, Stroke | Hold)
        and event.verdict != "cannot_tell"
        and event.movement in known
    )
    svg = chart_svg(
        protocol,
        done=tuple(done),
        portrait_href=portrait_address(),
        title=_("What was done"),
        labels=side_labels(),
    )
    return Markup(svg)  # noqa: S704 - made by us, texts escaped there


@router.post("/session/{session_id}/forget")
def forget(state: Shared, session_id: uuid.UUID) -> Response:
    """Forget one session."""
    state.store.delete_session(session_id)
    return RedirectResponse("/history", 303)
