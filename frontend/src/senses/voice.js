// Voice commands, only where the browser understands speech on this machine. Where it would send
// the sound elsewhere, there are none.

/** @typedef {"pause" | "resume" | "repeat" | "skip" | "stop" | "hurts" | "louder" | "softer"} Spoken */

// What stops comes first: "it hurts, go on" is not "go on".
/** @type {Spoken[]} */
const ORDER = ["hurts", "stop", "pause", "resume", "repeat", "skip", "louder", "softer"];
/** A sentence longer than this is talk, not a command; pain is heard in any sentence. */
const MOST_WORDS = 4;
const RESTART_MS = 500;
const MOST_FAILURES = 3;

/**
 * The command in what was heard.
 *
 * @param {string} heard
 * @param {Record<string, string>} words Phrases of each command, separated by commas.
 * @returns {Spoken | null}
 */
export function commandIn(heard, words) {
  const said = ` ${plain(heard)} `;
  const short = said.trim().split(" ").length <= MOST_WORDS;
  for (const command of ORDER) {
    if (!short && command !== "hurts") continue;
    const phrases = (words[command] ?? "").split(",").map(plain).filter(Boolean);
    if (phrases.some((phrase) => said.includes(` ${phrase} `))) return command;
  }
  return null;
}

/** @param {string} text */
const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/**
 * The recogniser, if it runs on this machine for this language.
 *
 * @param {string} language
 * @param {any} [scope]
 * @returns {Promise<any>} Its class, or null.
 */
export async function localRecogniser(language, scope = globalThis) {
  const Recogniser = scope.SpeechRecognition;
  // The prefixed ones cannot promise to stay here, and neither can one that cannot be asked.
  if (!Recogniser?.available || !("processLocally" in Recogniser.prototype)) return null;
  try {
    const found = await Recogniser.available({ langs: [language], processLocally: true });
    return found === "available" ? Recogniser : null;
  } catch {
    return null;
  }
}

export class VoiceCommands {
  /** @type {any} */ #recogniser = null;
  #wanted = false;
  #failures = 0;
  #words;
  #obey;
  #deaf;

  /**
   * @param {Record<string, string>} words
   * @param {(command: Spoken) => void} obey
   * @param {() => boolean} deaf Whether the page itself is speaking now.
   */
  constructor(words, obey, deaf) {
    this.#words = words;
    this.#obey = obey;
    this.#deaf = deaf;
  }

  /**
   * @param {any} Recogniser From `localRecogniser`.
   * @param {string} language
   */
  listen(Recogniser, language) {
    this.#wanted = true;
    this.#failures = 0;
    const recogniser = new Recogniser();
    recogniser.processLocally = true;
    recogniser.lang = language;
    recogniser.continuous = true;
    recogniser.interimResults = false;
    recogniser.onresult = (/** @type {any} */ event) => this.#hear(event);
    recogniser.onerror = (/** @type {{error: string}} */ { error }) => {
      // Whatever says that it may not stay on this machine ends it for good.
      if (error !== "no-speech" && error !== "aborted") this.#failures += 1;
      if (error === "not-allowed" || error === "service-not-allowed") this.#wanted = false;
    };
    recogniser.onend = () => {
      if (!this.#wanted || this.#failures >= MOST_FAILURES) return;
      setTimeout(() => this.#wanted && recogniser.start(), RESTART_MS);
    };
    this.#recogniser = recogniser;
    recogniser.start();
  }

  stop() {
    this.#wanted = false;
    this.#recogniser?.abort();
    this.#recogniser = null;
  }

  /** @param {any} event */
  #hear(event) {
    for (let k = event.resultIndex; k < event.results.length; k++) {
      if (!event.results[k].isFinal) continue;
      const command = commandIn(event.results[k][0].transcript, this.#words);
      if (command && (!this.#deaf() || command === "hurts")) this.#obey(command);
    }
  }
}
