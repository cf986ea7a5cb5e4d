"""The application: routes, guards and what they share."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from faceglide import __version__
from faceglide.server import (
    api,
    atlas,
    charts,
    check,
    coming_back,
    demo,
    hearing,
    home,
    learn,
    live,
    offline,
    own_plans,
    practice,
    preferences,
    reminders,
    summary,
)
from faceglide.server.failures import FailureMiddleware, answer_failures
from faceglide.server.heads import HeadMiddleware
from faceglide.server.language import LanguageMiddleware
from faceglide.server.language import gettext as _
from faceglide.server.limits import BodyLimitMiddleware
from faceglide.server.logs import LogMiddleware, configure_logs
from faceglide.server.security import (
    FIELD,
    HEADER,
    SAFE_METHODS,
    Guard,
    SecurityMiddleware,
    allowed_hosts,
    load_secret,
)
from faceglide.server.state import State
from faceglide.server.templating import STATIC
from faceglide.settings import Settings

# Bundled chunks carry a hash in their names, the tracker's folder its version.
_NAMED_BY_CONTENT = re.compile(r"/built/(chunk-|tracker-)")

ABOUT = "Screens, plans and records facial fascia massage. Not a medical device; treats nothing."


async def require_token(connection: HTTPConnection) -> None:
    """Refuse a state-changing request that does not carry our own pages' token.

    Applies to every route of the app but the few that compute without changing anything
    (`api.changes_nothing`).

    Raises:
        HTTPException: 403.
    """
    if not isinstance(connection, Request) or connection.method in SAFE_METHODS:
        return
    if getattr(connection.scope.get("endpoint"), "changes_nothing", False):
        return
    given: Any = connection.headers.get(HEADER)
    if given is None and "form" in connection.headers.get("content-type", ""):
        given = (await connection.form()).get(FIELD)
    guard: Guard = connection.app.state.guard
    if not guard.token_is_right(connection, given if isinstance(given, str) else None):
        raise HTTPException(403, _("This page is out of date. Go back, reload it and try again."))


class Files(StaticFiles):
    """Static files with how long they may be kept."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """As in Starlette, with our own cache header."""
        response = super().file_response(*args, **kwargs)
        scope: Scope = args[2] if len(args) > 2 else kwargs["scope"]
        if b"v=" in scope.get("query_string", b"") or _NAMED_BY_CONTENT.search(scope["path"]):
            kept = "public, max-age=31536000, immutable"
        elif str(args[0]).endswith((".wasm", ".task", ".woff2")):
            kept = "public, max-age=86400"
        else:
            kept = "no-cache"
        response.headers["Cache-Control"] = kept
        return response


def create_app(settings: Settings, hosts: Iterable[str] = ()) -> FastAPI:
    """Make the application.

    Args:
        settings: Where records and models are and which names to answer to.
        hosts: Further names to answer to, as the Host header spells them.

    Returns:
        The app; records open when it starts.
    """
    configure_logs()
    guard = Guard(allowed_hosts(settings) | {*hosts}, load_secret(settings.data_dir / "csrf.key"))
    state = State(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        state.close()

    app = FastAPI(
        title="Faceglide",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        dependencies=[Depends(require_token)],
        lifespan=lifespan,
    )
    app.state.guard = guard
    app.state.settings = settings
    app.state.faceglide = state
    app.state.preferences = state.preferences
    for room in (
        home,
        check,
        practice,
        summary,
        own_plans,
        coming_back,
        demo,
        learn,
        preferences,
        hearing,
        reminders,
        charts,
        atlas,
        live,
        offline,
        api,
    ):
        app.include_router(room.router)
    app.mount("/static", Files(directory=STATIC), name="static")
    app.mount("/models", Files(directory=settings.models_dir, check_dir=False), name="models")
    answer_failures(app)
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(LanguageMiddleware, chosen=lambda: state.preferences().language)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(FailureMiddleware)
    app.add_middleware(LogMiddleware)
    app.add_middleware(SecurityMiddleware, guard=guard)
    return app
