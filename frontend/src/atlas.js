/**
 * The atlas page: the plate, its numbers, the layers and the notes, kept in step.
 *
 * Everything is on the page as text and links before this runs. Where there is no WebGL the
 * drawing stays, and choosing a zone still shows its note.
 */

/** @typedef {import("./atlas/stage.js").Stage} Stage */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

const atlas = get("atlas");
const words = JSON.parse(atlas.dataset.words ?? "{}");
const [canvas, chart] = [/** @type {HTMLCanvasElement} */ (get("atlas-canvas")), get("atlas-chart")];
const [marks, zones, notes, said] = ["atlas-marks", "atlas-zones", "atlas-notes", "atlas-said"].map((id) => get(id));
const layer = /** @type {HTMLInputElement} */ (get("atlas-layer"));
const warn = /** @type {HTMLInputElement} */ (get("atlas-warn"));
const still = matchMedia("(prefers-reduced-motion: reduce)");
const STEP = 0.18;

/** @type {Stage | null} */
let stage = null;
/** @type {string | null} */
let chosen = null;

/** @param {string | null} id @param {{ turn?: boolean, tell?: boolean }} [how] */
function choose(id, { turn = true, tell = true } = {}) {
  chosen = id;
  for (const link of zones.querySelectorAll("a")) {
    if (link.dataset.zone === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const note of /** @type {NodeListOf<HTMLElement>} */ (notes.querySelectorAll("article"))) {
    note.hidden = id === null ? stage !== null : note.dataset.zone !== id;
  }
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (marks.querySelectorAll("li"))) {
    mark.toggleAttribute("data-chosen", mark.dataset.zone === id);
  }
  for (const area of chart.querySelectorAll("[data-zone]")) {
    area.toggleAttribute("data-chosen", area.getAttribute("data-zone") === id);
  }
  stage?.choose(id);
  if (turn && id) stage?.show(id);
  showLayer();
  const name = notes.querySelector(`[data-zone="${id}"] h2`)?.textContent;
  if (tell) said.textContent = name ? words.chosen.replace("%(zone)s", name) : words.whole;
}

function showLayer() {
  const down = Number(layer.value);
  stage?.lift(down);
  const scale = get("atlas-depth").querySelectorAll(".atlas-scale li");
  scale.forEach((item, index) => item.toggleAttribute("data-now", index === down));
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (notes.querySelectorAll("[data-layer]"))) {
    item.toggleAttribute("data-now", stage !== null && Number(item.dataset.layer) === down);
  }
  const text = notes.querySelector(`article:not([hidden]) [data-layer="${down}"]`)?.textContent;
  const name = text ?? scale[down]?.textContent ?? "";
  layer.setAttribute("aria-valuetext", name);
}

function placeMarks() {
  if (!stage) return;
  const seen = new Map(stage.places().map((place) => [place.id, place]));
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (marks.querySelectorAll("li"))) {
    const place = seen.get(mark.dataset.zone ?? "");
    mark.hidden = !place;
    if (place) mark.style.transform = `translate(${place.x}px, ${place.y}px) translate(-50%, -50%)`;
  }
}

/** @param {string} way */
function turn(way) {
  if (!stage) return;
  /** @type {Record<string, () => void>} */
  const ways = {
    left: () => stage?.turn({ yaw: -STEP }),
    right: () => stage?.turn({ yaw: STEP }),
    up: () => stage?.turn({ pitch: -STEP }),
    down: () => stage?.turn({ pitch: STEP }),
    closer: () => stage?.turn({ zoom: 1.15 }),
    farther: () => stage?.turn({ zoom: 1 / 1.15 }),
    home: () => stage?.reset(),
  };
  ways[way]?.();
}

/** @type {Record<string, string>} */
const KEYS = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  "+": "closer",
  "=": "closer",
  "-": "farther",
  Home: "home",
};

function listen() {
  zones.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link) return;
    event.preventDefault();
    const id = link.dataset.zone ?? null;
    choose(id === chosen ? null : id);
    history.replaceState(null, "", chosen ? link.hash : location.pathname);
  });
  layer.addEventListener("input", showLayer);
  warn.addEventListener("change", () => stage?.warn(warn.checked));
  get("atlas-turn").addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button?.dataset.turn) turn(button.dataset.turn);
  });
  canvas.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    turn(way);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      stage?.turn({ zoom: Math.exp(-event.deltaY / 700) });
    },
    { passive: false },
  );
  dragging();
}

/** Dragging turns the head; a tap chooses the zone beneath it. */
function dragging() {
  /** @type {{ x: number, y: number, moved: number } | null} */
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, moved: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    held = { x: event.clientX, y: event.clientY, moved: held.moved + Math.abs(dx) + Math.abs(dy) };
    const flat = event.pointerType === "touch"; // up and down scrolls the page
    stage?.turn({ yaw: dx / 160, pitch: flat ? 0 : dy / 200 });
  });
  canvas.addEventListener("pointercancel", () => (held = null));
  canvas.addEventListener("pointerup", (event) => {
    if (held && held.moved < 6) {
      const box = canvas.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * 2 - 1;
      const y = 1 - ((event.clientY - box.top) / box.height) * 2;
      choose(stage?.pick(x, y) ?? null, { turn: false });
    }
    held = null;
  });
}

function dress() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  stage?.dress({ paper: colour("--paper"), ink: colour("--ink"), signal: colour("--signal") });
}

/** @returns {boolean} */
function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/** @param {boolean} solid */
function showSolid(solid) {
  canvas.hidden = get("atlas-depth").hidden = get("atlas-turn").hidden = !solid;
  get("atlas-caption").hidden = !solid;
  chart.hidden = get("atlas-caption-flat").hidden = solid;
  marks.hidden = !solid;
}

async function raise() {
  if (!hasWebGL()) return;
  const [{ Stage }, data] = await Promise.all([
    import("./atlas/stage.js"),
    fetch(atlas.dataset.mesh ?? "").then((answer) => answer.json()),
  ]);
  showSolid(true);
  stage = new Stage(canvas, data, { still: still.matches, onView: placeMarks });
  canvas.addEventListener("webglcontextlost", () => {
    stage = null;
    showSolid(false);
  });
  still.addEventListener("change", () => stage?.hold(still.matches));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
  document.addEventListener("visibilitychange", () => stage?.hold(still.matches));
  dress();
  atlas.dataset.ready = "solid";
}

listen();
const asked = location.hash.replace("#zone-", "");
choose(notes.querySelector(`[data-zone="${CSS.escape(asked)}"]`) ? asked : null, { tell: false });
raise()
  .catch(() => {
    stage = null;
    showSolid(false);
  })
  .finally(() => {
    atlas.dataset.ready ??= "flat";
    choose(chosen, { tell: false });
    if (chosen && stage) atlas.scrollIntoView();
  });
