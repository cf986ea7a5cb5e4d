"""The live session led by a held palm, heard and captioned, in a real browser."""

from __future__ import annotations

import time

import pytest

from tests.web.conftest import FOOTAGE
from tests.web.palm_clip import compose

pytestmark = pytest.mark.browser

LONG = (("forehead.glide_out", "left", 5), ("jawline.sweep_up", "left", 5))
# Stands in for the browser's speech, with or without a voice on this machine.
SPEECH = """
(() => {
  const said = [];
  const synth = {
    getVoices: () => VOICES,
    cancel: () => {},
    speak: (sentence) => {
      if (sentence.text.trim()) said.push([performance.now(), sentence.text]);
      setTimeout(() => sentence.onstart?.(), 20);
      setTimeout(() => sentence.onend?.(), 300);
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synth });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  window.saidAloud = said;
  window.tonesMade = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.tonesMade += 1;
    return start.apply(this, when);
  };
})();
"""
LOCAL_VOICE = "[{ lang: 'en-GB', localService: true, default: true, name: 'Here' }]"
FAR_VOICE = "[{ lang: 'en-GB', localService: false, default: true, name: 'Far away' }]"

# Stands in for a recogniser that runs on this machine.
RECOGNISER = """
window.SpeechRecognition = class {
  static async available({ processLocally }) { return processLocally ? "available" : "no"; }
  get processLocally() { return this.here; }
  set processLocally(here) { this.here = here; }
  start() { window.recogniser = this; }
  abort() { window.recogniser = null; }
};
window.hear = (transcript) => recogniser.onresult(
  { resultIndex: 0, results: [Object.assign([{ transcript }], { isFinal: true })] });
"""


@pytest.fixture(scope="session")
def palm_video(tmp_path_factory):
    """A clip of a held palm, or of a hand held with its back to the camera."""

    def make(back):
        if not (FOOTAGE / "hand.png").is_file():
            pytest.skip("no hand.png: the footage does not lie beside this checkout")
        target = tmp_path_factory.mktemp("palm") / "clip.mjpeg"
        compose(FOOTAGE, target, back=back)
        return target

    return make


def watch(page, seconds):
    """Whether a ring was shown within so many seconds; ends early when the session pauses."""
    rings = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and page.phase != "paused":
        rings = max(rings, page.evaluate("document.querySelectorAll('.palm-ring.held').length"))
        time.sleep(0.08)
    return rings


def spoken_to(drive, site, voices, moves=LONG, **how):
    plan = site.plan_of(*moves, **how)
    page = drive(f"{site.address}/settings")
    page.page.add_init_script(SPEECH.replace("VOICES", voices))
    page.page.goto(f"{site.address}/session/{plan}")
    return page


@pytest.mark.footage
def test_a_held_palm_fills_a_ring_and_pauses_the_session(site, drive, palm_video):
    plan = site.plan_of(*LONG, seconds=200)
    page = drive(f"{site.address}/session/{plan}", palm_video(back=False))
    page.page.click("#start-camera")
    page.until_phase("working", 30)
    assert watch(page, 30) == 1
    page.until_phase("paused", 5)
    page.until("document.querySelectorAll('.palm-ring').length === 6")
    choices = page.evaluate("[...document.querySelectorAll('.palm-words')].map((e) => e.innerText)")
    assert choices == ["Again", "Skip", "Go on", "Go on", "Softer", "Louder"]
    assert "open palm" in page.page.inner_text("#cue")
    # The clip's hand comes up again by the choice "Go on", and nothing was lost meanwhile.
    page.until_phase("working", 40)
    assert page.evaluate("document.getElementById('place').textContent").startswith("1")
    assert page.wrong == []


@pytest.mark.footage
def test_the_back_of_a_hand_held_there_does_not(site, drive, palm_video):
    plan = site.plan_of(*LONG, seconds=200)
    page = drive(f"{site.address}/session/{plan}", palm_video(back=True))
    page.page.click("#start-camera")
    page.until_phase("working", 30)
    assert watch(page, 15) == 0
    assert page.phase == "working"


@pytest.mark.footage
def test_a_hand_that_massages_does_not(site, drive, clip):
    plan = site.plan_of(*LONG, seconds=200)
    page = drive(f"{site.address}/session/{plan}", clip("v640_1h_spread"))
    page.page.click("#start-camera")
    page.until_phase("working", 30)
    assert watch(page, 19) == 0
    assert page.phase != "paused"


