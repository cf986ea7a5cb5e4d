"""Short simulated sessions that between them lean on every threshold of the engine.

``python -m tests.coaching.battery`` judges them anew and records the outcome, for when the judge
has been changed on purpose: read the difference before keeping it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from faceglide.coaching import Engine
from faceglide.coaching.events import Event, Hold, Stroke
from faceglide.coaching.thresholds import DEFAULT, Thresholds
from faceglide.planning.model import Plan, Step
from faceglide.protocol import load_protocol
from faceglide.screening.model import Decision
from faceglide.tracking.frame import Frame
from faceglide.tracking.simulator import (
    Circle,
    Glide,
    Hover,
    Pause,
    Press,
    Return,
    Simulated,
    simulate,
    story,
)
from tests.coaching import ladders, room_ladders
from tests.coaching.landings import landing
from tests.coaching.rounds import turned

LADDERS = ladders.LADDERS
# One room each: what no threshold needs, but many a constant beside the code.
ROOM_LADDERS = {**room_ladders.LADDERS, "landing": landing, "turned": turned}
NAMES = (
    *LADDERS,
    "away",
    "lips",
    "lost",
    "blinks",
    "rough",
    "ordinary",
    "rests",
    "slow",
    "tool",
    *ROOM_LADDERS,
)
RECORDED = Path(__file__).with_name("battery.json")
SECONDS, MILLIMETRES = 0.03, 0.6  # a sum in another order may move a figure by less
BACK = Return()
CHEEK, FOREHEAD, JAW = "cheeks.sweep_up_out", "forehead.glide_out", "jawline.sweep_up"
UPPER, LOWER, BROW = "lips.glide_out_upper", "lips.glide_out_lower", "brow.glide_out"
Outcome = list[list[Any]]


def _plan(*steps: tuple[str, str, str]) -> Plan:
    made = tuple(
        Step(
            movement=movement,
            side=side,  # type: ignore[arg-type]
            tool=tool,
            technique="manual" if tool == "hands" else "tool",
            repeats=3,
            seconds=20,
            pressure="light",
            why="Told.",
        )
        for movement, side, tool in steps
    )
    return Plan(protocol="test", decision=Decision(outcome="go"), steps=made, total_seconds=60)


def _hidden(session: Simulated, spans: Sequence[tuple[float, float]]) -> Iterator[Frame]:
    """The frames with no hand in them during some shares of the last stroke."""
    stroke = session.truth.strokes[-1]
    long = stroke.end_s - stroke.start_s
    for frame in session.frames:
        at = (frame.t - stroke.start_s) / long
        gone = any(low < at < high for low, high in spans)
        yield Frame(frame.t, frame.face, () if gone else frame.hands)


def _ordinary() -> tuple[Simulated, Plan | None, list[Frame]]:
    """A planned step with every fault, at the noise of an ordinary camera."""
    session = simulate(
        story(
            [
                Glide(CHEEK, "left"), BACK,
                Glide(CHEEK, "left", pause_s=0.4, speed_mm_s=28), Return(style="straight"),
                Glide(CHEEK, "left", offset_mm=-17), BACK,
                Glide(CHEEK, "left", end=0.45), BACK,
                Glide(CHEEK, "left", reverse=True), BACK,
                Glide(CHEEK, "left", tug_mm=9), BACK,
                Glide(CHEEK, "left", speed_mm_s=150), BACK,
                Hover(CHEEK, "left", hand="left"), Glide(CHEEK, "left"),
            ],
            level="typical",
        ),
        seed=21,
    )  # fmt: skip
    return session, _plan((CHEEK, "left", "hands")), list(session.frames)


def _lips() -> tuple[Simulated, Plan | None, list[Frame]]:
    """Short paths, where jitter and strokes are of one size."""
    session = simulate(
        story(
            [
                Glide(UPPER, "left", speed_mm_s=22), BACK, Glide(UPPER, "left", speed_mm_s=18),
                Return(style="straight"), Glide(UPPER, "left", end=0.5), BACK,
                Glide(LOWER, "right", speed_mm_s=25), BACK, Glide(LOWER, "right", speed_mm_s=12),
            ],
            level="typical",
        ),
        seed=5,
    )  # fmt: skip
    return session, None, list(session.frames)


def _rests() -> tuple[Simulated, Plan | None, list[Frame]]:
    """Holds, circles, and a hand that waits."""
    session = simulate(
        story(
            [
                Press("jawline.masseter_hold", "left", point=1, seconds=10.5),
                Press("jawline.masseter_hold", "left", point=2, seconds=4.0),
                Press("jawline.masseter_hold", "left", point=0, seconds=2.2),
                Circle("temples.circle", "left", turns=2), Pause(1.0), Glide(BROW, "left"),
            ],
            level="clean",
        ),
        seed=3,
    )  # fmt: skip
    return session, None, list(session.frames)


def _tool() -> tuple[Simulated, Plan | None, list[Frame]]:
    """A tool's edge beyond the fingers, and the neck, which has no landmarks."""
    glides = [
        Glide(FOREHEAD, "left", tool="gua_sha"), BACK,
        Glide(FOREHEAD, "left", tool="gua_sha", offset_mm=-14), BACK,
        Glide(FOREHEAD, "left", tool="gua_sha", end=0.6), BACK,
        Glide("neck.glide_up", "left"), BACK, Glide("neck.glide_up", "left", offset_mm=13),
    ]  # fmt: skip
    session = simulate(story(glides, level="clean"), seed=5)
    plan = _plan((FOREHEAD, "left", "gua_sha"), ("neck.glide_up", "left", "hands"))
    return session, plan, list(session.frames)


