"""How a hand looks that touches is learned, and unlearned."""

from __future__ import annotations

import numpy as np

from faceglide.coaching.contact import Contact
from faceglide.coaching.thresholds import DEFAULT

SKIN_MM = np.full(20, 500.0)


def _strokes_until_known(before: int) -> int:
    """How many strokes until a hand that looks larger than it did is known to touch anywhere."""
    contact = Contact(DEFAULT)
    for k in range(before):
        contact.learn(SKIN_MM, SKIN_MM, ("left", 0), 5.0 * k)
    larger = 0.93 * SKIN_MM
    strokes = 0
    while contact.height_mm(larger, SKIN_MM, ("left", 1), 999.0, 2.0)[0] > 15.0 and strokes < 60:
        contact.learn(larger, SKIN_MM, ("left", 0), 500.0 + 5.0 * strokes)
        strokes += 1
    return strokes


def test_a_hand_that_looks_otherwise_is_known_after_a_while_however_long_it_looked_the_same() -> (
    None
):
    assert 9 < _strokes_until_known(before=40) < 18
    assert _strokes_until_known(before=200) == _strokes_until_known(before=40)
