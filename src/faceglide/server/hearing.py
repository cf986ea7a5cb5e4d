"""What a session sounds like: what its page is told, the words it says, and the choices kept."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from faceglide.server.language import gettext as _
from faceglide.server.state import Preferences, Shared

router = APIRouter(prefix="/settings", include_in_schema=False)


class Hearing(BaseModel):
    """The choices that a session's page makes; ``frontend/src/senses/choices.js`` sends them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sound: Literal["voice", "tones", "silent"]
    volume: float = Field(ge=0.0, le=1.0)
    tempo: bool


@router.post("/hearing", status_code=204)
def remember(hearing: Hearing, state: Shared) -> Response:
    """Remember how the person likes a session to sound."""
    state.prefer(**hearing.model_dump())
    return Response(status_code=204)


def hearing_data(preferences: Preferences) -> dict[str, Any]:
    """What the session page knows of these choices when it opens."""
    return {
        "sound": preferences.sound,
        "volume": preferences.volume,
        "tempo": preferences.tempo,
    }


def hearing_words() -> dict[str, str]:
    """What the page says, shows beside a held palm, and understands when it is spoken.

    The commands hold the phrases that mean them, separated by commas.
    """
    return {
        "palm_pause": _("Hold to pause"),
        "palm_resume": _("Go on"),
        "palm_repeat": _("Again"),
        "palm_skip": _("Skip"),
        "palm_softer": _("Softer"),
        "palm_louder": _("Louder"),
        "palm_undo": _("Hold to stay"),
        "paused_palm": _("Lower your hand. Then hold an open palm at what you want."),
        "waiting_skip": _("Moving on. Raise your palm to stay."),
        "waiting_repeat": _("Starting this one again. Raise your palm to leave it as it is."),
        "undone": _("Left as it was."),
        "step": _("{name}, {side}"),
        "say_step": _("{name}, {side}. {how}"),
        "say_paused": _("Paused."),
        "say_done": _("Done. Let your hands rest."),
        "say_hurt": _("Stopped. Take your hands away."),
        "sound_voice": _("Spoken cues and tones."),
        "sound_tones": _("Tones only."),
        "sound_silent": _("Silent. Every cue is written here."),
        "volume": _("Volume {n} %"),
        "framing_darker": _("Turn away from the bright light behind you."),
        "framing_lighter": _("Find more light for your face."),
        "framing_glare": _("Too bright. Soften the light on your face."),
        "framing_upright": _("Hold your head upright."),
        "framing_lower": _("Tilt the screen down a little, until your neck is in the picture."),
        "pause": _("pause, wait, hold on"),
        "resume": _("go on, continue, carry on"),
        "repeat": _("again, repeat, once more"),
        "skip": _("skip, next, move on"),
        "stop": _("stop, end the session"),
        "hurts": _("it hurts, that hurts, this hurts, ouch"),
        "louder": _("louder"),
        "softer": _("softer, quieter"),
    }
