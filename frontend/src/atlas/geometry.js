/**
 * Surfaces as plain arrays: smoothing, normals, laying points on them, distances to outlines.
 *
 * Points are [x, y, z] in millimetres in the face frame: x to the person's left, y up, z out.
 *
 * @typedef {[number, number, number]} Point
 * @typedef {{ points: Float32Array, triangles: Uint32Array }} Surface
 */

/**
 * One round of Loop subdivision: each triangle becomes four and the surface gets smoother.
 *
 * @param {Surface} surface
 * @returns {Surface}
 */
export function subdivide({ points, triangles }) {
  const count = points.length / 3;
  /** @type {Map<number, {a: number, b: number, across: number[], index: number}>} */
  const edges = new Map();
  const edge = (/** @type {number} */ a, /** @type {number} */ b) => {
    const key = a < b ? a * count + b : b * count + a;
    let found = edges.get(key);
    if (!found) edges.set(key, (found = { a, b, across: [], index: count + edges.size }));
    return found;
  };
  const fine = new Uint32Array(triangles.length * 4);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const sides = [edge(a, b), edge(b, c), edge(c, a)];
    sides[0].across.push(c);
    sides[1].across.push(a);
    sides[2].across.push(b);
    const [ab, bc, ca] = sides.map((side) => side.index);
    fine.set([a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca], t * 4);
  }
  const smooth = new Float32Array((count + edges.size) * 3);
  moveOld(points, edges.values(), count, smooth);
  for (const { a, b, across, index } of edges.values()) {
    for (let k = 0; k < 3; k += 1) {
      const ends = points[a * 3 + k] + points[b * 3 + k];
      smooth[index * 3 + k] =
        across.length === 2
          ? 0.375 * ends + 0.125 * (points[across[0] * 3 + k] + points[across[1] * 3 + k])
          : 0.5 * ends;
    }
  }
  return { points: smooth, triangles: fine };
}

/**
 * @param {Float32Array} points
 * @param {Iterable<{a: number, b: number, across: number[]}>} edges
 * @param {number} count
 * @param {Float32Array} out
 */
function moveOld(points, edges, count, out) {
  const sum = new Float32Array(count * 3);
  const degree = new Uint16Array(count);
  const rim = new Float32Array(count * 3);
  const rimDegree = new Uint16Array(count);
  for (const { a, b, across } of edges) {
    const open = across.length < 2;
    for (const [here, there] of [[a, b], [b, a]]) {
      degree[here] += 1;
      rimDegree[here] += open ? 1 : 0;
      for (let k = 0; k < 3; k += 1) {
        sum[here * 3 + k] += points[there * 3 + k];
        rim[here * 3 + k] += open ? points[there * 3 + k] : 0;
      }
    }
  }
  for (let v = 0; v < count; v += 1) {
    const n = degree[v];
    const beta = n === 3 ? 3 / 16 : 3 / (8 * n);
    for (let k = 0; k < 3; k += 1) {
      const at = v * 3 + k;
      out[at] =
        rimDegree[v] === 2
          ? 0.75 * points[at] + 0.125 * rim[at]
          : (1 - n * beta) * points[at] + beta * sum[at];
    }
  }
}

/**
 * @param {Surface} surface
 * @returns {Float32Array} unit normals, one per point
 */
export function normalsOf({ points, triangles }) {
  const normals = new Float32Array(points.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] * 3, triangles[t + 1] * 3, triangles[t + 2] * 3];
    const u = [0, 1, 2].map((k) => points[b + k] - points[a + k]);
    const v = [0, 1, 2].map((k) => points[c + k] - points[a + k]);
    const n = cross(/** @type {Point} */ (u), /** @type {Point} */ (v));
    for (const corner of [a, b, c]) for (let k = 0; k < 3; k += 1) normals[corner + k] += n[k];
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1;
    for (let k = 0; k < 3; k += 1) normals[i + k] /= length;
  }
  return normals;
}

/** @param {Point} u @param {Point} v @returns {Point} */
export function cross(u, v) {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}

