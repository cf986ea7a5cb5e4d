// How the person likes the session to sound, remembered here at once and on the server when it can
// be reached. A choice the server has not heard of yet stands before what it wrote into the page.

/**
 * @typedef {object} Choices
 * @property {"voice" | "tones" | "silent"} sound
 * @property {number} volume 0 to 1.
 * @property {boolean} tempo Whether the tempo is heard.
 * @property {boolean} commands Whether voice commands are listened to.
 */

const KEY = "faceglide.sound";
/** One press of louder or softer. */
export const VOLUME_STEP = 0.15;

/** @param {number} volume */
export const within = (volume) => Math.round(Math.min(1, Math.max(0.1, volume)) * 100) / 100;

export class Memory {
  /** @type {Choices} */ choices;
  #storage;
  #tell;
  #telling = false;

  /**
   * @param {Partial<Choices>} known What the server knows.
   * @param {(choices: Choices) => Promise<boolean>} tell Tells the server; whether it heard.
   * @param {Storage} [storage]
   */
  constructor(known, tell, storage = localStorage) {
    this.#storage = storage;
    this.#tell = tell;
    const kept = JSON.parse(storage.getItem(KEY) ?? "{}");
    /** @type {Choices} */
    const defaults = { sound: "voice", volume: 0.7, tempo: true, commands: false };
    const { untold = false, ...mine } = kept;
    this.choices = untold ? { ...defaults, ...known, ...mine } : { ...defaults, ...mine, ...known };
    if (untold) this.#send();
  }

  /** @param {Partial<Choices>} change */
  choose(change) {
    this.choices = { ...this.choices, ...change };
    this.#send();
  }

  /** One at a time: what was chosen first must not reach the server last. */
  async #send() {
    this.#keep(true);
    if (this.#telling) return;
    this.#telling = true;
    let told, heard;
    do {
      told = this.choices;
      heard = await this.#tell(told);
    } while (told !== this.choices);
    this.#telling = false;
    if (heard) this.#keep(false);
  }

  /** @param {boolean} untold */
  #keep(untold) {
    this.#storage.setItem(KEY, JSON.stringify({ ...this.choices, untold }));
  }
}
