// Plays a simulated person where a session otherwise has its camera: the same interface as the
// tracker's, the same landmarks out, and a drawing in ink in place of the picture.

import { readFrames } from "./frames.js";
import { Portrait } from "./portrait.js";

/** @typedef {import("../tracker/tracker.js").Seen} Seen */

/**
 * @typedef {object} Demo
 * @property {string} frames Where the frames are.
 * @property {number} width Of the picture that they refer to.
 * @property {number} height
 */

export class SimulatedTracker {
  #demo;
  #onSeen;
  #onOver;
  #portrait;
  /** @type {import("./frames.js").Frame[]} */ #frames = [];
  #next = 0;
  /** When the first frame is due, in the page's performance time, while it plays. */
  #beganMs = 0;
  #playedMs = 0;
  #request = 0;

  /**
   * @param {Demo} demo
   * @param {(seen: Seen) => void} onSeen
   * @param {() => void} onOver Told once, after the last frame.
   */
  constructor(demo, onSeen, onOver) {
    this.#demo = demo;
    this.#onSeen = onSeen;
    this.#onOver = onOver;
    this.#portrait = new Portrait(demo.width, demo.height);
  }

  /** Shows the drawing where the camera's picture would be. @param {HTMLVideoElement} video */
  async openPicture(video) {
    const stream = this.#portrait.canvas.captureStream();
    video.srcObject = stream;
    this.#portrait.draw(null, []);
    await video.play();
  }

  async load() {
    const answer = await fetch(this.#demo.frames);
    if (!answer.ok) throw new Error(`the demonstration could not be made: ${answer.status}`);
    this.#frames = readFrames(await answer.arrayBuffer());
  }

  /** A simulated tracker always sees both hands. */
  lookFor() {}

  start() {
    cancelAnimationFrame(this.#request);
    this.#beganMs = performance.now() - this.#playedMs;
    const play = () => {
      this.#request = requestAnimationFrame(play);
      this.#play(performance.now());
    };
    this.#request = requestAnimationFrame(play);
  }

  stop() {
    cancelAnimationFrame(this.#request);
    if (this.#beganMs) this.#playedMs = performance.now() - this.#beganMs;
  }

  close() {
    this.stop();
  }

  /** @param {number} nowMs */
  #play(nowMs) {
    let latest;
    for (; this.#next < this.#frames.length; this.#next++) {
      const frame = this.#frames[this.#next];
      if (frame.tMs > nowMs - this.#beganMs) break;
      this.#onSeen({ ...frame, tMs: this.#beganMs + frame.tMs });
      latest = frame;
    }
    if (latest) this.#portrait.draw(latest.face, latest.hands);
    if (this.#next === this.#frames.length) {
      this.stop();
      this.#onOver();
    }
  }
}
