"""A whole session with oil on both hands: one press on "start", and nothing after it."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.footage]

# The clip's rounds, and as many of them as a busy machine may need for one stroke of each step.
LONGEST_S = 150

COUNT_INPUT = """
  for (const kind of ["pointerdown", "keydown", "touchstart", "wheel"]) {
    addEventListener(kind, () => {
      sessionStorage.inputs = Number(sessionStorage.inputs ?? 0) + 1;
    }, { capture: true });
  }
"""


def test_from_start_to_summary_nothing_is_touched(site, drive, clip):
    plan = site.plan_of(("forehead.glide_out", "left", 1), ("cheeks.sweep_up_out", "left", 1))
    page = drive("about:blank", clip("v640_1h_spread"))
    page.page.add_init_script(COUNT_INPUT)
    page.page.goto(f"{site.address}/session/{plan}")
    page.page.click("#start-camera")
    assert page.evaluate("sessionStorage.inputs") == "1"
    page.until_phase("working", 40)
    page.until("location.pathname.startsWith('/summary/')", LONGEST_S)
    assert page.evaluate("sessionStorage.inputs") == "1"
    [done] = site.store.sessions()
    assert done.mode == "camera"
    assert done.ended_at is not None
    assert page.page.url.endswith(str(done.id))
    events = site.store.session_detail(done.id).events
    # The clip may be anywhere in its round when the session begins: either step may come first.
    assert sorted(e.body["index"] for e in events if e.kind == "step_done") == [0, 1]
    strokes = [e.body for e in events if e.kind == "stroke" and e.body["verdict"] != "cannot_tell"]
    assert ("forehead", "left") in {(s["zone"], s["side"]) for s in strokes}
    assert "Forehead" in page.page.inner_text("table")
    assert page.wrong == []
