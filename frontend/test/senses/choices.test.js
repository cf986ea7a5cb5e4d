import assert from "node:assert/strict";
import { test } from "node:test";
import { Memory } from "../../src/senses/choices.js";
import { Tempo } from "../../src/senses/tempo.js";

/** @returns {any} */
function storage() {
  const map = new Map();
  return {
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => map.set(key, value),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("what the server knows stands before what this browser remembers", async () => {
  const kept = storage();
  const first = new Memory({ sound: "voice" }, async () => true, kept);
  first.choose({ sound: "tones", volume: 0.4 });
  await settled();
  const second = new Memory({ sound: "silent", volume: 0.4 }, async () => true, kept);
  assert.equal(second.choices.sound, "silent");
  assert.equal(second.choices.volume, 0.4);
});

test("a choice the server has not heard of is kept, and told again", async () => {
  const kept = storage();
  new Memory({ sound: "voice" }, async () => false, kept).choose({ sound: "silent" });
  await settled();
  /** @type {string[]} */
  const told = [];
  const tell = async (/** @type {any} */ { sound }) => (told.push(sound), true);
  const back = new Memory({ sound: "voice" }, tell, kept);
  await settled();
  assert.equal(back.choices.sound, "silent");
  assert.deepEqual(told, ["silent"]);
  assert.equal(new Memory({ sound: "tones" }, tell, kept).choices.sound, "tones");
});

test("what was chosen last is what the server hears last, however slowly it hears", async () => {
  /** @type {(() => void)[]} */
  const answers = [];
  /** @type {number[]} */
  const heard = [];
  const tell = (/** @type {any} */ { volume }) =>
    new Promise((/** @type {(heard: boolean) => void} */ resolve) => {
      answers.push(() => (heard.push(volume), resolve(true)));
    });
  const memory = new Memory({}, tell, storage());
  memory.choose({ sound: "silent" });
  memory.choose({ volume: 0.55 });
  for (let waiting = answers.pop(); waiting; waiting = answers.pop()) {
    waiting();
    await settled();
  }
  assert.equal(heard.at(-1), 0.55);
});

test("the tempo sounds each stroke once, for as long as it should take, and rests between", () => {
  const step = /** @type {any} */ ({
    motion: "glide",
    seconds: 0,
    parts: 3,
    length_mm: 70,
    speed_mm_s: 35,
  });
  const tempo = new Tempo();
  const begins = [];
  for (let t = 0; t < 10.8; t += 0.1) {
    const seconds = tempo.begins(step, t);
    if (seconds !== null) begins.push([Math.round(t * 10) / 10, seconds]);
  }
  assert.deepEqual(begins.map(([, seconds]) => seconds), [2, 2, 2]);
  assert.equal(begins[0][0], 0);
  for (let k = 1; k < begins.length; k++) assert.ok(begins[k][0] - begins[k - 1][0] > 3);
});
