"""``faceglide map`` on a real photo."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from faceglide.cli import main
from faceglide.settings import Settings

PORTRAIT = Path(__file__).resolve().parents[1] / "data/portrait.jpg"


def test_draws_the_routine_on_the_photo(tmp_path, capsys):
    out = tmp_path / "map.png"
    assert main(["map", str(PORTRAIT), "-o", str(out)]) == 0
    with Image.open(out) as drawing:
        assert drawing.width > 1000
    said = capsys.readouterr()
    assert said.out == ""
    assert str(out) in said.err


def test_draws_lines_alone_as_svg(tmp_path):
    out = tmp_path / "map.svg"
    assert main(["map", str(PORTRAIT), "-o", str(out), "--no-photo"]) == 0
    ElementTree.parse(out)
    assert "<image" not in out.read_text()


def test_prints_and_writes_the_same_paths(tmp_path, capsys):
    out = tmp_path / "map.json"
    assert main(["map", str(PORTRAIT), "-o", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(out.read_text())
    jaw = [p for p in printed["paths"] if p["movement"] == "jawline.sweep_up"]
    assert {path["side"] for path in jaw} == {"left", "right"}
    # The chin, read off the picture by eye, in pixels.
    assert jaw[0]["points"][0] == pytest.approx((158, 182), abs=8)


def test_a_space_suits_collar_is_not_taken_for_shoulders(tmp_path, capsys, monkeypatch):
    def neck():
        assert main(["map", str(PORTRAIT), "--json"]) == 0
        paths = json.loads(capsys.readouterr().out)["paths"]
        return [path for path in paths if path["zone"] == "neck"]

    seen = neck()
    bundles = tmp_path / "models"
    bundles.mkdir()
    for name in ("face_landmarker.task", "hand_landmarker.task"):
        (bundles / name).symlink_to(Settings().models_dir / name)
    monkeypatch.setenv("FACEGLIDE_MODELS_DIR", str(bundles))
    assert seen == neck(), "as if nobody had looked for shoulders"


@pytest.mark.parametrize(
    ("make", "out", "said"),
    [
        (lambda p: Image.new("RGB", (200, 200), "white").save(p), "a.png", "no face found"),
        (lambda p: p.write_text("hello"), "a.png", "is not a photo"),
        (lambda p: p.parent, "a.png", "no such file"),
        (lambda p: p.write_bytes(PORTRAIT.read_bytes()), "a.gif", "not a kind of picture"),
        (lambda p: p.write_bytes(PORTRAIT.read_bytes()), "none/a.png", "no such file or directory"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(tmp_path, capsys, make, out, said):
    photo = tmp_path / "photo.jpg"
    make(photo)
    before = sorted(tmp_path.rglob("*"))
    assert main(["map", str(photo), "-o", str(tmp_path / out)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert sorted(tmp_path.rglob("*")) == before


def test_where_to_draw_has_to_be_said(capsys):
    assert main(["map", str(PORTRAIT)]) == 2
    assert "--json" in capsys.readouterr().err
