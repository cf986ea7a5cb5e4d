"""Hair and shading of the atlas face: the strokes that are laid by rule, not one by one."""

from __future__ import annotations

import numpy as np

from faceglide.face.ink import Line, Stroke, smooth

_HAIRLINE: Line = [
    (0, -92),
    (13, -91.4),
    (26, -89),
    (38, -84.4),
    (48.6, -77),
    (56.6, -67.6),
    (62, -56),
    (66.4, -44),
    (69.6, -31),
]
_CROWN: Line = [
    (0, -140),
    (20, -138.6),
    (40, -132.4),
    (57, -120.4),
    (69, -103.6),
    (76, -84),
    (78.4, -64),
    (77.6, -46),
    (74, -29),
]


def hair() -> list[Stroke]:
    """Hair drawn back: dark at the hairline and at the crown, light where it turns."""
    strokes = [Stroke([(0, -140), *_CROWN[1:]], 1.4, 0.9, 0.15, 0.3)]
    near, far = smooth(_HAIRLINE, step_mm=0.25), smooth(_CROWN, step_mm=0.25)
    rng = np.random.default_rng(8)
    count = 54
    for i in range(count):
        s = (i + 0.25) / count
        root = near[int(s * (len(near) - 1))]
        end = far[int((s * 0.97) ** 1.12 * (len(far) - 1))]
        # the strand leaves the hairline upwards and bows out to the skull
        away = np.array([0.22 + 0.5 * s, -0.35 - 0.35 * s]) * np.linalg.norm(end - root) * 0.34
        bow = root + (end - root) * 0.42 + away * (0.25 + 0.9 * s * (1 - s) * 2)
        strand = smooth(np.array([root, bow, end]), step_mm=0.5)
        last = len(strand) - 1
        from_root = (0.04 * rng.random(), 0.34 + 0.42 * rng.random() ** 1.5)
        from_crown = (0.82 - 0.3 * rng.random(), 1.0)
        for (a, b), width, swell in ((from_root, 0.8, 0.28), (from_crown, 0.7, 0.8)):
            part = strand[int(a * last) : max(int(a * last) + 5, int(b * last))]
            line: Line = [(float(x), float(y)) for x, y in part[:: max(1, len(part) // 4)]]
            strokes.append(Stroke(line, width * (0.6 + 0.6 * rng.random()), 0.08, 0.05, swell))
    return strokes


def _shade(first: Line, second: Line, count: int, width: float = 0.42) -> list[Stroke]:
    """Parallel strokes from one line to the other, on the side away from the light."""
    a, b = smooth(first, step_mm=0.5), smooth(second, step_mm=0.5)
    strokes = []
    for i in range(count):
        s = i / max(1, count - 1)
        p, q = a[int(s * (len(a) - 1))], b[int(s * (len(b) - 1))]
        bow = (p + q) / 2 + np.array([0.06 * (q - p)[1], -0.06 * (q - p)[0]])
        line: Line = [(float(x), float(y)) for x, y in (p, bow, q)]
        strokes.append(Stroke(line, width, 0.9, 0.05, 0.15, False))
    return strokes


def shading() -> list[Stroke]:
    """The side of the head that the light leaves: cheek, temple, nose, throat."""
    return [
        # cheek and jaw, from the contour inwards
        *_shade(
            [(69, -2), (66.4, 26), (60.6, 46), (51, 66)],
            [(61, 8), (57, 30), (50, 48), (42, 62)],
            24,
        ),
        # temple
        *_shade([(69.4, -36), (70, -10)], [(63.4, -30), (63.4, -4)], 9, 0.36),
        # the side of the nose
        *_shade([(9, -14), (12.6, 3)], [(5.6, -8), (7.6, 5)], 8, 0.36),
        # below the chin and the jaw
        *_shade(
            [(-34, 85.4), (-16, 94), (0, 96.4), (16, 94.6), (34, 85.4), (50, 72)],
            [(-29, 95), (-12, 104), (4, 110), (21, 115), (37, 114), (51, 101)],
            42,
            0.46,
        ),
        *_shade([(57, 80), (56.4, 102), (59.6, 120)], [(50.4, 89), (49.4, 111), (50, 130)], 13),
        # hollows above the collar bones
        *_shade([(16, 170), (30, 168.4)], [(19.6, 160.4), (29, 161)], 6, 0.36),
        *_shade([(-30, 168.4), (-16, 170)], [(-27, 161.4), (-18.6, 161)], 5, 0.32),
        # under the lower lip
        *_shade([(-6, 57.4), (0, 58), (8, 56.8)], [(-5, 60), (1, 61), (8, 59.8)], 9, 0.32),
    ]
