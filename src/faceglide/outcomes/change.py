"""How sure a mean of captures is, and whether a change is more than measurement error.

``MDC95``, the minimal detectable change, is the difference between two occasions that measurement
error alone exceeds one time in twenty: ``t * SEM * sqrt(1/k1 + 1/k2)`` for ``k1`` and ``k2``
captures with a standard error of measurement ``SEM`` each. With many captures ``t`` is 1.96.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WITHIN_NOISE = "within measurement noise"
# Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom.
# The usual spread of a measure counts as this many captures' worth of knowing, so that two lucky
# captures do not look perfect and many captures speak for themselves.
USUAL_WEIGHT = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation of one capture, and how well it is known.

    Attributes:
        sd: In the measure's unit.
        freedom: Degrees of freedom behind it.
        source: `own` when the person's captures outweigh the usual value.
    """

    sd: float
    freedom: int
    source: Literal["own", "usual"]


@dataclass(frozen=True, slots=True)
class Mean:
    """Several captures of one occasion.

    Attributes:
        value: Their mean.
        captures: How many.
        sd: Standard deviation of one capture.
        error95: Half-width of the 95 % interval of the mean, scale error aside.
        mdc95: Smallest change that as many captures another time could tell from noise.
    """

    value: float
    captures: int
    sd: float
    error95: float
    mdc95: float


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two occasions.

    Attributes:
        before: Mean at the baseline.
        after: Mean now.
        change: Their difference.
        mdc95: What measurement error alone exceeds one time in twenty.
        verdict: `changed`, or `within measurement noise`.
    """

    before: float
    after: float
    change: float
    mdc95: float
    verdict: Literal["changed", "within measurement noise"]


def t95(freedom: int) -> float:
    """Student's t for a two-sided 95 % interval, right to three decimals.

    Fisher's expansion about the normal value (Abramowitz and Stegun 26.7.5).

    Args:
        freedom: Degrees of freedom, at least 4.
    """
    if freedom < USUAL_WEIGHT:
        raise ValueError("the expansion needs at least 4 degrees of freedom")
    z = 1.9599640
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return math.fsum(term / freedom**power for power, term in enumerate(terms))


def spread(groups: Sequence[Sequence[float]], usual_sd: float) -> Spread:
    """What captures of an unchanged face scatter by, pooled over occasions.

    Args:
        groups: The values of each occasion.
        usual_sd: The measure's usual standard deviation.
    """
    told = [group for group in groups if len(group)]
    squares = math.fsum((v - _mean(group)) ** 2 for group in told for v in group)
    own = sum(len(group) - 1 for group in told)
    freedom = own + USUAL_WEIGHT
    sd = math.sqrt((squares + USUAL_WEIGHT * usual_sd**2) / freedom)
    return Spread(sd, freedom, "own" if own > USUAL_WEIGHT else "usual")


def mean_of(values: Sequence[float], usual_sd: float) -> Mean:
    """The mean of one occasion's captures, with its error.

    Args:
        values: One value for each capture; seated anew each time.
        usual_sd: The measure's usual standard deviation.
    """
    known = spread([values], usual_sd)
    error = t95(known.freedom) * known.sd / math.sqrt(len(values))
    return Mean(_mean(values), len(values), known.sd, error, error * math.sqrt(2))


def change_between(before: Sequence[float], after: Sequence[float], usual_sd: float) -> Change:
    """Compare two occasions.

    Args:
        before: The baseline's captures.
        after: The captures of now.
        usual_sd: The measure's usual standard deviation.
    """
    known = spread([before, after], usual_sd)
    mdc95 = t95(known.freedom) * known.sd * math.sqrt(1 / len(before) + 1 / len(after))
    change = _mean(after) - _mean(before)
    return Change(
        before=_mean(before),
        after=_mean(after),
        change=change,
        mdc95=mdc95,
        verdict="changed" if abs(change) > mdc95 else "within measurement noise",
    )


def captures_needed(sem: float, target: float) -> int:
    """Captures each time for an MDC95 of `target`: ``2 (1.96 SEM / target)^2``, rounded up."""
    return max(1, math.ceil(2 * (1.96 * sem / target) ** 2))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
