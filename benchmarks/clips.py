"""The clips that lie beside the project, through the real tracker, as analysis and truth."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faceglide.coaching import analyse
from faceglide.coaching.events import Analysis
from faceglide.protocol import load_protocol
from faceglide.tracking.simulator import TrueStroke, Truth
from faceglide.tracking.video import track_video

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
_STROKES = {
    "forehead-temple": "forehead.glide_out",
    "nose-ear": "cheeks.sweep_up_out",
    "chin-ear": "jawline.sweep_up",
    "collarbone-jaw": "neck.glide_up",
}


def clips() -> list[Path]:
    """The clips with a truth file; none where the folder is absent."""
    return sorted(path for path in FOOTAGE.glob("*.mp4") if path.with_suffix(".json").exists())


def judge_clip(path: Path) -> tuple[Analysis, Truth]:
    """Track and judge one clip.

    Args:
        path: The video; its truth lies beside it.

    Returns:
        What the engine says without a plan, and the truth. The truth has no lengths or speeds.
    """
    camera, frames = track_video(path)
    analysis = analyse(frames, protocol=load_protocol(), camera=camera)
    return analysis, clip_truth(path)


def clip_truth(path: Path) -> Truth:
    """The truth that lies beside a clip."""
    data = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Truth(
        seed=0,
        level="clip",
        strokes=tuple(_strokes(data)),
        holds=(),
        distractions=(),
        person={},
    )


def _strokes(data: dict[str, Any]) -> Iterator[TrueStroke]:
    fps = float(data["fps"])
    for name, group in itertools.groupby(data["frames"], key=lambda frame: frame["stroke"]):
        frames = list(group)
        if name not in _STROKES:
            continue
        # One hand is the person's left; the second mirrors it.
        for side in ("left", "right")[: len(frames[0]["hands"])]:
            movement = _STROKES[name]
            yield TrueStroke.model_validate(
                {
                    "movement": movement,
                    "zone": movement.split(".")[0],
                    "side": side,
                    "hand": side,
                    "start_s": frames[0]["f"] / fps,
                    "end_s": (frames[-1]["f"] + 1) / fps,
                    "length_mm": 100.0,
                    "speed_mm_s": 33.0,
                }
            )
