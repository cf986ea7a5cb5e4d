"""Practice: choosing a routine, and seeing it."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from faceglide.errors import BadInput
from faceglide.planning import make_plan, reworded_plan
from faceglide.planning.make import MINUTES as MINUTES_RANGE
from faceglide.planning.model import Plan, Step
from faceglide.protocol.model import Movement, Protocol
from faceglide.server.charts import drawn, frame_of
from faceglide.server.check import standing
from faceglide.server.forms import whole_number
from faceglide.server.language import gettext as _
from faceglide.server.state import Shared, State
from faceglide.server.templating import page
from faceglide.server.words import names

router = APIRouter(include_in_schema=False)

MINUTES = (3, 5, 8, 10, 15)
MAY_PLAN = frozenset({"go", "adapt"})


@router.get("/plan")
def choose(request: Request, state: Shared) -> Response:
    """Goals, minutes and tools."""
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    if found[1].outcome not in MAY_PLAN:
        return RedirectResponse("/check/result", 303)
    return _chooser(request, state)


def _chooser(
    request: Request,
    state: State,
    chosen: dict[str, Any] | None = None,
    wrong: BadInput | None = None,
) -> Response:
    found = standing(state)
    protocol = state.protocol
    chosen = chosen or _last_request(state)
    blocked = set(found[1].blocked_tools) if found else set()
    young = found is not None and found[0].age < 16
    context = {
        "goals": [goal for goal in protocol.goals if not (young and goal.appearance)],
        "tools": [t for t in protocol.tools if t.purpose == "massage" and t.id != "hands"],
        "preparation": [tool for tool in protocol.tools if tool.purpose == "preparation"],
        "blocked_tools": blocked,
        "minutes_offered": MINUTES,
        "own_plans": state.store.own_plans(),
        "chosen": chosen,
        "wrong": wrong,
        "decision": found[1] if found else None,
    }
    return page(request, "plan_choose.html", context, 422 if wrong else 200)


def _last_request(state: State) -> dict[str, Any]:
    kept: dict[str, Any] = state.store.preferences().get("routine") or {}
    return {
        "goals": kept.get("goals", ["relaxation"]),
        "minutes": kept.get("minutes", 8),
        "tools": kept.get("tools", ["oil"]),
    }


@router.post("/plan")
async def plan(request: Request, state: Shared) -> Response:
    """Make the routine and show it."""
    form = await request.form()
    if form.get("again") == "yes":
        chosen = _last_request(state)
    else:
        chosen = {
            "goals": [str(goal) for goal in form.getlist("goal")],
            "minutes": whole_number(str(form.get("minutes", "")), MINUTES_RANGE[1]) or 0,
            "tools": [str(tool) for tool in form.getlist("tool")],
        }
    found = standing(state)
    if found is None:
        return RedirectResponse("/check", 303)
    answers, decision = found
    if decision.outcome not in MAY_PLAN:
        return RedirectResponse("/check/result", 303)
    low, high = MINUTES_RANGE
    if not low <= chosen["minutes"] <= high:
        expected = _("%(low)s to %(high)s") % {"low": low, "high": high}
        wrong = BadInput(_("Minutes"), _("they are not chosen"), expected)
        return _chooser(request, state, chosen, wrong)
    try:
        made = make_plan(
            state.own_protocol,
            decision,
            goals=chosen["goals"],
            minutes=chosen["minutes"],
            tools=chosen["tools"],
            age=answers.age,
            history=state.store.history(),
        )
    except BadInput as wrong:
        return _chooser(request, state, chosen, wrong)
    plan_id = state.store.save_plan(made, chosen)
    state.prefer(routine=chosen)
    return RedirectResponse(f"/plan/{plan_id}", 303)


@router.get("/plan/{plan_id}")
def show(request: Request, state: Shared, plan_id: uuid.UUID) -> Response:
    """The routine, and the ways to begin."""
    record = state.store.plan(plan_id)
    found = standing(state)
    made = reworded_plan(state.own_protocol, state.protocol, record.plan)
    context = {
        "plan": made,
        "plan_id": plan_id,
        "cards": _cards(state.protocol, made),
        "still_stands": found is not None and found[1] == record.plan.decision,
        "names": names(state.protocol),
        "goals": [g for g in state.protocol.goals if g.id in record.request.get("goals", ())],
    }
    return page(request, "plan.html", context)


def _cards(protocol: Protocol, made: Plan) -> list[dict[str, Any]]:
    """Steps that follow each other with the same movement and tool, as one card."""
    movements = {movement.id: movement for movement in protocol.movements}
    cards = []

    def alike(step: Step) -> tuple[object, ...]:
        return (step.movement, step.tool, step.technique, step.repeats)

    for _key, run in groupby(made.steps, alike):
        steps = list(run)
        movement: Movement = movements[steps[0].movement]
        sides = list(dict.fromkeys(step.side for step in steps))
        side = sides[0] if len(sides) == 1 else None
        cards.append(
            {
                "movement": movement,
                "steps": steps,
                "first": steps[0],
                "sides": sides,
                "seconds": sum(step.seconds for step in steps),
                "chart": drawn(protocol, movement.id, side, frame=frame_of(movement.zone)),
            }
        )
    return cards
