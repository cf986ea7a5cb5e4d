"""``faceglide measure``: photos, videos and recordings, each one capture."""

import json
from pathlib import Path

import numpy as np
import pytest

from faceglide.cli import main
from faceglide.face.canonical import vertices_mm
from faceglide.tracking.frame import Camera, Frame
from faceglide.tracking.recording import write_recording

PORTRAIT = Path(__file__).resolve().parents[1] / "data/portrait.jpg"


@pytest.fixture
def sitting(tmp_path):
    """Record somebody who sits still with open eyes."""

    def make(name, seed=0, brow_mm=0.0, yaw_deg=0.0):
        rng = np.random.default_rng(seed)
        mesh = vertices_mm().copy()
        for upper, lower in ((159, 145), (386, 374)):
            middle = (mesh[upper, 1] + mesh[lower, 1]) / 2
            mesh[upper, 1], mesh[lower, 1] = middle + 4.5, middle - 4.5
        mesh[334, 1] += brow_mm
        yaw = np.radians(yaw_deg)
        mesh[:, 0] = mesh[:, 0] * np.cos(yaw) + mesh[:, 2] * np.sin(yaw)
        frames = []
        for i in range(30):
            x, y, z = (mesh + rng.normal(0, 0.1, mesh.shape)).T / 300
            frames.append(Frame(i / 20, np.stack([0.5 + x, 0.5 - y * 4 / 3, -z], axis=1)))
        path = tmp_path / name
        write_recording(path, Camera(1200, 900), frames)
        return str(path)

    return make


def test_says_each_measure_with_its_error(sitting, capsys):
    assert main(["measure", sitting("a.ndjson"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    fissure = next(m for m in report["measures"] if m["id"] == "palpebral_fissure_left")
    assert fissure["value"] == pytest.approx(9.0, abs=0.3)
    assert fissure["error95"] > 1
    assert report["scale"]["relative_sd"] == 0.06


def test_compares_with_a_baseline(sitting, capsys):
    now = [sitting(f"now{n}.ndjson", n, brow_mm=5) for n in range(3)]
    before = [sitting(f"before{n}.ndjson", 10 + n) for n in range(3)]
    options = [part for path in before for part in ("--baseline", path)]
    assert main(["measure", *now, *options]) == 0
    said = capsys.readouterr().out
    left = next(line for line in said.splitlines() if line.startswith("Left brow"))
    right = next(line for line in said.splitlines() if line.startswith("Right brow"))
    assert "more than measurement error explains" in left
    assert "within measurement noise" in right


def test_a_face_that_is_turned_is_refused_with_the_reason(sitting, capsys):
    assert main(["measure", sitting("a.ndjson", yaw_deg=15), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "cannot be measured: Turn to face the camera" in said.err
    assert said.err.count("\n") == 1


def test_a_smile_is_refused_on_a_real_photo(capsys):
    assert main(["measure", str(PORTRAIT)]) == 1
    assert "Close your mouth and let the face rest" in capsys.readouterr().err


def test_one_refused_among_good_is_left_out_and_named(sitting, capsys):
    good, bad = sitting("good.ndjson"), sitting("bad.ndjson", yaw_deg=15)
    assert main(["measure", good, bad]) == 0
    assert f"{bad}: left out. Turn to face" in capsys.readouterr().out


def test_bad_input_is_one_line(tmp_path, capsys):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert main(["measure", str(path)]) == 1
    assert "is not a video" in capsys.readouterr().err
    assert main(["measure", str(tmp_path / "none.jpg")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main(["measure", str(path), "--pupillary-distance", "7"]) == 1
    assert "pupillary distance" in capsys.readouterr().err
