"""Recordings: what is written comes back, mirrored ones are turned round, faults name the line."""

import gzip
import itertools
import json
import math

import numpy as np
import pytest

from faceglide.errors import BadInput
from faceglide.face.canonical import mirror, vertices_mm
from faceglide.tracking.frame import Camera, Frame, Hand
from faceglide.tracking.recording import (
    is_recording,
    read_recording,
    unmirror,
    write_recording,
)

CAMERA = Camera(640, 480, "made for a test")
RIGHT_EXOCANTHION, LEFT_EXOCANTHION = 33, 263


def a_face(points=468):
    """The average face, turned a little so that the two sides differ."""
    x, y, z = vertices_mm().T / 400
    face = np.stack([0.45 + 0.9 * x + 0.1 * z, 0.5 - y, -z], axis=1)
    return (
        face if points == 468 else np.concatenate([face, np.linspace(0.3, 0.7, 30).reshape(10, 3)])
    )


def a_hand(side="left", world=True):
    image = np.random.default_rng(3).uniform(0.2, 0.8, (21, 3))
    return Hand(side, 0.97, image, (image - 0.5) / 10 if world else None)


def some_frames():
    return [
        Frame(0.0, a_face()),
        Frame(0.041, a_face(478), (a_hand(), a_hand("right", world=False))),
        Frame(0.07, None, (a_hand(),), np.array([[0.2, 0.9], [0.8, 0.9]])),
    ]


def same(one, other):
    return (one is None and other is None) or np.allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("name", ["session.ndjson", "session.ndjson.gz"])
def test_what_is_written_comes_back(tmp_path, name):
    path = tmp_path / name
    write_recording(path, CAMERA, some_frames())
    camera, frames = read_recording(path)
    assert camera == CAMERA
    for frame, wanted in itertools.zip_longest(frames, some_frames()):
        assert frame.t == wanted.t
        assert same(frame.face, wanted.face)
        assert same(frame.shoulders, wanted.shoulders)
        for hand, wanted_hand in zip(frame.hands, wanted.hands, strict=True):
            assert (hand.side, hand.score) == (wanted_hand.side, wanted_hand.score)
            assert same(hand.image, wanted_hand.image)
            assert same(hand.world, wanted_hand.world)


def test_the_file_is_the_public_contract_to_the_letter(tmp_path):
    path = tmp_path / "session.ndjson"
    write_recording(path, CAMERA, some_frames())
    head, first, second, third = map(json.loads, path.read_text().splitlines())
    assert head == {
        "format": "faceglide-recording",
        "version": 1,
        "width": 640,
        "height": 480,
        "mirrored": False,
        "tracker": "made for a test",
    }
    assert set(first) == {"t", "face", "hands", "shoulders"}
    assert len(first["face"]) == 468
    assert set(second["hands"][0]) == {"side", "score", "image", "world"}
    assert second["hands"][1]["world"] is None
    assert third["face"] is None


def test_the_same_frames_give_the_same_bytes(tmp_path):
    one, two = tmp_path / "one.ndjson.gz", tmp_path / "two.ndjson.gz"
    write_recording(one, CAMERA, some_frames())
    write_recording(two, CAMERA, some_frames())
    assert one.read_bytes() == two.read_bytes()


