// The page's elements and what can be shown in them. Nothing here decides anything.

import { fill } from "./data.js";

/** @typedef {import("./data.js").SessionData} SessionData */
/** @typedef {import("./data.js").Step} Step */
/** @typedef {"start" | "opening" | "framing" | "working" | "paused" | "hurt" | "closing" | "refused"} Phase */

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
const get = (id) => /** @type {E} */ (document.getElementById(id));

const CUE_MS = 5000;
// Letters stand out of their lines by less than this; a whole line more is too much for its room.
const OVERHANG_PX = 16;

export class View {
  /** @type {HTMLVideoElement} */ video = get("video");
  /** @type {HTMLCanvasElement} */ overlay = get("overlay");
  /** @type {HTMLElement} */ mirror = get("mirror");
  #data;
  /** @type {Map<string, Promise<Element>>} */ #charts = new Map();
  #shownChart = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #cueTimer;

  /** @param {SessionData} data */
  constructor(data) {
    this.#data = data;
  }

  /** @param {Phase} phase */
  phase(phase) {
    document.body.dataset.phase = phase;
    for (const panel of document.querySelectorAll("[data-panel]")) {
      const element = /** @type {HTMLElement} */ (panel);
      element.hidden = element.dataset.panel !== phase;
      if (!element.hidden) {
        /** @type {HTMLElement | null} */ (element.querySelector(".primary"))?.focus({ preventScroll: true });
      }
    }
  }

  /** @returns {HTMLElement[]} */
  get startButtons() {
    return ["start-camera", "start-guided"].map((id) => get(id)).filter(Boolean);
  }

  /**
   * There is nobody to judge: the session can only be started without the camera.
   *
   * @param {string} why
   * @param {string} start What the one button says then.
   */
  onlyGuided(why, start) {
    get("start-camera").remove();
    get("start-guided").classList.add("primary");
    this.say("start-guided", start);
    this.say("start-note", why);
    // The note has said what a lost connection would.
    get("link-note").remove();
  }

  /** @param {string} address */
  summaryAt(address) {
    for (const link of document.querySelectorAll("a[data-summary]")) {
      /** @type {HTMLAnchorElement} */ (link).href = address;
    }
  }

  /** @param {"camera" | "guided"} mode */
  mode(mode) {
    document.body.dataset.mode = mode;
  }

  /**
   * @param {string} place
   * @param {string} text
   */
  say(place, text) {
    const element = get(place);
    if (element.textContent !== text) element.textContent = text;
  }

  /**
   * @param {Step} step
   * @param {number} index
   * @param {Step | undefined} next
   */
  step(step, index, next) {
    const { words, steps } = this.#data;
    this.say("name", step.name);
    this.say("side", step.side_words);
    this.say("instruction", step.instruction);
    this.say("dose", step.dose);
    this.say("place", fill(words.place, { n: index + 1, of: steps.length }));
    this.say("next", next ? fill(words.next, { name: next.name, side: next.side_words }) : "");
    document.body.dataset.sides = step.side === "midline" ? "midline" : "both";
    document.body.dataset.zone = step.zone;
    this.#chart(step);
    if (next) this.#load(next);
    for (const [at, tick] of this.#ticks().entries()) {
      tick.classList.toggle("now", at === index);
      if (at === index) tick.setAttribute("aria-current", "step");
      else tick.removeAttribute("aria-current");
    }
  }

  /**
   * @param {number[]} counts Strokes counted for each step.
   * @param {number} current
   */
  counts(counts, current) {
    const { steps } = this.#data;
    for (const [at, tick] of this.#ticks().entries()) {
      const { parts } = steps[at];
      tick.dataset.done = String(counts[at]);
      tick.style.setProperty("--share", String(Math.min(1, counts[at] / parts)));
      const count = tick.querySelector(".tick-count");
      if (count) count.textContent = String(counts[at]);
    }
    const { movement } = steps[current];
    for (const side of ["left", "right", "midline"]) {
      const of = steps.findIndex((step) => step.movement === movement && step.side === side);
      const line = /** @type {HTMLElement} */ (document.querySelector(`#tally [data-side=${side}]`));
      line.hidden = of < 0;
      line.classList.toggle("now", of === current);
      if (of < 0) continue;
      const output = /** @type {HTMLElement} */ (line.querySelector("[data-count]"));
      const text = fill(this.#data.words.count, { n: counts[of], of: steps[of].parts });
      if (output.textContent !== text) output.textContent = text;
    }
  }

  /**
   * Shows one cue until it has been read, or until the next.
   *
   * @param {string} text
   * @param {string} kind
   */
  cue(text, kind) {
    clearTimeout(this.#cueTimer);
    this.say("cue", text);
    const cue = get("cue");
    cue.dataset.kind = kind;
    // Its room is the same for every cue, so that the picture beside it stays as it is.
    cue.classList.remove("long");
    cue.classList.toggle("long", cue.scrollHeight > cue.clientHeight + OVERHANG_PX);
    this.#cueTimer = setTimeout(() => this.say("cue", ""), CUE_MS);
  }

  /**
   * How far through the current stroke the tempo is.
   *
   * @param {number} share 0 to 1 along the stroke; below 0 while the hand goes back.
   * @param {string} words
   */
  tempo(share, words) {
    const point = get("tempo-point");
    point.style.setProperty("--along", String(Math.abs(share)));
    point.classList.toggle("lifted", share < 0);
    this.say("tempo-words", words);
  }

  /**
   * What to do about a symptom, once the person has said which it is.
   *
   * @param {string} symptom
   * @param {string} advice
   */
  symptom(symptom, advice) {
    this.say("hurt-advice", advice);
    for (const button of document.querySelectorAll("[data-symptom]")) {
      const { dataset } = /** @type {HTMLElement} */ (button);
      button.setAttribute("aria-pressed", String(dataset.symptom === symptom));
    }
  }

  /** @param {boolean} connected */
  connected(connected) {
    const note = document.getElementById("link-note");
    if (note) note.hidden = connected;
  }

  /** The picture's shape, so that the page keeps room for it. */
  pictureShape() {
    const { videoWidth, videoHeight } = this.video;
    this.mirror.style.setProperty("--picture", `${videoWidth} / ${videoHeight}`);
    return { width: videoWidth, height: videoHeight };
  }

  /** @returns {HTMLElement[]} */
  #ticks() {
    return [...get("ticks").children].map((tick) => /** @type {HTMLElement} */ (tick));
  }

  /** @param {Step} step */
  async #chart(step) {
    if (this.#shownChart === step.chart) return;
    this.#shownChart = step.chart;
    const drawing = await this.#load(step);
    if (this.#shownChart !== step.chart) return;
    const figure = get("chart");
    figure.setAttribute("aria-label", step.chart_words);
    figure.replaceChildren(drawing);
  }

  /**
   * Drawings are put into the page, not shown as pictures, so that they follow its theme.
   *
   * @param {Step} step
   * @returns {Promise<Element>}
   */
  #load(step) {
    let drawing = this.#charts.get(step.chart);
    if (!drawing) {
      drawing = fetch(step.chart)
        .then((answer) => answer.text())
        .then((text) => {
          const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
          svg.classList.add("chart");
          return document.adoptNode(svg);
        });
      this.#charts.set(step.chart, drawing);
    }
    return drawing;
  }
}
