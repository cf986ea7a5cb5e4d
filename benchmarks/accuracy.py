"""How well strokes are judged: on simulated sessions and on clips through the real tracker.

``python -m benchmarks.accuracy`` prints the table and writes docs/accuracy.md;
``--check`` runs a smaller set and fails when a figure has dropped below its recorded floor;
``--record`` records the smaller set's figures as the new floor;
``--slips FILE`` also writes everything that went wrong, by seed and time.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from benchmarks.clips import clips, judge_clip
from benchmarks.naive import naive_analysis
from benchmarks.report import AT_MOST, Row, markdown, table
from benchmarks.scoring import Slip, Tally, f1_range, score
from faceglide.coaching import analyse
from faceglide.coaching.events import Event, Stroke
from faceglide.protocol import load_protocol
from faceglide.tracking.simulator import LEVELS, LevelName, Scenario, simulate
from faceglide.tracking.simulator.mistakes import FAULTS

ROOT = Path(__file__).resolve().parents[1]
FLOOR = Path(__file__).with_name("accuracy_floor.json")
REPORT = ROOT / "docs" / "accuracy.md"
WORKERS = 2
ENOUGH = 20  # sessions from which chance can be told
Judge = Literal["", "no plan", "simple judge"]
JUDGES: tuple[Judge, ...] = get_args(Judge)
# What `--check` judges at each level: with fewer, a figure moves by chance as much as by a fault.
GUARD: dict[Judge, int] = {"": 16, "no plan": 2}
# What `--check` holds, and how far a figure may move before it counts as worse: a single stroke
# judged otherwise, as may happen on another machine, moves it about this much.
TOLERANCE = {
    "stroke_f1": 0.02,
    "movement": 0.02,
    "side": 0.02,
    "worst_fault": 0.15,
    "good_blamed": 0.02,
    "cannot_tell": 0.02,
    "speed_error": 0.02,
    "told_late": 0.05,
    "hold_f1": 0.15,
    "hold_error_s": 0.2,
    "gesture_strokes": 0.2,
}


@dataclass(frozen=True)
class Task:
    """One simulated session to judge: by the engine, with or without the plan, or simply."""

    level: LevelName
    seed: int
    minutes: float
    judge: Judge


@dataclass(frozen=True)
class Result:
    """A judged session."""

    name: str
    tally: Tally
    slips: list[Slip]
    task: Task | None = None


def run_session(task: Task) -> Result:
    """Simulate a session, judge it and score the judgement."""
    session = simulate(Scenario(level=task.level, minutes=task.minutes), task.seed)
    told_s: dict[Stroke, float] = {}

    def note(t: float, events: Sequence[Event]) -> None:
        told_s.update({event: t for event in events if isinstance(event, Stroke)})

    if task.judge == "simple judge":
        analysis = naive_analysis(session.frames, load_protocol(), session.camera)
    else:
        plan = session.plan if task.judge == "" else None
        analysis = analyse(
            session.frames, protocol=load_protocol(), camera=session.camera, plan=plan, told=note
        )
    tally, slips = score(analysis, session.truth, told_s)
    return Result(_row_name(task.level, task.judge), tally, slips, task)


def run_sessions(tasks: Sequence[Task]) -> list[Result]:
    """Judge many sessions in a few processes, the longest first."""
    longest_first = sorted(tasks, key=lambda task: -LEVELS[task.level].fps * task.minutes)
    with ProcessPoolExecutor(WORKERS) as pool:
        results = []
        for result in pool.map(run_session, longest_first):
            results.append(result)
            _tell(f"\r{len(results)} of {len(tasks)} sessions")
        _tell("\n")
    return results


def run_clips() -> list[Result]:
    """Judge the clips, where they are."""
    results = []
    for path in clips():
        _tell(f"{path.name}\n")
        analysis, truth = judge_clip(path)
        tally, slips = score(analysis, truth)
        tally.speed_errors = []
        results.append(Result("clips, no plan", tally, slips))
    return results


def tasks(counts: dict[Judge, int], minutes: float, first: int) -> list[Task]:
    """The same seeds at every level and for every judge, as many as asked for each."""
    return [
        Task(level, first + k, minutes, judge)
        for level in LEVELS
        for judge, count in counts.items()
        for k in range(count)
    ]


def rows(results: Iterable[Result]) -> list[Row]:
    """Results added up by row of the table, in its order."""
    tallies: dict[str, list[Tally]] = {}
    for result in results:
        tallies.setdefault(result.name, []).append(result.tally)
    order = [_row_name(level, judge) for judge in JUDGES for level in LEVELS] + ["clips, no plan"]
    return [_row(name, tallies[name]) for name in order if name in tallies]


def _row(name: str, tallies: Sequence[Tally]) -> Row:
    added = Tally()
    for tally in tallies:
        added.add(tally)
    return Row(
        name,
        len(tallies),
        added.strokes,
        added.figures(),
        {fault: added.with_fault(fault) for fault in FAULTS},
        f1_range(tallies) if len(tallies) >= ENOUGH else None,
    )


def drops(now: Iterable[Row], floor: dict[str, dict[str, float]]) -> list[str]:
    """What has become worse than recorded, in words."""
    out = []
    for row in now:
        for figure, recorded in floor.get(row.name, {}).items():
            value = row.figures.get(figure)
            if value is None:
                out.append(f"{row.name}: {figure} can no longer be computed")
                continue
            worse = value - recorded if figure in AT_MOST else recorded - value
            if worse > TOLERANCE[figure]:
                out.append(f"{row.name}: {figure} is {value:.3f}, recorded {recorded:.3f}")
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark.

    Returns:
        0, or 1 when `--check` finds a figure below its floor.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="fail when a figure has dropped")
    mode.add_argument("--record", action="store_true", help="record the floor for --check")
    parser.add_argument("--sessions", type=int, default=120, help="per level, with a plan")
    parser.add_argument("--minutes", type=float, default=1.5, help="about how long each")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--slips", type=Path, help="where to write what went wrong")
    options = parser.parse_args(argv)

    small = options.check or options.record
    few = max(1, options.sessions // 12)
    wanted = (
        tasks(GUARD, 1.5, 500)
        if small
        else tasks(
            {"": options.sessions, "no plan": few, "simple judge": few},
            options.minutes,
            options.first,
        )
    )
    results = run_sessions(wanted) + ([] if small else run_clips())
    found = rows(results)
    print(table(found))
    if options.slips:
        options.slips.write_text(_slips(results), "utf-8")
    if options.record:
        floor = {
            row.name: {k: round(v, 4) for k, v in row.figures.items() if k in TOLERANCE}
            for row in found
        }
        FLOOR.write_text(json.dumps(floor, indent=1) + "\n", "utf-8")
    elif options.check:
        worse = drops(found, json.loads(FLOOR.read_text("utf-8")))
        print("\n".join(worse) or "No figure has dropped.")
        return 1 if worse else 0
    else:
        REPORT.write_text(markdown(found), "utf-8")
    return 0


def _row_name(level: str, judge: Judge) -> str:
    return f"{level}, {judge}" if judge else level


def _slips(results: Iterable[Result]) -> str:
    lines = []
    for result in results:
        seed = (
            "" if result.task is None else f" seed {result.task.seed} ({result.task.minutes} min)"
        )
        lines += [
            f"{result.name}{seed} t={slip.t_s:.2f} {slip.what} | {slip.true} | {slip.found}"
            for slip in result.slips
        ]
    return "\n".join(lines) + "\n"


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(text, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
