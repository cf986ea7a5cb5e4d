"""``faceglide serve``: the pages, in your browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; one of your network only with --lan.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 picks one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let one phone on your network in, by a QR code.")
    ] = False,
) -> None:
    """Open Faceglide in your browser. Stop it with Ctrl-C."""
    from faceglide import server
    from faceglide.settings import Settings

    settings = Settings()
    if host is not None:
        settings = replace(settings, host=host)
    if port is not None:
        settings = replace(settings, port=port)
    server.serve(settings, open_browser=not no_browser, lan=lan)
