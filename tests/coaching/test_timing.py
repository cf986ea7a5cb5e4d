"""When a motion broke off."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.timing import broken_off


def _stop_and_fly(fps: float, still_frames: int, jitter_mm: float = 1.0) -> int | None:
    """A hand at 30 mm a second for a second, still for some frames, then off at 300 mm a second."""
    stroke = np.arange(0.0, 30.0, 30.0 / fps)
    still = np.full(still_frames, 30.0)
    flight = 30.0 + np.arange(300.0 / fps, 90.0, 300.0 / fps)
    v = np.concatenate([stroke, still, flight])
    return broken_off(np.arange(len(v)) / fps, v, jitter_mm)


def test_a_hand_that_rests_and_flies_on_has_broken_off() -> None:
    assert _stop_and_fly(25.0, 6) is not None


def test_at_a_slow_camera_three_samples_alike_are_no_rest() -> None:
    assert _stop_and_fly(11.0, 3) is None
    assert _stop_and_fly(11.0, 5) is not None


def test_where_points_wander_a_rest_has_to_last_before_a_leap_means_that_the_hand_has_left() -> (
    None
):
    assert _stop_and_fly(25.0, 6, jitter_mm=1.5) is not None
    assert _stop_and_fly(25.0, 6, jitter_mm=2.5) is None
    assert _stop_and_fly(25.0, 20, jitter_mm=2.5) is not None