/** @param {Point} v @returns {Point} */
export function unit(v) {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

const CELL_MM = 12;

/** A surface with a grid over its points, so that points can be laid on it quickly. */
export class Ground {
  /** @param {Surface} surface @param {Float32Array} normals */
  constructor(surface, normals) {
    this.points = surface.points;
    this.normals = normals;
    /** @type {Map<string, number[]>} */
    this.cells = new Map();
    for (let v = 0; v < this.points.length / 3; v += 1) {
      const key = this.#cell(this.#point(v)).join();
      const cell = this.cells.get(key);
      if (cell) cell.push(v);
      else this.cells.set(key, [v]);
    }
  }

  /** @param {number} v @returns {Point} */
  #point(v) {
    return [this.points[v * 3], this.points[v * 3 + 1], this.points[v * 3 + 2]];
  }

  /** @param {Point} p */
  #cell(p) {
    return p.map((value) => Math.floor(value / CELL_MM));
  }

  /**
   * The place on the surface nearest to a point.
   *
   * @param {Point} p
   * @param {number} lift millimetres above the surface
   * @returns {{ at: Point, normal: Point }}
   */
  lay(p, lift = 0) {
    const near = this.#nearest(p);
    const [q, n] = [this.#point(near), this.#normal(near)];
    const above = n[0] * (p[0] - q[0]) + n[1] * (p[1] - q[1]) + n[2] * (p[2] - q[2]);
    const down = lift - above;
    return { at: [p[0] + n[0] * down, p[1] + n[1] * down, p[2] + n[2] * down], normal: n };
  }

  /** @param {number} v @returns {Point} */
  #normal(v) {
    return [this.normals[v * 3], this.normals[v * 3 + 1], this.normals[v * 3 + 2]];
  }

  /** @param {Point} p */
  #nearest(p) {
    const [x, y, z] = this.#cell(p);
    let [best, bestDistance] = [0, Infinity];
    for (let reach = 1; reach <= 5 && bestDistance === Infinity; reach += 1) {
      for (let i = -reach; i <= reach; i += 1)
        for (let j = -reach; j <= reach; j += 1)
          for (let k = -reach; k <= reach; k += 1)
            for (const v of this.cells.get(`${x + i},${y + j},${z + k}`) ?? []) {
              const distance = squared(this.#point(v), p);
              if (distance < bestDistance) [best, bestDistance] = [v, distance];
            }
    }
    return best;
  }
}

/** @param {Point} a @param {Point} b */
function squared(a, b) {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

// The face unrolls round an upright axis a little behind the cheeks.
const AXIS_Z_MM = -30;
const UNROLL_MM = 85;

/** @param {number} x @param {number} y @param {number} z @returns {[number, number]} */
export function unroll(x, y, z) {
  return [Math.atan2(x, z - AXIS_Z_MM) * UNROLL_MM, y];
}

/**
 * Outlines as loops on the unrolled face. A pair that meets on the midline becomes one loop.
 *
 * @param {Point[][]} outlines the right side's, then the left side's
 * @returns {[number, number][][]}
 */
export function loopsOf(outlines) {
  const [right, left] = outlines;
  const meets = [right[0], right[right.length - 1]].every(([x]) => Math.abs(x) < 2);
  const loops = meets ? [[...right, ...[...left].reverse()]] : outlines;
  return loops.map((loop) => round(loop.map((p) => unroll(...p))));
}

/** Cuts the corners of a closed loop, twice. @param {[number, number][]} loop */
function round(loop) {
  let curve = loop;
  for (let pass = 0; pass < 2; pass += 1) {
    curve = curve.flatMap((p, i) => {
      const q = curve[(i + 1) % curve.length];
      const mix = (/** @type {number} */ s) =>
        /** @type {[number, number]} */ ([p[0] + (q[0] - p[0]) * s, p[1] + (q[1] - p[1]) * s]);
      return [mix(0.25), mix(0.75)];
    });
  }
  return curve;
}

/**
 * Distance to the nearest loop's edge in millimetres; negative inside.
 *
 * @param {[number, number]} p
 * @param {[number, number][][]} loops
 */
export function distanceTo(p, loops) {
  let nearest = Infinity;
  for (const loop of loops) nearest = Math.min(nearest, distanceToLoop(p, loop));
  return nearest;
}

/** @param {[number, number]} p @param {[number, number][]} loop */
function distanceToLoop([x, y], loop) {
  let [best, inside] = [Infinity, false];
  for (let i = 0, j = loop.length - 1; i < loop.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [loop[j], loop[i]];
    const [ux, uy] = [bx - ax, by - ay];
    const along = ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1);
    const s = Math.min(1, Math.max(0, along));
    best = Math.min(best, Math.hypot(x - ax - ux * s, y - ay - uy * s));
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * ux) inside = !inside;
  }
  return inside ? -best : best;
}
