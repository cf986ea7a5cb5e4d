"""Every glide of the protocol laid on the person's mesh, and where a fingertip is on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from faceglide.coaching.hands import PADS, TOOL_GRIPS, Contacts, Touch
from faceglide.coaching.shapes import minimum_jerk
from faceglide.face.canonical import FloatArray, mesh_normals
from faceglide.face.paths import PATH_POINTS, Side, movement_recipe
from faceglide.face.pose import Pose
from faceglide.planning.model import Plan
from faceglide.protocol.model import Movement, Protocol

_HANDS = Contacts(PADS)


@dataclass(frozen=True, slots=True)
class Way:
    """One movement on one side, done with one set of pads.

    Attributes:
        movement: From the protocol.
        side: The person's own.
        contact: Index into `Ways.contacts`.
    """

    movement: Movement
    side: Side
    contact: int


# A fingertip's landmark lies inside the finger: this far above the skin that its pad touches.
# Half a fingertip's thickness of 8 to 12 mm. Our default.
PAD_MM = 3.5
FACING = 0.8  # skin that faces the camera this much is as wide as it looks
LEAST_ACROSS = 0.6  # skin that faces further aside than this bends too much to say more
UNSEEN_MM = 2.0  # what is left of a way in the picture when a hand seems to have arrived
_CLOCK = np.linspace(0.0, 1.0, 129)
_REACHED = minimum_jerk(_CLOCK)
# Where on a way a hand could as well be: within the errors of fingertip and drifting face edge.
REACH_MM = 6.5


class Trace(NamedTuple):
    """A hand's course over one way; each (T,) millimetres, `off` (T, 2).

    Attributes:
        along: From the way's start.
        beyond: How far past the way's end it seemed, in the picture; negative before its start.
        beside: Positive to the left of the direction as the camera sees it.
        least, most: The range along within which the picture cannot tell. It is wide where the
            way turns away from the camera.
        off: From the nearest place of the way to the hand, right and down in the picture.
    """

    along: FloatArray
    beyond: FloatArray
    beside: FloatArray
    least: FloatArray
    most: FloatArray
    off: FloatArray


class Ways:
    """All ways of one motion, stacked so that a frame costs a handful of array operations.

    Attributes:
        ways: J of them, in the protocol's order. A movement that asks for pads of its own is
            there twice: people also do it with all three. One that the plan gives a tool is
            there for every length of the tool too.
        contacts: What can touch; the first is the three pads.
        touch: Where each of them does.
        kind: Of each, the first that is the same movement on the same side.
        tool_planned: Of each, whether the plan has a tool for it.
        points_mm: (J, M, 3) in the face frame.
        length_mm: (J,) along each.
        soft: Of natural motions along and against, the time that the end takes, unseen, over that
            of all before it; each (J,).
        across: (J,) picture millimetres for a millimetre across the way, on the skin.
        slant: (J,) least picture millimetres for a millimetre of the way.
        share: (J,) of one for each grip that a tool may be held in.
        span_mm: (J,) along each as seen from the front, where a hand's error is the same
            everywhere: runs are found in this measure, and told in the other.
    """

    def __init__(self, protocol: Protocol, plan: Plan | None = None) -> None:
        steps = plan.steps if plan is not None else ()
        with_tool = {(step.movement, step.side) for step in steps if step.tool != "hands"}
        tools = [
            Contacts(grip.pads, reach, grip.pitch_deg, grip.thumbward_mm)
            for grip in TOOL_GRIPS
            for reach in grip.reaches_mm
        ]
        found = [
            (movement, side, contact)
            for movement in protocol.movements
            if movement.motion == "glide"
            for side in movement.sides
            for contact in dict.fromkeys(
                [
                    _HANDS,
                    Contacts(movement.contact),
                    *(tools if (movement.id, side) in with_tool else ()),
                ]
            )
        ]
        self.contacts = tuple(dict.fromkeys([_HANDS, *(contact for *_, contact in found)]))
        self.touch = Touch(self.contacts)
        self.ways = tuple(
            Way(movement, side, self.contacts.index(contact)) for movement, side, contact in found
        )
        where = [(way.movement.id, way.side) for way in self.ways]
        self.kind = [where.index(at) for at in where]
        self.tool_planned = [at in with_tool for at in where]
        self.contact = np.array([way.contact for way in self.ways])
        held = np.array([self.contacts[way.contact].reach > 0 for way in self.ways])
        self.share = np.where(held, 1.0 / len(tools), 1.0)
        recipes = [movement_recipe(way.movement, way.side) for way in self.ways]
        weights = np.concatenate([recipe.weights for recipe in recipes])
        # Few of the mesh's points carry a way.
        self._carrying = np.flatnonzero(weights.any(axis=0))
        self._weights = np.ascontiguousarray(weights[:, self._carrying])
        self._offsets = np.stack([recipe.offset_mm for recipe in recipes])
        self._pad_mm = np.array([0.0 if self.contacts[k].reach else PAD_MM for k in self.contact])
        self._neck = np.array([way.movement.zone == "neck" for way in self.ways])
        self._starts = PATH_POINTS * np.arange(len(self.ways))
        self.points_mm = np.zeros((len(self.ways), PATH_POINTS, 3))
        self.along_mm = np.zeros((len(self.ways), PATH_POINTS))
        self.length_mm = np.zeros(len(self.ways))
        self.shown_mm = self.along_mm.copy()
        self.span_mm = np.zeros(len(self.ways))
        self.soft = np.zeros(len(self.ways)), np.zeros(len(self.ways))
        self.slant = np.ones(len(self.ways))
        self.across = np.ones(len(self.ways))

    def __len__(self) -> int:
        return len(self.ways)

    def lay(self, mesh_mm: FloatArray) -> None:
        """Lay every way on a mesh of (468, 3) millimetres."""
        carrying = np.hstack([mesh_mm, mesh_normals(mesh_mm)])[self._carrying]
        laid = self._weights.dot(carrying).reshape(len(self.ways), PATH_POINTS, 6)
        skin, out = laid[:, :, :3] + self._offsets, laid[:, :, 3:]
        steps = np.linalg.norm(np.diff(skin, axis=1), axis=2)
        out /= np.linalg.norm(out, axis=2, keepdims=True)
        points = skin + self._pad_mm[:, None, None] * out
        self.points_mm = points
        self._columns = np.ascontiguousarray(points.reshape(-1, 3).T)
        self.along_mm[:, 1:] = np.cumsum(steps, axis=1)
        self.length_mm = self.along_mm[:, -1].copy()
        flat = np.linalg.norm(np.diff(points[:, :, :2], axis=1), axis=2)
        self.shown_mm[:, 1:] = np.cumsum(flat, axis=1)
        self.span_mm = self.shown_mm[:, -1].copy()
        self.soft = self._soft(1), self._soft(-1)
        across = np.cross(np.gradient(skin, axis=1), out)
        wide = np.linalg.norm(across[:, :, :2], axis=2) / np.linalg.norm(across, axis=2)
        # Of the neck only its lines are known, not how its skin bends beside them.
        wide[self._neck] = 1.0
        mean = wide.mean(axis=1)
        self.across = np.where(mean < FACING, np.maximum(mean, LEAST_ACROSS), 1.0)
        self.slant = (flat / np.maximum(steps, 1e-9)).min(axis=1)

    def _soft(self, sign: int) -> FloatArray:
        """(J,) time that the end of a natural motion takes, unseen, over that of all before it."""
        lost = np.zeros(len(self.ways))
        for j, (arc, shown) in enumerate(zip(self.along_mm, self.shown_mm, strict=True)):
            if sign < 0:
                arc, shown = arc[-1] - arc[::-1], shown[-1] - shown[::-1]
            lost[j] = np.interp(max(shown[-1] - UNSEEN_MM, 0.5 * shown[-1]), shown, arc)
        clock = np.interp(lost / np.maximum(self.along_mm[:, -1], 1e-9), _REACHED, _CLOCK)
        return np.asarray((1.0 - clock) / np.maximum(clock, 0.2))

    def project(self, pose: Pose) -> tuple[FloatArray, FloatArray]:
        """The ways as the camera sees them.

        Returns:
            (J * M, 2) slopes and (J, M) depths in millimetres.
        """
        at = pose.rotation.dot(self._columns)
        at += pose.translation[:, None]
        depth = at[2]
        return (at[:2] / depth).T, depth.reshape(len(self.ways), -1)

    def locate(
        self, seen: tuple[FloatArray, FloatArray], tips: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where the pads are on every way.

        Args:
            seen: From `project`.
            tips: (U, 2) slopes of each of the `contacts`.

        Returns:
            (J,) millimetres along as seen from the front, (J,) millimetres beside (in
            the picture, at the face's distance), (J,) the skin's depth there.
        """
        slopes, depths = seen
        off = slopes.T.reshape(2, *depths.shape) - tips.T.take(self.contact, axis=1)[:, :, None]
        off *= off
        square = off[0]
        square += off[1]
        nearest = square.argmin(axis=1) + self._starts
        depth = depths.take(nearest)
        beside = np.sqrt(square.take(nearest)) * depth
        return self.shown_mm.take(nearest), beside, depth

    def seen(
        self, way: int, rotation: FloatArray, translation: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """One way at one moment.

        Args:
            way: Index into `ways`.
            rotation: (3, 3) pose.
            translation: (3,) millimetres.

        Returns:
            Of its points: (M,) millimetres along, millimetres along as the camera sees it, and
            distance from the camera.
        """
        at = rotation.dot(self.points_mm[way].T) + translation[:, None]
        picture = at[:2] * (translation[2] / at[2])
        step = picture[:, 1:] - picture[:, :-1]
        shown = np.zeros(PATH_POINTS)
        np.cumsum(np.hypot(step[0], step[1]), out=shown[1:])
        return self.along_mm[way], shown, at[2]

    def trace(
        self, way: int, rotation: FloatArray, translation: FloatArray, tips: FloatArray
    ) -> Trace:
        """Where a series of fingertips is on one way, between its points too.

        Args:
            way: Index into `ways`.
            rotation: (T, 3, 3) poses.
            translation: (T, 3) millimetres.
            tips: (T, 2) slopes.
        """
        # (M, T): steps between points and sums over them go through memory as it lies.
        turns = rotation.transpose(1, 0, 2).reshape(-1, 3)
        at = self.points_mm[way].dot(turns.T).reshape(-1, 3, len(tips))
        at += translation.T
        z = np.ascontiguousarray(at[:, 2])
        u, v = at[:, 0] / z, at[:, 1] / z
        step_u, step_v = u[1:] - u[:-1], v[1:] - v[:-1]
        gap_u, gap_v = tips[:, 0] - u, tips[:, 1] - v
        square = step_u * step_u + step_v * step_v
        ahead = (gap_u[:-1] * step_u + gap_v[:-1] * step_v) / np.maximum(square, 1e-12)
        share = np.minimum(np.maximum(ahead, 0.0), 1.0)
        off_u, off_v = gap_u[:-1] - share * step_u, gap_v[:-1] - share * step_v
        miss = off_u * off_u + off_v * off_v
        best = miss.argmin(axis=0)
        here = best * len(tips) + np.arange(len(tips))
        depth, share = z.take(here), share.take(here)
        past = ahead.take(here) - share  # of the first step its start, of the last its end
        beyond = past * np.sqrt(square.take(here)) * depth
        beyond *= best == np.where(past < 0, 0, len(square) - 1)
        along = self.along_mm[way]
        since = along.take(best)
        cross = step_u.take(here) * gap_v.take(here) - step_v.take(here) * gap_u.take(here)
        beside = np.sqrt(miss.take(here)) * depth * -np.sign(cross)
        far = np.sqrt(gap_u * gap_u + gap_v * gap_v) * z
        could = far <= far.min(axis=0) + REACH_MM
        off = np.empty((len(tips), 2))
        off[:, 0], off[:, 1] = off_u.take(here) * depth, off_v.take(here) * depth
        return Trace(
            since + share * (along.take(best + 1) - since),
            beyond,
            beside,
            along.take(could.argmax(axis=0)),
            along.take(len(along) - 1 - could[::-1].argmax(axis=0)),
            off,
        )
