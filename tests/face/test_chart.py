"""The drawing: all the protocol names can be drawn, on the right side, going the right way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from faceglide.face.canonical import mirror, vertices_mm
from faceglide.face.chart import chart_svg, portrait_svg
from faceglide.face.portrait import VIEW_HEIGHT, VIEW_WIDTH, VIEW_X, VIEW_Y, to_sheet
from faceglide.protocol import load_protocol

PROTOCOL = load_protocol()
SIDED = [(m.id, side) for m in PROTOCOL.movements for side in m.sides]
NUMBER = re.compile(r"-?\d*\.?\d+")


def _parts(svg: str, name: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if name in e.get("class", "").split()]


def _xs(element: ET.Element) -> np.ndarray:
    numbers = [float(n) for n in NUMBER.findall(element.get("d", ""))]
    return np.array(numbers[0::2])


@pytest.mark.parametrize(("movement", "side"), SIDED)
def test_every_movement_is_drawn_on_the_side_a_mirror_shows_it(movement: str, side: str) -> None:
    svg = chart_svg(PROTOCOL, movement, side)  # type: ignore[arg-type]
    (group,) = _parts(svg, "move")
    lines = [_xs(e) for e in group.iter() if e.get("class") == "move-line"]
    xs = (
        np.concatenate(lines)
        if lines
        else np.array([float(c.get("cx", "0")) for c in group.iter() if c.get("cx")])
    )
    if side == "left":
        assert xs.mean() < -3
    elif side == "right":
        assert xs.mean() > 3
    else:
        assert abs(xs.mean()) < 3


@pytest.mark.parametrize("zone", [zone.id for zone in PROTOCOL.zones])
def test_every_zone_is_hatched_alike_on_both_halves(zone: str) -> None:
    svg = chart_svg(PROTOCOL, zones=[zone])
    (edge,) = _parts(svg, "zone-edge")
    (hatch,) = _parts(svg, "zone-hatch")
    assert hatch.get("d")
    xs = _xs(edge)
    assert xs.min() == pytest.approx(-xs.max(), abs=0.3)


def test_both_sides_are_drawn_when_no_side_is_asked_for() -> None:
    groups = _parts(chart_svg(PROTOCOL, "forehead.glide_out"), "move")
    assert {group.get("data-side") for group in groups} == {"left", "right"}


def test_a_mistake_runs_the_other_way() -> None:
    def start(*, reverse: bool) -> float:
        svg = chart_svg(PROTOCOL, "forehead.glide_out", "left", reverse=reverse)
        return float(_parts(svg, "move-start")[0].get("cx", "nan"))

    assert abs(start(reverse=False)) < 5
    assert start(reverse=True) < -50


def test_a_hold_shows_its_points_in_turn() -> None:
    svg = chart_svg(PROTOCOL, "jawline.masseter_hold", "right")
    assert [e.text for e in _parts(svg, "move-number")] == ["1", "2", "3"]


def test_the_running_light_keeps_the_prescribed_speed() -> None:
    svg = chart_svg(PROTOCOL, "forehead.glide_out", "left", moving=True)
    (light,) = (e for e in ET.fromstring(svg).iter() if e.tag.endswith("animate"))
    seconds = float(light.get("dur", "0s")[:-1])
    movement = next(m for m in PROTOCOL.movements if m.id == "forehead.glide_out")
    slow, fast = movement.speed_mm_s
    assert 100 / fast < seconds < 150 / slow


def test_the_whole_drawing_lies_on_the_sheet() -> None:
    xs = _xs(next(e for e in ET.fromstring(portrait_svg()).iter() if e.get("d")))
    assert xs.min() >= VIEW_X - 2
    assert xs.max() <= VIEW_X + VIEW_WIDTH + 2
    assert len(portrait_svg()) < 140_000
    assert VIEW_Y < -100 < 100 < VIEW_Y + VIEW_HEIGHT


def test_the_sheet_is_a_mirror_of_itself() -> None:
    sheet = to_sheet(vertices_mm())
    np.testing.assert_allclose(sheet[mirror()], sheet * (-1, 1), atol=0.6)


def test_a_chart_may_refer_to_the_portrait_instead_of_holding_it() -> None:
    inside = chart_svg(PROTOCOL, "nose.glide_up")
    outside = chart_svg(PROTOCOL, "nose.glide_up", portrait_href="/chart/portrait.svg")
    assert len(outside) < 12_000 < len(inside)
    assert "/chart/portrait.svg#ink" in outside


def test_what_a_chart_cannot_show_is_an_error() -> None:
    with pytest.raises(KeyError):
        chart_svg(PROTOCOL, "forehead.tickle")
    with pytest.raises(KeyError):
        chart_svg(PROTOCOL, zones=["elbow"])


def test_the_title_is_safe_text() -> None:
    svg = chart_svg(PROTOCOL, title='<script>"&')
    assert ET.fromstring(svg).get("aria-label") == '<script>"&'
