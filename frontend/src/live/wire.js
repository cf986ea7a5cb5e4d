// Packs tracker results into the live socket's binary messages. The layout is written down at the
// other end: src/faceglide/tracking/stream.py.

/**
 * @typedef {object} HandPoints One hand as the tracker reported it.
 * @property {"left" | "right"} side The person's own hand.
 * @property {number} score The tracker's confidence, 0 to 1.
 * @property {Float32Array} image 21 × (x, y, z), unmirrored, 0 to 1 of width and height.
 * @property {Float32Array | null} world 21 × (x, y, z) in metres.
 */

/**
 * @typedef {object} TrackedFrame One tracker result in unmirrored picture coordinates.
 * @property {number} seq Rising from frame to frame.
 * @property {number} tMs Milliseconds since the session began.
 * @property {Float32Array | null} face 468 or 478 × (x, y, z).
 * @property {HandPoints[]} hands
 */

const VERSION = 1;
const FRAMES = 1;
const HEADER_BYTES = 8;
const HEAD_BYTES = 16;
const POINT_BYTES = 6;
const HAND_BYTES = 256;
const HAND_POINTS = 21;
const HAS_FACE = 1;
export const MAX_FRAMES = 64;

/**
 * @param {TrackedFrame[]} frames One to `MAX_FRAMES`, seq and tMs rising.
 * @param {number[]} points The face points the server asked for.
 * @returns {ArrayBuffer} One message.
 */
export function encodeFrames(frames, points) {
  const faces = frames.filter((frame) => frame.face).length;
  const hands = frames.reduce((sum, frame) => sum + frame.hands.length, 0);
  const facesAt = HEADER_BYTES + frames.length * HEAD_BYTES;
  const handsAt = facesAt + faces * points.length * POINT_BYTES;
  const message = new ArrayBuffer(handsAt + hands * HAND_BYTES);
  const view = new DataView(message);
  view.setUint8(0, VERSION);
  view.setUint8(1, FRAMES);
  view.setUint16(2, frames.length, true);
  view.setUint16(4, points.length, true);

  let head = HEADER_BYTES;
  let face = facesAt;
  let hand = handsAt;
  for (const frame of frames) {
    view.setUint32(head, frame.seq, true);
    view.setUint8(head + 4, (frame.face ? HAS_FACE : 0) | (frame.hands.length << 2));
    view.setFloat64(head + 8, frame.tMs, true);
    head += HEAD_BYTES;
    if (frame.face) {
      for (const index of points) {
        writePoint(view, face, frame.face, index);
        face += POINT_BYTES;
      }
    }
    for (const points of frame.hands) {
      writeHand(view, hand, points);
      hand += HAND_BYTES;
    }
  }
  return message;
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {HandPoints} hand
 */
function writeHand(view, at, hand) {
  view.setUint8(at, hand.side === "right" ? 1 : 0);
  view.setUint8(at + 1, Math.round(clamp(hand.score, 0, 1) * 255));
  view.setUint8(at + 2, hand.world ? 1 : 0);
  const imageAt = at + 4;
  const worldAt = imageAt + HAND_POINTS * POINT_BYTES;
  for (let index = 0; index < HAND_POINTS; index++) {
    writePoint(view, imageAt + index * POINT_BYTES, hand.image, index);
  }
  if (!hand.world) return;
  for (let index = 0; index < HAND_POINTS * 3; index++) {
    const hundredths = Math.round(hand.world[index] * 1e5);
    view.setInt16(worldAt + index * 2, clamp(hundredths, -32767, 32767), true);
  }
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {Float32Array} points
 * @param {number} index
 */
function writePoint(view, at, points, index) {
  const from = index * 3;
  view.setUint16(at, packXY(points[from]), true);
  view.setUint16(at + 2, packXY(points[from + 1]), true);
  view.setInt16(at + 4, clamp(Math.round(points[from + 2] * 32767), -32767, 32767), true);
}

/** @param {number} value */
function packXY(value) {
  return clamp(Math.round(((value + 0.5) / 2) * 65535), 0, 65535);
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function clamp(value, low, high) {
  return value < low ? low : value > high ? high : value;
}
