/**
 * A head for the face: the mesh closes its mouth, and skull, nape and neck grow from its rim.
 *
 * Everything here is drawing, not data: nothing is measured on it.
 *
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./geometry.js").Surface} Surface
 */

import { subdivide } from "./geometry.js";

/** The mesh's rim on the right, from the hairline down to the chin. */
const RIM = [10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152];

/**
 * Where the surface runs from some points of the rim, on the left side: over the skull, behind the
 * ear or beneath the jaw, and down to the base of the neck. Drawn by eye after an adult's head.
 *
 * @type {[number, Point[]][]}
 */
const GUIDES = [
  [0, [[0, 104, 24], [0, 119, -12], [0, 121, -58], [0, 98, -112], [0, 40, -136], [0, -20, -122], [0, -70, -104], [0, -120, -104], [0, -205, -116]]],
  [4, [[66, 83, -6], [67, 92, -34], [63, 86, -72], [54, 64, -108], [44, 20, -122], [38, -25, -110], [36, -70, -98], [40, -125, -98], [56, -205, -108]]],
  [6, [[77, 51, -26], [77, 54, -48], [73, 44, -76], [64, 25, -100], [54, -5, -108], [46, -40, -100], [44, -80, -90], [47, -128, -88], [72, -205, -94]]],
  [7, [[78, 27, -34], [78, 27, -54], [73, 15, -78], [65, -2, -94], [56, -28, -94], [50, -58, -88], [48, -90, -80], [51, -132, -76], [84, -205, -80]]],
  [8, [[76, 4, -36], [75, -2, -50], [70, -16, -66], [63, -34, -76], [56, -54, -78], [51, -78, -74], [50, -104, -68], [53, -138, -64], [90, -205, -66]]],
  [10, [[70, -36, -30], [66, -46, -42], [61, -58, -50], [56, -72, -55], [52, -88, -56], [50, -104, -54], [50, -120, -52], [53, -146, -49], [86, -205, -48]]],
  [11, [[64, -54, -24], [60, -62, -32], [56, -72, -38], [52, -84, -42], [49, -98, -43], [48, -112, -43], [48, -128, -42], [50, -150, -38], [76, -205, -34]]],
  [12, [[55, -68, -12], [51, -76, -20], [48, -86, -27], [46, -98, -31], [44, -112, -32], [43, -126, -32], [43, -140, -30], [45, -156, -26], [62, -205, -18]]],
  [14, [[38, -85, 13], [35, -90, 4], [33, -97, -6], [31, -107, -14], [30, -119, -17], [30, -132, -18], [30, -145, -17], [31, -160, -14], [38, -205, -6]]],
  [18, [[0, -98.5, 35], [0, -100, 24], [0, -103, 11], [0, -109, 0], [0, -118, -6], [0, -132, -8], [0, -147, -9], [0, -163, -8], [0, -205, -2]]],
];
const RINGS = 9;

/** Upper and lower edges of the parted lips, outward from the midline on the right. */
const LIPS = [[13, 14], [82, 87], [81, 178], [80, 88], [191, 95]];

/** Landmarks round the open eye on the right, and how far a closed lid bulges over the eyeball. */
const LID = [159, 160, 158, 161, 157, 145, 144, 153, 163, 154];
const LID_BULGE_MM = 2.2;

/**
 * @param {Point[]} vertices
 * @param {[number, number, number][]} triangles
 * @param {number[]} mirror
 * @param {number} rounds of smoothing
 * @returns {Surface}
 */
export function bust(vertices, triangles, mirror, rounds) {
  const points = atRest(vertices, mirror);
  const faces = triangles.map((t) => /** @type {[number, number, number]} */ ([...t]));
  const rim = [...RIM, ...RIM.slice(1, -1).reverse().map((i) => mirror[i])];
  let inner = rim;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const outer = rim.map((_, i) => points.push(onGuides(i, rim.length, ring)) - 1);
    for (let i = 0; i < rim.length; i += 1) {
      const j = (i + 1) % rim.length;
      // Each square is cut along the same diagonal as its mirror image.
      if (i < RIM.length - 1) faces.push([inner[i], outer[j], inner[j]], [inner[i], outer[i], outer[j]]);
      else faces.push([inner[i], outer[i], inner[j]], [inner[j], outer[i], outer[j]]);
    }
    inner = outer;
  }
  /** @type {Surface} */
  let surface = { points: new Float32Array(points.flat()), triangles: new Uint32Array(faces.flat()) };
  for (let round = 0; round < rounds; round += 1) surface = subdivide(surface);
  return surface;
}

/** Eyes and mouth closed. @param {Point[]} vertices @param {number[]} mirror */
function atRest(vertices, mirror) {
  const points = vertices.map((p) => /** @type {Point} */ ([...p]));
  for (const [up, low] of LIPS) {
    for (const [a, b] of [[up, low], [mirror[up], mirror[low]]]) {
      const seam = 0.45 * points[a][1] + 0.55 * points[b][1];
      const depth = Math.min(points[a][2], points[b][2]);
      points[a] = [points[a][0], seam + 0.5, depth];
      points[b] = [points[b][0], seam - 0.5, depth];
    }
  }
  for (const i of LID) for (const k of [i, mirror[i]]) points[k][2] += LID_BULGE_MM;
  return points;
}

