import assert from "node:assert/strict";
import { test } from "node:test";
import { PalmMenu } from "../../src/senses/menu.js";
import { facePlace, onPicture, openPalm } from "../../src/senses/palm.js";
import { HEIGHT, WIDTH, chance, face, hand } from "./hands.js";

/** @typedef {import("./hands.js").Pose} Pose */

const FACE = /** @type {import("../../src/senses/palm.js").FacePlace} */ (
  facePlace(face(), WIDTH, HEIGHT)
);

/** @param {Pose} pose */
const palm = (pose) => openPalm([hand(pose)], FACE, WIDTH, HEIGHT);

/**
 * What is chosen while a hand does something.
 *
 * @param {PalmMenu} menu
 * @param {(t: number) => Pose | null} pose The hand at a second; null when it is not seen.
 * @param {number} seconds
 * @param {number} [from]
 * @param {number} [fps]
 */
function chosen(menu, pose, seconds, from = 0, fps = 16) {
  /** @type {string[]} */
  const choices = [];
  for (let t = from; t < from + seconds; t += 1 / fps) {
    const at = pose(t - from);
    const held = menu.see(t * 1000, at && palm(at));
    if (held.chosen) choices.push(held.chosen);
  }
  return choices;
}

/** @param {import("../../src/senses/menu.js").Mode} mode */
function menuIn(mode) {
  const menu = new PalmMenu();
  menu.mode(mode);
  return menu;
}

test("an open palm beside the face is seen on either side, at the place where it is", () => {
  const left = palm({ side: "left", x: 190, y: 20 });
  const right = palm({ side: "right", x: -190, y: 20 });
  assert.ok(left && Math.abs(left.x - 190) < 15 && Math.abs(left.y - 20) < 15, JSON.stringify(left));
  assert.ok(right && Math.abs(right.x + 190) < 15);
});

test("places map back to the picture", () => {
  const [x, y] = onPicture(FACE, { x: 100, y: 50 });
  assert.ok(Math.abs(x - 430) < 1 && Math.abs(y - 145) < 1);
});

for (const [what, pose] of /** @type {[string, Pose][]} */ ([
  ["the back of the hand, as when massaging", { back: true }],
  ["a fist", { bend: 1 }],
  ["bent fingers", { bend: 0.45 }],
  ["fingers held together", { splayDeg: -4 }],
  ["a hand on the cheek", { x: 60, y: -20 }],
  ["fingertips at the temple", { x: 110, y: -40, leanDeg: -25 }],
  ["a hand lying sideways", { leanDeg: 80 }],
  ["a hand pointing down", { leanDeg: 180 }],
  ["a hand in front of the face", { x: 0, y: 0, scale: 1.5 }],
  ["a hand in the background", { scale: 0.3 }],
])) {
  test(`${what} is no open palm`, () => assert.equal(palm(pose), null));
}

test("a palm held for its time pauses once, and not again until it was lowered", () => {
  const menu = menuIn("working");
  assert.deepEqual(chosen(menu, () => ({}), 1.1), []);
  assert.deepEqual(chosen(menu, () => ({}), 3, 1.1), ["pause"]);
  assert.deepEqual(chosen(menu, () => null, 1, 4.1), []);
  assert.deepEqual(chosen(menu, () => ({}), 2, 5.1), ["pause"]);
});

test("the palm that paused does not go on to choose, however long it stays", () => {
  const menu = menuIn("working");
  assert.deepEqual(chosen(menu, () => ({ y: 0 }), 1.5), ["pause"]);
  menu.mode("paused");
  const random = chance(3);
  const stays = () => ({ y: 6 * random(), noiseMm: 2, random });
  assert.deepEqual(chosen(menu, stays, 10, 1.5), []);
});

test("while paused, side and height choose", () => {
  for (const [pose, choice] of /** @type {[Pose, string][]} */ ([
    [{ side: "left", x: 190, y: -45 }, "resume"],
    [{ side: "right", x: -190, y: -45 }, "resume"],
    [{ side: "left", x: 190, y: 35 }, "repeat"],
    [{ side: "right", x: -190, y: 35 }, "skip"],
  ])) {
    assert.deepEqual(chosen(menuIn("paused"), () => pose, 3), [choice]);
  }
});

test("a palm held low makes the voice softer or louder, step by step", () => {
  const low = { side: /** @type {const} */ ("right"), x: -190, y: -130 };
  const steps = chosen(menuIn("paused"), () => low, 3);
  assert.ok(steps.length >= 3 && steps.every((step) => step === "louder"), String(steps));
});

test("a held palm takes a waiting choice back", () => {
  assert.deepEqual(chosen(menuIn("waiting"), () => ({}), 2), ["undo"]);
});

test("a tracker that drops the hand now and then only makes it take longer", () => {
  const dropping = (/** @type {number} */ t) => (Math.floor(t * 16) % 4 ? {} : null);
  assert.deepEqual(chosen(menuIn("working"), dropping, 3), ["pause"]);
});

test("two glimpses of a palm far apart are no holding", () => {
  const glimpses = (/** @type {number} */ t) => (t % 0.9 < 0.13 ? {} : null);
  assert.deepEqual(chosen(menuIn("working"), glimpses, 20), []);
});

test("waving hands choose nothing", () => {
  let wrong = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = chance(seed);
    const swing = 45 + 15 * random();
    const hertz = 1.9 + 0.5 * random();
    const x = 200 + 25 * random();
    const wave = (/** @type {number} */ t) => ({
      x: x + swing * Math.sin(2 * Math.PI * hertz * t),
      y: 10 * random(),
      leanDeg: 25 * Math.sin(2 * Math.PI * hertz * t),
      noiseMm: 3,
      random,
    });
    wrong += chosen(menuIn("working"), wave, 3).length;
  }
  assert.equal(wrong, 0);
});

test("held palms are understood through the tracker's noise", () => {
  let understood = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = chance(seed);
    /** @type {"left" | "right"} */
    const side = seed % 2 ? "left" : "right";
    const x = (side === "left" ? 1 : -1) * (185 + 25 * random());
    const pose = {
      side,
      x,
      y: -45 + 40 * random(),
      splayDeg: 24 + 6 * random(),
      leanDeg: 10 + 12 * random(),
      scale: 1.05 + 0.2 * random(),
    };
    const held = () => ({ ...pose, noiseMm: 2.5, random });
    const choices = chosen(menuIn("working"), held, 2.5, 0, 11);
    understood += choices.length === 1 && choices[0] === "pause" ? 1 : 0;
  }
  assert.ok(understood >= 196, `${understood} of 200`);
});
