// What a held palm means. While the session runs there is one thing to say: pause. While it is
// paused, the places beside the face are choices. A choice that would cost something waits a few
// seconds in which any raised palm takes it back. Pure.

import { Dwell } from "./dwell.js";

/** @typedef {import("./palm.js").Palm} Palm */
/** @typedef {"pause" | "resume" | "repeat" | "skip" | "softer" | "louder" | "undo"} Choice */
/** @typedef {"working" | "paused" | "waiting" | "off"} Mode */

/**
 * @typedef {object} Target
 * @property {Choice} choice
 * @property {number} x Millimetres from the middle of the face, to the person's left.
 * @property {number} y Up.
 */

// Where the middle of the palm is held. The fingers need the room above it, so the bands lie from
// the eyes down; the middle one, by the mouth, is where a hand comes up by itself.
const OUT_MM = 190;
const HIGH_MM = 35;
const MIDDLE_MM = -45;
export const LOW_MM = -130;
const HIGH_FROM_MM = 0;
const LOW_FROM_MM = -90;

/** How far apart the rows of choices are. */
export const ROW_MM = HIGH_MM - MIDDLE_MM;

/** The choices while paused, where a palm finds them. @type {Target[]} */
export const TARGETS = [
  { choice: "repeat", x: OUT_MM, y: HIGH_MM },
  { choice: "skip", x: -OUT_MM, y: HIGH_MM },
  { choice: "resume", x: OUT_MM, y: MIDDLE_MM },
  { choice: "resume", x: -OUT_MM, y: MIDDLE_MM },
  { choice: "softer", x: OUT_MM, y: LOW_MM },
  { choice: "louder", x: -OUT_MM, y: LOW_MM },
];

/** How long each is held; our defaults. @type {Record<Choice, number>} */
const DWELL_MS = {
  pause: 1200,
  resume: 1000,
  repeat: 1000,
  skip: 1000,
  softer: 800,
  louder: 800,
  undo: 600,
};
const REPEATABLE = new Set(["softer", "louder"]);

/**
 * @typedef {object} Layout How the choices lie in this picture.
 * @property {number} reach How much farther apart than usual: a small face needs them so.
 * @property {number} lift Millimetres higher than usual: a face low in the picture needs that.
 */

/**
 * @typedef {object} Held
 * @property {Target | null} target What the palm is at; its place is the palm's own except while
 *   paused.
 * @property {number} share 0 to 1 of the time it must be held.
 * @property {Choice | null} chosen
 */

export class PalmMenu {
  /** @type {Layout} */ layout = { reach: 1, lift: 0 };
  #dwell = new Dwell();
  /** @type {Mode} */ #mode = "off";

  /** @param {Mode} mode */
  mode(mode) {
    this.#mode = mode;
  }

  /**
   * @param {number} tMs Of the picture.
   * @param {Palm | null} palm
   * @returns {Held}
   */
  see(tMs, palm) {
    const target = palm && targetFor(this.#mode, palm, this.layout);
    const place = target && `${target.choice}${Math.sign(target.x)}`;
    const dwellMs = DWELL_MS[target?.choice ?? "pause"];
    const { choice, share, chosen } = this.#dwell.see(tMs, palm, place, dwellMs);
    const shown = choice ? target : null;
    if (!chosen || !target) return { target: shown, share, chosen: null };
    if (REPEATABLE.has(target.choice)) this.#dwell.again();
    return { target: shown, share: 1, chosen: target.choice };
  }
}

/**
 * @param {Mode} mode
 * @param {Palm} palm
 * @param {Layout} layout
 * @returns {Target | null}
 */
function targetFor(mode, palm, { reach, lift }) {
  if (mode === "working") return { choice: "pause", ...palm };
  if (mode === "waiting") return { choice: "undo", ...palm };
  if (mode === "off") return null;
  const height = (palm.y - lift) / reach;
  const y = height > HIGH_FROM_MM ? HIGH_MM : height < LOW_FROM_MM ? LOW_MM : MIDDLE_MM;
  return TARGETS.find((target) => target.y === y && target.x > 0 === palm.x > 0) ?? null;
}
