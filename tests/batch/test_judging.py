"""Sessions judged one by one and many at once come out the same."""

from pathlib import Path

import numpy as np
import pytest

from faceglide.batch import Job, judge, judge_all, open_session
from faceglide.errors import BadInput
from faceglide.face.canonical import vertices_mm
from faceglide.tracking.frame import Camera, Frame
from faceglide.tracking.recording import read_recording, write_recording

ROOT = Path(__file__).resolve().parents[2]
CAMERA = Camera(640, 480, "made for a test")


@pytest.fixture
def quiet(tmp_path):
    """Make the recording of somebody who sits still for so many frames."""

    def make(name, frames):
        x, y, z = vertices_mm().T / 400
        face = np.stack([0.5 + x, 0.5 - y * 4 / 3, -z], axis=1)
        path = tmp_path / name
        write_recording(path, CAMERA, (Frame(i / 20, face) for i in range(frames)))
        return path

    return make


def test_a_session_is_judged_to_its_end(quiet):
    told = []
    analysis = judge(Job(quiet("a.ndjson", 30)), told.append)
    assert analysis.frames == 30
    assert analysis.seconds == pytest.approx(29 / 20)
    assert analysis.strokes == ()
    assert told == [pytest.approx(i / 20) for i in range(30)]


def test_many_come_out_in_order_and_as_if_alone(quiet):
    jobs = [Job(quiet(f"{n}.ndjson.gz", n)) for n in (40, 10, 25)]
    together = list(judge_all(jobs, processes=2))
    assert [analysis.frames for analysis in together] == [40, 10, 25]
    assert together == [judge(job) for job in jobs]


def test_a_bad_one_among_many_is_told(quiet, tmp_path):
    bad = tmp_path / "bad.ndjson"
    bad.write_text("{}\n")
    with pytest.raises(BadInput, match=r"bad\.ndjson:line 1"):
        list(judge_all([Job(quiet("a.ndjson", 5)), Job(bad)], processes=2))


def test_what_was_seen_can_be_kept(quiet, tmp_path):
    kept = tmp_path / "kept.ndjson.gz"
    path = quiet("a.ndjson", 12)
    judge(Job(path, recording=kept))
    again, frames = read_recording(kept)
    assert again == CAMERA
    assert len(list(frames)) == 12


def test_nothing_is_kept_of_a_session_that_breaks_off(quiet, tmp_path):
    path = quiet("a.ndjson", 12)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match="cut short"):
        judge(Job(path, recording=tmp_path / "kept.ndjson"))
    assert [p.name for p in tmp_path.iterdir()] == ["a.ndjson"]


def test_a_photo_is_no_session():
    with pytest.raises(BadInput, match="is not a video"):
        open_session(ROOT / "tests/data/portrait.jpg")
