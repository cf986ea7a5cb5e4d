// An open palm held beside the face: seen from the landmarks that are tracked anyway. A hand counts
// only when its fingers are stretched and spread, its palm faces the camera, its fingers point up,
// and all of it is clear of the face. What massages, rests, scratches or shows its back does not.
//
// Places are millimetres from the middle of the face: x to the person's own left, y up.

/** @typedef {import("../live/wire.js").HandPoints} HandPoints */

/**
 * @typedef {object} Palm
 * @property {number} x
 * @property {number} y
 */

/**
 * @typedef {object} FacePlace Where the face is in the picture, in pixels.
 * @property {number} x
 * @property {number} y
 * @property {number} pxPerMm
 * @property {[number, number]} left Unit vector to the person's left.
 * @property {[number, number]} up
 */

const RIGHT_EXOCANTHION = 33;
const LEFT_EXOCANTHION = 263;
const FOREHEAD_TOP = 10;
const CHIN = 152;
// Of the canonical face (src/faceglide/face/canonical.py). The longer measure wins: turning the
// head shortens one of them, never both.
const EXOCANTHIA_MM = 89;
const FACE_HEIGHT_MM = 177;

const WRIST = 0;
const INDEX_BASE = 5;
const MIDDLE_BASE = 9;
const LITTLE_BASE = 17;
const INDEX_TIP = 8;
const LITTLE_TIP = 20;
const FINGER_BASES = [5, 9, 13, 17];
const PALM_POINTS = [0, 5, 9, 13, 17];
// A spread thumb reaches towards the face.
const THUMB_POINTS = [1, 2, 3, 4];

// Our defaults, tried on simulated people and on clips.
/** No finger may lie in this ellipse round the face: the face with its ears and hair. */
const CLEAR_MM = { x: 88, y: 112 };
const FARTHEST_MM = { x: 420, y: 230 };
/** From wrist to middle knuckle: a small hand at the face's distance, a large one well before it. */
const PALM_MM = { least: 52, most: 210 };
const LEAST_SCORE = 0.5;
/** How straight a finger is: its chord over its bones. */
const LEAST_STRAIGHT = 0.87;
/** Fingers over the palm, index to little: shorter ones are bent towards the camera. */
const LEAST_FINGER = [0.68, 0.68, 0.68, 0.52];
/** Distance of the outer fingertips over that of their knuckles: fingers held together give 0.9. */
const LEAST_SPREAD = 1.15;
/** Twice the area of wrist and outer knuckles over the palm's length squared: 0 is edge on. */
const LEAST_FACING = 0.25;
const LARGEST_LEAN_COS = Math.cos((50 * Math.PI) / 180);
/** Hand points that may lie outside the picture, where the tracker guesses. */
const MOST_OUTSIDE = 3;

/**
 * @param {Float32Array | null} face
 * @param {number} width Of the picture.
 * @param {number} height
 * @returns {FacePlace | null}
 */
export function facePlace(face, width, height) {
  if (!face) return null;
  /** @param {number} index @returns {[number, number]} */
  const at = (index) => [face[index * 3] * width, face[index * 3 + 1] * height];
  const [rightEye, leftEye, top, chin] = [
    at(RIGHT_EXOCANTHION),
    at(LEFT_EXOCANTHION),
    at(FOREHEAD_TOP),
    at(CHIN),
  ];
  const pxPerMm = Math.max(
    distance(rightEye, leftEye) / EXOCANTHIA_MM,
    distance(top, chin) / FACE_HEIGHT_MM,
  );
  if (!(pxPerMm > 0)) return null;
  const left = unit([leftEye[0] - rightEye[0], leftEye[1] - rightEye[1]]);
  return {
    x: (top[0] + chin[0]) / 2,
    y: (top[1] + chin[1]) / 2,
    pxPerMm,
    left,
    // Up in the picture whatever way the eyes' line was found to run.
    up: left[0] > 0 ? [left[1], -left[0]] : [-left[1], left[0]],
  };
}

/**
 * Where a place beside the face lies in the picture, in pixels.
 *
 * @param {FacePlace} face
 * @param {Palm} place
 * @returns {[number, number]}
 */
export function onPicture({ x, y, pxPerMm, left, up }, place) {
  return [
    x + (place.x * left[0] + place.y * up[0]) * pxPerMm,
    y + (place.x * left[1] + place.y * up[1]) * pxPerMm,
  ];
}

