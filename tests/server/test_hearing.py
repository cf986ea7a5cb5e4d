"""How a session sounds is kept, told to its page, and checked."""

from __future__ import annotations

import re

import pytest

from faceglide.server.hearing import hearing_data, hearing_words
from faceglide.server.state import Preferences

COMMANDS = ("pause", "resume", "repeat", "skip", "stop", "hurts", "louder", "softer")


def test_somebody_new_hears_a_voice_and_the_pace():
    assert hearing_data(Preferences()) == {"sound": "voice", "volume": 0.7, "tempo": True}


def test_no_phrase_means_two_commands():
    words = hearing_words()
    phrases = [phrase.strip() for name in COMMANDS for phrase in words[name].split(",")]
    assert all(phrases)
    assert len(phrases) == len(set(phrases))


def test_every_word_the_page_asks_for_is_there(pytestconfig):
    words = hearing_words()
    sources = (pytestconfig.rootpath / "frontend/src/senses").glob("*.js")
    asked = {
        name for path in sources for name in re.findall(r"\bwords\.(\w+)\b(?! =)", path.read_text())
    }
    assert asked
    assert asked <= set(words)
    choices = {"pause", "resume", "repeat", "skip", "softer", "louder", "undo"}
    assert {f"palm_{choice}" for choice in choices} <= set(words)
    hints = (pytestconfig.rootpath / "frontend/src/session/framing.js").read_text()
    assert {"lighter", "darker", "glare", "upright", "lower"} <= set(re.findall(r'"(\w+)"', hints))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sound": "loud", "volume": 0.5, "tempo": True},
        {"sound": "voice", "volume": 1.5, "tempo": True},
        {"sound": "voice", "tempo": True},
        {"sound": "voice", "volume": 0.5, "tempo": True, "name": "x"},
    ],
)
def test_choices_that_are_none_are_refused_and_change_nothing(client, wrong):
    before = client.get("/settings").text
    token = re.search(r'name="csrf" content="([^"]+)"', before).group(1)
    answer = client.post("/settings/hearing", json=wrong, headers={"X-CSRF-Token": token})
    assert answer.status_code == 422
    assert 'value="voice" checked' in client.get("/settings").text


def test_choices_are_kept_where_the_settings_show_them(client):
    token = re.search(r'name="csrf" content="([^"]+)"', client.get("/settings").text).group(1)
    chosen = {"sound": "tones", "volume": 0.4, "tempo": False}
    answer = client.post("/settings/hearing", json=chosen, headers={"X-CSRF-Token": token})
    assert answer.status_code == 204
    assert 'value="tones" checked' in client.get("/settings").text


def test_another_site_cannot_change_them(client):
    chosen = {"sound": "silent", "volume": 0.4, "tempo": False}
    assert client.post("/settings/hearing", json=chosen).status_code == 403
