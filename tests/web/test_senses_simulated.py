"""Simulated people massage their faces; none of it may be taken for a held palm."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from faceglide.tracking.recording import write_recording
from faceglide.tracking.simulator import (
    Glide,
    Hover,
    Pause,
    ReachPast,
    Scenario,
    Scratch,
    Wave,
    simulate,
    story,
)

ROOT = Path(__file__).resolve().parents[2]
READER = ROOT / "frontend/test/senses/recording.js"


def choices(folder, sessions):
    """What a held palm would have chosen in each session."""
    node = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
    if node is None:
        pytest.skip("no node: the pages' own detector cannot be run")
    paths = []
    for number, session in enumerate(sessions):
        paths.append(folder / f"{number}.ndjson")
        write_recording(paths[-1], session.camera, session.frames)
    done = subprocess.run([node, READER, *paths], capture_output=True, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_massage_is_taken_for_a_held_palm(tmp_path):
    sessions = [
        simulate(Scenario(level=level, minutes=1.0), seed)
        for seed, level in enumerate(("clean", "typical", "hard"))
    ]
    found = choices(tmp_path, sessions)
    assert sum(session["seconds"] for session in found) > 2 * 60
    assert [session["choices"] for session in found] == [[]] * len(sessions)


@pytest.mark.parametrize("level", ["typical", "hard"])
def test_hands_that_wave_hover_reach_and_scratch_choose_nothing(tmp_path, level):
    script = [
        Glide("cheeks.sweep_up_out", "left"),
        Wave(4.0, hand="left", side="left"),
        Hover("forehead.glide_out", "left", seconds=4.0),
        Pause(2.0),
        ReachPast(),
        Scratch(),
        Wave(4.0, hand="right", side="right"),
    ]
    sessions = [simulate(story(script, level=level), seed) for seed in range(6)]
    assert [session["choices"] for session in choices(tmp_path, sessions)] == [[]] * 6
