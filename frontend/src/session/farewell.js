// The end of a session: its closing words count down to the summary, which opens once everything is
// stored. Where the server is still away, what was done is sent as a whole when it is back.

import { fill } from "./data.js";

const CLOSING_MS = 12_000;
const CLOSING_STEP_MS = 250;
// How often a server that is away is asked whether it is back.
const SEND_AGAIN_MS = 2000;

/**
 * @typedef {object} Parting
 * @property {string} summary Address of the summary.
 * @property {Record<string, string>} words
 * @property {(note: string) => void} say
 * @property {import("../live/link.js").Link | undefined} link
 * @property {import("../offline/outbox.js").Outbox | null} outbox Null for a demonstration, of which
 *   nothing is kept.
 */

/** @param {Parting} parting */
export function sayFarewell({ summary, words, say, link, outbox }) {
  const opened = performance.now();
  const note = () => {
    const left = Math.ceil((CLOSING_MS - (performance.now() - opened)) / 1000);
    if (left <= 0 && link?.settled) {
      location.assign(summary);
      return;
    }
    say(left > 0 ? fill(words.closing, { n: left }) : words.closing_kept);
    setTimeout(note, CLOSING_STEP_MS);
  };
  note();
  const handOver = async () => {
    if (!outbox || link?.settled) return;
    link?.close();
    if (!(await outbox.send())) setTimeout(handOver, SEND_AGAIN_MS);
  };
  setTimeout(handOver, CLOSING_MS);
}
