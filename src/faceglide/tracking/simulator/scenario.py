"""What to simulate, and the simulation itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from faceglide.planning.model import Plan
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import Camera, Frame

from .actions import Action
from .hand import hand_points
from .levels import LEVELS, Level, LevelName
from .optics import FACING, Optics, draw_optics, head_motion, rotations
from .performer import Performer
from .person import Person, ToolHold, draw_person
from .session import check_plan, compose, draw_plan
from .track import RATE_HZ, Track
from .tracker import PersonSide, Scene, frame_times, track
from .truth import TrueHold, TrueStroke, Truth

FloatArray = NDArray[np.float64]
Fact = TypeVar("Fact", TrueStroke, TrueHold)

# How far round the contact the skin is dragged along: the width of a bell curve (our default).
_TUG_REACH_MM = 26.0
_HELD_MM = 20.0  # a hand that reaches further than this holds a tool


@dataclass(frozen=True)
class Scenario:
    """What to simulate.

    Attributes:
        level: How well the tracker sees.
        minutes: About how long a session composed from a plan lasts; a script lasts as it lasts.
        plan: What the person means to do; a plan is drawn when left out. With a script, the plan
            is only handed on.
        script: What the person does, exactly; composed from the plan when left out.
        errors: The tracker's errors when they are to differ from the level's.
    """

    level: LevelName = "typical"
    minutes: float = 3.0
    plan: Plan | None = None
    script: tuple[Action, ...] | None = None
    errors: Level | None = None


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated session.

    Attributes:
        camera: The picture that the frames refer to.
        frames: What the tracker reported.
        truth: What was done.
        plan: What was meant; None for a bare script.
        person: Who did it.
        optics: The camera in full, with the head's mean place.
        scene: Where face and hands truly were at each frame.
    """

    camera: Camera
    frames: tuple[Frame, ...]
    truth: Truth
    plan: Plan | None
    person: Person
    optics: Optics
    scene: Scene


def story(
    actions: Iterable[Action],
    *,
    level: LevelName = "clean",
    plan: Plan | None = None,
    errors: Level | None = None,
) -> Scenario:
    """A scenario that does just these actions, one after the other."""
    return Scenario(level=level, plan=plan, script=tuple(actions), errors=errors)


def simulate(scenario: Scenario, seed: int) -> Simulated:
    """Simulate a session.

    Args:
        scenario: What to simulate.
        seed: The same seed and scenario give the same session.

    Returns:
        The frames a tracker would report, and the truth.

    Raises:
        BadInput: The plan names a movement, side or tool that does not exist.
    """
    who, camera, what, how, moves, sees = np.random.SeedSequence(seed).spawn(6)
    protocol = load_protocol()
    person = draw_person(np.random.default_rng(who))
    optics = draw_optics(np.random.default_rng(camera))
    plan, script = scenario.plan, scenario.script
    if script is None:
        rng = np.random.default_rng(what)
        plan = plan or draw_plan(protocol, scenario.minutes, rng)
        check_plan(plan, protocol)
        script = compose(plan, protocol, person, scenario.level, scenario.minutes, rng)
    performer = Performer(person, protocol, how)
    performer.perform(script)

    level = scenario.errors or LEVELS[scenario.level]
    rng = np.random.default_rng(moves)
    t_s = frame_times(rng, performer.now_s, level)
    scene = _scene(performer, person, optics, level, t_s, rng)
    frames, seen = track(scene, optics, level, sees)
    truth = Truth(
        seed=seed,
        level=scenario.level,
        strokes=tuple(_seen(s, t_s, seen) for s in _in_order(performer.strokes)),
        holds=tuple(_seen(h, t_s, seen) for h in _in_order(performer.holds)),
        distractions=tuple(sorted(performer.distractions, key=lambda d: d.start_s)),
        person={
            "eye_distance_mm": round(person.eye_distance_mm, 2),
            "hand_scale": round(person.hand_scale, 4),
            "camera_distance_mm": round(float(optics.head_mm[2]), 1),
            "hfov_deg": round(optics.hfov_deg, 2),
        },
    )
    return Simulated(optics.camera, frames, truth, plan, person, optics, scene)