def _away() -> tuple[Simulated, Plan | None, list[Frame]]:
    """A hand that leaves the brow and is soon over it again."""
    glides = [Glide(BROW, "left"), BACK, Glide(BROW, "left")]
    session = simulate(story(glides, level="typical"), seed=12)
    return session, None, list(session.frames)


def _lost() -> tuple[Simulated, Plan | None, list[Frame]]:
    """A hand that the tracker loses, briefly and for long."""
    session = simulate(
        story([Glide(JAW, "left"), BACK, Glide(JAW, "left", speed_mm_s=24)], level="clean"), seed=6
    )
    return session, None, list(_hidden(session, [(0.2, 0.28), (0.45, 0.58)]))


def _blinks() -> tuple[Simulated, Plan | None, list[Frame]]:
    """A hand that is not found for a third of a second, and again near the end."""
    session = simulate(story([Glide(FOREHEAD, "left", speed_mm_s=30)], level="clean"), seed=12)
    return session, None, list(_hidden(session, [(0.35, 0.46), (0.86, 0.90)]))


def _rough() -> tuple[Simulated, Plan | None, list[Frame]]:
    """Twice the usual noise, on a head that turns."""
    glides = [
        Glide(CHEEK, "right", speed_mm_s=24), BACK, Glide(CHEEK, "right", speed_mm_s=20), BACK,
        Glide(LOWER, "right", speed_mm_s=16), BACK, Glide(LOWER, "right", speed_mm_s=14), BACK,
        Glide(JAW, "right", speed_mm_s=26, pause_s=0.4), BACK, Glide(JAW, "right", speed_mm_s=22),
    ]  # fmt: skip
    session = simulate(story(glides, level="hard"), seed=17)
    return session, None, list(session.frames)


def _slow() -> tuple[Simulated, Plan | None, list[Frame]]:
    """Strokes slower and quicker than anybody should make them."""
    session = simulate(
        story(
            [
                Glide(JAW, "left", speed_mm_s=9), BACK, Glide(FOREHEAD, "left", speed_mm_s=9),
                BACK, Glide(BROW, "left", speed_mm_s=190), BACK,
            ],
            level="clean",
        ),
        seed=9,
    )  # fmt: skip
    return session, None, list(session.frames)


STORIES: dict[str, Callable[[], tuple[Simulated, Plan | None, list[Frame]]]] = {
    "ordinary": _ordinary,
    "lips": _lips,
    "rests": _rests,
    "tool": _tool,
    "away": _away,
    "lost": _lost,
    "blinks": _blinks,
    "slow": _slow,
    "rough": _rough,
}


@cache
def told(name: str) -> tuple[Simulated, Plan | None, list[Frame]]:
    """A story, simulated once."""
    return STORIES[name]()


def rungs(name: str, thresholds: Thresholds = DEFAULT) -> Iterator[str]:
    """What is told on a ladder, rung by rung."""
    return (LADDERS | ROOM_LADDERS)[name](thresholds)


def outcome(name: str, thresholds: Thresholds = DEFAULT) -> Outcome:
    """What is made of a ladder or a story: words first, then times, then lengths."""
    if name in LADDERS or name in ROOM_LADDERS:
        return [[told_so, [], []] for told_so in rungs(name, thresholds)]
    session, plan, frames = told(name)
    engine = Engine(load_protocol(), session.camera, plan, thresholds=thresholds)
    events: list[Event] = [event for frame in frames for event in engine.push(frame)]
    return [_line(event) for event in events + engine.finish()]


def _line(event: Event) -> list[Any]:
    if isinstance(event, Stroke):
        who = f"{event.movement} {event.side} {event.verdict} {' '.join(event.faults)}".strip()
        size = [event.length_mm, event.length_sd_mm, event.path_error_mm]
        return [who, [round(event.start_s, 3), round(event.end_s, 3)], [round(x, 2) for x in size]]
    if isinstance(event, Hold):
        who = f"{event.movement} {event.side} {event.point} {event.verdict}"
        return [who, [round(event.start_s, 3), round(event.end_s, 3)], []]
    return [type(event).__name__, [], []]


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes differ by no more than rounding."""
    return len(one) == len(other) and all(
        a[0] == b[0] and _close(a[1], b[1], SECONDS) and _close(a[2], b[2], MILLIMETRES)
        for a, b in zip(one, other, strict=True)
    )


def _close(one: list[float], other: list[float], slack: float) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(one, other, strict=True))


def recorded() -> dict[str, Outcome]:
    """The outcomes that the product's own thresholds lead to."""
    found: dict[str, Outcome] = json.loads(RECORDED.read_text())
    return found


if __name__ == "__main__":
    lines = []
    for story_name in NAMES:
        inner = ",\n".join(f"    {json.dumps(line)}" for line in outcome(story_name))
        lines.append(f'  "{story_name}": [\n{inner}\n  ]')
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
