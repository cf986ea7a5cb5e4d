"""Logs: one JSON object a line, and nothing about the person in any of them.

A request is logged as its route's pattern, never its path, query, body or headers; an error as
its kind and the lines of our own code it passed through, never its message or values.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ROOT = Path(__file__).parent.parent
log: structlog.stdlib.BoundLogger = structlog.get_logger("faceglide")


def configure_logs() -> None:
    """Write logs as JSON to stderr, warnings and worse; the rest is for `FACEGLIDE_LOG=info`."""
    level = logging.INFO if os.environ.get("FACEGLIDE_LOG") == "info" else logging.WARNING
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def log_error(error: BaseException, **about: str) -> None:
    """Log that something broke: its kind and where, without what was in it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(_ROOT)]
    where = [f"{Path(f.filename).relative_to(_ROOT)}:{f.lineno} {f.name}" for f in own]
    log.error("broke", kind=type(error).__name__, where=where, **about)


def route_pattern(scope: Scope) -> str:
    """The pattern of the route that answered, or a dash: a path may hold an identifier."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "-"))


class LogMiddleware:
    """Logs each request's method, route, status and time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            took_ms = round((time.perf_counter() - began) * 1000, 1)
            log.info(
                "request",
                method=scope["method"],
                route=route_pattern(scope),
                status=status,
                ms=took_ms,
            )
