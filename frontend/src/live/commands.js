// What the person asked for, until the server has it.

/** @typedef {{id: number, name: string, t_ms: number, step: number, symptom?: string}} Command */

/** Commands that the server has not stored yet; they outlive the tab. */
export class CommandStore {
  #key;
  #storage;

  /**
   * @param {string} session
   * @param {Storage} [storage]
   */
  constructor(session, storage = localStorage) {
    this.#key = `faceglide.commands.${session}`;
    this.#storage = storage;
  }

  /** @returns {Command[]} */
  waiting() {
    return this.#read().waiting;
  }

  /**
   * @param {Omit<Command, "id">} command
   * @returns {Command}
   */
  add(command) {
    const { next, waiting } = this.#read();
    const numbered = { id: next, ...command };
    this.#write({ next: next + 1, waiting: [...waiting, numbered] });
    return numbered;
  }

  /** @param {number} id */
  stored(id) {
    const { next, waiting } = this.#read();
    this.#write({ next, waiting: waiting.filter((command) => command.id > id) });
  }

  /** @returns {{next: number, waiting: Command[]}} */
  #read() {
    const text = this.#storage.getItem(this.#key);
    return text ? JSON.parse(text) : { next: 1, waiting: [] };
  }

  /** @param {{next: number, waiting: Command[]}} state */
  #write(state) {
    this.#storage.setItem(this.#key, JSON.stringify(state));
  }
  /** Forgets all of them. */
  clear() {
    this.#storage.removeItem(this.#key);
  }
}
