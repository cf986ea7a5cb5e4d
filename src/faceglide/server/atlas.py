"""The atlas: the face as a plate to turn, from skin to bone, and the numbers it is drawn from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.responses import HTMLResponse

from faceglide.face.canonical import FloatArray, mirror, triangles, vertices_mm
from faceglide.face.paths import Side, anchor_recipe, movement_path, zone_outline
from faceglide.protocol.model import Movement, Protocol, Zone
from faceglide.protocol.no_press import NoPress
from faceglide.server.charts import drawn
from faceglide.server.language import no_press
from faceglide.server.state import Shared
from faceglide.server.templating import page

router = APIRouter()

_BOTH: tuple[Side, ...] = ("right", "left")
# Every zone names five layers, from the skin inwards; the plate draws them in this order.
LAYERS = ("skin", "fat", "muscle", "gliding", "deep")


@router.get("/atlas", response_class=HTMLResponse, include_in_schema=False)
def atlas(request: Request, state: Shared) -> HTMLResponse:
    """The plate, with everything it shows as text beside it."""
    protocol = state.protocol
    zones = [_zone_words(zone, protocol) for zone in protocol.zones]
    stamp = hashlib.sha256(_mesh_json(protocol)).hexdigest()[:12]
    context = {
        "zones": zones,
        "mesh": f"/atlas/mesh.json?v={stamp}",
        "chart": drawn(protocol, zones=tuple(zone.id for zone in protocol.zones), frame="bust"),
    }
    return page(request, "atlas.html", context)


@router.get("/atlas/mesh.json")
def mesh(state: Shared) -> Response:
    """The canonical face with zones, movements and no-press places on it.

    Everything is in millimetres in the face frame: x to the person's left, y up, z out of the
    face. It is the average face, nobody's own.
    """
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_mesh_json(state.protocol), media_type="application/json", headers=kept)


_written: dict[int, bytes] = {}


def _mesh_json(protocol: Protocol) -> bytes:
    """The document, written once for each protocol object that is in force."""
    if id(protocol) not in _written:
        _written[id(protocol)] = _write(protocol)
    return _written[id(protocol)]


def _write(protocol: Protocol) -> bytes:
    document = {
        "vertices": _rounded(vertices_mm()),
        "triangles": triangles().tolist(),
        "mirror": mirror().tolist(),
        "zones": [_zone_shape(zone) for zone in protocol.zones],
        "movements": [_movement_shape(movement) for movement in protocol.movements],
        "noPress": [_no_press_shape(place) for place in no_press()],
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _rounded(points_mm: FloatArray) -> list[list[float]]:
    return [[round(float(value), 2) for value in point] for point in points_mm]


def _zone_shape(zone: Zone) -> dict[str, Any]:
    outlines = [_rounded(zone_outline(zone, side, vertices_mm())) for side in _BOTH]
    return {"id": zone.id, "name": zone.name, "outlines": outlines}


def _movement_shape(movement: Movement) -> dict[str, Any]:
    low, high = movement.speed_mm_s
    return {
        "id": movement.id,
        "name": movement.name,
        "zone": movement.zone,
        "motion": movement.motion,
        "speedMmS": (low + high) / 2,
        "paths": [_rounded(movement_path(movement, s, vertices_mm())) for s in movement.sides],
    }


def _no_press_shape(place: NoPress) -> dict[str, Any]:
    lines = [_rounded(anchor_recipe(place.at, side).on(vertices_mm())) for side in _BOTH]
    on_midline = all(abs(x) < 1.0 for line in lines for x, _, _ in line)
    return {
        "id": place.id,
        "name": place.name,
        "zones": place.zones,
        "radiusMm": place.radius_mm,
        "lines": lines[:1] if on_midline else lines,
    }


def _zone_words(zone: Zone, protocol: Protocol) -> dict[str, Any]:
    return {
        "id": zone.id,
        "name": zone.name,
        "anatomy": zone.anatomy,
        "layers": list(zip(LAYERS, zone.layers, strict=True)),
        "movements": [movement for movement in protocol.movements if movement.zone == zone.id],
        "no_press": [place for place in no_press() if zone.id in place.zones],
        "href": f"/learn/zones/{zone.id}",
    }
