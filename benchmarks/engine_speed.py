"""What the engine costs beside the tracker, and whether it stays so over an hour.

``python -m benchmarks.engine_speed`` prints microseconds a frame for the engine on a simulated
session, the same for the last part of an hour made of that session, the memory it holds, and, where
the clips and the model bundles are present, the tracker's time for its own frames and the ratio.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from faceglide.coaching import Engine
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import Camera, Frame
from faceglide.tracking.simulator import Scenario, simulate

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
_ENGINES = 5
CLIPS = {"one hand": FOOTAGE / "v640_1h_spread.mp4", "two hands": FOOTAGE / "v640_2h_spread.mp4"}


def engine_us(frames: Sequence[Frame], camera: Camera, engine: Engine | None = None) -> float:
    """Mean microseconds of processor time a frame."""
    engine = engine or Engine(load_protocol(), camera)
    start = time.process_time()
    for frame in frames:
        engine.push(frame)
    return (time.process_time() - start) / max(1, len(frames)) * 1e6


def usual_us(frames: Sequence[Frame], camera: Camera) -> float:
    """As `engine_us`, the middle one of some engines: a machine's other work slows now one."""
    return median(engine_us(frames, camera) for _ in range(_ENGINES))


def hour_us(frames: Sequence[Frame], camera: Camera, minutes: float) -> tuple[float, float, float]:
    """Microseconds a frame at the start and at the end of a long session, and megabytes grown."""
    engine = Engine(load_protocol(), camera)
    span = frames[-1].t - frames[0].t + 0.1
    rounds = max(2, int(minutes * 60 / span))
    costs: list[float] = []
    tracemalloc.start()
    held = 0
    for k in range(rounds):
        later = [Frame(f.t + k * span, f.face, f.hands, f.shoulders) for f in frames]
        costs.append(engine_us(later, camera, engine))
        if k == 0:
            held = tracemalloc.get_traced_memory()[0]
    grown = (tracemalloc.get_traced_memory()[0] - held) / 1e6
    tracemalloc.stop()
    return costs[0], costs[-1], grown


def tracked_clip(clip: Path) -> tuple[Camera, list[Frame], float] | None:
    """A clip's frames and the tracker's milliseconds a frame, where both can be had."""
    from faceglide.errors import BadInput
    from faceglide.tracking.video import track_video

    if not clip.exists():
        return None
    try:
        camera, frames = track_video(clip)
        first = next(frames)
        start = time.perf_counter()
        rest = list(frames)
    except BadInput:
        return None
    return camera, [first, *rest], (time.perf_counter() - start) / len(rest) * 1e3


@dataclass(frozen=True, slots=True)
class Share:
    """What the engine costs beside the tracker, for the same frames.

    Attributes:
        hands: How many the clip shows, in words.
        engine_us: Microseconds a frame.
        tracker_ms: Milliseconds a frame.
    """

    hands: str
    engine_us: float
    tracker_ms: float

    @property
    def part(self) -> float:
        """The engine's time over the tracker's."""
        return self.engine_us / 1000 / self.tracker_ms


def of_tracker() -> Iterator[Share]:
    """The engine beside the tracker on each clip; nothing where there are none, or no models."""
    for hands, path in CLIPS.items():
        clip = tracked_clip(path)
        if clip is not None:
            camera, frames, tracker_ms = clip
            yield Share(hands, usual_us(frames, camera), tracker_ms)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the long session")
    asked = parser.parse_args()
    session = simulate(Scenario(level="typical", minutes=1.5), seed=1)
    print(f"engine, simulated session  {usual_us(session.frames, session.camera):7.0f} us a frame")
    start, end, grown = hour_us(session.frames, session.camera, asked.minutes)
    print(f"the same, traced, start    {start:7.0f} us a frame")
    print(f"after {asked.minutes:4.0f} minutes         {end:7.0f} us a frame, {grown:.1f} MB grown")
    shares = list(of_tracker())
    for share in shares:
        print(f"tracker, clip, {share.hands:9s}   {share.tracker_ms * 1e3:7.0f} us a frame")
        print(f"engine, same frames        {share.engine_us:7.0f} us a frame: {share.part:.2%}")
    if not shares:
        print("tracker                    not measured: no clip, no models or no video extra")


if __name__ == "__main__":
    main()
