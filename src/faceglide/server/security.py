"""Who may talk to the server: this machine's own pages, and nobody else's.

Three guards, for requests and the socket alike:

1. The ``Host`` header names this machine (no rebinding of someone else's name onto us).
2. An ``Origin`` header, where there is one, is exactly the address the request went to.
3. A request that changes something also carries a token only our own pages can know: an HMAC,
   under a secret kept with the records, of a random value in a ``SameSite=Strict`` cookie.
   Cookies ignore ports, so another server on this machine may see the cookie; without the secret
   it cannot make the token.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from faceglide.settings import Settings

COOKIE = "faceglide_csrf"
HEADER = "X-CSRF-Token"
FIELD = "csrf"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# `same-origin`, not `no-referrer`: under the latter a browser sends `Origin: null` with our own
# forms. Other sites learn nothing under either.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names this server answers to, without port, lower case."""
    wildcard = settings.host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    own = set() if wildcard else {f"[{settings.host}]" if ":" in settings.host else settings.host}
    return LOOPBACK | {name.lower() for name in own}


def load_secret(path: Path) -> bytes:
    """Read the token secret, making it on first use.

    Kept with the records so that a page left open still works after the server restarts.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret is the one to use
    finally:
        draft.unlink()
    return path.read_bytes()


class Guard:
    """The rules in force: names answered to and the token's secret."""

    def __init__(self, hosts: Iterable[str], secret: bytes) -> None:
        self._hosts = frozenset(hosts)
        self._secret = secret

    def host_is_ours(self, headers: Headers) -> bool:
        """Whether exactly one Host header is there and names this server."""
        values = headers.getlist("host")
        return len(values) == 1 and _hostname(values[0]) in self._hosts

    def origin_is_ours(self, headers: Headers, scheme: str) -> bool:
        """Whether the request comes from one of our pages, or from no page at all.

        Browsers send ``Origin`` with every socket and every state-changing request; where it is
        opaque (``null``), ``Sec-Fetch-Site`` must vouch instead.
        """
        site = headers.get("sec-fetch-site")
        if (
            site not in {None, "same-origin", "none"}
            and headers.get("sec-fetch-mode") != "navigate"
        ):
            return False
        origins = headers.getlist("origin")
        if not origins:
            return True
        if origins == ["null"]:
            return site == "same-origin"
        web = {"ws": "http", "wss": "https"}.get(scheme, scheme)
        return [origin.lower() for origin in origins] == [f"{web}://{headers['host'].lower()}"]

    def change_is_ours(self, headers: Headers, scheme: str) -> bool:
        """As `origin_is_ours`, and no page of another site led here, not even by a form."""
        site = headers.get("sec-fetch-site")
        return site in {None, "same-origin", "none"} and self.origin_is_ours(headers, scheme)

    def token(self, nonce: str) -> str:
        """The token that goes with a cookie's value."""
        return hmac.new(self._secret, nonce.encode(), hashlib.sha256).hexdigest()

    def token_is_right(self, connection: HTTPConnection, given: str | None) -> bool:
        """Whether `given` belongs to the cookie that came with it."""
        nonce = cookie_value(connection.headers)
        if not nonce or not given:
            return False
        return hmac.compare_digest(self.token(nonce).encode(), given.encode())


def _hostname(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    name, _, port = host.partition(":")
    return name if not port or port.isdigit() else ""


def cookie_value(headers: Headers) -> str | None:
    """The value our cookie carries, or None."""
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    morsel = jar.get(COOKIE)
    return morsel.value if morsel else None


def check_websocket(ws: WebSocket) -> bool:
    """Whether a socket comes from one of our own pages, to one of our own names.

    `SecurityMiddleware` has asked this before any socket route runs; routes may ask again.
    """
    guard: Guard = ws.app.state.guard
    return guard.host_is_ours(ws.headers) and guard.change_is_ours(ws.headers, ws.url.scheme)


class SecurityMiddleware:
    """Refuses strangers, hands out the cookie and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request or socket through, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal:
                await send({"type": "websocket.close", "code": 1008, "reason": refusal})
            else:
                await self._app(scope, receive, send)
            return

        nonce = cookie_value(headers)
        fresh = None if nonce else secrets.token_urlsafe(24)
        scope.setdefault("state", {})["csrf"] = self._guard.token(nonce or fresh or "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(scope, MutableHeaders(scope=message), fresh)
            await send(message)

        if refusal:
            await PlainTextResponse(refusal + "\n", 403)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        if not self._guard.host_is_ours(headers):
            return "This name is not one Faceglide answers to."
        reads = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        check = self._guard.origin_is_ours if reads else self._guard.change_is_ours
        if not check(headers, scope["scheme"]):
            return "Only Faceglide's own pages may ask this."
        return None

    def _dress(self, scope: Scope, headers: MutableHeaders, fresh: str | None) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if "cache-control" not in headers:
            headers["Cache-Control"] = "no-store"
        if fresh and headers.get("content-type", "").startswith("text/html"):
            secure = "; Secure" if scope["scheme"] == "https" else ""
            headers.append(
                "Set-Cookie", f"{COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Strict{secure}"
            )
