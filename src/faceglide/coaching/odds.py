"""Was a run a stroke on the skin? Log odds from what speaks for it and against it.

The weights are logistic regressions (ridge) on some 9,800 runs of 168 simulated sessions, a run in
the midst of a wave, a hover or a reach counted 2.5 times: three in five from this project's
simulator, none of them a session of docs/accuracy.md, the others from a second one, written apart
from it. Weights fitted on one alone make more mistakes on the other than these do: they know
simulated people, and may know real ones less well. `python -m benchmarks.fit_odds` fits the like on
this project's simulator alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from faceglide.coaching.contact import evidence
from faceglide.coaching.measuring import Measured

# Log odds per unit of each sign, for runs along a movement's direction and against it. Returns run
# against it, so those are judged by other weights.
ALONG = {
    "const": -0.31, "contact": 0.65, "above_one": -0.30, "above_both": 0.35, "hasty": -2.42,
    "quicker_than_returns": -0.79, "hasty_beside": -0.25, "beside": -0.34, "coverage": 6.75,
    "surprise": -1.84, "circling": -3.26, "long_way": 1.20, "wiggle": -0.63, "just_done": 0.99,
    "after_wrong": -1.21, "from_hold": -2.46, "tool": 0.58, "brief": -0.29, "cut": 0.07,
    "unseen": -2.02, "unnatural": -0.54, "slower_than_before": 1.09, "brought_here": -0.39,
}  # fmt: skip
AGAINST = {
    "const": -3.17, "contact": 0.61, "above_one": -0.51, "above_both": 0.14, "hasty": -2.47,
    "quicker_than_returns": -1.87, "hasty_beside": -0.14, "beside": -0.66, "coverage": 6.35,
    "surprise": -0.65, "circling": -1.44, "long_way": 1.45, "wiggle": -0.97, "just_done": 0.09,
    "after_wrong": 1.11, "from_hold": -0.30, "tool": 0.91, "brief": -0.55, "cut": -0.22,
    "unseen": -1.32, "unnatural": -0.54, "slower_than_before": 1.01, "brought_here": -1.03,
}  # fmt: skip
_RETURN_SPEED = 2.2  # returns through the air are this many times quicker than a person's strokes
_SLOWEST_TEMPO_MM_S = 25.0
_FREE_MM = 4.0  # beside a path by less than this is on it
_BRIEF_S = 0.4
_CIRCLING = 0.8  # of a run; strokes that only begin or end where circles are made stay less there
_SIGHT_MM = 60.0  # heights further than this from each other are not measured, only far


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run cannot know of itself.

    Attributes:
        surprise: How much less than another its movement was expected now; 0 to 3.
        tempo_mm_s: The person's own speed.
        just_done: The same hand has just done the same stroke, so a return is due.
        after_wrong: A stroke against the direction has just ended.
        from_hold: The hand had held still where it set out from.
        tool: The contact is a tool's edge.
    """

    surprise: float
    tempo_mm_s: float
    just_done: bool
    after_wrong: bool
    from_hold: bool
    tool: bool


def signs(found: Measured, around: Circumstances) -> dict[str, float]:
    """What the weights weigh, by name."""
    tempo = max(around.tempo_mm_s, _SLOWEST_TEMPO_MM_S)
    quick_mm_s = max(found.core_speed_mm_s, found.speed_mm_s, 1.0)
    haste = math.log(quick_mm_s / tempo) / math.log(_RETURN_SPEED)
    aside = max(0.0, found.beside_mm - _FREE_MM)
    heights = [_bounded(found.over_before_mm), _bounded(found.over_after_mm)]
    turned = found.direction_error_deg
    return {
        "const": 1.0,
        "contact": evidence(found.height_mm, found.height_sd_mm),
        "above_one": max(heights) / 20.0,
        "above_both": min(0.0, *heights) / 20.0,
        "hasty": min(1.0, max(0.0, haste)),
        "quicker_than_returns": min(2.0, max(0.0, haste - 1.0)),
        "hasty_beside": max(0.0, haste) * min(aside, 12.0) / 5.0,
        "beside": min(aside, 16.0) / 5.0,
        "coverage": found.coverage,
        "surprise": around.surprise,
        "circling": float(found.circling > _CIRCLING),
        "long_way": math.log(found.way_mm / 60.0),
        "wiggle": min(60.0, turned if turned < 90.0 else 180.0 - turned) / 20.0,
        "just_done": float(around.just_done),
        "after_wrong": float(around.after_wrong),
        "from_hold": float(around.from_hold),
        "tool": float(around.tool),
        "brief": float(found.end_s - found.start_s < _BRIEF_S),
        "cut": float(found.cut),
        "unseen": 1.0 - found.seen_share,
        "unnatural": found.misfit_mm / 3.0,
        "slower_than_before": found.slower_than_before or 0.0,
        "brought_here": float(found.slower_than_before is not None),
    }


def log_odds(found: Measured, sign: int, around: Circumstances) -> float:
    """Log odds that a run was a stroke on the skin.

    Args:
        found: The run.
        sign: +1 along the movement's direction, -1 against it.
        around: What else is known.
    """
    weights = ALONG if sign > 0 else AGAINST
    return sum(weights[name] * value for name, value in signs(found, around).items())


def _bounded(height_mm: float) -> float:
    if not math.isfinite(height_mm):
        return 0.0
    return max(-_SIGHT_MM, min(_SIGHT_MM, height_mm))
