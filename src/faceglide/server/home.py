"""The first page, the limits, and the history of sessions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from faceglide.server.charts import drawn
from faceglide.server.check import standing
from faceglide.server.state import Shared
from faceglide.server.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, state: Shared) -> Response:
    """Start, last time's summary, one button to repeat."""
    sessions = state.store.sessions(limit=1)
    context = {
        "last": sessions[0] if sessions else None,
        "checked_today": standing(state) is not None,
        "protocol": state.protocol,
        "plate": drawn(
            state.protocol,
            "cheeks.sweep_up_out",
            "left",
            frame="bust",
            zones=("cheeks",),
            moving=True,
        ),
    }
    return page(request, "home.html", context)


@router.get("/about")
def about(request: Request, state: Shared) -> Response:
    """What Faceglide is, what it cannot do, and where things are kept."""
    return page(request, "about.html", {"protocol": state.protocol})
