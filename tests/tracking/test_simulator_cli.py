"""``faceglide simulate`` writes a recording and its truth, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faceglide.cli import main
from faceglide.planning.model import Plan
from faceglide.tracking.recording import read_recording
from faceglide.tracking.simulator import Truth


def _run(folder: Path, *more: str) -> int:
    recording, truth = str(folder / "r.ndjson.gz"), str(folder / "t.json")
    return main(["simulate", "-o", recording, "--truth", truth, "--minutes", "0.3", *more])


def test_a_recording_and_its_truth_belong_together(tmp_path: Path) -> None:
    plan = tmp_path / "p.json"
    assert _run(tmp_path, "--seed", "3", "--level", "clean", "--plan-out", str(plan)) == 0
    camera, frames = read_recording(tmp_path / "r.ndjson.gz")
    times = [frame.t for frame in frames]
    truth = Truth.model_validate_json((tmp_path / "t.json").read_text("utf-8"))
    assert camera.tracker == "simulator"
    assert truth.seed == 3
    assert truth.strokes
    assert times[0] <= truth.strokes[0].start_s < truth.strokes[-1].end_s <= times[-1]
    meant = Plan.model_validate_json(plan.read_text("utf-8"))
    assert {s.movement for s in truth.strokes} <= {step.movement for step in meant.steps}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        assert _run(folder, "--seed", "8", "--level", "hard") == 0
    for name in ("r.ndjson.gz", "t.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_given_plan_is_what_the_person_does(tmp_path: Path) -> None:
    plan = tmp_path / "p.json"
    assert _run(tmp_path, "--seed", "1", "--plan-out", str(plan)) == 0
    data = json.loads(plan.read_text("utf-8"))
    step = data["steps"][0] | {"movement": "nose.glide_up", "side": "midline", "tool": "hands"}
    data["steps"] = [step]
    plan.write_text(json.dumps(data), "utf-8")
    assert _run(tmp_path, "--seed", "2", "--plan", str(plan)) == 0
    truth = Truth.model_validate_json((tmp_path / "t.json").read_text("utf-8"))
    assert {s.movement for s in truth.strokes} == {"nose.glide_up"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "{}/r.txt", "--truth", "{}/t.json"], "r.txt"),
        (["-o", "{}/r.ndjson", "--truth", "{}/r.ndjson"], "named twice"),
        (["-o", "{}/r.ndjson", "--truth", "{}/no/t.json"], "no"),
        (["-o", "{}/r.ndjson", "--truth", "{}/t.json", "--plan", "{}/none.json"], "none.json"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [argument.format(tmp_path) for argument in arguments]
    assert main(["simulate", *filled, "--minutes", "0.2"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"movement": "ear.wiggle"}, "movement"),
        ({"side": "midline"}, "side"),
        ({"tool": "spoon"}, "tool"),
    ],
)
def test_a_plan_that_cannot_be_performed_is_refused(
    wrong: dict[str, str], place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "p.json"
    assert _run(tmp_path, "--plan-out", str(plan)) == 0
    data = json.loads(plan.read_text("utf-8"))
    data["steps"][0] |= {"movement": "forehead.glide_out", "side": "left"} | wrong
    plan.write_text(json.dumps(data), "utf-8")
    capsys.readouterr()
    assert _run(tmp_path, "--plan", str(plan)) == 1
    assert f"plan step 0: {place}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--level", "easy"], ["--minutes", "-1"], ["--seed", "-4"]])
def test_wrong_usage_is_told_apart(arguments: list[str], tmp_path: Path) -> None:
    assert _run(tmp_path, *arguments) == 2