def _scene(
    performer: Performer,
    person: Person,
    optics: Optics,
    level: Level,
    t_s: FloatArray,
    rng: np.random.Generator,
) -> Scene:
    """Face and hands in camera axes at the times of the frames."""
    angles, shifts = head_motion(rng, t_s, level.head_deg, level.head_mm)
    angles[:, 0] += optics.tilt_deg
    turn = rotations(angles) @ FACING
    place = optics.head_mm + shifts
    face = np.repeat(person.mesh_mm[None], len(t_s), axis=0)
    hands: dict[PersonSide, FloatArray] = {}
    sides: tuple[PersonSide, PersonSide] = ("left", "right")
    for side in sides:
        samples = _at(performer.tracks[side], t_s)
        face += _tugged(person, samples, t_s)
        hands[side] = _hand_points(person, side, samples) @ turn.transpose(0, 2, 1) + place[:, None]
    return Scene(
        t_s=t_s,
        face=face @ turn.transpose(0, 2, 1) + place[:, None],
        hands=hands,
        eye_mm=person.eye_distance_mm,
        hand_world_bias=person.hand_world_bias,
    )


def _at(way: Track, t_s: FloatArray) -> FloatArray:
    """A track's samples (F, 14) at the times of the frames."""
    samples = way.sampled()
    known = np.arange(len(samples)) / RATE_HZ
    return np.column_stack([np.interp(t_s, known, samples[:, k]) for k in range(14)])


def _hand_points(person: Person, side: PersonSide, samples: FloatArray) -> FloatArray:
    """(F, 21, 3) the hand in the face frame."""
    contact, normal = samples[:, :3], _unit(samples[:, 3:6])
    touch, reach, curl = samples[:, 6:10], samples[:, 10], samples[:, 11]
    out = 1.0 if side == "left" else -1.0
    # The forearm comes from below and outside; from further outside the higher the hand is.
    outward = person.wrist_out + 0.6 * np.clip(contact[:, 1] / 60.0, 0.0, 1.0)
    # A hand that has crossed to the other side reaches round from in front of the face.
    forward = 0.25 + 1.0 * np.clip(-out * contact[:, 0] / 45.0, 0.0, 1.0)
    wish = np.column_stack([out * outward, -np.ones_like(outward), forward])
    wrist = _unit(wish - np.einsum("fc,fc->f", wish, normal)[:, None] * normal)
    height = person.pad_mm + 18.0 * curl
    return hand_points(
        contact + height[:, None] * normal + _held_off(person.tool, side, reach, normal, wrist),
        normal,
        wrist,
        side=side,
        scale=person.hand_scale,
        pitch_deg=np.full(len(contact), person.pitch_deg),
        spread=np.full(len(contact), person.spread),
        bend_deg=18.0 + 42.0 * curl,
        curl=curl,
        touch=touch / touch.sum(axis=1, keepdims=True),
    )


def _held_off(
    tool: ToolHold, side: PersonSide, reach: FloatArray, normal: FloatArray, wrist: FloatArray
) -> FloatArray:
    """(F, 3) from the skin that a tool's edge is on to where fingers hold it; 0 for bare hands."""
    tilt, inward = math.radians(tool.tilt_deg), 1.0 if side == "left" else -1.0
    thumbward = inward * np.cross(normal, wrist)
    held = np.minimum(reach / _HELD_MM, 1.0)[:, None]
    onward = math.cos(tilt) * wrist + math.sin(tilt) * normal
    away: FloatArray = tool.size * reach[:, None] * onward - tool.thumbward_mm * held * thumbward
    return away


def _tugged(person: Person, samples: FloatArray, t_s: FloatArray) -> FloatArray:
    """(F, 468, 3) how far each face point is dragged along by one hand."""
    contact, tug = samples[:, :3], samples[:, 12]
    moved = np.zeros((len(t_s), len(person.mesh_mm), 3))
    dragging = np.flatnonzero(tug > 0.01)
    if len(dragging):
        step = np.gradient(contact, t_s, axis=0)[dragging]
        way = _unit(step) * tug[dragging, None]
        gap = person.mesh_mm[None] - contact[dragging][:, None]
        near = np.exp(-(gap**2).sum(axis=2) / (2 * _TUG_REACH_MM**2))
        moved[dragging] = near[:, :, None] * way[:, None]
    return moved


def _seen(fact: Fact, t_s: FloatArray, seen: dict[PersonSide, NDArray[np.bool_]]) -> Fact:
    during = (t_s >= fact.start_s) & (t_s <= fact.end_s)
    share = float(seen[fact.hand][during].mean()) if during.any() else 0.0
    return fact.model_copy(update={"seen": round(share, 3)})


def _in_order(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: fact.start_s)


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float64)
