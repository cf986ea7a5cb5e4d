"""Scores an Analysis against the truth of the same session.

Strokes are matched one to one when their time spans overlap by at least 0.4 of their union.
Strokes that the truth calls ambiguous, and strokes that the tracker mostly did not show, are
nobody's fault: found or not, they count for nothing. A stroke judged *cannot tell* counts as
found, but its faults are not scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TypeVar

import numpy as np

from faceglide.coaching.events import Analysis, Hold, Stroke
from faceglide.coaching.measuring import Measured
from faceglide.tracking.simulator import TrueHold, TrueStroke, Truth
from faceglide.tracking.simulator.mistakes import FAULTS

OVERLAP = 0.4
LATE_S = 0.25  # after its end a stroke should have been told
# A stroke that reached the tracker's output in fewer of its frames than this is not scored.
LEAST_SEEN = 0.5
_DRAWS = 2000


Span = Stroke | Hold | TrueStroke | TrueHold | Measured
Found = TypeVar("Found", Stroke, Hold)
Actual = TypeVar("Actual", TrueStroke, TrueHold)


@dataclass(frozen=True)
class Slip:
    """One thing that went wrong, for whoever mends it."""

    t_s: float
    what: str
    true: str
    found: str


@dataclass
class Tally:
    """Counts that add up over sessions; `figures` makes rates of them."""

    strokes: int = 0
    found: int = 0
    matched: int = 0
    movement_right: int = 0
    side_right: int = 0
    cannot_tell: int = 0
    good: int = 0
    good_blamed: int = 0
    speed_errors: list[float] = field(default_factory=list)
    told: int = 0
    told_late: int = 0
    holds: int = 0
    holds_found: int = 0
    holds_matched: int = 0
    hold_errors_s: list[float] = field(default_factory=list)
    gestures: int = 0
    gesture_strokes: int = 0
    scratches: int = 0
    scratch_strokes: int = 0
    fault_hits: list[str] = field(default_factory=list)
    fault_missed: list[str] = field(default_factory=list)
    fault_wrong: list[str] = field(default_factory=list)
    fault_open: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another session's counts."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def figures(self) -> dict[str, float]:
        """The table's figures; a figure with nothing behind it is left out."""
        judged = self.matched - self.cannot_tell
        out = {
            "stroke_f1": _ratio(2 * self.matched, self.strokes + self.found),
            "movement": _ratio(self.movement_right, self.matched),
            "side": _ratio(self.side_right, self.matched),
            "good_blamed": _ratio(self.good_blamed, self.good),
            "cannot_tell": _ratio(self.cannot_tell, self.matched),
            "speed_error": _mean(self.speed_errors) if judged else None,
            "told_late": _ratio(self.told_late, self.told),
            "hold_f1": _ratio(2 * self.holds_matched, self.holds + self.holds_found),
            "hold_error_s": _mean(self.hold_errors_s),
            "gesture_strokes": _ratio(self.gesture_strokes, self.gestures),
            "scratch_strokes": _ratio(self.scratch_strokes, self.scratches),
        }
        for fault in FAULTS:
            hits = self.fault_hits.count(fault)
            out[f"{fault}_precision"] = _ratio(hits, hits + self.fault_wrong.count(fault))
            out[f"{fault}_recall"] = _ratio(hits, hits + self.fault_missed.count(fault))
        rates = [
            v for k, v in out.items() if k.endswith(("_precision", "_recall")) and v is not None
        ]
        out["worst_fault"] = min(rates) if rates else None
        return {name: value for name, value in out.items() if value is not None}

    def with_fault(self, fault: str) -> tuple[int, int]:
        """How many strokes had a fault: of those judged, and of those that were left open."""
        judged = self.fault_hits.count(fault) + self.fault_missed.count(fault)
        return judged, self.fault_open.count(fault)


def f1_range(sessions: Sequence[Tally]) -> tuple[float, float]:
    """Between what the stroke F1 of as many other sessions would lie, 19 times of 20.

    The sessions are drawn anew from themselves (bootstrap).
    """
    counts = np.array([[2 * each.matched, each.strokes + each.found] for each in sessions])
    drawn = np.random.default_rng(0).integers(len(counts), size=(_DRAWS, len(counts)))
    sums = counts[drawn].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / np.maximum(sums[:, 1], 1), [2.5, 97.5])
    return float(low), float(high)


def overlap(a: Span, b: Span) -> float:
    """Intersection over union of two time spans."""
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    union = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return max(shared, 0.0) / union if union > 0 else 0.0


def match(found: Sequence[Found], true: Sequence[Actual]) -> list[tuple[Found, Actual]]:
    """One-to-one pairs that overlap enough in time.

    Two strokes at the same time, one of each hand, are told apart by movement and side; otherwise
    the larger overlap goes first.
    """
    pairs = [
        (2 * (f.side == t.side) + (f.movement == t.movement) + overlap(f, t), i, j)
        for i, f in enumerate(found)
        for j, t in enumerate(true)
        if overlap(f, t) >= OVERLAP
    ]
    taken_f: set[int] = set()
    taken_t: set[int] = set()
    out = []
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in taken_f and j not in taken_t:
            taken_f.add(i)
            taken_t.add(j)
            out.append((found[i], true[j]))
    return out


