import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SteadyFace } from "../src/session/steady.js";

const WIDTH = 640;
const HEIGHT = 480;
const JAW_LEFT = 361;
const CHEEK_LEFT = 280;
const canonical = new URL("../../src/faceglide/face/data/canonical_face.json", import.meta.url);
/** @type {{vertices: number[][]}} */
const { vertices } = JSON.parse(readFileSync(canonical, "utf8"));

/**
 * The canonical face before a camera, turned about its vertical axis.
 *
 * @param {number} turn In radians.
 * @param {number} x Of its middle, in pixels.
 */
function face(turn, x) {
  const flat = new Float32Array(vertices.length * 3);
  const scale = 11;
  for (const [k, [vx, vy, vz]] of vertices.entries()) {
    const turnedX = vx * Math.cos(turn) + vz * Math.sin(turn);
    const turnedZ = vz * Math.cos(turn) - vx * Math.sin(turn);
    flat.set(
      [(x + turnedX * scale) / WIDTH, (240 - vy * scale) / HEIGHT, (-turnedZ * scale) / WIDTH],
      k * 3,
    );
  }
  return flat;
}

/**
 * A hand whose points all lie about one point of a face.
 *
 * @param {Float32Array} on
 * @param {number} index
 * @returns {import("../src/live/wire.js").HandPoints}
 */
function handOn(on, index) {
  const image = new Float32Array(63);
  for (let k = 0; k < 21; k++) image.set([on[index * 3], on[index * 3 + 1], 0], k * 3);
  return { side: "left", score: 1, image, world: null };
}

/** @param {Float32Array} a @param {Float32Array} b @param {number} index In pixels. */
function apart(a, b, index) {
  const dx = (a[index * 3] - b[index * 3]) * WIDTH;
  const dy = (a[index * 3 + 1] - b[index * 3 + 1]) * HEIGHT;
  return Math.hypot(dx, dy);
}

test("points that drift under a hand are drawn where the face really is", () => {
  const steady = new SteadyFace();
  for (let k = 0; k < 20; k++) steady.see(face(0, 320), [], WIDTH, HEIGHT);
  const truth = face(0.1, 350);
  const hand = handOn(truth, JAW_LEFT);
  const drifted = truth.slice();
  // The jaw and the cheek beside the hand are pushed a fifth of the eye distance aside.
  for (const index of [JAW_LEFT, 323, 454, 397, 365, CHEEK_LEFT]) {
    drifted[index * 3] += 20 / WIDTH;
    drifted[index * 3 + 1] += 10 / HEIGHT;
  }
  /** @type {Float32Array | null} */
  let seen = null;
  for (let k = 0; k < 6; k++) seen = steady.see(drifted, [hand], WIDTH, HEIGHT);
  assert.ok(seen);
  assert.ok(apart(drifted, truth, JAW_LEFT) > 20);
  assert.ok(apart(seen, truth, JAW_LEFT) < 3, `${apart(seen, truth, JAW_LEFT)} px`);
  assert.ok(apart(seen, truth, CHEEK_LEFT) < 3);
});

test("a bare face is drawn as it is seen, expression and all", () => {
  const steady = new SteadyFace();
  for (let k = 0; k < 20; k++) steady.see(face(0, 320), [], WIDTH, HEIGHT);
  const smiling = face(0, 320);
  smiling[61 * 3] -= 0.02;
  assert.deepEqual(steady.see(smiling, [], WIDTH, HEIGHT), smiling);
});

test("without a bare face to learn from, the tracker is believed", () => {
  const steady = new SteadyFace();
  const covered = face(0, 320);
  assert.equal(steady.see(covered, [handOn(covered, JAW_LEFT)], WIDTH, HEIGHT), covered);
  assert.equal(steady.see(null, [], WIDTH, HEIGHT), null);
});

test("the change from one to the other is no jump", () => {
  const steady = new SteadyFace();
  for (let k = 0; k < 20; k++) steady.see(face(0, 320), [], WIDTH, HEIGHT);
  const drifted = face(0, 320);
  drifted[JAW_LEFT * 3] += 20 / WIDTH;
  const hand = handOn(face(0, 320), JAW_LEFT);
  /** @type {Float32Array} */
  let before = face(0, 320);
  for (let k = 0; k < 8; k++) {
    const now = /** @type {Float32Array} */ (steady.see(drifted, [hand], WIDTH, HEIGHT));
    if (k > 0) assert.ok(apart(now, before, JAW_LEFT) < 6);
    before = now;
  }
});
