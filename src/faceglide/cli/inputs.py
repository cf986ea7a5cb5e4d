"""Reading what a person hands to a verb; every fault becomes one line that names its place."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from faceglide.cli.output import reason
from faceglide.errors import BadInput

M = TypeVar("M", bound=BaseModel)


def read_text(path: Path, expected: str) -> str:
    """The text of a UTF-8 file.

    Raises:
        BadInput: No such file, a folder, unreadable, or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput(str(path), "no such file", expected) from error
    except IsADirectoryError as error:
        raise BadInput(str(path), "is a folder", expected) from error
    except OSError as error:
        raise BadInput(str(path), reason(error), expected) from error
    except UnicodeDecodeError as error:
        raise BadInput(str(path), f"not UTF-8 text (byte {error.start})", expected) from error


def read_json(path: Path, expected: str = "a JSON file") -> object:
    """What a JSON file holds.

    Args:
        path: The file.
        expected: What the file should be, in words, for the error.

    Raises:
        BadInput: Not readable, or not JSON; names line and column.
    """
    text = read_text(path, expected)
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise BadInput(place, f"not JSON ({error.msg.lower()})", expected) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(str(path), f"not JSON ({error})", expected) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # JSON lets a key stand twice and the last one win: an age given twice must not be guessed.
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice!r} stands there more than once")
    return found


def read_model(path: Path, model: type[M], expected: str) -> M:
    """A JSON file as one of the public models.

    Raises:
        BadInput: Not readable, not JSON, or not what the model says; names the field.
    """
    data = read_json(path, expected)
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        place = f"{path}: {field}" if field else str(path)
        raise BadInput(place, first["msg"].lower(), expected) from error
