"""The truth about a simulated session, in the words of the Analysis contract."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Side = Literal["left", "right", "midline"]
Fault = Literal["wrong_direction", "too_fast", "off_path", "incomplete", "tugging"]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrueStroke(_Fact):
    """One stroke as performed.

    Attributes:
        length_mm: Way of the contact along the skin.
        tool: What touched the skin.
        faults: What is wrong with it; empty for a good stroke.
        ambiguous: In a grey zone where fair judges differ; not to be scored.
        seen: Share of its frames in which face and stroking hand both reached the tracker's
            output under the right side.
    """

    movement: str
    zone: str
    side: Side
    hand: Literal["left", "right"]
    start_s: float
    end_s: float
    length_mm: float
    speed_mm_s: float
    tool: str = "hands"
    faults: tuple[Fault, ...] = ()
    ambiguous: bool = False
    seen: float = 1.0


class TrueHold(_Fact):
    """One hold as performed; `point` counts the movement's points from 0."""

    movement: str
    zone: str
    side: Side
    hand: Literal["left", "right"]
    start_s: float
    end_s: float
    point: int
    seen: float = 1.0


class Distraction(_Fact):
    """A span in which a hand moved without massaging."""

    kind: Literal["wave", "hover", "reach_past", "scratch"]
    hand: Literal["left", "right"]
    start_s: float
    end_s: float


class Truth(_Fact):
    """A whole session as it was.

    Attributes:
        person: Facts about the person: `eye_distance_mm`, `hand_scale`, `camera_distance_mm`,
            `hfov_deg`.
    """

    format: Literal["faceglide-truth"] = "faceglide-truth"
    version: Literal[1] = 1
    seed: int
    level: str
    strokes: tuple[TrueStroke, ...]
    holds: tuple[TrueHold, ...]
    distractions: tuple[Distraction, ...]
    person: dict[str, float]
