"""The atlas as data and as a page that says everything without a picture."""

import itertools
import re
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from pydantic import ValidationError

from faceglide.face.canonical import triangles, vertices_mm
from faceglide.face.paths import anchor_recipe, movement_path
from faceglide.protocol import load_protocol
from faceglide.protocol.no_press import NoPress, load_no_press


@pytest.fixture
def mesh(browser):
    return browser.get("/atlas/mesh.json").json()


@pytest.fixture
def page(browser):
    answer = browser.get("/atlas")
    assert answer.status_code == 200
    return answer.text


def place(name: str) -> NoPress:
    return next(entry for entry in load_no_press() if entry.id == name)


def first_point(name: str) -> np.ndarray:
    return anchor_recipe(place(name).at, "right").on(vertices_mm())[0]


def test_the_mesh_is_the_canonical_face(mesh):
    assert np.allclose(mesh["vertices"], vertices_mm(), atol=0.006)
    assert np.array_equal(mesh["triangles"], triangles())


def test_every_zone_and_movement_is_drawn_on_every_side_it_has(mesh):
    protocol = load_protocol()
    assert [zone["id"] for zone in mesh["zones"]] == [zone.id for zone in protocol.zones]
    paths = {movement["id"]: movement["paths"] for movement in mesh["movements"]}
    assert {name: len(found) for name, found in paths.items()} == {
        movement.id: len(movement.sides) for movement in protocol.movements
    }


def test_left_outlines_mirror_the_right_ones(mesh):
    for zone in mesh["zones"]:
        right, left = (np.array(outline) for outline in zone["outlines"])
        assert np.allclose(right * [-1, 1, 1], left, atol=0.6), zone["id"]
        assert right[:, 0].mean() < 0


def test_a_page_may_keep_the_mesh_because_its_address_changes_with_it(browser, page):
    address = re.search(r'data-mesh="([^"]+)"', page).group(1)
    answer = browser.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_the_page_names_every_zone_with_its_layers_movements_and_learn_page(page):
    for zone in load_protocol().zones:
        assert f'href="/learn/zones/{zone.id}"' in page
        assert f'href="#zone-{zone.id}"' in page
        assert f'id="zone-{zone.id}"' in page
        for text in (zone.anatomy, *zone.layers):
            assert text.replace("'", "&#39;") in page, text
    for movement in load_protocol().movements:
        assert movement.name in page


def test_the_page_says_why_nothing_is_pressed_where(page):
    for entry in load_no_press():
        assert entry.why.replace("'", "&#39;") in page


def test_the_plain_picture_is_on_the_page_before_any_script(page):
    picture = re.search(r'id="atlas-chart">\s*<svg.*?</svg>', page, re.DOTALL)
    assert picture
    zones = set(re.findall(r'data-zone="(\w+)"', picture.group()))
    assert zones == {zone.id for zone in load_protocol().zones}
    assert re.search(r"<canvas[^>]* hidden", page)


def test_every_zone_links_back_from_its_own_page(browser):
    for zone in load_protocol().zones:
        assert browser.get(f"/learn/zones/{zone.id}").status_code == 200


def test_no_press_places_name_real_zones_and_sources():
    protocol = load_protocol()
    zones = {zone.id for zone in protocol.zones}
    ids = [entry.id for entry in load_no_press()]
    assert len(ids) == len(set(ids))
    for entry in load_no_press():
        assert set(entry.zones) <= zones, entry.id
        assert entry.sources, entry.id
        assert set(entry.sources) <= set(protocol.sources), entry.id
    assert set(itertools.chain.from_iterable(e.zones for e in load_no_press())) >= {"neck", "brow"}


def test_the_foramina_lie_where_they_were_measured():
    """Distances of the literature, on the average face."""
    assert abs(first_point("supraorbital_notch")[0]) == pytest.approx(24, abs=1)
    infraorbital = first_point("infraorbital_foramen")
    assert abs(infraorbital[0]) == pytest.approx(27, abs=1.5)
    mouth_corner = vertices_mm()[61]
    mental = first_point("mental_foramen")
    assert mouth_corner[1] - mental[1] == pytest.approx(20.4, abs=0.1)
    assert abs(mouth_corner[0]) - abs(mental[0]) == pytest.approx(3.3, abs=0.1)


@pytest.mark.parametrize("stroke", ["neck.glide_up", "neck.drain_down"])
def test_the_carotid_line_stays_in_front_of_where_the_neck_is_stroked(stroke):
    movement = next(m for m in load_protocol().movements if m.id == stroke)
    path = movement_path(movement, "right", vertices_mm())
    carotid = anchor_recipe(place("carotid").at, "right").on(vertices_mm())
    path, carotid = (line[np.argsort(line[:, 1])] for line in (path, carotid))
    heights = np.linspace(carotid[0, 1], carotid[-1, 1], 20)
    stroked, vessel = (
        np.column_stack([np.interp(heights, line[:, 1], line[:, axis]) for axis in (0, 2)])
        for line in (path, carotid)
    )
    assert (abs(stroked[:, 0]) > abs(vessel[:, 0]) + 5).all(), "further to the side"
    assert (stroked[:, 1] < vessel[:, 1] - 5).all(), "further back"


def test_no_movement_runs_through_the_eye():
    eye = place("eyeball")
    centre = first_point("eyeball")[:2]
    for movement in load_protocol().movements:
        path = anchor_recipe(movement.path, "right").on(vertices_mm())[:, :2]
        nearest = np.linalg.norm(path - centre, axis=1).min()
        # The lid's own half-height, not the wider ring we draw: strokes follow the bone beside it.
        assert nearest > eye.radius_mm / 2, movement.id


def test_a_misspelt_field_in_the_map_is_an_error():
    text = files("faceglide.protocol").joinpath("anatomy/no_press.toml").read_text("utf-8")
    entry = tomllib.loads(text)["no_press"][0] | {"radius": 3}
    with pytest.raises(ValidationError):
        NoPress.model_validate(entry)
