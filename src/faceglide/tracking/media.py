"""Pictures out of videos and photos: upright, in RGB, with their times."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from faceglide.errors import BadInput

Picture = NDArray[np.uint8]

A_VIDEO = "a video such as .mp4, .mov or .webm"
A_PHOTO = "a photo such as .jpg or .png"
# Only containers that hold their own pictures: no playlists, which name other files and servers,
# and none of the readers that would take any text or photo for a video.
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,ogg,asf,flv,gif,mjpeg,yuv4mpegpipe,"
    "h264,hevc,ivf,m4v"
)
# The face models look at 192 pixels and the hand models at 224: more than this costs time only.
_MAX_SIDE = 1280
# Faster than this a hand moves less between frames than its points jitter.
_MAX_FRAMES_A_SECOND = 31.0
_MAX_PHOTO_PIXELS = 200_000_000


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is known of a video before it is played.

    Attributes:
        width: Upright picture width in square pixels.
        height: Upright picture height in square pixels.
        seconds: Length, or None when the file does not say.
    """

    width: int
    height: int
    seconds: float | None


def _extra(path: Path) -> Any:
    try:
        import av
    except ImportError as error:
        raise BadInput(
            str(path), "reading videos is not installed", "pip install 'faceglide[video]' first"
        ) from error
    return av


def _open(path: Path) -> Any:
    av = _extra(path)
    if not path.exists():
        raise BadInput(str(path), "no such file", A_VIDEO)
    if not path.is_file():
        raise BadInput(str(path), "is not a file", A_VIDEO)
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{path}", options=options)
    except PermissionError as error:
        raise BadInput(str(path), "may not be read", A_VIDEO) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        raise BadInput(str(path), "is not a video, or is cut short", A_VIDEO) from error
    if not container.streams.video:
        container.close()
        raise BadInput(str(path), "holds no picture", A_VIDEO)
    return container


def video_info(path: Path) -> VideoInfo:
    """Look at a video's first picture.

    Raises:
        BadInput: When it is not a video, or holds no picture.
    """
    av = _extra(path)
    with _open(path) as container:
        stream = container.streams.video[0]
        try:
            first = next(container.decode(stream), None)
        except av.FFmpegError as error:
            raise BadInput(str(path), "its pictures cannot be decoded", A_VIDEO) from error
        if first is None:
            raise BadInput(str(path), "holds no picture", A_VIDEO)
        width, height = _square_size(first, stream)
        if first.rotation % 180:
            width, height = height, width
        seconds = container.duration / av.time_base if container.duration else None
    return VideoInfo(width, height, seconds)


def _square_size(picture: Any, stream: Any) -> tuple[int, int]:
    aspect = stream.sample_aspect_ratio
    return (round(picture.width * float(aspect)) if aspect else picture.width), picture.height


def pictures(path: Path) -> Iterator[tuple[float, Picture]]:
    """Play a video.

    Yields:
        Seconds since its first picture, strictly rising, and the upright (height, width, 3) RGB
        picture, at most 1280 pixels a side. Of more than 31 pictures a second some are passed over.

    Raises:
        BadInput: When it is not a video, or no picture of it can be decoded. A video that breaks
            off later ends there.
    """
    av = _extra(path)
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        shown, start, previous, rate = 0, 0.0, -np.inf, float(stream.average_rate or 25)
        try:
            for index, picture in enumerate(container.decode(stream)):
                t = index / rate if picture.time is None else picture.time
                start = t if index == 0 else start
                if t - start <= previous or t - start < previous + 0.9 / _MAX_FRAMES_A_SECOND:
                    continue
                previous = t - start
                shown += 1
                yield previous, _upright(picture, stream)
        except av.FFmpegError as error:
            if not shown:
                raise BadInput(str(path), "its pictures cannot be decoded", A_VIDEO) from error
        if not shown:
            raise BadInput(str(path), "holds no picture", A_VIDEO)


def _upright(picture: Any, stream: Any) -> Picture:
    width, height = _square_size(picture, stream)
    shrink = min(1.0, _MAX_SIDE / max(width, height))
    rgb: Picture = picture.to_ndarray(
        format="rgb24", width=max(1, round(width * shrink)), height=max(1, round(height * shrink))
    )
    # The rotation is counter-clockwise, as numpy's.
    turns = round(picture.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(rgb, turns)) if turns else rgb


def is_photo(path: Path) -> bool:
    """Whether a file is a picture that `open_photo` may read; moving pictures are videos."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                return not getattr(image, "is_animated", False)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def open_photo(path: Path) -> Image.Image:
    """Read a photo the way up it was taken.

    Returns:
        An RGB picture; transparent parts become white.

    Raises:
        BadInput: When it is not a photo.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns about what it can read all the same, and about sizes checked here.
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > _MAX_PHOTO_PIXELS:
                    _not_a_photo(path, "is too large", f"at most {_MAX_PHOTO_PIXELS} pixels")
                upright = ImageOps.exif_transpose(image)
                if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                    upright = upright.convert("RGBA")
                    paper = Image.new("RGBA", upright.size, "white")
                    upright = Image.alpha_composite(paper, upright)
                return upright.convert("RGB")
    except FileNotFoundError as error:
        raise BadInput(str(path), "no such file", A_PHOTO) from error
    except IsADirectoryError as error:
        raise BadInput(str(path), "is a folder", A_PHOTO) from error
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadInput(str(path), "is not a photo that can be read", A_PHOTO) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput(str(path), "is not a whole photo", A_PHOTO) from error


def _not_a_photo(path: Path, fault: str, expected: str) -> NoReturn:
    raise BadInput(str(path), fault, expected)
