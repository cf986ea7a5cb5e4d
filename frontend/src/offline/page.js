// The page that stands in for every other when the server does not answer.

import { askKept } from "./worker.js";

/**
 * @param {HTMLElement} section The part of the page that says what can be done meanwhile.
 * @param {number} waiting How many sessions wait for the server.
 */
export async function showOffline(section, waiting) {
  const { state, path } = await askKept();
  for (const part of section.querySelectorAll("[data-kept-state]")) {
    const element = /** @type {HTMLElement} */ (part);
    element.hidden = element.dataset.keptState !== state;
    const link = element.querySelector("a");
    if (link && path) link.href = path;
  }
  const unsent = /** @type {HTMLElement | null} */ (section.querySelector("[data-unsent]"));
  if (unsent) unsent.hidden = waiting === 0;
}
