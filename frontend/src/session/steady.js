// A face that stays where it is while hands cover it. The tracker's points drift under a hand, by
// a tenth of the eye distance at the jaw; the movement drawn on them would slide away just where
// it is being followed. So the face is learned while it is bare, and while a hand is on it the
// learned face is laid over the points that no hand is near.

/** @typedef {import("../live/wire.js").HandPoints} HandPoints */
/** @typedef {number[]} Vector */
/** @typedef {{rotation: Vector, scale: number, from: Vector, to: Vector}} Pose A similarity:
 *   `to + scale · rotation (point − from)`; the rotation is a quaternion w, x, y, z. */

// Points spread over the face that expressions move little.
const ANCHORS = [
  10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 33, 133, 263, 362, 159, 386, 145, 374, 70, 300, 105, 334,
  67, 297, 103, 332, 21, 251, 127, 356, 234, 454, 93, 323, 132, 361, 116, 345, 50, 280, 205, 425,
  129, 358, 152, 148, 377, 172, 397, 136, 365,
];
const RIGHT_EXOCANTHION = 33;
const LEFT_EXOCANTHION = 263;
// In eye distances: how near a hand makes a point doubtful, and how far off one is no help.
const NEAR_HAND = 0.35;
const OFF = 0.05;
const FITS = 3;
// The learned face follows the bare one quickly at first, then slowly; our defaults.
const SETTLED_FRAMES = 40;
const FOLLOW = 0.03;
// Turned further than this (cosine of half the angle), the far side of the face is guessed.
const LEARN_COS = Math.cos((12 * Math.PI) / 180);
const BLEND_FRAMES = 4;
const ENOUGH_ANCHORS = 12;

export class SteadyFace {
  /** @type {Float32Array | null} */ #learned = null;
  #seen = 0;
  #steadiness = 0;

