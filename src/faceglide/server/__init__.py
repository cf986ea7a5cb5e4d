"""Pages, API and the live socket.

`create_app` makes the application; `serve` runs it for one person on this machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceglide.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app(settings: Settings) -> FastAPI:
    """Make the application; see `faceglide.server.app.create_app`."""
    from faceglide.server import app

    return app.create_app(settings)


def serve(settings: Settings, *, open_browser: bool, lan: bool = False, start: str = "") -> None:
    """Run the server until it is stopped; see `faceglide.server.run.serve`."""
    from faceglide.server import run

    run.serve(settings, open_browser=open_browser, lan=lan, start=start)
