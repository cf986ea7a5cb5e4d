"""Charts as files: the portrait, each movement, each zone."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from markupsafe import Markup
from starlette.responses import Response

from faceglide.face.chart import Frame, Side, chart_svg, portrait_svg
from faceglide.protocol import Protocol
from faceglide.server.language import current_language
from faceglide.server.language import gettext as _
from faceglide.server.state import Shared

router = APIRouter(prefix="/chart", tags=["charts"])


@cache
def portrait_address() -> str:
    """Where the portrait's own file is, changing whenever the drawing does."""
    stamp = hashlib.sha256(portrait_svg().encode()).hexdigest()[:10]
    return f"/chart/portrait.svg?v={stamp}"


def side_labels() -> tuple[str, str]:
    """The words beside a chart's two sides."""
    return _("left"), _("right")


def frame_of(zone: str) -> Frame:
    """The neck and the jaw need the bust; the rest is clearer with the face alone."""
    return "bust" if zone == "neck" else "face"


_made: dict[tuple[object, ...], Markup] = {}


def drawn(
    protocol: Protocol,
    movement: str | None = None,
    side: Side | None = None,
    *,
    zones: tuple[str, ...] = (),
    frame: Frame = "face",
    title: str = "",
    reverse: bool = False,
    moving: bool = False,
) -> Markup:
    """A chart for a page, referring to the portrait's own file."""
    key = (
        current_language(),
        protocol.version,
        movement,
        side,
        zones,
        frame,
        title,
        reverse,
        moving,
    )
    if key not in _made:
        svg = chart_svg(
            protocol,
            movement,
            side,
            zones=zones,
            title=title or ("" if movement else _("A face, drawn in ink")),
            frame=frame,
            portrait_href=portrait_address(),
            reverse=reverse,
            moving=moving,
        )
        _made[key] = Markup(svg)  # noqa: S704 - made by us, texts escaped there
    return _made[key]


def _svg(svg: str) -> Response:
    kept = {"Cache-Control": "public, max-age=86400", "Vary": "Accept-Language"}
    return Response(svg, media_type="image/svg+xml", headers=kept)


@router.get("/portrait.svg")
def portrait() -> Response:
    """The face alone, in ink."""
    return _svg(portrait_svg())


@router.get("/zone/{zone}.svg")
def zone_chart(zone: str, state: Shared) -> Response:
    """A zone, hatched."""
    try:
        return _svg(
            chart_svg(state.protocol, zones=[zone], frame=frame_of(zone), labels=side_labels())
        )
    except KeyError:
        raise HTTPException(404, f"There is no zone {zone!r}.") from None


@router.get("/{movement}.svg")
def movement_chart(
    movement: str,
    state: Shared,
    side: Annotated[Literal["left", "right", "midline"] | None, Query()] = None,
    moving: bool = False,
) -> Response:
    """A movement on its path, on one side or on all it has."""
    known = {entry.id: entry for entry in state.protocol.movements}
    if movement not in known:
        raise HTTPException(404, f"There is no movement {movement!r}.")
    if side is not None and side not in known[movement].sides:
        raise HTTPException(404, f"{movement!r} has no side {side!r}.")
    frame = frame_of(known[movement].zone)
    svg = chart_svg(
        state.protocol, movement, side, frame=frame, moving=moving, labels=side_labels()
    )
    return _svg(svg)
