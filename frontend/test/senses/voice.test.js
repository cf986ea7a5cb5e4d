import assert from "node:assert/strict";
import { test } from "node:test";
import { commandIn, localRecogniser } from "../../src/senses/voice.js";

const WORDS = {
  pause: "pause, wait",
  resume: "go on, continue",
  repeat: "again, repeat",
  skip: "skip, next",
  stop: "stop",
  hurts: "it hurts, that hurts, ouch",
  louder: "louder",
  softer: "softer, quieter",
};

for (const [heard, command] of /** @type {[string, string | null][]} */ ([
  ["Pause.", "pause"],
  ["go on", "resume"],
  ["Please skip", "skip"],
  ["skipping", null],
  ["that hurts a little on the left side", "hurts"],
  ["it hurts, go on", "hurts"],
  ["and then we went on to the next shop and again", null],
  ["stop, go on", "stop"],
  ["", null],
])) {
  test(`"${heard}" is ${command ?? "no command"}`, () =>
    assert.equal(commandIn(heard, WORDS), command));
}

/** @param {string} answer */
const recogniser = (answer) => {
  class SpeechRecognition {
    static available = async () => answer;
    get processLocally() {
      return true;
    }
  }
  return { SpeechRecognition };
};

test("commands are offered only where speech is understood on this machine", async () => {
  assert.ok(await localRecogniser("en", recogniser("available")));
  assert.equal(await localRecogniser("en", recogniser("downloadable")), null);
  assert.equal(await localRecogniser("en", recogniser("unavailable")), null);
  assert.equal(await localRecogniser("en", { webkitSpeechRecognition: class {} }), null);
  assert.equal(await localRecogniser("en", { SpeechRecognition: class {} }), null);
  assert.equal(await localRecogniser("en", {}), null);
});
