"""Judging recorded sessions: one here, or many at once in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from faceglide.coaching import analyse
from faceglide.coaching.events import Analysis
from faceglide.planning.model import Plan
from faceglide.protocol import load_protocol
from faceglide.tracking.frame import Camera, Frame
from faceglide.tracking.recording import FrameSink, is_recording, read_recording, recording_to
from faceglide.tracking.video import track_video


@dataclass(frozen=True, slots=True)
class Job:
    """One session to judge.

    Attributes:
        path: A video or a recording.
        plan: What the person meant to do, when known.
        pupillary_distance_mm: Sets the scale when known.
        recording: Where to keep what was tracked, or None.
    """

    path: Path
    plan: Plan | None = None
    pupillary_distance_mm: float | None = None
    recording: Path | None = None


def open_session(path: Path) -> tuple[Camera, Iterator[Frame]]:
    """The frames of a recording, or of a video as it is tracked.

    Raises:
        BadInput: When it is neither, or broken.
    """
    return read_recording(path) if is_recording(path) else track_video(path)


def judge(job: Job, progress: Callable[[float], None] | None = None) -> Analysis:
    """Judge one session.

    Args:
        job: What to judge.
        progress: Called with each frame's time in seconds.

    Raises:
        BadInput: When the input is neither a video nor a recording, or broken; nothing is written
            then.
    """
    camera, frames = open_session(job.path)
    with ExitStack() as stack:
        if job.recording is not None:
            sink = stack.enter_context(recording_to(job.recording, camera))
            frames = _kept(frames, sink)
        return analyse(
            frames,
            protocol=load_protocol(),
            camera=camera,
            plan=job.plan,
            pupillary_distance_mm=job.pupillary_distance_mm,
            progress=progress,
        )


def _kept(frames: Iterable[Frame], sink: FrameSink) -> Iterator[Frame]:
    for frame in frames:
        sink(frame)
        yield frame


def judge_all(jobs: Sequence[Job], processes: int | None = None) -> Iterator[Analysis]:
    """Judge many sessions, several at a time.

    Args:
        jobs: What to judge.
        processes: How many at a time; one for each core when None.

    Yields:
        The analyses, in the order of the jobs.

    Raises:
        BadInput: For the first job that cannot be judged; those not yet begun are dropped.
    """
    at_once = min(len(jobs), processes or os.cpu_count() or 1)
    if at_once <= 1:
        yield from map(judge, jobs)
        return
    # Fresh processes: a fork would copy whatever threads and locks the caller has.
    pool = ProcessPoolExecutor(at_once, mp_context=get_context("spawn"))
    try:
        yield from pool.map(judge, jobs)
    finally:
        pool.shutdown(cancel_futures=True)
