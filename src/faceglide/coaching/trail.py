"""One hand's recent way over the face, and the runs in it: found as they end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.hands import Sighting, cut_off, depths_of
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.face.head import Head

_CAPACITY = 1024
_KEEP = 512
_MIDWAY = 2.0  # times as far it has to, in the middle of a way: few turn there. Our default
_AHEAD = 0.5  # of what a hand has to come back to have turned
_ARRIVED = 0.92  # of its way: what is left of a motion is fitted then, not waited for. Our default
_CREEP_MM = 1.5  # an advance smaller than the hand's jitter is no advance


@dataclass(frozen=True, slots=True)
class Run:
    """A hand moving one way along a path.

    Attributes:
        way: Index into the `Ways`.
        sign: +1 in the movement's direction, -1 against it.
        first, last: Samples of the trail, both included.
    """

    way: int
    sign: int
    first: int
    last: int


@dataclass(slots=True)
class _Open:
    """A run under way.

    Attributes:
        sign: +1 in the movement's direction, -1 against it.
        first: The sample that it began with.
        from_mm, far_mm: Where it began and the furthest that it got, in its own direction.
        far_i: The sample of that.
        mark_mm, mark_t: As far as it got before it last seemed to rest, and since when it has.
        near_t: When the hand was last near the way.
    """

    sign: float
    first: int
    from_mm: float
    far_mm: float
    far_i: int
    mark_mm: float
    mark_t: float
    near_t: float


class Trail:
    """The samples of one hand, and the runs that it may be in: at most one on each way.

    All arrays are indexed by sample first. Only the samples before `count` mean anything.
    After the last of them the hand was `gone`, or still is in sight.

    Args:
        ways: Laid on the person's mesh.
        thresholds: The limits.
        points: How many face points each sample keeps, to see whether skin went along.
    """

    def __init__(self, ways: Ways, thresholds: Thresholds, points: int) -> None:
        j = len(ways)
        self._ways, self._limits = ways, thresholds
        self.count = 0
        self.t = np.zeros(_CAPACITY)
        self.fresh = np.zeros(_CAPACITY, dtype=bool)
        self._cut_off = np.zeros(_CAPACITY, dtype=bool)
        self.circling = np.zeros(_CAPACITY, dtype=bool)
        self.tips = np.zeros((_CAPACITY, len(ways.contacts), 2))
        self._depth = np.zeros(_CAPACITY)
        # The last samples, whose size nobody has asked for yet: many are read quicker at once.
        self._unread: list[Sighting] = []
        # One coordinate of a sample's points lies after the other in memory, as in a frame.
        self.seen = np.zeros((_CAPACITY, 2, points), dtype=np.float32).transpose(0, 2, 1)
        self.rotation = np.zeros((_CAPACITY, 3, 3))
        self.translation = np.zeros((_CAPACITY, 3))
        self.along = np.zeros((_CAPACITY, j))
        self.beside = np.zeros((_CAPACITY, j))
        self.skin = np.zeros((_CAPACITY, j))
        self._buffers = (
            self.t, self.fresh, self._cut_off, self.circling, self.tips, self._depth, self.seen,
            self.rotation, self.translation, self.along, self.beside, self.skin,
        )  # fmt: skip
        self.used = 0
        self.gone = False
        self.turn_mm = thresholds.turn_mm
        # A run that rested for less, or covered less, has surely not stalled.
        self._least_still_s = min(thresholds.stall_s, thresholds.hesitate_s)
        self._least_covered = min(thresholds.min_coverage, thresholds.done_share)
        self._open: dict[int, _Open] = {}

    @property
    def depth(self) -> FloatArray:
        """Distance of the pads in millimetres by how large the hand appears; NaN where unknown."""
        self._read()
        return self._depth

    @property
    def cut_off(self) -> NDArray[np.bool_]:
        """Whether the hand reached out of the picture, where trackers guess its size."""
        self._read()
        return self._cut_off

    def _read(self) -> None:
        """Bring up to date what only judging a run needs."""
        if self._unread:
            rows = slice(self.count - len(self._unread), self.count)
            self._depth[rows], self._cut_off[rows] = depths_of(self._unread), cut_off(self._unread)
            self._unread.clear()

    def add(
        self,
        t: float,
        head: Head,
        hand: Sighting,
        tips: FloatArray,
        located: tuple[FloatArray, FloatArray, FloatArray],
        circling: bool,
    ) -> list[Run]:
        """Take in one sample; returns the runs that it ends."""
        if self.count == _CAPACITY:
            self._forget(_CAPACITY - _KEEP)
        i = self.count
        self.count, self.gone = i + 1, False
        along, beside, skin = located
        self.t[i], self.fresh[i] = t, head.fresh
        self.tips[i], self.circling[i] = tips, circling
        self.seen[i] = np.nan if head.seen is None else head.seen
        self._unread.append(hand)
        self.rotation[i], self.translation[i] = head.pose.rotation, head.pose.translation
        self.along[i], self.beside[i], self.skin[i] = along, beside, skin
        return self._advance(i, t, along, beside)

    def _advance(self, i: int, t: float, along: FloatArray, beside: FloatArray) -> list[Run]:
        limits, open_runs = self._limits, self._open
        near = (beside < limits.near_mm).nonzero()[0]
        over: list[int] = []
        for j, at in zip(near.tolist(), along.take(near).tolist(), strict=True):
            run = open_runs.get(j)
            if run is None:
                open_runs[j] = _Open(1.0, i, at, at, i, at, t, t)
                continue
            run.near_t = t
            at *= run.sign
            if at > run.far_mm:
                run.far_mm, run.far_i = at, i
                if at > run.mark_mm + _CREEP_MM:
                    run.mark_mm, run.mark_t = at, t
            elif run.far_mm - at > self.turn_mm and self._has_turned(j, run, at):
                over.append(j)
                continue
            if t - run.mark_t > self._least_still_s and self._has_stalled(j, run, t):
                over.append(j)
        left: list[int] = []
        if len(open_runs) > len(near):
            left = [j for j, run in open_runs.items() if t - run.near_t > limits.leave_s]
        if not over and not left:
            return []
        runs = self._told(over + left)
        for j in over:
            self._resume(j, self._open[j].far_i, i)
        for j in left:
            del self._open[j]
        return runs

    def _has_turned(self, j: int, run: _Open, at_mm: float) -> bool:
        """Whether a hand that came back from where it got did so that far that its run is over."""
        back_mm, limits = run.far_mm - at_mm, self._limits
        if back_mm <= limits.turn_share * self._ways.span_mm.item(j):
            return False
        midway = limits.min_coverage < self._covered(j, run) < limits.done_share
        return not midway or back_mm > _MIDWAY * self.turn_mm

    def _has_stalled(self, j: int, run: _Open, t: float) -> bool:
        """Whether a hand has been still for so long that its run is over.

        A natural motion ends so softly that its last millimetres do not show; where a way turns
        from the camera, more of them. A hand that has all but arrived is not waited for.
        """
        covered = self._covered(j, run)
        if covered <= self._least_covered:
            return False
        still, limits = t - run.mark_t, self._limits
        took = max(run.mark_t - self.t.item(run.first), 1e-3)
        # Jitter carries a hand ahead of itself: until it has caught up it seems to rest.
        ahead = _AHEAD * (self.turn_mm - limits.turn_mm) * took
        ahead /= max(run.far_mm - run.from_mm, 1.0)
        # In the middle of a way it may have been ahead before it stopped, and behind after.
        if still > limits.hesitate_s + 2.0 * min(ahead, limits.hesitate_s):
            return covered > limits.min_coverage
        soft = 0.0
        if covered < _ARRIVED:
            soft = self._ways.soft[0 if run.sign > 0 else 1].item(j) * took
        patience = max(limits.stall_s, min(limits.soft_s, soft)) + min(ahead, limits.stall_s)
        return still > patience and covered > limits.done_share

    def _covered(self, j: int, run: _Open) -> float:
        """Share of a way that a run has covered."""
        return (run.far_mm - run.from_mm) / self._ways.span_mm.item(j)

    def _told(self, which: Iterable[int]) -> list[Run]:
        """Of the runs on some ways, those that are long enough to be told."""
        open_runs = [(j, self._open[j]) for j in sorted(which)]
        return [
            Run(j, int(run.sign), run.first, run.far_i)
            for j, run in open_runs
            if self._covered(j, run) > self._limits.min_coverage
        ]

    def _resume(self, j: int, first: int, i: int) -> None:
        """Open a new run of way `j` from sample `first`, in the direction moved since.

        Only from where the hand has stayed near the way; not at all where it is not near now.
        """
        away = np.flatnonzero(self.beside[first : i + 1, j] >= self._limits.near_mm)
        if away.size:
            first += int(away[-1]) + 1
        if first > i:
            del self._open[j]
            return
        now, then = float(self.along[i, j]), float(self.along[first, j])
        sign = 1.0 if now >= then else -1.0
        t, far_mm = float(self.t[i]), sign * now
        self._open[j] = _Open(sign, first, sign * then, far_mm, i, far_mm, t, t)

    def under_way(self, run: Run) -> NDArray[np.bool_]:
        """(J,) the ways on which the hand was under way during a run, and still is."""
        middle = (run.first + run.last) // 2
        out = np.zeros(len(self._ways), dtype=bool)
        for j, other in self._open.items():
            out[j] = other.first <= middle <= other.far_i
        return out

    def consume(self, last: int) -> None:
        """Nothing up to sample `last` belongs to a later run."""
        self.used = max(self.used, last)
        for j in [j for j, run in self._open.items() if run.first < last]:
            self._resume(j, last, self.count - 1)

    def close(self) -> list[Run]:
        """End every open run: the hand is gone."""
        runs = self._told(self._open)
        self._open.clear()
        self.gone = True
        return runs

    def furthest(self) -> float:
        """Largest share of its path that an open run has covered."""
        return max((self._covered(j, run) for j, run in self._open.items()), default=0.0)

    def _forget(self, samples: int) -> None:
        self._read()
        for buffer in self._buffers:
            buffer[: _CAPACITY - samples] = buffer[samples:].copy()
        self.count -= samples
        self.used = max(0, self.used - samples)
        for j, run in list(self._open.items()):
            run.first -= samples
            run.far_i = max(0, run.far_i - samples)
            if run.first < 0:
                del self._open[j]
