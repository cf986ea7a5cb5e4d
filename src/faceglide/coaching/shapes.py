"""How a motion goes from rest to rest: the shapes that people's motions have."""

from __future__ import annotations

import numpy as np

from faceglide.face.canonical import FloatArray

# Minimum jerk, evenly or skewed (below 1 the hand is quickest early), and, of hands that go on
# evenly, so large a share of the time to start, and to stop. Two motions of each. Our defaults.
_SKEWS = np.repeat([1.0, 0.88, 1.14], 2)[:, None]
_RAMPS = np.repeat([0.18, 0.32], 2)[:, None]
# Chance of each shape before a person has shown theirs.
SHAPES = np.array([0.3, 0.18, 0.18, 0.17, 0.17])


def minimum_jerk(clock: FloatArray) -> FloatArray:
    """Share of the way that a natural motion has covered at each share of its time."""
    return clock * clock * clock * (10.0 - 15.0 * clock + 6.0 * clock * clock)


def shaped(clock: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of the way that each shape of motion has covered, and how fast that grows.

    Args:
        clock: (G, T) share of its time that had passed, two rows for each shape in turn.

    Returns:
        (G, T) shares, and (G, T) shares a unit of the clock.
    """
    gone, pace = np.empty_like(clock), np.empty_like(clock)
    soft = len(_SKEWS)
    early = clock[:soft]
    w = early**_SKEWS
    gone[:soft] = minimum_jerk(w)
    still = w * (1.0 - w)
    still *= still
    still *= w
    still *= 30.0 * _SKEWS
    np.divide(still, np.maximum(early, 1e-6), out=pace[:soft])
    late = clock[soft:]
    from_end = np.minimum(late, 1.0 - late)
    steep = 1.0 / (_RAMPS * (1.0 - _RAMPS))
    ramp = np.minimum(from_end, _RAMPS)
    half = (from_end - 0.5 * ramp) * ramp
    half *= steep
    gone[soft:] = np.where(late < 0.5, half, 1.0 - half)
    np.multiply(ramp, steep, out=pace[soft:])
    return gone, pace
