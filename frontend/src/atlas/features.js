/**
 * What an engraver adds to a face at rest: lids, lashes, brows, nostrils, the line of the mouth.
 * Given as landmarks of the person's right side, or as places moved off them in millimetres.
 *
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./marks.js").Pen} Pen
 */

const LASH_LINE = [33, 7, 163, 144, 145, 153, 154, 155, 133];
const CREASE = [247, 30, 29, 27, 28, 56, 190];
const BROW_LOW = [[55, 0, 2], [65, 0, 1], [52, 0, 0], [53, 0, 0], [46, 0, 0]];
const BROW_HIGH = [[107, 0, -2], [66, 0, -1], [105, 0, -2], [63, 0, -1], [70, 0, 1]];
const BROW_HAIRS = 34;
const MOUTH = [61, 78, 191, 80, 81, 82, 13];
const LIP_TOP = [61, 185, 40, 39, 37, 0];
const LIP_LOW = [91, 181, 84, 17];

/**
 * @param {Point[]} vertices
 * @param {number[]} mirror
 * @param {(p: Point) => Point} rest where a point of the open mesh lies once mouth and eyes close
 * @returns {Pen[]}
 */
export function features(vertices, mirror, rest) {
  const pens = [];
  for (const right of [true, false]) {
    const at = (/** @type {number} */ i, dx = 0, dy = 0, dz = 0) => {
      const p = vertices[right ? i : mirror[i]];
      return rest([p[0] + (right ? dx : -dx), p[1] + dy, p[2] + dz]);
    };
    pens.push(...eye(at), ...brow(at), ...nose(at), ...mouth(at));
  }
  const [a, b] = [81, 311].map((i) => vertices[i]);
  pens.push({ line: [a, vertices[13], b].map(rest), width: 1.1, start: 0.8, end: 0.8 });
  return pens;
}

/** @typedef {(i: number, dx?: number, dy?: number, dz?: number) => Point} At */

/** @param {At} at @returns {Pen[]} */
function eye(at) {
  const lashes = [1, 2, 3, 4, 5, 6].map((k) => {
    const out = (4 - k) * 0.55;
    const root = at(LASH_LINE[k], 0, -0.3);
    const tip = at(LASH_LINE[k], -out - 0.4, -3.4 + 0.18 * k, 1);
    const bend = at(LASH_LINE[k], -out * 0.3, -2, 0.6);
    return { line: [root, bend, tip], width: 0.7, start: 0.9, end: 0.05 };
  });
  return [
    { line: LASH_LINE.map((i) => at(i, 0, -0.4)), width: 2, start: 0.35, end: 0.15 },
    { line: CREASE.map((i) => at(i, 0, 0.6)), width: 0.9, start: 0.1, end: 0.1 },
    ...lashes,
  ];
}

/** @param {At} at @returns {Pen[]} */
function brow(at) {
  const along = (/** @type {number[][]} */ row, /** @type {number} */ s) => {
    const x = s * (row.length - 1);
    const [i, t] = [Math.min(row.length - 2, Math.floor(x)), x - Math.min(row.length - 2, Math.floor(x))];
    const [p, q] = [at(row[i][0], row[i][1], row[i][2]), at(row[i + 1][0], row[i + 1][1], row[i + 1][2])];
    return /** @type {Point} */ (p.map((value, k) => value + (q[k] - value) * t));
  };
  return Array.from({ length: BROW_HAIRS }, (_, i) => {
    const s = i / (BROW_HAIRS - 1);
    const jitter = ((i * 37) % 11) / 11;
    const root = along(BROW_LOW, s * 0.9 + 0.02);
    const tip = along(BROW_HIGH, Math.min(1, s * 0.9 + 0.06 + 0.1 * s + 0.03 * jitter));
    const reach = 0.55 + 0.35 * jitter - 0.25 * s;
    const end = /** @type {Point} */ (root.map((value, k) => value + (tip[k] - value) * reach));
    const mid = /** @type {Point} */ (root.map((value, k) => (value + end[k]) / 2));
    return { line: [root, mid, end], width: 0.9, start: 0.5, end: 0.05 };
  });
}

/** @param {At} at @returns {Pen[]} */
function nose(at) {
  return [
    { line: [at(198, 0, -3), at(49, -0.6, 1), at(129, 0.8, 1), at(64, 0, 0), at(240, -0.8, -0.6)], width: 1.3, start: 0.1, end: 0.3 },
    { line: [at(240, 0.4, 0.2), at(75, -0.6, -0.4), at(60, 0.6, 0), at(99, 1, 1)], width: 2.4, start: 0.2, end: 0.1 },
    { line: [at(97, 1.6, -1.2), at(167, 1.8, 2.4), at(37, 0.6, 2.4)], width: 0.6, start: 0.1, end: 0.3 },
  ];
}

/** @param {At} at @returns {Pen[]} */
function mouth(at) {
  return [
    { line: MOUTH.map((i) => at(i)), width: 1.5, start: 0.5, end: 0.7 },
    { line: LIP_TOP.map((i) => at(i, 0, 0.4)), width: 0.8, start: 0.1, end: 0.5 },
    { line: LIP_LOW.map((i) => at(i, 0, -0.6)), width: 1, start: 0.05, end: 0.7 },
    { line: [at(61, -1.4, 1.8), at(61, -0.6, -0.4), at(61, -1.6, -2.4)], width: 1, start: 0.1, end: 0.1 },
  ];
}