  /**
   * @param {Float32Array | null} face x, y, z of each point, 0 to 1 of width and height.
   * @param {HandPoints[]} hands
   * @param {number} width
   * @param {number} height
   * @returns {Float32Array | null} The face to draw on, in the same coordinates.
   */
  see(face, hands, width, height) {
    if (!face) return null;
    const points = toPixels(face, width, height);
    const eyes = distance(points, RIGHT_EXOCANTHION, LEFT_EXOCANTHION);
    const doubtful = nearHands(points, hands, width, height, NEAR_HAND * eyes);
    if (!this.#learned) {
      if (doubtful.size === 0) this.#learned = points;
      return face;
    }
    const pose = fit(this.#learned, points, doubtful, eyes);
    if (!pose) return face;
    if (doubtful.size === 0) this.#learn(points, pose);
    const wanted = doubtful.size === 0 ? 0 : 1;
    this.#steadiness += Math.sign(wanted - this.#steadiness) / BLEND_FRAMES;
    this.#steadiness = Math.min(1, Math.max(0, this.#steadiness));
    if (this.#steadiness === 0) return face;
    return blend(face, place(this.#learned, pose), this.#steadiness, width, height);
  }

  /**
   * @param {Float32Array} points
   * @param {Pose} pose
   */
  #learn(points, pose) {
    if (Math.abs(pose.rotation[0]) < LEARN_COS) return;
    const learned = /** @type {Float32Array} */ (this.#learned);
    const bare = place(points, inverse(pose));
    this.#seen++;
    const follow = Math.max(1 / (this.#seen + 1), this.#seen < SETTLED_FRAMES ? 0 : FOLLOW);
    for (let k = 0; k < learned.length; k++) learned[k] += follow * (bare[k] - learned[k]);
  }
}

/**
 * The similarity that lays one face over another: least squares over the anchors, without those
 * that hands make doubtful, trusting less whatever fits badly.
 *
 * @param {Float32Array} source
 * @param {Float32Array} target
 * @param {Set<number>} doubtful
 * @param {number} eyes
 * @returns {Pose | null}
 */
export function fit(source, target, doubtful, eyes) {
  const anchors = ANCHORS.filter((index) => !doubtful.has(index));
  if (anchors.length < ENOUGH_ANCHORS) return null;
  let weights = anchors.map(() => 1);
  let pose = weighted(source, target, anchors, weights);
  for (let round = 1; round < FITS; round++) {
    const placed = place(source, pose, anchors);
    weights = anchors.map((index, k) => {
      const dx = placed[k * 3] - target[index * 3];
      const dy = placed[k * 3 + 1] - target[index * 3 + 1];
      return 1 / (1 + (dx * dx + dy * dy) / (OFF * eyes) ** 2);
    });
    pose = weighted(source, target, anchors, weights);
  }
  return pose;
}

/**
 * Horn's closed-form absolute orientation (J. Opt. Soc. Am. A 4, 1987).
 *
 * @param {Float32Array} source
 * @param {Float32Array} target
 * @param {number[]} anchors
 * @param {number[]} weights
 * @returns {Pose}
 */
function weighted(source, target, anchors, weights) {
  const from = mean(source, anchors, weights);
  const to = mean(target, anchors, weights);
  const s = Array.from({ length: 9 }, () => 0);
  let spreadFrom = 0;
  let spreadTo = 0;
  for (const [k, index] of anchors.entries()) {
    const a = [0, 1, 2].map((axis) => source[index * 3 + axis] - from[axis]);
    const b = [0, 1, 2].map((axis) => target[index * 3 + axis] - to[axis]);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) s[i * 3 + j] += weights[k] * a[i] * b[j];
      spreadFrom += weights[k] * a[i] * a[i];
      spreadTo += weights[k] * b[i] * b[i];
    }
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const rotation = largestEigenvector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  return { rotation, scale: Math.sqrt(spreadTo / spreadFrom), from, to };
}

/**
 * Of a symmetric 4 × 4 matrix, by power iteration on it shifted so that its largest eigenvalue is
 * also the largest in size.
 *
 * @param {Vector[]} matrix
 * @returns {Vector}
 */
function largestEigenvector(matrix) {
  const shift = Math.max(...matrix.map((row) => row.reduce((sum, v) => sum + Math.abs(v), 0)));
  let vector = [1, 0, 0, 0];
  for (let round = 0; round < 60; round++) {
    const next = matrix.map(
      (row, i) => row.reduce((sum, v, j) => sum + v * vector[j], 0) + shift * vector[i],
    );
    const length = Math.hypot(...next) || 1;
    vector = next.map((v) => v / length);
  }
  return vector[0] < 0 ? vector.map((v) => -v) : vector;
}

/**
 * @param {Float32Array} points
 * @param {Pose} pose
 * @param {number[]} [indices] All points when left out.
 */
export function place(points, { rotation, scale, from, to }, indices) {
  const count = indices ? indices.length : points.length / 3;
  const placed = new Float32Array(count * 3);
  const r = matrixOf(rotation);
  for (let k = 0; k < count; k++) {
    const index = (indices ? indices[k] : k) * 3;
    const x = points[index] - from[0];
    const y = points[index + 1] - from[1];
    const z = points[index + 2] - from[2];
    for (let i = 0; i < 3; i++) {
      placed[k * 3 + i] = to[i] + scale * (r[i * 3] * x + r[i * 3 + 1] * y + r[i * 3 + 2] * z);
    }
  }
  return placed;
}

/** @param {Pose} pose @returns {Pose} */
function inverse({ rotation: [w, x, y, z], scale, from, to }) {
  return { rotation: [w, -x, -y, -z], scale: 1 / scale, from: to, to: from };
}

/** @param {Vector} quaternion */
function matrixOf([w, x, y, z]) {
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  ];
}

/**
 * @param {Float32Array} points
 * @param {number[]} anchors
 * @param {number[]} weights
 */
function mean(points, anchors, weights) {
  const sum = [0, 0, 0];
  let total = 0;
  for (const [k, index] of anchors.entries()) {
    total += weights[k];
    for (let axis = 0; axis < 3; axis++) sum[axis] += weights[k] * points[index * 3 + axis];
  }
  return sum.map((v) => v / total);
}

/**
 * @param {Float32Array} points
 * @param {HandPoints[]} hands
 * @param {number} width
 * @param {number} height
 * @param {number} near In pixels.
 */
function nearHands(points, hands, width, height, near) {
  /** @type {Set<number>} */
  const doubtful = new Set();
  for (const { image } of hands) {
    for (const index of ANCHORS) {
      for (let k = 0; k < image.length; k += 3) {
        const dx = image[k] * width - points[index * 3];
        const dy = image[k + 1] * height - points[index * 3 + 1];
        if (dx * dx + dy * dy < near * near) {
          doubtful.add(index);
          break;
        }
      }
    }
  }
  return doubtful;
}

/**
 * @param {Float32Array} face
 * @param {number} width
 * @param {number} height
 */
function toPixels(face, width, height) {
  const size = [width, height, width];
  return face.map((value, k) => value * size[k % 3]);
}

/**
 * @param {Float32Array} face
 * @param {Float32Array} steady In pixels.
 * @param {number} share
 * @param {number} width
 * @param {number} height
 */
function blend(face, steady, share, width, height) {
  const size = [width, height, width];
  return face.map((value, k) => value + share * (steady[k] / size[k % 3] - value));
}

/**
 * @param {Float32Array} points
 * @param {number} a
 * @param {number} b
 */
function distance(points, a, b) {
  return Math.hypot(points[a * 3] - points[b * 3], points[a * 3 + 1] - points[b * 3 + 1]);
}
