"""One capture: a photo, or the restful frames of a video, measured once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from faceglide.outcomes.face_measures import (
    MEASURES,
    Angles,
    PictureScale,
    Reading,
    read_face,
    why_not,
)
from faceglide.tracking.frame import Camera, Frame

# A second of restful frames averages jitter out; fewer say that the face never rested.
MIN_VIDEO_FRAMES = 15
NO_FACE = "No face was found."
HAND_IN_VIEW = "Keep your hands away from your face."


@dataclass(frozen=True, slots=True)
class Capture:
    """One sitting, measured or refused.

    Attributes:
        name: What it was read from.
        frames: How many frames were measured.
        values: Measure id to value; empty when refused.
        angles: The face's mean attitude, or None when refused.
        scale: What made pixels millimetres, or None when refused.
        refused: Why it was not measured, for the person; None when it was.
    """

    name: str
    frames: int
    values: dict[str, float]
    angles: Angles | None
    scale: PictureScale | None
    refused: str | None = None


def capture(
    name: str,
    camera: Camera,
    frames: Iterable[Frame],
    *,
    pupillary_distance_mm: float | None = None,
    least: int = MIN_VIDEO_FRAMES,
) -> Capture:
    """Measure one sitting.

    Frames of one sitting share its seating and light, so together they count as one capture.

    Args:
        name: What it is read from.
        camera: The picture.
        frames: A photo's one frame, or a video's.
        pupillary_distance_mm: The person's own, when known.
        least: How many frames have to pass every gate.
    """
    readings: list[Reading] = []
    faults: Counter[str] = Counter()
    for frame in frames:
        fault = _fault(frame, camera)
        if fault is None and frame.face is not None:
            readings.append(read_face(frame.face, camera, pupillary_distance_mm))
        elif fault is not None:
            faults[fault] += 1
    if len(readings) < max(1, least):
        reasons = faults.most_common(1)
        refused = reasons[0][0] if reasons else "The face never rested long enough."
        return Capture(name, len(readings), {}, None, None, refused)
    return Capture(
        name,
        len(readings),
        {key: float(np.mean([r.values[key] for r in readings])) for key in MEASURES},
        Angles(
            *(
                float(np.mean([getattr(r.angles, axis) for r in readings]))
                for axis in ("yaw", "pitch", "roll")
            )
        ),
        PictureScale(
            float(np.mean([r.scale.mm_per_px for r in readings])),
            readings[0].scale.relative_sd,
            readings[0].scale.source,
        ),
    )


def _fault(frame: Frame, camera: Camera) -> str | None:
    if frame.face is None:
        return NO_FACE
    if frame.hands:
        return HAND_IN_VIEW
    return why_not(frame.face, camera)
