"""``faceglide doctor``: what works on this machine, and what to do about what does not."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.util import find_spec
from typing import Annotated

import typer

from faceglide.cli.output import emit, emit_text
from faceglide.errors import BadInput
from faceglide.settings import Settings

BUILT = ("session.js", "face-worker.js", "hand-worker.js")
"""Scripts without which there is no live session."""
REINSTALL = "Install Faceglide again (`make setup` in a clone); it builds what is missing."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        ok: Whether it works.
        found: What was found.
        remedy: What to do when it does not work; empty when it does.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("doctor")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Say what works on this machine, and what to do about what does not."""
    checks = examine(Settings())
    if as_json:
        emit({"ok": all(check.ok for check in checks), "checks": [asdict(c) for c in checks]})
        return
    for check in checks:
        emit_text(f"{'works' if check.ok else 'FAILS':7}{check.name}: {check.found}")
        if check.remedy:
            emit_text(f"       {check.remedy}")


def examine(settings: Settings) -> list[Check]:
    """Every check, none of which changes anything but the database's own set-up."""
    checks: tuple[Callable[[Settings], Check], ...] = (
        _python,
        _protocol,
        _models,
        _assets,
        _video,
        _browser,
        _database,
        _port,
    )
    return [check(settings) for check in checks]


def _python(_settings: Settings) -> Check:
    version = platform.python_version()
    ok = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Check("Python", ok, version, "" if ok else "Use Python 3.11, 3.12 or 3.13.")


def _protocol(settings: Settings) -> Check:
    from faceglide.protocol import load_protocol

    try:
        return Check("protocol", True, f"version {load_protocol().version}")
    except BadInput as error:
        remedy = "Mend that pack, or take it out of FACEGLIDE_PACKS."
        return Check("protocol", False, str(error), remedy if settings.packs else REINSTALL)


def _models(settings: Settings) -> Check:
    from faceglide.tracking.models import face_bundle, hand_bundle

    name = "camera models"
    try:
        iris = face_bundle(settings.models_dir).has_iris
        hand_bundle(settings.models_dir)
    except BadInput as error:
        return Check(name, False, f"{error.place}: {error.fault}", REINSTALL)
    return Check(name, True, "face and hands" + (", real iris" if iris else ", no real iris"))


def _assets(_settings: Settings) -> Check:
    built = files("faceglide.web").joinpath("static/built")
    missing = [name for name in BUILT if not built.joinpath(name).is_file()]
    if missing:
        return Check("browser tracker", False, f"not built: {', '.join(missing)}", REINSTALL)
    return Check("browser tracker", True, "built")


def _video(_settings: Settings) -> Check:
    missing = [name for name in ("av", "mediapipe") if find_spec(name) is None]
    if missing:
        remedy = 'Install the extra: pip install "faceglide[video]". Live sessions work without.'
        return Check("videos and photos", False, f"not installed: {', '.join(missing)}", remedy)
    return Check("videos and photos", True, "the extra `video` is installed")


def _browser(_settings: Settings) -> Check:
    import webbrowser

    try:
        found = webbrowser.get()
    except webbrowser.Error:
        remedy = "Open the address that `faceglide serve` prints in a browser yourself."
        return Check("browser", False, "none that can be opened from here", remedy)
    return Check("browser", True, getattr(found, "name", "") or "found")


def _database(settings: Settings) -> Check:
    try:  # a faulty pack already stops the import
        from faceglide.records import open_store
        from faceglide.records.database import HEAD

        open_store(settings).close()
    except BadInput as error:
        remedy = f"Expected {error.expected}."
        return Check("records", False, f"{error.place}: {error.fault}", remedy)
    return Check("records", True, f"open, schema {HEAD}")


def _port(settings: Settings) -> Check:
    address = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            remedy = "Stop what listens there, or set FACEGLIDE_PORT or --port to another one."
            return Check("port", False, f"{address}: {error.strerror}", remedy)
    return Check("port", True, f"{address} is free")
