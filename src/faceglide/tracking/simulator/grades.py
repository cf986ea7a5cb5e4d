"""Which faults a performed stroke has, and where fair judges may differ.

The limits are those of the truth, not of any judge: between "good" and "faulty" lies a grey zone,
and a stroke in it is marked ambiguous.
"""

from __future__ import annotations

from faceglide.protocol.model import Movement

from .actions import Circle, Glide
from .truth import Fault

# Below the first figure good, above the second faulty, between them ambiguous. Our defaults; the
# speed zone surrounds the movement's own accepted maximum.
SPEED_ZONE = (0.85, 1.2)
OFF_PATH_ZONE_MM = (8.0, 15.0)
INCOMPLETE_ZONE = (0.55, 0.8)
TUG_ZONE_MM = (2.5, 6.0)
# Zones without tracked skin, where nobody can see tugging.
UNSEEN_SKIN = ("neck",)


def stroke_faults(action: Glide, movement: Movement) -> tuple[tuple[Fault, ...], bool]:
    """The faults of a glide, and whether it lies in a grey zone."""
    covered = action.end - action.begin
    faults, grey = _graded(
        ("too_fast", action.speed_mm_s / movement.accept_speed_mm_s[1], SPEED_ZONE),
        ("off_path", abs(action.offset_mm), OFF_PATH_ZONE_MM),
        ("incomplete", 1 - covered, (1 - INCOMPLETE_ZONE[1], 1 - INCOMPLETE_ZONE[0])),
        ("tugging", action.tug_mm, TUG_ZONE_MM),
    )
    unseen = movement.zone in UNSEEN_SKIN and action.tug_mm > TUG_ZONE_MM[0]
    wrong: tuple[Fault, ...] = ("wrong_direction",) if action.reverse else ()
    return wrong + faults, unseen or grey


def turn_faults(
    action: Circle, speed_mm_s: float, movement: Movement
) -> tuple[tuple[Fault, ...], bool]:
    """The faults of a turn, and whether it lies in a grey zone. Either way round is right."""
    return _graded(
        ("too_fast", speed_mm_s / movement.accept_speed_mm_s[1], SPEED_ZONE),
        ("off_path", abs(action.offset_mm), OFF_PATH_ZONE_MM),
        ("tugging", action.tug_mm, TUG_ZONE_MM),
    )


def _graded(
    *measured: tuple[Fault, float, tuple[float, float]],
) -> tuple[tuple[Fault, ...], bool]:
    """What lies above its zone, and whether anything lies in its zone."""
    faults = tuple(name for name, value, zone in measured if value > zone[1])
    return faults, any(zone[0] < value <= zone[1] for _, value, zone in measured)
