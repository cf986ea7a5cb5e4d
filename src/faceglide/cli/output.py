"""What a verb says and where: data to stdout, the rest to stderr, files whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import typer
from pydantic import BaseModel

from faceglide.errors import BadInput

T = TypeVar("T")


def to_json(data: object) -> str:
    """`data` as indented JSON; models are dumped, NaN and infinity are refused."""
    return json.dumps(data, default=_plain, ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not JSON")


def emit(data: object) -> None:
    """Print `data` to stdout as JSON."""
    _print(to_json(data))


def emit_text(text: str) -> None:
    """Print a readable answer to stdout."""
    _print(text)


def _print(text: str) -> None:
    # A terminal that cannot show a character gets a replacement instead of a traceback.
    encoding = sys.stdout.encoding or "utf-8"
    typer.echo(text.encode(encoding, "replace").decode(encoding))


def say(message: str) -> None:
    """Tell the person something that is not the answer (stderr)."""
    typer.echo(message, err=True)


def progress(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Pass `items` on, with a bar on stderr when that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=label, total=total, console=Console(stderr=True))


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file so that it is there completely or not at all.

    Args:
        path: Where; an existing file is replaced.
        content: Text (UTF-8) or bytes.
        private: Readable by its owner only.

    Raises:
        BadInput: When it cannot be written there.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_dir():
        raise BadInput(str(path), "is a folder", "the name of a file to write")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise BadInput(str(path), reason(error), "a folder that can be written to") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if not private:
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise BadInput(str(path), reason(error), "a place that can be written to") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def reason(error: OSError) -> str:
    """Why the system refused, in its own words without the path."""
    return (error.strerror or str(error)).lower()
