"""What to do and why, as data."""

from __future__ import annotations

from faceglide.protocol.loading import Problem, load_own, validate
from faceglide.protocol.model import Protocol

__all__ = ["Problem", "Protocol", "load_protocol", "validate"]


def load_protocol() -> Protocol:
    """The protocol in force; the same object at every call."""
    return load_own()
