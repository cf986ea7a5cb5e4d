"""``faceglide demo``: a simulated session in your browser, without a camera."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 picks one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Watch a simulated person through the real session page. Stop it with Ctrl-C."""
    from faceglide import server
    from faceglide.settings import Settings

    settings = Settings()
    if port is not None:
        settings = replace(settings, port=port)
    server.serve(settings, open_browser=not no_browser, start="demo")
