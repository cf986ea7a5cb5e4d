"""``faceglide map``: the routine drawn on one's own face."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from faceglide.cli.output import emit, say, to_json, write_whole
from faceglide.errors import BadInput

_FONT = "static/built/fonts/source-serif-4-latin-opsz-normal.woff2"
_SUFFIXES = (".png", ".svg", ".json")


def map_verb(
    photo: Annotated[Path, typer.Argument(help="A photo of your face from the front.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to draw: a .png, .svg or .json file.")
    ] = None,
    with_photo: Annotated[
        bool, typer.Option("--photo/--no-photo", help="Draw on the photo, or the lines alone.")
    ] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every path in pixels of the photo.")
    ] = False,
) -> None:
    """Draw every movement on your own face, both sides."""
    if out is None and not as_json:
        raise typer.BadParameter("say where to draw, or ask for --json", param_hint="'-o'")
    if out is not None and out.suffix.lower() not in _SUFFIXES:
        raise BadInput(str(out), "is not a kind of picture we draw", " or ".join(_SUFFIXES))
    from faceglide.face.drawing import map_face, map_json
    from faceglide.protocol import load_protocol
    from faceglide.tracking.media import open_photo
    from faceglide.tracking.video import track_photo

    protocol = load_protocol()
    camera, frame = track_photo(photo)
    assert frame.face is not None  # noqa: S101
    drawn = map_face(protocol, frame.face, camera.width, camera.height, str(photo), frame.shoulders)
    data = map_json(drawn, protocol.version)
    if out is not None and out.suffix.lower() == ".json":
        write_whole(out, to_json(data) + "\n", private=True)
    elif out is not None:
        from faceglide.face.map_plate import map_plate
        from faceglide.face.plate import to_png, to_svg

        plate = map_plate(drawn, open_photo(photo) if with_photo else None)
        drawing = to_svg(plate) if out.suffix.lower() == ".svg" else to_png(plate, _font())
        write_whole(out, drawing, private=True)
    if as_json:
        emit(data)
    elif out is not None:
        say(f"Drawn: {out}")


def _font() -> Path | None:
    font = Path(str(files("faceglide.web").joinpath(_FONT)))
    return font if font.is_file() else None


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("map")(map_verb)
