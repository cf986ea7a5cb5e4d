"""The verbs that need no camera, run as a person runs them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from faceglide.cli import VERBS, main
from faceglide.cli.inputs import read_model
from faceglide.cli.output import write_whole
from faceglide.cli.recording_schema import RecordingFrame, RecordingHeader
from faceglide.cli.schema import SCHEMAS
from faceglide.errors import BadInput
from faceglide.planning import Plan

ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-21",
    "age": 34,
    "goals": ["glow"],
    "conditions": [{"id": "open_wound", "zones": ["cheeks"], "side": "left"}],
    "procedures": [],
    "guardian": False,
}
FEVER = {**ANSWERS, "conditions": [{"id": "fever"}]}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("FACEGLIDE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FACEGLIDE_DATABASE_URL", raising=False)

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(ANSWERS))
    return path


def one_line(said: Said) -> bool:
    line, end, rest = said.err.partition("\n")
    return (said.code, said.out, end, rest) == (1, "", "\n", "") and line.startswith("faceglide: ")


def test_screening_blocks_what_is_named(run: Run, answers: Path) -> None:
    said = run("screen", answers, "--json")
    assert said.code == 0
    assert said.data["outcome"] == "adapt"
    assert said.data["blocked_zones"] == ["cheeks"]
    assert "Leave out: cheeks." in run("screen", answers).out


def test_a_plan_keeps_to_the_answers(run: Run, answers: Path) -> None:
    said = run(
        "plan",
        "--goal",
        "glow",
        "--goal",
        "relaxation",
        "--minutes",
        8,
        "--tool",
        "hands",
        "--tool",
        "gua_sha",
        "--answers",
        answers,
        "--json",
    )
    assert said.code == 0
    plan = Plan.model_validate_json(said.out)
    assert plan.steps
    assert not any(step.movement.startswith("cheeks") for step in plan.steps)
    assert plan.total_seconds == pytest.approx(480, rel=0.05)


def test_a_plan_reads_as_a_routine(run: Run, answers: Path) -> None:
    said = run("plan", "--goal", "glow", "--minutes", 5, "--tool", "gua_sha", "--answers", answers)
    assert "Forehead, centre to temple: left then right, 5 times each" in said.out
    assert "Left out today: cheeks" in said.out


def test_a_plan_without_answers_says_that_nobody_was_asked(run: Run) -> None:
    said = run("plan", "--goal", "glow", "--minutes", 5, "--tool", "hands", "--json")
    assert said.data["decision"]["findings"][0]["id"] == "not_screened"
    assert "Screen first." in said.err


def test_a_closed_day_gives_the_decision_and_no_steps(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "fever.json"
    path.write_text(json.dumps(FEVER))
    wish = ("plan", "--goal", "glow", "--minutes", 5, "--tool", "hands", "--answers", path)
    said = run(*wish, "--json")
    assert said.code == 0
    assert (said.data["steps"], said.data["total_seconds"]) == ([], 0)
    assert said.data["decision"]["outcome"] == "wait"
    assert "no plan today" in said.err
    assert run(*wish).out.startswith("Wait.")


@pytest.mark.parametrize(
    ("content", "place", "fault"),
    [
        (None, "", "no such file"),
        (b'{"as_of": ', ":1:11", "not JSON"),
        (b'{"as_of": NaN}', "", "NaN is not a JSON number"),
        (b"\xff\xfe", "", "not UTF-8"),
        (b"", ":1:1", "not JSON"),
        (b'{"age": 34, "age": 3}', "", "more than once"),
        (b"[]", "", ""),
        (b"[" * 100_000, "", "not JSON"),
        (json.dumps({**ANSWERS, "age": 400}).encode(), "", "age"),
        (json.dumps({**ANSWERS, "conditions": [{"id": "hiccups"}]}).encode(), "", "hiccups"),
    ],
)
def test_bad_answers_are_one_line_that_names_the_place(
    run: Run, tmp_path: Path, content: bytes | None, place: str, fault: str
) -> None:
    path = tmp_path / "bad.json"
    if content is not None:
        path.write_bytes(content)
    for wish in (
        ("screen", path),
        ("plan", "--goal", "glow", "--minutes", 5, "--tool", "hands", "--answers", path),
    ):
        said = run(*wish, "--json")
        assert one_line(said), said
        assert f"{path}{place}" in said.err
        assert fault in said.err


def test_a_folder_for_a_file_is_named(run: Run, tmp_path: Path) -> None:
    said = run("screen", tmp_path)
    assert one_line(said)
    assert "is a folder" in said.err


@pytest.mark.parametrize(
    "wish",
    [
        ("--goal", "youth", "--minutes", "5", "--tool", "hands"),
        ("--goal", "glow", "--minutes", "5", "--tool", "spoon"),
        ("--goal", "glow", "--minutes", "0", "--tool", "hands"),
        ("--goal", "glow", "--minutes", "inf", "--tool", "hands"),
    ],
)
def test_a_wish_that_cannot_be_met_is_bad_input(run: Run, wish: tuple[str, ...]) -> None:
    assert one_line(run("plan", *wish, "--json"))


@pytest.mark.parametrize(
    "wish",
    [
        ("plan", "--minutes", "5", "--tool", "hands"),
        ("plan", "--goal", "glow", "--minutes", "soon", "--tool", "hands"),
        ("screen",),
        ("screen", "a", "b"),
        ("frobnicate",),
        ("protocol",),
        ("protocol", "burn"),
        ("serve", "--port", "99999"),
        ("--frob",),
        ("erase",),
    ],
)
def test_bad_usage_is_told_from_bad_input(run: Run, wish: tuple[str, ...]) -> None:
    said = run(*wish)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_the_protocol_is_exported_whole(run: Run) -> None:
    data = run("protocol", "export", "--json").data
    for name in (
        "zones",
        "movements",
        "techniques",
        "tools",
        "goals",
        "cautions",
        "mistakes",
        "evidence",
        "questions",
    ):
        assert all("id" in entry for entry in data[name])
    assert all(entry["sources"] for entry in data["movements"] + data["cautions"])
    assert "Protocol" in run("protocol", "export").out


def test_a_protocol_is_checked_by_file_and_line(run: Run, tmp_path: Path) -> None:
    assert "is valid" in run("protocol", "validate").out
    (tmp_path / "zones.toml").write_text('[[zones]]\nid = "Forehead!"\n')
    said = run("protocol", "validate", tmp_path)
    assert said.code == 1
    assert "zones.toml:" in said.err
    assert "Traceback" not in said.err
    assert one_line(run("protocol", "validate", tmp_path / "nowhere"))


def test_the_faults_of_a_protocol_come_as_json_too(run: Run, tmp_path: Path) -> None:
    assert run("protocol", "validate", "--json").data["problems"] == []
    (tmp_path / "zones.toml").write_text('[[zones]]\nid = "Forehead!"\n')
    said = run("protocol", "validate", tmp_path, "--json")
    assert said.code == 1
    assert {"zones.toml"} <= {problem["file"] for problem in said.data["problems"]}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_public_file_has_a_schema(run: Run, name: str) -> None:
    schema = run("schema", name).data
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["type"] == "object"
    assert name in run("schema").out


def test_an_unknown_schema_is_named(run: Run) -> None:
    assert one_line(run("schema", "horoscope"))


def test_the_recording_schema_is_the_recording_contract() -> None:
    header = {
        "format": "faceglide-recording",
        "version": 1,
        "width": 1280,
        "height": 720,
        "mirrored": False,
        "tracker": "x",
    }
    assert RecordingHeader.model_validate(header).width == 1280
    hand = {"side": "left", "score": 0.97, "image": [[0.1, 0.2, 0.3]] * 21, "world": None}
    frame = {"t": 0.033, "face": [[0.1, 0.2, 0.3]] * 468, "hands": [hand], "shoulders": None}
    assert RecordingFrame.model_validate_json(json.dumps(frame)).hands[0].side == "left"


def test_records_go_out_and_come_back(run: Run, tmp_path: Path) -> None:
    exported = tmp_path / "mine.json"
    assert run("export", "-o", exported).code == 0
    assert exported.stat().st_mode & 0o777 == 0o600
    assert run("import", exported, "--json").data == {"added": 0}
    copy = tmp_path / "copy"
    assert run("backup", copy, "--json").data["bytes"] > 0
    assert run("erase", "--yes", "--json").data == {"erased": True}
    assert run("restore", copy).code == 0
    assert run("export").data["format"] == "faceglide-records"


def test_wrong_files_for_records_are_one_line(run: Run, answers: Path, tmp_path: Path) -> None:
    assert one_line(run("import", answers))
    assert one_line(run("restore", answers))
    assert one_line(run("backup", tmp_path))
    assert one_line(run("export", "-o", tmp_path / "nowhere" / "x.json"))
    assert not (tmp_path / "nowhere").exists()


def test_records_beyond_reading_are_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "faceglide.sqlite3").write_bytes(b"spilled oil " * 1000)
    said = run("export")
    assert one_line(said)
    assert "faceglide restore" in said.err


def test_the_doctor_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FACEGLIDE_MODELS_DIR", str(tmp_path / "nothing"))
    said = run("doctor", "--json")
    assert said.code == 0
    checks = {check["name"]: check for check in said.data["checks"]}
    assert checks["Python"]["ok"]
    assert checks["records"]["ok"]
    assert not checks["camera models"]["ok"]
    assert checks["camera models"]["remedy"]
    assert all(check["ok"] or check["remedy"] for check in checks.values())
    assert "FAILS  camera models" in run("doctor").out


def test_the_doctor_survives_records_beyond_reading(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "faceglide.sqlite3").write_bytes(b"spilled oil " * 1000)
    said = run("doctor", "--json")
    assert said.code == 0
    assert not next(c for c in said.data["checks"] if c["name"] == "records")["ok"]


def test_help_lists_every_verb(run: Run) -> None:
    listed = run("--help").out
    assert [verb for verb in VERBS if verb not in listed] == []


def test_no_verb_serves(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from faceglide import server

    asked = []
    monkeypatch.setattr(server, "serve", lambda settings, **how: asked.append((settings, how)))
    assert run().code == 0
    assert run("serve", "--host", "::1", "--port", 9000, "--no-browser").code == 0
    assert [how["open_browser"] for _, how in asked] == [True, False]
    assert (asked[1][0].host, asked[1][0].port) == ("::1", 9000)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    write_whole(target, "first")
    write_whole(target, b"second", private=True)
    assert target.read_text() == "second"
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput):
        write_whole(tmp_path, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_from_a_file_is_checked_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"protocol": "1"}')
    with pytest.raises(BadInput) as refused:
        read_model(path, Plan, "a plan from `faceglide plan --json`")
    assert refused.value.place == f"{path}: decision"


def test_a_closed_pipe_is_no_failure(tmp_path: Path) -> None:
    wish = f"{shlex.quote(sys.executable)} -m faceglide.cli protocol export --json | head -c 10"
    done = subprocess.run(["bash", "-c", wish], capture_output=True, text=True, check=False)
    assert done.stderr == ""
