// The live link: frames and commands out, events in, over one WebSocket that comes back by itself.
// Nothing that was not acknowledged is forgotten: commands stay until the server says they are
// stored; frames stay for the last half minute, so that a server that lost its memory can judge
// them again. See docs/contracts.md, "The live socket".

import { encodeFrames } from "./wire.js";

/** @typedef {import("./commands.js").Command} Command */
/** @typedef {import("./commands.js").CommandStore} CommandStore */
/** @typedef {import("./wire.js").TrackedFrame} TrackedFrame */
/** @typedef {{width: number, height: number, tracker: string}} Camera */
/** @typedef {{type: string, n: number, [field: string]: any}} LiveEvent */

/**
 * @typedef {object} Begun What the server is told of the session.
 * @property {string} plan
 * @property {Camera | null} camera Null for a session guided without one.
 * @property {number | null} begunAt When it began, in the browser's own milliseconds; null is now.
 */

/**
 * @typedef {object} Hello
 * @property {number[]} points
 * @property {number} seq The newest frame that the server has judged.
 * @property {number} t_ms That frame's time.
 * @property {boolean} fresh The server's judge starts anew: it wants the kept frames again.
 * @property {any} state
 */

/**
 * @typedef {object} Listener
 * @property {(hello: Hello) => void} hello
 * @property {(events: LiveEvent[], state: any) => void} events
 * @property {(connected: boolean) => void} connected
 * @property {(reason: string) => void} refused Told once; the link then stays closed.
 */

const KEEP_MS = 30_000;
const RETRY_MS = [250, 500, 1000, 2000, 4000];
// A link that has held this long is well again: the next loss is met with a quick retry.
const WELL_MS = 10_000;
// Beyond this the socket is slower than the camera, and older frames are better sent later.
const FULL_BYTES = 256 * 1024;
const FINAL_CODES = new Set([1002, 1003, 1007, 1008, 1009, 4001, 4004]);

export class Link {
  /** @type {WebSocket | undefined} */ #socket;
  #ready = false;
  #closed = false;
  #tries = 0;
  #welcomedMs = 0;
  /** @type {number[]} */ #points = [];
  /** @type {{seq: number, tMs: number, message: ArrayBuffer}[]} */ #kept = [];
  #sentSeq = 0;
  #seenEvent = 0;
  #address;
  #listener;
  #store;
  #begun;

  /**
   * @param {string} address Of the socket, ws: or wss:.
   * @param {Begun} begun
   * @param {CommandStore} store
   * @param {Listener} listener
   */
  constructor(address, begun, store, listener) {
    this.#address = address;
    this.#begun = begun;
    this.#store = store;
    this.#listener = listener;
  }

  open() {
    if (this.#closed) return;
    const socket = new WebSocket(this.#address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => {
      const { plan, camera, begunAt } = this.#begun;
      // How long ago, not when: the server's clock may be another machine's.
      const began_s_ago = begunAt === null ? 0 : (Date.now() - begunAt) / 1000;
      const about = { plan, camera, after: this.#seenEvent, began_s_ago };
      socket.send(JSON.stringify({ type: "hello", version: 1, ...about }));
    });
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    socket.addEventListener("close", (event) => this.#lost(socket, event));
  }

  /** Sends everything still waiting, then closes for good. */
  close() {
    this.#closed = true;
    this.#socket?.close(1000);
  }

  /**
   * Sends a frame now, or once the link is back.
   *
   * @param {TrackedFrame} frame
   */
  send(frame) {
    if (this.#points.length === 0) return;
    const message = encodeFrames([frame], this.#points);
    this.#kept.push({ seq: frame.seq, tMs: frame.tMs, message });
    const oldest = frame.tMs - KEEP_MS;
    while (this.#kept[0].tMs < oldest) this.#kept.shift();
    this.#flush();
  }

  /**
   * Sends a command; it is kept until the server has stored it.
   *
   * @param {Omit<Command, "id">} asked
   */
  command(asked) {
    const command = this.#store.add(asked);
    if (this.#ready) this.#socket?.send(JSON.stringify({ type: "command", ...command }));
  }

  /** Whether everything commanded so far has been stored. */
  get settled() {
    return this.#store.waiting().length === 0;
  }

  /** @param {any} message */
  #take(message) {
    if (message.type === "hello") {
      this.#welcome(message);
    } else if (message.type === "events") {
      const fresh = message.events.filter((/** @type {LiveEvent} */ { n }) => n > this.#seenEvent);
      for (const { n } of fresh) this.#seenEvent = n;
      if (message.command) this.#store.stored(message.command);
      this.#listener.events(fresh, message.state);
    }
  }

  /** @param {Hello & {points: number[]}} hello */
  #welcome(hello) {
    this.#welcomedMs = performance.now();
    this.#points = hello.points;
    this.#sentSeq = hello.fresh ? 0 : hello.seq;
    this.#ready = true;
    this.#listener.connected(true);
    this.#listener.hello(hello);
    for (const command of this.#store.waiting()) {
      this.#socket?.send(JSON.stringify({ type: "command", ...command }));
    }
    this.#flush();
  }

  #flush() {
    const socket = this.#socket;
    if (!this.#ready || !socket) return;
    let at = this.#kept.length;
    while (at > 0 && this.#kept[at - 1].seq > this.#sentSeq) at--;
    for (; at < this.#kept.length && socket.bufferedAmount < FULL_BYTES; at++) {
      socket.send(this.#kept[at].message);
      this.#sentSeq = this.#kept[at].seq;
    }
  }

  /**
   * @param {WebSocket} socket
   * @param {CloseEvent} event
   */
  #lost(socket, event) {
    if (socket !== this.#socket) return;
    this.#ready = false;
    this.#listener.connected(false);
    if (this.#closed) return;
    if (FINAL_CODES.has(event.code)) {
      this.#closed = true;
      this.#listener.refused(event.reason || `code ${event.code}`);
      return;
    }
    if (performance.now() - this.#welcomedMs > WELL_MS) this.#tries = 0;
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)];
    setTimeout(() => this.open(), wait);
  }
}
