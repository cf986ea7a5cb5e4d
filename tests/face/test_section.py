"""The drawings of a touch from the side."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np

from faceglide.face.section import _surface, touch_section


def test_a_pressed_finger_dents_the_skin_under_it_and_bunches_it_ahead() -> None:
    flat, pressed = _surface(0.0, 0.0), _surface(12.0, 3.0)
    change = pressed[:, 1] - flat[:, 1]
    assert change.max() > 10
    deepest = pressed[change.argmax(), 0]
    ahead = pressed[change.argmin(), 0]
    assert change.min() < -2
    assert ahead > deepest


def test_deeper_layers_give_way_less() -> None:
    assert np.ptp(_surface(10, 0, 0.3)[:, 1]) < np.ptp(_surface(10, 0, 1.0)[:, 1])


def test_right_and_wrong_differ_without_colour() -> None:
    right = touch_section(title="a", right=True, arrow="glide")
    wrong = touch_section(title="a", right=False, arrow="glide")
    assert right != wrong
    for svg in (right, wrong):
        assert ET.fromstring(svg).get("aria-label") == "a"


def test_a_flat_tool_lies_lower_than_a_steep_one() -> None:
    def top(angle: float) -> float:
        svg = touch_section(title="a", right=True, arrow="glide", tool_angle_deg=angle)
        (paper,) = (e for e in ET.fromstring(svg).iter() if e.get("class") == "paper")
        return min(float(y) for y in re.findall(r"-?[\d.]+", paper.get("d", ""))[1::2])

    assert top(15) > top(68) + 30
