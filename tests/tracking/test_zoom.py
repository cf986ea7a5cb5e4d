"""The window that the tracker looks through: it finds small faces and then stays where it is."""

import numpy as np
import pytest

from faceglide.face.canonical import vertices_mm
from faceglide.tracking.zoom import Window, Zoom, search_windows

WIDTH, HEIGHT = 1280, 720
WHOLE = Window(0, 0, WIDTH, HEIGHT)


def a_face(share, at=(0.5, 0.5)):
    """A face that takes this share of the picture's width."""
    mesh = vertices_mm()
    px_per_mm = share * WIDTH / (mesh[454, 0] - mesh[234, 0])
    x, y, z = (mesh * px_per_mm).T
    return np.stack([at[0] + x / WIDTH, at[1] - y / HEIGHT, -z / WIDTH], axis=1)


def share_of(face, window):
    return (face[454, 0] - face[234, 0]) * WIDTH / window.width


def test_points_of_a_part_are_put_back_into_the_whole():
    window = Window(320, 180, 640, 360)
    middle, corner = window.placed(np.array([[0.5, 0.5, 0.2], [0, 1, 0.0]]), WIDTH, HEIGHT)
    assert middle == pytest.approx((0.5, 0.5, 0.1))
    assert corner == pytest.approx((0.25, 0.75, 0.0))


def test_a_cut_shows_what_lies_there():
    picture = np.arange(HEIGHT * WIDTH * 3).reshape(HEIGHT, WIDTH, 3).astype(np.uint8)
    part = Window(10, 20, 30, 40).cut(picture)
    assert part.flags.c_contiguous
    assert (part == picture[20:60, 10:40]).all()
    assert np.shares_memory(WHOLE.cut(picture), picture)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (600, 600)])
def test_the_search_begins_with_the_whole_and_stays_inside(width, height):
    windows = list(search_windows(width, height))
    assert windows[0] == Window(0, 0, width, height)
    assert len(set(windows)) == len(windows) >= 3
    for window in windows:
        assert window.left >= 0
        assert window.top >= 0
        assert window.left + window.width <= width
        assert window.top + window.height <= height


def test_a_large_face_is_seen_in_the_whole_picture_throughout():
    zoom = Zoom(WIDTH, HEIGHT)
    for x in (0.5, 0.4, 0.6, 0.2):
        zoom.saw(a_face(0.2, (x, 0.5)))
        assert zoom.window == WHOLE


def test_without_a_face_it_looks_everywhere_in_turn():
    zoom = Zoom(WIDTH, HEIGHT)
    looked = []
    for _ in range(8):
        looked.append(zoom.window)
        zoom.saw(None)
    assert set(looked) == set(search_windows(WIDTH, HEIGHT))


def test_a_small_face_is_drawn_near_and_then_the_window_stays():
    zoom = Zoom(WIDTH, HEIGHT)
    zoom.saw(a_face(0.07))
    window = zoom.window
    assert 0.14 < share_of(a_face(0.07), window) < 0.3
    for x in (0.5, 0.51, 0.49, 0.52):
        zoom.saw(a_face(0.07, (x, 0.5)))
        assert zoom.window == window


def test_it_follows_a_face_that_walks_out_of_the_window():
    zoom = Zoom(WIDTH, HEIGHT)
    zoom.saw(a_face(0.07))
    before = zoom.window
    zoom.saw(a_face(0.07, (0.62, 0.5)))
    assert zoom.window.left > before.left
    zoom.saw(a_face(0.07, (0.97, 0.5)))
    assert zoom.window.left + zoom.window.width == WIDTH


def test_it_opens_up_for_a_face_that_comes_near():
    zoom = Zoom(WIDTH, HEIGHT)
    zoom.saw(a_face(0.07))
    zoom.saw(a_face(0.3))
    assert zoom.window == WHOLE


def test_a_face_hidden_by_hands_for_a_second_keeps_its_window():
    zoom = Zoom(WIDTH, HEIGHT)
    zoom.saw(a_face(0.07))
    window = zoom.window
    for _ in range(30):
        zoom.saw(None)
        assert zoom.window == window
    for _ in range(30):
        zoom.saw(None)
    assert zoom.window != window
