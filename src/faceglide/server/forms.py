"""What people type into a form."""

from __future__ import annotations


def whole_number(text: str, most: int) -> int | None:
    """The number from 0 to `most` that was typed, or None for anything else.

    ``str.isdigit`` alone lets in digits that `int` refuses, and numbers too long for it.
    """
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
