"""The engine: frames in, events out. Pure; time is the frames' own."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.events import CannotTell, Event
from faceglide.coaching.expectation import Expectation
from faceglide.coaching.hands import HandTracker, Sighting, Track
from faceglide.coaching.judge import Judge
from faceglide.coaching.naming import ranked
from faceglide.coaching.points import NEEDED_POINTS
from faceglide.coaching.rests import Rests
from faceglide.coaching.thresholds import DEFAULT, Thresholds
from faceglide.coaching.trail import Run, Trail
from faceglide.coaching.turns import Turns
from faceglide.coaching.ways import Ways
from faceglide.face.head import Head, HeadTracker
from faceglide.planning.model import Plan
from faceglide.protocol.model import Protocol
from faceglide.tracking.frame import Camera, Frame

_UNSEEN_S = 1.0  # a face away for longer is said, once, when it is back


class Engine:
    """Judges a session as it happens.

    Args:
        protocol: The movements to recognise.
        camera: The picture that frames refer to.
        plan: What the person means to do: an expectation, not a rail.
        pupillary_distance_mm: Sets the scale when known.
        thresholds: For experiments; the defaults are the product's.

    Example:
        >>> from faceglide.protocol import load_protocol
        >>> engine = Engine(load_protocol(), Camera(640, 480))
        >>> engine.push(Frame(t=0.0, face=None))
        []
    """

    def __init__(
        self,
        protocol: Protocol,
        camera: Camera,
        plan: Plan | None = None,
        pupillary_distance_mm: float | None = None,
        thresholds: Thresholds = DEFAULT,
    ) -> None:
        self._limits = thresholds
        self._head = HeadTracker(camera.width, camera.height, NEEDED_POINTS, pupillary_distance_mm)
        self._ways = Ways(protocol, plan)
        self._ways.lay(self._head.neutral.mesh_mm)
        self._laid = self._head.version
        self._expect = Expectation(plan, self._ways)
        self._judge = Judge(self._ways, self._head.neutral, thresholds)
        self._rests = Rests(protocol, thresholds)
        self._turns = Turns(protocol)
        self._hands = HandTracker()
        self._trails: dict[int, Trail] = {}
        self._owners: dict[int, Track] = {}
        self._points = len(self._head.rows)
        self._last_t: float | None = None
        self._frame_s = 0.05
        self._unseen_from: float | None = None
        self.unseen_s = 0.0

    @property
    def pose_known(self) -> bool:
        """Whether a face has been seen yet."""
        return self._head.neutral.frames > 0

    def push(self, frame: Frame) -> list[Event]:
        """Take in the next frame; returns what it made known.

        Frames that do not move time on are ignored.
        """
        t = frame.t
        if self._last_t is not None:
            if t <= self._last_t:
                return []
            step = t - self._last_t
            if step < 1.0:
                self._frame_s += 0.05 * (step - self._frame_s)
        events: list[Event] = []
        rays = [self._head.rays(hand.image) for hand in frame.hands]
        head = self._head.update(t, frame.face, rays)
        self._note_unseen(t, head, events)
        if head is not None:
            self._follow(frame, head, rays, events)
        self._part(t, events)
        self._last_t = t
        return events

    def finish(self) -> list[Event]:
        """End of the session: whatever was still open."""
        events: list[Event] = []
        for key in list(self._trails):
            self._end(key, events)
        if self._unseen_from is not None and self._last_t is not None:
            self._say_unseen(self._last_t, events)
        return events

    def _follow(
        self, frame: Frame, head: Head, rays: list[np.ndarray], events: list[Event]
    ) -> None:
        if self._laid != self._head.version and (frame.hands or self._trails):
            self._lay()
        distance = float(head.pose.translation[2])
        sightings = self._hands.update(frame.t, frame.hands, rays, distance)
        if not sightings:
            return
        seen = self._ways.project(head.pose)
        for hand in sightings:
            self._sample(frame.t, head, hand, seen, events)

    def _lay(self) -> None:
        """Lay the protocol on the mesh as it is by now: nobody asks while there is no hand."""
        self._laid = self._head.version
        mesh = self._head.neutral.mesh_mm
        self._ways.lay(mesh)
        self._rests.lay(mesh)
        self._turns.lay(mesh)
        self._judge.length_sd = self._head.scale.relative_sd

    def _sample(
        self,
        t: float,
        head: Head,
        hand: Sighting,
        seen: tuple[np.ndarray, np.ndarray],
        events: list[Event],
    ) -> None:
        key = hand.track.key
        trail = self._trails.get(key)
        if trail is None:
            trail = self._trails[key] = Trail(self._ways, self._limits, self._points)
            self._owners[key] = hand.track
        tips = self._ways.touch.tips(hand, float(head.pose.translation[2]))
        located = self._ways.locate(seen, tips)
        turn = self._turns.add(t, head.pose, hand)
        circling = self._turns.may_be_circling(key)
        runs = trail.add(t, head, hand, tips, located, circling)
        if runs:
            self._decide(key, runs, events)
        events += self._rests.add(t, head.pose, hand)
        if turn is not None:
            events.append(self._judge.turn(trail, turn))

    def _part(self, t: float, events: list[Event]) -> None:
        """Close what a vanished hand left open."""
        for key, track in list(self._owners.items()):
            away = t - track.seen_t
            if away <= 0:
                continue
            patience = self._limits.bridge_s
            trail = self._trails[key]
            if trail.furthest() > self._limits.done_share:
                patience = self._limits.stall_s
            if away > patience:
                self._end(key, events, forget=away > 1.0)

    def _end(self, key: int, events: list[Event], forget: bool = True) -> None:
        runs = self._trails[key].close()
        if runs:
            self._decide(key, runs, events)
        if forget:
            events += self._rests.end(key)
            turn = self._turns.end(key)
            if turn is not None:
                events.append(self._judge.turn(self._trails[key], turn))
            del self._trails[key], self._owners[key]

    def _decide(self, key: int, runs: list[Run], events: list[Event]) -> None:
        """Of the runs that ended together, report the one that explains the hand best."""
        trail, track = self._trails[key], self._owners[key]
        for named in ranked(trail, runs, self._ways, self._expect, self._limits):
            run = named.run
            surprise = self._expect.surprise(run.way, float(trail.t[run.first]))
            held_s = self._rests.held_s(key)
            stroke = self._judge.stroke(
                trail,
                run,
                track.side,
                self._frame_s,
                surprise,
                held_s,
                named.nearest_mm,
                named.either_way,
            )
            if stroke is None:
                continue
            trail.consume(run.last)
            excess = self._judge.jitter_mm / self._limits.jitter_mm
            trail.turn_mm = self._limits.turn_mm * max(1.0, min(3.0, excess))
            events.append(stroke)
            self._expect.done(named.likely, stroke.start_s, stroke.end_s, run.way)
            return

    def _note_unseen(self, t: float, head: Head | None, events: list[Event]) -> None:
        if head is not None and head.fresh:
            if self._unseen_from is not None:
                self._say_unseen(t, events)
            return
        if self._unseen_from is None:
            self._unseen_from = t if self._last_t is None else self._last_t

    def _say_unseen(self, t: float, events: list[Event]) -> None:
        start = self._unseen_from
        self._unseen_from = None
        if start is None:
            return
        self.unseen_s += t - start
        if t - start >= _UNSEEN_S:
            events.append(CannotTell(start_s=start, end_s=t, reason="face_not_seen"))


__all__ = ["Engine"]
