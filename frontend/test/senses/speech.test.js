import assert from "node:assert/strict";
import { test } from "node:test";
import { APART_MS, Speaker, chooseVoice } from "../../src/senses/speech.js";

/** @param {Partial<SpeechSynthesisVoice>} about @returns {SpeechSynthesisVoice} */
const voice = (about) => ({
  default: false,
  lang: "en-GB",
  localService: true,
  name: "Voice",
  voiceURI: "voice",
  ...about,
});

/**
 * A browser whose voice takes a second for each sentence, and a clock that only the test moves.
 *
 * @param {{voices?: SpeechSynthesisVoice[], deaf?: boolean}} [how] Deaf: it silently says nothing.
 */
function stage({ voices = [voice({})], deaf = false } = {}) {
  let now = 0;
  /** @type {{at: number, then: () => void}[]} */
  let timers = [];
  /** @type {[number, string][]} */
  const said = [];
  const later = (/** @type {() => void} */ then, /** @type {number} */ ms) => {
    timers.push({ at: now + ms, then });
  };
  let cancelled = -Infinity;
  const synth = {
    getVoices: () => voices,
    cancel: () => (cancelled = now),
    speak: (/** @type {any} */ sentence) => {
      // What comes right after a cancel is dropped, as in real browsers.
      if (deaf || now - cancelled < 250) return;
      said.push([now, sentence.text]);
      later(() => sentence.onstart?.(), 50);
      later(() => sentence.onend?.(), 1000);
    },
  };
  const machine = /** @type {any} */ ({
    synth,
    utter: (/** @type {string} */ text) => ({ text }),
    now: () => now,
    later,
  });
  const wait = (/** @type {number} */ ms) => {
    const until = now + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers = timers.filter((timer) => timer !== due);
      now = Math.max(now, due.at);
      due.then();
    }
    now = until;
  };
  return { machine, said, wait };
}

test("sentences are never less than four seconds apart, and the newest cue wins", () => {
  const { machine, said, wait } = stage();
  const speaker = new Speaker("en", () => assert.fail("refused"), machine);
  speaker.say("Slower.");
  wait(1500);
  speaker.say("Turn around.");
  wait(500);
  speaker.say("Lighter.");
  wait(10_000);
  assert.deepEqual(said, [
    [0, "Slower."],
    [APART_MS, "Lighter."],
  ]);
});

test("a cue too late to help is not said, an instruction is", () => {
  const { machine, said, wait } = stage();
  const speaker = new Speaker("en", () => assert.fail("refused"), machine);
  speaker.say("Slower.");
  wait(100);
  speaker.say("Turn around.");
  wait(6000);
  speaker.say("Lighter.");
  wait(100);
  speaker.say("Jaw, left side.", { keep: true });
  speaker.say("Lighter still.");
  wait(6000);
  assert.deepEqual(said.map(([, text]) => text), ["Slower.", "Lighter.", "Jaw, left side."]);
});

test("after falling silent it waits before it speaks again", () => {
  const { machine, said, wait } = stage();
  const speaker = new Speaker("en", () => assert.fail("refused"), machine);
  speaker.say("Slower.");
  wait(APART_MS - 100);
  speaker.say("Lighter.");
  wait(200);
  speaker.hush();
  speaker.say("Paused.", { keep: true });
  wait(10_000);
  assert.equal(said.at(-1)?.[1], "Paused.");
});

test("a voice that silently says nothing is noticed, told, and given up", () => {
  let refusals = 0;
  const { machine, wait } = stage({ deaf: true });
  const speaker = new Speaker("en", () => (refusals += 1), machine);
  speaker.say("Slower.");
  wait(3000);
  assert.equal(refusals, 1);
  assert.ok(speaker.able);
  wait(5000);
  speaker.say("Lighter.");
  wait(3000);
  assert.equal(refusals, 2);
  assert.ok(!speaker.able);
  speaker.say("Turn around.");
  assert.equal(refusals, 3);
});

test("without any speech each sentence is told at once", () => {
  let refusals = 0;
  const { machine } = stage({ voices: [] });
  new Speaker("en", () => (refusals += 1), machine).say("Slower.");
  assert.equal(refusals, 1);
});

test("voices of the language that stay on the machine are chosen, and no others", () => {
  const voices = [
    voice({ lang: "de-DE", name: "German" }),
    voice({ lang: "en-US", name: "Far away", localService: false, default: true }),
    voice({ lang: "en_US", name: "Underlined" }),
    voice({ lang: "en-GB", name: "British" }),
  ];
  assert.equal(chooseVoice(voices, "en-GB")?.name, "British");
  assert.equal(chooseVoice(voices, "en")?.name, "Underlined");
  assert.equal(chooseVoice(voices, "de")?.name, "German");
  assert.equal(chooseVoice(voices, "fr"), undefined);
});