/**
 * The open palm among these hands, if one is held beside the face.
 *
 * @param {HandPoints[]} hands
 * @param {FacePlace} face
 * @param {number} width Of the picture.
 * @param {number} height
 * @returns {Palm | null}
 */
export function openPalm(hands, face, width, height) {
  for (const hand of hands) {
    const palm = hand.score >= LEAST_SCORE && palmOf(hand, face, width, height);
    if (palm) return palm;
  }
  return null;
}

/**
 * @param {HandPoints} hand
 * @param {FacePlace} face
 * @param {number} width
 * @param {number} height
 * @returns {Palm | null}
 */
function palmOf({ side, image }, face, width, height) {
  /** @type {[number, number][]} */
  const points = [];
  for (let k = 0; k < 21; k++) points.push([image[k * 3] * width, image[k * 3 + 1] * height]);
  if (outside(points, width, height) > MOST_OUTSIDE) return null;
  const palmPx = distance(points[WRIST], points[MIDDLE_BASE]);
  const palmMm = palmPx / face.pxPerMm;
  if (palmMm < PALM_MM.least || palmMm > PALM_MM.most) return null;
  if (!stretched(points, palmPx) || !spread(points)) return null;
  if (facing(points, side, palmPx) < LEAST_FACING) return null;
  const along = unit(minus(points[MIDDLE_BASE], points[WRIST]));
  if (along[0] * face.up[0] + along[1] * face.up[1] < LARGEST_LEAN_COS) return null;
  const places = points.map((point) => besideFace(face, point));
  if (!places.every((place, k) => THUMB_POINTS.includes(k) || clearOfFace(place))) return null;
  const x = mean(PALM_POINTS.map((k) => places[k].x));
  const y = mean(PALM_POINTS.map((k) => places[k].y));
  if (Math.abs(x) < CLEAR_MM.x || Math.abs(x) > FARTHEST_MM.x) return null;
  return Math.abs(y) > FARTHEST_MM.y ? null : { x, y };
}

/**
 * @param {FacePlace} face
 * @param {[number, number]} point
 * @returns {Palm}
 */
function besideFace({ x, y, pxPerMm, left, up }, point) {
  const [dx, dy] = [(point[0] - x) / pxPerMm, (point[1] - y) / pxPerMm];
  return { x: dx * left[0] + dy * left[1], y: dx * up[0] + dy * up[1] };
}

/** @param {Palm} place */
const clearOfFace = ({ x, y }) => (x / CLEAR_MM.x) ** 2 + (y / CLEAR_MM.y) ** 2 > 1;

/**
 * @param {[number, number][]} points
 * @param {number} palmPx
 */
function stretched(points, palmPx) {
  return FINGER_BASES.every((base, finger) => {
    const chord = distance(points[base], points[base + 3]);
    const bones =
      distance(points[base], points[base + 1]) +
      distance(points[base + 1], points[base + 2]) +
      distance(points[base + 2], points[base + 3]);
    return chord >= LEAST_STRAIGHT * bones && chord >= LEAST_FINGER[finger] * palmPx;
  });
}

/** @param {[number, number][]} points */
function spread(points) {
  const tips = distance(points[INDEX_TIP], points[LITTLE_TIP]);
  return tips >= LEAST_SPREAD * distance(points[INDEX_BASE], points[LITTLE_BASE]);
}

/**
 * How squarely the palm looks at the camera; negative for the back of the hand.
 *
 * @param {[number, number][]} points
 * @param {"left" | "right"} side
 * @param {number} palmPx
 */
function facing(points, side, palmPx) {
  const index = minus(points[INDEX_BASE], points[WRIST]);
  const little = minus(points[LITTLE_BASE], points[WRIST]);
  const area = (index[0] * little[1] - index[1] * little[0]) / palmPx ** 2;
  return side === "left" ? area : -area;
}

/**
 * @param {[number, number][]} points
 * @param {number} width
 * @param {number} height
 */
function outside(points, width, height) {
  return points.filter(([x, y]) => x < 0 || y < 0 || x > width || y > height).length;
}

/** @param {[number, number]} a @param {[number, number]} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
/** @param {[number, number]} a @param {[number, number]} b @returns {[number, number]} */
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
/** @param {[number, number]} a @returns {[number, number]} */
const unit = ([x, y]) => [x / (Math.hypot(x, y) || 1), y / (Math.hypot(x, y) || 1)];
/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
