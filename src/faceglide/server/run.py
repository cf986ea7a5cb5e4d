"""Running the server for one person: find a port, say where it is, open their browser."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp

from faceglide.errors import BadInput
from faceglide.server.lan import LanOptions, PairingMiddleware, lan_settings, qr_text
from faceglide.server.lan import listen as listen_on_lan
from faceglide.settings import Settings

if TYPE_CHECKING:
    import uvicorn

_PORTS_TRIED = 20
_HERE = "127.0.0.1"
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_UVICORN: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    # Nothing stands in front of us, so nobody may say for another who or how they are.
    "proxy_headers": False,
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,
    "ws_max_size": 1 << 20,
    "timeout_graceful_shutdown": 3,
}


def serve(settings: Settings, *, open_browser: bool, lan: bool = False, start: str = "") -> None:
    """Run Faceglide until Ctrl-C.

    Args:
        settings: Address and port; when the port is taken, the next free one is used and said.
        open_browser: Whether to open the person's browser once the page answers.
        start: The page to open, without its leading slash.
        lan: Whether to let one phone on the local network in, by a code on the terminal. An
            address of the network in `settings` is then where that phone is expected; it is never
            served without the code.

    Raises:
        BadInput: The address cannot be listened on, there is no network for `lan`, or the address
            is one of the network and `lan` is not asked for.
    """
    outside = network_addresses(settings.host)
    if outside is not None:
        if not lan:
            raise BadInput(
                f"host {settings.host!r}",
                "everybody on the network could open your records",
                "an address of this machine alone, or --lan, which lets one phone in by a code",
            )
        settings = replace(settings, host=_HERE)
    # The engine's arrays are small: threads inside one product cost more than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    listening = listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    address = f"http://{_spoken_host(settings.host)}:{port}/{start}"
    if settings.port not in {0, port}:
        _say(f"Port {settings.port} is taken; using {port} instead.")

    import uvicorn

    from faceglide.server.app import create_app

    network = lan_settings(replace(settings, port=port), outside or None) if lan else None
    app = create_app(settings, network.hosts if network else ())
    server = uvicorn.Server(uvicorn.Config(app, **_UVICORN))
    running = [(server, [listening])]
    if network:
        running.append(_phone_side(app, network))

    async def run() -> None:
        async with _announced(server, address, open_browser=open_browser):
            await asyncio.gather(*(one.serve(sockets=sockets) for one, sockets in running))

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def network_addresses(host: str) -> tuple[str, ...] | None:
    """The addresses of a host that other machines can reach.

    Args:
        host: As it was asked for: an address, a name, or everywhere.

    Returns:
        None when only this machine reaches it, or when it is no host that anybody could listen on;
        an empty tuple for every address of this machine.
    """
    if host in _EVERYWHERE:
        return ()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return None  # listening on it will say so
    outside = sorted(one for one in found if not ipaddress.ip_address(one).is_loopback)
    if any(ipaddress.ip_address(one).is_unspecified for one in outside):
        return ()  # everywhere, spelled another way
    return tuple(outside) or None


def _phone_side(app: ASGIApp, network: LanOptions) -> tuple[uvicorn.Server, list[socket.socket]]:
    """The same app behind TLS on the local network, for the phone that scans the code."""
    import uvicorn

    sockets = listen_on_lan(network)
    guarded = PairingMiddleware(app, network.token)
    config = uvicorn.Config(guarded, **{**_UVICORN, **network.tls, "lifespan": "off"})
    url = network.pairing_url(sockets[0].getsockname()[1])
    _say(qr_text(url))
    _say(f"Scan this with your phone, on the same network. Or type: {url}")
    _say("Your phone will warn that it does not know this certificate. Its SHA-256 must be:")
    _say(network.fingerprint())
    return uvicorn.Server(config), sockets


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at `port`, or at the next free port after it.

    Raises:
        BadInput: The host is not this machine's, or no port is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port + 1 if port == 0 else min(port + _PORTS_TRIED, 65536)
    for candidate in range(port, last):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, candidate))
            sock.listen(128)
        except (OSError, UnicodeError) as error:
            sock.close()
            if isinstance(error, OSError) and error.errno in {errno.EADDRINUSE, errno.EACCES}:
                continue
            raise BadInput(
                f"{host}:{candidate}", "cannot listen there", "an address of this machine"
            ) from error
        sock.set_inheritable(True)
        return sock
    raise BadInput(f"{host}:{port}", "every port from there on is taken", "a free port (--port)")


@contextlib.asynccontextmanager
async def _announced(server: object, address: str, *, open_browser: bool) -> AsyncIterator[None]:
    async def announce() -> None:
        while not getattr(server, "started", False):
            await asyncio.sleep(0.02)
        _say(f"Faceglide is at {address} — Ctrl-C stops it.")
        if open_browser:
            opened = await asyncio.to_thread(webbrowser.open, address)
            if not opened:
                _say("No browser could be opened here: open that address yourself.")

    task = asyncio.create_task(announce())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _spoken_host(host: str) -> str:
    if host in {_HERE, "::1"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the program speaking
