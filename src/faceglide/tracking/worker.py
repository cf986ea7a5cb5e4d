"""The tracker's own process: MediaPipe on a video or a photo, one pickled message per frame.

A failing MediaPipe call can hang for good, even while closing, and cannot be interrupted from
inside. Therefore it runs here, where `faceglide.tracking.video` can end it.

Usage: ``python -m faceglide.tracking.worker video|photo PATH MODELS_DIR``. On stdout come pickled
`Camera`, `Frame`s and then None, or a `BadInput`.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from faceglide.errors import BadInput
from faceglide.tracking.frame import FACE_POINTS, Camera, FloatArray, Frame, Hand, PersonSide
from faceglide.tracking.media import open_photo, pictures, video_info
from faceglide.tracking.models import (
    Bundle,
    face_bundle,
    face_points_plausible,
    hand_bundle,
    pose_bundle,
)
from faceglide.tracking.zoom import Window, Zoom, search_windows

# Since release 0.10.15 the label is right for a picture that is not mirrored; before, it was the
# other hand's.
_SIDES: dict[str, PersonSide] = {"Left": "left", "Right": "right"}
_MAX_PHOTO_SIDE = 2560
_PHOTO_FACES = 3
# Of the 33 points of a body. The tracker guesses those it does not see and says how sure it is.
_NOSE, _SHOULDERS = 0, (12, 11)
_SURE = 0.9


def _mediapipe(path: Path) -> tuple[Any, Any, Any]:
    try:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision
    except ImportError as error:
        raise BadInput(
            str(path), "tracking is not installed", "pip install 'faceglide[video]' first"
        ) from error
    return mediapipe, vision, BaseOptions


def _points(landmarks: Any) -> FloatArray:
    return np.array([(p.x, p.y, p.z) for p in landmarks], dtype=np.float64)


def _faces(
    result: Any, bundle: Bundle, window: Window, width: int, height: int
) -> list[FloatArray]:
    """The faces that look like one; without stand-ins for an iris that was not seen."""
    found = (window.placed(_points(face), width, height) for face in result.face_landmarks)
    kept = [face for face in found if face_points_plausible(face, width, height)]
    return kept if bundle.has_iris else [face[:FACE_POINTS] for face in kept]


def _hands(result: Any, window: Window, width: int, height: int) -> tuple[Hand, ...]:
    found = zip(result.handedness, result.hand_landmarks, result.hand_world_landmarks, strict=True)
    return tuple(
        Hand(
            side=_SIDES[labels[0].category_name],
            score=float(min(1.0, max(0.0, labels[0].score))),
            image=window.placed(_points(image), width, height),
            world=_points(world),
        )
        for labels, image, world in found
    )


def track_video(path: Path, models_dir: Path) -> Iterator[Camera | Frame]:
    """Track a video: its camera, then its frames."""
    info = video_info(path)
    mediapipe, vision, base_options = _mediapipe(path)
    face, hand = face_bundle(models_dir), hand_bundle(models_dir)
    video_mode = vision.RunningMode.VIDEO
    with ExitStack() as stack:
        faces = stack.enter_context(
            vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=base_options(model_asset_path=str(face.path)),
                    running_mode=video_mode,
                )
            )
        )
        hands = stack.enter_context(
            vision.HandLandmarker.create_from_options(
                vision.HandLandmarkerOptions(
                    base_options=base_options(model_asset_path=str(hand.path)),
                    running_mode=video_mode,
                    num_hands=2,
                )
            )
        )
        other_core = stack.enter_context(ThreadPoolExecutor(1))
        yield Camera(info.width, info.height, f"mediapipe {mediapipe.__version__}")
        last_ms, zoom = -1, None
        for t, rgb in pictures(path):
            height, width = rgb.shape[:2]
            zoom = zoom or Zoom(width, height)
            window = zoom.window
            part = window.cut(rgb)
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=part)
            last_ms = max(last_ms + 1, round(t * 1000))
            face_result = other_core.submit(faces.detect_for_video, image, last_ms)
            hand_result = hands.detect_for_video(image, last_ms)
            kept = _faces(face_result.result(), face, window, width, height)
            seen = kept[0] if kept else None
            zoom.saw(seen)
            yield Frame(t, seen, _hands(hand_result, window, width, height))


def _shoulders(vision: Any, model: Any, image: Any, face: FloatArray) -> FloatArray | None:
    """Right and left shoulder of the one whose face was found, where both are surely seen."""
    options = vision.PoseLandmarkerOptions(
        base_options=model, running_mode=vision.RunningMode.IMAGE, num_poses=1
    )
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        bodies = landmarker.detect(image).pose_landmarks
    if not bodies:
        return None
    nose, *shoulders = (bodies[0][point] for point in (_NOSE, *_SHOULDERS))
    low, high = face[:, :2].min(axis=0), face[:, :2].max(axis=0)
    of_this_face = bool(((low < (nose.x, nose.y)) & ((nose.x, nose.y) < high)).all())
    sure = min(min(point.visibility, point.presence) for point in shoulders) >= _SURE
    in_picture = all(0 < point.x < 1 and 0 < point.y < 1 for point in shoulders)
    if not (of_this_face and sure and in_picture):
        return None
    return np.array([(point.x, point.y) for point in shoulders], dtype=np.float64)


def track_photo(path: Path, models_dir: Path) -> Iterator[Camera | Frame]:
    """Find the one face of a photo: the camera, then one frame."""
    photo = open_photo(path)
    mediapipe, vision, base_options = _mediapipe(path)
    bundle = face_bundle(models_dir)
    size = photo.size
    photo.thumbnail((_MAX_PHOTO_SIDE, _MAX_PHOTO_SIDE))
    rgb = np.asarray(photo)
    options = vision.FaceLandmarkerOptions(
        base_options=base_options(model_asset_path=str(bundle.path)),
        running_mode=vision.RunningMode.IMAGE,
        num_faces=_PHOTO_FACES,
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        for window in search_windows(*photo.size):
            part = np.ascontiguousarray(window.cut(rgb))
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=part)
            found = _faces(landmarker.detect(image), bundle, window, *photo.size)
            if found:
                break
    if not found:
        raise BadInput(str(path), "no face found", "a photo of one face, from the front, in light")
    if len(found) > 1:
        raise BadInput(str(path), "shows several faces", "a photo of one face")
    yield Camera(*size, f"mediapipe {mediapipe.__version__}")
    shoulders, body = None, pose_bundle(models_dir)
    if body is not None:
        whole = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        model = base_options(model_asset_path=str(body.path))
        shoulders = _shoulders(vision, model, whole, found[0])
    yield Frame(0.0, found[0], shoulders=shoulders)


_JOBS: dict[str, Callable[[Path, Path], Iterator[Camera | Frame]]] = {
    "video": track_video,
    "photo": track_photo,
}


def main() -> None:
    """Do the job named on the command line."""
    job, path, models_dir = sys.argv[1:]
    # What the native libraries print must not get between the messages.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            for message in _JOBS[job](Path(path), Path(models_dir)):
                pickle.dump(message, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
            pickle.dump(None, out)
        except BadInput as error:
            pickle.dump(error, out)


if __name__ == "__main__":
    main()
