// Draws the movement on the person's own face: the path with its direction flowing at the target
// speed, the strokes already done as a trace beneath it, and the fingertips that are followed.
// Coordinates are the unmirrored picture's; the page mirrors video and canvas together.

import { SteadyFace } from "./steady.js";

/**
 * @typedef {object} PathPoint A point of the face: a weighted mean of landmarks moved by
 *   millimetres in the face frame (x to the person's left, y up, z out of the face).
 * @property {number[]} landmarks
 * @property {number[]} weights
 * @property {[number, number, number]} offset_mm
 */

/**
 * @typedef {object} Guide What to draw for one step.
 * @property {PathPoint[]} points
 * @property {"glide" | "circle" | "hold"} motion
 * @property {number} speedMmS Along the path.
 * @property {boolean} still Draw arrows instead of motion (the person asked for less motion).
 */

/** @typedef {{x: number, y: number}} XY */

// As often as the tracker sees, within these bounds: on a machine without a graphics processor
// every drawing takes its time from the tracker.
const DRAW_MS = { least: 30, most: 100 };
// The canonical face has its outer eye corners this far apart (src/faceglide/face/canonical.py).
const EXOCANTHIA_MM = 89;
const RIGHT_EXOCANTHION = 33;
const LEFT_EXOCANTHION = 263;
const FOREHEAD_TOP = 10;
const CHIN = 152;
const FINGERTIPS = [8, 12, 16];
const FLOW_GAP_MM = 22;
const MAX_TRACES = 12;

