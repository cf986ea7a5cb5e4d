"""A run along a path, measured and judged: stroke, return or nothing; good, faulty or unknown."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faceglide.coaching.contact import Contact, evidence
from faceglide.coaching.events import Fault, Stroke, Verdict
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.ways import REACH_MM, Trace, Way, Ways
from faceglide.face.canonical import FloatArray
from faceglide.tracking.frame import PersonSide


@dataclass(frozen=True, slots=True)
class Measured:
    """A run in numbers; millimetres, seconds, degrees."""

    start_s: float
    end_s: float
    length_mm: float
    way_mm: float
    could_mm: float
    coverage: float
    speed_mm_s: float
    beside_mm: float
    beside_sd_mm: float
    direction_error_deg: float
    seen_share: float
    gap_s: float
    height_mm: float
    height_sd_mm: float
    core_share: float
    core_speed_mm_s: float
    circling: float
    cut: bool
    arriving: float
    jitter_mm: float
    pull_mm: float
    pull_sd_mm: float


def _smooth(values: FloatArray) -> FloatArray:
    """A light running mean that leaves the ends where they are."""
    if len(values) < 4:
        return values
    out = values.copy()
    out[1:-1] = 0.25 * values[:-2] + 0.5 * values[1:-1] + 0.25 * values[2:]
    return out


def _crossing(t: FloatArray, v: FloatArray, level: float) -> float:
    """When a rising series passes a level: half way between its first touch and its last miss."""
    above = v >= level
    first = int(np.argmax(above)) if above.any() else len(v) - 1
    below = np.flatnonzero(~above)
    last = int(below[-1]) + 1 if below.size else 0
    return 0.5 * (_at_level(t, v, level, first) + _at_level(t, v, level, min(last, len(v) - 1)))


def _at_level(t: FloatArray, v: FloatArray, level: float, i: int) -> float:
    """The moment before sample `i` at which the level was met."""
    if i == 0:
        return float(t[0])
    rise = float(v[i] - v[i - 1])
    share = 1.0 if rise <= 0 else min(1.0, max(0.0, (level - float(v[i - 1])) / rise))
    return float(t[i - 1]) + share * float(t[i] - t[i - 1])


# The inner half of a minimum-jerk motion is this much quicker than the whole.
_PEAKED = 1.79


class Judge:
    """Measures runs and says what they were.

    Args:
        ways: Laid on the person's mesh.
        thresholds: The limits.
        length_sd: Relative standard deviation of every length.
        jitter_mm: How much this hand's points wander beside a path.
    """

    def __init__(self, ways: Ways, thresholds: Thresholds) -> None:
        self._ways, self._limits = ways, thresholds
        self._contact = [Contact(thresholds) for _ in ways.contacts]
        self.length_sd = 0.06
        self._tempo: list[float] = []
        self._core_shares: list[float] = []
        self._pulls: list[float] = []
        self.jitter_mm = 1.5
        self._done: dict[PersonSide, tuple[str, str, int, float]] = {}
        self._last_wrong = (-math.inf, 0.0)

    def tempo_mm_s(self) -> float:
        """The person's own speed so far."""
        if not self._tempo:
            return self._limits.tempo_mm_s
        return float(np.median(self._tempo))

    def measure(self, trail: Trail, run: Run, frame_s: float) -> Measured | None:
        """The run in numbers, or None where it is too short to be anything."""
        i, k = run.first, run.last + 1
        if k - i < 3:
            return None
        way = self._ways.ways[run.way]
        t = trail.t[i:k]
        trace = self._ways.trace(
            run.way, trail.rotation[i:k], trail.translation[i:k], trail.tips[i:k, way.contact]
        )
        total = float(self._ways.length_mm[run.way])
        v = _smooth(trace.along if run.sign > 0 else total - trace.along)
        low, high = float(v.min()), float(v.max())
        length = high - low
        if length <= 0:
            return None
        told, could = self._told_length(trace, run.sign, v, total)
        before, after = self._plateaus(trail, run)
        start = _crossing(t, v, low + 0.05 * length)
        end = _crossing(t, v, high - 0.05 * length)
        inner = max(end - start, 1e-3)
        core = _crossing(t, v, low + 0.75 * length) - _crossing(t, v, low + 0.25 * length)
        taper = self._taper(core / inner) * inner
        start_s, end_s = max(before, start - taper), min(after, end + taper)
        furthest = int(v.argmax())
        if float(trace.most[furthest] - trace.least[furthest]) > 3.5 * REACH_MM:
            # The end is out of the picture's sight: the hand was still going where it seemed to
            # rest, and what it does next tells when it was done.
            end_s = max(end_s, min(0.75 * after + 0.25 * end_s, end + 0.6 * inner))
        seconds = max(end_s - start_s, 1e-3)
        inside = (t >= start - 1e-9) & (t <= end + 1e-9)
        n = int(inside.sum())
        lateral = _smooth(trace.beside[inside]) if n else trace.beside
        expected = max(1.0, inner / frame_s)
        fresh = trail.fresh[i:k][inside]
        steps = np.diff(t)
        depth, skin = trail.depth[i:k], trail.skin[i:k, run.way]
        middle = inside if n >= 3 else np.ones(len(t), dtype=bool)
        contact = self._contact[way.contact]
        height, height_sd = contact.height_mm(depth[middle], skin[middle], run.way, start, inner)
        height_sd *= 1.0 + 2.0 * float(trail.cut_off[i:k].mean())
        pull, pull_sd = self._pull(trail, i, k, way.contact)
        drift = np.diff(lateral)
        forward = np.maximum(np.diff(v[inside]), 0.0) if n > 1 else np.array([1.0])
        error = math.degrees(math.atan2(float(np.abs(drift).sum()), float(forward.sum()) + 1e-6))
        return Measured(
            start_s=start_s,
            end_s=end_s,
            length_mm=told,
            way_mm=total,
            could_mm=could,
            coverage=min(1.0, told / total),
            speed_mm_s=told / seconds,
            beside_mm=float(np.abs(lateral).mean()),
            beside_sd_mm=self._limits.hand_mm / math.sqrt(1.0 + seconds / 0.4),
            direction_error_deg=error if run.sign > 0 else 180.0 - error,
            seen_share=min(1.0, float(fresh.sum()) / expected),
            gap_s=float(steps.max()),
            height_mm=height,
            height_sd_mm=height_sd,
            core_share=core / inner,
            core_speed_mm_s=0.5 * length / max(core, 1e-3) / _PEAKED,
            circling=float(trail.circling[i:k].mean()),
            cut=self._cut(trail, run, frame_s),
            pull_mm=pull,
            pull_sd_mm=pull_sd,
            jitter_mm=float(lateral.std()),
            arriving=self._arriving(trail, run) * core / (0.5 * length),
        )

    @staticmethod
    def _told_length(trace: Trace, sign: int, v: FloatArray, total: float) -> tuple[float, float]:
        """The length travelled, and the most that it could have been.

        Where a way turns away from the camera, a millimetre in the picture is many on the skin. A
        hand that stops within its own error of the end is taken to have reached it; people finish
        what they begin more often than they stop just short.

        Args:
            trace: The run's course.
            sign: Its direction.
            v: (T,) millimetres travelled along the way.
            total: The way's length.
        """
        first, last = int(v.argmin()), int(v.argmax())
        if sign > 0:
            least, most = float(trace.least[first]), float(trace.most[last])
        else:
            least, most = total - float(trace.most[first]), total - float(trace.least[last])
        low, high = float(v[first]), float(v[last])
        least, most = min(low, least + REACH_MM), max(high, most - REACH_MM)
        could = most - least
        if least - REACH_MM < 0.02 * total:
            low = max(0.0, least)
        high = most if most + REACH_MM > 0.98 * total else 0.5 * (high + most)
        return min(total, high - low), min(total, could)

    @staticmethod
    def _pull(trail: Trail, i: int, k: int, contact: int) -> tuple[float, float]:
        """How far skin went along with the hand, on average, and how sure that is.

        Drift of points under a hand points anywhere and lasts about 0.3 s; skin that is dragged
        goes the hand's way for as long as the stroke lasts.
        """
        tips, t = trail.tips[i:k, contact], trail.t[i:k]
        span = max(2, (k - i) // 6)
        ahead = np.minimum(np.arange(k - i) + span, k - i - 1)
        behind = np.maximum(np.arange(k - i) - span, 0)
        way = tips[ahead] - tips[behind]
        way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
        along = (trail.pull[i:k] * way).sum(axis=1)[(k - i) // 5 :]
        along = along[np.isfinite(along)]
        if len(along) < 3:
            return 0.0, math.inf
        seconds = float(t[-1] - t[0])
        apart = max(1.0, min(float(len(along)), seconds / 0.35))
        return float(along.mean()), float(along.std()) / math.sqrt(apart)

    @staticmethod
    def _arriving(trail: Trail, run: Run) -> float:
        """The hand's speed in millimetres a second as the run begins."""
        i, k = max(0, run.first - 1), min(trail.count - 1, run.first + 1)
        step = trail.tips[k, 0] - trail.tips[i, 0]
        seconds = max(float(trail.t[k] - trail.t[i]), 1e-3)
        return math.hypot(*step) * float(trail.skin[i, run.way]) / seconds

    def _cut(self, trail: Trail, run: Run, frame_s: float) -> bool:
        """Whether the hand came into sight, or went out of it, in the middle of the way."""
        hole = max(0.25, 3.0 * frame_s)
        first, last = run.first, run.last
        began = first == 0 or trail.t[first] - trail.t[first - 1] > hole
        ended = last + 1 >= trail.count or trail.t[last + 1] - trail.t[last] > hole
        return bool(began or ended)

    def _plateaus(self, trail: Trail, run: Run) -> tuple[float, float]:
        """Since when the hand had been where the run begins, and until when where it ends.

        The turning points themselves lie anywhere within the time that a hand hardly moves.
        """
        along = trail.along[: trail.count, run.way] * run.sign
        still = 0.7 * self._limits.turn_mm
        i, k = run.first, run.last
        while i > trail.used and along[i - 1] - along[run.first] < still:
            if along[i - 1] - along[run.first] < -still:
                break
            i -= 1
        while k + 1 < trail.count and abs(along[k + 1] - along[run.last]) < still:
            k += 1
        return float(trail.t[i]), float(trail.t[k])

    def _taper(self, core_share: float) -> float:
        """Time that the first (or last) twentieth of the way took, over that of the rest.

        Hands start and stop softly, so the ends of a stroke are lost in the tracker's jitter.
        How softly shows in how much of the inner nine tenths the inner half takes: 0.45 for a
        minimum-jerk motion, 0.56 at constant speed. One stroke tells little; the person's
        average tells enough.

        Args:
            core_share: Of this run.
        """
        shares = [*self._core_shares, min(0.6, max(0.3, core_share))]
        mean = (4.0 * 0.46 + sum(shares)) / (4.0 + len(shares))
        return min(0.36, max(0.05, 0.32 - 2.4 * (mean - 0.45)))

    def stroke(
        self, trail: Trail, run: Run, hand: PersonSide, frame_s: float, surprise: float
    ) -> Stroke | None:
        """The stroke that the run was, or None where it was a return, a hover or a passing hand."""
        limits = self._limits
        found = self.measure(trail, run, frame_s)
        if found is None or found.end_s - found.start_s < limits.min_stroke_s:
            return None
        if found.end_s - found.start_s > limits.max_stroke_s:
            return None
        way = self._ways.ways[run.way]
        faults = self._faults(found, run)
        # Passing hands and returns are wrong in every way at once; strokes seldom in two.
        odds = self._odds(found, run.sign, surprise) - limits.second_fault * max(0, len(faults) - 1)
        if self._continues(way, run.sign, hand, found.start_s):
            return None
        if odds < 0 or found.core_speed_mm_s < limits.creep_mm_s:
            return None
        verdict: Verdict = "fault" if faults else "good"
        if found.seen_share < limits.seen_share or found.gap_s > limits.gap_s:
            verdict, faults = "cannot_tell", ()
        elif "incomplete" in faults and found.cut:
            verdict, faults = "cannot_tell", ()  # the rest may have been out of sight
        self._learn(trail, run, found, verdict, faults)
        self._done[hand] = (way.movement.id, way.side, run.sign, found.end_s)
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

    def _continues(self, way: Way, sign: int, hand: PersonSide, start_s: float) -> bool:
        """Whether a run is the rest of a stroke already told: nobody repeats without a return."""
        movement, side, before, end_s = self._done.get(hand, ("", "", 0, -math.inf))
        same = movement == way.movement.id and side == way.side and before == sign
        return same and start_s - end_s < self._limits.return_min_s

    def _odds(self, found: Measured, sign: int, surprise: float) -> float:
        """Log odds that the run was a stroke on the skin.

        Args:
            found: The run.
            sign: Its direction.
            surprise: How much less than another its movement was expected now; not negative.
        """
        limits = self._limits
        odds = evidence(found.height_mm, found.height_sd_mm)
        if found.coverage < limits.incomplete and found.circling > 0.8:
            return -6.0
        haste = math.log(max(found.core_speed_mm_s, 1.0) / self.tempo_mm_s()) / math.log(
            limits.return_speed
        )
        odds -= surprise * (0.3 + 0.5 * max(0.0, min(1.5, haste)))
        if found.length_mm < limits.short_mm:
            odds -= 1.0
        if sign < 0:
            # A lifted hand appears beside the path, and a stroke has seldom two faults.
            aside = 0.35 * max(0.0, found.beside_mm - limits.off_path_mm / 2)
            if found.coverage < limits.incomplete:
                aside += 2.5
            return odds - 1.5 - aside - 3.0 * max(-1.0, min(2.0, haste - 1.0))
        wrong_t, wrong_speed = self._last_wrong
        if (
            found.start_s - wrong_t < 1.5
            and found.core_speed_mm_s > limits.return_speed * wrong_speed
        ):
            return odds - 1.5
        whole = found.could_mm > limits.incomplete * found.way_mm
        odds += (2.3 if whole else 0.8) - max(0.0, min(2.0, haste - 1.0))
        if not whole:
            odds -= max(0.0, haste)
        odds -= 0.12 * max(0.0, found.beside_mm - limits.off_path_mm / 2)
        if haste > 0.8 and found.arriving > 0.6:
            odds -= 2.0  # a stroke begins at rest; this hand was only passing
        if found.core_speed_mm_s > 2.0 * self.tempo_mm_s():
            # Passing hands are quick and beside the path; strokes are seldom both.
            odds -= 0.3 * max(0.0, found.beside_mm - limits.off_path_mm / 2)
        return odds

    def _faults(self, found: Measured, run: Run) -> tuple[Fault, ...]:
        """What was wrong, each only where it exceeds its limit by what is not known."""
        limits, way = self._limits, self._ways.ways[run.way]
        tool = self._ways.contacts[way.contact].reach > 0
        slack = limits.tool_mm if tool else 0.0
        if way.movement.zone == "neck":
            slack += limits.neck_mm
        faults: list[Fault] = []
        if run.sign < 0:
            faults.append("wrong_direction")
        if found.speed_mm_s * (1.0 - self.length_sd) > way.movement.accept_speed_mm_s[1]:
            faults.append("too_fast")
        if found.beside_mm - found.beside_sd_mm > limits.off_path_mm + slack:
            faults.append("off_path")
        missing = found.way_mm - found.could_mm - slack * (3.0 if tool else 1.0)
        if missing > (1.0 - limits.incomplete) * found.way_mm:
            faults.append("incomplete")
        # What this tracker shows of still skin in this session is its own measure of drift.
        drift = 1.5 * float(np.median(self._pulls)) if self._pulls else 0.0
        if found.pull_mm - found.pull_sd_mm > limits.tug_mm + drift:
            faults.append("tugging")
        return tuple(faults)

    def _learn(
        self, trail: Trail, run: Run, found: Measured, verdict: Verdict, faults: tuple[Fault, ...]
    ) -> None:
        if "wrong_direction" in faults:
            self._last_wrong = (found.end_s, found.core_speed_mm_s)
        limits = self._limits
        if math.isfinite(found.pull_sd_mm):
            self._pulls.append(abs(found.pull_mm))
            del self._pulls[:-20]
        if verdict == "cannot_tell" or "too_fast" in faults:
            return
        self.jitter_mm += 0.15 * (found.jitter_mm - self.jitter_mm)
        self._tempo.append(found.speed_mm_s)
        del self._tempo[:-9]
        if found.coverage > limits.done_share:
            self._core_shares.append(min(0.6, max(0.3, found.core_share)))
            del self._core_shares[:-20]
        rows = slice(run.first, run.last + 1)
        contact = self._contact[self._ways.ways[run.way].contact]
        contact.learn(trail.depth[rows], trail.skin[rows, run.way], run.way, found.end_s)
