"""What the engine says about a session. These are the words of the public Analysis contract."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Side = Literal["left", "right", "midline"]
Verdict = Literal["good", "fault", "cannot_tell"]
Fault = Literal["wrong_direction", "too_fast", "off_path", "incomplete", "tugging"]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stroke(_Event):
    """One performed stroke. Times in seconds of the frames; lengths in mm on the face."""

    movement: str
    zone: str
    side: Side
    hand: Literal["left", "right"]
    start_s: float
    end_s: float
    length_mm: float
    length_sd_mm: float | None = None
    speed_mm_s: float
    direction_error_deg: float
    path_error_mm: float
    coverage: float
    verdict: Verdict
    faults: tuple[Fault, ...] = ()


class Hold(_Event):
    """Sustained contact at one point of a hold movement."""

    movement: str
    zone: str
    side: Side
    hand: Literal["left", "right"]
    start_s: float
    end_s: float
    point: int
    verdict: Verdict
    faults: tuple[Fault, ...] = ()


class Cue(_Event):
    """Something said or shown to the person; `spoken` cues are at least 4 s apart."""

    t: float
    text: str
    kind: str
    spoken: bool = False


class StepDone(_Event):
    """A step of the plan is complete; `index` counts from 0."""

    t: float
    index: int


class CannotTell(_Event):
    """A span in which the camera did not see enough to judge."""

    start_s: float
    end_s: float
    reason: str


class Dose(_Event):
    """What one side of a zone received."""

    strokes: int
    seconds: float
    millimetres: float


Event = Stroke | Hold | Cue | StepDone | CannotTell


class Analysis(_Event):
    """A whole session, judged."""

    strokes: tuple[Stroke, ...]
    holds: tuple[Hold, ...]
    cues: tuple[Cue, ...]
    sides: dict[str, dict[str, int]]
    dose: dict[str, dict[Side, Dose]] = {}
    unseen_s: float
    frames: int
    seconds: float
