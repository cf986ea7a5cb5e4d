// How well the face is lit, from the picture's brightness: a few hundred pixels a look, on this
// machine, and nothing of them is kept.

/** @typedef {"good" | "lighter" | "darker" | "glare"} Light */

const WIDTH = 32;
const HEIGHT = 24;
const EVERY_MS = 400;
// Of 255; our defaults. The tracker works in worse light, the judge less and less well.
const DARK = 55;
const GLARE = 225;
/** Light behind a face: this much brighter than a face that is itself dim. */
const BACKLIT = 85;
const DIM = 90;

/**
 * @param {Uint8ClampedArray} pixels RGBA, row by row.
 * @param {number} width
 * @param {{left: number, top: number, right: number, bottom: number}} face Shares of the picture.
 * @returns {Light}
 */
export function lightOn(pixels, width, face) {
  const height = pixels.length / 4 / width;
  let [within, around, countWithin, countAround] = [0, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = 4 * (row * width + column);
      const bright = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
      const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
      if (x > face.left && x < face.right && y > face.top && y < face.bottom) {
        within += bright;
        countWithin += 1;
      } else {
        around += bright;
        countAround += 1;
      }
    }
  }
  if (!countWithin) return "good";
  const onFace = within / countWithin;
  const behind = countAround ? around / countAround : onFace;
  if (onFace < DIM && behind - onFace > BACKLIT) return "darker";
  if (onFace < DARK) return "lighter";
  return onFace > GLARE ? "glare" : "good";
}

/** Looks at a video now and then. */
export class LightMeter {
  /** @type {CanvasRenderingContext2D | null} */ #context = null;
  /** @type {Light} */ #light = "good";
  #lookedMs = -Infinity;

  /**
   * @param {HTMLVideoElement} video
   * @param {Float32Array} face
   * @param {number} tMs
   * @returns {Light}
   */
  look(video, face, tMs) {
    if (tMs - this.#lookedMs < EVERY_MS) return this.#light;
    this.#lookedMs = tMs;
    if (!this.#context) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [WIDTH, HEIGHT];
      this.#context = canvas.getContext("2d", { willReadFrequently: true });
    }
    if (!this.#context) return "good";
    this.#context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#context.getImageData(0, 0, WIDTH, HEIGHT);
    this.#light = lightOn(data, WIDTH, inner(face));
    return this.#light;
  }
}

/** The middle of the face: skin rather than hair and wall. @param {Float32Array} face */
function inner(face) {
  const [cheekRight, cheekLeft, brow, chin] = [234, 454, 9, 152];
  return {
    left: face[cheekRight * 3] + 0.1 * (face[cheekLeft * 3] - face[cheekRight * 3]),
    right: face[cheekLeft * 3] - 0.1 * (face[cheekLeft * 3] - face[cheekRight * 3]),
    top: face[brow * 3 + 1],
    bottom: face[chin * 3 + 1],
  };
}
