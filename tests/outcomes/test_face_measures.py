"""Measures of a face of known shape, and the gates that refuse what cannot be measured."""

import math

import numpy as np
import pytest

from faceglide.face.canonical import mirror, vertices_mm
from faceglide.face.drawing import fit_pose, pupils_apart
from faceglide.face.scale import POPULATION_SD, PUPILLARY_SD
from faceglide.outcomes import MEASURES, capture, measure_report
from faceglide.outcomes.face_measures import (
    MAX_ANGLE_DEG,
    angles_of,
    read_face,
    scale_of,
    symmetry_index,
    why_not,
)
from faceglide.tracking.frame import Camera, Frame, Hand

CAMERA = Camera(1200, 900)
PX_PER_MM = 4.0


def rotation(yaw_deg=0.0, pitch_deg=0.0, roll_deg=0.0):
    """Towards the person's left, upwards, towards their left shoulder; face axes."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    about_y = [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    about_x = [
        [1, 0, 0],
        [0, math.cos(pitch), math.sin(pitch)],
        [0, -math.sin(pitch), math.cos(pitch)],
    ]
    about_z = [[math.cos(roll), math.sin(roll), 0], [-math.sin(roll), math.cos(roll), 0], [0, 0, 1]]
    return np.array(about_z) @ np.array(about_x) @ np.array(about_y)


def resting():
    """The average face with its lids opened to 9 mm, in millimetres."""
    mesh = vertices_mm().copy()
    for upper, lower in ((159, 145), (386, 374)):
        middle = (mesh[upper, 1] + mesh[lower, 1]) / 2
        mesh[upper, 1], mesh[lower, 1] = middle + 4.5, middle - 4.5
        mesh[upper, 2] = mesh[lower, 2]
    return mesh


def seen(mesh=None, turn=None, px_per_mm=PX_PER_MM, noise_px=0.0, rng=None):
    """A face in the picture."""
    mesh = resting() if mesh is None else mesh
    x, y, z = (mesh @ (np.eye(3) if turn is None else turn).T * px_per_mm).T
    pixels = np.stack([600 + x, 450 - y, -z], axis=1)
    if noise_px:
        pixels[:, :2] += rng.normal(0, noise_px, (468, 2))
    return pixels / (CAMERA.width, CAMERA.height, CAMERA.width)


class TestGates:
    def test_a_resting_face_from_the_front_passes(self):
        assert why_not(seen(), CAMERA) is None

    @pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
    @pytest.mark.parametrize("sign", [-1, 1])
    def test_angles_are_read_right_and_gated(self, axis, sign):
        for degrees, passes in ((MAX_ANGLE_DEG - 1.5, True), (MAX_ANGLE_DEG + 1.5, False)):
            face = seen(turn=rotation(**{f"{axis}_deg": sign * degrees}))
            angles = angles_of(fit_pose(face, CAMERA.width, CAMERA.height))
            assert getattr(angles, axis) == pytest.approx(sign * degrees, abs=0.7)
            assert (why_not(face, CAMERA) is None) == passes

    def test_the_reason_says_what_to_do(self):
        assert "Lower your chin (8 degrees" in why_not(seen(turn=rotation(pitch_deg=8)), CAMERA)
        assert "Raise your chin" in why_not(seen(turn=rotation(pitch_deg=-8)), CAMERA)
        assert "Hold your head upright" in why_not(seen(turn=rotation(roll_deg=8)), CAMERA)
        assert "Turn to face" in why_not(seen(turn=rotation(yaw_deg=-8)), CAMERA)

    def test_an_open_mouth(self):
        mesh = resting()
        mesh[14, 1] -= 15
        assert why_not(seen(mesh), CAMERA) == "Close your mouth and let the face rest."

    def test_a_closed_eye(self):
        mesh = resting()
        mesh[386] = mesh[374]
        assert why_not(seen(mesh), CAMERA) == "Open your eyes."

    def test_a_face_too_far_away(self):
        assert "Come closer" in why_not(seen(px_per_mm=0.5), CAMERA)

    def test_half_a_face(self):
        face = seen()
        face[:460] = np.nan
        assert "not whole" in why_not(face, CAMERA)


class TestValues:
    def test_lengths_are_millimetres_of_this_face(self):
        mesh = resting()
        own = pupils_apart(mesh)
        values = read_face(seen(mesh), CAMERA, pupillary_distance_mm=own).values
        assert values["palpebral_fissure_right"] == pytest.approx(9.0, abs=0.05)
        assert values["palpebral_fissure_left"] == pytest.approx(9.0, abs=0.05)
        assert values["brow_height_right"] == pytest.approx(values["brow_height_left"], abs=0.1)
        assert set(values) == set(MEASURES)

    def test_a_brow_two_millimetres_higher_reads_two_millimetres_higher(self):
        mesh = resting()
        own = pupils_apart(mesh)
        before = read_face(seen(mesh), CAMERA, own).values
        mesh[334, 1] += 2.0
        after = read_face(seen(mesh), CAMERA, own).values
        assert after["brow_height_left"] - before["brow_height_left"] == pytest.approx(2, abs=0.1)
        assert after["brow_height_right"] == pytest.approx(before["brow_height_right"], abs=0.05)

    def test_a_wider_jaw_raises_the_ratio_whatever_the_distance(self):
        near = read_face(seen(), CAMERA).values["lower_face_ratio"]
        far = read_face(seen(px_per_mm=2.5), CAMERA).values["lower_face_ratio"]
        assert near == pytest.approx(far, rel=1e-6)
        mesh = resting()
        mesh[[58, 288], 0] *= 1.05
        wider = read_face(seen(mesh), CAMERA).values["lower_face_ratio"]
        assert wider == pytest.approx(1.05 * near, rel=0.01)

    def test_an_even_face_is_symmetric_and_a_dropped_corner_is_not(self):
        mesh = resting()
        even = read_face(seen(mesh), CAMERA).values["symmetry_index"]
        assert even < 0.003
        mesh[291, 1] -= 6.0
        assert read_face(seen(mesh), CAMERA).values["symmetry_index"] > even + 0.004

    def test_symmetry_does_not_depend_on_size_or_which_side(self):
        pixels = resting()[:, :2].copy()
        pixels[291] += (0, -6)
        other = (pixels * (-1, 1))[mirror()]
        assert symmetry_index(pixels) == pytest.approx(symmetry_index(3 * pixels))
        assert symmetry_index(pixels) == pytest.approx(symmetry_index(other), rel=0.02)

    def test_a_turned_head_fakes_asymmetry_which_is_why_it_is_gated(self):
        straight = read_face(seen(), CAMERA).values["symmetry_index"]
        turned = read_face(seen(turn=rotation(yaw_deg=15)), CAMERA).values["symmetry_index"]
        assert turned > straight + 0.01


class TestScale:
    def test_population_unless_something_better_is_known(self):
        assert scale_of(seen(), CAMERA).relative_sd == POPULATION_SD
        known = scale_of(seen(), CAMERA, 60.0)
        assert known.relative_sd == PUPILLARY_SD
        assert known.source == "pupillary_distance"

    def test_a_real_iris_is_used(self):
        face = seen()
        iris = np.zeros((10, 3))
        for start, eye in ((0, (33, 133)), (5, (362, 263))):
            centre = face[list(eye)].mean(axis=0)
            radius = 11.7 / 2 * PX_PER_MM / np.array([CAMERA.width, CAMERA.height])
            iris[start : start + 5] = centre
            iris[start + 1 : start + 5, :2] += radius * [(1, 0), (0, -1), (-1, 0), (0, 1)]
        scale = scale_of(np.vstack([face, iris]), CAMERA)
        assert scale.source == "iris"
        assert scale.mm_per_px == pytest.approx(1 / PX_PER_MM, rel=0.01)
        assert 0.043 < scale.relative_sd < 0.06

    def test_the_stated_population_error_covers_people(self):
        """Pupils 63 +/- 3.8 mm apart: two in three true sizes lie within one stated SD."""
        rng = np.random.default_rng(4)
        mm_per_px = scale_of(seen(), CAMERA).mm_per_px
        true = rng.normal(63.0, 0.06 * 63.0, 4000) / pupils_apart(resting()) / PX_PER_MM
        within = np.abs(true / mm_per_px - 1) < POPULATION_SD
        assert within.mean() == pytest.approx(0.68, abs=0.03)


class TestCaptures:
    def frames(self, count=40, seed=1, mesh=None, turn=None):
        rng = np.random.default_rng(seed)
        return [Frame(i / 20, seen(mesh, turn, noise_px=0.4, rng=rng)) for i in range(count)]

    def test_a_video_is_one_capture_and_its_jitter_averages_out(self):
        taken = capture("a.mp4", CAMERA, self.frames(200), pupillary_distance_mm=62.0)
        assert taken.refused is None
        assert taken.frames > 190
        wanted = read_face(seen(), CAMERA, 62.0).values["palpebral_fissure_left"]
        assert taken.values["palpebral_fissure_left"] == pytest.approx(wanted, abs=0.02)

    def test_too_few_restful_frames_are_refused_with_the_reason(self):
        turned = self.frames(30, turn=rotation(yaw_deg=12))
        taken = capture("a.mp4", CAMERA, [*turned, *self.frames(5)])
        assert taken.refused.startswith("Turn to face the camera")
        assert taken.values == {}

    def test_frames_with_hands_or_without_a_face_are_left_out(self):
        hand = Hand("left", 0.9, np.full((21, 3), 0.5))
        touched = [Frame(f.t, f.face, (hand,)) for f in self.frames(20)]
        gone = [Frame(9.0 + i, None) for i in range(5)]
        assert "hands away" in capture("a", CAMERA, [*touched, *gone]).refused
        assert capture("a", CAMERA, gone).refused == "No face was found."
        assert capture("a", CAMERA, [*touched, *self.frames(20)]).frames == 20

    def test_reports_say_value_error_and_what_would_be_noise(self):
        taken = [capture(f"{n}", CAMERA, self.frames(seed=n)) for n in range(3)]
        report = measure_report(taken)
        assert [entry["id"] for entry in report["measures"]] == list(MEASURES)
        for entry in report["measures"]:
            assert entry["captures"] == 3
            assert entry["mdc95"] > entry["error95"] > 0
            assert "within measurement noise" in entry["statement"]
            assert entry["limits"]
            assert ("scale_sd" in entry) == (entry["unit"] == "mm")
        assert report["scale"]["source"] == "population"
        assert "changes" not in report
        assert any("day to day" in note for note in report["notes"])

    def test_the_same_face_again_is_within_noise_and_a_real_change_is_not(self):
        before = [capture(f"b{n}", CAMERA, self.frames(seed=n)) for n in range(3)]
        after = [capture(f"a{n}", CAMERA, self.frames(seed=10 + n)) for n in range(3)]
        changes = measure_report(after, before)["changes"]
        assert {entry["verdict"] for entry in changes} == {"within measurement noise"}
        lifted = resting()
        lifted[334, 1] += 4.0
        after = [capture(f"a{n}", CAMERA, self.frames(seed=20 + n, mesh=lifted)) for n in range(3)]
        verdicts = {e["id"]: e["verdict"] for e in measure_report(after, before)["changes"]}
        assert verdicts["brow_height_left"] == "changed"
        assert verdicts["brow_height_right"] == "within measurement noise"

    def test_refused_captures_are_listed_and_not_counted(self):
        good = capture("good", CAMERA, self.frames())
        bad = capture("bad", CAMERA, self.frames(turn=rotation(yaw_deg=20)))
        report = measure_report([good, bad])
        assert report["captures"][1]["refused"].startswith("Turn to face")
        assert report["measures"][0]["captures"] == 1
        assert measure_report([bad])["measures"] == []
