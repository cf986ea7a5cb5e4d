"""Videos and photos through the real tracker, in its own process."""

import json
import os
import shlex
import stat
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from faceglide.errors import BadInput
from faceglide.tracking import video
from faceglide.tracking.media import pictures, video_info
from faceglide.tracking.video import track_photo, track_video

ROOT = Path(__file__).resolve().parents[2]
PORTRAIT = ROOT / "tests/data/portrait.jpg"
FOOTAGE = ROOT.parent / "shared/footage"
FPS = 25


def portrait():
    return Image.open(PORTRAIT).convert("RGB")


def make_video(path, images, times_ms=None, rotate_deg=0):
    """Write an MP4 of the images, at these times."""
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height = images[0].size
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        stream.codec_context.time_base = Fraction(1, 1000)
        if rotate_deg:
            stream.set_display_rotation(rotate_deg)
        for i, image in enumerate(images):
            picture = av.VideoFrame.from_image(image)
            picture.pts = times_ms[i] if times_ms else i * 1000 // FPS
            picture.time_base = Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def faulty(call, path):
    with pytest.raises(BadInput) as raised:
        call(path)
    line = str(raised.value)
    assert str(path) in line
    assert "\n" not in line
    return line


@pytest.fixture(scope="module")
def one_hand(analysed):
    return analysed("v640_1h_spread").frames, json.loads(
        (FOOTAGE / "v640_1h_spread.json").read_text()
    )


