"""A printed plate: a page of lines, shapes and words that becomes a PNG or an SVG alike.

Units are the page's own, x right and y down. Both forms are drawn from the same list, so they
cannot differ in what they show.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from faceglide.face.canonical import FloatArray

Anchor = Literal["start", "middle"]
_SHARPER = 2  # drawn this much larger and then reduced, which smooths the edges
_SERIF = "'Source Serif 4', Georgia, 'Times New Roman', serif"


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A polyline with round ends."""

    points: FloatArray
    width: float
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A filled polygon."""

    points: FloatArray
    colour: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle with an edge."""

    x: float
    y: float
    radius: float
    fill: str
    edge: str
    edge_width: float


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image in a rectangle."""

    x: float
    y: float
    width: float
    height: float
    image: Image.Image


Mark = Stroke | Shape | Disc | Words | Picture


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A page.

    Attributes:
        width: In page units, which are the PNG's pixels.
        height: In page units.
        paper: The page's colour.
        title: What the page shows, for those who hear it.
        marks: From the bottom to the top.
    """

    width: int
    height: int
    paper: str
    title: str
    marks: tuple[Mark, ...]


def to_svg(plate: Plate) -> str:
    """The plate as one self-contained SVG file."""
    body = "\n".join(_svg(mark) for mark in plate.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plate.width} {plate.height}" '
        f'width="{plate.width}" height="{plate.height}" role="img" '
        f'aria-label="{escape(plate.title)}" font-family="{_SERIF}">\n'
        f"<title>{escape(plate.title)}</title>\n"
        f'<rect width="{plate.width}" height="{plate.height}" fill="{plate.paper}"/>\n'
        f"{body}\n</svg>\n"
    )


def _svg(mark: Mark) -> str:
    match mark:
        case Stroke():
            return (
                f'<polyline points="{_coordinates(mark.points)}" fill="none" '
                f'stroke="{mark.colour}" stroke-width="{mark.width:.1f}" '
                f'stroke-linecap="round" stroke-linejoin="round"/>'
            )
        case Shape():
            return f'<polygon points="{_coordinates(mark.points)}" fill="{mark.colour}"/>'
        case Disc():
            return (
                f'<circle cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="{mark.radius:.1f}" '
                f'fill="{mark.fill}" stroke="{mark.edge}" stroke-width="{mark.edge_width:.1f}"/>'
            )
        case Words():
            return (
                f'<text x="{mark.x:.1f}" y="{mark.y:.1f}" font-size="{mark.size:.1f}" '
                f'fill="{mark.colour}" text-anchor="{mark.anchor}">{escape(mark.text)}</text>'
            )
        case Picture():
            packed = io.BytesIO()
            mark.image.save(packed, "JPEG", quality=90)
            data = base64.b64encode(packed.getvalue()).decode()
            return (
                f'<image x="{mark.x:.1f}" y="{mark.y:.1f}" width="{mark.width:.1f}" '
                f'height="{mark.height:.1f}" preserveAspectRatio="none" '
                f'href="data:image/jpeg;base64,{data}"/>'
            )


def _coordinates(points: FloatArray) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def to_png(plate: Plate, font_file: Path | None = None) -> bytes:
    """The plate as a PNG file.

    Args:
        plate: The page.
        font_file: A font that Pillow can read; its own sans-serif when left out.
    """
    size = (plate.width * _SHARPER, plate.height * _SHARPER)
    page = Image.new("RGB", size, plate.paper)
    pen = ImageDraw.Draw(page)
    for mark in plate.marks:
        _paint(page, pen, mark, font_file)
    packed = io.BytesIO()
    page.reduce(_SHARPER).save(packed, "PNG")
    return packed.getvalue()


def _paint(page: Image.Image, pen: ImageDraw.ImageDraw, mark: Mark, font_file: Path | None) -> None:
    match mark:
        case Stroke():
            points, width = mark.points * _SHARPER, mark.width * _SHARPER
            corners = [(float(x), float(y)) for x, y in points]
            pen.line(corners, fill=mark.colour, width=round(width), joint="curve")
            for x, y in (corners[0], corners[-1]):
                pen.circle((x, y), width / 2, fill=mark.colour)
        case Shape():
            pen.polygon([(float(x), float(y)) for x, y in mark.points * _SHARPER], mark.colour)
        case Disc():
            x, y, radius = mark.x * _SHARPER, mark.y * _SHARPER, mark.radius * _SHARPER
            half = mark.edge_width * _SHARPER / 2
            pen.circle((x, y), radius + half, fill=mark.edge)
            pen.circle((x, y), radius - half, fill=mark.fill)
        case Words():
            font = _font(font_file, mark.size * _SHARPER)
            where = (mark.x * _SHARPER, mark.y * _SHARPER)
            pen.text(where, mark.text, mark.colour, font, "ms" if mark.anchor == "middle" else "ls")
        case Picture():
            size = (round(mark.width * _SHARPER), round(mark.height * _SHARPER))
            scaled = mark.image.resize(size, Image.Resampling.LANCZOS)
            page.paste(scaled, (round(mark.x * _SHARPER), round(mark.y * _SHARPER)))


def _font(font_file: Path | None, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if font_file is not None:
        return ImageFont.truetype(str(font_file), size)
    return ImageFont.load_default(size)


def printed(photo: Image.Image, ink: str, paper: str) -> Image.Image:
    """A photo as if printed in one ink on the page's paper, light enough to be drawn upon."""
    grey = np.asarray(photo.convert("L"), dtype=np.float64)
    low, high = np.percentile(grey, (1, 99))
    tone = np.clip((grey - low) / max(high - low, 1.0), 0.0, 1.0)[..., None]
    # The darkest tone stays at 60 % ink, so that lines keep their contrast in hair and shadow.
    dark = 0.6 * _rgb(ink) + 0.4 * _rgb(paper)
    return Image.fromarray(np.round(dark + tone * (_rgb(paper) - dark)).astype(np.uint8))


def _rgb(colour: str) -> FloatArray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
