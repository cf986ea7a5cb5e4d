// The page's end of the service worker, which keeps what a session needs when no server answers.
// Without one (an address that is not secure, a browser that has none) everything else works.

/** Lets the worker in; it then looks after the pages to come, and this one. */
export async function registerWorker() {
  try {
    await navigator.serviceWorker?.register("/service-worker.js");
  } catch {
    // A certificate the browser does not know, or storage it does not give.
  }
}

/** Has the worker keep the page it is called on, if it came before the worker did. */
export async function keepThisPage() {
  const { serviceWorker } = navigator;
  if (!serviceWorker || serviceWorker.controller) return;
  await new Promise((resolve) => {
    serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  await fetch(location.pathname).catch(() => undefined);
}

/** Whether the page came from the worker because the server did not answer. */
export const cameFromWorker = () => document.body.hasAttribute("data-kept");

/** The routine that is kept, if one is, must not be begun again. */
export function forgetKept() {
  navigator.serviceWorker?.controller?.postMessage("forget");
}

/**
 * @returns {Promise<{state: "none" | "stands" | "over", path?: string}>} The routine kept.
 */
export function askKept() {
  const { controller } = navigator.serviceWorker ?? {};
  if (!controller) return Promise.resolve({ state: "none" });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener("message", ({ data }) => resolve(data), { once: true });
    port1.start();
    controller.postMessage("kept", [port2]);
  });
}

/**
 * A routine stands for the day of its safety check. When that day is over, starting it asks the
 * server, or the worker in its place, instead.
 *
 * @param {string} day Of the check, as in 2026-11-22.
 * @param {HTMLElement[]} buttons
 */
export function startOnlyOn(day, buttons) {
  for (const button of buttons) {
    button.addEventListener(
      "click",
      (event) => {
        if (day === dayOf(new Date())) return;
        event.stopImmediatePropagation();
        location.reload();
      },
      { capture: true },
    );
  }
}

/** @param {Date} time */
function dayOf(time) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
