"""From a plan to what a person does with it: as natural, and as wrong, as people are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from faceglide.errors import BadInput
from faceglide.face.paths import Side
from faceglide.planning.model import Plan, Step
from faceglide.protocol.model import Movement, Protocol
from faceglide.screening.model import Decision

from .actions import (
    Action,
    Away,
    Both,
    Circle,
    Glide,
    Hover,
    Pause,
    PersonSide,
    Press,
    ReachPast,
    Return,
    Scratch,
    Wave,
)
from .levels import LevelName
from .mistakes import Mistakes
from .person import Person
from .track import TOOL_REACH_MM
from .ways import way

# How often things happen; our defaults.
FAULT_RATE = 0.24
GREY_RATE = {"clean": 0.0, "typical": 0.03, "hard": 0.03}
DISTRACTION_RATE = 0.35
BOTH_HANDS_RATE = 0.25
CROSSED_RATE = 0.06
SKIP_RATE, SWAP_RATE, AGAIN_RATE = 0.04, 0.1, 0.04
TOOL_RATE = 0.2
# How long hands that go on evenly take to get going, and again to stop: shares of the time.
RAMPS = (0.12, 0.4)
# Between two strokes of a step: landing, lifting and the way back.
_BETWEEN_S = 2.2


def draw_plan(protocol: Protocol, minutes: float, rng: np.random.Generator) -> Plan:
    """A plan of about the given minutes, of movements in random order, both sides alike."""
    steps: list[Step] = []
    order = [protocol.movements[int(i)] for i in rng.permutation(len(protocol.movements))]
    for movement in order:
        tools = [t for t in movement.tools if t in ("gua_sha", "roller")]
        tool = str(rng.choice(tools)) if tools and rng.random() < TOOL_RATE else "hands"
        for side in movement.sides:
            steps.append(
                Step(
                    movement=movement.id,
                    side=side,
                    tool=tool,
                    technique="manual" if tool == "hands" else "tool",
                    repeats=movement.repeats,
                    seconds=round(movement.repeats * _seconds_each(movement), 1),
                    pressure=movement.pressure,
                    why="Simulated.",
                )
            )
        if sum(step.seconds for step in steps) >= minutes * 60:
            break
    total = sum(step.seconds for step in steps)
    decision = Decision(outcome="go")
    return Plan(
        protocol=protocol.version,
        decision=decision,
        steps=tuple(steps),
        total_seconds=round(total, 1),
    )


def check_plan(plan: Plan, protocol: Protocol) -> None:
    """Refuse a plan that this protocol cannot perform.

    Raises:
        BadInput: A step names a movement, side or tool that does not exist.
    """
    movements = {m.id: m for m in protocol.movements}
    for k, step in enumerate(plan.steps):
        movement = movements.get(step.movement)
        if movement is None:
            fault = f"{step.movement!r} does not exist"
            raise BadInput(f"plan step {k}: movement", fault, "a movement of this protocol")
        if step.side not in movement.sides:
            expected = " or ".join(movement.sides)
            raise BadInput(f"plan step {k}: side", f"{step.side!r} is not a side of it", expected)
        if step.tool not in TOOL_REACH_MM:
            expected = ", ".join(TOOL_REACH_MM)
            raise BadInput(f"plan step {k}: tool", f"{step.tool!r} does not exist", expected)


def compose(
    plan: Plan,
    protocol: Protocol,
    person: Person,
    level: LevelName,
    minutes: float,
    rng: np.random.Generator,
) -> tuple[Action, ...]:
    """What a person does with a plan.

    Steps are sometimes skipped, swapped or done again; strokes vary in speed, place and length,
    and about a quarter of them are wrong in one way; between steps hands wave, hover, reach past
    and scratch. It ends about when `minutes` are over.
    """
    return _Composer(protocol, person, level, rng).session(plan, minutes)


class _Composer:
    def __init__(
        self, protocol: Protocol, person: Person, level: LevelName, rng: np.random.Generator
    ) -> None:
        self.movements = {m.id: m for m in protocol.movements}
        self.person, self.level, self.rng = person, level, rng
        self.mistakes = Mistakes(protocol, person, rng)
        self.tempo_mm_s = float(np.exp(rng.normal(np.log(33.0), 0.2)))
        self.evenness = float(rng.uniform(0.0, 1.0))
        self.habit_mm = float(np.clip(rng.normal(0.0, 1.5), -3.0, 3.0))

    def session(self, plan: Plan, minutes: float) -> tuple[Action, ...]:
        actions: list[Action] = []
        spent = 0.0
        for steps in self._reordered(_paired(plan.steps)):
            if spent > minutes * 60:
                break
            if self.rng.random() < SKIP_RATE:
                continue
            for _ in range(2 if self.rng.random() < AGAIN_RATE else 1):
                actions += self._steps(steps)
                spent += sum(step.repeats * _seconds_each(self._of(step)) for step in steps)
            actions += self._between()
        return tuple(actions)

    def _reordered(self, groups: list[tuple[Step, ...]]) -> list[tuple[Step, ...]]:
        for k in range(len(groups) - 1):
            if self.rng.random() < SWAP_RATE:
                groups[k], groups[k + 1] = groups[k + 1], groups[k]
        return groups

    def _steps(self, steps: tuple[Step, ...]) -> list[Action]:
        movement = self._of(steps[0])
        both = len(steps) == 2 and movement.zone != "neck" and steps[0].tool == "hands"
        if both and self.rng.random() < BOTH_HANDS_RATE:
            lag = float(self.rng.uniform(0.0, 0.12))
            return [
                Both(action, lag)
                for action in self._step(steps[0])
                if isinstance(action, Glide | Circle | Press | Return)
            ]
        return [action for step in steps for action in self._step(step)]

    def _step(self, step: Step) -> list[Action]:
        movement, side = self._of(step), step.side
        hand = self._hand(movement, side)
        repeats = max(1, step.repeats + int(self.rng.choice([-1, 0, 0, 0, 1])))
        if movement.motion == "circle":
            return [self._circles(movement, side, hand, repeats)]
        if movement.motion == "hold":
            low = (movement.hold_seconds or (10.0, 10.0))[0]
            return [
                Press(movement.id, side, hand, point, float(self.rng.uniform(low, low + 3.0)))
                for point in range(len(movement.path))
            ]
        actions: list[Action] = []
        for k in range(repeats):
            actions.append(self._stroke(step, side, hand))
            if k < repeats - 1:
                actions += self._back(hand)
        return actions

    def _circles(self, movement: Movement, side: Side, hand: PersonSide, repeats: int) -> Circle:
        turn_s = float(self.rng.uniform(1.5, 2.6))
        good = Circle(
            movement.id,
            side,
            hand,
            repeats,
            turn_s,
            reverse=bool(self.rng.random() < 0.2),
            tug_mm=float(self.rng.uniform(0.0, 1.5)),
        )
        return self.mistakes.make_round(good) if self.rng.random() < FAULT_RATE else good

    def _stroke(self, step: Step, side: Side, hand: PersonSide) -> Glide:
        movement = self._of(step)
        length = way(movement, side, self.person).length_mm
        speed = self.tempo_mm_s * np.exp(self.rng.normal(0.0, 0.18)) * (0.8 if length < 45 else 1)
        good = Glide(
            movement.id,
            side,
            hand,
            speed_mm_s=float(np.clip(speed, 15.0, 75.0)),
            begin=float(self.rng.uniform(0.0, 0.05)),
            end=float(self.rng.uniform(0.93, 1.0)),
            offset_mm=self.habit_mm + float(np.clip(self.rng.normal(0.0, 1.0), -2.0, 2.0)),
            skew=float(self.rng.uniform(0.8, 1.3)),
            ramp=float(self.rng.uniform(*RAMPS)) if self.rng.random() < self.evenness else 0.0,
            wander_mm=float(self.rng.uniform(0.5, 1.2)),
            tug_mm=float(self.rng.uniform(0.0, 1.5)),
            tool=step.tool,
        )
        if length / good.speed_mm_s > 1.5 and self.rng.random() < 0.1:
            good = replace(good, pause_s=float(self.rng.uniform(0.2, 0.45)))
        chance = self.rng.random()
        if chance < FAULT_RATE:
            return self.mistakes.make(good, length)
        if chance < FAULT_RATE + GREY_RATE[self.level]:
            return self.mistakes.make_grey(good, length)
        return good

    def _back(self, hand: PersonSide) -> list[Action]:
        chance = self.rng.random()
        seconds = float(self.rng.uniform(0.5, 1.2))
        if chance < 0.08:
            return [Pause(float(self.rng.uniform(0.5, 2.0)), hand)]
        if chance < 0.45:
            return [Return(hand, "straight", float(self.rng.uniform(20, 32)), 0.75 * seconds)]
        return [Return(hand, "arc", float(self.rng.uniform(32, 75)), seconds)]

    def _hand(self, movement: Movement, side: Side) -> PersonSide:
        if side == "midline":
            return "right" if self.rng.random() < 0.8 else "left"
        crossed = movement.zone != "neck" and self.rng.random() < CROSSED_RATE
        if crossed:
            return "left" if side == "right" else "right"
        return side

    def _between(self) -> list[Action]:
        hand: PersonSide = "left" if self.rng.random() < 0.5 else "right"
        if self.rng.random() > DISTRACTION_RATE:
            return [Away(float(self.rng.uniform(0.3, 2.0)), hand)]
        seconds = float(self.rng.uniform(1.2, 3.0))
        over = str(self.rng.choice(["forehead.glide_out", "cheeks.sweep_up_out"]))
        height = float(self.rng.uniform(40, 90))
        options: tuple[Action, ...] = (
            Wave(seconds, hand, hand, beside=bool(self.rng.random() < 0.5)),
            Hover(over, hand, hand, height, seconds),
            ReachPast(hand, float(self.rng.uniform(1.2, 2.0)), float(self.rng.uniform(100, 180))),
            Scratch("cheeks.sweep_up_out", hand, hand, float(self.rng.uniform(0.2, 0.7))),
        )
        return [options[int(self.rng.integers(len(options)))], Away(0.3, hand)]

    def _of(self, step: Step) -> Movement:
        return self.movements[step.movement]


def _paired(steps: tuple[Step, ...]) -> list[tuple[Step, ...]]:
    """Steps in order, the two sides of one movement together."""
    groups: list[tuple[Step, ...]] = []
    for step in steps:
        last = groups[-1] if groups else ()
        if len(last) == 1 and last[0].movement == step.movement and last[0].side != step.side:
            groups[-1] = (*last, step)
        else:
            groups.append((step,))
    return groups


def _seconds_each(movement: Movement) -> float:
    """About how long one repeat takes."""
    if movement.motion == "hold":
        return len(movement.path) * ((movement.hold_seconds or (10.0, 10.0))[0] + _BETWEEN_S)
    if movement.motion == "circle":
        return 2.2
    return 2.4 + _BETWEEN_S
