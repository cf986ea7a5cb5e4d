// Keeps in the browser what a guided session needs, so that it starts and runs with no server: the
// pages' own files, and the routine that was opened last, for the day its safety check stands. No
// other page is kept: answers, results and summaries come from the server or not at all.
//
// The server writes SHELL before this code (src/faceglide/server/offline.py). A new version comes
// with caches of its own and waits until no page of the old one is open, so that a session that
// runs is never stranded.

const { version, files } = SHELL;
const FILES = `faceglide-files-${version}`;
const KEPT = `faceglide-kept-${version}`;
const OFFLINE = "/offline";
// What to do when something is wrong must be there at any time; of the person it says nothing.
const EMERGENCY = "/emergency?kept=true";
const STANDING_IN = [OFFLINE, EMERGENCY];
const SESSION = /^\/session\/[0-9a-f-]{36}$/;
// Sent, these may change what is safe today or take everything away.
const ENDS_KEPT = /^\/(check|settings\/erase)/;
// A machine that sleeps does not refuse; it is silent.
const SILENT_MS = 5000;

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll([...STANDING_IN, ...files])));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(removeOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== "GET") {
    if (ENDS_KEPT.test(pathname)) event.waitUntil(forget());
  } else if (/^\/(static|models)\//.test(pathname)) {
    event.respondWith(file(event));
  } else if (pathname.startsWith("/chart/")) {
    event.respondWith(fetch(request).catch(() => keptOr(request, Response.error())));
  } else if (SESSION.test(pathname)) {
    event.respondWith(session(event, pathname));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => standIn(pathname)));
    // The pages for when there is no server speak the language chosen there.
    if (pathname === "/settings") event.waitUntil(renewStandIns());
  }
});

worker.addEventListener("message", (/** @type {any} */ event) => {
  const [port] = event.ports;
  const answer = event.data === "forget" ? forget() : tellKept();
  event.waitUntil(answer.then((said) => port?.postMessage(said)));
});

async function removeOld() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("faceglide-") && name !== FILES && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * One of the pages' own files. Its address changes with its content, or this worker's version does.
 *
 * @param {any} event
 * @returns {Promise<Response>}
 */
async function file(event) {
  const cache = await caches.open(FILES);
  const { url } = event.request;
  // Both of the tracker's workers ask for the same megabytes at once: they come once.
  await coming.get(url);
  const known = await cache.match(event.request);
  if (known) return known;
  const answer = await fetch(event.request);
  if (answer.status === 200) {
    const put = cache.put(event.request, answer.clone()).finally(() => coming.delete(url));
    coming.set(url, put.catch(() => undefined));
    event.waitUntil(put);
  }
  return answer;
}

/** @type {Map<string, Promise<void>>} Files on their way into the cache, by address. */
const coming = new Map();

/**
 * The page of a routine: from the server, which knows best whether it still stands, else as kept.
 *
 * @param {any} event
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function session(event, path) {
  let answer;
  try {
    answer = await inTime(fetch(event.request));
  } catch {
    return (await keptPage(path)) ?? standIn(path);
  }
  if (answer.ok) event.waitUntil(keep(path, answer.clone()));
  // It leads elsewhere, or there is none: the routine does not stand any more.
  else if (answer.type === "opaqueredirect" || answer.status === 404) event.waitUntil(forget(path));
  return answer;
}

/**
 * @param {Promise<Response>} answer
 * @returns {Promise<Response>}
 */
function inTime(answer) {
  return new Promise((resolve, reject) => {
    setTimeout(reject, SILENT_MS, new Error("silent"));
    answer.then(resolve, reject);
  });
}

/**
 * Keeps a routine with its charts, and no other.
 *
 * @param {string} path
 * @param {Response} page
 */
async function keep(path, page) {
  const text = await page.text();
  const data = dataOf(text);
  if (!data || data.demo) return;
  const cache = await caches.open(KEPT);
  await cache.put(path, new Response(text, { headers: page.headers }));
  const wanted = new Set([path, ...data.steps.map((/** @type {any} */ step) => step.chart)]);
  for (const { url } of await cache.keys()) {
    const address = url.slice(location.origin.length);
    if (!wanted.delete(address)) await cache.delete(url);
  }
  await cache.addAll([...wanted]);
}

/**
 * The kept page, marked as such, unless its day is over.
 *
 * @param {string} path
 * @returns {Promise<Response | null>}
 */
async function keptPage(path) {
  const page = await (await caches.open(KEPT)).match(path);
  if (!page) return null;
  const { headers } = page;
  const text = await page.text();
  if (dataOf(text).day !== today()) return null;
  return new Response(text.replace('<body class="session', '<body data-kept class="session'), { headers });
}

/**
 * Which routine is kept, for the page that stands in for the others.
 *
 * @returns {Promise<{state: "none" | "stands" | "over", path?: string}>}
 */
async function tellKept() {
  const cache = await caches.open(KEPT);
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const path = paths.find((path) => SESSION.test(path));
  if (!path) return { state: "none" };
  if (await keptPage(path)) return { state: "stands", path };
  await forget();
  return { state: "over" };
}

/** @param {string} [path] Only this routine, not whichever it is. */
async function forget(path) {
  if (!path || (await (await caches.open(KEPT)).match(path))) await caches.delete(KEPT);
}

/**
 * @param {Request} request
 * @param {Response} otherwise
 */
async function keptOr(request, otherwise) {
  return (await (await caches.open(KEPT)).match(request)) ?? otherwise;
}

/** @param {string} path Of the page that the server did not give. */
async function standIn(path) {
  const page = path === "/emergency" ? EMERGENCY : OFFLINE;
  return (await caches.match(page, { cacheName: FILES })) ?? Response.error();
}

async function renewStandIns() {
  try {
    await (await caches.open(FILES)).addAll(STANDING_IN);
  } catch {
    // What is there stays.
  }
}

/**
 * What the server wrote into a session's page.
 *
 * @param {string} text
 * @returns {any}
 */
function dataOf(text) {
  const found = /id="session-data">([^<]*)</.exec(text);
  return found && JSON.parse(found[1]);
}

/** The day on the person's wall. */
function today() {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
