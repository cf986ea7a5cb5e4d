"""Was a run a stroke on the skin? Log odds from what speaks for it and against it.

The weights are logistic regressions (ridge) on some 32,000 runs of 606 simulated sessions, a run in
the midst of a wave, a hover or a reach counted 2.5 times: nine in ten from this project's
simulator, none of them a session of docs/accuracy.md, the others, counted 1.5 times, from a second
one, written apart from it. In both, hands sped up and slowed down all the way. They know simulated
people, and may know real ones less well.
`python -m benchmarks.fit_odds` fits the like on this project's simulator alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from faceglide.coaching.contact import evidence
from faceglide.coaching.measuring import Glimpsed, Measured

# Log odds per unit of each sign, for runs along a movement's direction and against it. Returns run
# against it, so those are judged by other weights, and by other signs where those tell more.
ALONG = {
    "const": 3.08, "contact": 0.71, "above_one": -0.43, "above_both": 0.32, "hasty": -3.05,
    "quicker_than_returns": -0.80, "hasty_again": -0.59, "fast_beside": -0.63, "beside": -0.52,
    "coverage": 3.92, "surprise": -2.04, "circling": -1.18, "round": -2.37, "long_way": -0.33,
    "long": 1.92, "steady": -1.57, "wiggle": -1.07, "after_wrong": -2.90, "from_hold": -4.92,
    "tool": 0.24, "brief": -0.84, "unseen": -1.47, "unnatural": -0.16, "rough": -0.41,
    "slower_than_before": 0.47, "brought_here": -0.17,
}  # fmt: skip
AGAINST = {
    "const": -2.05, "contact": 0.73, "above_one": -0.19, "above_both": 0.70, "risen": -0.93,
    "hasty": -1.96, "quicker_than_returns": -1.67, "hasty_again": -1.76, "beside": -1.33,
    "coverage": 5.73, "surprise": -1.18, "circling": -1.61, "round": -1.50, "long_way": 0.63,
    "lasting": 1.82, "steady": -4.05, "just_done": -1.22, "after_wrong": -0.62, "brief": -1.30,
    "unseen": -0.10, "unnatural": -1.04, "slower_than_before": 0.70, "brought_here": -0.58,
}  # fmt: skip
_RETURN_SPEED = 2.2  # returns through the air are this many times quicker than a person's strokes
_SLOWEST_TEMPO_MM_S = 25.0
_FREE_MM = 4.0  # beside a path by less than this is on it
_BRIEF_S = 0.4
_LONGEST = 4.0  # a motion takes less than so many times what its inner nine tenths take
_FAST_MM_S = 90.0  # nobody is asked to stroke as fast
_CORE_SHARE = 0.45  # of its inner nine tenths' time, a minimum-jerk motion's inner half takes
_LEAST_JITTER_MM = 0.8
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
    hasty = min(1.0, max(0.0, haste))
    aside = max(0.0, found.beside_mm - _FREE_MM)
    heights = [_bounded(found.over_before_mm), _bounded(found.over_after_mm)]
    turned = found.direction_error_deg
    return {
        "const": 1.0,
        "contact": evidence(found.height_mm, found.height_sd_mm),
        "above_one": max(heights) / 20.0,
        "above_both": min(0.0, *heights) / 20.0,
        "risen": heights[1] / 20.0,
        "hasty": hasty,
        "quicker_than_returns": min(2.0, max(0.0, haste - 1.0)),
        "hasty_again": hasty * around.just_done,
        "fast_beside": max(0.0, math.log(quick_mm_s / _FAST_MM_S)) * min(aside, 12.0) / 5.0,
        "beside": min(aside, 16.0) / 5.0,
        "coverage": found.coverage,
        "surprise": around.surprise,
        "circling": float(found.circling > _CIRCLING),
        "round": found.circling,
        "long_way": math.log(found.way_mm / 60.0),
        "long": math.log(max(found.length_mm, 3.0) / 40.0),
        "lasting": math.log(max(found.end_s - found.start_s, 0.1)),
        "steady": found.core_share - _CORE_SHARE,
        "wiggle": min(60.0, turned if turned < 90.0 else 180.0 - turned) / 20.0,
        "just_done": float(around.just_done),
        "after_wrong": float(around.after_wrong),
        "from_hold": float(around.from_hold),
        "tool": float(around.tool),
        "brief": float(found.end_s - found.start_s < _BRIEF_S),
        "unseen": 1.0 - found.seen_share,
        "unnatural": found.misfit_mm / 3.0,
        "rough": min(4.0, found.misfit_mm / max(_LEAST_JITTER_MM, found.jitter_mm)),
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
    seen = signs(found, around)
    return sum(weight * seen[name] for name, weight in weights.items())


def most_log_odds(glimpsed: Glimpsed, sign: int, around: Circumstances) -> float:
    """As `log_odds`, if all that is yet to be found out spoke for a stroke as much as it can.

    Args:
        glimpsed: What the run shows at a glance.
        sign: +1 along the movement's direction, -1 against it.
        around: What else is known; what is not, as it would speak for a stroke.
    """
    at_best = Measured.of(
        glimpsed,
        start_s=0.0,
        end_s=max(_BRIEF_S, _LONGEST * glimpsed.inner_s),
        length_mm=glimpsed.way_mm,
        could_mm=glimpsed.way_mm,
        coverage=1.0,
        speed_mm_s=glimpsed.core_speed_mm_s,
        beside_sd_mm=0.0,
        misfit_mm=0.0,
        over_before_mm=-_SIGHT_MM,
        over_after_mm=-_SIGHT_MM,
    )
    best = signs(at_best, around)
    weights = ALONG if sign > 0 else AGAINST
    # Far below where it came from and went speaks for a stroke by one sign, against it by this.
    best["above_both"] = 0.0
    return sum(weight * best[name] for name, weight in weights.items())


def _bounded(height_mm: float) -> float:
    if not math.isfinite(height_mm):
        return 0.0
    return max(-_SIGHT_MM, min(_SIGHT_MM, height_mm))