def test_steps_are_spoken_by_a_voice_of_this_machine_and_written(site, drive):
    page = spoken_to(drive, site, LOCAL_VOICE)
    page.page.click("#start-guided")
    page.until_phase("working")
    assert page.page.inner_text("#cue").startswith("Forehead")
    page.until("saidAloud.length === 1")
    page.page.keyboard.press("s")
    page.until("saidAloud.length === 2", 10)
    (first, forehead), (second, jaw) = page.evaluate("saidAloud")
    assert forehead.startswith("Forehead")
    assert jaw.startswith("Jaw")
    assert second - first >= 3990
    assert page.wrong == []


def test_without_such_a_voice_a_tone_calls_to_the_written_words(site, drive):
    page = spoken_to(drive, site, FAR_VOICE)
    page.page.click("#start-guided")
    page.until_phase("working")
    page.until("tonesMade > 0")
    assert page.page.inner_text("#cue").startswith("Forehead")
    assert page.evaluate("saidAloud.length") == 0


def test_silence_is_silent_and_remembered(site, drive):
    page = spoken_to(drive, site, LOCAL_VOICE)
    page.page.click("#start-guided")
    page.until_phase("working")
    page.page.keyboard.press("m")
    page.until("document.getElementById('cue').textContent.startsWith('Silent')")
    page.page.keyboard.press("-")
    page.until("document.getElementById('hearing-volume').textContent === '55 %'")
    page.page.wait_for_timeout(400)
    page.page.goto(f"{site.address}/settings")
    assert page.evaluate("document.querySelector('input[name=sound]:checked').value") == "silent"
    plan = site.plan_of(*LONG)
    page.page.goto(f"{site.address}/session/{plan}")
    assert page.evaluate("document.getElementById('hearing-volume').textContent") == "55 %"
    page.page.click("#start-guided")
    page.until_phase("working")
    page.page.keyboard.press("s")
    page.until("document.getElementById('place').textContent.startsWith('2')")
    page.page.wait_for_timeout(500)
    assert page.evaluate("[saidAloud.length, tonesMade]") == [0, 0]
    assert page.wrong == []


def test_a_browser_that_would_send_speech_away_offers_no_voice_commands(site, drive):
    page = drive(f"{site.address}/session/{site.plan_of(*LONG)}")
    page.page.wait_for_timeout(300)
    assert page.evaluate("document.getElementById('hearing-commands').closest('label').hidden")


def test_the_choices_about_sound_can_be_changed_in_a_pause(site, drive):
    page = spoken_to(drive, site, LOCAL_VOICE)
    page.page.click("#start-guided")
    page.until_phase("working")
    page.page.keyboard.press(" ")
    page.until_phase("paused")
    page.page.get_by_text("Tones only").click()
    page.page.get_by_role("button", name="Louder").click()
    page.until("document.getElementById('hearing-volume').textContent === '85 %'")
    assert page.evaluate("document.querySelector('#hearing input:checked').value") == "tones"
    page.page.keyboard.press("p")
    page.until_phase("working")
    assert page.wrong == []


def test_spoken_commands_work_and_what_costs_something_can_be_taken_back(site, drive):
    page = drive(f"{site.address}/settings")
    page.page.add_init_script(RECOGNISER)
    page.page.goto(f"{site.address}/session/{site.plan_of(*LONG)}")
    page.page.get_by_text("Listen for").click()
    page.page.click("#start-guided")
    page.until_phase("working")
    page.until("window.recogniser?.here === true")
    place = "document.getElementById('place').textContent"
    page.evaluate("hear('skip')")
    page.until("document.getElementById('cue').textContent.startsWith('Moving on')")
    page.evaluate("hear('go on')")
    page.until("document.getElementById('cue').textContent.startsWith('Left')")
    page.page.wait_for_timeout(4500)
    assert page.evaluate(place).startswith("1")
    page.evaluate("hear('Next, please.')")
    page.until(f"{place}.startsWith('2')", 8)
    page.evaluate("hear('pause')")
    page.until_phase("paused")
    page.evaluate("hear('and then I said pause to my neighbour')")
    page.evaluate("hear('go on')")
    page.until_phase("working")
    page.evaluate("hear('oh no that hurts a bit there')")
    page.until_phase("hurt")
    assert page.evaluate("window.recogniser") is None
    assert page.wrong == []
