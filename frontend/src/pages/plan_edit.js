// Changes a routine without leaving the page: every button still sends the form, but only what
// changed is put in place, and the button that was pressed keeps the focus. Without this module
// the same form does the same by loading the page again.

const PAGE = "edit-page";

export function editInPlace() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!(form instanceof HTMLFormElement) || form.id !== "edit") return;
    if (!(button instanceof HTMLButtonElement) || button.value === "save") return;
    event.preventDefault();
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form, button)) sent.append(name, String(value));
    const answer = await fetch(form.action, { method: "POST", body: sent });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(PAGE);
    if (!fresh) {
      location.assign(answer.url);
      return;
    }
    replace(fresh, button.value);
  });
}

/**
 * Puts the new page in place. What it says is said once it stands there, so that it is heard.
 *
 * @param {HTMLElement} fresh
 * @param {string} pressed The value of the button that was pressed.
 */
function replace(fresh, pressed) {
  const said = fresh.querySelector("#said");
  const words = said?.textContent ?? "";
  if (said) said.textContent = "";
  document.getElementById(PAGE)?.replaceWith(fresh);
  focusOn(followed(pressed));
  if (said) requestAnimationFrame(() => (said.textContent = words));
}

/**
 * The same button of the same movement, which may have moved.
 *
 * @param {string} pressed
 */
function followed(pressed) {
  const [word, number] = pressed.split(":");
  const step = document.getElementById("refused") ? 0 : { up: -1, down: 1 }[word] ?? 0;
  return number === undefined ? pressed : `${word}:${Number(number) + step}`;
}

/** @param {string} value */
function focusOn(value) {
  const wanted = document.querySelector(`#edit button[value="${CSS.escape(value)}"]:not(:disabled)`);
  const [, number] = value.split(":");
  const beside = document.querySelector(`#edit button[value$=":${number}"]:not(:disabled)`);
  const found = wanted ?? beside ?? document.querySelector("#way");
  if (found instanceof HTMLElement) found.focus({ preventScroll: wanted !== null });
}
