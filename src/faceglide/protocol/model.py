"""The shape of the protocol: every entry that the TOML files under ``data/`` may hold.

Anatomy is given for the person's right side; the left is its mirror image.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Pressure = Literal["minimal", "light", "medium"]
Grade = Literal["strong", "moderate", "limited", "very_limited", "none"]
NeckPoint = Literal["jaw_lateral", "over_scm", "behind_scm", "supraclavicular", "clavicle_lateral"]


class Entry(BaseModel):
    """What every entry has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$")
    name: str
    sources: tuple[str, ...] = ()


class Anchor(BaseModel):
    """A place on the face: a weighted mean of landmarks, moved by millimetres in the face frame.

    Attributes:
        landmarks: MediaPipe face mesh indices on the person's right side.
        weights: One per landmark, summing to 1; equal when left out.
        out_mm: Away from the midline, along the line through both exocanthia.
        down_mm: Towards the chin.
        forward_mm: Out of the face.
        neck: A named neck point instead of landmarks; extrapolated by the face room.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    landmarks: tuple[Annotated[int, Field(ge=0, lt=468)], ...] = ()
    weights: tuple[float, ...] = ()
    out_mm: float = 0.0
    down_mm: float = 0.0
    forward_mm: float = 0.0
    neck: NeckPoint | None = None

    @model_validator(mode="after")
    def _complete(self) -> Anchor:
        if bool(self.landmarks) == (self.neck is not None):
            raise ValueError("an anchor has either landmarks or a neck point")
        if self.weights and len(self.weights) != len(self.landmarks):
            raise ValueError("as many weights as landmarks")
        if self.weights and abs(sum(self.weights) - 1) > 1e-6:
            raise ValueError("weights sum to 1")
        return self


def _anchor(value: object) -> object:
    return {"landmarks": [value]} if isinstance(value, int) else value


PathAnchor = Annotated[Anchor, BeforeValidator(_anchor)]


class Zone(Entry):
    """A named region of the face or neck.

    Attributes:
        anatomy: Where it is, in Farkas' landmark names where they help.
        layers: From the skin inwards.
        delicate: Needs particular lightness.
        avoid: What is never pressed here.
        outline: Polygon on the person's right half, closed along the midline where it reaches it.
    """

    anatomy: str
    layers: tuple[str, ...]
    delicate: bool = False
    avoid: tuple[str, ...] = ()
    outline: tuple[PathAnchor, ...]


class Movement(Entry):
    """What is prescribed: a path with a direction, a dose and the ways to do it.

    Attributes:
        path: For a glide, the polyline from start to end. For a circle, one anchor: its centre.
            For a hold, the points in turn.
        repeats: Prescribed strokes (or circles, or rounds of holds) per side.
        hold_seconds: Prescribed seconds at each point of a hold.
        contact: Hand landmarks whose mean touches the skin (fingertip pads 8, 12, 16).
        angle_deg: The tool's angle to the skin where it differs from the tool's own.
        helps: goal id -> weight in 0..1, as far as its evidence carries.
        evidence: Evidence ids behind `helps`.
        nominal_length_mm: Length of one stroke on an average face; 0 for a hold.
        most_seconds: Most seconds of contact per side in one session.
    """

    zone: str
    motion: Literal["glide", "circle", "hold"]
    sides: tuple[Literal["left", "right", "midline"], ...]
    path: tuple[PathAnchor, ...] = Field(min_length=1)
    radius_mm: float | None = None
    repeats: int = Field(ge=1)
    repeats_range: tuple[int, int]
    hold_seconds: tuple[float, float] | None = None
    nominal_length_mm: float = 80.0
    most_seconds: float = 300.0
    speed_mm_s: tuple[float, float] = (20.0, 50.0)
    accept_speed_mm_s: tuple[float, float] = (10.0, 100.0)
    pressure: Pressure
    max_kpa: float
    techniques: tuple[str, ...]
    tools: tuple[str, ...]
    contact: tuple[int, ...] = (8, 12, 16)
    angle_deg: float | None = None
    helps: dict[str, float] = {}
    evidence: tuple[str, ...] = ()
    instruction: str
    direction: str
    cautions: tuple[str, ...] = ()


class Technique(Entry):
    """A way of touching."""

    summary: str
    how: tuple[str, ...]
    tools: tuple[str, ...]
    blocked_zones: tuple[str, ...] = ()


class Tool(Entry):
    """Something held or applied.

    Attributes:
        max_rounds: How often one movement may be done with it in one session; None is no limit.
        lubricant: Gives fingers and tools their slip.
        like: A tool whose blocks this one shares: whatever blocks that one blocks this one too.
    """

    purpose: Literal["massage", "preparation"]
    technique: str | None = None
    powered: bool = False
    opt_in: bool = False
    max_rounds: int | None = None
    lubricant: bool = False
    like: str | None = None
    angle_deg: float | None = None
    summary: str
    how: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    blocked_zones: tuple[str, ...] = ()


class Goal(Entry):
    """What a person hopes for, with the sentence we are willing to say about it.

    Attributes:
        zone_order: The order of zones for this goal; the order of `Protocol.zones` when empty.
        finish: A movement that ends the routine.
    """

    appearance: bool
    evidence: tuple[str, ...]
    say: str
    zone_order: tuple[str, ...] = ()
    finish: str | None = None


class Rule(BaseModel):
    """What a caution does to the Decision while it is in force.

    It is in force from day `after` until day `days` (the first day free of it), counted from the
    procedure, or from the day of the answers for a condition; without `days`, for as long as it is
    answered. With `needs_clearance` it stays in force until the person is cleared as well.

    Attributes:
        applies: `stated`: always, blocking what is listed here. `named`: when the answer names
            zones; the rule's zones are these. `unnamed`: when the answer names none.
        everything: Blocks every zone.
        zones: Blocks these zones.
        tools: Blocks these tools; in a `named` rule, in the named zones only.
        tools_except: Blocks every massage tool and every powered tool but these, likewise.
        powered: Blocks every powered tool.
        goals: Goals that are not offered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["go", "adapt", "wait", "see_clinician", "emergency"]
    applies: Literal["stated", "named", "unnamed"] = "stated"
    everything: bool = False
    zones: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    tools_except: tuple[str, ...] = ()
    powered: bool = False
    techniques: tuple[str, ...] = ()
    movements: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    max_pressure: Pressure | None = None
    days: int | None = Field(default=None, ge=1)
    needs_clearance: bool = False
    after: int = Field(default=0, ge=0)


