// Everything the large buttons do, also by key.

/** @type {Record<string, string>} */
const COMMANDS = {
  " ": "pause",
  p: "pause",
  r: "repeat",
  s: "skip",
  x: "stop",
  h: "hurts",
  m: "mute",
  z: "undo",
  "+": "louder",
  "=": "louder",
  "-": "softer",
};

/** @param {(command: string) => void} obey */
export function listenForCommands(obey) {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-command]"));
    if (button?.dataset.command) obey(button.dataset.command);
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    // A focused button or link takes its own space bar.
    if (event.key === " " && target.closest("button, a, input")) return;
    const command = COMMANDS[event.key.toLowerCase()];
    if (!command) return;
    event.preventDefault();
    obey(command);
  });
}
