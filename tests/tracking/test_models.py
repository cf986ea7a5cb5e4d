"""The bundles: made from checked files, refused when wrong, and gated by what they see."""

import hashlib
import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from faceglide.errors import BadInput
from faceglide.face.canonical import vertices_mm
from faceglide.settings import Settings
from faceglide.tracking.models import (
    FACE_BUNDLE,
    HAND_BUNDLE,
    OFFICIAL_FACE_BUNDLE,
    POSE_BUNDLE,
    face_bundle,
    face_points_plausible,
    hand_bundle,
    pose_bundle,
)
from faceglide.tracking.video import track_photo

ROOT = Path(__file__).resolve().parents[2]
PORTRAIT = ROOT / "tests/data/portrait.jpg"
MODELS = Settings().models_dir


@pytest.fixture(scope="session")
def build_models():
    """The script, with what lies beside it, as when it is run."""
    with pytest.MonkeyPatch.context() as beside:
        beside.syspath_prepend(ROOT / "scripts")
        return importlib.import_module("build_models")


@pytest.fixture
def members():
    """The TFLite files inside the face bundle that was built."""
    with zipfile.ZipFile(MODELS / FACE_BUNDLE) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def raw_face_points(bundle: Path):
    """What a bundle says about the portrait, with no gate in between, in its own process."""
    code = f"""
import json, mediapipe
from mediapipe.tasks.python import BaseOptions, vision
options = vision.FaceLandmarkerOptions(BaseOptions(model_asset_path={str(bundle)!r}))
with vision.FaceLandmarker.create_from_options(options) as landmarker:
    found = landmarker.detect(mediapipe.Image.create_from_file({str(PORTRAIT)!r})).face_landmarks
print(json.dumps([[(p.x, p.y, p.z) for p in face] for face in found]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return [np.array(face) for face in json.loads(done.stdout.splitlines()[-1])]


def test_the_built_bundles_are_the_promised_ones():
    assert face_bundle(MODELS).path == MODELS / FACE_BUNDLE
    assert hand_bundle(MODELS).path == MODELS / HAND_BUNDLE
    assert pose_bundle(MODELS).path == MODELS / POSE_BUNDLE
    assert not face_bundle(MODELS).has_iris


def test_building_again_changes_nothing(build_models, monkeypatch):
    def no_download(*_):
        raise AssertionError("downloaded although every bundle is there")

    monkeypatch.setattr(build_models, "_download", no_download)
    before = (MODELS / FACE_BUNDLE).stat().st_mtime_ns
    build_models.build(MODELS)
    assert (MODELS / FACE_BUNDLE).stat().st_mtime_ns == before


def test_a_changed_model_inside_the_wheel_is_not_used(build_models, tmp_path):
    manifest = json.loads(build_models.MANIFEST.read_text())
    wheel = tmp_path / "fake.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in manifest["files"]:
            archive.writestr(path, b"not the model")
    with pytest.raises(build_models.BuildError, match="is not the published file"):
        build_models.build(tmp_path / "models", wheel)
    assert not (tmp_path / "models").exists()


def test_a_bundle_is_uncompressed_aligned_and_always_the_same(build_models, members, tmp_path):
    again = build_models.bundle(members)
    assert again == (MODELS / FACE_BUNDLE).read_bytes()
    path = tmp_path / "again.zip"
    path.write_bytes(again)
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert again.find(members[info.filename]) % 64 == 0


def test_the_edits_leave_the_published_models_whole_and_always_add_the_same(build_models):
    published = build_models.MANIFEST.read_text()
    edits = {
        "face": build_models.with_iris_stand_ins,
        "pose": build_models.with_picture_scale,
    }
    for name, edit in edits.items():
        with zipfile.ZipFile(MODELS / f"{name}_landmarker.task") as bundle:
            edited = bundle.read(f"{name}_landmarks_detector.tflite")
        # The edit lies in front of the untouched model, which starts at its own file mark.
        untouched = edited[edited.rindex(b"TFL3") - 4 :]
        assert hashlib.sha256(untouched).hexdigest() in published
        assert edit(untouched) == edited


def test_only_a_468_point_model_is_edited(build_models, members):
    already = members["face_landmarks_detector.tflite"]
    with pytest.raises(build_models.BuildError, match="468 points"):
        build_models.with_iris_stand_ins(already)


def test_missing_models_say_what_to_do(tmp_path):
    with pytest.raises(BadInput, match=r"models are missing.*build_models"):
        face_bundle(tmp_path)


def test_a_wrong_bundle_under_the_right_name_is_refused(tmp_path):
    (tmp_path / HAND_BUNDLE).write_bytes((MODELS / FACE_BUNDLE).read_bytes())
    with pytest.raises(BadInput, match="not the bundle that belongs here"):
        hand_bundle(tmp_path)


def test_the_official_face_bundle_is_preferred_and_has_an_iris(tmp_path):
    official = tmp_path / OFFICIAL_FACE_BUNDLE
    official.write_bytes((MODELS / FACE_BUNDLE).read_bytes())
    assert face_bundle(tmp_path).path == official
    assert face_bundle(tmp_path).has_iris
    official.write_bytes(b"a page that says not found")
    with pytest.raises(BadInput, match="is not a model bundle"):
        face_bundle(tmp_path)


def test_without_the_bundle_for_shoulders_there_are_none(tmp_path):
    assert pose_bundle(tmp_path) is None
    for name in (FACE_BUNDLE, HAND_BUNDLE):
        (tmp_path / name).symlink_to(MODELS / name)
    _, frame = track_photo(PORTRAIT, models_dir=tmp_path)
    assert frame.shoulders is None


def test_the_bundle_for_shoulders_finds_a_body_below_the_face():
    """It takes the portrait's stiff collar for shoulders: see `face.shoulders` for who believes."""
    _, frame = track_photo(PORTRAIT)
    right, left = frame.shoulders
    assert right[0] < frame.face[:, 0].min() < frame.face[:, 0].max() < left[0]
    assert min(right[1], left[1]) > frame.face[:, 1].mean()


