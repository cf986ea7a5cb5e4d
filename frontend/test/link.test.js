import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandStore } from "../src/live/commands.js";

/** @returns {any} */
function storage() {
  const map = new Map();
  return {
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => map.set(key, value),
  };
}

test("a command stays until the server has stored it, even over a reload", () => {
  const tab = storage();
  const before = new CommandStore("s1", tab);
  const pause = before.add({ name: "pause", t_ms: 10, step: 0 });
  const skip = before.add({ name: "skip", t_ms: 20, step: 0 });
  before.stored(pause.id);
  const after = new CommandStore("s1", tab);
  assert.deepEqual(after.waiting(), [skip]);
  after.stored(skip.id);
  assert.deepEqual(after.waiting(), []);
});

test("numbers are never used twice, and sessions do not share them", () => {
  const tab = storage();
  const store = new CommandStore("s1", tab);
  const first = store.add({ name: "pause", t_ms: 10, step: 0 });
  store.stored(first.id);
  const second = store.add({ name: "resume", t_ms: 20, step: 0 });
  assert.ok(second.id > first.id);
  assert.deepEqual(new CommandStore("s2", tab).waiting(), []);
});
