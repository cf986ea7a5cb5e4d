// Mood and tension in two taps. What is said before a session is kept in this browser until the
// server knows the session, which it does only once it runs.

const TAP_MS = 800;
const TRY_AGAIN_MS = 5000;
const KEY = "faceglide.felt.";

/**
 * Sends a form once both scales were tapped. Whoever goes by key keeps the button, since every
 * arrow key there is a choice.
 *
 * @param {HTMLFormElement} form
 */
export function sendOnTaps(form) {
  let tappedMs = -TAP_MS;
  form.addEventListener("pointerdown", (event) => (tappedMs = event.timeStamp));
  form.addEventListener("change", (event) => {
    if (event.timeStamp - tappedMs < TAP_MS && form.checkValidity()) form.requestSubmit();
  });
}

/**
 * Keeps what is chosen before the session of this page, and sends it while the session runs.
 *
 * @param {HTMLElement} scales
 */
export function rememberBefore(scales) {
  scales.addEventListener("change", () => {
    const said = ["mood", "tension"].map((name) => {
      const chosen = scales.querySelector(`input[name=${name}]:checked`);
      return chosen instanceof HTMLInputElement ? [name, chosen.value] : null;
    });
    const session = sessionOfPage();
    if (session && said.every((one) => one !== null)) {
      localStorage.setItem(KEY + session, JSON.stringify(Object.fromEntries(said)));
    }
  });
  setInterval(() => {
    if (document.body.dataset["phase"] === "working") sendRemembered();
  }, TRY_AGAIN_MS);
}

/** The session that this page's links to the summary name. */
function sessionOfPage() {
  const link = document.querySelector("a[data-summary]");
  return link instanceof HTMLAnchorElement ? /\/summary\/([0-9a-f-]{36})$/.exec(link.href)?.[1] : null;
}

/** Sends what was kept; what the server does not take yet stays for the next time. */
export async function sendRemembered() {
  const meta = document.querySelector("meta[name=csrf]");
  const token = meta instanceof HTMLMetaElement ? meta.content : "";
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
  for (const key of keys) {
    const body = new URLSearchParams(JSON.parse(localStorage.getItem(key) ?? "{}"));
    const headers = { "X-CSRF-Token": token };
    const address = `/session/${key.slice(KEY.length)}/felt/before`;
    try {
      const answer = await fetch(address, { method: "POST", body, headers });
      if (answer.ok) localStorage.removeItem(key);
    } catch {
      return; // no server just now
    }
  }
}
