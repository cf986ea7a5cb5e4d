// Holding still as a choice: a palm that stays at one place for long enough chooses it. One that
// swings, passes or flickers does not. Pure: time is the pictures' own.

/** @typedef {import("./palm.js").Palm} Palm */

/**
 * @typedef {object} Dwelt
 * @property {string | null} choice What the palm is at.
 * @property {number} share How much of the time has been held, 0 to 1.
 * @property {boolean} chosen True once, when it is full.
 */

/** @type {Dwelt} */
const NOTHING = { choice: null, share: 0, chosen: false };

// Our defaults. A picture counts for at most this long, so that a hand seen twice a second apart
// was not "held" for that second.
const LONGEST_PICTURE_MS = 200;
/** The tracker may lose the hand for so long. */
const GAP_MS = 450;
/** A palm that has chosen chooses again only after it was gone for so long, or moved so far. */
const REARM_MS = 600;
const REARM_MM = 70;
/** A waving hand leaves this circle within a wave. */
const DRIFT_MM = 24;

export class Dwell {
  /** @type {string | null} */ #choice = null;
  /** @type {Palm} */ #anchor = { x: 0, y: 0 };
  #heldMs = 0;
  #seenMs = -Infinity;
  /** @type {Palm | null} */ #spentAt = null;

  /**
   * @param {number} tMs Of the picture.
   * @param {Palm | null} palm
   * @param {string | null} choice What a palm there means; null when it means nothing.
   * @param {number} dwellMs How long it must be held.
   * @returns {Dwelt}
   */
  see(tMs, palm, choice, dwellMs) {
    const sinceMs = tMs - this.#seenMs;
    if (sinceMs > REARM_MS) this.#spentAt = null;
    if (!palm || !choice) {
      if (sinceMs > GAP_MS) this.#choice = null;
      return this.#now(dwellMs);
    }
    this.#seenMs = tMs;
    if (this.#spentAt && apart(palm, this.#spentAt) < REARM_MM) return NOTHING;
    this.#spentAt = null;
    const moved = apart(palm, this.#anchor) > DRIFT_MM;
    if (choice !== this.#choice || sinceMs > GAP_MS || moved) {
      this.#choice = choice;
      this.#anchor = { x: palm.x, y: palm.y };
      this.#heldMs = 0;
      return this.#now(dwellMs);
    }
    this.#heldMs += Math.min(sinceMs, LONGEST_PICTURE_MS);
    if (this.#heldMs < dwellMs) return this.#now(dwellMs);
    this.#heldMs = 0;
    this.#choice = null;
    this.#spentAt = { x: palm.x, y: palm.y };
    return { choice, share: 1, chosen: true };
  }

  /** Lets the palm that has just chosen choose again while it stays, as for loudness. */
  again() {
    this.#spentAt = null;
  }

  /** @param {number} dwellMs @returns {Dwelt} */
  #now(dwellMs) {
    if (!this.#choice) return NOTHING;
    return { choice: this.#choice, share: Math.min(1, this.#heldMs / dwellMs), chosen: false };
  }
}

/** @param {Palm} a @param {Palm} b */
const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
