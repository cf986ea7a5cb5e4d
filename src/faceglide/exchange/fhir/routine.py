"""A routine as FHIR: one CarePlan whose activities are its steps, in order."""

from __future__ import annotations

from typing import Any

from faceglide.exchange.fhir.codes import (
    BASE,
    Resource,
    body_site,
    bundle,
    concept,
    fhir_id,
    quantity,
)
from faceglide.planning.model import Plan, Step
from faceglide.protocol.model import Movement, Protocol


def routine_bundle(plan: Plan, name: str, protocol: Protocol) -> Resource:
    """A routine as a FHIR R4B collection.

    It says what to do, how often and with what; no answer and no finding goes with it.

    Args:
        plan: The routine.
        name: A stable name, such as the record's key.
        protocol: Names of movements, zones and tools.

    Returns:
        A Bundle of one CarePlan, its subject an anonymous contained Patient.
    """
    movements = {movement.id: movement for movement in protocol.movements}
    zones = {zone.id: zone.name for zone in protocol.zones}
    tools = {tool.id: tool.name for tool in protocol.tools}
    care_plan: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": fhir_id(f"routine-{name}"),
        "identifier": [{"system": f"{BASE}:plan", "value": name}],
        "contained": [{"resourceType": "Patient", "id": "person"}],
        "status": "active",
        "intent": "plan",
        "title": "Facial massage routine",
        "subject": {"reference": "#person"},
        "activity": [
            _activity(step, movements[step.movement], zones, tools)
            for step in plan.steps
            if step.movement in movements
        ],
    }
    return bundle("collection", [care_plan], f"routine-{name}")


def _activity(
    step: Step, movement: Movement, zones: dict[str, str], tools: dict[str, str]
) -> Resource:
    site = body_site(movement.zone, zones[movement.zone])["text"]
    tool = tools.get(step.tool, step.tool)
    said = f"{movement.instruction} {site}, {step.side}; {tool.lower()}, {step.pressure} pressure."
    detail: dict[str, Any] = {
        "kind": "ServiceRequest",
        "code": concept("movement", step.movement, movement.name),
        "status": "not-started",
        "scheduledTiming": {
            "repeat": {
                "count": step.repeats,
                "duration": step.seconds,
                "durationUnit": "s",
            }
        },
        "description": said,
    }
    if step.angle_deg is not None:
        detail["quantity"] = quantity(step.angle_deg, "deg")
    return {"detail": detail}