def score(
    analysis: Analysis, truth: Truth, told_s: Mapping[Stroke, float] | None = None
) -> tuple[Tally, list[Slip]]:
    """Count what was judged right and wrong.

    Args:
        analysis: What the judge said.
        truth: What was done.
        told_s: When it said so, of each stroke.

    Returns:
        The counts, and every slip in order of time.
    """
    tally, slips = Tally(), []
    pairs = match(analysis.strokes, truth.strokes)
    counted = [(f, t) for f, t in pairs if _counts(t)]
    paired_found = {id(f) for f, _ in pairs}
    paired_true = {id(t) for _, t in pairs}
    tally.strokes = sum(_counts(t) for t in truth.strokes)
    tally.matched = len(counted)
    extra = [f for f in analysis.strokes if id(f) not in paired_found and not _beside(f, truth)]
    tally.found = len(counted) + len(extra)
    for t in truth.strokes:
        if _counts(t) and id(t) not in paired_true:
            slips.append(Slip(t.start_s, "missed", _tell_true(t), "nothing"))
    slips += [Slip(f.start_s, "invented", "nothing", _tell_found(f)) for f in extra]
    for f, t in counted:
        slips += _score_pair(f, t, tally)
        if told_s is not None and f in told_s:
            tally.told += 1
            tally.told_late += told_s[f] - t.end_s > LATE_S
    _score_distractions(extra, truth, tally)
    _score_holds(analysis.holds, truth.holds, tally)
    return tally, sorted(slips, key=lambda slip: slip.t_s)


def _counts(stroke: TrueStroke) -> bool:
    return not stroke.ambiguous and stroke.seen >= LEAST_SEEN


def _beside(found: Stroke, truth: Truth) -> bool:
    """Whether an unmatched stroke is a piece of one that is not scored."""
    return any(
        not _counts(t) and min(found.end_s, t.end_s) - max(found.start_s, t.start_s) > 0
        for t in truth.strokes
        if t.hand == found.hand or t.side == found.side
    )


def _score_pair(found: Stroke, true: TrueStroke, tally: Tally) -> list[Slip]:
    slips = []
    tally.movement_right += found.movement == true.movement
    tally.side_right += found.side == true.side
    wrong_name = found.movement != true.movement or found.side != true.side
    if wrong_name:
        slips.append(Slip(true.start_s, "misnamed", _tell_true(true), _tell_found(found)))
    if found.verdict == "cannot_tell":
        tally.cannot_tell += 1
    tally.good += not true.faults
    if found.verdict == "cannot_tell":
        tally.fault_open += sorted(true.faults)
        return slips
    tally.speed_errors.append(abs(found.speed_mm_s - true.speed_mm_s) / true.speed_mm_s)
    tally.good_blamed += not true.faults and found.verdict == "fault"
    said, is_ = set(found.faults), set(true.faults)
    tally.fault_hits += sorted(said & is_)
    tally.fault_missed += sorted(is_ - said)
    tally.fault_wrong += sorted(said - is_)
    if said != is_ and not wrong_name:
        slips.append(Slip(true.start_s, "misjudged", _tell_true(true), _tell_found(found)))
    return slips


def _score_distractions(extra: Iterable[Stroke], truth: Truth, tally: Tally) -> None:
    gestures = [d for d in truth.distractions if d.kind != "scratch"]
    scratches = [d for d in truth.distractions if d.kind == "scratch"]
    tally.gestures, tally.scratches = len(gestures), len(scratches)
    for stroke in extra:
        length = max(stroke.end_s - stroke.start_s, 1e-6)
        for spans, name in ((gestures, "gesture_strokes"), (scratches, "scratch_strokes")):
            inside = max(
                (min(stroke.end_s, d.end_s) - max(stroke.start_s, d.start_s) for d in spans),
                default=0.0,
            )
            if inside > 0.5 * length:
                setattr(tally, name, getattr(tally, name) + 1)


def _score_holds(found: Sequence[Hold], true: Sequence[TrueHold], tally: Tally) -> None:
    seen = [hold for hold in true if hold.seen >= LEAST_SEEN]
    tally.holds, tally.holds_found = len(seen), len(found)
    for f, t in match(found, seen):
        tally.holds_matched += 1
        tally.hold_errors_s += [abs(f.start_s - t.start_s), abs(f.end_s - t.end_s)]


def _tell_true(t: TrueStroke) -> str:
    faults = "+".join(t.faults) or "good"
    return (
        f"{t.movement}/{t.side} hand={t.hand} {faults} {t.start_s:.2f}-{t.end_s:.2f} s "
        f"{t.speed_mm_s:.0f} mm/s {t.tool} seen {t.seen:.2f}"
    )


def _tell_found(f: Stroke) -> str:
    faults = "+".join(f.faults) or f.verdict
    return (
        f"{f.movement}/{f.side} hand={f.hand} {faults} {f.start_s:.2f}-{f.end_s:.2f} s "
        f"{f.speed_mm_s:.0f} mm/s path {f.path_error_mm:.1f} mm "
        f"dir {f.direction_error_deg:.0f} deg coverage {f.coverage:.2f}"
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
