import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { bust, ear } from "../src/atlas/bust.js";
import { Ground, distanceTo, loopsOf, normalsOf, subdivide, unroll } from "../src/atlas/geometry.js";

const canonical = JSON.parse(
  await readFile(new URL("../../src/faceglide/face/data/canonical_face.json", import.meta.url), "utf8"),
);
/** @type {import("../src/atlas/geometry.js").Point[]} */
const vertices = canonical.vertices.map((/** @type {number[]} */ p) => p.map((value) => value * 10));

/** @param {number} rounds */
const head = (rounds) => bust(vertices, canonical.triangles, canonical.mirror, rounds);

/** @param {Uint32Array} triangles */
function edgeUse(triangles) {
  const uses = new Map();
  for (let t = 0; t < triangles.length; t += 3)
    for (const [i, j] of [[0, 1], [1, 2], [2, 0]]) {
      const [a, b] = [triangles[t + i], triangles[t + j]];
      const key = `${Math.min(a, b)}-${Math.max(a, b)}`;
      uses.set(key, (uses.get(key) ?? 0) + (a < b ? 1 : 100));
    }
  return [...uses.values()];
}

test("smoothing keeps a flat sheet flat and quadruples its triangles", () => {
  const points = new Float32Array([0, 0, 0, 10, 0, 0, 10, 10, 0, 0, 10, 0]);
  const fine = subdivide({ points, triangles: new Uint32Array([0, 1, 2, 0, 2, 3]) });
  assert.equal(fine.triangles.length, 24);
  for (let i = 2; i < fine.points.length; i += 3) assert.equal(fine.points[i], 0);
});

test("the head is one skin, turned outward everywhere, open only at the base of the neck", () => {
  const { points, triangles } = head(0);
  const uses = edgeUse(triangles);
  assert.ok(uses.every((use) => use === 101 || use === 1 || use === 100), "an edge folds over");
  const rim = uses.filter((use) => use !== 101).length;
  assert.equal(rim, 36);
  const normals = normalsOf({ points, triangles });
  assert.ok(normals[4 * 3 + 2] > 0.3, "the nose looks inward");
  const nape = Array.from({ length: points.length / 3 }, (_, v) => v).filter(
    (v) => points[v * 3 + 2] < -110 && points[v * 3 + 1] > 0,
  );
  assert.ok(nape.length > 3);
  for (const v of nape) assert.ok(normals[v * 3 + 2] < 0, "the back of the head looks inward");
});

test("the head is the same on both sides", () => {
  const { points } = head(1);
  const right = new Set();
  const place = (/** @type {number} */ x, /** @type {number} */ i) =>
    [x, points[i + 1], points[i + 2]].map((value) => Math.round(value * 2) / 2 + 0).join();
  for (let i = 0; i < points.length; i += 3) right.add(place(points[i], i));
  let missing = 0;
  for (let i = 0; i < points.length; i += 3) missing += right.has(place(-points[i], i)) ? 0 : 1;
  assert.ok(missing / (points.length / 3) < 0.02, `${missing} points have no twin`);
});

test("the mouth is closed and the rest of the face is where it was", () => {
  const { points } = head(0);
  assert.ok(points[13 * 3 + 1] - points[14 * 3 + 1] < 1.5);
  for (const i of [4, 10, 61, 152, 234])
    for (let k = 0; k < 3; k += 1) assert.ok(Math.abs(points[i * 3 + k] - vertices[i][k]) < 0.01);
});

test("ears stand off the head on their own sides", () => {
  for (const [side, sign] of /** @type {const} */ ([["right", -1], ["left", 1]])) {
    const surface = ear(side);
    const normals = normalsOf(surface);
    let out = 0;
    for (let i = 0; i < surface.points.length; i += 3) {
      assert.ok(surface.points[i] * sign > 40);
      out += normals[i] * sign;
    }
    assert.ok(out > 0, `the ${side} ear is inside out`);
  }
});

test("a point is laid on the surface, as high as asked", () => {
  const surface = head(1);
  const ground = new Ground(surface, normalsOf(surface));
  const low = ground.lay([0, 60, 80]);
  const high = ground.lay([0, 60, 80], 5);
  assert.ok(low.at[2] < 62 && low.at[2] > 40);
  const gap = Math.hypot(...low.at.map((value, k) => value - high.at[k]));
  assert.ok(Math.abs(gap - 5) < 1e-6);
});

test("outlines that meet on the midline become one loop, others stay two", () => {
  /** @type {import("../src/atlas/geometry.js").Point[]} */
  const right = [[0, 80, 50], [-30, 70, 40], [-30, 50, 40], [0, 40, 55]];
  const mirrored = right.map(([x, y, z]) => /** @type {[number, number, number]} */ ([-x, y, z]));
  assert.equal(loopsOf([right, mirrored]).length, 1);
  const aside = right.map(([x, y, z]) => /** @type {[number, number, number]} */ ([x - 20, y, z]));
  assert.equal(loopsOf([aside, aside.map(([x, y, z]) => [-x, y, z])]).length, 2);
});

test("distances are negative inside an outline and grow outside it", () => {
  /** @type {[number, number][]} */
  const square = [[0, 0], [10, 0], [10, 10], [0, 10]];
  assert.equal(distanceTo([5, 5], [square]), -5);
  assert.equal(distanceTo([13, 14], [square]), 5);
});

test("unrolling keeps left and right and heights", () => {
  assert.ok(unroll(30, 5, 20)[0] > 0);
  assert.equal(unroll(30, 5, 20)[0], -unroll(-30, 5, 20)[0]);
  assert.equal(unroll(30, 5, 20)[1], 5);
});
