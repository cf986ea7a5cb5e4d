// The tracker as the page sees it: pictures of a video in, landmarks out. Face and hands run side
// by side in two workers on copies of the same picture. While they are busy, pictures are let go
// rather than queued, so what comes out is always fresh.

/** @typedef {import("../live/wire.js").HandPoints} HandPoints */

/**
 * @typedef {object} Seen
 * @property {number} tMs When the picture was taken, in the page's performance time.
 * @property {Float32Array | null} face
 * @property {HandPoints[]} hands
 */

/**
 * @typedef {object} Addresses
 * @property {string} faceWorker
 * @property {string} handWorker
 * @property {string} faceModel
 * @property {string} handModel
 */

// Filled in by build.js: where the tracker's wasm lies beside this module.
/** @type {string} */
const WASM = new URL(TRACKER_FOLDER, import.meta.url).href;
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

export class Tracker {
  /** @type {TrackerWorker} */ #face;
  /** @type {TrackerWorker} */ #hands;
  #busy = false;
  #running = false;
  #handCount = 1;
  #lastTMs = 0;
  #missedTMs = 0;
  /** @type {(seen: Seen) => void} */ #onSeen;
  /** @type {(reason: string) => void} */ #onFailed;

  /**
   * @param {Addresses} addresses
   * @param {(seen: Seen) => void} onSeen
   * @param {(reason: string) => void} onFailed Told once when tracking cannot go on.
   */
  constructor(addresses, onSeen, onFailed) {
    this.#face = new TrackerWorker(addresses.faceWorker, WASM, addresses.faceModel);
    this.#hands = new TrackerWorker(addresses.handWorker, WASM, addresses.handModel);
    this.#onSeen = onSeen;
    this.#onFailed = onFailed;
  }

  /** Loads both landmarkers. */
  async load() {
    const delegate = fastestDelegate();
    await Promise.all([
      this.#face.start(delegate, this.#handCount),
      this.#hands.start(delegate, this.#handCount),
    ]);
  }

  /**
   * Looks for one or two hands; two cost twice as much.
   *
   * @param {number} count
   */
  lookFor(count) {
    if (count === this.#handCount) return;
    this.#handCount = count;
    this.#hands.lookFor(count);
  }

  /**
   * Tracks until `stop`.
   *
   * @param {HTMLVideoElement} video
   */
  start(video) {
    if (this.#running) return;
    this.#running = true;
    const next = () => {
      if (!this.#running) return;
      whenNextPicture(video, (tMs) => {
        next();
        if (this.#busy) this.#missedTMs = tMs;
        else this.#look(video, tMs);
      });
    };
    next();
  }

  stop() {
    this.#running = false;
  }

  /** Ends both workers. */
  close() {
    this.stop();
    this.#face.end();
    this.#hands.end();
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {number} tMs
   */
  async #look(video, tMs) {
    if (tMs <= this.#lastTMs || !video.videoWidth) return;
    this.#busy = true;
    this.#lastTMs = tMs;
    try {
      const pictures = await Promise.all([createImageBitmap(video), createImageBitmap(video)]);
      const [face, hands] = await Promise.all([
        this.#face.look(pictures[0], tMs),
        this.#hands.look(pictures[1], tMs),
      ]);
      this.#busy = false;
      if (!this.#running) return;
      // A picture that came meanwhile is still the one on show: take it rather than wait for
      // another, and before these points are worked on, so that the workers need not wait either.
      if (this.#missedTMs > tMs) this.#look(video, this.#missedTMs);
      this.#onSeen({ tMs, face, hands });
    } catch (error) {
      this.#busy = false;
      if (this.#running) {
        this.stop();
        this.#onFailed(String(error));
      }
    }
  }
}

/** One worker and the question it is answering. */
class TrackerWorker {
  /** @type {Worker | undefined} */ #worker;
  /** @type {{resolve: (value: any) => void, reject: (reason: Error) => void} | undefined} */
  #waiting;
  #address;
  #wasm;
  #model;

  /**
   * @param {string} address
   * @param {string} wasm
   * @param {string} model
   */
  constructor(address, wasm, model) {
    this.#address = address;
    this.#wasm = wasm;
    this.#model = model;
  }

  /**
   * Starts on the delegate asked for, or on the CPU where that fails.
   *
   * @param {"CPU" | "GPU"} delegate
   * @param {number} hands
   */
  async start(delegate, hands) {
    try {
      await this.#startOn(delegate, hands);
    } catch (error) {
      if (delegate === "CPU") throw error;
      await this.#startOn("CPU", hands);
    }
  }

  /**
   * @param {"CPU" | "GPU"} delegate
   * @param {number} hands
   */
  #startOn(delegate, hands) {
    this.end();
    const worker = new Worker(this.#address, { type: "module" });
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#answer(data));
    worker.addEventListener("error", (event) => {
      this.#answer({ type: "failed", reason: event.message || "the worker did not load" });
    });
    return this.#ask({ type: "start", wasm: this.#wasm, model: this.#model, delegate, hands }, []);
  }

  /** @param {number} hands */
  lookFor(hands) {
    this.#worker?.postMessage({ type: "hands", hands });
  }

  /**
   * @param {ImageBitmap} picture
   * @param {number} tMs
   */
  look(picture, tMs) {
    return this.#ask({ type: "picture", picture, tMs }, [picture]);
  }

  end() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#waiting?.reject(new Error("the tracker was ended"));
    this.#waiting = undefined;
  }

  /**
   * @param {import("./landmarker.js").ToWorker} message
   * @param {Transferable[]} transfer
   * @returns {Promise<any>}
   */
  #ask(message, transfer) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker?.postMessage(message, transfer);
    });
  }

  /** @param {{type: string, result?: any, reason?: string}} answer */
  #answer({ type, result, reason }) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (type === "failed") waiting?.reject(new Error(reason));
    else waiting?.resolve(result);
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {(tMs: number) => void} then
 */
function whenNextPicture(video, then) {
  if ("requestVideoFrameCallback" in video) {
    video.requestVideoFrameCallback((now, metadata) => then(metadata.captureTime ?? now));
  } else {
    requestAnimationFrame(then);
  }
}

/**
 * The GPU, where there is a real one: drawn in software it is slower than the CPU.
 *
 * @returns {"CPU" | "GPU"}
 */
function fastestDelegate() {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return "CPU";
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(String(renderer)) ? "CPU" : "GPU";
}
