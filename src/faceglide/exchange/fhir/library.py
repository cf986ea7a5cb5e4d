"""The protocol as a FHIR library: code systems, one activity a movement, the plan, the check.

Everything in the bundle comes from the protocol's own data; the same version gives the same
bundle. Codes in FHIR's required sets are checked by `tests/exchange/test_fhir.py` against the
R4B models.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faceglide.exchange.fhir.check import questionnaire
from faceglide.exchange.fhir.codes import (
    SNOMED,
    SNOMED_FACE,
    Resource,
    body_site,
    bundle,
    canonical,
    concept,
    fhir_id,
    machine_name,
    quantity,
    system,
    value_range,
)
from faceglide.protocol.model import Entry, Movement, Protocol

ROUTINE = canonical("plan", "facial-fascia-massage")
_PURPOSE = (
    "Self-care routine for the face and neck. It treats no illness and replaces no examination; "
    "answer the safety check before every use."
)
_MM_PER_CM = 10


def protocol_bundle(protocol: Protocol) -> Resource:
    """The whole protocol as one FHIR R4B collection.

    Args:
        protocol: What to write.

    Returns:
        A Bundle of CodeSystems, ActivityDefinitions (one per movement), one PlanDefinition and
        one Questionnaire, ready for `json.dumps`.
    """
    resources = [
        *_code_systems(protocol),
        *(_activity(movement, protocol) for movement in protocol.movements),
        _plan(protocol),
        questionnaire(protocol),
    ]
    return bundle("collection", resources, f"protocol-{protocol.version}")


def _head(kind: str, name: str, title: str, protocol: Protocol) -> Resource:
    return {
        "resourceType": kind,
        "id": fhir_id(name),
        "version": protocol.version,
        "name": machine_name(name.replace("-", "_")),
        "title": title,
        "status": "active",
        "experimental": False,
    }


def _code_systems(protocol: Protocol) -> list[Resource]:
    lists: dict[str, tuple[str, Sequence[Entry]]] = {
        "zone": ("Zones of the face and neck", protocol.zones),
        "movement": ("Movements", protocol.movements),
        "technique": ("Techniques", protocol.techniques),
        "tool": ("Tools", protocol.tools),
        "goal": ("Goals", protocol.goals),
        "caution": ("Cautions", protocol.cautions),
    }
    return [_code_system(kind, *named, protocol) for kind, named in lists.items()]


def _code_system(kind: str, title: str, entries: Sequence[Entry], protocol: Protocol) -> Resource:
    return {
        **_head("CodeSystem", f"codes-{kind}", title, protocol),
        "url": system(kind),
        "caseSensitive": True,
        "content": "complete",
        "count": len(entries),
        "concept": [{"code": entry.id, "display": entry.name} for entry in entries],
    }


def _activity(movement: Movement, protocol: Protocol) -> Resource:
    zone = next(zone for zone in protocol.zones if zone.id == movement.zone)
    return {
        **_head("ActivityDefinition", f"movement-{movement.id}", movement.name, protocol),
        "url": activity_url(movement.id),
        "description": f"{movement.instruction} {movement.direction}".strip(),
        "kind": "ServiceRequest",
        "intent": "option",
        "code": concept("movement", movement.id, movement.name),
        "bodySite": [body_site(zone.id, zone.name)],
        "timingTiming": {"repeat": _dose(movement)},
        "relatedArtifact": _artifacts(movement.sources, movement.evidence, protocol),
        "extension": _extensions(movement),
    }


def activity_url(movement_id: str) -> str:
    """The canonical address of one movement's ActivityDefinition."""
    return canonical("movement", movement_id)


def _dose(movement: Movement) -> Resource:
    least, most = movement.repeats_range
    dose: Resource = {"count": least}
    if most > least:
        dose["countMax"] = most
    if movement.hold_seconds is not None:
        shortest, longest = movement.hold_seconds
        dose |= {"duration": shortest, "durationMax": longest, "durationUnit": "s"}
    return dose


