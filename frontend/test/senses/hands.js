// Simulated hands and a face, for the tests of the palm.

/** @typedef {import("../../src/live/wire.js").HandPoints} HandPoints */

export const WIDTH = 640;
export const HEIGHT = 480;
const PX_PER_MM = 1.1;
const MIDDLE = [320, 200];

/** A face looking straight at the camera; only the points that place it. */
export function face() {
  const points = new Float32Array(468 * 3);
  /** @param {number} index @param {number} x @param {number} y Millimetres, y up. */
  const put = (index, x, y) => {
    points[index * 3] = (MIDDLE[0] + x * PX_PER_MM) / WIDTH;
    points[index * 3 + 1] = (MIDDLE[1] - y * PX_PER_MM) / HEIGHT;
  };
  put(33, -44.5, 25);
  put(263, 44.5, 25);
  put(10, 0, 88);
  put(152, 0, -88);
  put(1, 0, -12);
  put(234, -70, 10);
  put(454, 70, 10);
  return points;
}

/**
 * @typedef {object} Pose
 * @property {"left" | "right"} [side] The person's own hand.
 * @property {number} [x] Palm's middle in millimetres from the face's, to the person's left.
 * @property {number} [y] Up.
 * @property {number} [splayDeg] Between index and little finger.
 * @property {number} [bend] 0 stretched to 1 closed.
 * @property {boolean} [back] The back of the hand to the camera.
 * @property {number} [leanDeg] From upright, outward.
 * @property {number} [scale]
 * @property {number} [noiseMm]
 * @property {() => number} [random] -1 to 1.
 */

const KNUCKLES = [
  [22, 90],
  [1, 92],
  [-18, 86],
  [-35, 77],
];
const BONES = [
  [43, 25, 21],
  [47, 29, 22],
  [43, 28, 22],
  [34, 20, 19],
];
const THUMB = [
  [26, 24],
  [46, 52],
  [62, 78],
  [74, 98],
];
const FAN = [0.5, 0.12, -0.2, -0.5];

/** @param {Pose} pose @returns {HandPoints} */
export function hand({
  side = "left",
  x = 190,
  y = 0,
  splayDeg = 26,
  bend = 0,
  back = false,
  leanDeg = 5,
  scale = 1,
  noiseMm = 0,
  random = () => 0,
} = {}) {
  /** @type {number[][]} Millimetres, y along the fingers, x to the thumb. */
  const local = [[0, 0], ...THUMB];
  KNUCKLES.forEach(([kx, ky], finger) => {
    const angle = (FAN[finger] * splayDeg * Math.PI) / 180;
    let [px, py] = [kx, ky];
    local.push([px, py]);
    BONES[finger].forEach((bone, joint) => {
      // Bending is towards the camera, so a bent finger looks shorter and then points back.
      const length = bone * Math.cos(bend * (joint + 1) * 1.1);
      px += Math.sin(angle) * length;
      py += Math.cos(angle) * length;
      local.push([px, py]);
    });
  });
  // The person's left palm, shown to the camera, has its thumb towards the face.
  const thumbwards = (side === "left" ? -1 : 1) * (back ? -1 : 1);
  const lean = (leanDeg * (side === "left" ? 1 : -1) * Math.PI) / 180;
  const image = new Float32Array(63);
  local.forEach(([lx, ly], k) => {
    const [cx, cy] = [lx * thumbwards * scale, (ly - 69) * scale];
    const rx = cx * Math.cos(lean) + cy * Math.sin(lean) + x + noiseMm * random();
    const ry = cy * Math.cos(lean) - cx * Math.sin(lean) + y + noiseMm * random();
    image[k * 3] = (MIDDLE[0] + rx * PX_PER_MM) / WIDTH;
    image[k * 3 + 1] = (MIDDLE[1] - ry * PX_PER_MM) / HEIGHT;
  });
  return { side, score: 0.95, image, world: null };
}

/** Random numbers -1 to 1 that are the same every time. @param {number} seed */
export function chance(seed) {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