/** @param {number} i place on the whole rim @param {number} count @param {number} ring @returns {Point} */
function onGuides(i, count, ring) {
  const right = i < RIM.length;
  const [x, y, z] = between(right ? i : count - i, ring);
  return [right ? -x : x, y, z];
}

/** Between guides, a cubic that leaves the midline level. @param {number} at @param {number} ring */
function between(at, ring) {
  const last = GUIDES.length - 1;
  const k = Math.min(last - 1, GUIDES.findLastIndex(([index]) => index <= at));
  const [i0, i1] = [GUIDES[k][0], GUIDES[k + 1][0]];
  const s = (at - i0) / (i1 - i0);
  return /** @type {Point} */ (
    [0, 1, 2].map((axis) => {
      const value = (/** @type {number} */ j) =>
        j < 0 || j > last
          ? GUIDES[j < 0 ? 1 : last - 1][1][ring][axis] * (axis === 0 ? -1 : 1)
          : GUIDES[j][1][ring][axis];
      const index = (/** @type {number} */ j) =>
        j < 0 ? -GUIDES[1][0] : j > last ? 2 * GUIDES[last][0] - GUIDES[last - 1][0] : GUIDES[j][0];
      const slope = (/** @type {number} */ j) =>
        (value(j + 1) - value(j - 1)) / (index(j + 1) - index(j - 1));
      const [m0, m1] = [slope(k) * (i1 - i0), slope(k + 1) * (i1 - i0)];
      const [s2, s3] = [s * s, s * s * s];
      return (
        (2 * s3 - 3 * s2 + 1) * value(k) + (s3 - 2 * s2 + s) * m0 +
        (3 * s2 - 2 * s3) * value(k + 1) + (s3 - s2) * m1
      );
    })
  );
}

const EAR = { centre: [-74, -4, -43], half: [31, 18], lean: 0.16, flare: 0.42 };
const EAR_RINGS = 16;
const EAR_SPOKES = 40;

/**
 * An ear: a bowl, a ridge, a groove and a rolled rim, laid on the side of the head.
 *
 * @param {"right" | "left"} side
 * @returns {Surface}
 */
export function ear(side) {
  const points = [];
  const triangles = [];
  for (let ring = 0; ring <= EAR_RINGS; ring += 1)
    for (let spoke = 0; spoke < EAR_SPOKES; spoke += 1)
      points.push(...earPoint(ring / EAR_RINGS, (spoke / EAR_SPOKES) * 2 * Math.PI, side));
  for (let ring = 0; ring < EAR_RINGS; ring += 1)
    for (let spoke = 0; spoke < EAR_SPOKES; spoke += 1) {
      const [a, b] = [ring * EAR_SPOKES + spoke, ring * EAR_SPOKES + ((spoke + 1) % EAR_SPOKES)];
      const [c, d] = [a + EAR_SPOKES, b + EAR_SPOKES];
      if (side === "right") triangles.push(a, c, b, b, c, d);
      else triangles.push(a, b, c, b, d, c);
    }
  return { points: new Float32Array(points), triangles: new Uint32Array(triangles) };
}

/** @param {number} rho @param {number} phi 0 upward, then backward @param {"right" | "left"} side */
function earPoint(rho, phi, side) {
  const bump = (/** @type {number} */ at, /** @type {number} */ width) =>
    Math.exp(-(((rho - at) / width) ** 2));
  const [up, back] = [Math.cos(phi), Math.sin(phi)];
  const rim = 0.35 + 0.65 * Math.max(0, Math.min(1, 0.75 + 0.7 * back + 0.35 * up));
  const lobe = Math.max(0, -up - 0.55) * 1.6;
  const narrow = up < 0 ? 1 - 0.3 * up * up : 1;
  const edge = Math.min(rho, 0.96);
  const along = EAR.half[0] * edge * up;
  const behind = EAR.half[1] * edge * back * narrow;
  const relief =
    -9 * (1 - lobe) * (1 - Math.min(1, rho / 0.42) ** 2) +
    3.4 * bump(0.6, 0.12) * rim * (1 - lobe) -
    2.2 * bump(0.78, 0.07) * rim * (1 - lobe) +
    3.4 * bump(0.92, 0.08) * rim;
  const raised = relief + EAR.flare * (behind + EAR.half[1] * 0.8) - 3 * Math.max(0, -back - 0.2) - 5 * Math.max(0, -up);
  const out = rho > 0.96 ? -15 - 5 * Math.max(0, -up) : raised;
  const y = along * Math.cos(EAR.lean) + behind * Math.sin(EAR.lean);
  const z = -(behind * Math.cos(EAR.lean) + along * Math.sin(EAR.lean));
  const sign = side === "right" ? 1 : -1;
  return [sign * (EAR.centre[0] - out), EAR.centre[1] + y, EAR.centre[2] + z];
}
