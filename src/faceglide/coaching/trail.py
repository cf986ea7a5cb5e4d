"""One hand's recent way over the face, and the runs in it: found as they end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.coaching.hands import Sighting
from faceglide.coaching.thresholds import Thresholds
from faceglide.coaching.ways import Ways
from faceglide.face.canonical import FloatArray
from faceglide.face.head import Head

_CAPACITY = 1024
_KEEP = 512
_AHEAD = 0.5  # of what a hand has to come back to have turned
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


class Trail:
    """The samples of one hand and, for every way at once, the run it may be in.

    All arrays are indexed by sample first. Only the samples before `count` mean anything.

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
        self.cut_off = np.zeros(_CAPACITY, dtype=bool)
        self.circling = np.zeros(_CAPACITY, dtype=bool)
        self.tips = np.zeros((_CAPACITY, len(ways.contacts), 2))
        self.depth = np.zeros(_CAPACITY)
        self.seen = np.full((_CAPACITY, points, 2), np.nan, dtype=np.float32)
        self.rotation = np.zeros((_CAPACITY, 3, 3))
        self.translation = np.zeros((_CAPACITY, 3))
        self.along = np.zeros((_CAPACITY, j))
        self.beside = np.zeros((_CAPACITY, j))
        self.skin = np.zeros((_CAPACITY, j))
        self._buffers = (
            self.t, self.fresh, self.cut_off, self.circling, self.tips, self.depth, self.seen,
            self.rotation, self.translation, self.along, self.beside, self.skin,
        )  # fmt: skip
        self.used = 0
        self.turn_mm = thresholds.turn_mm
        self._least_still_s = min(thresholds.stall_s, thresholds.hesitate_s)
        self._sign = np.ones(j)
        self._open = np.zeros(j, dtype=bool)
        self._first = np.zeros(j, dtype=np.int64)
        self._from = np.zeros(j)
        self._far = np.zeros(j)
        self._far_i = np.zeros(j, dtype=np.int64)
        self._mark = np.zeros(j)
        self._mark_t = np.zeros(j)
        self._near_t = np.full(j, -np.inf)

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
        self.count = i + 1
        along, beside, skin = located
        self.t[i], self.fresh[i] = t, head.fresh
        self.tips[i], self.cut_off[i], self.circling[i] = tips, hand.cut_off, circling
        self.seen[i] = np.nan if head.seen is None else head.seen
        self.depth[i] = np.nan if hand.depth_mm is None else hand.depth_mm
        self.rotation[i], self.translation[i] = head.pose.rotation, head.pose.translation
        self.along[i], self.beside[i], self.skin[i] = along, beside, skin
        return self._advance(i, t, along, beside)

    def _advance(self, i: int, t: float, along: FloatArray, beside: FloatArray) -> list[Run]:
        limits = self._limits
        near = beside < limits.near_mm
        fresh = near > self._open  # near, and not yet open
        if np.count_nonzero(fresh):
            self._start(fresh, i, along, t)
        elif not np.count_nonzero(self._open):
            return []
        np.copyto(self._near_t, t, where=near)
        v = self._sign * along
        further = near & (v > self._far)
        if np.count_nonzero(further):
            np.copyto(self._far, v, where=further)
            np.copyto(self._far_i, i, where=further)
            further &= v > self._mark + _CREEP_MM
            np.copyto(self._mark, v, where=further)
            np.copyto(self._mark_t, t, where=further)
        back = self._far - v
        ended = near & (back > self.turn_mm)
        if np.count_nonzero(ended):
            ended &= back > limits.turn_share * self._ways.span_mm
        left = self._open & (t - self._near_t > limits.leave_s)
        ended |= left
        still = near & (t - self._mark_t > self._least_still_s)
        if np.count_nonzero(still):
            ended |= still & self._stalled(t)
        if not np.count_nonzero(ended):
            return []
        covered = self._covered()
        runs = [
            Run(int(j), int(self._sign[j]), int(self._first[j]), int(self._far_i[j]))
            for j in np.flatnonzero(ended & (covered > limits.min_coverage))
        ]
        for j in np.flatnonzero(ended & ~left):
            self._resume(int(j), int(self._far_i[j]), i)
        self._open &= ~left
        return runs

    def _covered(self) -> FloatArray:
        """(J,) share of each way that its run has covered."""
        return np.asarray((self._far - self._from) / self._ways.span_mm)

    def _stalled(self, t: float) -> NDArray[np.bool_]:
        """(J,) the ways on which the hand has been still for so long that its run is over."""
        limits, covered = self._limits, self._covered()
        still = t - self._mark_t
        took = np.maximum(self._mark_t - self.t[self._first], 1e-3)
        # Jitter carries a hand ahead of itself: until it has caught up it seems to rest.
        ahead = (
            _AHEAD
            * (self.turn_mm - limits.turn_mm)
            * took
            / np.maximum(self._far - self._from, 1.0)
        )
        soft = np.minimum(limits.soft_s, self._soft() * took)
        patience = np.maximum(limits.stall_s, soft) + np.minimum(ahead, limits.stall_s)
        return np.asarray(
            ((still > patience) & (covered > limits.done_share))
            | ((still > limits.hesitate_s) & (covered > limits.min_coverage))
        )

    def _soft(self) -> FloatArray:
        """(J,) how long a hand may seem to rest at a way's end, over the time it took to get there.

        A natural motion ends so softly that its last millimetres do not show; where a way turns
        from the camera, more of them.
        """
        return np.where(self._sign > 0, self._ways.soft[0], self._ways.soft[1])

    def _start(self, which: NDArray[np.bool_], i: int, along: FloatArray, t: float) -> None:
        self._open |= which
        self._sign[which] = 1.0
        self._first[which] = i
        for array in (self._from, self._far, self._mark):
            array[which] = along[which]
        self._far_i[which] = i
        self._mark_t[which] = t
        self._near_t[which] = t

    def _resume(self, j: int, first: int, i: int) -> None:
        """Open a new run of way `j` from sample `first`, in the direction moved since.

        Only from where the hand has stayed near the way; not at all where it is not near now.
        """
        away = np.flatnonzero(self.beside[first : i + 1, j] >= self._limits.near_mm)
        if away.size:
            first += int(away[-1]) + 1
        self._open[j] = first <= i
        if first > i:
            return
        now, then = float(self.along[i, j]), float(self.along[first, j])
        sign = 1.0 if now >= then else -1.0
        self._sign[j], self._first[j], self._from[j] = sign, first, sign * then
        self._far[j] = self._mark[j] = sign * now
        self._far_i[j], self._mark_t[j] = i, self.t[i]

    def under_way(self, run: Run) -> NDArray[np.bool_]:
        """(J,) the ways on which the hand was under way during a run, and still is."""
        middle = (run.first + run.last) // 2
        return self._open & (self._first <= middle) & (self._far_i >= middle)

    def consume(self, last: int) -> None:
        """Nothing up to sample `last` belongs to a later run."""
        self.used = max(self.used, last)
        i = self.count - 1
        for j in np.flatnonzero(self._open & (self._first < last)):
            self._resume(int(j), last, i)

    def close(self) -> list[Run]:
        """End every open run: the hand is gone."""
        covered = self._covered()
        runs = [
            Run(int(j), int(self._sign[j]), int(self._first[j]), int(self._far_i[j]))
            for j in np.flatnonzero(self._open & (covered > self._limits.min_coverage))
        ]
        self._open[:] = False
        return runs

    def furthest(self) -> float:
        """Largest share of its path that an open run has covered."""
        covered = np.where(self._open, self._covered(), 0.0)
        return float(covered.max())

    def _forget(self, samples: int) -> None:
        for buffer in self._buffers:
            buffer[: _CAPACITY - samples] = buffer[samples:].copy()
        self.count -= samples
        self.used = max(0, self.used - samples)
        self._first -= samples
        self._far_i -= samples
        self._open &= self._first >= 0
        np.maximum(self._first, 0, out=self._first)
        np.maximum(self._far_i, 0, out=self._far_i)