class TestTheGateOnARealPhoto:
    def test_the_right_bundle_passes(self):
        (face,) = raw_face_points(MODELS / FACE_BUNDLE)
        assert face.shape == (478, 3)
        assert face_points_plausible(face, 320, 300)

    def test_the_unedited_model_reports_success_and_is_refused(
        self, build_models, members, tmp_path
    ):
        edited = members["face_landmarks_detector.tflite"]
        # The edit lies in front of the untouched model, which starts at its own file mark.
        start = edited.rindex(b"TFL3") - 4
        unedited = edited[start:]
        assert hashlib.sha256(unedited).hexdigest() in build_models.MANIFEST.read_text()
        broken = tmp_path / "broken.task"
        broken.write_bytes(
            build_models.bundle(members | {"face_landmarks_detector.tflite": unedited})
        )
        (face,) = raw_face_points(broken)
        assert face.shape == (478, 3)
        assert not face_points_plausible(face, 320, 300)
        # Put where its hash cannot be known, it still finds no face.
        broken.rename(tmp_path / OFFICIAL_FACE_BUNDLE)
        with pytest.raises(BadInput, match="no face found"):
            track_photo(PORTRAIT, models_dir=tmp_path)


class TestTheGateOnShapes:
    WIDTH, HEIGHT = 640, 480

    def seen(self, rotation=((1, 0, 0), (0, 1, 0), (0, 0, 1)), stretch=(1, 1, 1), size=0.002):
        """The average face, held like this in front of a camera, in picture units."""
        turned = (vertices_mm() * stretch) @ np.transpose(rotation)
        x, y, z = (turned * size * (1, -self.WIDTH / self.HEIGHT, -1)).T
        return np.stack([0.5 + x, 0.5 + y, z], axis=1)

    def plausible(self, points):
        return face_points_plausible(points, self.WIDTH, self.HEIGHT)

    @pytest.mark.parametrize("yaw_deg", [-60, -20, 0, 20, 60])
    @pytest.mark.parametrize("roll_deg", [-90, 0, 30])
    def test_a_face_in_any_pose_passes(self, yaw_deg, roll_deg):
        yaw, roll = np.radians([yaw_deg, roll_deg])
        turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        tilt = np.array(
            [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
        )
        assert self.plausible(self.seen(tilt @ turn))

    def test_a_narrow_or_long_face_passes(self):
        assert self.plausible(self.seen(stretch=(0.88, 1.08, 1)))

    def test_points_left_out_are_passed_over(self):
        points = self.seen()
        points[::3] = np.nan
        assert self.plausible(points)
        points[:] = np.nan
        assert not self.plausible(points)

    def test_a_mirror_image_fails(self):
        assert not self.plausible(self.seen(stretch=(-1, 1, 1)))

    def test_a_face_collapsed_to_a_line_fails(self):
        assert not self.plausible(self.seen(stretch=(1, 0.15, 1)))

    def test_a_face_collapsed_to_a_speck_fails(self):
        assert not self.plausible(self.seen(size=0.00005))

    def test_shuffled_points_fail(self):
        assert not self.plausible(np.random.default_rng(1).permutation(self.seen()))