def _extensions(movement: Movement) -> list[Resource]:
    """What FHIR has no element for: side, speed, pressure, tools, and how sure we are."""
    slow, fast = (speed / _MM_PER_CM for speed in movement.speed_mm_s)
    found: list[Resource] = [
        _extension("side", "valueCode", side) for side in dict.fromkeys(movement.sides)
    ]
    found.append(_extension("repeats", "valueInteger", movement.repeats))
    if movement.motion == "glide":
        found.append(_extension("speed", "valueRange", value_range(slow, fast, "cm/s")))
    if movement.radius_mm is not None:
        found.append(_extension("radius", "valueQuantity", quantity(movement.radius_mm, "mm")))
    found.append(_extension("pressure", "valueCode", movement.pressure))
    found.append(_extension("max-pressure", "valueQuantity", quantity(movement.max_kpa, "kPa")))
    if movement.angle_deg is not None:
        found.append(_extension("angle", "valueQuantity", quantity(movement.angle_deg, "deg")))
    names = [("tool", tool) for tool in movement.tools]
    names += [("technique", technique) for technique in movement.techniques]
    found += [
        _extension(kind, "valueCoding", {"system": system(kind), "code": code})
        for kind, code in names
    ]
    return found


def _extension(name: str, kind: str, value: object) -> Resource:
    return {"url": canonical("extension", name), kind: value}


def _artifacts(
    sources: Iterable[str], evidence: Iterable[str], protocol: Protocol
) -> list[Resource]:
    graded = {entry.id: entry for entry in protocol.evidence}
    justified = [
        {
            "type": "justification",
            "label": graded[item].grade.replace("_", " "),
            "display": graded[item].claim,
            "citation": graded[item].best,
        }
        for item in evidence
        if item in graded
    ]
    cited = [
        {"type": "citation", "label": item, "citation": protocol.sources.get(item, item)}
        for item in sources
    ]
    return justified + cited


def _plan(protocol: Protocol) -> Resource:
    check = canonical("check", "safety")
    return {
        **_head("PlanDefinition", "facial-fascia-massage", "Facial fascia massage", protocol),
        "url": ROUTINE,
        "type": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
                    "code": "clinical-protocol",
                }
            ]
        },
        "purpose": _PURPOSE,
        "topic": [{"coding": [{"system": SNOMED, "code": SNOMED_FACE}], "text": "Face"}],
        "relatedArtifact": [
            {"type": "depends-on", "resource": f"{check}|{protocol.version}"},
        ],
        "goal": [
            {
                "id": fhir_id(goal.id),
                "description": concept("goal", goal.id, goal.name),
                "documentation": _artifacts(goal.sources, goal.evidence, protocol),
            }
            for goal in protocol.goals
        ],
        "action": [
            {
                "title": "Answer the safety check",
                "definitionCanonical": f"{check}|{protocol.version}",
                "requiredBehavior": "must",
            },
            *_phase("preparation", "Prepare", protocol),
            _movements(protocol),
            *_phase("closing", "Close", protocol),
        ],
    }


def _phase(phase: str, title: str, protocol: Protocol) -> list[Resource]:
    parts = [
        part for part in protocol.session if part.phase == phase and part.setting != "practice"
    ]
    if not parts:
        return []
    steps = [{"title": part.name, "description": part.text} for part in parts]
    return [{"title": title, "groupingBehavior": "logical-group", "action": steps}]


def _movements(protocol: Protocol) -> Resource:
    return {
        "title": "Massage",
        "description": "Only what the safety check leaves; the same dose left and right.",
        "groupingBehavior": "logical-group",
        "selectionBehavior": "any",
        "action": [_step(movement, protocol) for movement in protocol.movements],
    }


def _step(movement: Movement, protocol: Protocol) -> Resource:
    step: Resource = {
        "title": movement.name,
        "code": [concept("movement", movement.id, movement.name)],
        "definitionCanonical": f"{activity_url(movement.id)}|{protocol.version}",
        "requiredBehavior": "could",
    }
    goals = [fhir_id(goal) for goal in movement.helps]
    return step | ({"goalId": goals} if goals else {})
