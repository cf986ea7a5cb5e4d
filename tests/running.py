"""An app on a real socket, in a thread: the one way in which tests start a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp


def running(
    app: ASGIApp, port: int = 0, sockets: list[socket.socket] | None = None, **options: Any
) -> tuple[int, Callable[[], None]]:
    """Serve an app; its port, and what stops it.

    Args:
        app: What answers.
        port: On the loopback address; 0 picks one.
        sockets: Listening sockets to use in its place.
        options: More for uvicorn.
    """
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_config=None,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
            **{"access_log": False, **options},
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    found = sockets or server.servers[0].sockets

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return found[0].getsockname()[1], stop
