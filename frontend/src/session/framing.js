// Helps the person into the picture before the first movement, one instruction at a time, and ends
// by itself once they are well placed. Nobody is kept out: light and neck are advice that passes,
// and a face that is seen at all is enough after a while.

/** @typedef {import("../senses/light.js").Light} Light */
/**
 * @typedef {"no_face" | "closer" | "back" | "centre" | "lower" | "straight" | "upright" | "lighter"
 *   | "darker" | "glare" | "good"} Hint
 */

const RIGHT_EXOCANTHION = 33;
const LEFT_EXOCANTHION = 263;
const NOSE_TIP = 1;
const CHIN = 152;
const FOREHEAD_TOP = 10;
// Shares of the picture's shorter side or of the face itself; our defaults.
const SMALLEST_EYES = 0.09;
const LARGEST_EYES = 0.3;
const LARGEST_TURN = 0.16;
const LARGEST_TILT = 0.18;
/** How much of a face's height must be left below the chin for the neck to be seen. */
const NECK = 0.45;

/**
 * @param {Float32Array | null} face
 * @param {number} width
 * @param {number} height
 * @param {{neck?: boolean, light?: Light}} [needs] Whether the routine goes to the neck, and how
 *   the face is lit.
 * @returns {Hint} What stands most in the way.
 */
export function framingHint(face, width, height, { neck = false, light = "good" } = {}) {
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
  if (Math.abs(turn) > LARGEST_TURN) return "straight";
  if (Math.abs(tilt) > LARGEST_TILT) return "upright";
  const below = (height - y(CHIN)) / (y(CHIN) - y(FOREHEAD_TOP));
  if (neck && below < NECK) return "lower";
  return light;
}

// Our defaults.
const STEADY_MS = 2000;
/** An instruction stands at least so long, so that it can be read and heard. */
const STANDS_MS = 1500;
/** Advice that was followed as well as the room allows. */
const ADVICE_MS = 8000;
/** A face that is seen at all is enough after this. */
const PATIENCE_MS = 25_000;
const ADVICE = new Set(["lower", "lighter", "darker", "glare"]);

/** Says one thing at a time, and when to begin. */
export class Framing {
  /** @type {Hint} */ #said = "no_face";
  #saidMs = -Infinity;
  #goodMs = -1;
  #adviceMs = 0;
  #faceMs = 0;
  #lastMs = -1;

  /**
   * @param {Hint} hint What stands in the way now.
   * @param {number} tMs
   * @returns {{hint: Hint, begin: boolean}} What to say, and whether to begin.
   */
  see(hint, tMs) {
    const passed = this.#lastMs < 0 ? 0 : tMs - this.#lastMs;
    this.#lastMs = tMs;
    if (hint !== "no_face") this.#faceMs += passed;
    if (ADVICE.has(hint)) this.#adviceMs += passed;
    const now = ADVICE.has(hint) && this.#adviceMs > ADVICE_MS ? "good" : hint;
    if (now !== "good") this.#goodMs = -1;
    else if (this.#goodMs < 0) this.#goodMs = tMs;
    // Well placed is said at once: the next thing to do is to keep still.
    if (now !== this.#said && (now === "good" || tMs - this.#saidMs >= STANDS_MS)) {
      this.#said = now;
      this.#saidMs = tMs;
    }
    const steady = this.#goodMs >= 0 && tMs - this.#goodMs >= STEADY_MS;
    const enough = now !== "no_face" && this.#faceMs >= PATIENCE_MS;
    return { hint: this.#said, begin: steady || enough };
  }
}
