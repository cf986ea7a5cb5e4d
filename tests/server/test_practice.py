"""From goals to a routine to what came of it."""

from __future__ import annotations

import re
import uuid

import pytest

from faceglide.protocol import load_protocol
from faceglide.records import Store
from faceglide.server.summary import about_mm
from tests.server.conftest import Browser
from tests.web.pages import ADAPTED, WAITING, answer, fill

PROTOCOL = load_protocol()


def test_the_first_page_asks_for_the_check_first(browser: Browser) -> None:
    assert 'href="/check"' in browser.get("/").text
    assert browser.get("/plan").url.path == "/check"


def test_goals_minutes_and_tools_become_a_routine(browser: Browser, store: Store) -> None:
    answer(store, {"age": 34})
    made = browser.send("/plan", {"goal": ["glow"], "minutes": "8", "tool": ["oil", "roller"]})
    assert made.url.path.startswith("/plan/")
    kept = store.plan(uuid.UUID(made.url.path.split("/")[-1])).plan
    page = made.text
    for step in kept.steps:
        movement = next(m for m in PROTOCOL.movements if m.id == step.movement)
        assert movement.name in page
        assert movement.instruction in page
    for line in (*kept.preparation, *kept.closing):
        assert line in page
    assert f"/session/{made.url.path.split('/')[-1]}?mode=camera" in page
    assert "?mode=guided" in page


def test_what_was_left_out_is_said_and_not_drawn(browser: Browser, store: Store) -> None:
    answer(store, ADAPTED)
    chooser = browser.get("/plan").text
    assert re.search(r'value="gua_sha"[^>]* disabled', chooser)
    made = browser.send("/plan", {"goal": ["glow"], "minutes": "10", "tool": ["oil"]}).text
    assert "Left out today: nose" in made
    assert ">Nose</p>" not in made.replace("\n", "")


def test_tools_that_need_care_are_shown_with_their_cautions(browser: Browser, store: Store) -> None:
    answer(store, {"age": 34})
    page = browser.get("/plan").text
    for tool in PROTOCOL.tools:
        if tool.opt_in:
            for line in tool.cautions:
                assert line in page


def test_children_are_offered_no_goal_of_appearance(browser: Browser, store: Store) -> None:
    answer(store, {"age": 14, "guardian": True})
    page = browser.get("/plan").text
    for goal in PROTOCOL.goals:
        assert (f'name="goal" value="{goal.id}"' in page) is (not goal.appearance)


@pytest.mark.parametrize("minutes", ["", "0", "-4", "90", "soon"])
def test_an_impossible_time_is_refused_and_the_choice_kept(
    browser: Browser, store: Store, minutes: str
) -> None:
    answer(store, {"age": 34})
    again = browser.send("/plan", {"goal": ["glow"], "minutes": minutes})
    assert again.status_code == 422
    assert 'role="alert"' in again.text
    assert re.search(r'value="glow"[^>]* checked', again.text)


def test_no_routine_on_a_day_that_allows_none(browser: Browser, store: Store) -> None:
    answer(store, WAITING)
    assert browser.send("/plan", {"minutes": "8"}).url.path == "/check/result"


def test_an_old_routine_does_not_start_under_new_answers(browser: Browser, store: Store) -> None:
    plan, _session = fill(store)
    assert "mode=camera" in browser.get(f"/plan/{plan}").text
    answer(store, {"age": 34, "conditions": [{"id": "carotid_disease"}]})
    page = browser.get(f"/plan/{plan}").text
    assert "mode=camera" not in page
    assert "Make it for today" in page


@pytest.mark.parametrize("mode", ["camera", "guided"])
def test_the_way_chosen_on_the_routine_is_offered_first(
    browser: Browser, store: Store, mode: str
) -> None:
    plan, _session = fill(store)
    [way] = re.findall(rf'href="(/session/{plan}\?mode={mode})"', browser.get(f"/plan/{plan}").text)
    offered = re.findall(r'<button class="([^"]*)"[^>]* id="start-(\w+)"', browser.get(way).text)
    assert {name for _classes, name in offered} == {"camera", "guided"}
    assert [name for classes, name in offered if "primary" in classes.split()] == [mode]