class Ages(BaseModel):
    """Who an age rule is for: `at_least` <= age <= `at_most`, and the guardian's say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: int = 0
    at_most: int = 120
    guardian: bool | None = None


class Group(Entry):
    """A group of questions in the safety check, in the order they are asked."""

    hint: str = ""


class Caution(Entry):
    """A condition, procedure or symptom with its rules.

    Attributes:
        group: The group of the safety check it is asked in.
        ask: The question, one plain line.
        default_interval: Its interval is our own cautious default and is shown as such.
        zoned: Whether the answer may or must name zones.
        ages: For kind `age` only: whom it is for.
        rules: What it does. An `always` caution without rules is kept by the `blocked_zones` of
            tools and techniques, or by the paths themselves, and is told here.
    """

    kind: Literal["condition", "procedure", "age", "always"]
    group: str
    ask: str
    reason: str
    action: str
    default_interval: bool = False
    zoned: Literal["no", "optional", "required"] = "no"
    ages: Ages | None = None
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _kinds(self) -> Caution:
        if (self.kind == "age") != (self.ages is not None):
            raise ValueError("ages belong to cautions of kind age, and to each of them")
        if self.kind != "always" and not self.rules:
            raise ValueError("a caution has at least one rule")
        return self


class Mistake(Entry):
    """One of the guide's common mistakes: what it looks like and what to do instead."""

    wrong: str
    right: str
    why: str
    judged_as: tuple[str, ...] = ()


class Evidence(Entry):
    """A claim, its best evidence and what we are willing to say."""

    claim: str
    grade: Grade
    best: str
    say: str
    claimed: bool = True


class Question(Entry):
    """A question people ask, answered."""

    question: str
    answer: str
    evidence: tuple[str, ...] = ()


class SessionPart(Entry):
    """A part of a session: at home, or with a practitioner."""

    setting: Literal["home", "practice", "both"]
    phase: Literal["preparation", "work", "closing"]
    text: str


class Phrase(Entry):
    """A sentence that a room says; `name` tells when. Its places are filled in as it is said."""

    text: str


class Change(BaseModel):
    """What a version of the protocol changed; `id` is the version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    date: str
    changes: tuple[str, ...]


class Protocol(BaseModel):
    """The whole protocol; ids are unique within each list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    zones: tuple[Zone, ...]
    movements: tuple[Movement, ...]
    techniques: tuple[Technique, ...]
    tools: tuple[Tool, ...]
    goals: tuple[Goal, ...]
    cautions: tuple[Caution, ...]
    mistakes: tuple[Mistake, ...]
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    session: tuple[SessionPart, ...] = ()
    sources: dict[str, str] = {}
    groups: tuple[Group, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    changelog: tuple[Change, ...] = ()
    default_interval_note: str = ""