def test_nothing_is_left_when_writing_breaks_off(tmp_path):
    path = tmp_path / "session.ndjson"
    path.write_text("the one before")

    def broken():
        yield some_frames()[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_recording(path, CAMERA, broken())
    assert [p.name for p in tmp_path.iterdir()] == ["session.ndjson"]
    assert path.read_text() == "the one before"


def test_points_left_out_cannot_be_recorded(tmp_path):
    face = a_face()
    face[7] = math.nan
    with pytest.raises(ValueError, match="JSON"):
        write_recording(tmp_path / "session.ndjson", CAMERA, [Frame(0.0, face)])
    assert not list(tmp_path.iterdir())


def test_names_say_what_is_a_recording(tmp_path):
    assert is_recording(tmp_path / "a.NDJSON")
    assert is_recording(tmp_path / "a.ndjson.gz")
    assert not is_recording(tmp_path / "a.mp4")


def test_a_recording_under_another_name_is_known_by_its_start(tmp_path):
    path = tmp_path / "session.ndjson.gz"
    write_recording(path, CAMERA, some_frames())
    renamed = path.rename(tmp_path / "download")
    assert is_recording(renamed)
    assert len(list(read_recording(renamed)[1])) == 3


class TestMirrored:
    """A tracker that looks at a mirrored picture takes the mirror image for the person."""

    def test_a_symmetric_face_stays_in_its_place(self):
        x, y, z = vertices_mm().T / 400
        centred = np.stack([0.5 + x, 0.5 - y, -z], axis=1)
        turned = unmirror(Frame(0.0, centred)).face
        # The average face is symmetric to a fraction of a millimetre.
        assert np.abs(turned - centred).max() < 0.001

    def test_each_eye_changes_index_and_place(self):
        face = a_face()
        turned = unmirror(Frame(0.0, face)).face
        assert turned[RIGHT_EXOCANTHION] == pytest.approx(
            face[LEFT_EXOCANTHION] * (-1, 1, 1) + (1, 0, 0)
        )

    def test_twice_is_as_before_for_iris_points_too(self):
        face = a_face(478)
        assert same(unmirror(unmirror(Frame(0.0, face))).face, face)
        assert mirror()[RIGHT_EXOCANTHION] == LEFT_EXOCANTHION

    def test_an_iris_goes_to_the_eye_it_lies_in(self):
        face = a_face(478)
        right_eye, left_eye = face[[33, 133]].mean(0), face[[263, 362]].mean(0)
        face[468:473], face[473:478] = right_eye, left_eye
        turned = unmirror(Frame(0.0, face)).face
        assert turned[468:473] == pytest.approx(np.tile(turned[[33, 133]].mean(0), (5, 1)))
        assert turned[473:478] == pytest.approx(np.tile(turned[[263, 362]].mean(0), (5, 1)))

    def test_points_that_bear_their_own_names_already_keep_them(self):
        x, y, z = vertices_mm().T / 400
        face = np.stack([0.4 + x, 0.5 - y, -z], axis=1)
        only_placed = face * (-1, 1, 1) + (1, 0, 0)
        assert unmirror(Frame(0.0, only_placed)).face == pytest.approx(face)

    def test_hands_keep_their_side_and_change_their_place(self, tmp_path):
        path = tmp_path / "mirrored.ndjson"
        write_recording(path, CAMERA, some_frames())
        path.write_text(path.read_text().replace('"mirrored":false', '"mirrored":true'))
        _, frames = read_recording(path)
        hand, before = list(frames)[1].hands[0], some_frames()[1].hands[0]
        assert hand.side == before.side
        assert hand.image[:, 0] == pytest.approx(1 - before.image[:, 0], abs=1e-6)
        assert hand.image[:, 1:] == pytest.approx(before.image[:, 1:], abs=1e-6)
        assert hand.world == pytest.approx(before.world * (-1, 1, 1), abs=1e-6)


class TestBadRecordings:
    @pytest.fixture
    def lines(self, tmp_path):
        path = tmp_path / "good.ndjson"
        write_recording(path, CAMERA, some_frames())
        return path.read_text().splitlines(keepends=True)

    def fault(self, tmp_path, content):
        path = tmp_path / "bad.ndjson"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(BadInput) as raised:
            list(read_recording(path)[1])
        line = str(raised.value)
        assert "\n" not in line
        return line.removeprefix(str(tmp_path) + "/")

    def changed(self, lines, number, **changes):
        data = json.loads(lines[number - 1])
        for name, value in changes.items():
            if value is KeyError:
                del data[name]
            else:
                data[name] = value
        return "".join([*lines[: number - 1], json.dumps(data) + "\n", *lines[number:]])

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"format": "video"}, "not a Faceglide recording"),
            ({"version": 2}, "unknown version 2"),
            ({"version": "1"}, "unknown version '1'"),
            ({"version": KeyError}, "unknown version None"),
            ({"width": 0}, "width is 0"),
            ({"height": 4.5}, "height is 4.5"),
            ({"width": True}, "width is True"),
            ({"mirrored": "no"}, "mirrored is 'no'"),
            ({"mirrored": KeyError}, "mirrored is None"),
            ({"tracker": 7}, "tracker is not text"),
        ],
    )
    def test_first_line(self, tmp_path, lines, changes, said):
        line = self.fault(tmp_path, self.changed(lines, 1, **changes))
        assert line.startswith("bad.ndjson:line 1: ")
        assert said in line

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"t": 0.0}, "t is 0 after 0"),
            ({"t": -1}, "t is -1 after 0"),
            ({"t": "0.1"}, "t is '0.1'"),
            ({"t": True}, "t is True"),
            ({"t": KeyError}, "t is missing"),
            ({"face": KeyError}, "face is missing"),
            ({"hands": KeyError}, "hands is missing"),
            ({"hands": None}, "hands is not a list"),
            ({"hands": [{}, {}, {}]}, "at most two"),
            ({"face": [[0.1, 0.2, 0.3]] * 467}, "face is not 468 or 478 points"),
            ({"face": [[0.1, 0.2]] * 468}, "face is not 468 or 478 points"),
            ({"face": [["0.1", "0.2", "0.3"]] * 468}, "face is not 468 or 478 points"),
            ({"face": [[0.1, 0.2, 0.3]] * 467 + [None]}, "face"),
            ({"face": [[0.1, 0.2, 0.3]] * 467 + [[0.1]]}, "unequal length"),
            ({"face": [[320, 200, 0]] * 468}, "out of range"),
            ({"face": []}, "face is not 468"),
            ({"face": {}}, "face is not 468"),
            ({"shoulders": [[0.1, 0.2]]}, "shoulders is not 2 points"),
            ({"hands": [7]}, "hand 1: is not an object"),
        ],
    )
    def test_frame_lines(self, tmp_path, lines, changes, said):
        line = self.fault(tmp_path, self.changed(lines, 3, **changes))
        assert line.startswith("bad.ndjson:line 3: ")
        assert said in line

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"side": "Left"}, "side is 'Left'"),
            ({"score": 1.2}, "score is 1.2"),
            ({"score": None}, "score is None"),
            ({"image": None}, "image is not 21 points"),
            ({"world": [[9.0, 0, 0]] * 21}, "world has a point out of range"),
        ],
    )
    def test_hands(self, tmp_path, lines, changes, said):
        hands = json.loads(lines[2])["hands"]
        hands[1] |= changes
        line = self.fault(tmp_path, self.changed(lines, 3, hands=hands))
        assert line.startswith("bad.ndjson:line 3: hand 2: ")
        assert said in line

    def test_numbers_that_are_none(self, tmp_path, lines):
        lines[1] = lines[1].replace('"t":0.0', '"t":NaN')
        assert "line 2: is not JSON" in self.fault(tmp_path, "".join(lines))

    def test_a_cut_last_line(self, tmp_path, lines):
        cut = "".join(lines)[:-200]
        assert "bad.ndjson:line 4: is cut short" in self.fault(tmp_path, cut)

    def test_a_last_line_without_its_line_end_is_whole(self, tmp_path, lines):
        path = tmp_path / "good.ndjson"
        path.write_text("".join(lines).removesuffix("\n"))
        assert len(list(read_recording(path)[1])) == 3

    def test_empty_lines_mean_nothing(self, tmp_path, lines):
        path = tmp_path / "good.ndjson"
        path.write_text("".join(lines) + "\n \r\n")
        assert len(list(read_recording(path)[1])) == 3

    def test_a_cut_compressed_file(self, tmp_path, lines):
        packed = gzip.compress("".join(lines * 1).encode())
        assert "cut short or damaged" in self.fault(tmp_path, packed[: len(packed) // 2])

    def test_a_damaged_compressed_file(self, tmp_path, lines):
        packed = bytearray(gzip.compress("".join(lines).encode()))
        packed[len(packed) // 2] ^= 0xFF
        assert "bad.ndjson" in self.fault(tmp_path, bytes(packed))

    def test_no_frames(self, tmp_path, lines):
        assert "holds no frames" in self.fault(tmp_path, lines[0])

    def test_an_empty_file(self, tmp_path):
        assert "line 1: the file is empty" in self.fault(tmp_path, "")

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\xff\xfe", b"[1]\n", b"hello\n"])
    def test_something_else(self, tmp_path, content):
        assert "bad.ndjson:line 1: is not" in self.fault(tmp_path, content)

    def test_deep_nesting(self, tmp_path, lines):
        deep = lines[0] + "[" * 100_000 + "\n"
        assert "line 2: is not JSON" in self.fault(tmp_path, deep)

    def test_a_line_without_end_does_not_fill_the_memory(self, tmp_path, lines):
        endless = lines[0] + " " * 3_000_000
        assert "line 2: is too long" in self.fault(tmp_path, endless)

    def test_no_such_file(self, tmp_path):
        with pytest.raises(BadInput, match="no such file"):
            read_recording(tmp_path / "none.ndjson")

    def test_a_folder(self, tmp_path):
        with pytest.raises(BadInput, match="is a directory"):
            read_recording(tmp_path)

    def test_a_place_that_cannot_be_written(self, tmp_path):
        with pytest.raises(BadInput, match="no such file or directory"):
            write_recording(tmp_path / "none" / "a.ndjson", CAMERA, [])
