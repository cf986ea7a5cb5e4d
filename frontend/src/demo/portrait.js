// A face and its hands in ink, from landmarks alone: what a demonstration shows where a session
// shows the camera's picture.

/** @typedef {import("../live/wire.js").HandPoints} HandPoints */
/** @typedef {{x: number, y: number}} XY */

// Lines of the face, as MediaPipe numbers its points.
const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
const UPPER_LIDS = [
  [33, 246, 161, 160, 159, 158, 157, 173, 133],
  [263, 466, 388, 387, 386, 385, 384, 398, 362],
];
const LOWER_LIDS = [
  [33, 7, 163, 144, 145, 153, 154, 155, 133],
  [263, 249, 390, 373, 374, 380, 381, 382, 362],
];
const BROWS = [
  { upper: [70, 63, 105, 66, 107], lower: [46, 53, 52, 65, 55] },
  { upper: [300, 293, 334, 296, 336], lower: [276, 283, 282, 295, 285] },
];
const LIPS = [
  [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
];
const MOUTH = [61, 78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 291];
const NOSE = [
  [193, 122, 196, 236, 198, 209],
  [417, 351, 419, 456, 420, 429],
  [209, 49, 48, 64, 98, 97, 2, 326, 327, 294, 278, 279, 429],
];
const EYES = [
  { outer: 33, inner: 133, up: 159, down: 145 },
  { outer: 263, inner: 362, up: 386, down: 374 },
];
// From ear to ear over the top, where the hair begins to stand off the skull.
const CROWN = [234, 127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356, 454];
const FACE_MIDDLE = 168;
const CHIN = 152;
const JAW = { right: 172, left: 397 };
const EARS = [
  { top: 127, foot: 132, away: 454 },
  { top: 356, foot: 361, away: 234 },
];
const FINGERS = [
  [0, 1, 2, 3, 4],
  [0, 5, 6, 7, 8],
  [0, 9, 10, 11, 12],
  [0, 13, 14, 15, 16],
  [0, 17, 18, 19, 20],
];
const PALM = [0, 1, 5, 9, 13, 17];
const WRIST = 0;
const MIDDLE_KNUCKLE = 9;
// A finger is about this wide for each millimetre from the wrist to the middle knuckle.
const FINGER_WIDTH = 0.19;

export class Portrait {
  canvas = document.createElement("canvas");
  #context;
  #ink = "";
  #paper = "";
  #soft = "";
  #penPx;

  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.#penPx = Math.max(width, height) / 640;
    this.#context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.#context.lineCap = this.#context.lineJoin = "round";
  }

  /**
   * @param {Float32Array | null} face
   * @param {HandPoints[]} hands
   */
  draw(face, hands) {
    // Read each time, so that the drawing follows the page's theme.
    const style = getComputedStyle(document.documentElement);
    this.#ink = style.getPropertyValue("--ink").trim();
    this.#paper = style.getPropertyValue("--paper-raised").trim();
    this.#soft = style.getPropertyValue("--ink-soft").trim();
    const { width, height } = this.canvas;
    this.#context.fillStyle = this.#paper;
    this.#context.fillRect(0, 0, width, height);
    if (face) this.#face(this.#reader(face));
    for (const { image } of hands) this.#hand(this.#reader(image));
  }

  /** @param {Float32Array} points @returns {(index: number) => XY} */
  #reader(points) {
    const { width, height } = this.canvas;
    return (index) => ({ x: points[index * 3] * width, y: points[index * 3 + 1] * height });
  }

  /** @param {(index: number) => XY} at */
  #face(at) {
    const eyes = distance(at(33), at(263));
    this.#neck(at, eyes);
    this.#hair(at);
    for (const ear of EARS) this.#ear(at, ear);
    this.#fill(OVAL.map(at), this.#paper);
    this.#line(OVAL.map(at), 2, { closed: true });
    for (const line of NOSE.slice(0, 2)) this.#line(line.map(at), 1, { colour: this.#soft });
    this.#line(NOSE[2].map(at), 1.6);
    for (const brow of BROWS) {
      this.#fill([...brow.upper.map(at), ...brow.lower.map(at).reverse()], this.#ink, 0.75);
    }
    for (const eye of EYES) this.#eye(at, eye);
    for (const lid of LOWER_LIDS) this.#line(lid.map(at), 1, { colour: this.#soft });
    for (const lid of UPPER_LIDS) this.#line(lid.map(at), 2.4);
    for (const lip of LIPS) this.#line(lip.map(at), 1.2);
    this.#line(MOUTH.map(at), 1.8);
  }

  /**
   * @param {(index: number) => XY} at
   * @param {{outer: number, inner: number, up: number, down: number}} eye
   */
  #eye(at, { outer, inner, up, down }) {
    const middle = mix(mix(at(outer), at(inner), 0.5), mix(at(up), at(down), 0.5), 0.5);
    const radius = 0.21 * distance(at(outer), at(inner));
    const context = this.#context;
    context.fillStyle = this.#ink;
    context.beginPath();
    context.arc(middle.x, middle.y, radius, 0, 2 * Math.PI);
    context.fill();
  }

  /** @param {(index: number) => XY} at */
  #hair(at) {
    const middle = at(FACE_MIDDLE);
    const outer = CROWN.map((index, n) => {
      const lift = Math.sin((Math.PI * n) / (CROWN.length - 1));
      return mix(middle, at(index), 1.04 + 0.34 * lift);
    });
    const inner = CROWN.map((index, n) => {
      const lift = Math.sin((Math.PI * n) / (CROWN.length - 1));
      return mix(middle, at(index), 1 + 0.03 * lift);
    });
    this.#fill([...outer, ...inner.reverse()], this.#paper);
    this.#line(outer, 2);
    for (const share of [0.3, 0.55, 0.8]) {
      const strand = outer.map((point, n) => mix(inner[inner.length - 1 - n], point, share));
      this.#line(strand.slice(2, -2), 0.8, { colour: this.#soft });
    }
  }

  /**
   * @param {(index: number) => XY} at
   * @param {{top: number, foot: number, away: number}} ear
   */
  #ear(at, { top, foot, away }) {
    const [from, to] = [at(top), at(foot)];
    const beside = (/** @type {number} */ down, /** @type {number} */ out) =>
      mix(at(away), mix(from, to, down), out);
    const shape = [
      beside(0.28, 0.99),
      beside(0.14, 1.08),
      beside(0.3, 1.12),
      beside(0.55, 1.095),
      beside(0.8, 1.06),
      beside(0.95, 1.02),
      beside(0.9, 0.99),
    ];
    this.#fill(shape, this.#paper);
    this.#line(shape, 1.6);
  }

  /**
   * @param {(index: number) => XY} at
   * @param {number} eyes
   */
  #neck(at, eyes) {
    const down = mix(at(10), at(CHIN), 1.1);
    const chin = at(CHIN);
    for (const [side, jaw] of /** @type {[number, XY][]} */ ([
      [-1, at(JAW.right)],
      [1, at(JAW.left)],
    ])) {
      const foot = { x: chin.x + side * 0.62 * eyes, y: down.y + 0.62 * eyes };
      const shoulder = { x: chin.x + side * 2.1 * eyes, y: down.y + 1.05 * eyes };
      this.#line([mix(jaw, chin, 0.12), mix(jaw, foot, 0.5), foot, mix(foot, shoulder, 0.4), shoulder], 1.8);
      const pit = { x: chin.x + side * 0.1 * eyes, y: down.y + 0.85 * eyes };
      this.#line([pit, mix(pit, shoulder, 0.45)], 1, { colour: this.#soft });
    }
  }

  /**
   * Every part in ink, then every part a little narrower in paper: what is left is the outline.
   *
   * @param {(index: number) => XY} at
   */
  #hand(at) {
    const size = distance(at(WRIST), at(MIDDLE_KNUCKLE));
    const width = FINGER_WIDTH * size;
    const elbow = mix(at(MIDDLE_KNUCKLE), at(WRIST), 4.2);
    const palm = PALM.map(at);
    const edge = 2.2 * this.#penPx;
    for (const [colour, more] of /** @type {[string, number][]} */ ([
      [this.#ink, edge],
      [this.#paper, -edge / 2],
    ])) {
      this.#stroke([mix(at(WRIST), at(MIDDLE_KNUCKLE), 0.1), elbow], 0.62 * size + more, colour);
      this.#fill(palm, colour);
      this.#stroke([...palm, palm[0]], width + more, colour);
      for (const finger of FINGERS) this.#stroke(finger.slice(1).map(at), width + more, colour);
    }
    for (const finger of FINGERS.slice(1)) {
      const [knuckle, joint] = [at(finger[1]), at(finger[2])];
      this.#line([mix(knuckle, joint, -0.25), mix(knuckle, joint, 0.2)], 0.8, { colour: this.#soft });
    }
  }

  /**
   * @param {XY[]} points
   * @param {number} pen For a picture 640 pixels wide.
   * @param {{closed?: boolean, colour?: string}} [more]
   */
  #line(points, pen, { closed = false, colour = this.#ink } = {}) {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = pen * this.#penPx;
    trace(context, closed ? [...points, points[0], points[1]] : points);
    context.stroke();
  }

  /**
   * @param {XY[]} points
   * @param {number} widthPx
   * @param {string} colour
   */
  #stroke(points, widthPx, colour) {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = widthPx;
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.stroke();
  }

  /**
   * @param {XY[]} points
   * @param {string} colour
   * @param {number} [alpha]
   */
  #fill(points, colour, alpha = 1) {
    const context = this.#context;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.fill();
    context.globalAlpha = 1;
  }
}

/**
 * A line through the middles between the points, so that it has no corners.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {XY[]} points
 */
function trace(context, points) {
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  for (let k = 1; k < points.length - 1; k++) {
    const middle = mix(points[k], points[k + 1], 0.5);
    context.quadraticCurveTo(points[k].x, points[k].y, middle.x, middle.y);
  }
  const last = points[points.length - 1];
  context.lineTo(last.x, last.y);
}

/** @param {XY} a @param {XY} b @param {number} share @returns {XY} */
function mix(a, b, share) {
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
}

/** @param {XY} a @param {XY} b */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
