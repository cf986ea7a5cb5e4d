// When the tempo begins a stroke. Pure: the step's own time in, at most one stroke to sound out.

import { beat, forthSeconds, guidedSeconds } from "../session/tempo.js";

/** @typedef {import("../session/data.js").Step} Step */

/** Shorter strokes would be a rattle. */
const SHORTEST_S = 0.4;

export class Tempo {
  /** @type {Step | null} */ #step = null;
  #stroke = -1;

  /**
   * @param {Step} step
   * @param {number} elapsedS In this step; the strokes begin anew when they have all been sounded.
   * @returns {number | null} Seconds of the stroke that begins now, if one does.
   */
  begins(step, elapsedS) {
    const { stroke, share } = beat(step, elapsedS % guidedSeconds(step));
    if (share < 0 || (step === this.#step && stroke === this.#stroke)) return null;
    this.#step = step;
    this.#stroke = stroke;
    const seconds = forthSeconds(step);
    return step.motion === "hold" || seconds < SHORTEST_S ? null : seconds;
  }
}
