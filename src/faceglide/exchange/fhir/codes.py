"""Names and codes that the FHIR documents share."""

from __future__ import annotations

import uuid
from typing import Any

Resource = dict[str, Any]

BASE = "urn:faceglide"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"

# Only the zones whose whole extent the SNOMED CT concept names; domain facts, section 5.
SNOMED_ZONES = {
    "forehead": "52795006",
    "cheeks": "60819002",
    "nose": "45206002",
    "neck": "45048000",
}
SNOMED_FACE = "89545001"

_NAMESPACE = uuid.UUID("5a6dc1fb-0c2f-5f39-8d0e-64bb1c8f6d0c")


def canonical(kind: str, name: str) -> str:
    """The lasting address of a definition: `urn:faceglide:KIND:NAME`."""
    return f"{BASE}:{kind}:{name}"


def system(kind: str) -> str:
    """The code system that holds one of the protocol's lists of ids, such as ``zone``."""
    return f"{BASE}:codes:{kind}"


def full_url(resource: Resource) -> str:
    """A stable `urn:uuid:` for a resource, from its type and id."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, resource['resourceType'] + '/' + resource['id'])}"


def fhir_id(name: str) -> str:
    """An id as FHIR allows it: letters, digits, `-` and `.`."""
    return name.replace("_", "-")


def machine_name(name: str) -> str:
    """A computable name as FHIR wants it: UpperCamelCase."""
    words = name.replace(".", "_").split("_")
    return "".join(word.capitalize() for word in words)


def concept(kind: str, code: str, text: str) -> Resource:
    """A concept of ours."""
    return {"coding": [{"system": system(kind), "code": code, "display": text}], "text": text}


def body_site(zone_id: str, name: str) -> Resource:
    """A zone as body site: our code, and SNOMED CT's where it names the same region."""
    site = concept("zone", zone_id, name)
    if zone_id in SNOMED_ZONES:
        site["coding"].append({"system": SNOMED, "code": SNOMED_ZONES[zone_id]})
    return site


def quantity(value: float, unit: str, code: str | None = None) -> Resource:
    """A number with its UCUM unit; `code` where the printed unit is not UCUM's own spelling."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def value_range(low: float, high: float, unit: str) -> Resource:
    """A FHIR Range in one unit."""
    return {"low": quantity(low, unit), "high": quantity(high, unit)}


def bundle(kind: str, resources: list[Resource], name: str) -> Resource:
    """Collect resources under their stable full URLs."""
    return {
        "resourceType": "Bundle",
        "id": fhir_id(name),
        "type": kind,
        "entry": [{"fullUrl": full_url(item), "resource": item} for item in resources],
    }
