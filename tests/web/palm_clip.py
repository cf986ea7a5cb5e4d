"""A clip of somebody holding an open palm beside their face, composed from the footage.

The photographed hand shows its back. Blurred until nails and knuckles are gone, and with the
creases of a palm drawn on it, it is a palm to the tracker, and so a hand of the other side; left
as it is, it stays the back of a hand.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FPS = 25
SECONDS = 14
# The hand: coming up, held, going down again; then away until the clip begins anew.
UP_S, HELD_S, DOWN_S = 5.0, 6.0, 10.0
# Sizes of the portrait in the picture and of the hand beside it: as wide as in life.
PORTRAIT, HAND = 0.72, 0.33
# Its middle on the picture: beside the face, on the person's right.
HELD_AT = (128.0, 318.0)
BELOW = (90.0, 640.0)
_BLUR_PX = 40
_PALM_POINTS = [0, 5, 9, 13, 17]


def compose(footage: Path, target: Path, *, back: bool = False) -> None:
    """Write the clip as the browser's fake camera takes it.

    Args:
        footage: Folder with the portrait and the hand.
        target: The ``.mjpeg`` to write.
        back: Leave the hand as it is, showing its back.
    """
    import av

    with av.open(str(footage / "v640_1h_spread_clean.mp4")) as clip:
        portrait = _farther(next(clip.decode(video=0)).to_image())
    hand = Image.open(footage / "hand.png").convert("RGBA")
    points = np.array(json.loads((footage / "hand.json").read_text("utf-8")))
    if not back:
        hand = _palm(hand, points)
    hand = hand.resize((round(hand.width * HAND), round(hand.height * HAND)))
    middle = points[_PALM_POINTS].mean(axis=0) * HAND
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = portrait.size
    encoder.pix_fmt, encoder.framerate = "yuvj420p", FPS
    encoder.options = {"qmin": "3", "qmax": "3"}
    with target.open("wb") as out:
        for number in range(FPS * SECONDS):
            picture = portrait.copy()
            corner = np.round(_place(number / FPS) - middle).astype(int)
            # `paste` cuts off what lies outside; the composite does not.
            picture.paste(hand, tuple(int(value) for value in corner), hand)
            frame = av.VideoFrame.from_image(picture.convert("RGB")).reformat(format="yuvj420p")
            frame.pts = number
            for packet in encoder.encode(frame):
                out.write(bytes(packet))


def _place(t_s: float) -> np.ndarray:
    """Where the middle of the hand is, in pixels."""
    below, held = np.array(BELOW), np.array(HELD_AT)
    up = np.clip((t_s - UP_S) / (HELD_S - UP_S), 0, 1) - np.clip(t_s - DOWN_S, 0, 1)
    tremble = np.array([np.sin(5 * t_s), np.cos(7 * t_s)]) * 1.2
    return below + up * (held - below) + tremble


def _farther(portrait: Image.Image) -> Image.Image:
    """The portrait smaller, standing on the lower edge, its wall carried on around it."""
    size = (round(portrait.width * PORTRAIT), round(portrait.height * PORTRAIT))
    wall = portrait.crop((0, 0, portrait.width, 40)).resize(portrait.size)
    wall = wall.filter(ImageFilter.GaussianBlur(30))
    wall.paste(portrait.resize(size), ((wall.width - size[0]) // 2, wall.height - size[1]))
    return wall.convert("RGBA")


def _palm(hand: Image.Image, points: np.ndarray) -> Image.Image:
    """The inside of the hand: no nails and knuckles, but creases."""
    alpha = np.asarray(hand.getchannel("A"), dtype=float) / 255
    colour = np.asarray(hand.convert("RGB"), dtype=float)

    def blurred(plane: np.ndarray) -> np.ndarray:
        image = Image.fromarray(plane.astype("uint8"))
        return np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR_PX)), dtype=float)

    covered = blurred(alpha * 255) / 255 + 1e-3
    smooth = np.stack([blurred(colour[..., k] * alpha) / covered for k in range(3)], axis=-1)
    # Palms are lighter and redder than the backs of hands.
    inside = np.clip(smooth * [1.25, 1.12, 1.08] + [12, 4, 4], 0, 255)
    palm = Image.fromarray(inside.astype("uint8")).convert("RGBA")
    draw = ImageDraw.Draw(palm)
    for crease in _creases(points):
        draw.line([tuple(point) for point in crease], fill=(150, 85, 75, 255), width=6)
    palm = palm.filter(ImageFilter.GaussianBlur(2))
    palm.putalpha(hand.getchannel("A"))
    return palm


def _creases(points: np.ndarray) -> list[list[np.ndarray]]:
    """Across each finger's joints, and the three long ones of the palm, in the hand's pixels."""
    creases = []
    for base in (5, 9, 13, 17):
        along = points[base + 2] - points[base]
        across = np.array([-along[1], along[0]]) / np.hypot(*along) * 26
        creases += [[points[k] - across, points[k] + across] for k in range(base, base + 3)]
    wrist, thumb, index, middle, ring, little = points[[0, 2, 5, 9, 13, 17]]
    web = 0.7 * index + 0.3 * thumb
    heart = [0.75 * little + 0.25 * wrist, 0.75 * ring + 0.25 * wrist, (index + middle) / 2]
    head = [web, 0.55 * middle + 0.45 * wrist, (little + wrist) / 2]
    life = [web, 0.35 * middle + 0.35 * wrist + 0.3 * thumb, 0.85 * wrist + 0.15 * middle]
    return [*creases, heart, head, life]
