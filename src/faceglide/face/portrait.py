"""The face of the atlas: an ink drawing of a person at rest, built over the canonical mesh.

The drawing is as one sees oneself in a mirror: the person's left is on the left. The person's
right side, which is the sheet's right, is drawn; the other is its mirror image, but for the
shading: light falls from the upper left. Features that the mesh has (face, brows, eyes, nose,
lips) follow its points, so that paths and zones laid over the drawing fall where they belong;
ears, hair, neck and shoulders are drawn by hand around it.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from faceglide.face.canonical import vertices_mm
from faceglide.face.ink import FloatArray, Line, Stroke, nib, smooth
from faceglide.face.shading import hair, shading

# The sheet, in millimetres at the depth of the cheeks, y down.
VIEW_X, VIEW_Y, VIEW_WIDTH, VIEW_HEIGHT = -140.0, -152.0, 280.0, 352.0

# An eye 0.65 m away, about where a mirror shows one's face; nearer, the nose would grow.
_EYE_MM = 650.0
_SHEET_Z_MM = 40.0


def to_sheet(points_mm: FloatArray) -> FloatArray:
    """Project the face frame onto the sheet, as an eye in front of the face sees it.

    Args:
        points_mm: (n, 3) millimetres, x to the person's left, y up, z out of the face.

    Returns:
        (n, 2) on the sheet, x right and y down; the person's left is on the left.
    """
    scale = _EYE_MM / (_EYE_MM + _SHEET_Z_MM - points_mm[:, 2])
    return np.asarray(np.column_stack([-points_mm[:, 0], -points_mm[:, 1]]) * scale[:, None])


def _mesh(*indices: int) -> Line:
    return [(float(x), float(y)) for x, y in to_sheet(vertices_mm()[list(indices)])]


def _head() -> list[Stroke]:
    jaw = _mesh(162, 127, 234, 93, 132, 58)
    return [
        Stroke([*jaw, (54, 58.4), (46, 71.4)], 1.5, 0.1, 0.8, 0.8),
        Stroke(
            [(46, 71.4), (38, 80), (29, 87), (19.6, 91.8), (10, 94.2), (0, 94.9)], 1.5, 0.8, 0.95
        ),
        Stroke([(2.2, 87.4), (0, 88.2), (-2.2, 87.4)], 0.5, 0.1, 0.1, 0.5, False),
        # nose: bridge, wing, nostril, tip
        Stroke([(12.4, -37.6), (9.4, -31), (8.4, -24.6), (8.8, -17)], 0.7, 0.1, 0.05, 0.3),
        Stroke([(13.2, 3.4), (17.2, 6), (19, 10.8), (17.8, 15.4), (14, 17.2)], 1.2, 0.08, 0.3, 0.6),
        Stroke([(13, 17.6), (9.8, 16), (6.2, 17.2), (3.2, 20.4)], 1.8, 0.12, 0.1, 0.35),
        Stroke(
            [(5.4, 9.6), (3, 11.8), (0, 12.4), (-3, 11.8), (-5.4, 9.6)], 0.5, 0.05, 0.05, 0.5, False
        ),
        # philtrum, lips
        Stroke([(3.6, 24), (3.3, 28), (4.2, 31.4)], 0.5, 0.05, 0.2, 0.6),
        Stroke(
            [(0, 35.2), (3.4, 33), (7.2, 33), (13, 35.8), (19, 39.4), (24.4, 42.6)],
            0.9,
            0.6,
            0.1,
            0.25,
        ),
        Stroke(
            [(0, 42.8), (4.6, 41.8), (11, 42.4), (18, 43), (22.6, 43.2), (26.6, 42.2)],
            1.7,
            0.5,
            0.15,
            0.75,
        ),
        Stroke([(18, 49), (12, 52.6), (5.4, 54.4), (0, 54.7)], 1.2, 0.03, 0.8, 0.85),
        Stroke([(9, 60.8), (4.6, 62.2), (0, 62.6)], 0.8, 0.05, 0.75, 0.85),
    ]


def _eye() -> list[Stroke]:
    lid: Line = [
        (18.4, -26.6),
        (22, -24.6),
        (27, -22.8),
        (32.6, -22.3),
        (38.4, -23.6),
        (44.4, -27.4),
    ]
    strokes = [
        Stroke([(17, -27), *lid[1:]], 1.9, 0.12, 0.4, 0.7),
        Stroke(
            [(19.6, -30.4), (24, -33.2), (31, -35), (37.6, -34.2), (45, -30.4)], 0.8, 0.08, 0.12
        ),
        Stroke([(22.6, -17.4), (28, -15), (34.4, -14.8)], 0.4, 0.05, 0.05, 0.4),
    ]
    curve = smooth(lid, step_mm=0.5)
    for at, length, lean in (
        (0.36, 2.4, -0.1),
        (0.46, 3.0, 0.05),
        (0.56, 3.5, 0.25),
        (0.66, 3.9, 0.45),
        (0.76, 4.2, 0.7),
        (0.86, 4.3, 1.0),
        (0.95, 4.2, 1.35),
    ):
        x, y = curve[int(at * (len(curve) - 1))]
        tip = (x + length * lean * 0.8, y + length)
        mid = (x + length * lean * 0.25, y + length * 0.6)
        strokes.append(Stroke([(float(x), float(y)), mid, tip], 0.65, 0.9, 0.05, 0.1))
    return strokes


def _brow() -> list[Stroke]:
    low = smooth(
        [(12.2, -41.2), (20, -43.4), (29, -45.6), (39, -46.6), (48, -44.8), (56.5, -40)],
        step_mm=0.5,
    )
    high = smooth(
        [(11.6, -45.4), (20, -49), (29, -51.4), (39, -51.6), (48, -48.6), (57.4, -40.8)],
        step_mm=0.5,
    )
    strokes = []
    for i in range(26):
        s = i / 25
        rise = 0.5 * (1 - s) + 0.1 * ((i * 7) % 3)
        foot = low[int(s * 0.9 * (len(low) - 1))]
        head = high[int(min(1.0, s * 0.9 + 0.08 + 0.07 * s) * (len(high) - 1))]
        tip = foot + (head - foot) * (0.62 + 0.38 * min(1.0, rise + 0.5))
        mid = (foot + tip) / 2 + np.array([-0.5, -0.5])
        line: Line = [(float(p[0]), float(p[1])) for p in (foot, mid, tip)]
        strokes.append(Stroke(line, 0.85, 0.3, 0.05, 0.35))
    return strokes


def _ear() -> list[Stroke]:
    return [
        Stroke(
            [
                (70.6, -14),
                (71.6, -22.6),
                (75.8, -27.8),
                (80.6, -27),
                (83.2, -20.4),
                (82.6, -9),
                (79.4, 2),
                (77, 10),
                (74.4, 17),
                (70.6, 18.4),
                (68, 14),
            ],
            1.3,
            0.15,
            0.3,
            0.4,
        ),
        Stroke(
            [(73.6, -18.6), (76.8, -22.8), (79.4, -19), (78.8, -9), (75.8, 1.4), (74.4, 7)],
            0.65,
            0.08,
            0.05,
            0.4,
        ),
        Stroke([(71.8, -6.8), (74.4, -2.6), (72.6, 2), (74.2, 5)], 0.8, 0.1, 0.1, 0.4),
        Stroke([(73.4, -13), (76.2, -11.4), (75.6, -5)], 0.45, 0.1, 0.05, 0.3),
    ]


def _neck() -> list[Stroke]:
    return [
        Stroke(
            [
                (59.4, 54),
                (58, 72),
                (57.2, 92),
                (57.8, 110),
                (62, 125),
                (73, 138),
                (93, 148.6),
                (116, 157.6),
                (141, 170),
            ],
            1.5,
            0.08,
            0.08,
            0.45,
        ),
        # sternocleidomastoid, front and back
        Stroke(
            [(55.6, 70), (46.4, 95), (33.4, 122), (20.6, 148), (11.8, 166), (9.6, 174.6)],
            0.8,
            0.03,
            0.45,
            0.85,
        ),
        Stroke([(56.6, 100), (49.6, 124), (42.6, 146), (38.4, 162)], 0.5, 0.03, 0.03),
        # collar bone, the hollow above it and the notch
        Stroke(
            [
                (9, 177),
                (15.6, 172.4),
                (27, 170.2),
                (43, 170.6),
                (60, 166.6),
                (79, 161),
                (100, 160.4),
            ],
            1.1,
            0.6,
            0.04,
            0.2,
        ),
        Stroke(
            [(13, 183.4), (24, 180.2), (40, 180), (57, 176.8), (74, 171.4)], 0.6, 0.3, 0.03, 0.25
        ),
        Stroke([(9, 177), (6, 181.4), (2.6, 183.6), (0, 184)], 0.8, 0.7, 0.6, 0.2),
    ]


@cache
def portrait_paths() -> tuple[str, ...]:
    """The `d` of every ink stroke, both sides."""
    paths = []
    drawn = (_head(), _eye(), _brow(), _ear(), _neck(), hair(), shading())
    for stroke in (stroke for part in drawn for stroke in part):
        sides = [stroke.line]
        if stroke.mirrored:
            sides.append([(-x, y) for x, y in stroke.line])
        paths += [
            nib(line, stroke.width, start=stroke.start, end=stroke.end, swell=stroke.swell)
            for line in sides
        ]
    return tuple(paths)
