"""A measured run, judged: stroke, return or nothing; good, faulty or unknown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

import numpy as np

from faceglide.coaching.answers import Answer, exceeds, too_fast, verdict_of
from faceglide.coaching.contact import Contact
from faceglide.coaching.events import Fault, Stroke
from faceglide.coaching.measuring import Glimpsed, Measured, measure
from faceglide.coaching.odds import Circumstances, log_odds, most_log_odds
from faceglide.coaching.shapes import SHAPES
from faceglide.coaching.spans import Habits
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.tugging import Drag, Tugging
from faceglide.coaching.turns import Turn
from faceglide.coaching.ways import Way, Ways
from faceglide.face.canonical import FloatArray
from faceglide.face.neutral import NeutralMesh
from faceglide.tracking.frame import PersonSide

_KNOWN = 0.4  # of a tool's slack that remains once its strokes have shown where its edge lies
# Jitter up to which a stroke's place is known as well as its length allows; and of what is not
# known, by how much it grows with each such jitter more.
_STEADY_MM, _UNSTEADY = 1.15, 2.5
# How far a stroke's length may be off: in the hand's jitter, but at most so much of its way.
_UNSURE, _UNSURE_SHARE = 3.0, 0.1
_SHAPES_WORTH = 4.0  # strokes that the usual shapes of motion are worth. Our default
_LEAVES_S = 0.6  # a motion that begins this near to a hold's end leads away from it


@dataclass(frozen=True, slots=True)
class _Done:
    """The last stroke of a hand: on which way, which way round, until when, about where."""

    way: Way
    sign: int
    end_s: float
    middle_mm: float


class Judge:
    """Measures runs and says what they were.

    Args:
        ways: Laid on the person's mesh.
        neutral: That mesh, as it goes on learning.
        thresholds: The limits.
        length_sd: Relative standard deviation of every length.
        jitter_mm: How much this hand's points wander beside a path.
    """

    def __init__(self, ways: Ways, neutral: NeutralMesh, thresholds: Thresholds) -> None:
        self._ways, self._limits = ways, thresholds
        self._bare, self._holding = Contact(thresholds), Contact(thresholds)
        self.length_sd = 0.06
        self._tempo: list[float] = []
        self._core_shares: list[float] = []
        self._shapes = _SHAPES_WORTH * SHAPES
        self._tugging = Tugging(thresholds, neutral)
        self.jitter_mm = 1.5
        self._done: dict[PersonSide, _Done] = {}
        self._wrong_s = -math.inf
        self._usual_mm: dict[int, list[float]] = {}

    def tempo_mm_s(self) -> float:
        """The person's own speed so far."""
        if not self._tempo:
            return self._limits.tempo_mm_s
        return median(self._tempo)

    def shapes(self) -> FloatArray:
        """Chance of each shape of motion, as the person's own strokes so far have it."""
        return np.asarray(self._shapes / self._shapes.sum())

    def stroke(
        self,
        trail: Trail,
        run: Run,
        hand: PersonSide,
        frame_s: float,
        surprise: float,
        held_s: float = -math.inf,
        nearest_mm: float = math.inf,
        either_way: bool = False,
    ) -> Stroke | None:
        """The stroke that the run was, or None where it was a return, a hover or a passing hand.

        Args:
            trail: The hand's samples.
            run: Which of them.
            hand: Whose they are.
            frame_s: Seconds between frames.
            surprise: How much less than another the run's movement was expected.
            held_s: Until when the hand last held still.
            nearest_mm: How far beside the path it was if what touched reached otherwise than
                thought.
            either_way: Whether what went against its movement may have gone along another.
        """
        limits = self._limits
        way = self._ways.ways[run.way]
        contact = self._touch(run)
        tempo_mm_s, tool = self.tempo_mm_s(), self._has_tool(run)
        habits = Habits(tempo_mm_s, self._core_shares, self.jitter_mm, frame_s, self.shapes())

        def may_be(glimpsed: Glimpsed) -> bool:
            at_best = Circumstances(surprise, tempo_mm_s, False, False, False, tool)
            return most_log_odds(glimpsed, run.sign, at_best) >= 0

        found = measure(self._ways, trail, run, hand, contact, habits, limits, may_be)
        if found is None or found.end_s - found.start_s < limits.min_stroke_s:
            return None
        if found.end_s - found.start_s > limits.max_stroke_s:
            return None
        odds = log_odds(found, run.sign, self._around(found, run, hand, surprise, held_s))
        where = trail.along[[run.first, run.last], run.way]
        if self._continues(way, run.sign, hand, found.start_s, float(where[0])):
            return None
        if odds < 0:
            return None
        drag = self._tugging.drag(trail, found.start_s, found.end_s, way.contact)
        asked = self._asked(found, run, drag, nearest_mm, either_way)
        seen = self._saw(found, asked)
        verdict, faults = verdict_of(asked) if seen else ("cannot_tell", ())
        self._tugging.learn(drag)
        self._learn(trail, run, hand, found, seen, faults)
        self._done[hand] = _Done(way, run.sign, found.end_s, float(where.mean()))
        return Stroke(
            movement=way.movement.id,
            zone=way.movement.zone,
            side=way.side,
            hand=hand,
            start_s=found.start_s,
            end_s=found.end_s,
            length_mm=found.length_mm,
            length_sd_mm=math.hypot(self.length_sd * found.length_mm, limits.hand_mm),
            speed_mm_s=found.speed_mm_s,
            direction_error_deg=found.direction_error_deg,
            path_error_mm=found.beside_mm,
            coverage=found.coverage,
            verdict=verdict,
            faults=faults,
        )

    def turn(self, trail: Trail, turn: Turn) -> Stroke:
        """A turn that was found round the middle of a circle, judged."""
        drag = self._tugging.drag(trail, turn.start_s, turn.end_s, 0, "circle")
        tugs = self._tugging.is_tugging(drag)
        self._tugging.learn(drag)
        return turn.judged(self.length_sd, tugs)

    def _continues(
        self, way: Way, sign: int, hand: PersonSide, start_s: float, from_mm: float
    ) -> bool:
        """Whether a run is the rest of a stroke already told: nobody repeats without a return."""
        before = self._done.get(hand)
        if before is None or before.sign != sign or before.way.movement.id != way.movement.id:
            return False
        # Where a tool of another length was thought to be says nothing of how far the hand got.
        onward = before.way.contact != way.contact or (from_mm - before.middle_mm) * sign > 0
        soon = start_s - before.end_s < self._limits.return_min_s
        return before.way.side == way.side and onward and soon

    def _around(
        self, found: Measured, run: Run, hand: PersonSide, surprise: float, held_s: float
    ) -> Circumstances:
        """What else bears on whether a run was a stroke."""
        way, before = self._ways.ways[run.way], self._done.get(hand)
        return Circumstances(
            surprise=surprise,
            tempo_mm_s=self.tempo_mm_s(),
            just_done=before is not None
            and before.sign > 0
            and before.way.movement.id == way.movement.id
            and before.way.side == way.side
            and found.start_s - before.end_s < self._limits.return_s,
            after_wrong=found.start_s - self._wrong_s < self._limits.return_s,
            from_hold=abs(found.start_s - held_s) < _LEAVES_S,
            tool=self._has_tool(run),
        )

    def _saw(self, found: Measured, asked: dict[Fault, Answer]) -> bool:
        """Whether enough of a stroke was seen to say anything of it."""
        if found.seen_share < self._limits.seen_share or found.gap_s > self._limits.gap_s:
            return False
        # What seems to be missing may have been out of sight.
        return not (found.cut and asked.get("incomplete") == "yes")

    def _asked(
        self, found: Measured, run: Run, drag: Drag | None, nearest_mm: float, either_way: bool
    ) -> dict[Fault, Answer]:
        """Whether each fault was there; it cannot be told where the measure may be either side."""
        limits, way = self._limits, self._ways.ways[run.way]
        slack = limits.tool_mm if self._has_tool(run) else 0.0
        aside_slack = slack if self._usually_mm(run) is None else _KNOWN * slack
        if way.movement.zone == "neck":
            slack += limits.neck_mm
            aside_slack += limits.neck_mm
        unsteady = max(0.0, self.jitter_mm / _STEADY_MM - 1.0)
        doubt_mm = found.beside_sd_mm * (1.0 + _UNSTEADY * unsteady)
        off_mm = self._off_path_mm(found, run)
        surely_mm = min(off_mm - doubt_mm, nearest_mm) if self._is_placed(run) else 0.0
        against: Answer = "cannot_tell" if either_way else "yes"
        asked: dict[Fault, Answer] = {
            "wrong_direction": against if run.sign < 0 else "no",
            "too_fast": too_fast(found.speed_mm_s, self.length_sd, way.movement),
            "off_path": exceeds(surely_mm, off_mm, limits.off_path_mm + aside_slack),
        }
        # Of a stroke beside its path nobody can say how much of the path it covered.
        if asked["off_path"] != "yes":
            asked["incomplete"] = self._cut_short(found, slack)
        # No point is tracked on the neck: what moves there cannot be seen.
        if way.movement.zone != "neck":
            asked["tugging"] = self._tugging.is_tugging(drag)
        return asked

    def _cut_short(self, found: Measured, slack_mm: float) -> Answer:
        """Whether a stroke left out more of its way than one may."""
        doubt_mm = min(_UNSURE * self.jitter_mm, _UNSURE_SHARE * found.way_mm)
        least_mm = found.way_mm - found.could_mm - slack_mm
        most_mm = max(least_mm, found.way_mm - found.length_mm - slack_mm)
        may_mm = (1.0 - self._limits.incomplete) * found.way_mm
        return exceeds(least_mm - doubt_mm, most_mm, may_mm)

    def _off_path_mm(self, found: Measured, run: Run) -> float:
        """How far beside its path a run was, over and above how this face and hand usually look.

        Faces differ from the average one by some millimetres, and so do fingers; and a run wanders
        to both sides as far as the tracker's jitter has it.
        """
        usual = self._usually_mm(run) or 0.0
        wandering = found.beside_mm - abs(found.aside_mm) - self.jitter_mm
        return abs(found.aside_mm - usual) + max(0.0, wandering)

    def _is_placed(self, run: Run) -> bool:
        """Whether it is known what touched: a tool in use may be held in a way nobody thought of.

        Bare hands are known; a tool's edge is once its strokes have shown where it lies. A run that
        looks like bare hands' where the plan has a tool may be the tool's.
        """
        if self._has_tool(run):
            return self._usually_mm(run) is not None
        return not self._ways.tool_planned[run.way]

    def _usually_mm(self, run: Run) -> float | None:
        """Where beside its path such a run usually is; None before two have shown it."""
        lately = self._usual_mm.get(self._usual_of(run), [])
        if len(lately) < 2:
            return None
        most = self._limits.tool_mm if self._has_tool(run) else self._limits.usual_mm
        return max(-most, min(most, median(lately)))

    def _usual_of(self, run: Run) -> int:
        """Whose usual place tells of a run's: the movement's, or with a tool the way's own."""
        return run.way if self._has_tool(run) else self._ways.kind[run.way]

    def _has_tool(self, run: Run) -> bool:
        """Whether what touched was a tool's edge."""
        return bool(self._ways.contacts[self._ways.ways[run.way].contact].reach)

    def _learn(
        self,
        trail: Trail,
        run: Run,
        hand: PersonSide,
        found: Measured,
        seen: bool,
        faults: tuple[Fault, ...],
    ) -> None:
        if "wrong_direction" in faults:
            self._wrong_s = found.end_s
        if "off_path" not in faults:
            lately = self._usual_mm.setdefault(self._usual_of(run), [])
            lately.append(found.aside_mm)
            del lately[:-5]
        limits = self._limits
        if not seen or "too_fast" in faults:
            return
        self.jitter_mm += 0.15 * (found.jitter_mm - self.jitter_mm)
        self._tempo.append(found.speed_mm_s)
        del self._tempo[:-9]
        if found.shapes is not None:
            self._shapes = self._shapes + found.shapes
        if found.coverage > limits.done_share:
            self._core_shares.append(min(0.6, max(0.3, found.core_share)))
            del self._core_shares[:-20]
        rows = slice(run.first, run.last + 1)
        self._touch(run).learn(
            trail.depth[rows],
            trail.skin[rows, run.way],
            (hand, self._ways.kind[run.way]),
            found.end_s,
        )

    def _touch(self, run: Run) -> Contact:
        """What is known of how a hand looks that touches as in this run: bare, or with a tool."""
        return self._holding if self._has_tool(run) else self._bare