class TestPhoto:
    def test_the_face_is_found_where_it_is(self):
        camera, frame = track_photo(PORTRAIT)
        assert (camera.width, camera.height) == (320, 300)
        assert frame.face.shape == (468, 3)
        assert frame.hands == ()
        right_eye, left_eye = frame.face[[33, 133]].mean(0), frame.face[[263, 362]].mean(0)
        # Read off the picture by eye, in pixels.
        assert right_eye[:2] * (320, 300) == pytest.approx((143, 101), abs=4)
        assert left_eye[:2] * (320, 300) == pytest.approx((188, 103), abs=4)

    def test_a_photo_lying_on_its_side_is_put_upright(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = 6  # turned a quarter clockwise to be viewed
        lying = tmp_path / "lying.jpg"
        portrait().rotate(90, expand=True).save(lying, exif=exif, quality=95)
        camera, frame = track_photo(lying)
        assert (camera.width, camera.height) == (320, 300)
        _, upright = track_photo(PORTRAIT)
        assert np.abs(frame.face - upright.face)[:, :2].max() < 0.02

    def test_no_face(self, tmp_path):
        path = tmp_path / "wall.png"
        Image.new("RGB", (300, 300), "beige").save(path)
        assert "no face found" in faulty(track_photo, path)

    def test_several_faces(self, tmp_path):
        path = tmp_path / "two.png"
        both = Image.new("RGB", (640, 300))
        both.paste(portrait(), (0, 0))
        both.paste(portrait(), (320, 0))
        both.save(path)
        assert "shows several faces" in faulty(track_photo, path)

    def test_not_a_photo(self, tmp_path):
        path = tmp_path / "notes.jpg"
        path.write_text("not a photo")
        assert "is not a photo" in faulty(track_photo, path)
        path.write_bytes(PORTRAIT.read_bytes()[:9000])
        assert "is not a whole photo" in faulty(track_photo, path)
        assert "no such file" in faulty(track_photo, tmp_path / "none.jpg")


class TestVideo:
    def test_turned_and_uneven_videos_come_upright_with_their_own_times(self, tmp_path):
        lying = [portrait().rotate(90, expand=True)] * 6
        times = [0, 40, 100, 240, 280, 500]
        path = make_video(tmp_path / "lying.mp4", lying, times, rotate_deg=-90)
        info = video_info(path)
        assert (info.width, info.height) == (320, 300)
        camera, frames = track_video(path)
        frames = list(frames)
        assert (camera.width, camera.height) == (320, 300)
        assert [frame.t for frame in frames] == pytest.approx([t / 1000 for t in times], abs=0.002)
        _, upright = track_photo(PORTRAIT)
        assert np.median(np.abs(frames[-1].face - upright.face)[:, :2]) < 0.02

    def test_somebody_two_metres_away_is_followed(self, tmp_path):
        room = Image.new("RGB", (1280, 720), "tan")
        room.paste(portrait(), (700, 200))
        path = make_video(tmp_path / "far.mp4", [room] * 12)
        _, frames = track_video(path)
        found = [frame.face for frame in frames if frame.face is not None]
        assert len(found) >= 8
        _, near = track_photo(PORTRAIT)
        wanted = (near.face[:, :2] * (320, 300) + (700, 200)) / (1280, 720)
        width = wanted[454, 0] - wanted[234, 0]
        assert width < 0.08
        assert np.median(np.abs(found[-1][:, :2] - wanted)) < 0.05 * width

    def test_fast_videos_are_thinned(self, tmp_path):
        path = make_video(tmp_path / "fast.mp4", [portrait()] * 60, [i * 10 for i in range(60)])
        times = [t for t, _ in pictures(path)]
        assert 15 < len(times) < 25
        assert np.diff(times).min() > 0.9 / 31

    def test_a_large_video_is_made_smaller(self, tmp_path):
        path = make_video(tmp_path / "large.mp4", [portrait().resize((2560, 1920))])
        ((_, picture),) = pictures(path)
        assert picture.shape == (960, 1280, 3)
        assert video_info(path).width == 2560

    @pytest.mark.parametrize("name", ["notes.txt", "notes.mp4"])
    def test_text_is_not_a_video(self, tmp_path, name):
        path = tmp_path / name
        path.write_text("hello " * 500)
        assert "is not a video" in faulty(track_video, path)

    def test_a_photo_is_not_a_video(self):
        assert "is not a video" in faulty(track_video, PORTRAIT)

    @pytest.mark.timeout(60)  # following it would wait for a network that answers nobody
    def test_a_playlist_that_names_a_server_is_not_followed(self, tmp_path):
        path = tmp_path / "list.m3u8"
        path.write_text("#EXTM3U\n#EXTINF:5,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n")
        assert "is not a video" in faulty(track_video, path)

    def test_a_video_cut_before_its_index(self, tmp_path):
        path = make_video(tmp_path / "whole.mp4", [portrait()] * 5)
        path.write_bytes(path.read_bytes()[:3000])
        assert "is not a video, or is cut short" in faulty(track_video, path)

    def test_sound_without_picture(self, tmp_path):
        path = tmp_path / "sound.mp4"
        with av.open(path, "w") as container:
            stream = container.add_stream("aac", rate=44100)
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 2048), np.float32), "fltp", "mono")
            sound.sample_rate = 44100
            container.mux(stream.encode(sound))
            container.mux(stream.encode())
        assert "holds no picture" in faulty(track_video, path)

    def test_no_such_file_and_folders(self, tmp_path):
        assert "no such file" in faulty(track_video, tmp_path / "none.mp4")
        assert "is not a file" in faulty(track_video, tmp_path)

    def test_missing_models_say_what_to_do(self, tmp_path):
        path = make_video(tmp_path / "a.mp4", [portrait()] * 2)
        with pytest.raises(BadInput, match="models are missing"):
            track_video(path, models_dir=tmp_path)


@pytest.mark.timeout(60)  # waiting for a stand-in to end by itself would take ten minutes
class TestTheTrackersProcess:
    @pytest.fixture
    def stand_in(self, tmp_path, monkeypatch):
        """Put a program in the tracker's place."""

        def put(script):
            code, path = tmp_path / "stand_in.py", tmp_path / "stand_in"
            code.write_text(script)
            # By way of a shell: the first line of a program cannot name a path with a space.
            path.write_text(
                f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(code))}\n"
            )
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
            monkeypatch.setattr(video.sys, "executable", str(path))

        return put

    def test_one_that_hangs_is_ended(self, stand_in, tmp_path):
        stand_in("import time; time.sleep(600)")
        with pytest.raises(BadInput, match=r"silent for 0\.5 s"):
            track_video(tmp_path / "a.mp4", patience_s=0.5)

    def test_one_that_crashes_is_told(self, stand_in, tmp_path):
        stand_in("import os; os.abort()")
        with pytest.raises(BadInput, match="broke off"):
            track_video(tmp_path / "a.mp4")

    def test_one_that_hangs_while_closing_is_not_waited_for(self, stand_in, tmp_path):
        stand_in(
            "import pickle, sys, time\n"
            "from faceglide.tracking.frame import Camera, Frame\n"
            "for message in (Camera(4, 3), Frame(0.0, None), None):\n"
            "    pickle.dump(message, sys.stdout.buffer)\n"
            "sys.stdout.flush(); time.sleep(600)\n"
        )
        _, frames = track_video(tmp_path / "a.mp4")
        assert len(list(frames)) == 1

    def test_frames_that_nobody_wants_any_more_end_it(self, stand_in, tmp_path):
        number = tmp_path / "number"
        stand_in(
            "import os, pickle, sys, time\n"
            "from pathlib import Path\n"
            "from faceglide.tracking.frame import Camera, Frame\n"
            f"Path({str(number)!r}).write_text(str(os.getpid()))\n"
            "for message in (Camera(4, 3), Frame(0.0, None), Frame(0.1, None)):\n"
            "    pickle.dump(message, sys.stdout.buffer)\n"
            "sys.stdout.flush(); time.sleep(600)\n"
        )
        _, frames = track_video(tmp_path / "a.mp4")
        next(frames)
        frames.close()
        with pytest.raises(ProcessLookupError):
            os.kill(int(number.read_text()), 0)


