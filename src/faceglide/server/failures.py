"""What a person, or a program, is told when something goes wrong."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faceglide.errors import BadInput
from faceglide.server.language import gettext as _
from faceglide.server.logs import log_error
from faceglide.server.templating import page


def answer_failures(app: FastAPI) -> None:
    """Answer bad input and refusals: a page to a person, JSON under ``/api/``."""
    app.add_exception_handler(BadInput, _bad_input)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput)  # noqa: S101 - registered for this kind only
    if _wants_json(request):
        told = {"place": error.place, "fault": error.fault, "expected": error.expected}
        return JSONResponse({"detail": str(error), **told}, 422)
    expected = _("Expected: %(what)s.") % {"what": error.expected}
    detail = f"{error.place}: {error.fault}. {expected}"
    return page(request, "error.html", {"status": 422, "detail": detail}, 422)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this kind only
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return await _bad_input(request, BadInput(place, first["msg"], "see /api/openapi.json"))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind only
    if _wants_json(request):
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    context = {"status": error.status_code, "detail": error.detail}
    return page(request, "error.html", context, error.status_code)


class FailureMiddleware:
    """Catches what nobody else did: logs where it broke, and says so kindly.

    An exception that left the app would be printed by the server with its message, and a message
    may hold what a person answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer 500, or close the socket, when something breaks."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # the last line of defence
            log_error(error)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011, "reason": ""})
            elif scope["type"] == "http" and not begun:
                await _broke(Request(scope, receive))(scope, receive, send)
            elif scope["type"] != "http":
                raise


def _broke(request: Request) -> Response:
    if _wants_json(request):
        return JSONResponse({"detail": "Something broke on our side."}, 500)
    return page(request, "error.html", {"status": 500, "detail": ""}, 500)
