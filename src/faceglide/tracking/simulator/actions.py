"""What a simulated person can do: the vocabulary of scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PersonSide = Literal["left", "right"]
Side = Literal["left", "right", "midline"]


@dataclass(frozen=True)
class Glide:
    """One stroke along a movement's path.

    Attributes:
        movement: The movement's id.
        side: The side of the face, the person's own.
        hand: Which hand; the one on the same side when left out (the right for the midline).
        speed_mm_s: Mean speed from the first motion to the last.
        reverse: Against the prescribed direction.
        begin, end: The part of the path that is covered, 0..1.
        offset_mm: How far beside the path; positive is to the left of the direction, seen from
            outside the face.
        tug_mm: How far the skin is dragged along.
        pause_s: A stop in the middle, included in the mean speed.
        skew: Where the speed peaks: 1 in the middle, less earlier, more later.
        ramp: Of a hand that goes on evenly, the share of the time in which it gets going, and
            again in which it stops; 0 of one that speeds up and slows down all the way.
        wander_mm: Standard deviation of a slow natural wandering beside the path.
        tool: What touches the skin.
    """

    movement: str
    side: Side
    hand: PersonSide | None = None
    speed_mm_s: float = 35.0
    reverse: bool = False
    begin: float = 0.0
    end: float = 1.0
    offset_mm: float = 0.0
    tug_mm: float = 0.0
    pause_s: float = 0.0
    skew: float = 1.0
    ramp: float = 0.0
    wander_mm: float = 1.0
    tool: str = "hands"


@dataclass(frozen=True)
class Circle:
    """Circles on the skin; each turn is one stroke.

    Attributes:
        movement: Id from the protocol.
        side: Of the face.
        hand: The one on that side where None.
        turns: How many.
        turn_s: Seconds for each.
        reverse: The other way round.
        tool: What touches the skin.
        offset_mm: How far their middle lies above the prescribed one; below it when negative.
        tug_mm: How far the skin is dragged along.
    """

    movement: str
    side: Side
    hand: PersonSide | None = None
    turns: int = 3
    turn_s: float = 2.0
    reverse: bool = False
    tool: str = "hands"
    offset_mm: float = 0.0
    tug_mm: float = 0.0


@dataclass(frozen=True)
class Press:
    """A hold at one point of a hold movement."""

    movement: str
    side: Side
    hand: PersonSide | None = None
    point: int = 0
    seconds: float = 10.0


@dataclass(frozen=True)
class Return:
    """Back to where the last stroke began, through the air; `straight` stays low and is quicker."""

    hand: PersonSide | None = None
    style: Literal["arc", "straight"] = "arc"
    height_mm: float = 40.0
    seconds: float = 0.8


@dataclass(frozen=True)
class Pause:
    """The hand stays in the air, off the skin, where it is."""

    seconds: float = 1.0
    hand: PersonSide | None = None


@dataclass(frozen=True)
class Away:
    """The hand goes down to the lap and stays there."""

    seconds: float = 1.0
    hand: PersonSide | None = None


@dataclass(frozen=True)
class Wave:
    """The hand waves in the air in front of or beside the face."""

    seconds: float = 2.0
    hand: PersonSide = "right"
    side: PersonSide = "right"
    beside: bool = True


@dataclass(frozen=True)
class Hover:
    """The hand follows a movement's path in the air, without touching."""

    movement: str
    side: Side
    hand: PersonSide | None = None
    height_mm: float = 50.0
    seconds: float = 2.0


@dataclass(frozen=True)
class ReachPast:
    """The hand crosses in front of the face, as if for a towel."""

    hand: PersonSide = "right"
    seconds: float = 1.6
    height_mm: float = 130.0


@dataclass(frozen=True)
class Scratch:
    """Short, quick rubs to and fro on the skin."""

    movement: str = "cheeks.sweep_up_out"
    side: PersonSide = "right"
    hand: PersonSide | None = None
    at: float = 0.5
    reach_mm: float = 10.0
    seconds: float = 1.2


@dataclass(frozen=True)
class Both:
    """The same with both hands at once, mirrored; the given action's side is one of the two.

    Attributes:
        action: A `Glide`, `Circle`, `Press`, `Return` or `Hover` on the left or right.
        lag_s: How much later the left hand begins.
    """

    action: Glide | Circle | Press | Return | Hover
    lag_s: float = 0.0


Action = Glide | Circle | Press | Return | Pause | Away | Wave | Hover | ReachPast | Scratch | Both
