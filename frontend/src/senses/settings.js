// The row of choices about sound, on the page before the start and again in every pause.

/** @typedef {import("./choices.js").Choices} Choices */
/** @typedef {import("../session/view.js").Phase} Phase */

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
const get = (id) => /** @type {E} */ (document.getElementById(id));

export class Settings {
  /** @type {HTMLElement} */ #row = get("hearing");
  /** @type {HTMLInputElement} */ #tempo = get("hearing-tempo");
  /** @type {HTMLInputElement} */ #commands = get("hearing-commands");

  /** @param {(change: Partial<Choices>) => void} choose */
  constructor(choose) {
    this.#row.addEventListener("change", ({ target }) => {
      const { name, value, checked } = /** @type {HTMLInputElement} */ (target);
      if (name === "sound") choose({ sound: /** @type {Choices["sound"]} */ (value) });
      else if (name === "tempo") choose({ tempo: checked });
      else if (name === "commands") choose({ commands: checked });
    });
  }

  /** @param {boolean} offered Whether speech can be understood on this machine. */
  offerCommands(offered) {
    const label = /** @type {HTMLElement} */ (this.#commands.closest("label"));
    label.hidden = !offered;
  }

  /** @param {Choices} choices */
  show({ sound, volume, tempo, commands }) {
    for (const input of this.#row.querySelectorAll("input[name=sound]")) {
      const radio = /** @type {HTMLInputElement} */ (input);
      radio.checked = radio.value === sound;
    }
    this.#tempo.checked = tempo;
    this.#commands.checked = commands;
    get("hearing-volume").textContent = `${Math.round(100 * volume)} %`;
  }

  /** Brings the row to a panel. @param {Phase} panel */
  moveTo(panel) {
    document.querySelector(`[data-panel=${panel}] .curtain-page`)?.append(this.#row);
  }
}
