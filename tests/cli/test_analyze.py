"""``faceglide analyze``: the Analysis on stdout or in a folder, and nothing where input is bad."""

import json
from pathlib import Path

import numpy as np
import pytest

from faceglide.cli import main
from faceglide.coaching.events import Analysis
from faceglide.face.canonical import vertices_mm
from faceglide.tracking.frame import Camera, Frame
from faceglide.tracking.recording import read_recording, write_recording

ROOT = Path(__file__).resolve().parents[2]
PORTRAIT = ROOT / "tests/data/portrait.jpg"
FOOTAGE = ROOT.parent / "shared/footage"


@pytest.fixture
def session(tmp_path):
    """Make the recording of somebody who sits still."""

    def make(name="session.ndjson", frames=12):
        x, y, z = vertices_mm().T / 400
        face = np.stack([0.5 + x, 0.5 - y * 4 / 3, -z], axis=1)
        path = tmp_path / name
        write_recording(path, Camera(640, 480), (Frame(i / 20, face) for i in range(frames)))
        return str(path)

    return make


def test_one_input_prints_its_analysis(session, capsys):
    assert main(["analyze", session(), "--json"]) == 0
    analysis = Analysis.model_validate_json(capsys.readouterr().out)
    assert analysis.frames == 12


def test_a_pipe_gets_json_without_asking(session, capsys):
    assert main(["analyze", session()]) == 0
    assert json.loads(capsys.readouterr().out)["strokes"] == []


def test_several_inputs_print_a_list_with_their_names(session, capsys):
    paths = [session("a.ndjson"), session("b.ndjson.gz", frames=7)]
    assert main(["analyze", *paths, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [entry["input"] for entry in answer] == paths
    assert [entry["analysis"]["frames"] for entry in answer] == [12, 7]


def test_a_folder_gets_one_file_for_each_input(session, tmp_path, capsys):
    out = tmp_path / "out"
    paths = [session("a.ndjson"), session("b.ndjson.gz", frames=7)]
    assert main(["analyze", *paths, "-o", str(out), "--save-recording"]) == 0
    assert capsys.readouterr().out == ""
    assert sorted(p.name for p in out.iterdir()) == [
        "a.analysis.json",
        "a.ndjson.gz",
        "b.analysis.json",
        "b.ndjson.gz",
    ]
    assert json.loads((out / "b.analysis.json").read_text())["frames"] == 7
    assert len(list(read_recording(out / "a.ndjson.gz")[1])) == 12


def test_a_plan_of_today_is_accepted(session, tmp_path, capsys):
    assert (
        main(["plan", "--goal", "relaxation", "--minutes", "5", "--tool", "hands", "--json"]) == 0
    )
    plan = tmp_path / "plan.json"
    plan.write_text(capsys.readouterr().out)
    assert main(["analyze", session(), "--plan", str(plan), "--json"]) == 0
    data = json.loads(plan.read_text())
    data["steps"][0]["movement"] = "forehead.iron_flat"
    plan.write_text(json.dumps(data))
    assert main(["analyze", session(), "--plan", str(plan), "--json"]) == 1
    assert "plan.json: steps.0.movement: no movement" in capsys.readouterr().err


class TestBadInput:
    @pytest.fixture
    def refused(self, tmp_path, capsys):
        def run(*arguments):
            before = sorted(tmp_path.rglob("*"))
            assert main(["analyze", *map(str, arguments), "-o", str(tmp_path / "out")]) == 1
            said = capsys.readouterr()
            assert said.out == ""
            assert said.err.count("\n") == 1
            assert "Traceback" not in said.err
            assert sorted(tmp_path.rglob("*")) == before
            return said.err

        return run

    def test_a_photo(self, refused):
        assert "portrait.jpg: is not a video" in refused(PORTRAIT)

    def test_text(self, refused, tmp_path):
        path = tmp_path / "notes.mp4"
        path.write_text("not a video")
        assert "notes.mp4: is not a video" in refused(path)

    def test_a_truncated_recording(self, refused, session):
        path = Path(session())
        path.write_bytes(path.read_bytes()[:-50])
        assert "session.ndjson:line 13: is cut short" in refused(path)

    def test_a_truncated_compressed_recording(self, refused, session):
        path = Path(session("session.ndjson.gz"))
        path.write_bytes(path.read_bytes()[:-50])
        assert "cut short" in refused(path)

    def test_one_bad_among_good(self, refused, session):
        refused(session("a.ndjson"), PORTRAIT)

    def test_no_such_file(self, refused, tmp_path):
        assert "no such file" in refused(tmp_path / "none.mp4")

    def test_a_plan_that_is_not_json(self, refused, session, tmp_path):
        plan = tmp_path / "plan.json"
        plan.write_text("{")
        assert "plan.json:1:2: not JSON" in refused(session(), "--plan", plan)

    def test_a_plan_that_is_something_else(self, refused, session, tmp_path):
        plan = tmp_path / "plan.json"
        plan.write_text('{"steps": []}')
        assert "plan.json: " in refused(session(), "--plan", plan)

    def test_two_inputs_of_one_name(self, refused, session, tmp_path):
        (tmp_path / "other").mkdir()
        twin = tmp_path / "other/session.ndjson"
        path = session()
        twin.write_bytes(Path(path).read_bytes())
        assert "like another input" in refused(path, twin)

    def test_a_distance_no_pupils_have(self, refused, session):
        assert "pupillary distance" in refused(session(), "--pupillary-distance", "200")


@pytest.mark.footage
class TestClips:
    def test_the_strokes_of_the_clip_and_no_others(self, analysed):
        analysis = analysed("v640_1h_spread").analysis
        truth = json.loads((FOOTAGE / "v640_1h_spread.json").read_text())["frames"]
        assert {stroke.side for stroke in analysis.strokes} == {"left"}
        assert {stroke.hand for stroke in analysis.strokes} == {"left"}
        for zone, name in (
            ("forehead", "forehead-temple"),
            ("cheeks", "nose-ear"),
            ("jawline", "chin-ear"),
        ):
            (stroke,) = (s for s in analysis.strokes if s.zone == zone)
            times = [frame["f"] / 25 for frame in truth if frame["stroke"] == name]
            assert stroke.start_s == pytest.approx(times[0], abs=0.5)
            assert stroke.end_s == pytest.approx(times[-1], abs=0.5)

    def test_a_face_without_hands_has_no_strokes(self, analysed):
        analysis = analysed("v640_1h_spread_clean").analysis
        assert analysis.strokes == ()
        assert analysis.holds == ()
        assert analysis.unseen_s < 1
