"""Settings: theme, language, scale, sound; and everything kept, to take away or to erase."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from faceglide.errors import BadInput
from faceglide.face.scale import PLAUSIBLE_PUPILLARY_MM
from faceglide.server.forms import whole_number
from faceglide.server.language import gettext as _
from faceglide.server.language import languages
from faceglide.server.state import THEMES, Shared, State, today
from faceglide.server.templating import page

router = APIRouter(prefix="/settings", include_in_schema=False)

SOUNDS = ("voice", "tones", "silent")


@router.get("")
def show(request: Request, state: Shared, saved: bool = False) -> Response:
    """The settings."""
    return _show(request, state, saved=saved)


def _show(
    request: Request, state: State, *, saved: bool = False, wrong: BadInput | None = None
) -> Response:
    context = {
        "preferences": state.preferences(),
        "themes": THEMES,
        "sounds": SOUNDS,
        "languages": languages(),
        "data_dir": state.settings.data_dir,
        "saved": saved,
        "wrong": wrong,
    }
    return page(request, "settings.html", context, 422 if wrong else 200)


@router.post("")
async def save(request: Request, state: Shared) -> Response:
    """Remember the settings."""
    form = await request.form()
    try:
        choices = {
            "theme": _one_of(str(form.get("theme", "auto")), THEMES, _("Theme")),
            "language": _language(str(form.get("language", ""))),
            "sound": _one_of(str(form.get("sound", "voice")), SOUNDS, _("Sound")),
            "volume": _volume(str(form.get("volume", "70"))),
            "tempo": form.get("tempo") == "yes",
            "pupillary_distance_mm": _distance(str(form.get("pupillary_distance_mm", ""))),
        }
    except BadInput as wrong:
        return _show(request, state, wrong=wrong)
    state.prefer(**choices)
    return RedirectResponse("/settings?saved=true", 303)


def _one_of(value: str, allowed: tuple[str, ...], place: str) -> str:
    if value not in allowed:
        raise BadInput(place, f"{value!r} is not offered", ", ".join(allowed))
    return value


def _volume(per_cent: str) -> float:
    number = whole_number(per_cent, 100)
    if number is None:
        raise BadInput(_("Volume"), f"{per_cent!r}", _("a number from 0 to 100"))
    return number / 100


def _language(code: str) -> str | None:
    """The chosen language; None where the browser is to say."""
    return _one_of(code, languages(), _("Language")) if code else None


def _distance(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    if not text:
        return None
    low, high = PLAUSIBLE_PUPILLARY_MM
    expected = f"{low:g} to {high:g} mm"
    try:
        value = float(text)
    except ValueError:
        raise BadInput(_("Distance between the pupils"), f"{text!r}", expected) from None
    if not low <= value <= high:
        raise BadInput(_("Distance between the pupils"), f"{value:g} mm", expected)
    return value


@router.get("/export.json")
def export(state: Shared) -> Response:
    """Everything kept, as a file."""
    body = state.store.export_all().model_dump(mode="json")
    name = f"faceglide-{today().isoformat()}.json"
    return Response(
        json.dumps(body, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/erase")
def ask_erase(request: Request) -> Response:
    """Ask once more."""
    return page(request, "erase.html", {"erased": False})


@router.post("/erase")
def erase(request: Request, state: Shared) -> Response:
    """Erase everything that is kept."""
    state.store.erase()
    state.forget()
    return page(request, "erase.html", {"erased": True})
