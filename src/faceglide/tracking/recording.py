"""Recordings: tracker results in a file, one JSON line per frame (the public Recording contract).

Files may be plain (``.ndjson``) or compressed (``.ndjson.gz``). Both directions stream, so an hour
costs no more memory than a minute. Everything read comes out unmirrored.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn, Protocol, cast

import numpy as np

from faceglide.errors import BadInput
from faceglide.tracking.frame import FACE_POINTS, HAND_POINTS, Camera, FloatArray, Frame, Hand
from faceglide.tracking.mirroring import unmirror

FORMAT = "faceglide-recording"
VERSION = 1
SUFFIXES = (".ndjson", ".ndjson.gz")
IRIS_FACE_POINTS = 478
_GZIP = b"\x1f\x8b"

# A frame is about 40 kB; a longer line is not a frame and must not fill the memory.
_MAX_LINE_BYTES = 1_000_000
_MAX_SIDE_PIXELS = 32_768
# Points may leave the picture, but not by more than this many pictures: pixels instead of 0..1.
_MAX_PICTURE_UNITS = 10.0
_MAX_WORLD_M = 2.0


def is_recording(path: Path) -> bool:
    """Whether a file is meant as a recording: by its name, or because it starts like one."""
    if path.name.lower().endswith(SUFFIXES):
        return True
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except OSError:
        return False
    return start[:1] == b"{" or start == _GZIP


def read_recording(path: Path) -> tuple[Camera, Iterator[Frame]]:
    """Open a recording.

    Args:
        path: The file; compression is recognised by its first bytes.

    Returns:
        What the points refer to, and the frames, read as they are asked for.

    Raises:
        BadInput: At once for the first line, and while iterating for the others; the place names
            the line.
    """
    lines = _lines(path)
    number, first = next(lines, (1, b""))
    camera, mirrored = _header(f"{path}:line {number}", first)
    return camera, _frames(path, lines, mirrored)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with path.open("rb") as plain:
            compressed = plain.peek(2)[:2] == _GZIP
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=plain) if compressed else plain)
            while line := stream.readline(_MAX_LINE_BYTES):
                number += 1
                if len(line) == _MAX_LINE_BYTES:
                    _fail(path, number, "is too long for a frame", "one frame a line")
                yield number, line
    except FileNotFoundError as error:
        raise BadInput(str(path), "no such file", "a recording") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        fault = "the compressed file is cut short or damaged"
        raise BadInput(f"{path}:line {number + 1}", fault, "a whole recording") from error
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise BadInput(str(path), fault, "a readable recording") from error


def _fail(path: Path | str, number: int, fault: str, expected: str) -> NoReturn:
    raise BadInput(f"{path}:line {number}", fault, expected)


def _object(place: str, line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        # Only a last line has no line end: the file was cut while being written.
        fault = "is not JSON" if line.endswith(b"\n") else "is cut short"
        raise BadInput(place, fault, "one whole JSON object a line") from error
    if not isinstance(value, dict):
        raise BadInput(place, "is not a JSON object", "one JSON object a line")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _header(place: str, line: bytes) -> tuple[Camera, bool]:
    if not line.strip():
        raise BadInput(place, "the file is empty", "a recording")
    head = _object(place, line)
    if head.get("format") != FORMAT:
        raise BadInput(place, "is not a Faceglide recording", f'"format": "{FORMAT}"')
    version = head.get("version")
    if type(version) is not int or version != VERSION:
        raise BadInput(place, f"unknown version {version!r}", f"version {VERSION}")
    width, height = head.get("width"), head.get("height")
    for name, value in (("width", width), ("height", height)):
        if type(value) is not int or not 0 < value <= _MAX_SIDE_PIXELS:
            raise BadInput(place, f"{name} is {value!r}", f"pixels from 1 to {_MAX_SIDE_PIXELS}")
    mirrored, tracker = head.get("mirrored"), head.get("tracker", "")
    if not isinstance(mirrored, bool):
        raise BadInput(place, f"mirrored is {mirrored!r}", "true or false")
    if not isinstance(tracker, str):
        raise BadInput(place, "tracker is not text", "the tracker's name")
    assert isinstance(width, int)  # noqa: S101
    assert isinstance(height, int)  # noqa: S101
    return Camera(width, height, tracker), mirrored


def _frames(path: Path, lines: Iterator[tuple[int, bytes]], mirrored: bool) -> Iterator[Frame]:
    last_t = -np.inf
    for number, line in lines:
        if line.isspace():
            continue
        place = f"{path}:line {number}"
        frame = _frame(place, _object(place, line))
        if frame.t <= last_t:
            fault = f"t is {frame.t:g} after {last_t:g}"
            raise BadInput(place, fault, "times that rise from frame to frame")
        last_t = frame.t
        yield unmirror(frame) if mirrored else frame
    if last_t == -np.inf:
        raise BadInput(str(path), "holds no frames", "at least one frame")


def _frame(place: str, data: dict[str, object]) -> Frame:
    for name in ("t", "face", "hands"):
        if name not in data:
            raise BadInput(place, f"{name} is missing", "t, face, hands and shoulders")
    face, hands, shoulders = data["face"], data["hands"], data.get("shoulders")
    if not isinstance(hands, list) or len(hands) > 2:
        raise BadInput(place, "hands is not a list of at most two", "none, one or two hands")
    return Frame(
        t=_number(place, "t", data["t"]),
        face=None
        if face is None
        else _points(place, "face", face, ((FACE_POINTS, 3), (IRIS_FACE_POINTS, 3))),
        hands=tuple(_hand(f"{place}: hand {i + 1}", hand) for i, hand in enumerate(hands)),
        shoulders=None if shoulders is None else _points(place, "shoulders", shoulders, ((2, 2),)),
    )


def _hand(place: str, data: object) -> Hand:
    if not isinstance(data, dict):
        raise BadInput(place, "is not an object", "side, score, image and world")
    side, world = data.get("side"), data.get("world")
    if side not in ("left", "right"):
        raise BadInput(place, f"side is {side!r}", "left or right, the person's own")
    score = _number(place, "score", data.get("score"))
    if not 0 <= score <= 1:
        raise BadInput(place, f"score is {score:g}", "a number from 0 to 1")
    shape = ((HAND_POINTS, 3),)
    return Hand(
        side=side,
        score=score,
        image=_points(place, "image", data.get("image"), shape),
        world=None if world is None else _points(place, "world", world, shape, _MAX_WORLD_M),
    )


def _number(place: str, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise BadInput(place, f"{name} is {value!r:.40}", "a number")
    return float(value)


def _points(
    place: str,
    name: str,
    value: object,
    shapes: tuple[tuple[int, int], ...],
    limit: float = _MAX_PICTURE_UNITS,
) -> FloatArray:
    rows = " or ".join(str(shape[0]) for shape in shapes)
    expected = f"{rows} points of {shapes[0][1]} numbers"
    try:
        points = np.asarray(value)
    except ValueError as error:
        raise BadInput(place, f"{name} has points of unequal length", expected) from error
    if points.dtype.kind not in "fi" or points.shape not in shapes:
        raise BadInput(place, f"{name} is not {expected}", expected)
    points = points.astype(np.float64)
    if not (np.abs(points) <= limit).all():
        raise BadInput(place, f"{name} has a point out of range", f"numbers within ±{limit:g}")
    return points


class FrameSink(Protocol):
    """Takes frames one after the other."""

    def __call__(self, frame: Frame) -> None:
        """Take the next frame."""


@contextmanager
def recording_to(path: Path, camera: Camera) -> Iterator[FrameSink]:
    """Write a recording frame by frame; the file appears when the block ends without an error.

    Args:
        path: Where; compressed when the name ends in ``.gz``. An existing file is replaced.
        camera: What the frames' points refer to.

    Yields:
        A function that takes the next frame.

    Raises:
        BadInput: When it cannot be written there.
        ValueError: For a face with points left out; the format has no place for them.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise BadInput(str(path), fault, "a folder that can be written to") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, _compressed(file, path) as stream:
            head = {"format": FORMAT, "version": VERSION}
            head |= {"width": camera.width, "height": camera.height}
            head |= {"mirrored": False, "tracker": camera.tracker}
            stream.write(_line(head))
            yield lambda frame: _write(stream, frame)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def _compressed(file: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    if not path.name.lower().endswith(".gz"):
        yield file
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as stream:
        yield cast(IO[bytes], stream)


def write_recording(path: Path, camera: Camera, frames: Iterable[Frame]) -> None:
    """Write a whole recording, or nothing.

    Args:
        path: Where; compressed when the name ends in ``.gz``.
        camera: What the frames' points refer to.
        frames: The frames, times rising.

    Raises:
        BadInput: When it cannot be written there.
    """
    with recording_to(path, camera) as sink:
        for frame in frames:
            sink(frame)


def _write(stream: IO[bytes], frame: Frame) -> None:
    stream.write(
        _line(
            {
                "t": round(frame.t, 6),
                "face": _listed(frame.face),
                "hands": [
                    {
                        "side": hand.side,
                        "score": round(hand.score, 4),
                        "image": _listed(hand.image),
                        "world": _listed(hand.world),
                    }
                    for hand in frame.hands
                ],
                "shoulders": _listed(frame.shoulders),
            }
        )
    )


def _listed(points: FloatArray | None) -> list[list[float]] | None:
    # A millionth of a picture, and a micrometre in the world, are far below any tracker's noise.
    return None if points is None else np.round(points, 6).tolist()


def _line(data: dict[str, object]) -> bytes:
    return json.dumps(data, separators=(",", ":"), allow_nan=False).encode() + b"\n"
