/**
 * The head as the renderer wants it: each point with its normal, its shade and its way inwards.
 *
 * @typedef {import("./geometry.js").Surface} Surface
 */

import * as THREE from "three";
import { distanceTo, loopsOf, unroll } from "./geometry.js";

const OUTSIDE_MM = 500;
/** No zone reaches round to the back. */
export const NAPE_Z_MM = -95;

/**
 * @param {Surface} surface
 * @param {Float32Array} normals
 */
export function asGeometry(surface, normals) {
  const geometry = new THREE.BufferGeometry();
  const count = surface.points.length / 3;
  geometry.setAttribute("position", new THREE.BufferAttribute(surface.points, 3));
  geometry.setAttribute("normal", new THREE.BufferAttribute(normals, 3));
  geometry.setAttribute("aHollow", new THREE.BufferAttribute(hollows(surface, normals), 1));
  geometry.setAttribute("aInward", new THREE.BufferAttribute(inward(surface, normals), 3));
  geometry.setAttribute("aZone", new THREE.BufferAttribute(new Float32Array(count).fill(OUTSIDE_MM), 1));
  geometry.setIndex(new THREE.BufferAttribute(surface.triangles, 1));
  return geometry;
}

const EVENING = 10;

/**
 * The way down from each point: against its normal, evened out so that layers do not cross in
 * the folds of mouth and nose.
 *
 * @param {Surface} surface
 * @param {Float32Array} normals
 */
function inward({ triangles }, normals) {
  let even = normals.map((value) => -value);
  for (let pass = 0; pass < EVENING; pass += 1) {
    const sum = even.slice();
    for (let t = 0; t < triangles.length; t += 3)
      for (const [a, b] of [[0, 1], [1, 2], [2, 0]])
        for (let k = 0; k < 3; k += 1) {
          sum[triangles[t + a] * 3 + k] += even[triangles[t + b] * 3 + k];
          sum[triangles[t + b] * 3 + k] += even[triangles[t + a] * 3 + k];
        }
    for (let i = 0; i < sum.length; i += 3) {
      const length = Math.hypot(sum[i], sum[i + 1], sum[i + 2]) || 1;
      for (let k = 0; k < 3; k += 1) sum[i + k] /= length;
    }
    even = sum;
  }
  return even;
}

/**
 * How sunken each point lies among its neighbours: more shade in hollows, less on ridges.
 *
 * @param {Surface} surface
 * @param {Float32Array} normals
 */
function hollows({ points, triangles }, normals) {
  const count = points.length / 3;
  const sum = new Float32Array(count);
  const edge = new Float32Array(count);
  for (let t = 0; t < triangles.length; t += 1) {
    const here = triangles[t];
    const there = triangles[t - (t % 3) + ((t + 1) % 3)];
    for (const [at, sign] of [[here, 1], [there, -1]]) {
      let [rise, length] = [0, 0];
      for (let k = 0; k < 3; k += 1) {
        const step = (points[there * 3 + k] - points[here * 3 + k]) * sign;
        rise += step * normals[at * 3 + k];
        length += step * step;
      }
      sum[at] += rise;
      edge[at] += Math.sqrt(length);
    }
  }
  return sum.map((rise, v) => Math.max(-0.3, Math.min(0.45, (rise / (edge[v] || 1)) * 1.9)));
}

/**
 * Writes into each point its distance from a zone's edge.
 *
 * @param {THREE.BufferGeometry} geometry
 * @param {{ outlines: import("./geometry.js").Point[][] } | undefined} zone
 */
export function measure(geometry, zone) {
  const [points, distances] = [geometry.getAttribute("position"), geometry.getAttribute("aZone")];
  const loops = zone ? loopsOf(zone.outlines) : [];
  for (let v = 0; v < distances.count; v += 1) {
    const [x, y, z] = [points.getX(v), points.getY(v), points.getZ(v)];
    const reached = zone && z > NAPE_Z_MM;
    distances.setX(v, reached ? distanceTo(unroll(x, y, z), loops) : OUTSIDE_MM);
  }
  distances.needsUpdate = true;
}
