"""Pages from templates: one environment, and what every page knows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from faceglide import __version__
from faceglide.server import language, words
from faceglide.server.security import FIELD

WEB = Path(__file__).parent.parent / "web"
STATIC = WEB / "static"


@cache
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext=language.gettext, ngettext=language.ngettext, newstyle=True
    )
    env.globals.update(
        static=static_url,
        csrf_field=Markup(f'<input type="hidden" name="{FIELD}" value="%s">'),  # noqa: S704 - ours
        version=__version__,
        words=words,
    )
    env.filters.update(
        day=words.day,
        ago=words.days_ago,
        since=words.since,
        minutes=words.minutes,
        named=words.named,
        entries=words.entries,
        inner=language.inner,
    )
    return env


@cache
def static_url(path: str) -> str:
    """Address of a static file, changing whenever its content does."""
    file = STATIC / path
    stamp = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "none"
    return f"/static/{path}?v={stamp}"


def page(
    request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """Render a page.

    Args:
        request: The request being answered.
        template: File under ``web/templates``.
        context: What the template asks for, beside what every page knows: `path`, `csrf`,
            `theme`, `lang` and `today`.
        status: HTTP status.
    """
    preferences = request.app.state.preferences()
    body = (
        _environment()
        .get_template(template)
        .render(
            {
                "path": request.url.path,
                "csrf": request.state.csrf,
                "theme": preferences.theme,
                "lang": language.current_language(),
                "today": dt.date.today(),  # noqa: DTZ011 - the person's own calendar day
                **(context or {}),
            }
        )
    )
    return HTMLResponse(body, status)
