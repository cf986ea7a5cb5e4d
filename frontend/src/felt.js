// How it felt: before a session on its page, after it on its summary.

import { rememberBefore, sendOnTaps, sendRemembered } from "./pages/felt.js";

for (const form of document.querySelectorAll("form[data-felt]")) {
  if (form instanceof HTMLFormElement) sendOnTaps(form);
}
const before = document.querySelector("[data-felt-before]");
if (before instanceof HTMLElement) rememberBefore(before);
sendRemembered();
