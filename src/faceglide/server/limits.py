"""How much one request may bring: more than any page of ours sends, less than hurts."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Our largest, a long session kept while no server answered, is about a fifth of it.
MAX_BODY = 1 << 20


class BodyLimitMiddleware:
    """Counts a body while it is read, so that no length a stranger claims is believed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; whoever reads past the limit is answered 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = MAX_BODY

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, "This is more than Faceglide takes in at once.")
            return message

        await self._app(scope, counted, send)
