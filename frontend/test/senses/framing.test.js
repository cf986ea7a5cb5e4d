import assert from "node:assert/strict";
import { test } from "node:test";
import { lightOn } from "../../src/senses/light.js";
import { Framing, framingHint } from "../../src/session/framing.js";
import { HEIGHT, WIDTH, face } from "./hands.js";

/** @param {(x: number, y: number) => [number, number]} change */
function moved(change) {
  const points = face();
  for (let k = 0; k < points.length; k += 3) {
    [points[k], points[k + 1]] = change(points[k], points[k + 1]);
  }
  return points;
}

/** A grey picture with a face of another grey. @param {number} around @param {number} within */
function picture(around, within) {
  const pixels = new Uint8ClampedArray(32 * 24 * 4);
  for (let k = 0; k < 32 * 24; k++) {
    const [x, y] = [(k % 32) / 32, Math.floor(k / 32) / 24];
    const on = x > 0.3 && x < 0.7 && y > 0.2 && y < 0.8;
    pixels.fill(on ? within : around, 4 * k, 4 * k + 4);
  }
  return pixels;
}
const BOX = { left: 0.3, right: 0.7, top: 0.2, bottom: 0.8 };

for (const [what, points, hint] of /** @type {[string, Float32Array | null, string][]} */ ([
  ["nobody", null, "no_face"],
  ["a well placed face", face(), "good"],
  ["a face far away", moved((x, y) => [0.5 + (x - 0.5) / 3, 0.5 + (y - 0.5) / 3]), "closer"],
  ["a face too near", moved((x, y) => [0.5 + (x - 0.5) * 2, 0.5 + (y - 0.4) * 2]), "back"],
  ["a face at the edge", moved((x, y) => [x + 0.35, y]), "centre"],
  ["a chin below the picture", moved((x, y) => [x, y + 0.35]), "centre"],
])) {
  test(`${what}: ${hint}`, () => assert.equal(framingHint(points, WIDTH, HEIGHT), hint));
}

test("a tilted head is asked upright, a turned one straight ahead", () => {
  const tilted = moved((x, y) => [x, y + 0.35 * (x - 0.5)]);
  assert.equal(framingHint(tilted, WIDTH, HEIGHT), "upright");
  const turned = face();
  turned[3] += 0.04;
  assert.equal(framingHint(turned, WIDTH, HEIGHT), "straight");
});

test("the neck is asked for only where the routine goes there", () => {
  const low = moved((x, y) => [x, y + 0.25]);
  assert.equal(framingHint(low, WIDTH, HEIGHT), "good");
  assert.equal(framingHint(low, WIDTH, HEIGHT, { neck: true }), "lower");
});

test("light is told dim, from behind, glaring or good", () => {
  assert.equal(lightOn(picture(30, 35), 32, BOX), "lighter");
  assert.equal(lightOn(picture(220, 60), 32, BOX), "darker");
  assert.equal(lightOn(picture(200, 245), 32, BOX), "glare");
  assert.equal(lightOn(picture(120, 140), 32, BOX), "good");
});

/** @param {Framing} framing @param {import("../../src/session/framing.js").Hint} hint */
const lasts = (framing, hint, fromMs = 0, limitMs = 60_000) => {
  for (let t = fromMs; t < fromMs + limitMs; t += 60) {
    if (framing.see(hint, t).begin) return (t - fromMs) / 1000;
  }
  return Infinity;
};

test("it ends by itself after two good seconds, and not by a glimpse", () => {
  assert.ok(Math.abs(lasts(new Framing(), "good") - 2) < 0.1);
  const framing = new Framing();
  for (let t = 0; t < 10_000; t += 60) {
    assert.ok(!framing.see(t % 1800 < 60 ? "back" : "good", t).begin);
  }
});

test("advice about light passes; a face that is never well placed is enough in the end", () => {
  assert.ok(Math.abs(lasts(new Framing(), "lighter") - 10) < 0.3);
  assert.ok(Math.abs(lasts(new Framing(), "back") - 25) < 0.3);
  assert.equal(lasts(new Framing(), "no_face"), Infinity);
});

test("an instruction stands long enough to be read", () => {
  const framing = new Framing();
  let changes = 0;
  let last = "";
  for (let t = 0; t < 6000; t += 60) {
    const { hint } = framing.see(t % 120 ? "back" : "closer", t);
    if (hint !== last) changes += 1;
    last = hint;
  }
  assert.ok(changes <= 5, String(changes));
});
