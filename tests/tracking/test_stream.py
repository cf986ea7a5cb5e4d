"""The browser's frames survive the wire, and nothing but a well-formed message gets through."""

from __future__ import annotations

import itertools
import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceglide.errors import BadInput
from faceglide.tracking.frame import Frame, Hand
from faceglide.tracking.stream import (
    MAX_FACE_POINTS,
    MAX_FRAMES,
    Numbered,
    decode,
    encode,
)

ROOT = Path(__file__).resolve().parents[2]
POINTS = (33, 263, 10, 152, 1)
XY_TOLERANCE = 2 / 65535
Z_TOLERANCE = 1 / 32767


def hand(side="left", world=True, seed=0):
    rng = np.random.default_rng(seed)
    return Hand(
        side,
        0.8,
        rng.uniform(-0.4, 1.4, (21, 3)) * (1, 1, 0.5),
        rng.uniform(-0.2, 0.2, (21, 3)) if world else None,
    )


def face(seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-0.4, 0.9, (478, 3))


def several_frames():
    return [
        Numbered(1, Frame(0.0, None)),
        Numbered(2, Frame(0.04, face(1), (hand("right"),))),
        Numbered(5, Frame(0.16, None, (hand("left", world=False), hand("right", seed=3)))),
        Numbered(6, Frame(0.2, face(2), (), np.array([[0.2, 1.1], [0.8, 1.05]]))),
    ]


def test_frames_come_out_as_they_went_in():
    sent = several_frames()
    for before, after in zip(sent, decode(encode(sent, POINTS), POINTS), strict=True):
        assert after.seq == before.seq
        assert after.frame.t == pytest.approx(before.frame.t)
        assert (after.frame.face is None) == (before.frame.face is None)
        if before.frame.face is not None:
            assert after.frame.face.shape == (468, 3)
            kept = after.frame.face[list(POINTS)]
            np.testing.assert_allclose(kept, before.frame.face[list(POINTS)], atol=XY_TOLERANCE)
            others = np.delete(after.frame.face, POINTS, axis=0)
            assert np.isnan(others).all()
        assert [h.side for h in after.frame.hands] == [h.side for h in before.frame.hands]
        for old, new in zip(before.frame.hands, after.frame.hands, strict=True):
            assert new.score == pytest.approx(old.score, abs=1 / 255)
            np.testing.assert_allclose(new.image, old.image, atol=XY_TOLERANCE)
            if old.world is None:
                assert new.world is None
            else:
                np.testing.assert_allclose(new.world, old.world, atol=1e-5)
        if before.frame.shoulders is None:
            assert after.frame.shoulders is None
        else:
            np.testing.assert_allclose(
                after.frame.shoulders, before.frame.shoulders, atol=XY_TOLERANCE
            )


def test_the_largest_frame_stays_below_three_kilobytes():
    largest = Numbered(1, Frame(0.0, face(), (hand(), hand("right")), np.zeros((2, 2))))
    assert len(encode([largest], range(MAX_FACE_POINTS))) <= 3000


def test_the_pages_encoder_speaks_the_same_language(tmp_path):
    node = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
    if node is None:
        pytest.skip("no node: the encoder of the pages cannot be run")
    sent = several_frames()[:3]
    described = [
        {
            "seq": numbered.seq,
            "tMs": numbered.frame.t * 1000,
            "face": None if numbered.frame.face is None else numbered.frame.face.ravel().tolist(),
            "hands": [
                {
                    "side": h.side,
                    "score": h.score,
                    "image": h.image.ravel().tolist(),
                    "world": None if h.world is None else h.world.ravel().tolist(),
                }
                for h in numbered.frame.hands
            ],
        }
        for numbered in sent
    ]
    task = json.dumps({"frames": described, "points": POINTS})
    script = ROOT / "frontend/test/encode.js"
    done = subprocess.run([node, str(script)], input=task.encode(), capture_output=True, check=True)
    got = decode(done.stdout, POINTS)
    want = decode(encode(sent, POINTS), POINTS)
    for ours, theirs in zip(want, got, strict=True):
        assert theirs.seq == ours.seq
        assert theirs.frame.t == ours.frame.t
        assert [h.side for h in theirs.frame.hands] == [h.side for h in ours.frame.hands]
        if ours.frame.face is not None:
            np.testing.assert_allclose(theirs.frame.face, ours.frame.face, atol=XY_TOLERANCE)
        for mine, other in zip(ours.frame.hands, theirs.frame.hands, strict=True):
            np.testing.assert_allclose(other.image, mine.image, atol=XY_TOLERANCE)
            assert (other.world is None) == (mine.world is None)


def good() -> bytearray:
    return bytearray(encode(several_frames(), POINTS))


HEAD = 8


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda m: m[:0], "0 bytes"),
        (lambda m: m[:7], "7 bytes"),
        (lambda m: m[:-1], "bytes"),
        (lambda m: m + b"\0", "bytes"),
        (lambda m: b"\2" + m[1:], "version"),
        (lambda m: m[:1] + b"\7" + m[2:], "kind"),
        (lambda m: m[:2] + b"\0\0" + m[4:], "0 frames"),
        (lambda m: m[:2] + struct.pack("<H", MAX_FRAMES + 1) + m[4:], "65 frames"),
        (lambda m: m[:4] + b"\6\0" + m[6:], "6 face points"),
        (lambda m: m[:6] + b"\1\0" + m[8:], "version"),
        (lambda m: m[: HEAD + 4] + b"\x10" + m[HEAD + 5 :], "flags"),
        (lambda m: m[: HEAD + 4] + b"\x0c" + m[HEAD + 5 :], "flags"),
        (lambda m: m[: HEAD + 5] + b"\1" + m[HEAD + 6 :], "flags"),
        (lambda m: m[: HEAD + 8] + struct.pack("<d", float("nan")) + m[HEAD + 16 :], "time"),
        (lambda m: m[: HEAD + 8] + struct.pack("<d", -1.0) + m[HEAD + 16 :], "time"),
        (lambda m: m[: HEAD + 8] + struct.pack("<d", 1e12) + m[HEAD + 16 :], "time"),
        (lambda m: m[: HEAD + 8] + struct.pack("<d", 5000.0) + m[HEAD + 16 :], "order"),
        (lambda m: m[:HEAD] + struct.pack("<I", 9) + m[HEAD + 4 :], "order"),
        (lambda m: m + bytes(400_000), "bytes"),
    ],
)
def test_a_spoiled_message_is_refused_with_its_fault(spoil, fault):
    with pytest.raises(BadInput, match=fault):
        decode(bytes(spoil(good())), POINTS)


def test_a_hand_of_no_known_side_is_refused():
    message = bytearray(encode([Numbered(1, Frame(0.0, None, (hand(),)))], POINTS))
    message[HEAD + 16] = 2
    with pytest.raises(BadInput, match="hand"):
        decode(bytes(message), POINTS)


@given(st.binary(max_size=2000))
def test_noise_never_breaks_the_decoder(noise):
    with pytest.raises(BadInput):
        decode(noise, POINTS)


@given(st.data())
def test_a_flipped_byte_is_refused_or_harmless(data):
    message = good()
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] = data.draw(st.integers(0, 255))
    try:
        frames = decode(bytes(message), POINTS)
    except BadInput:
        return
    for before, after in itertools.pairwise(frames):
        assert after.frame.t > before.frame.t
        assert after.seq > before.seq
    for numbered in frames:
        for seen in numbered.frame.hands:
            assert np.isfinite(seen.image).all()
            assert np.abs(seen.image[:, :2]).max() <= 1.5
