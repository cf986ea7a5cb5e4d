"""The map: every movement in its place on a face of known shape, drawn alike in both forms."""

import io
import math
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from faceglide.errors import BadInput
from faceglide.face.canonical import vertices_mm
from faceglide.face.chart import SIGNAL
from faceglide.face.drawing import arrow, calm, map_face, map_json, pupils_apart
from faceglide.face.map_plate import FIGURE_HEIGHT, MARGIN, map_plate
from faceglide.face.plate import Disc, Picture, Plate, Words, printed, to_png, to_svg
from faceglide.protocol import load_protocol

WIDTH, HEIGHT = 900, 1200
PX_PER_MM = 4.0
PROTOCOL = load_protocol()


def a_face(yaw_deg=0.0, roll_deg=0.0, px_per_mm=PX_PER_MM):
    """The average face in a photo."""
    yaw, roll = math.radians(yaw_deg), math.radians(roll_deg)
    turn = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    tilt = np.array(
        [[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]]
    )
    x, y, z = (vertices_mm() @ (tilt @ turn).T).T * px_per_mm
    return np.stack([0.5 + x / WIDTH, 0.4 - y / HEIGHT, -z / WIDTH], axis=1)


@pytest.fixture(scope="module")
def drawn():
    return map_face(PROTOCOL, a_face(), WIDTH, HEIGHT)


def line(drawn, movement, side):
    (found,) = (line for line in drawn.lines if (line.movement.id, line.side) == (movement, side))
    return found


def test_every_movement_is_there_on_every_side_it_has(drawn):
    wanted = [(m.id, side) for m in PROTOCOL.movements for side in m.sides]
    assert [(line.movement.id, line.side) for line in drawn.lines] == wanted


def test_the_scale_is_that_of_the_pupils(drawn):
    assert drawn.px_per_mm == pytest.approx(PX_PER_MM, rel=0.001)
    assert drawn.turn_deg < 0.5


@pytest.mark.parametrize("movement", [m.id for m in PROTOCOL.movements if len(m.sides) == 2])
def test_both_sides_are_mirror_images_on_an_even_face(drawn, movement):
    right, left = (line(drawn, movement, side).points_px for side in ("right", "left"))
    assert right == pytest.approx((WIDTH, 0) + left * (-1, 1), abs=1.0)
    # The person's right is on the left of an unmirrored photo.
    assert right[:, 0].mean() < WIDTH / 2


@pytest.mark.parametrize("side", ["right", "left"])
class TestPlaces:
    def landmark(self, drawn, right, left, side):
        return drawn.face_px[right if side == "right" else left]

    def test_forehead_from_the_centre_to_the_temple(self, drawn, side):
        points = line(drawn, "forehead.glide_out", side).points_px
        assert points[0] == pytest.approx(drawn.face_px[151], abs=1)
        assert points[-1] == pytest.approx(self.landmark(drawn, 162, 389, side), abs=1)

    def test_the_brow_stays_on_the_bone_above_the_lid(self, drawn, side):
        points = line(drawn, "brow.glide_out", side).points_px
        upper_lid = self.landmark(drawn, 159, 386, side)
        over_eye = points[np.abs(points[:, 0] - upper_lid[0]) < 10 * PX_PER_MM]
        assert (upper_lid[1] - over_eye[:, 1]).min() > 10 * PX_PER_MM

    def test_under_the_eye_on_the_rim_and_never_on_the_lid(self, drawn, side):
        points = line(drawn, "under_eyes.glide_out", side).points_px
        lower_lid = self.landmark(drawn, 145, 374, side)
        under_eye = points[np.abs(points[:, 0] - lower_lid[0]) < 8 * PX_PER_MM]
        below_mm = (under_eye[:, 1] - lower_lid[1]) / PX_PER_MM
        assert below_mm.min() > 6
        assert below_mm.max() < 12

    def test_temple_circles_between_eye_and_hairline(self, drawn, side):
        points = line(drawn, "temples.circle", side).points_px
        outer = np.sort(
            [self.landmark(drawn, 33, 263, side)[0], self.landmark(drawn, 127, 356, side)[0]]
        )
        assert outer[0] < points[:, 0].mean() < outer[1]
        assert np.ptp(points[:, 1]) == pytest.approx(20 * PX_PER_MM, rel=0.05)

    def test_cheek_and_jaw_rise_towards_the_ear(self, drawn, side):
        for movement in ("cheeks.sweep_up_out", "jawline.sweep_up"):
            points = line(drawn, movement, side).points_px
            assert points[-1, 1] < points[0, 1]
            assert abs(points[-1, 0] - WIDTH / 2) > abs(points[0, 0] - WIDTH / 2)

    def test_masseter_holds_lie_beside_the_mouth(self, drawn, side):
        points = line(drawn, "jawline.masseter_hold", side).points_px
        corner = self.landmark(drawn, 61, 291, side)
        assert len(points) == 3
        assert (np.abs(points[:, 0] - WIDTH / 2) > abs(corner[0] - WIDTH / 2) + 10).all()

    def test_neck_lines_run_below_the_jaw_in_opposite_directions(self, drawn, side):
        up, down = (
            line(drawn, name, side).points_px for name in ("neck.glide_up", "neck.drain_down")
        )
        assert up[0, 1] > up[-1, 1]
        assert down[0, 1] < down[-1, 1]


