"""Work out once per protocol what depends on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from faceglide.protocol.model import Protocol

R = TypeVar("R")


def per_protocol(function: Callable[[Protocol], R]) -> Callable[[Protocol], R]:
    """Remember a function's answer for the last protocol it was asked about, by identity."""
    last: list[tuple[Protocol, R]] = []

    @wraps(function)
    def remembered(protocol: Protocol) -> R:
        for known, answer in last:
            if known is protocol:
                return answer
        answer = function(protocol)
        last[:] = [(protocol, answer)]
        return answer

    return remembered
