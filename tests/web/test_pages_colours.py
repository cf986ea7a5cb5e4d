"""The two editions of the book, day and night, are readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import faceglide.web

TOKENS = (Path(faceglide.web.__file__).parent / "static/css/tokens.css").read_text("utf-8")


def _themes() -> dict[str, dict[str, str]]:
    blocks = {}
    for selector, body in re.findall(r"(:root[^{]*)\{([^}]*)\}", TOKENS):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", body))
        if colours:
            blocks[selector.strip()] = colours
    return {
        "day": blocks[":root"],
        "night": blocks[':root[data-theme="dark"]'],
        "night by itself": blocks[':root[data-theme="auto"]'],
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, two: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", _themes())
@pytest.mark.parametrize(
    ("front", "least"),
    [
        ("ink", 7.0),  # cues are written in ink: AAA
        ("ink-soft", 4.5),
        ("signal", 4.5),
        ("done", 4.5),
        ("focus", 3.0),
        ("edge", 3.0),  # borders of controls
    ],
)
@pytest.mark.parametrize("ground", ["paper", "paper-raised", "paper-sunk"])
def test_every_colour_stands_out_from_every_paper(
    theme: str, front: str, least: float, ground: str
) -> None:
    colours = _themes()[theme]
    assert _contrast(colours[front], colours[ground]) >= least


def test_words_on_colour_are_readable() -> None:
    for colours in _themes().values():
        grounds = [name.removesuffix("-ink") for name in colours if name.endswith("-ink")]
        assert "signal" in grounds
        for name in grounds:
            assert _contrast(colours[name], colours[f"{name}-ink"]) >= 4.5


def test_the_night_is_the_same_whether_chosen_or_followed() -> None:
    themes = _themes()
    assert themes["night"] == themes["night by itself"]
    assert themes["night"].keys() == themes["day"].keys()
