// The session's own time: it begins when the session does, whichever page or server it began on,
// and stands still while the session is paused.

// What a reload or a pause looks like in the session's time, however long it was: long enough that
// no movement is seen to run across it.
const GAP_MS = 1000;

export class SessionClock {
  #begunMs = 0;
  /** @type {number | null} */ #zeroMs = null;
  /** @type {number | null} */ #pausedAtMs = null;

  /** @param {number} nowMs */
  begin(nowMs) {
    this.#begunMs = nowMs;
  }

  /**
   * The server says how much of the session it has; what it says first counts.
   *
   * @param {number} knownMs 0 for a session that it has just heard of: that began when it began here.
   * @param {number} nowMs
   */
  settle(knownMs, nowMs) {
    this.#zeroMs ??= knownMs ? nowMs - knownMs - GAP_MS : this.#begunMs;
  }

  /** @param {number} nowMs @returns {number} The session's time in milliseconds. */
  at(nowMs) {
    return (this.#pausedAtMs ?? nowMs) - (this.#zeroMs ?? this.#begunMs);
  }

  /**
   * When in the session a picture was seen.
   *
   * @param {number} seenMs
   * @returns {number | null} Null where that is not known, or was before the session.
   */
  ofPicture(seenMs) {
    if (this.#zeroMs === null || seenMs < this.#zeroMs) return null;
    return seenMs - this.#zeroMs;
  }

  /** @param {number} nowMs */
  pause(nowMs) {
    this.#pausedAtMs = nowMs;
  }

  /** @param {number} nowMs */
  resume(nowMs) {
    const stoodMs = Math.max(0, nowMs - (this.#pausedAtMs ?? nowMs) - GAP_MS);
    this.#begunMs += stoodMs;
    if (this.#zeroMs !== null) this.#zeroMs += stoodMs;
    this.#pausedAtMs = null;
  }
}
