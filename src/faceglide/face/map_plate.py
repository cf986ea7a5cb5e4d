"""The map of a routine as a printed plate: the photo, the numbered paths and their legend."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from faceglide.face.canonical import FloatArray
from faceglide.face.chart import DONE, INK, PAPER, SIGNAL
from faceglide.face.drawing import FaceMap, Line, arrow, calm
from faceglide.face.ink import smooth
from faceglide.face.plate import Disc, Mark, Picture, Plate, Shape, Stroke, Words, printed
from faceglide.protocol.model import Movement

FIGURE_HEIGHT = 1500
LEGEND_WIDTH = 640
MARGIN = 70
FOOT = 70
_LINE, _CASING = 5.0, 10.0
_ARROW = 26.0
_DISC = 15.0
_SOFT = "#5a5145"
_RULE = "#cdc0a6"


def _ring(indices: str) -> list[int]:
    return [int(index) for index in indices.split()]


# The face in lines, where no photo is wanted: outline, eyes, lips, brows and nose.
_FEATURES = (
    _ring(
        "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152 148 176 149 "
        "150 136 172 58 132 93 234 127 162 21 54 103 67 109 10"
    ),
    _ring("33 7 163 144 145 153 154 155 133 173 157 158 159 160 161 246 33"),
    _ring("263 249 390 373 374 380 381 382 362 398 384 385 386 387 388 466 263"),
    _ring("61 146 91 181 84 17 314 405 321 375 291"),
    _ring("291 409 270 269 267 0 37 39 40 185 61"),
    _ring("78 95 88 178 87 14 317 402 318 324 308"),
    _ring("70 63 105 66 107"),
    _ring("300 293 334 296 336"),
    _ring("129 98 97 2 326 327 358"),
)


def map_plate(drawn: FaceMap, photo: Image.Image | None) -> Plate:
    """Compose the plate.

    Args:
        drawn: The map of a face.
        photo: The upright photo it was made from; lines and the face's outline alone when None.
    """
    left, top, right, bottom = _crop(drawn)
    zoom = FIGURE_HEIGHT / (bottom - top)
    figure_width = (right - left) * zoom

    def on_page(points_px: FloatArray) -> FloatArray:
        return (points_px - (left, top)) * zoom + MARGIN

    marks: list[Mark] = []
    if photo is not None:
        marks.append(_figure(photo, (left, top, right, bottom), zoom))
    else:
        marks += [
            Stroke(smooth(on_page(drawn.face_px[ring]), step_mm=4.0), 2.2, INK)
            for ring in _FEATURES
        ]
    for line in drawn.lines:
        marks += _movement(line, on_page(calm(line)))
    marks += _numbers([(line, on_page(calm(line))) for line in drawn.lines])
    for words, share in (("your right", 0.16), ("your left", 0.84)):
        at = MARGIN + share * figure_width
        marks.append(Words(at, MARGIN + FIGURE_HEIGHT + 44, words, 28, _SOFT, "middle"))
    legend_x = 2 * MARGIN + figure_width
    marks += _legend(drawn, legend_x)
    width = round(legend_x + LEGEND_WIDTH + MARGIN)
    height = round(2 * MARGIN + FIGURE_HEIGHT + FOOT / 2)
    return Plate(width, height, PAPER, "Your routine on your own face", tuple(marks))


def _crop(drawn: FaceMap) -> tuple[float, float, float, float]:
    """The part of the photo to show: the face, every path, and some room."""
    points = np.vstack([drawn.face_px, *(line.points_px for line in drawn.lines)])
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    face = np.ptp(drawn.face_px, axis=0)
    x0, x1 = x0 - 0.22 * face[0], x1 + 0.22 * face[0]
    y0, y1 = y0 - 0.22 * face[1], y1 + 0.08 * face[1]
    narrowest = 0.62 * (y1 - y0)
    spare = max(0.0, narrowest - (x1 - x0)) / 2
    return x0 - spare, y0, x1 + spare, y1


def _figure(photo: Image.Image, crop: tuple[float, float, float, float], zoom: float) -> Picture:
    left, top, right, bottom = crop
    x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
    x1, y1 = min(photo.width, math.ceil(right)), min(photo.height, math.ceil(bottom))
    shown = printed(photo.crop((x0, y0, x1, y1)), INK, PAPER)
    if zoom < 1:
        shown = shown.resize((round(shown.width * zoom), round(shown.height * zoom)))
    return Picture(
        MARGIN + (x0 - left) * zoom,
        MARGIN + (y0 - top) * zoom,
        (x1 - x0) * zoom,
        (y1 - y0) * zoom,
        shown,
    )


def _movement(line: Line, points: FloatArray) -> list[Mark]:
    if line.movement.motion == "hold":
        return [Disc(x, y, 9.0, SIGNAL, PAPER, 4.0) for x, y in points.tolist()]
    casing = arrow(points, _ARROW + 9)
    return [
        Stroke(points, _CASING, PAPER),
        Shape(casing, PAPER),
        Stroke(points, _LINE, SIGNAL),
        Shape(arrow(points, _ARROW), SIGNAL),
    ]


def _numbers(lines: list[tuple[Line, FloatArray]]) -> list[Mark]:
    """A numbered disc at each start, moved off other discs and off every arrow head."""
    once: list[tuple[int, FloatArray, FloatArray]] = []
    for line, points in lines:
        away = _unit(points[0] - points[min(3, len(points) - 1)])
        for number, at, direction in once:
            if number == line.number and math.hypot(*(points[0] - at)) < _DISC:
                direction += away
                break
        else:
            once.append((line.number, points[0].copy(), away))
    tips = [
        (points[-1], _unit(points[-1] - points[-4]))
        for line, points in lines
        if line.movement.motion == "glide"
    ]
    places = np.array([at for _, at, _ in once])
    for i, (_, _, away) in enumerate(once):
        for tip, onward in tips:
            if math.hypot(*(places[i] - tip)) < _DISC:
                # Between where the arrow points and where the new line comes from it is free.
                places[i] += _DISC * _unit(away + onward)
    for _ in range(80):
        for i, place in enumerate(places):
            for j in range(i):
                push = _push(place - places[j], 2 * _DISC + 4) / 2
                places[i] += push
                places[j] -= push
            for tip, _ in tips:
                places[i] += _push(place - tip, _DISC + 0.6 * _ARROW)
    marks: list[Mark] = [
        Disc(float(points[0, 0]), float(points[0, 1]), 5.0, SIGNAL, PAPER, 3.0)
        for line, points in lines
        if line.movement.motion == "glide"
    ]
    for (number, _, _), (x, y) in zip(once, places.tolist(), strict=True):
        marks += _numbered(number, x, y)
    return marks


def _unit(vector: FloatArray) -> FloatArray:
    length = math.hypot(*vector)
    return vector / length if length > 1e-6 else np.array([0.0, -1.0])


def _push(gap: FloatArray, room: float) -> FloatArray:
    """How far along `gap` something has to move for it to be as long as `room`."""
    return _unit(gap) * max(0.0, room - math.hypot(*gap))


def _numbered(number: int, x: float, y: float) -> list[Mark]:
    return [
        Disc(x, y, _DISC, PAPER, SIGNAL, 3.0),
        Words(x, y + 6.6, str(number), 19, INK, "middle"),
    ]


def _legend(drawn: FaceMap, x: float) -> list[Mark]:
    marks: list[Mark] = [
        Words(x, MARGIN + 40, "Your routine", 52, INK),
        Words(x, MARGIN + 84, "Start at the number. Follow the line to its arrow.", 25, _SOFT),
        Stroke(np.array([[x, MARGIN + 112], [x + LEGEND_WIDTH, MARGIN + 112]]), 1.5, _RULE),
    ]
    movements = {line.number: line.movement for line in drawn.lines}
    row = min(100.0, (FIGURE_HEIGHT - 240) / max(len(movements), 1))
    for i, (number, movement) in enumerate(movements.items()):
        y = MARGIN + 160 + i * row
        marks += _numbered(number, x + _DISC, y - 8)
        marks.append(Words(x + 52, y, movement.name, 29, INK))
        marks.append(Words(x + 52, y + 32, _dose(movement), 23, _SOFT))
    end = MARGIN + FIGURE_HEIGHT - 40
    marks += [
        Stroke(np.array([[x, end - 40], [x + LEGEND_WIDTH, end - 40]]), 1.5, _RULE),
        Words(x, end, "Lift your hand and come back through the air.", 25, DONE),
        Words(x, end + 34, "Same number of strokes on both sides.", 25, DONE),
    ]
    return marks


def _dose(movement: Movement) -> str:
    times = movement.repeats
    each = "" if movement.sides == ("midline",) else " each side"
    if movement.motion == "hold" and movement.hold_seconds:
        low, high = movement.hold_seconds
        return f"{len(movement.path)} points{each}, {low:g}–{high:g} seconds each"
    noun = "circle" if movement.motion == "circle" else "stroke"
    return f"{times} {noun}{'' if times == 1 else 's'}{each}"
