// The rings that fill while a palm is held, drawn over the mirror: one that follows the palm while
// the session runs, one at each choice while it is paused. Nothing here decides anything.

import { LOW_MM, ROW_MM, TARGETS } from "./menu.js";
import { onPicture } from "./palm.js";

/** @typedef {import("./menu.js").Held} Held */
/** @typedef {import("./menu.js").Choice} Choice */
/** @typedef {import("./menu.js").Layout} Layout */
/** @typedef {import("./palm.js").FacePlace} FacePlace */

// A row of choices has to hold a ring with its words; in pixels of the page.
const ROW_PX = 118;
const MOST_REACH = 1.7;
const EDGE_PX = 4;
const RING_PX = { least: 72, most: 132 };
/** A hand that only passes draws nothing. */
const SHOWN_FROM = 0.2;

export class Rings {
  #mirror;
  #box;
  #words;
  /** @type {Map<string, HTMLElement>} */ #rings = new Map();
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {HTMLElement} mirror
   * @param {Record<string, string>} words
   */
  constructor(mirror, words) {
    this.#mirror = mirror;
    this.#words = words;
    this.#box = document.createElement("div");
    this.#box.className = "palm-rings";
    this.#box.setAttribute("aria-hidden", "true");
    mirror.append(this.#box);
  }

  /**
   * How the choices lie beside this face, so that each has its room on the mirror.
   *
   * @param {FacePlace} face
   * @param {number} width Of the picture.
   * @param {number} height
   * @returns {Layout}
   */
  layout(face, width, height) {
    const scale = this.#scale(width, height) * face.pxPerMm;
    const reach = Math.min(MOST_REACH, Math.max(1, ROW_PX / (ROW_MM * scale)));
    const [, y] = this.#mirrored(onPicture(face, { x: 0, y: LOW_MM * reach }), width, height);
    const over = y + ringSize(reach, scale) / 2 + EDGE_PX - this.#mirror.clientHeight;
    return { reach, lift: Math.max(0, over / scale) };
  }

  /**
   * The choices while paused, and how far the one that the palm is at has filled.
   *
   * @param {FacePlace} face
   * @param {Held} held
   * @param {Layout} layout
   * @param {number} width Of the picture.
   * @param {number} height
   */
  showChoices(face, held, { reach, lift }, width, height) {
    const size = ringSize(reach, this.#scale(width, height) * face.pxPerMm);
    /** @type {Set<string>} */
    const shown = new Set();
    for (const target of TARGETS) {
      const key = `${target.choice}${target.x}`;
      shown.add(key);
      const at = onPicture(face, { x: target.x * reach, y: target.y * reach + lift });
      const is = held.target?.choice === target.choice && held.target.x === target.x;
      this.#draw(key, target.choice, this.#place(at, size, width, height), size, is ? held.share : 0);
    }
    this.#keepOnly(shown);
  }

  /**
   * One ring at the palm.
   *
   * @param {FacePlace} face
   * @param {Held} held
   * @param {number} width Of the picture.
   * @param {number} height
   */
  showPalm(face, { target, share }, width, height) {
    if (!target || share < SHOWN_FROM) {
      this.clear();
      return;
    }
    const size = RING_PX.most;
    const at = this.#place(onPicture(face, target), size, width, height);
    this.#draw("palm", target.choice, at, size, share);
    this.#keepOnly(new Set(["palm"]));
  }

  clear() {
    this.#keepOnly(new Set());
  }

  /**
   * @param {string} key
   * @param {Choice} choice
   * @param {[number, number]} at
   * @param {number} size
   * @param {number} share
   */
  #draw(key, choice, [x, y], size, share) {
    let ring = this.#rings.get(key);
    if (!ring) {
      ring = makeRing();
      this.#rings.set(key, ring);
      this.#box.append(ring);
    }
    const words = this.#words[`palm_${choice}`];
    const label = /** @type {HTMLElement} */ (ring.querySelector(".palm-words"));
    if (label.textContent !== words) label.textContent = words;
    ring.dataset.choice = choice;
    // Less motion: the ring fills in quarters.
    const filled = this.#still.matches ? Math.floor(share * 4) / 4 : share;
    ring.style.setProperty("--left", `${x}px`);
    ring.style.setProperty("--top", `${y}px`);
    ring.style.setProperty("--size", `${size}px`);
    ring.style.setProperty("--rest", String(100 - 100 * filled));
    ring.classList.toggle("held", share > 0);
  }

  /** @param {Set<string>} shown */
  #keepOnly(shown) {
    for (const [key, ring] of this.#rings) {
      if (shown.has(key)) continue;
      ring.remove();
      this.#rings.delete(key);
    }
  }

  /**
   * The mirror shows the picture mirrored and cut to its own shape.
   *
   * @param {[number, number]} at On the picture.
   * @param {number} width
   * @param {number} height
   * @returns {[number, number]} On the mirror.
   */
  #mirrored([x, y], width, height) {
    const { clientWidth, clientHeight } = this.#mirror;
    const scale = this.#scale(width, height);
    return [
      (clientWidth - width * scale) / 2 + (width - x) * scale,
      (clientHeight - height * scale) / 2 + y * scale,
    ];
  }

  /**
   * @param {[number, number]} at On the picture.
   * @param {number} size
   * @param {number} width
   * @param {number} height
   * @returns {[number, number]} On the mirror, all of the ring within it.
   */
  #place(at, size, width, height) {
    const { clientWidth, clientHeight } = this.#mirror;
    const [left, top] = this.#mirrored(at, width, height);
    const half = size / 2 + EDGE_PX;
    return [
      Math.min(clientWidth - half, Math.max(half, left)),
      Math.min(clientHeight - half, Math.max(half, top)),
    ];
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #scale(width, height) {
    return Math.max(this.#mirror.clientWidth / width, this.#mirror.clientHeight / height);
  }
}

/**
 * @param {number} reach
 * @param {number} scale Pixels of the page for a millimetre.
 */
const ringSize = (reach, scale) =>
  Math.min(RING_PX.most, Math.max(RING_PX.least, 0.9 * ROW_MM * reach * scale));

const SVG = "http://www.w3.org/2000/svg";

function makeRing() {
  const ring = document.createElement("div");
  ring.className = "palm-ring";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  for (const name of ["palm-track", "palm-fill"]) {
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("class", name);
    circle.setAttribute("cx", "50");
    circle.setAttribute("cy", "50");
    circle.setAttribute("r", "44");
    circle.setAttribute("pathLength", "100");
    svg.append(circle);
  }
  const words = document.createElement("span");
  words.className = "palm-words";
  ring.append(svg, words);
  return ring;
}
