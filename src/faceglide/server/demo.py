"""The demonstration: a simulated person, seen by a simulated tracker, on the real session page.

Everything behind the landmarks is real: the socket, the judge, the counts, the cues and the
summary. The session is kept as `simulated` and is nobody's practice.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

from fastapi import APIRouter, Request
from starlette.responses import Response

from faceglide.planning.model import Plan, Step
from faceglide.protocol import Protocol
from faceglide.protocol.model import Movement
from faceglide.records.document import PlanRecord
from faceglide.screening.model import Decision
from faceglide.server.hearing import hearing_data
from faceglide.server.language import gettext as _
from faceglide.server.session_page import page_data
from faceglide.server.state import Shared, State
from faceglide.server.templating import page
from faceglide.tracking.frame import FACE_POINTS
from faceglide.tracking.simulator import Action, Away, Glide, Return, Simulated, simulate, story
from faceglide.tracking.stream import MAX_FRAMES, Numbered, encode

router = APIRouter(include_in_schema=False)

_KEY = "demo_plan"
MOVEMENTS = ("forehead.glide_out", "cheeks.sweep_up_out", "jawline.sweep_up")
REPEATS = 2
SEED = 35
# A whole face takes more room than the points of a live frame, so fewer fit into a message.
_PACKED = MAX_FRAMES // 2
# Long enough for the page to see the face settle before the first stroke.
_FRAMING_S = 3.0
_AFTER_S = 3.0
# What goes wrong in the first stroke of a step, and where.
_SLIPS: dict[tuple[str, str], dict[str, bool | float]] = {
    ("forehead.glide_out", "right"): {"reverse": True},
    ("cheeks.sweep_up_out", "left"): {"speed_mm_s": 190.0},
}


@router.get("/demo")
def demo(request: Request, state: Shared) -> Response:
    """The session page with a simulated person in place of the camera."""
    plan_id = _kept_plan(state)
    plan = demo_plan(state.protocol)
    camera = simulated().camera
    played = {"frames": "/demo/frames", "width": camera.width, "height": camera.height}
    data = page_data(plan_id, plan, state.protocol)
    data["demo"] = played
    data["hearing"] = hearing_data(state.preferences())
    data["words"] |= {
        "loading": _("Getting the simulated person ready."),
        "camera_tracker": _("The simulated person could not be played here. Try again."),
    }
    return page(request, "session.html", {"data": data, "total": plan.total_seconds})


@router.get("/demo/frames")
def frames() -> Response:
    """What the simulated tracker saw: messages of the live socket, each behind its length."""
    kept = {"Cache-Control": "private, max-age=86400"}
    return Response(_frames(), media_type="application/octet-stream", headers=kept)


def is_demo(record: PlanRecord) -> bool:
    """Whether a plan is the demonstration's, which nobody's safety check stands behind."""
    return record.request.get("demo") is True


def _kept_plan(state: State) -> uuid.UUID:
    """The demonstration's plan in the records, kept anew when the protocol has changed."""
    known = state.store.preferences().get(_KEY)
    if known and known["protocol"] == state.protocol.version:
        return uuid.UUID(known["plan"])
    made = state.store.save_plan(demo_plan(state.own_protocol), {"demo": True})
    state.prefer(**{_KEY: {"plan": str(made), "protocol": state.protocol.version}})
    return made


def demo_plan(protocol: Protocol) -> Plan:
    """A minute of three movements, both sides."""
    known = {movement.id: movement for movement in protocol.movements}
    steps = tuple(_step(known[name], side) for name in MOVEMENTS for side in ("left", "right"))
    return Plan(
        protocol=protocol.version,
        decision=Decision(outcome="go"),
        steps=steps,
        total_seconds=sum(step.seconds for step in steps),
    )


def _step(movement: Movement, side: str) -> Step:
    return Step.model_validate(
        {
            "movement": movement.id,
            "side": side,
            "tool": "hands",
            "technique": "manual",
            "repeats": REPEATS,
            "seconds": 12.0,
            "pressure": movement.pressure,
            "why": movement.name,
        }
    )


def _script() -> Iterator[Action]:
    yield Away(_FRAMING_S, "right")
    places = [(name, side) for name in MOVEMENTS for side in ("left", "right")]
    for place, following in pairwise([*places, None]):
        assert place is not None  # noqa: S101 - only the last of the pairs is None
        name, side = place
        slip = _SLIPS.get(place, {})
        # A stroke that went the wrong way is not counted, so it is done once more.
        count = REPEATS + bool(slip.get("reverse"))
        for n in range(count):
            now = slip if n == 0 else {}
            yield Glide(name, side, **{"speed_mm_s": 42.0, **now})  # type: ignore[arg-type]
            if n < count - 1:
                yield Return(side)  # type: ignore[arg-type]
        yield Away(0.6 if following else _AFTER_S, side)  # type: ignore[arg-type]


@cache
def simulated() -> Simulated:
    """The demonstration, the same each time."""
    return simulate(story(_script(), level="clean"), SEED)


@cache
def _frames() -> bytes:
    numbered = (Numbered(seq, frame) for seq, frame in enumerate(simulated().frames, 1))
    packed = []
    while some := list(islice(numbered, _PACKED)):
        message = encode(some, range(FACE_POINTS))
        packed.append(struct.pack("<I", len(message)) + message)
    return b"".join(packed)