def test_paths_turn_and_tilt_with_the_head(drawn):
    """Millimetre offsets follow the head, not the picture."""
    tilted = map_face(PROTOCOL, a_face(roll_deg=20), WIDTH, HEIGHT)
    c, s = math.cos(math.radians(20)), math.sin(math.radians(20))
    centre = np.array([WIDTH / 2, 0.4 * HEIGHT])
    upright = line(drawn, "under_eyes.glide_out", "left").points_px - centre
    wanted = upright @ np.array([[c, s], [-s, c]]).T + centre
    assert line(tilted, "under_eyes.glide_out", "left").points_px == pytest.approx(wanted, abs=2)


def test_a_face_turned_away_is_refused():
    assert map_face(PROTOCOL, a_face(yaw_deg=20), WIDTH, HEIGHT).turn_deg == pytest.approx(
        20, abs=2
    )
    with pytest.raises(BadInput, match=r"me\.jpg: the face is turned away by 4\d degrees"):
        map_face(PROTOCOL, a_face(yaw_deg=45), WIDTH, HEIGHT, "me.jpg")


def test_the_data_holds_every_path_in_pixels(drawn):
    data = map_json(drawn, PROTOCOL.version)
    assert (data["width"], data["height"]) == (WIDTH, HEIGHT)
    assert len(data["paths"]) == len(drawn.lines)
    first = data["paths"][0]
    assert (first["movement"], first["side"]) == ("forehead.glide_out", "left")
    assert first["points"] == np.round(drawn.lines[0].points_px, 1).tolist()


def test_pupils_are_between_the_corners_of_the_eyes(drawn):
    assert pupils_apart(drawn.face_px) == pytest.approx(PX_PER_MM * 62.6, rel=0.02)


def test_a_calmed_line_keeps_both_ends(drawn):
    brow = line(drawn, "brow.glide_out", "left")
    assert (calm(brow)[[0, -1]] == brow.points_px[[0, -1]]).all()


def test_an_arrow_points_where_the_line_goes():
    tip = arrow(np.array([[0.0, 0.0], [30.0, 0.0], [60.0, 0.0]]), 20.0)
    assert tip[0] == pytest.approx((67, 0))
    assert tip[1:, 0].max() < 67


class TestPlate:
    @pytest.fixture
    def plate(self, drawn):
        return map_plate(drawn, None)

    def test_numbers_do_not_hide_each_other_or_an_arrow(self, plate):
        discs = [
            np.array([mark.x, mark.y])
            for mark, after in zip(plate.marks, plate.marks[1:], strict=False)
            if isinstance(mark, Disc) and isinstance(after, Words) and after.text.isdigit()
        ]
        assert len(discs) > len(PROTOCOL.movements)
        gaps = [math.dist(a, b) for i, a in enumerate(discs) for b in discs[:i]]
        assert min(gaps) > 30

    def test_the_legend_names_every_movement_and_its_dose(self, plate):
        words = {mark.text for mark in plate.marks if isinstance(mark, Words)}
        assert {m.name for m in PROTOCOL.movements} <= words
        assert "5 strokes each side" in words
        assert "3 strokes" in words
        assert {"your right", "your left"} <= words

    def test_everything_is_on_the_page(self, plate):
        for mark in plate.marks:
            if isinstance(mark, Disc):
                assert 0 < mark.x < plate.width
                assert 0 < mark.y < plate.height

    def test_svg_is_whole_and_needs_nothing_else(self, plate, drawn):
        photo = map_plate(drawn, Image.new("RGB", (WIDTH, HEIGHT), "grey"))
        text = to_svg(photo)
        root = ElementTree.fromstring(text)
        names = [element.tag.split("}")[1] for element in root.iter()]
        assert names.count("image") == 1
        assert names.count("polyline") >= 23
        assert text.count("href=") == text.count('href="data:image/jpeg;base64,')
        assert "image" not in to_svg(plate).split("<title>")[1]

    def test_png_shows_the_line_where_the_path_is(self, drawn):
        page = Image.open(io.BytesIO(to_png(map_plate(drawn, None)))).convert("RGB")
        points = np.vstack([drawn.face_px, *(line.points_px for line in drawn.lines)])
        face_height = np.ptp(drawn.face_px[:, 1])
        top = points[:, 1].min() - 0.22 * face_height
        zoom = FIGURE_HEIGHT / (points[:, 1].max() + 0.08 * face_height - top)
        jaw = calm(line(drawn, "jawline.sweep_up", "right"))[16]
        y = round((jaw[1] - top) * zoom + MARGIN)
        row = [page.getpixel((x, y)) for x in range(page.width)]
        signal = tuple(int(SIGNAL[i : i + 2], 16) for i in (1, 3, 5))
        assert any(math.dist(pixel, signal) < 12 for pixel in row)

    def test_words_are_escaped(self):
        text = to_svg(Plate(10, 10, "#ffffff", "a < b", (Words(1, 1, "<script>", 3, "#000000"),)))
        assert "<script>" not in text
        ElementTree.fromstring(text)

    def test_a_photo_is_printed_in_one_ink(self):
        noise = np.random.default_rng(2).integers(0, 255, (40, 40, 3), dtype=np.uint8)
        toned = np.asarray(printed(Image.fromarray(noise), "#000000", "#ffffff"))
        assert (toned == toned[..., :1]).all()
        assert toned.max() == 255
        assert toned.min() == 102  # 60 % ink at its darkest

    def test_a_photo_that_the_paths_leave_is_clipped(self, drawn):
        shown = map_plate(drawn, Image.new("RGB", (WIDTH, HEIGHT), "grey"))
        (picture,) = (mark for mark in shown.marks if isinstance(mark, Picture))
        assert picture.x >= 0
        assert picture.y >= 0
