"""What to do and why, as data.

Example:
    >>> from faceglide.protocol import load_protocol
    >>> [zone.id for zone in load_protocol().zones][:2]
    ['forehead', 'brow']
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from faceglide.errors import BadInput
from faceglide.protocol.loading import Problem, build, load_own, read_source
from faceglide.protocol.model import Protocol
from faceglide.protocol.packs import add_pack, installed
from faceglide.settings import pack_folders

__all__ = ["Problem", "Protocol", "export_document", "load_protocol", "validate"]


@cache
def load_protocol(packs: tuple[Path, ...] = ()) -> Protocol:
    """The protocol in force, the same object at every call.

    Args:
        packs: Further folders of packs, laid over the protocol, the installed packs and those
            that `FACEGLIDE_PACKS` names, in this order.

    Raises:
        BadInput: With file, line and fault, when a file or a pack is wrong.
    """
    protocol = load_own()
    for folder in (*installed(), *pack_folders(), *packs):
        if isinstance(folder, Path) and not folder.is_dir():
            raise BadInput(str(folder), "is not a folder", "the folder of a pack")
        protocol, problems = add_pack(protocol, folder)
        if problems:
            raise problems[0].error()
    return protocol


def validate(folder: Path) -> list[Problem]:
    """Every problem of a folder, a whole protocol or (with `pack.toml`) a pack over ours.

    Returns:
        Problems in order of file and line; empty when all is well.

    Raises:
        BadInput: When there is no such folder.
    """
    if not folder.is_dir():
        raise BadInput(str(folder), "is not a folder", "a folder with the protocol's TOML files")
    is_pack = (folder / "pack.toml").exists()
    problems = add_pack(load_own(), folder)[1] if is_pack else build(read_source(folder))[1]
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.fault))


def export_document(protocol: Protocol | None = None) -> dict[str, Any]:
    """The whole protocol as the public export contract has it, ready for JSON.

    Args:
        protocol: What to export; the protocol in force when left out.
    """
    return (protocol or load_protocol()).model_dump(mode="json")
