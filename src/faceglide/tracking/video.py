"""Videos and photos as frames, tracked in a process of its own that is ended when it hangs."""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from faceglide.errors import BadInput
from faceglide.settings import Settings
from faceglide.tracking.frame import Camera, Frame

# Loading the models takes two seconds on an idle machine and a frame 30 ms; this long without a
# sign of life means that the tracker hangs.
PATIENCE_S = 60.0
_AHEAD = 16

Message = Camera | Frame | BadInput | None


def track_video(
    path: Path, models_dir: Path | None = None, *, patience_s: float = PATIENCE_S
) -> tuple[Camera, Iterator[Frame]]:
    """Track the face and hands of one person through a video.

    Args:
        path: The video; its own rotation and uneven times are honoured.
        models_dir: The folder of model bundles; the settings' when None.
        patience_s: Give up when the tracker is silent for this long.

    Returns:
        What the points refer to, and the frames as they are tracked: times in seconds since the
        first picture, 468 face points, or 478 where the bundle sees a real iris. Of videos faster
        than 31 pictures a second, some pictures are passed over.

    Raises:
        BadInput: Not a video, no models, the `video` extra is missing, or the tracker failed; at
            once where that can be known, else while iterating.
    """
    messages = _messages("video", path, models_dir, patience_s)
    camera = next(messages)
    assert isinstance(camera, Camera)  # noqa: S101
    return camera, _frames(messages)


def track_photo(
    path: Path, models_dir: Path | None = None, *, patience_s: float = PATIENCE_S
) -> tuple[Camera, Frame]:
    """Find the one face of a photo.

    Args:
        path: The photo; the way up it was taken is honoured.
        models_dir: The folder of model bundles; the settings' when None.
        patience_s: Give up when the tracker is silent for this long.

    Returns:
        The upright photo's size, and a frame at time 0 with the face.

    Raises:
        BadInput: Not a photo, no face or several, no models, the `video` extra is missing, or the
            tracker failed.
    """
    camera, frame = _messages("photo", path, models_dir, patience_s)
    assert isinstance(camera, Camera)  # noqa: S101
    assert isinstance(frame, Frame)  # noqa: S101
    return camera, frame


def _frames(messages: Iterator[Camera | Frame]) -> Iterator[Frame]:
    for message in messages:
        assert isinstance(message, Frame)  # noqa: S101
        yield message


def _messages(
    job: str, path: Path, models_dir: Path | None, patience_s: float
) -> Iterator[Camera | Frame]:
    folder = models_dir or Settings().models_dir
    command = [sys.executable, "-m", "faceglide.tracking.worker", job, str(path), str(folder)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as worker:
        try:
            assert worker.stdout is not None  # noqa: S101
            inbox: queue.Queue[Message | EOFError] = queue.Queue(_AHEAD)
            gone = threading.Event()
            reader = threading.Thread(
                target=_read, args=(worker.stdout, inbox, gone), daemon=True, name="tracker"
            )
            reader.start()
            while True:
                try:
                    message = inbox.get(timeout=patience_s)
                except queue.Empty:
                    raise _failed(path, f"the tracker was silent for {patience_s:g} s") from None
                if message is None:
                    return
                if isinstance(message, EOFError):
                    raise _failed(path, "the tracker broke off")
                if isinstance(message, BadInput):
                    raise message
                yield message
        finally:
            # Everything wanted has been said; a tracker that hangs while closing is not waited for.
            gone.set()
            worker.kill()
            reader.join()


def _read(stream: IO[bytes], inbox: queue.Queue[Message | EOFError], gone: threading.Event) -> None:
    message: Message | EOFError = EOFError()
    while True:
        try:
            # The bytes come from our own process.
            message = pickle.load(stream)  # noqa: S301
        except (EOFError, pickle.UnpicklingError, OSError):
            message = EOFError()
        while not gone.is_set():
            with suppress(queue.Full):
                inbox.put(message, timeout=0.2)
                break
        if gone.is_set() or message is None or isinstance(message, EOFError | BadInput):
            return


def _failed(path: Path, fault: str) -> BadInput:
    return BadInput(str(path), fault, "a file that the tracker can follow; see `faceglide doctor`")
