// What both tracker workers share: loading a landmarker, running it on one picture at a time and
// answering. Each worker makes exactly one landmarker: the library cannot make a second.

import { FilesetResolver } from "@mediapipe/tasks-vision";

/**
 * @typedef {object} Start The first message to a worker.
 * @property {"start"} type
 * @property {string} wasm Folder of the tracker's wasm.
 * @property {string} model Address of the model bundle.
 * @property {"CPU" | "GPU"} delegate
 * @property {number} hands How many hands to look for.
 */

/** @typedef {{type: "picture", picture: ImageBitmap, tMs: number}} Picture */
/** @typedef {{type: "hands", hands: number}} Hands */
/** @typedef {Start | Picture | Hands} ToWorker */

/**
 * @template Landmarker
 * @typedef {object} Kind One kind of landmarker.
 * @property {(files: any, options: any, start: Start) => Promise<Landmarker>} create
 * @property {(landmarker: Landmarker, picture: ImageBitmap, tMs: number) => {result: any, transfer: ArrayBufferLike[]}} run
 * @property {(landmarker: Landmarker, hands: number) => Promise<void>} [setHands]
 */

/**
 * Serves one landmarker to the page.
 *
 * @template Landmarker
 * @param {Kind<Landmarker>} kind
 */
export function serve(kind) {
  const scope = /** @type {any} */ (globalThis);
  /** @type {Landmarker | undefined} */
  let landmarker;
  // Pictures come while numHands is being changed; everything runs in the order it came.
  let queue = Promise.resolve();

  scope.addEventListener("message", (/** @type {MessageEvent<ToWorker>} */ { data }) => {
    queue = queue.then(() => handle(data)).catch((error) => fail(data, error));
  });

  /** @param {ToWorker} message */
  async function handle(message) {
    if (message.type === "start") {
      const files = await FilesetResolver.forVisionTasks(message.wasm, true);
      const model = await fetch(message.model);
      if (!model.ok) throw new Error(`model bundle: ${model.status}`);
      const bytes = new Uint8Array(await model.arrayBuffer());
      const base = { modelAssetBuffer: bytes, delegate: message.delegate };
      landmarker = await kind.create(files, { baseOptions: base, runningMode: "VIDEO" }, message);
      scope.postMessage({ type: "ready" });
    } else if (message.type === "hands") {
      if (landmarker) await kind.setHands?.(landmarker, message.hands);
    } else {
      if (!landmarker) throw new Error("a picture came before the landmarker was ready");
      const { result, transfer } = kind.run(landmarker, message.picture, message.tMs);
      message.picture.close();
      scope.postMessage({ type: "result", tMs: message.tMs, result }, transfer);
    }
  }

  /**
   * @param {ToWorker} message
   * @param {unknown} error
   */
  function fail(message, error) {
    if (message.type === "picture") message.picture.close();
    scope.postMessage({ type: "failed", during: message.type, reason: String(error) });
  }
}

/**
 * @param {{x: number, y: number, z: number}[]} landmarks
 * @returns {Float32Array} x, y, z of each in turn.
 */
export function flatten(landmarks) {
  const flat = new Float32Array(landmarks.length * 3);
  let at = 0;
  for (const { x, y, z } of landmarks) {
    flat[at++] = x;
    flat[at++] = y;
    flat[at++] = z;
  }
  return flat;
}
