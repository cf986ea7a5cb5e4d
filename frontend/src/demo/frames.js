// Unpacks a demonstration's frames: the live socket's binary messages, one after the other, each
// behind its length. The layout is written down in src/faceglide/tracking/stream.py.

/** @typedef {import("../live/wire.js").HandPoints} HandPoints */

/**
 * @typedef {object} Frame One moment as the simulated tracker saw it.
 * @property {number} tMs Since the demonstration began.
 * @property {Float32Array | null} face 468 × (x, y, z).
 * @property {HandPoints[]} hands
 */

const LENGTH_BYTES = 4;
const HEADER_BYTES = 8;
const HEAD_BYTES = 16;
const POINT_BYTES = 6;
const HAND_BYTES = 256;
const HAND_POINTS = 21;
const IMAGE_AT = 4;
const WORLD_AT = IMAGE_AT + HAND_POINTS * POINT_BYTES;
const HAS_FACE = 1;

/**
 * @param {ArrayBuffer} bytes
 * @returns {Frame[]}
 */
export function readFrames(bytes) {
  const view = new DataView(bytes);
  const frames = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = view.getUint32(at, true);
    frames.push(...readMessage(new DataView(bytes, at + LENGTH_BYTES, length)));
    at += LENGTH_BYTES + length;
  }
  return frames;
}

/**
 * @param {DataView} view
 * @returns {Frame[]}
 */
function readMessage(view) {
  const count = view.getUint16(2, true);
  const points = view.getUint16(4, true);
  const heads = Array.from({ length: count }, (_, k) => HEADER_BYTES + k * HEAD_BYTES);
  const flags = heads.map((head) => view.getUint8(head + 4));
  const faces = flags.filter((flag) => flag & HAS_FACE).length;
  let face = HEADER_BYTES + count * HEAD_BYTES;
  let hand = face + faces * points * POINT_BYTES;
  return heads.map((head, k) => {
    const faceAt = face;
    if (flags[k] & HAS_FACE) face += points * POINT_BYTES;
    const hands = Array.from({ length: flags[k] >> 2 }, (_, n) => {
      return readHand(view, hand + n * HAND_BYTES);
    });
    hand += hands.length * HAND_BYTES;
    return {
      tMs: view.getFloat64(head + 8, true),
      face: flags[k] & HAS_FACE ? readPoints(view, faceAt, points) : null,
      hands,
    };
  });
}

/**
 * @param {DataView} view
 * @param {number} at
 * @returns {HandPoints}
 */
function readHand(view, at) {
  const world = new Float32Array(HAND_POINTS * 3);
  for (let k = 0; k < world.length; k++) world[k] = view.getInt16(at + WORLD_AT + 2 * k, true) / 1e5;
  return {
    side: view.getUint8(at) ? "right" : "left",
    score: view.getUint8(at + 1) / 255,
    image: readPoints(view, at + IMAGE_AT, HAND_POINTS),
    world: view.getUint8(at + 2) ? world : null,
  };
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} count
 */
function readPoints(view, at, count) {
  const points = new Float32Array(count * 3);
  for (let k = 0; k < count; k++) {
    const from = at + k * POINT_BYTES;
    points[3 * k] = (view.getUint16(from, true) * 2) / 65535 - 0.5;
    points[3 * k + 1] = (view.getUint16(from + 2, true) * 2) / 65535 - 0.5;
    points[3 * k + 2] = view.getInt16(from + 4, true) / 32767;
  }
  return points;
}
