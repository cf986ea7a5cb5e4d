"""What the session page is told when it opens: its steps, paths, addresses and words."""

from __future__ import annotations

import uuid
from typing import Any

from faceglide.face.paths import overlay_recipes
from faceglide.planning.model import Plan, Step
from faceglide.protocol import Protocol
from faceglide.protocol.model import Movement
from faceglide.server import words
from faceglide.server.hearing import hearing_words
from faceglide.server.language import current_language
from faceglide.server.language import gettext as _
from faceglide.server.templating import static_url


def page_data(plan_id: uuid.UUID, plan: Plan, protocol: Protocol) -> dict[str, Any]:
    """The page's data, as JSON can carry it; ``frontend/src/session/data.js`` reads it."""
    movements = {movement.id: movement for movement in protocol.movements}
    tools = {tool.id: tool.name for tool in protocol.tools}
    planned = {(step.movement, step.side) for step in plan.steps}
    return {
        "plan": str(plan_id),
        "steps": [_step(step, movements[step.movement], tools) for step in plan.steps],
        "preparation": list(plan.preparation),
        "closing": list(plan.closing),
        "paths": {
            f"{recipe['movement']}/{recipe['side']}": recipe["points"]
            for recipe in overlay_recipes(protocol)
            if (recipe["movement"], recipe["side"]) in planned
        },
        "tracker": {
            "faceWorker": static_url("built/face-worker.js"),
            "handWorker": static_url("built/hand-worker.js"),
            "faceModel": "/models/face_landmarker.task",
            "handModel": "/models/hand_landmarker.task",
        },
        "words": _words() | hearing_words(),
    }


def _step(step: Step, movement: Movement, tools: dict[str, str]) -> dict[str, Any]:
    slowest, fastest = movement.speed_mm_s
    dose = [words.repeats(step.repeats, movement.motion), words.pressure_short(step.pressure)]
    if step.tool != "hands":
        dose.append(tools[step.tool])
    if step.angle_deg is not None:
        dose.append(_("%(n)s degrees to the skin") % {"n": round(step.angle_deg)})
    return {
        "movement": step.movement,
        "name": movement.name,
        "zone": movement.zone,
        "side": step.side,
        "side_words": words.side(step.side),
        "repeats": step.repeats,
        "parts": len(movement.path) if movement.motion == "hold" else step.repeats,
        "seconds": step.seconds,
        "dose": " · ".join(dose),
        "instruction": movement.instruction,
        "chart": f"/chart/{movement.id}.svg?side={step.side}&lang={current_language()}",
        "chart_words": f"{movement.name}, {words.side(step.side)}. {movement.direction}",
        "motion": movement.motion,
        "speed_mm_s": (slowest + fastest) / 2,
        "length_mm": movement.nominal_length_mm,
        "hold_seconds": sum(movement.hold_seconds) / 2 if movement.hold_seconds else 0,
        "hands": 1,
    }


def _words() -> dict[str, str]:
    return {
        "place": _("{n} of {of}"),
        "next": _("Then: {name}, {side}"),
        "count": _("{n} of {of}"),
        "loading": _("Getting ready to follow your hands."),
        "paused_hidden": _("You looked elsewhere, so nothing was counted."),
        "tracker_failed": _("The camera stopped following. Go on with the chart and the tempo."),
        "camera_gone": _("The camera is gone. Go on with the chart and the tempo."),
        "camera_refused": _(
            "The browser was not allowed to use the camera. Allow it beside the address, "
            "or start without it: everything else works the same."
        ),
        "camera_missing": _("No camera was found. Plug one in, or start without it."),
        "camera_busy": _("Another program is using the camera. Close it, or start without it."),
        "camera_insecure": _(
            "A browser only shows its camera to a secure address. Start without it here."
        ),
        "camera_tracker": _("The tracker could not start on this machine. Start without it."),
        "framing_no_face": _("Come into the picture. Face the camera."),
        "framing_closer": _("Come a little closer."),
        "framing_back": _("Move back a little."),
        "framing_centre": _("Bring your whole face and neck into the picture."),
        "framing_straight": _("Look straight ahead."),
        "framing_good": _("Good. Stay there, hands down."),
        "tempo_glide": _("Stroke {n} of {of}: glide"),
        "tempo_circle": _("Circle {n} of {of}"),
        "tempo_hold": _("Point {n} of {of}: rest there"),
        "tempo_back": _("Lift, and come back through the air"),
        "advice_pain": _(
            "Let the place rest; do not massage it again today. If it still hurts tomorrow, "
            "or marks or redness stay, see a doctor."
        ),
        "advice_dizziness": _(
            "Stay seated until it has passed. If it does not pass at once, get help now."
        ),
        "advice_numbness": _("If the feeling is not back at once, get help now."),
        "advice_vision": _("Get help now, even if it passes."),
        "closing": _("Your summary opens by itself in {n} s."),
        "closing_kept": _(
            "Faceglide is not running. What you did is kept in this browser. "
            "It is counted, and your summary opens, when Faceglide is back."
        ),
        "start": _("Start"),
        "start_kept": _(
            "Faceglide is not running, so nobody can watch your hands. Chart, tempo and voice "
            "guide you. What you do is kept here, and counted when Faceglide is back."
        ),
        "refused": _("Faceglide no longer takes this session. What was done is kept."),
        "refused_elsewhere": _("This session was opened in another window. Go on there."),
        "refused_unknown": _("This session is not in the records of this machine."),
    }
