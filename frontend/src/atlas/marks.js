/**
 * Pen strokes on the face: ribbons that lie on the surface, as wide as a nib in millimetres.
 */

import * as THREE from "three";
import { cross, unit } from "./geometry.js";

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./geometry.js").Ground} Ground
 * @typedef {{ line: Point[], width: number, start?: number, end?: number, closed?: boolean }} Pen
 */

const STEP_MM = 1.6;

/** A smooth line through points, evenly sampled. @param {Point[]} points @param {boolean} closed */
export function curve(points, closed = false) {
  if (points.length < 2) return points;
  const path = new THREE.CatmullRomCurve3(
    points.map((p) => new THREE.Vector3(...p)),
    closed,
    "centripetal",
  );
  const count = Math.max(3, Math.round(path.getLength() / STEP_MM));
  return path.getSpacedPoints(count).map((p) => /** @type {Point} */ ([p.x, p.y, p.z]));
}

/** @param {Point[]} line */
export function lengthOf(line) {
  return line.slice(1).reduce((sum, p, i) => sum + distance(p, line[i]), 0);
}

/** @param {Point} a @param {Point} b */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/**
 * Many strokes as one geometry.
 *
 * @param {Pen[]} pens
 * @param {Ground} ground
 */
export function strokes(pens, ground) {
  const ink = new Ink();
  for (const pen of pens) ink.stroke(pen, ground);
  return ink.geometry();
}

/** An arrowhead at the end of a line. @param {Point[]} line @param {number} size @param {Ground} ground */
export function arrowhead(line, size, ground) {
  const tip = line[line.length - 1];
  let back = line.length - 1;
  while (back > 0 && distance(line[back], tip) < size) back -= 1;
  const { at, normal } = ground.lay(tip, 0.9);
  const along = unit([tip[0] - line[back][0], tip[1] - line[back][1], tip[2] - line[back][2]]);
  const side = unit(cross(normal, along));
  const corner = (/** @type {number} */ ahead, /** @type {number} */ out) =>
    /** @type {Point} */ (at.map((value, k) => value + along[k] * ahead + side[k] * out));
  const ink = new Ink();
  const laid = (/** @type {Point} */ p) => ground.lay(p, 0.9).at;
  ink.triangle(corner(size * 0.55, 0), laid(corner(-size * 0.6, size * 0.5)), laid(corner(-size * 0.25, 0)), normal);
  ink.triangle(corner(size * 0.55, 0), laid(corner(-size * 0.25, 0)), laid(corner(-size * 0.6, -size * 0.5)), normal);
  return ink.geometry();
}

/** A ring on the surface. @param {Point} centre @param {number} radius @param {Ground} ground @returns {Point[]} */
export function ring(centre, radius, ground) {
  const { at, normal } = ground.lay(centre);
  const up = Math.abs(normal[1]) > 0.9 ? /** @type {Point} */ ([1, 0, 0]) : /** @type {Point} */ ([0, 1, 0]);
  const u = unit(cross(up, normal));
  const v = cross(normal, u);
  return Array.from({ length: 28 }, (_, i) => {
    const turn = (i / 28) * 2 * Math.PI;
    const point = at.map((value, k) => value + radius * (u[k] * Math.cos(turn) + v[k] * Math.sin(turn)));
    return ground.lay(/** @type {Point} */ (point)).at;
  });
}

/** Collects ribbons and triangles. */
class Ink {
  constructor() {
    /** @type {number[]} */ this.positions = [];
    /** @type {number[]} */ this.normals = [];
    /** @type {number[]} */ this.along = [];
    /** @type {number[]} */ this.across = [];
    /** @type {number[]} */ this.index = [];
  }

  /** @param {Pen} pen @param {Ground} ground */
  stroke({ line, width, start = 0.15, end = 0.15, closed = false }, ground) {
    const laid = curve(line, closed).map((p) => ground.lay(p, 0.5));
    const base = this.positions.length / 3;
    let along = 0;
    laid.forEach(({ at, normal }, i) => {
      const [before, after] = [laid[Math.max(0, i - 1)].at, laid[Math.min(laid.length - 1, i + 1)].at];
      if (i > 0) along += distance(at, laid[i - 1].at);
      const ahead = unit([after[0] - before[0], after[1] - before[1], after[2] - before[2]]);
      const side = unit(cross(normal, ahead));
      const half = (width / 2) * (closed ? 1 : nib(i / (laid.length - 1), start, end));
      for (const across of [-1, 1]) {
        this.#point(/** @type {Point} */ (at.map((x, k) => x + side[k] * half * across)), normal, along, across);
      }
      if (i > 0) {
        const k = base + 2 * i;
        this.index.push(k - 2, k - 1, k, k - 1, k + 1, k);
      }
    });
  }

  /** @param {Point} a @param {Point} b @param {Point} c @param {Point} normal */
  triangle(a, b, c, normal) {
    const base = this.positions.length / 3;
    for (const p of [a, b, c]) this.#point(p, normal, 0, 0);
    this.index.push(base, base + 1, base + 2);
  }

  /** @param {Point} p @param {Point} normal @param {number} along @param {number} across */
  #point(p, normal, along, across) {
    this.positions.push(...p);
    this.normals.push(...normal);
    this.along.push(along);
    this.across.push(across);
  }

  geometry() {
    const geometry = new THREE.BufferGeometry();
    const set = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {number} */ size) =>
      geometry.setAttribute(name, new THREE.Float32BufferAttribute(values, size));
    set("position", this.positions, 3);
    set("normal", this.normals, 3);
    set("aAlong", this.along, 1);
    set("aAcross", this.across, 1);
    set("aZone", new Array(this.along.length).fill(0), 1);
    geometry.setIndex(this.index);
    return geometry;
  }
}

/** How wide a stroke is along its way, 0..1. @param {number} s @param {number} start @param {number} end */
function nib(s, start, end) {
  const swell = Math.sin(Math.PI * Math.min(1, Math.max(0, s)));
  const base = start + (end - start) * s;
  return base + (1 - base) * swell;
}
