"""Charts: the atlas face with zones hatched and a movement drawn on it, as SVG.

The same drawing serves every page, the session's fixed chart and the printed sheet. Colours are
presentation attributes, so that a chart is complete as a file, and classes, so that a page's own
style sheet may dress it for the night. As in a mirror, the person's left is on the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Literal

import numpy as np

from faceglide.face.canonical import vertices_mm
from faceglide.face.ink import FloatArray, nib, outline, resample
from faceglide.face.paths import movement_path, zone_outline
from faceglide.face.portrait import (
    VIEW_HEIGHT,
    VIEW_WIDTH,
    VIEW_X,
    VIEW_Y,
    portrait_paths,
    to_sheet,
)
from faceglide.protocol.model import Movement, Protocol, Zone

Side = Literal["left", "right", "midline"]
Frame = Literal["bust", "face"]

INK, PAPER, SIGNAL, DONE = "#26211b", "#f7f1e4", "#b23a1e", "#2f5d57"
_VIEWS: dict[Frame, tuple[float, float, float, float]] = {
    "bust": (VIEW_X, VIEW_Y, VIEW_WIDTH, VIEW_HEIGHT),
    "face": (-96.0, -146.0, 192.0, 256.0),
}
_HATCH_MM = 3.4
_MIDLINE_MM = 2.5


def chart_svg(
    protocol: Protocol,
    movement_id: str | None = None,
    side: Side | None = None,
    *,
    zones: Iterable[str] = (),
    done: Sequence[tuple[str, Side]] = (),
    title: str = "",
    frame: Frame = "bust",
    portrait_href: str | None = None,
    reverse: bool = False,
    moving: bool = False,
    labels: tuple[str, str] | None = None,
) -> str:
    """Draw a chart.

    Args:
        protocol: Where movements and zones come from.
        movement_id: The movement to draw in the signal colour, with its start and direction.
        side: The side to draw it on; every side it has when left out.
        zones: Zones to hatch.
        done: Movements, each with its side, that are done: drawn in the second colour, dashed.
        title: What the picture shows, for those who hear it; made up when empty.
        frame: The bust, or the face alone.
        portrait_href: Where the portrait's own file is, to refer to it; drawn here when left out.
        reverse: Draw the movement from its end to its start: a mistake.
        moving: Let a light run along the path at the prescribed speed.
        labels: Words to write beside the person's left and their right side.

    Returns:
        An ``<svg>`` element.

    Raises:
        KeyError: A movement or zone that the protocol does not have.
    """
    movements = {movement.id: movement for movement in protocol.movements}
    regions = {zone.id: zone for zone in protocol.zones}
    layers = [_zone_layer(regions[zone]) for zone in zones]
    layers.append(_portrait_layer(portrait_href))
    layers += [_done_layer(movements[name], where) for name, where in done]
    if movement_id is not None:
        movement = movements[movement_id]
        for where in (side,) if side else movement.sides:
            layers.append(_movement_layer(movement, where, reverse=reverse, moving=moving))
        title = title or movement.name
    if labels:
        layers.append(_labels(frame, *labels))
    x, y, width, height = _VIEWS[frame]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'aria-label="{escape(title or "A face, drawn in ink")}" '
        f'viewBox="{x:g} {y:g} {width:g} {height:g}" color="{INK}">{"".join(layers)}</svg>'
    )


@cache
def portrait_svg() -> str:
    """The portrait as a file of its own, its ink in a group called ``ink``."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{VIEW_X:g} {VIEW_Y:g} {VIEW_WIDTH:g} {VIEW_HEIGHT:g}">'
        f'<g id="ink" fill="currentColor">{_portrait_ink()}</g></svg>'
    )


@cache
def _portrait_ink() -> str:
    return f'<path d="{"".join(portrait_paths())}"/>'


def _portrait_layer(href: str | None) -> str:
    if href is None:
        return f'<g class="ink" fill="currentColor">{_portrait_ink()}</g>'
    return f'<use class="ink" href="{escape(href)}#ink" fill="currentColor"/>'


def _loops(zone: Zone) -> list[FloatArray]:
    """A zone's closed outlines on the sheet: one across the midline, or one on each side."""
    right = to_sheet(zone_outline(zone, "right", vertices_mm()))
    middle = np.flatnonzero(np.abs(right[:, 0]) < _MIDLINE_MM)
    if len(middle) < 2:
        calm = _rounded(right)
        return [calm, calm * (-1.0, 1.0)]
    # Walk the half from one end of the midline to the other by the way that leaves the midline.
    first, last = int(middle[0]), int(middle[-1])
    ring = np.roll(right, -first, axis=0)
    outer = ring[: last - first + 1]
    if np.abs(outer[:, 0]).max() < _MIDLINE_MM:
        outer = np.roll(right, -last, axis=0)[: len(right) - (last - first) + 1]
    return [_rounded(np.vstack([outer, (outer * (-1.0, 1.0))[::-1][1:-1]]))]


def _rounded(loop: FloatArray) -> FloatArray:
    """A polygon with the mesh's corners worn off, as (n, 2) samples about 3 mm apart."""
    ring = resample(np.vstack([loop, loop[:1]]), 3.0)[:-1]
    for _ in range(5):
        ring = 0.25 * np.roll(ring, 1, axis=0) + 0.5 * ring + 0.25 * np.roll(ring, -1, axis=0)
    return ring


