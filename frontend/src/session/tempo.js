// The time a step takes: what carries a session without a camera, and what moves on from a step
// that the camera cannot see. Time stands still while the session is paused.

/** @typedef {import("./data.js").Step} Step */

// Lifting the hand and bringing it back takes about as long as a short stroke; our default.
const RETURN_S = 1.6;
// With a camera, time alone moves on only after this many times the planned seconds.
const PATIENCE = 2.5;
const PATIENCE_MIN_S = 25;

/**
 * @typedef {object} Beat
 * @property {number} stroke Which stroke, from 0.
 * @property {number} share Along the stroke, 0 to 1; negative while the hand goes back.
 */

/** @param {Step} step @returns {number} Seconds one stroke takes at the target speed. */
function strokeSeconds(step) {
  if (step.motion === "hold") return step.hold_seconds;
  return step.length_mm / step.speed_mm_s;
}

/** @param {Step} step */
function cycleSeconds(step) {
  return strokeSeconds(step) + (step.motion === "circle" ? 0 : RETURN_S);
}

/**
 * How long a step lasts when only time carries it: its strokes at the target speed, and no less
 * than planned.
 *
 * @param {Step} step
 */
export function guidedSeconds(step) {
  return Math.max(step.seconds, step.parts * cycleSeconds(step));
}

/** @param {Step} step */
export function patienceSeconds(step) {
  return Math.max(PATIENCE_MIN_S, PATIENCE * step.seconds);
}

/**
 * How long one stroke lasts when the step is stretched over its planned time.
 *
 * @param {Step} step
 */
export function forthSeconds(step) {
  return (strokeSeconds(step) * guidedSeconds(step)) / (step.parts * cycleSeconds(step));
}

/**
 * @param {Step} step
 * @param {number} elapsedS
 * @returns {Beat}
 */
export function beat(step, elapsedS) {
  const cycle = guidedSeconds(step) / step.parts;
  const stroke = Math.min(Math.floor(elapsedS / cycle), step.parts - 1);
  const within = elapsedS - stroke * cycle;
  const forth = forthSeconds(step);
  if (within <= forth) return { stroke, share: within / forth };
  return { stroke, share: Math.min(0, (within - forth) / (cycle - forth) - 1) };
}

/** A clock that can stand still. */
export class StepClock {
  #elapsedMs = 0;
  #since = -1;

  /** @param {number} nowMs */
  run(nowMs) {
    if (this.#since < 0) this.#since = nowMs;
  }

  /** @param {number} nowMs */
  stand(nowMs) {
    this.#elapsedMs = this.elapsedMs(nowMs);
    this.#since = -1;
  }

  reset() {
    this.#elapsedMs = 0;
    this.#since = -1;
  }

  /** @param {number} nowMs */
  restart(nowMs) {
    this.reset();
    this.run(nowMs);
  }

  /** @param {number} nowMs */
  elapsedMs(nowMs) {
    return this.#elapsedMs + (this.#since < 0 ? 0 : nowMs - this.#since);
  }
}