def test_one_button_repeats_last_time(browser: Browser, store: Store) -> None:
    fill(store)
    home = browser.get("/").text
    assert "Left 15 strokes, right 15." in home
    assert "Repeat it" in home
    again = browser.send("/plan", {"again": "yes"})
    assert again.url.path.startswith("/plan/")
    assert "Glow · Calm" in again.text


def test_the_summary_counts_both_sides_and_blames_nothing_unseen(
    browser: Browser, store: Store
) -> None:
    _plan, session = fill(store)
    page = browser.get(f"/summary/{session}").text
    row = re.search(r"Jawline, chin to ear</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    assert re.findall(r"<td>(?:<span.*?>)?(.*?)<", row[1]) == ["5", "5", "8 of 10"]
    assert "5 seconds; nothing in them was scored" in page
    assert page.count('class="done"') == 6


def test_the_summary_says_what_to_mind_the_next_time(browser: Browser, store: Store) -> None:
    _plan, session = fill(store)  # on the jaw, one stroke in five was too fast
    page = browser.get(f"/summary/{session}").text
    said = re.search(r'id="next-time".*?</section>', page, re.DOTALL)
    assert said
    assert re.findall(r"<strong>(.*?)</strong>: (.*?)</p>", said[0]) == [
        ("Jawline, chin to ear", "Slower. Take about a breath for each stroke.")
    ]


def doses_shown(page: str) -> dict[str, list[list[str]]]:
    """Zone -> for each side the lines that stand there."""
    [table] = re.findall(r'<table class="doses">(.*?)</table>', page, re.DOTALL)
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    return {
        zone: [re.findall(r"<span>(.*?)</span>", cell) for cell in cells.split("</td>")[:-1]]
        for zone, cells in rows
    }


def test_the_summary_says_what_each_side_received_and_how_surely(
    browser: Browser, store: Store
) -> None:
    _plan, session = fill(store)
    page = browser.get(f"/summary/{session}").text
    # Five strokes of 3 s and 70 mm on each side; 6 % of 350 mm are 21 mm.
    side = ["5 strokes", "15 seconds", "350 ± 20 mm"]
    assert doses_shown(page) == {
        name: [side, side] for name in ("Forehead", "Cheeks and cheekbones", "Jawline and chin")
    }
    assert "Here an average face is assumed." in page
    browser.send("/settings", {"theme": "auto", "pupillary_distance_mm": "62"})
    page = browser.get(f"/summary/{session}").text
    assert doses_shown(page)["Forehead"][0][2] == "350 ± 10 mm"
    assert "Here an average face is assumed." not in page


@pytest.mark.parametrize(
    ("length_mm", "relative_sd", "said"),
    [(350.0, 0.06, "350 ± 20 mm"), (62.4, 0.06, "62 ± 4 mm"), (104.0, 0.02, "100 ± 10 mm")],
)
def test_a_length_is_said_no_finer_than_it_is_known(
    length_mm: float, relative_sd: float, said: str
) -> None:
    assert about_mm(length_mm, relative_sd) == said


def test_pain_is_answered_and_remembered(browser: Browser, store: Store) -> None:
    session = uuid.uuid4()
    answer(store, {"age": 34})
    store.start_session(session, protocol=PROTOCOL.version, mode="guided")
    store.finish_session(session, stopped="pain")
    assert "You stopped. That was right." in browser.get(f"/summary/{session}").text
    assert "it hurt" in browser.get("/check").text


def test_history_lists_and_forgets(browser: Browser, store: Store) -> None:
    _plan, session = fill(store)
    assert f"/summary/{session}" in browser.get("/history").text
    browser.send(f"/session/{session}/forget")
    assert "Nothing yet." in browser.get("/history").text
    assert browser.get(f"/summary/{session}").status_code == 422


def test_a_page_that_does_not_exist_says_so(browser: Browser) -> None:
    for path in ("/no-such-page", "/learn/zones/elbow", "/chart/none.svg"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "There is no such page." in answer.text
