"""A fault in the protocol's files is told by file and line."""

from __future__ import annotations

import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from faceglide.errors import BadInput
from faceglide.protocol import validate
from faceglide.protocol.loading import data_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol's own files, to be spoiled."""
    with as_file(data_folder()) as own:
        return Path(shutil.copytree(own, tmp_path / "protocol"))


def spoil(folder: Path, file: str, before: str, after: str) -> int:
    """Replace the only `before` in a file; returns the line it stood on, from 1."""
    text = (folder / file).read_text("utf-8")
    assert text.count(before) == 1, before
    (folder / file).write_text(text.replace(before, after), "utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_our_own_files_have_no_fault(folder: Path) -> None:
    assert validate(folder) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("zones.toml", 'id = "lips"', "id = lips", "Invalid value"),
        ("zones.toml", "outline = [10, 109,", "outline = [10, 509,", "less than 468"),
        ("goals.toml", 'say = "Many people feel calmer afterwards."', "say = 3", "valid string"),
        ("tools.toml", 'purpose = "massage"\ntechnique = "cups"', 'purpose = "joy"', "purpose"),
        ("movements.toml", "radius_mm = 10\n", "", "radius_mm"),
        ("movements.toml", "radius_mm = 10\n", 'radius_cm = 1\n', "radius_cm"),
        ("movements.toml", "path = [4, 5, 195, 197, 6]", "path = [4]", "1 anchors"),
        ("movements.toml", 'sides = ["midline"]', 'sides = ["left"]', "leaves a side out"),
        ("movements.toml", "repeats = 6", "repeats = 9", "outside repeats_range"),
        ("goals.toml", 'finish = "neck.drain_down"', 'finish = "neck.drain"', "unknown"),
        ("goals.toml", 'evidence = ["circulation"]', 'evidence = ["hearsay"]', "unknown"),
        ("evidence.toml", 'sources = ["mood_trial"]', "sources = []", "names no source"),
        ("protocol.toml", 'version = "1.0.0"', 'version = "1.1.0"', "newest of the changelog"),
        ("session.toml", 'id = "home_rest"', 'id = "home_wash"', "stands 2 times"),
        ("phrases.toml", 'text = "Turn around. {direction}"', 'text = "Turn."', "other places"),
        ("phrases.toml", 'text = "That pace is right."', 'text = "Right }."', "Single '}'"),
        ("phrases.toml", 'id = "cue.praise"', 'id = "cue.praised"', "never said"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_and_line(
    folder: Path, file: str, before: str, after: str, fault: str
) -> None:
    line = spoil(folder, file, before, after)
    problems = validate(folder)
    assert problems
    told = [p for p in problems if fault in p.fault]
    assert told, [str(p) for p in problems]
    assert told[0].file == file
    removed = not after.strip() or before.split("=")[0] != after.split("=")[0]
    assert abs(told[0].line - line) <= (20 if removed else 0)
    assert "\n" not in str(told[0])
    assert str(told[0]).startswith(f"{file}:")


def test_every_fault_is_told_not_only_the_first(folder: Path) -> None:
    spoil(folder, "goals.toml", 'finish = "neck.drain_down"', 'finish = "neck.drain"')
    spoil(folder, "questions.toml", 'evidence = ["lip_plumping"]', 'evidence = ["lips"]')
    assert [p.file for p in validate(folder)] == ["goals.toml", "questions.toml"]


def test_a_movement_may_not_promise_more_than_its_evidence(folder: Path) -> None:
    spoil(folder, "movements.toml", "helps = { relaxation = 0.3, glow = 0.2 }",
          "helps = { relaxation = 0.9, glow = 0.2 }")  # fmt: skip
    (problem,) = validate(folder)
    assert "helps: 'relaxation' by 0.9" in problem.fault
    assert "at most 0.6" in problem.expected


def test_a_stranger_among_the_files_is_told(folder: Path) -> None:
    (folder / "recipes.toml").write_text("soup = 1")
    assert "not a file of the protocol" in validate(folder)[0].fault


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "goals.toml").write_bytes(b"\xff\xfe")
    assert validate(folder)[0].file == "goals.toml"


def test_a_missing_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        validate(tmp_path / "nowhere")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert any("Field required" in p.fault for p in validate(tmp_path))
