"""A section through the skin with a finger or a tool on it: what touch looks like from the side.

Drawn with the same pen as the face. Millimetres of the drawing, x right and y down; the stroke
runs to the right.
"""

from __future__ import annotations

from html import escape
from typing import Literal

import numpy as np

from faceglide.face.ink import FloatArray, nib, outline, smooth

INK, PAPER, SIGNAL = "#26211b", "#f7f1e4", "#b23a1e"
_WIDTH, _HEIGHT = 200.0, 140.0
_SKIN_Y, _CONTACT_X = 84.0, 92.0

Arrow = Literal["glide", "press", "to_and_fro"]


def touch_section(
    *,
    title: str,
    right: bool,
    arrow: Arrow,
    depth_mm: float = 0.0,
    ridges_mm: float = 0.0,
    oil: bool = False,
    tool_angle_deg: float | None = None,
) -> str:
    """Draw a touch from the side.

    Args:
        title: What the picture shows, for those who hear it.
        right: Mark it with a tick; with a cross otherwise.
        arrow: How the hand moves.
        depth_mm: How far the skin is pressed in.
        ridges_mm: How high the skin bunches up ahead of the touch.
        oil: Whether a film of oil lies on the skin.
        tool_angle_deg: A flat tool at this angle to the skin instead of a finger.

    Returns:
        An ``<svg>`` element in the classes of `faceglide.face.chart`.
    """
    ink = _tissue(depth_mm, ridges_mm)
    y = _SKIN_Y + depth_mm
    body, strokes = _finger(y) if tool_angle_deg is None else _tool(y, tool_angle_deg)
    mark = _mark(right=right)
    film = _film(depth_mm) if oil else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart section" role="img" '
        f'aria-label="{escape(title)}" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" color="{INK}">'
        f'<g class="ink" fill="currentColor">{_paths(ink)}</g>{film}'
        f'<path class="paper" d="{body}" fill="{PAPER}"/>'
        f'<g class="ink" fill="currentColor">{_paths(strokes)}{_paths(mark)}</g>'
        f'<g class="move" fill="{SIGNAL}">{_paths(_arrows(arrow, y))}</g></svg>'
    )


def _paths(ds: list[str]) -> str:
    return f'<path d="{"".join(ds)}"/>'


def _surface(depth: float, ridges: float, share: float = 1.0) -> FloatArray:
    """(n, 2) line of the skin, or of a layer below it that gives way by `share` as much."""
    x = np.linspace(6.0, _WIDTH - 6.0, 160)
    from_contact = x - _CONTACT_X
    dent = depth * np.exp(-((from_contact / 17.0) ** 2))
    ahead = np.clip(from_contact - 14.0, 0.0, None)
    bunch = ridges * np.sin(ahead / 2.9) * np.exp(-ahead / 18.0) * (ahead > 0)
    lift = 0.35 * depth * np.exp(-(((from_contact - 26.0) / 10.0) ** 2))
    return np.column_stack([x, _SKIN_Y + share * (dent - bunch - lift)])


def _lower(line: FloatArray, by_mm: float) -> FloatArray:
    return np.asarray(np.add(line, (0.0, by_mm)))


def _tissue(depth: float, ridges: float) -> list[str]:
    surface = _surface(depth, ridges)
    strokes = [nib(surface[::2], 1.7, start=0.2, end=0.2, swell=0.45, step_mm=2.5)]
    under = _lower(_surface(depth, ridges, 0.75), 7.0)
    strokes.append(nib(under[::3], 0.7, start=0.2, end=0.2, step_mm=4.0))
    # fat: rows of small arcs
    for row, share in enumerate((0.6, 0.5)):
        line = _lower(_surface(depth, 0.0, share), 12.5 + 7.0 * row)
        for k in range(4 + 3 * row, len(line) - 8, 7):
            a, b = line[k], line[k + 6]
            middle = (a + b) / 2 + (0.0, 3.4)
            strokes.append(nib(np.array([a, middle, b]), 0.5, start=0.2, end=0.2))
    # muscle: long fibres
    for row, share in enumerate((0.35, 0.3, 0.25, 0.2)):
        line = _lower(_surface(depth, 0.0, share), 30.0 + 4.6 * row)
        for start in range(-row * 9, len(line), 40):
            part = line[max(0, start) : start + 34]
            if len(part) > 6:
                strokes.append(nib(part[::4], 0.8, start=0.1, end=0.1, step_mm=7.0))
    return strokes


