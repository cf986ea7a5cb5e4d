"""A finished session as FHIR: one Procedure, and what the camera saw of it as Observations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from faceglide.errors import BadInput
from faceglide.exchange.fhir.codes import (
    BASE,
    Resource,
    body_site,
    bundle,
    concept,
    fhir_id,
    full_url,
    quantity,
)
from faceglide.exchange.fhir.library import ROUTINE
from faceglide.protocol.model import Protocol

_MM_PER_CM = 10
_SIDES = ("left", "right", "midline")
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_METHOD = {"text": "Camera landmarks, judged stroke by stroke; pressure is not measured."}


def session_bundle(session: Mapping[str, Any], protocol: Protocol) -> Resource:
    """A finished session as a FHIR R4B collection.

    Strokes the camera could not judge are counted apart and enter no speed.

    Args:
        session: ``{"id", "person", "started_at", "protocol", "analysis"}``; `person` is a
            pseudonym, `started_at` an ISO time with its offset, `analysis` the public Analysis.
        protocol: Names of the zones.

    Returns:
        A Bundle of one Procedure and one Observation per zone that was touched.

    Raises:
        BadInput: A field is missing, or the start has no offset.
    """
    missing = [
        name
        for name in ("id", "person", "started_at", "protocol", "analysis")
        if not session.get(name)
    ]
    if missing:
        raise BadInput(f"session.{missing[0]}", "is missing", "a finished session")
    names = {zone.id: zone.name for zone in protocol.zones}
    strokes: dict[str, list[Mapping[str, Any]]] = {}
    for stroke in session["analysis"]["strokes"]:
        strokes.setdefault(stroke["zone"], []).append(stroke)
    holds = {hold["zone"] for hold in session["analysis"]["holds"]}
    touched = [zone for zone in names if zone in strokes or zone in holds]
    procedure = _procedure(session, [body_site(zone, names[zone]) for zone in touched])
    seen = [
        _zone_observation(session, procedure, body_site(zone, names[zone]), zone, strokes[zone])
        for zone in touched
        if zone in strokes
    ]
    return bundle("collection", [procedure, *seen], f"session-{session['id']}")


def _period(session: Mapping[str, Any]) -> Resource:
    try:
        start = dt.datetime.fromisoformat(str(session["started_at"]))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise BadInput(
            "session.started_at", f"{session['started_at']!r}", "an ISO time with offset"
        )
    end = start + dt.timedelta(seconds=float(session["analysis"]["seconds"]))
    return {
        "start": start.isoformat(timespec="seconds"),
        "end": end.isoformat(timespec="seconds"),
    }


def _subject(session: Mapping[str, Any]) -> Resource:
    return {"identifier": {"system": f"{BASE}:person", "value": str(session["person"])}}


def _procedure(session: Mapping[str, Any], sites: list[Resource]) -> Resource:
    procedure: Resource = {
        "resourceType": "Procedure",
        "id": fhir_id(f"session-{session['id']}"),
        "instantiatesCanonical": [f"{ROUTINE}|{session['protocol']}"],
        "status": "completed",
        "code": {"text": "Facial fascia massage, by the person"},
        "subject": _subject(session),
        "performedPeriod": _period(session),
    }
    return procedure | ({"bodySite": sites} if sites else {})


def _zone_observation(
    session: Mapping[str, Any],
    procedure: Resource,
    site: Resource,
    zone: str,
    strokes: list[Mapping[str, Any]],
) -> Resource:
    judged = [stroke for stroke in strokes if stroke["verdict"] != "cannot_tell"]
    components = [
        _count(side, sum(stroke["side"] == side for stroke in judged))
        for side in _SIDES
        if any(stroke["side"] == side for stroke in judged)
    ]
    components += _speed(judged)
    if unjudged := len(strokes) - len(judged):
        components.append(
            {
                "code": _measure("not-judged", "Strokes the camera could not judge"),
                "valueQuantity": quantity(unjudged, "strokes", "{strokes}"),
            }
        )
    return {
        "resourceType": "Observation",
        "id": fhir_id(f"session-{session['id']}-{zone}"),
        "partOf": [{"reference": full_url(procedure)}],
        "status": "final",
        "code": _measure("strokes", "Massage strokes"),
        "subject": _subject(session),
        "effectivePeriod": procedure["performedPeriod"],
        "bodySite": site,
        "method": _METHOD,
        "component": components,
    }


def _measure(code: str, text: str) -> Resource:
    return concept("measure", code, text)


def _count(side: str, count: int) -> Resource:
    return {
        "code": _measure(f"strokes-{side}", f"Strokes, {side}"),
        "valueQuantity": quantity(count, "strokes", "{strokes}"),
    }


def _speed(judged: list[Mapping[str, Any]]) -> list[Resource]:
    code = _measure("mean-speed", "Mean speed of the strokes")
    if not judged:
        reason = {"coding": [{"system": _ABSENT, "code": "unknown"}]}
        return [{"code": code, "dataAbsentReason": reason}]
    mean_mm_s = sum(stroke["speed_mm_s"] for stroke in judged) / len(judged)
    return [{"code": code, "valueQuantity": quantity(round(mean_mm_s / _MM_PER_CM, 2), "cm/s")}]
