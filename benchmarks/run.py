"""Every benchmark of speed in one run: ``make bench`` prints the table and writes it down.

``python -m benchmarks.run`` writes docs/performance.md. How well strokes are judged is measured
apart, by benchmarks/accuracy.py.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import engine_speed, page_rate
from faceglide.planning import make_plan
from faceglide.protocol import load_protocol
from faceglide.screening import parse_answers, screen
from faceglide.tracking.simulator import Scenario, simulate

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "performance.md"
PLANS = 1000
STARTS = 5
LONG_MINUTES = 10.0
FACEGLIDE = (sys.executable, "-m", "faceglide.cli")
ANSWERS = {"as_of": "2026-11-21", "age": 34, "conditions": [{"id": "easy_bruising"}]}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        what: What was measured.
        budget: What it may be, in words.
        measured: What it was here, in words.
        kept: Whether the budget was kept; None where nothing was measured.
    """

    what: str
    budget: str
    measured: str
    kept: bool | None


def planning() -> Iterator[Figure]:
    """Plans a second, and verbs from their start in a terminal."""
    protocol = load_protocol()
    decision = screen(protocol, parse_answers(ANSWERS, "benchmark"))
    goals = [goal.id for goal in protocol.goals]
    start = time.process_time()
    for n in range(PLANS):
        make_plan(protocol, decision, goals=[goals[n % len(goals)]], minutes=3 + n % 13, tools=[])
    taken = time.process_time() - start
    whole = 10_000 / PLANS * taken
    yield Figure("10,000 plans", "< 10 s", f"{whole:.1f} s", whole < 10)
    with TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        answers.write_text(json.dumps(ANSWERS), "utf-8")
        verbs = {
            "screen": ["screen", str(answers)],
            "plan": ["plan", "--goal", "relaxation", "--minutes", "8", "--tool", "hands"],
        }
        for name, arguments in verbs.items():
            seconds = min(_run_s(arguments) for _ in range(STARTS))
            yield Figure(
                f"`faceglide {name}`, start to finish", "< 0.5 s", f"{seconds:.2f} s", seconds < 0.5
            )
        seconds = min(_serving_s(folder) for _ in range(STARTS))
        yield Figure(
            "`faceglide serve`, until it answers", "< 2 s", f"{seconds:.2f} s", seconds < 2
        )


def _run_s(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([*FACEGLIDE, *arguments, "--json"], check=True, capture_output=True)
    return time.perf_counter() - start


def _serving_s(folder: str) -> float:
    start = time.perf_counter()
    command = [*FACEGLIDE, "serve", "--no-browser", "--port", "0"]
    environment = {**os.environ, "FACEGLIDE_DATA_DIR": folder}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        server.stderr.readline()
        taken = time.perf_counter() - start
        server.terminate()
    return taken


def engine() -> Iterator[Figure]:
    """What the judge costs a frame, beside the tracker and over a long session."""
    session = simulate(Scenario(level="typical", minutes=1.5), seed=1)
    start_us, end_us, grown_mb = engine_speed.hour_us(session.frames, session.camera, LONG_MINUTES)
    yield Figure(
        f"engine after {LONG_MINUTES:.0f} minutes, against its start",
        "flat",
        f"{end_us / start_us:.2f} of the time a frame, {grown_mb:.1f} MB more",
        end_us < 1.3 * start_us,
    )
    shares = list(engine_speed.of_tracker())
    for share in shares:
        yield Figure(
            f"engine a frame, of the tracker's time for the same frames, {share.hands}",
            "≤ 1 %",
            f"{share.part:.2%} ({share.engine_us:.0f} µs of {share.tracker_ms:.1f} ms)",
            share.part <= 0.01,
        )
    if not shares:
        yield _unmeasured("engine a frame, of the tracker's time", "≤ 1 %", "no clip or models")


def pages() -> Iterator[Figure]:
    """What the pages cost in a real browser."""
    try:
        found = page_rate.measure()
    except page_rate.Unmeasured as missing:
        yield _unmeasured("the pages", "", str(missing))
        return
    rates, longest_ms = found.rates, max(found.rates.longest_ms)
    first_s, overlay_s = found.first_page_s, found.overlay_s
    yield Figure("first page interactive, warm", "< 2 s", f"{first_s:.2f} s", first_s < 2)
    yield Figure("camera click to overlay, no GPU", "< 4 s", f"{overlay_s:.2f} s", overlay_s < 4)
    yield Figure(
        "session page's frame rate, of a bare tracker loop's",
        "≥ 80 %",
        f"{rates.share:.0%} ({rates.page_fps:.1f} of {rates.bare_fps:.1f} a second)",
        rates.share >= 0.8,
    )
    yield Figure(
        "longest task of the page's thread while tracking",
        "≤ 100 ms",
        f"{longest_ms:.0f} ms" if longest_ms else "none over 50 ms",
        longest_ms <= 100,
    )


def _unmeasured(what: str, budget: str, why: str) -> Figure:
    return Figure(what, budget, f"not measured: {why}", None)


BENCHMARKS: tuple[Callable[[], Iterator[Figure]], ...] = (planning, engine, pages)
KEPT = {True: "yes", False: "**no**", None: "–"}


def markdown(figures: list[Figure]) -> str:
    """The page about performance."""
    rows = "\n".join(f"| {f.what} | {f.budget} | {f.measured} | {KEPT[f.kept]} |" for f in figures)
    return f"""# Performance

Written by `make bench`: one run on one machine with {os.cpu_count()} cores ({platform.machine()},
Python {platform.python_version()}), with a load of {os.getloadavg()[0]:.1f} when it ended. Whatever
else runs there moves the times; ratios are measured side by side and hold better, where there is
a core to spare. Bytes do not depend on the machine: `tests/web/test_budgets.py` holds them.

| what | budget | measured | kept |
|---|---|---|---|
{rows}
"""


def main() -> None:
    """Run everything."""
    figures = []
    for benchmark in BENCHMARKS:
        for figure in benchmark():
            print(f"{figure.what:60s} {figure.budget:8s} {figure.measured}", flush=True)
            figures.append(figure)
    REPORT.write_text(markdown(figures), "utf-8")


if __name__ == "__main__":
    main()
