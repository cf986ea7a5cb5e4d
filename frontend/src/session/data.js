// What the server wrote into the page.

/**
 * @typedef {object} Step
 * @property {string} movement
 * @property {string} name
 * @property {string} zone
 * @property {"left" | "right" | "midline"} side
 * @property {string} side_words
 * @property {number} repeats
 * @property {number} parts What is counted: strokes, circles, or the points of a hold.
 * @property {number} seconds
 * @property {string} dose
 * @property {string} instruction
 * @property {string} chart Address of the movement's chart.
 * @property {string} chart_words What the chart shows, for those who do not see it.
 * @property {"glide" | "circle" | "hold"} motion
 * @property {number} speed_mm_s
 * @property {number} length_mm Of the path, or once round a circle; 0 for a hold.
 * @property {number} hold_seconds At each point; 0 unless a hold.
 * @property {number} hands How many hands the tracker should look for.
 */

/**
 * @typedef {object} SessionData
 * @property {string} plan
 * @property {string} day Of the safety check that the plan stands on, as in 2026-11-22.
 * @property {Step[]} steps
 * @property {string[]} preparation
 * @property {string[]} closing
 * @property {Record<string, import("./overlay.js").PathPoint[]>} paths By movement/side.
 * @property {import("../tracker/tracker.js").Addresses} tracker
 * @property {import("../demo/tracker.js").Demo} [demo] A simulated person in place of a camera.
 * @property {Record<string, string>} words
 * @property {Partial<import("../senses/choices.js").Choices>} hearing How the person likes it to
 *   sound, as far as the server knows.
 */

/** @returns {SessionData} */
export function readData() {
  return JSON.parse(/** @type {HTMLElement} */ (document.getElementById("session-data")).textContent ?? "");
}

/**
 * Fills `{name}` places of a text.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// A session that was left this long ago is not taken up again.
const RESUME_MS = 2 * 3600 * 1000;

/**
 * The id of the session that a plan is done in. It is made here, so that a session can begin
 * before the server hears of it, and kept, so that a lost tab takes up where it was.
 *
 * @param {string} plan
 * @param {Storage} [storage]
 * @returns {string}
 */
export function sessionOf(plan, storage = localStorage) {
  const kept = JSON.parse(storage.getItem(sessionKey(plan)) ?? "null");
  if (kept && Date.now() - kept.at < RESUME_MS) return kept.id;
  const id = newId();
  storage.setItem(sessionKey(plan), JSON.stringify({ id, at: Date.now() }));
  return id;
}

/**
 * The session is over; the plan's next one is a new one.
 *
 * @param {string} plan
 * @param {Storage} [storage]
 */
export function endSessionOf(plan, storage = localStorage) {
  storage.removeItem(sessionKey(plan));
}

/** @param {string} plan */
const sessionKey = (plan) => `faceglide.session.${plan}`;

/** A random UUID; `crypto.randomUUID` would need a secure address. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