@pytest.mark.footage
class TestFootage:
    def test_every_picture_becomes_a_frame(self, one_hand):
        frames, truth = one_hand
        assert len(frames) == len(truth["frames"])
        assert [frame.t for frame in frames] == pytest.approx(
            [i / FPS for i in range(len(frames))], abs=0.002
        )

    def test_the_face_is_found_and_right(self, one_hand):
        frames, truth = one_hand
        wanted = np.array(truth["face_lm"])[:468, :2]
        found = [frame.face[:, :2] * (640, 480) for frame in frames if frame.face is not None]
        assert len(found) > 0.9 * len(frames)
        errors = [np.median(np.linalg.norm(face - wanted, axis=1)) for face in found]
        assert np.median(errors) < 0.03 * truth["iod"]

    def test_the_hand_is_found_right_and_on_its_side(self, one_hand):
        frames, truth = one_hand
        present = [
            (frame, np.array(shown["hands"][0]["lm"]))
            for frame, shown in zip(frames, truth["frames"], strict=True)
            if shown["hands"] and np.array(shown["hands"][0]["lm"])[:, 1].max() < 480
        ]
        assert len(present) > 200
        found = [(frame.hands[0], wanted) for frame, wanted in present if frame.hands]
        assert len(found) > 0.97 * len(present)
        tips = [8, 12, 16]
        errors = [
            np.linalg.norm(hand.image[tips, :2] * (640, 480) - wanted[tips], axis=1).mean()
            for hand, wanted in found
        ]
        assert np.median(errors) < 0.03 * truth["face_w"]
        # The person's left hand lies on the right of an unmirrored picture.
        assert np.mean([hand.side == "left" for hand, _ in found]) > 0.97

    def test_the_hand_errs_as_docs_accuracy_says(self, one_hand):
        """Still for as long as a stroke lasts, little of it wanders, less is the whole hand's."""
        frames, truth = one_hand
        strokes = {}
        for frame, shown in zip(frames, truth["frames"], strict=True):
            if shown["stroke"] in ("none", "move") or not frame.hands:
                continue
            wanted = np.array(shown["hands"][0]["lm"])
            if wanted[:, 1].max() < 480:  # wholly in the picture
                off = frame.hands[0].image[:, :2] * (640, 480) - wanted
                strokes.setdefault(shown["stroke"], []).append(off)
        assert len(strokes) == 4
        for off in map(np.array, strokes.values()):
            standing = off.mean(axis=0)
            wandering = off - standing
            tips = [8, 12, 16]
            square = (off[:, tips] ** 2).sum(axis=2).mean()
            assert (standing[tips] ** 2).sum(axis=1).mean() > 0.75 * square
            wide = np.sqrt((wandering[:, tips] ** 2).sum(axis=2).mean())
            assert wide < 0.01 * truth["face_w"]
            common = (wandering.mean(axis=1) ** 2).sum(axis=1).mean()
            assert common < 0.3 * (wandering**2).sum(axis=2).mean()

    def test_no_hand_is_invented_where_there_is_none(self, one_hand):
        frames, truth = one_hand
        absent = [f for f, shown in zip(frames, truth["frames"], strict=True) if not shown["hands"]]
        assert np.mean([bool(frame.hands) for frame in absent]) < 0.05