def _finger(y: float) -> tuple[str, list[str]]:
    """A finger lying flat, its pad on the skin; (paper behind it, its ink)."""
    rim = np.array(
        [
            (2.0, y - 62), (30.0, y - 47), (56.0, y - 35), (80.0, y - 25.5), (97.0, y - 20.5),
            (107.5, y - 14.5), (109.5, y - 7.0), (103.0, y - 1.4), (92.0, y - 0.4),
            (80.0, y - 3.2), (62.0, y - 11.0), (38.0, y - 22.0), (8.0, y - 36.0),
        ]
    )  # fmt: skip
    nail = np.array([(88.0, y - 22.8), (98.0, y - 20.0), (105.6, y - 14.8), (103.4, y - 12.4)])
    nail_bed = np.array([(88.0, y - 22.8), (89.6, y - 19.4), (96.0, y - 15.0), (103.4, y - 12.4)])
    strokes = [
        nib(rim, 1.6, start=0.1, end=0.1, swell=0.55, step_mm=4.0),
        nib(nail, 0.7, start=0.3, end=0.2, step_mm=3.0),
        nib(nail_bed, 0.6, start=0.1, end=0.1, step_mm=3.0),
        nib([(55.0, y - 33.4), (58.0, y - 30.4), (59.2, y - 27.0)], 0.6),
        nib([(51.0, y - 32.0), (54.2, y - 28.8), (55.0, y - 26.0)], 0.5),
    ]
    for k in range(11):  # the shaded underside
        x = 34.0 + 4.6 * k
        foot = np.interp(
            x, [8.0, 38.0, 62.0, 80.0, 92.0], y + np.array([-36, -22, -11, -3.2, -0.4])
        )
        strokes.append(nib([(x, foot - 0.6), (x + 1.6, foot - 3.6), (x + 3.8, foot - 6.2)], 0.5))
    return outline(rim, step_mm=4.0) + "Z", strokes


def _tool(y: float, angle_deg: float) -> tuple[str, list[str]]:
    """A flat plate resting on its rounded edge; (paper behind it, its ink)."""
    turn = np.radians(angle_deg)
    along = np.array([-np.cos(turn), -np.sin(turn)])
    across = np.array([-along[1], along[0]]) * (1.0 if along[0] < 0 else -1.0)
    edge = np.array([_CONTACT_X + 6.0, y])
    if across[1] > 0:
        across = -across
    length, thick = 78.0, 9.0
    shape = np.array(
        [
            (2, 0),
            (length - 4, 0),
            (length, thick / 2),
            (length - 4, thick),
            (4, thick),
            (0, thick / 2),
        ]
    )
    rim = edge + shape[:, :1] * along + shape[:, 1:] * across
    loop = smooth(rim, closed=True, step_mm=3.0)
    strokes = [nib(loop, 1.5, start=0.6, end=0.6, swell=0.3, step_mm=3.0)]
    for k in range(9):
        at = edge + along * (12.0 + 7.0 * k) + across * 1.4
        strokes.append(nib([tuple(at), tuple(at + across * 3.2 + along * 2.4)], 0.5))
    return outline(rim, closed=True, step_mm=3.0), strokes


def _film(depth: float) -> str:
    top = _surface(depth, 0.0)[::4] - (0.0, 2.6)
    drops = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"/>'
        for (x, y), r in zip(top[26:38:3] - (0.0, 2.2), (1.4, 1.0, 1.5, 0.9), strict=False)
    )
    return (
        f'<g class="oil" fill="none" stroke="currentColor" stroke-width="0.7">'
        f'<path d="{outline(top, step_mm=5.0)}" stroke-dasharray="5 2.5"/>{drops}</g>'
    )


def _arrows(arrow: Arrow, y: float) -> list[str]:
    if arrow == "press":
        return [
            nib([(74, y - 66), (80, y - 52), (86, y - 38)], 3.0, start=0.3, end=0.8, swell=0.8),
            _head((88, y - 33), (0.42, 0.91)),
        ]
    level = _SKIN_Y - 22.0
    line = [(122.0, level), (140.0, level - 1.2), (160.0, level)]
    ends = [_head((168.0, level + 0.4), (1.0, 0.06))]
    if arrow == "to_and_fro":
        ends.append(_head((114.0, level + 0.4), (-1.0, 0.06)))
    return [nib(line, 2.8, start=0.35, end=0.8, swell=0.8), *ends]


def _head(tip: tuple[float, float], way: tuple[float, float]) -> str:
    nose, along = np.array(tip), np.array(way)
    across = np.array([-along[1], along[0]])
    back = nose - along * 9.5
    corners = (nose, back + across * 4.6, back + along * 2.4, back - across * 4.6)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _mark(*, right: bool) -> list[str]:
    if right:
        return [
            nib([(172, 20), (177, 27), (190, 9)], 2.6, start=0.5, end=0.2, swell=0.4, step_mm=2.0)
        ]
    return [
        nib([(173, 9), (181, 18), (189, 27)], 2.4, start=0.6, end=0.2, swell=0.3),
        nib([(189, 9), (181, 18), (173, 27)], 2.4, start=0.6, end=0.2, swell=0.3),
    ]