export class Overlay {
  #canvas;
  #context;
  #steady = new SteadyFace();
  /** @type {Guide | null} */ #guide = null;
  /** @type {PathPoint[][]} */ #traces = [];
  /** @type {Float32Array | null} */ #face = null;
  /** @type {import("../live/wire.js").HandPoints[]} */ #hands = [];
  #flowMm = 0;
  #lastMs = 0;
  #request = 0;
  #seenMs = 0;
  #drawMs = DRAW_MS.least;
  #colours = { path: "", flow: "", trace: "", paper: "" };

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.readColours();
  }

  /** Takes the colours from the style sheet, again when the theme changes. */
  readColours() {
    const style = getComputedStyle(this.#canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    this.#colours = {
      path: colour("--overlay-path"),
      flow: colour("--overlay-flow"),
      trace: colour("--overlay-trace"),
      paper: colour("--overlay-paper"),
    };
  }

  /** @param {Guide | null} guide */
  show(guide) {
    this.#guide = guide;
    this.#flowMm = 0;
  }

  /**
   * Leaves the trace of a stroke done along a path.
   *
   * @param {PathPoint[]} points
   */
  leaveTrace(points) {
    if (!this.#traces.includes(points)) this.#traces.push(points);
    if (this.#traces.length > MAX_TRACES) this.#traces.shift();
  }

  /** @param {import("../tracker/tracker.js").Seen} seen */
  see({ face, hands }) {
    this.#face = this.#steady.see(face, hands, this.#canvas.width, this.#canvas.height);
    this.#hands = hands;
    const now = performance.now();
    const apart = 0.9 * this.#drawMs + 0.1 * (now - this.#seenMs);
    this.#drawMs = Math.min(DRAW_MS.most, Math.max(DRAW_MS.least, apart));
    this.#seenMs = now;
  }

  start() {
    cancelAnimationFrame(this.#request);
    let drawn = -Infinity;
    const draw = (/** @type {number} */ now) => {
      this.#request = requestAnimationFrame(draw);
      if (now - drawn < this.#drawMs) return;
      drawn = now;
      this.#draw(now);
    };
    this.#request = requestAnimationFrame(draw);
  }

  stop() {
    cancelAnimationFrame(this.#request);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /**
   * The picture's size; the canvas is drawn at it and scaled with the video.
   *
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  /** @param {number} now */
  #draw(now) {
    const seconds = Math.min((now - this.#lastMs) / 1000, 0.1);
    this.#lastMs = now;
    const { width, height } = this.#canvas;
    this.#context.clearRect(0, 0, width, height);
    if (!this.#face) return;
    const place = placeOn(this.#face, width, height);
    for (const trace of this.#traces) this.#line(trace.map(place.at), this.#colours.trace, 5, 0.8);
    const guide = this.#guide;
    if (guide) {
      const path = guide.points.map(place.at);
      if (guide.motion === "hold") this.#drawHolds(path, place.pxPerMm, now);
      else this.#drawPath(path, place.pxPerMm, guide, seconds);
    }
    this.#drawFingertips(width, height);
  }

  /**
   * @param {XY[]} path
   * @param {number} pxPerMm
   * @param {Guide} guide
   * @param {number} seconds
   */
  #drawPath(path, pxPerMm, guide, seconds) {
    const { paper, path: ink, flow } = this.#colours;
    this.#line(path, paper, 9, 0.75);
    this.#line(path, ink, 3.5, 1);
    const along = lengths(path);
    const length = along[along.length - 1];
    const gap = FLOW_GAP_MM * pxPerMm;
    if (!guide.still) this.#flowMm = (this.#flowMm + guide.speedMmS * seconds) % FLOW_GAP_MM;
    const shift = guide.still ? gap / 2 : this.#flowMm * pxPerMm;
    for (let at = shift; at < length; at += gap) this.#arrow(path, along, at, flow, 7);
    if (guide.motion === "glide") {
      this.#dot(path[0], ink, 6);
      this.#arrow(path, along, length, ink, 13);
    }
  }

  /**
   * @param {XY[]} points
   * @param {number} pxPerMm
   * @param {number} now
   */
  #drawHolds(points, pxPerMm, now) {
    const breath = 1 + 0.12 * Math.sin(now / 700);
    for (const point of points) {
      this.#ring(point, 8 * pxPerMm * breath, this.#colours.paper, 7);
      this.#ring(point, 8 * pxPerMm * breath, this.#colours.path, 3.5);
    }
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #drawFingertips(width, height) {
    for (const { image } of this.#hands) {
      for (const tip of FINGERTIPS) {
        const at = { x: image[tip * 3] * width, y: image[tip * 3 + 1] * height };
        this.#ring(at, 5, this.#colours.paper, 2);
      }
    }
  }

  /**
   * @param {XY[]} path
   * @param {string} colour
   * @param {number} width
   * @param {number} alpha
   */
  #line(path, colour, width, alpha) {
    const context = this.#context;
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = this.#scaled(width);
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(path[0].x, path[0].y);
    for (const { x, y } of path) context.lineTo(x, y);
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * @param {XY[]} path
   * @param {number[]} along
   * @param {number} at
   * @param {string} colour
   * @param {number} size
   */
  #arrow(path, along, at, colour, size) {
    const { x, y, angle } = walk(path, along, at);
    const context = this.#context;
    const half = this.#scaled(size);
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.fillStyle = colour;
    context.strokeStyle = this.#colours.paper;
    context.lineWidth = this.#scaled(1.5);
    context.beginPath();
    context.moveTo(half, 0);
    context.lineTo(-half * 0.7, half * 0.75);
    context.lineTo(-half * 0.35, 0);
    context.lineTo(-half * 0.7, -half * 0.75);
    context.closePath();
    context.fill();
    context.stroke();
    context.restore();
  }

  /**
   * @param {XY} at
   * @param {string} colour
   * @param {number} radius
   */
  #dot(at, colour, radius) {
    const context = this.#context;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(at.x, at.y, this.#scaled(radius), 0, 2 * Math.PI);
    context.fill();
  }

  /**
   * @param {XY} at
   * @param {number} radiusPx
   * @param {string} colour
   * @param {number} width
   */
  #ring(at, radiusPx, colour, width) {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = this.#scaled(width);
    context.beginPath();
    context.arc(at.x, at.y, radiusPx, 0, 2 * Math.PI);
    context.stroke();
  }

  /**
   * Line widths are for a picture 640 pixels wide.
   *
   * @param {number} size
   */
  #scaled(size) {
    return (size * Math.max(this.#canvas.width, this.#canvas.height)) / 640;
  }
}

/**
 * How points of the face land on the picture: the face frame's axes from landmarks that hands
 * rarely cover.
 *
 * @param {Float32Array} face
 * @param {number} width
 * @param {number} height
 */
function placeOn(face, width, height) {
  const landmark = (/** @type {number} */ index) => [
    face[index * 3] * width,
    face[index * 3 + 1] * height,
    face[index * 3 + 2] * width,
  ];
  const left = minus(landmark(LEFT_EXOCANTHION), landmark(RIGHT_EXOCANTHION));
  const pxPerMm = Math.hypot(...left) / EXOCANTHIA_MM;
  const xAxis = unit(left);
  const up = minus(landmark(FOREHEAD_TOP), landmark(CHIN));
  const yAxis = unit(minus(up, times(xAxis, dot(up, xAxis))));
  // Out of the face is towards the camera, where z falls.
  const zAxis = cross(xAxis, yAxis);

  /** @param {PathPoint} point */
  const at = ({ landmarks, weights, offset_mm: [dx, dy, dz] }) => {
    let x = (dx * xAxis[0] + dy * yAxis[0] + dz * zAxis[0]) * pxPerMm;
    let y = (dx * xAxis[1] + dy * yAxis[1] + dz * zAxis[1]) * pxPerMm;
    for (let k = 0; k < landmarks.length; k++) {
      x += weights[k] * face[landmarks[k] * 3] * width;
      y += weights[k] * face[landmarks[k] * 3 + 1] * height;
    }
    return { x, y };
  };
  return { at, pxPerMm };
}

/** @param {XY[]} path @returns {number[]} The length up to each point. */
function lengths(path) {
  const along = [0];
  for (let k = 1; k < path.length; k++) {
    along.push(along[k - 1] + Math.hypot(path[k].x - path[k - 1].x, path[k].y - path[k - 1].y));
  }
  return along;
}

/**
 * @param {XY[]} path
 * @param {number[]} along
 * @param {number} at
 */
function walk(path, along, at) {
  let k = 1;
  while (k < path.length - 1 && along[k] < at) k++;
  const [from, to] = [path[k - 1], path[k]];
  const share = (at - along[k - 1]) / (along[k] - along[k - 1] || 1);
  return {
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
    angle: Math.atan2(to.y - from.y, to.x - from.x),
  };
}

/** @typedef {number[]} Vector */

/** @param {Vector} a @param {Vector} b */
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
/** @param {Vector} a @param {number} by */
const times = (a, by) => [a[0] * by, a[1] * by, a[2] * by];
/** @param {Vector} a @param {Vector} b */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
/** @param {Vector} a */
const unit = (a) => times(a, 1 / (Math.hypot(...a) || 1));
/** @param {Vector} a @param {Vector} b */
const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
