// Helps the person into the picture before the first movement, and ends by itself once they are
// well placed. Judged from the face points alone.

/** @typedef {"no_face" | "closer" | "back" | "centre" | "straight" | "good"} Hint */

const RIGHT_EXOCANTHION = 33;
const LEFT_EXOCANTHION = 263;
const NOSE_TIP = 1;
const CHIN = 152;
const FOREHEAD_TOP = 10;
// Shares of the picture's shorter side or of the face itself; our defaults.
const SMALLEST_EYES = 0.09;
const LARGEST_EYES = 0.3;
const LARGEST_TURN = 0.16;
const LARGEST_TILT = 0.25;

/**
 * @param {Float32Array | null} face
 * @param {number} width
 * @param {number} height
 * @returns {Hint} What stands most in the way.
 */
export function framingHint(face, width, height) {
  if (!face) return "no_face";
  const x = (/** @type {number} */ index) => face[index * 3] * width;
  const y = (/** @type {number} */ index) => face[index * 3 + 1] * height;
  const eyes = Math.hypot(
    x(LEFT_EXOCANTHION) - x(RIGHT_EXOCANTHION),
    y(LEFT_EXOCANTHION) - y(RIGHT_EXOCANTHION),
  );
  const shorter = Math.min(width, height);
  if (eyes < SMALLEST_EYES * shorter) return "closer";
  if (eyes > LARGEST_EYES * shorter) return "back";
  if (y(FOREHEAD_TOP) < 0 || y(CHIN) > height * 0.9) return "centre";
  if (x(NOSE_TIP) < width * 0.25 || x(NOSE_TIP) > width * 0.75) return "centre";
  const middle = (x(LEFT_EXOCANTHION) + x(RIGHT_EXOCANTHION)) / 2;
  const turn = (x(NOSE_TIP) - middle) / eyes;
  const tilt = (y(LEFT_EXOCANTHION) - y(RIGHT_EXOCANTHION)) / eyes;
  if (Math.abs(turn) > LARGEST_TURN || Math.abs(tilt) > LARGEST_TILT) return "straight";
  return "good";
}

/** Says when the framing has been good for long enough to begin. */
export class Framing {
  #goodSince = -1;
  #steadyMs;

  /** @param {number} steadyMs */
  constructor(steadyMs = 900) {
    this.#steadyMs = steadyMs;
  }

  /**
   * @param {Hint} hint
   * @param {number} tMs
   * @returns {boolean} Whether to begin.
   */
  settled(hint, tMs) {
    if (hint !== "good") {
      this.#goodSince = -1;
      return false;
    }
    if (this.#goodSince < 0) this.#goodSince = tMs;
    return tMs - this.#goodSince >= this.#steadyMs;
  }
}
