"""Simulated people massaging their faces, seen by a simulated tracker, with the truth.

A person with a face and hands of their own (`person`, `hand`) does what a script says (`actions`,
`performer`) or a plan asks (`session`), before a camera of their own (`optics`), and a tracker
with the measured errors (`levels`, `errors`, `tracker`) reports frames. The truth (`truth`) holds
every stroke, hold and distraction in the words of the Analysis contract.

Everything is drawn from one seed: the same seed gives the same session, and changing one action of
a script leaves person, camera, errors and the chance of the other actions as they were.

Limits: the face has no expression and no beard; the neck moves with the head; skin and pressure
are not simulated beyond a drag of the points near the contact; the hand has no flesh, so covering
is judged by distance to its bones.

    >>> from faceglide.tracking.simulator import Glide, simulate, story
    >>> session = simulate(story([Glide("forehead.glide_out", "left")], level="clean"), seed=1)
    >>> session.truth.strokes[0].side
    'left'
"""

from .actions import (
    Action,
    Away,
    Both,
    Circle,
    Glide,
    Hover,
    Pause,
    Press,
    ReachPast,
    Return,
    Scratch,
    Wave,
)
from .levels import LEVELS, Level, LevelName
from .scenario import Scenario, Simulated, simulate, story
from .truth import Distraction, TrueHold, TrueStroke, Truth

__all__ = [
    "LEVELS",
    "Action",
    "Away",
    "Both",
    "Circle",
    "Distraction",
    "Glide",
    "Hover",
    "Level",
    "LevelName",
    "Pause",
    "Press",
    "ReachPast",
    "Return",
    "Scenario",
    "Scratch",
    "Simulated",
    "TrueHold",
    "TrueStroke",
    "Truth",
    "Wave",
    "simulate",
    "story",
]
