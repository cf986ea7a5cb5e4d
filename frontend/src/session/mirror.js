// The mirror: a picture with its tracker, and the movement drawn over it.

import { Overlay } from "./overlay.js";
import { openSource } from "./source.js";

/** @typedef {import("./data.js").SessionData} SessionData */
/** @typedef {import("./data.js").Step} Step */
/** @typedef {import("../tracker/tracker.js").Seen} Seen */

export class Mirror {
  #data;
  #view;
  #tell;
  #overlay;
  /** @type {import("./source.js").Source | undefined} */ #source;

  /**
   * @param {SessionData} data
   * @param {import("./view.js").View} view
   * @param {import("./source.js").Listeners} tell
   */
  constructor(data, view, tell) {
    this.#data = data;
    this.#view = view;
    this.#tell = tell;
    this.#overlay = new Overlay(view.overlay);
  }

  /**
   * Opens the picture, then its tracker.
   *
   * @param {Step} step The one to begin with.
   * @param {() => void} pictured Told as soon as there is a picture.
   * @throws {Error} A `NoCamera` where there is no picture; any other where there is no tracker.
   */
  async open(step, pictured) {
    const source = openSource(this.#data, this.#view.video, this.#tell);
    this.#source = source;
    try {
      const loading = source.load();
      // A refusal of the camera must not leave the other promise unhandled.
      loading.catch(() => undefined);
      await source.openPicture();
      pictured();
      await loading;
    } catch (error) {
      this.close();
      throw error;
    }
    const { width, height } = this.#view.pictureShape();
    this.#overlay.resize(width, height);
    source.lookFor(step.hands);
    source.start();
    this.#overlay.start();
  }

  /** @returns {import("../live/link.js").Camera} What the server is told of the picture. */
  get camera() {
    return { ...this.#view.pictureShape(), tracker: this.#source?.name ?? "" };
  }

  /** @param {Seen} seen @returns {{width: number, height: number}} The picture's size. */
  see(seen) {
    const shape = this.#view.pictureShape();
    this.#overlay.resize(shape.width, shape.height);
    this.#overlay.see(seen);
    return shape;
  }

  /** @param {Step} step Draws its movement, and looks for as many hands as it takes. */
  show(step) {
    this.#source?.lookFor(step.hands);
    this.#overlay.show({
      points: this.#data.paths[`${step.movement}/${step.side}`],
      motion: step.motion,
      speedMmS: step.speed_mm_s,
      still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
  }

  /** @param {import("../live/link.js").LiveEvent} stroke Leaves a trace of a stroke that was done. */
  trace(stroke) {
    const path = this.#data.paths[`${stroke.movement}/${stroke.side}`];
    if (path) this.#overlay.leaveTrace(path);
  }

  readColours() {
    this.#overlay.readColours();
  }

  /** Goes on after a pause. */
  goOn() {
    this.#source?.start();
  }

  close() {
    this.#source?.close();
    this.#source = undefined;
    this.#overlay.stop();
  }
}
