// Sessions whose commands the server has not stored. While a session runs, its link looks after
// them; once it is over they wait here, and any page that opens sends them. Sending a session again
// changes nothing, so it is only forgotten here when the server has said that it has it.

import { CommandStore } from "../live/commands.js";

/**
 * @typedef {object} Begun
 * @property {string} plan
 * @property {"camera" | "guided"} mode
 * @property {number} begunAt In the browser's own milliseconds.
 * @property {number} [endedAt]
 */

// A session that was left this long ago is not taken up again (session/data.js).
const LEFT_MS = 2 * 3600 * 1000;
const BEGUN = "faceglide.begun.";
// The server does not know the plan, or cannot read what was sent: asking again helps nothing.
const NEVER = new Set([404, 422]);

export class Outbox {
  #storage;

  /** @param {Storage} [storage] */
  constructor(storage = localStorage) {
    this.#storage = storage;
  }

  /**
   * A session begins; taken up again, it began when it first did.
   *
   * @param {string} session
   * @param {string} plan
   * @param {"camera" | "guided"} mode
   */
  begin(session, plan, mode) {
    if (!this.#read(session)) this.#write(session, { plan, mode, begunAt: Date.now() });
  }

  /** @param {string} session */
  end(session) {
    const begun = this.#read(session);
    if (begun && !begun.endedAt) this.#write(session, { ...begun, endedAt: Date.now() });
  }

  /**
   * @param {string} session
   * @returns {number | null} When it began, in the browser's own milliseconds; null if that is not
   *   kept.
   */
  begunAt(session) {
    return this.#read(session)?.begunAt ?? null;
  }

  /** How many sessions are over and wait for the server. */
  get waiting() {
    return this.#over().length;
  }

  /**
   * Sends the sessions that are over.
   *
   * @returns {Promise<boolean>} Whether the server has them all now.
   */
  async send() {
    const over = this.#over();
    if (over.length === 0) return true;
    const csrf = await freshToken();
    if (!csrf) return false;
    let all = true;
    for (const session of over) {
      const status = await this.#post(session, csrf);
      if (status === 200 || NEVER.has(status)) this.#forget(session);
      else all = false;
    }
    return all;
  }

  /** Forgets every session, sent or not. */
  clear() {
    for (const key of this.#keys("faceglide.")) this.#storage.removeItem(key);
  }

  /** The sessions that are over; those that hold nothing unsent are forgotten. */
  #over() {
    const now = Date.now();
    const sessions = this.#keys(BEGUN).map((key) => key.slice(BEGUN.length));
    const over = sessions.filter((session) => {
      const begun = this.#read(session);
      return begun && (begun.endedAt || now - begun.begunAt > LEFT_MS);
    });
    return over.filter((session) => {
      const holds = new CommandStore(session, this.#storage).waiting().length > 0;
      if (!holds) this.#forget(session);
      return holds;
    });
  }

  /**
   * @param {string} session
   * @param {string} csrf
   * @returns {Promise<number>} The answer's status; 0 when there was none.
   */
  async #post(session, csrf) {
    const begun = /** @type {Begun} */ (this.#read(session));
    const commands = new CommandStore(session, this.#storage).waiting();
    const last = commands[commands.length - 1];
    const endedAt = begun.endedAt ?? begun.begunAt + last.t_ms;
    // How long ago, not when: the server's clock may be another machine's.
    const now = Date.now();
    const ago = (/** @type {number} */ then) => Math.max(0, now - then) / 1000;
    const body = {
      plan: begun.plan,
      mode: begun.mode,
      began_s_ago: ago(begun.begunAt),
      ended_s_ago: Math.min(ago(begun.begunAt), ago(endedAt)),
      commands: commands.map((command) => ({ type: "command", ...command })),
    };
    try {
      const answer = await fetch(`/offline/sessions/${session}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
        body: JSON.stringify(body),
      });
      return answer.status;
    } catch {
      return 0;
    }
  }

  /**
   * @param {string} session
   * @returns {Begun | null}
   */
  #read(session) {
    return JSON.parse(this.#storage.getItem(BEGUN + session) ?? "null");
  }

  /**
   * @param {string} session
   * @param {Begun} begun
   */
  #write(session, begun) {
    this.#storage.setItem(BEGUN + session, JSON.stringify(begun));
  }

  /** @param {string} session */
  #forget(session) {
    this.#storage.removeItem(BEGUN + session);
    new CommandStore(session, this.#storage).clear();
  }

  /** @param {string} start */
  #keys(start) {
    const { length } = this.#storage;
    const keys = Array.from({ length }, (_, at) => this.#storage.key(at) ?? "");
    return keys.filter((key) => key.startsWith(start));
  }
}

/**
 * A token that goes with the cookie of now: a kept page's own may be older than the browser's start.
 *
 * @returns {Promise<string | null>} Null when the server does not answer.
 */
async function freshToken() {
  try {
    const answer = await fetch("/offline");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("meta[name=csrf]")?.getAttribute("content") ?? null;
  } catch {
    return null;
  }
}
