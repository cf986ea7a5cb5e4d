// Spoken cues: one at a time, at most one in four seconds, the newest rather than the oldest, and
// only by voices that speak on this machine. Where speech is missing or silently refused, the
// caller is told, once, and makes a tone instead; the words stand on the page either way.

/** How far apart two spoken sentences begin at the least (the design's rule). */
export const APART_MS = 4000;
// Speaking right after a cancel is dropped by some browsers; our default wait.
const AFTER_CANCEL_MS = 300;
/** A sentence that has not begun by then was refused. */
const START_MS = 2500;
/** After so many refusals nobody is kept waiting for a voice any more. */
const MOST_REFUSALS = 2;
/** A cue that could not be said by then is about a stroke long past. */
const STALE_MS = 3000;
const RATE = 0.95;

/**
 * @typedef {object} Sentence
 * @property {string} text
 * @property {boolean} keep An instruction: said late rather than never. A cue is not.
 * @property {number} atMs
 */

/**
 * @typedef {object} Machine What the browser gives; the tests bring their own.
 * @property {SpeechSynthesis | undefined} synth
 * @property {(text: string) => SpeechSynthesisUtterance} utter
 * @property {() => number} now
 * @property {(then: () => void, ms: number) => any} later
 */

/** @type {Machine} */
const BROWSER = {
  synth: globalThis.speechSynthesis,
  utter: (text) => new SpeechSynthesisUtterance(text),
  now: () => performance.now(),
  later: (then, ms) => setTimeout(then, ms),
};

export class Speaker {
  volume = 1;
  #machine;
  #language;
  #onRefused;
  /** @type {Sentence | null} */ #waiting = null;
  /** @type {SpeechSynthesisUtterance | null} */ #saying = null;
  #lastMs = -Infinity;
  #cancelledMs = -Infinity;
  #refusals = 0;
  #timed = false;

  /**
   * @param {string} language
   * @param {() => void} onRefused A sentence was not said.
   * @param {Machine} [machine]
   */
  constructor(language, onRefused, machine = BROWSER) {
    this.#language = language;
    this.#onRefused = onRefused;
    this.#machine = machine;
    // Voices come late in some browsers; asking for them once sets that off.
    machine.synth?.getVoices();
  }

  /** Whether it is speaking now, so that a microphone does not take it for the person. */
  get speaking() {
    return this.#saying !== null;
  }

  /** Whether there is a voice to speak with. */
  get able() {
    return this.#refusals < MOST_REFUSALS && this.#voice() !== undefined;
  }

  /**
   * Some browsers speak only if they first did so inside a click.
   */
  unlock() {
    const { synth, utter } = this.#machine;
    if (!synth || !this.able) return;
    const silence = utter(" ");
    silence.volume = 0;
    silence.voice = this.#voice() ?? null;
    synth.speak(silence);
  }

  /**
   * Says a sentence as soon as it may; the newest replaces one that still waits.
   *
   * @param {string} text
   * @param {{keep?: boolean}} [how]
   */
  say(text, { keep = false } = {}) {
    if (!this.able) {
      this.#onRefused();
      return;
    }
    if (this.#waiting?.keep && !keep) return;
    this.#waiting = { text, keep, atMs: this.#machine.now() };
    this.#next();
  }

  /** Falls silent, and forgets what was waiting. */
  hush() {
    this.#waiting = null;
    if (!this.#saying) return;
    this.#saying = null;
    this.#cancelledMs = this.#machine.now();
    this.#machine.synth?.cancel();
  }

  #next() {
    if (!this.#waiting || this.#saying || this.#timed) return;
    const now = this.#machine.now();
    const wait = Math.max(
      this.#lastMs + APART_MS - now,
      this.#cancelledMs + AFTER_CANCEL_MS - now,
    );
    if (wait > 0) {
      this.#timed = true;
      this.#machine.later(() => {
        this.#timed = false;
        this.#next();
      }, wait);
      return;
    }
    const { text, keep, atMs } = this.#waiting;
    this.#waiting = null;
    if (keep || now - atMs <= STALE_MS) this.#speak(text);
  }

  /** @param {string} text */
  #speak(text) {
    const { synth, utter, now, later } = this.#machine;
    const said = utter(text);
    said.lang = this.#language;
    said.voice = this.#voice() ?? null;
    said.rate = RATE;
    said.volume = this.volume;
    let begun = false;
    const end = (/** @type {boolean} */ refused) => {
      if (this.#saying !== said) return;
      this.#saying = null;
      if (refused) this.#refused();
      this.#next();
    };
    said.onstart = () => {
      begun = true;
      this.#refusals = 0;
    };
    said.onend = () => end(!begun);
    said.onerror = () => end(true);
    this.#saying = said;
    this.#lastMs = now();
    synth?.speak(said);
    later(() => {
      if (begun || this.#saying !== said) return;
      this.hush();
      this.#refused();
    }, START_MS);
  }

  #refused() {
    this.#refusals += 1;
    this.#onRefused();
  }

  /**
   * A voice of this language that speaks on this machine: others send the words elsewhere.
   *
   * @returns {SpeechSynthesisVoice | undefined}
   */
  #voice() {
    const voices = this.#machine.synth?.getVoices() ?? [];
    return chooseVoice(voices, this.#language);
  }
}

/**
 * @param {SpeechSynthesisVoice[]} voices
 * @param {string} language
 * @returns {SpeechSynthesisVoice | undefined}
 */
export function chooseVoice(voices, language) {
  const [short] = language.toLowerCase().split("-");
  const fitting = voices.filter(
    ({ lang, localService }) =>
      localService && lang.toLowerCase().replace("_", "-").split("-")[0] === short,
  );
  const exact = fitting.find(({ lang }) => lang.toLowerCase() === language.toLowerCase());
  return fitting.find((voice) => voice.default) ?? exact ?? fitting[0];
}
