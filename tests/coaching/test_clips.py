"""The real tracker on the clips that lie beside the project."""

from __future__ import annotations

import pytest

from tests.conftest import Analysed

pytestmark = pytest.mark.footage
# From the clips' own truth: name, start and end in seconds.
DONE = [
    ("forehead.glide_out", 1.72, 4.68),
    ("cheeks.sweep_up_out", 5.12, 8.08),
    ("jawline.sweep_up", 10.16, 13.12),
    ("neck.glide_up", 13.56, 16.52),
]


def test_the_left_forehead_cheek_jaw_and_neck_and_nothing_else(analysed: Analysed) -> None:
    analysis = analysed("v640_1h_spread").analysis
    assert [(s.movement, s.side) for s in analysis.strokes] == [(name, "left") for name, *_ in DONE]
    assert {s.hand for s in analysis.strokes} == {"left"}
    assert all(s.verdict != "fault" for s in analysis.strokes)
    for stroke, (_, start_s, end_s) in zip(analysis.strokes, DONE, strict=True):
        overlap = min(stroke.end_s, end_s) - max(stroke.start_s, start_s)
        assert overlap / (max(stroke.end_s, end_s) - min(stroke.start_s, start_s)) > 0.4


def test_a_face_without_a_hand_does_nothing(analysed: Analysed) -> None:
    analysis = analysed("v640_1h_spread_clean").analysis
    assert analysis.strokes == ()
    assert analysis.holds == ()
