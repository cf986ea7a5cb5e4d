"""The session page at every size: the next thing to do is in view, and nothing lies on the face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import DESKTOP, PHONE, Driver
from .test_pages import AXE

pytestmark = pytest.mark.browser
Drive = Callable[..., Driver]

SIZES = {"small": (360, 640), "phone": PHONE, "desktop": DESKTOP}
MOVES = (("forehead.glide_out", "left", 5), ("jawline.sweep_up", "right", 5))
STATES = ("opening", "framing", "working", "paused", "hurt", "closing", "refused")
# A short cue, and one as long as the longest there is in any language.
CUES = {
    "short": "Slower. Let it glide.",
    "long": "Komm auf die Linie zurück. Bleib an jedem Punkt ruhig, "
    "von unterhalb des Wangenknochens hinab zum Kieferwinkel.",
}


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, site: Any, drive: Drive) -> Driver:
    plan = site.plan_of(*MOVES)
    return drive(f"{site.address}/session/{plan}", size=SIZES[request.param])


def box(page: Driver, selector: str) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(
        f"document.querySelector('{selector}').getBoundingClientRect().toJSON()"
    )
    return found


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    # Borders that touch share no more than a rounded pixel.
    return (
        one["bottom"] <= other["top"] + 1
        or other["bottom"] <= one["top"] + 1
        or one["right"] <= other["left"] + 1
        or other["right"] <= one["left"] + 1
    )


def in_view(page: Driver, selector: str) -> bool:
    width, height = page.evaluate("[innerWidth, innerHeight]")
    seen = box(page, selector)
    return (
        seen["left"] >= 0
        and seen["top"] >= 0
        and seen["right"] <= width
        and seen["bottom"] <= height
        and seen["width"] > 0
    )


def show(page: Driver, mode: str, phase: str) -> None:
    """Put the page into a mode and a phase, as the session does, without a camera."""
    page.evaluate(
        f"""Object.assign(document.body.dataset, {{ mode: '{mode}', phase: '{phase}' }});
        for (const panel of document.querySelectorAll('[data-panel]'))
          panel.hidden = panel.dataset.panel !== '{phase}';"""
    )


def test_both_ways_to_begin_are_in_view_before_anything_is_scrolled(page: Driver) -> None:
    for start in ("#start-camera", "#start-guided"):
        assert in_view(page, start)
        assert box(page, start)["height"] >= 64


def test_every_control_is_in_view_and_large(page: Driver) -> None:
    show(page, "camera", "working")
    for name in ("pause", "repeat", "skip", "stop", "hurts"):
        control = f".controls [data-command={name}]"
        assert in_view(page, control), name
        seen = box(page, control)
        assert min(seen["width"], seen["height"]) >= 64, name


@pytest.mark.parametrize("length", CUES)
@pytest.mark.parametrize("mode", ["camera", "guided"])
def test_a_cue_lies_on_nothing_and_is_not_cut(page: Driver, mode: str, length: str) -> None:
    show(page, mode, "working")
    picture = "#mirror" if mode == "camera" else "#chart"
    before = box(page, picture)
    page.evaluate(
        f"""cue.textContent = '{CUES[length]}'; cue.dataset.kind = 'direction';
        cue.classList.toggle('long', cue.scrollHeight > cue.clientHeight + 16)"""
    )
    cue = box(page, "#cue")
    assert in_view(page, "#cue")
    # A letter's own height may stand out of its line by a few pixels; a whole line may not.
    assert page.evaluate("cue.scrollHeight <= cue.clientHeight + 16")
    assert apart(cue, box(page, picture))
    assert apart(cue, box(page, ".controls"))
    words = box(page, ".teach-words")
    covered = cue["top"] <= words["top"] and cue["bottom"] >= words["bottom"]
    assert apart(cue, words) or covered, "half of the words stands out below the cue"
    assert abs(box(page, picture)["height"] - before["height"]) < 2, "the picture jumps"


def test_framing_help_leaves_the_face_in_sight(page: Driver) -> None:
    show(page, "camera", "framing")
    page.evaluate("framing.textContent = 'Bring your whole face and neck into the picture.'")
    assert in_view(page, "#framing")
    assert apart(box(page, "#framing"), box(page, "#mirror"))


def test_the_mirror_keeps_its_share_of_the_page(page: Driver) -> None:
    show(page, "camera", "working")
    height = page.evaluate("innerHeight")
    assert box(page, "#mirror")["height"] >= 0.35 * height


def test_axe_finds_no_violation_in_any_state_by_day_or_night(page: Driver) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    faults: list[str] = []
    for theme in ("light", "dark"):
        page.page.emulate_media(color_scheme=theme)
        for phase in STATES:
            show(page, "camera", phase)
            page.evaluate("cue.textContent = framing.textContent = 'Look straight ahead.'")
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            # What is said while somebody strokes is read from afar: 7 to 1 and more.
            strict = "{runOnly: ['color-contrast-enhanced'], resultTypes: ['violations']}"
            for said in ("#cue", "#framing"):
                enhanced = page.evaluate(f"axe.run('{said}', {strict})")
                found["violations"] += enhanced["violations"]
            faults += [
                f"{phase} {theme}: {v['id']}: {n['html'][:160]} {n['failureSummary']}"
                for v in found["violations"]
                for n in v["nodes"][:3]
            ]
    assert not faults, "\n".join(faults)