def _zone_layer(zone: Zone) -> str:
    edges, lines = [], []
    for loop in _loops(zone):
        edges.append(outline(loop, closed=True))
        lines.append(_hatch(loop))
    return (
        f'<g class="zone" data-zone="{zone.id}">'
        f'<path class="zone-fill" d="{"".join(edges)}" fill="{SIGNAL}" fill-opacity="0.1"/>'
        f'<path class="zone-hatch" d="{"".join(lines)}" fill="none" stroke="{SIGNAL}" '
        f'stroke-width="0.55"/>'
        f'<path class="zone-edge" d="{"".join(edges)}" fill="none" stroke="{SIGNAL}" '
        f'stroke-width="0.9" stroke-dasharray="0.1 2.4" stroke-linecap="round"/></g>'
    )


def _hatch(loop: FloatArray) -> str:
    """Parallel lines at 45 degrees inside a polygon, as the `d` of a path."""
    turn = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2.0)
    turned = loop @ turn
    a, b = turned, np.roll(turned, -1, axis=0)
    levels = np.arange(turned[:, 1].min() + _HATCH_MM / 2, turned[:, 1].max(), _HATCH_MM)
    pieces = []
    for level in levels:
        crossing = (a[:, 1] <= level) != (b[:, 1] <= level)
        share = (level - a[crossing, 1]) / (b[crossing, 1] - a[crossing, 1])
        at = np.sort(a[crossing, 0] + share * (b[crossing, 0] - a[crossing, 0]))
        for start, end in zip(at[::2], at[1::2], strict=False):
            (x1, y1), (x2, y2) = np.array([[start, level], [end, level]]) @ turn.T
            pieces.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
    return "".join(pieces)


def _on_sheet(movement: Movement, side: Side) -> FloatArray:
    points = to_sheet(movement_path(movement, side, vertices_mm()))
    if movement.motion != "glide":
        return points
    # A drawn line is calmer than the mesh it runs over; both ends stay.
    for _ in range(6):
        points[1:-1] = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
    return points


def _done_layer(movement: Movement, side: Side) -> str:
    points = _on_sheet(movement, side)
    if movement.motion == "hold":
        marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
        return f'<g class="done" fill="none" stroke="{DONE}" stroke-width="1.4">{marks}</g>'
    return (
        f'<path class="done" d="{outline(points)}" fill="none" stroke="{DONE}" stroke-width="1.6" '
        f'stroke-dasharray="1 3" stroke-linecap="round"/>'
    )


def _movement_layer(movement: Movement, side: Side, *, reverse: bool, moving: bool) -> str:
    points = _on_sheet(movement, side)
    if reverse:
        points = points[::-1]
    if movement.motion == "hold":
        return _hold_marks(points, side)
    width = 4.4 if movement.motion == "glide" else 3.4
    line = outline(points)
    parts = [
        f'<path class="halo" d="{line}" fill="none" stroke="{PAPER}" stroke-width="8" '
        f'stroke-linecap="round" stroke-opacity="0.85"/>',
        f'<path class="move-line" d="{nib(points, width, start=0.3, end=0.7, swell=0.75)}"/>',
        f'<path class="move-arrow" d="{_arrow(points)}"/>',
    ]
    if movement.motion == "glide":
        x, y = points[0]
        parts.append(
            f'<circle class="move-start" cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{PAPER}" '
            f'stroke="{SIGNAL}" stroke-width="1.6"/>'
        )
    if moving:
        parts.append(_light(movement, side, line))
    return f'<g class="move" data-side="{side}" fill="{SIGNAL}">{"".join(parts)}</g>'


def _hold_marks(points: FloatArray, side: Side) -> str:
    marks = []
    for number, (x, y) in enumerate(points, 1):
        marks.append(
            f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="5.2" fill="{PAPER}" '
            f'fill-opacity="0.85"/><circle class="move-start" cx="{x:.1f}" cy="{y:.1f}" r="4.2" '
            f'fill="{PAPER}" stroke="{SIGNAL}" stroke-width="1.1"/>'
            f'<text class="move-number" x="{x:.1f}" y="{y + 1.9:.1f}" font-size="5.4" '
            f'font-family="sans-serif" font-weight="600" text-anchor="middle" stroke="none">'
            f"{number}</text>"
        )
    return f'<g class="move" data-side="{side}" fill="{SIGNAL}">{"".join(marks)}</g>'


def _arrow(points: FloatArray) -> str:
    """An arrow head that carries the path a little past its end."""
    path = resample(points, 1.0)
    tip, back = path[-1], path[max(0, len(path) - 7)]
    along = (tip - back) / max(float(np.linalg.norm(tip - back)), 1e-9)
    across = np.array([-along[1], along[0]])
    nose, base = tip + along * 6.5, tip - along * 4.0
    notch = tip - along * 1.6
    corners = (nose, base + across * 5.0, notch, base - across * 5.0)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _light(movement: Movement, side: Side, line: str) -> str:
    """A light running along the path at the speed to aim for."""
    path = movement_path(movement, side, vertices_mm())
    length_mm = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    seconds = max(0.8, length_mm / (sum(movement.speed_mm_s) / 2))
    return (
        f'<path class="flow" d="{line}" pathLength="100" fill="none" stroke="{PAPER}" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-dasharray="7 200" '
        f'stroke-dashoffset="7"><animate attributeName="stroke-dashoffset" from="7" to="-100" '
        f'dur="{seconds:.1f}s" repeatCount="indefinite"/></path>'
    )


def _labels(frame: Frame, left: str, right: str) -> str:
    y, x = (-104.0, 80.0) if frame == "face" else (-104.0, 112.0)
    style = 'font-size="9" font-family="sans-serif" fill="currentColor" text-anchor="middle"'
    return (
        f'<g class="labels"><text x="{-x:g}" y="{y:g}" {style}>{escape(left)}</text>'
        f'<text x="{x:g}" y="{y:g}" {style}>{escape(right)}</text></g>'
    )
