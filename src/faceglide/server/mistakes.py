"""Drawings of the common mistakes: the wrong one and, beside it, the right one."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from faceglide.face.chart import Side, chart_svg
from faceglide.face.section import touch_section
from faceglide.protocol import Protocol
from faceglide.server.charts import portrait_address
from faceglide.server.language import current_language
from faceglide.server.language import gettext as _

_SYMMETRY = ("forehead.glide_out", "cheeks.sweep_up_out", "jawline.sweep_up")


def mistake_drawings(protocol: Protocol, mistake_id: str) -> tuple[Markup, Markup] | None:
    """The wrong and the right drawing of a mistake, or None where a drawing would add nothing."""
    pair = _sections(current_language()).get(mistake_id)
    if mistake_id == "neglected_symmetry":
        both: tuple[Side, ...] = ("left", "right")
        return _done(protocol, ("left",)), _done(protocol, both)
    return (Markup(pair[0]), Markup(pair[1])) if pair else None  # noqa: S704 - made by us


def _done(protocol: Protocol, sides: tuple[Side, ...]) -> Markup:
    done = [(movement, side) for movement in _SYMMETRY for side in sides]
    title = _("Strokes on both sides") if len(sides) == 2 else _("Strokes on one side only")
    svg = chart_svg(
        protocol, done=done, frame="face", portrait_href=portrait_address(), title=title
    )
    return Markup(svg)  # noqa: S704 - made by us


@cache
def _sections(_code: str) -> dict[str, tuple[str, str]]:
    """Wrong and right drawings by mistake, in the language in force, which `_code` names."""
    return {
        "excess_pressure": (
            touch_section(
                title=_("A finger pressed deep into the skin, which bunches up ahead of it"),
                right=False,
                arrow="press",
                depth_mm=13,
                ridges_mm=3.2,
            ),
            touch_section(
                title=_("A finger resting on flat skin, gliding"),
                right=True,
                arrow="glide",
                depth_mm=1.2,
                oil=True,
            ),
        ),
        "no_lubrication": (
            touch_section(
                title=_("A dry finger dragging the skin along in folds"),
                right=False,
                arrow="glide",
                depth_mm=3,
                ridges_mm=5.2,
            ),
            touch_section(
                title=_("A finger gliding on a film of oil over smooth skin"),
                right=True,
                arrow="glide",
                depth_mm=1.2,
                oil=True,
            ),
        ),
        "tool_technique": (
            touch_section(
                title=_("A tool standing steeply on its edge, moved to and fro"),
                right=False,
                arrow="to_and_fro",
                depth_mm=7,
                ridges_mm=2.4,
                tool_angle_deg=68,
            ),
            touch_section(
                title=_("A tool lying almost flat, about 15 degrees, moved one way"),
                right=True,
                arrow="glide",
                depth_mm=1.2,
                oil=True,
                tool_angle_deg=15,
            ),
        ),
    }
