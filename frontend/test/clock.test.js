import assert from "node:assert/strict";
import { test } from "node:test";
import { SessionClock } from "../src/session/clock.js";

test("a session that the server has just heard of began when it began here", () => {
  const clock = new SessionClock();
  clock.begin(1000);
  assert.equal(clock.at(1500), 500);
  assert.equal(clock.ofPicture(1400), null, "not before the server says where the session is");
  clock.settle(0, 4000);
  assert.equal(clock.at(4000), 3000);
  assert.equal(clock.ofPicture(1400), 400);
  assert.equal(clock.ofPicture(900), null, "before the session");
});

test("a session taken up again goes on where the server has it, with a gap", () => {
  const clock = new SessionClock();
  clock.begin(200);
  clock.settle(60_000, 500);
  assert.ok(clock.at(500) > 60_000);
  assert.ok(clock.at(500) < 65_000);
  const at = clock.at(700);
  clock.settle(1_000, 700);
  assert.equal(clock.at(700), at, "what was said first counts");
});

test("a pause, however long, is a short gap in the session's time", () => {
  const clock = new SessionClock();
  clock.begin(0);
  clock.settle(0, 0);
  clock.pause(5000);
  assert.equal(clock.at(90_000), 5000, "it stands still");
  clock.resume(90_000);
  const after = clock.at(90_000);
  assert.ok(after > 5000 && after < 7000, String(after));
  assert.equal(clock.ofPicture(90_000), after);
});

test("a pause shorter than the gap takes its own time", () => {
  const clock = new SessionClock();
  clock.begin(0);
  clock.settle(0, 0);
  clock.pause(5000);
  clock.resume(5300);
  assert.equal(clock.at(5300), 5300);
});
