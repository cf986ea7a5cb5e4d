/**
 * The plate: holds the head, turns it, and draws only when something changed.
 */

import * as THREE from "three";
import { bust, ear } from "./bust.js";
import { features } from "./features.js";
import { Ground, distanceTo, loopsOf, normalsOf, unroll } from "./geometry.js";
import { NAPE_Z_MM, asGeometry, measure } from "./head.js";
import { layerMaterials, markMaterial, outlineMaterial, palette, peel } from "./ink.js";
import { arrowhead, curve, lengthOf, ring, strokes } from "./marks.js";

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{ id: string, name: string, outlines: Point[][] }} Zone
 * @typedef {{ id: string, name: string, zone: string, motion: string, speedMmS: number,
 *   paths: Point[][] }} Movement
 * @typedef {{ id: string, name: string, zones: string[], radiusMm: number, lines: Point[][] }} NoPress
 * @typedef {{ vertices: Point[], triangles: [number, number, number][], mirror: number[],
 *   zones: Zone[], movements: Movement[], noPress: NoPress[] }} Atlas
 */

const ROUNDS = 2;
const VIEW = { yaw: -0.42, pitch: 0.06, zoom: 1 };
const LIMITS = { pitch: 0.75, near: 2.6, far: 0.75 };
const FIELD_DEG = 20;
const DISTANCE_MM = 860;
const CENTRE = new THREE.Vector3(0, -24, -22);
const LINE_PX = 5.2;

export class Stage {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Atlas} atlas
   * @param {{ still: boolean, onView: () => void }} options
   */
  constructor(canvas, atlas, { still, onView }) {
    this.canvas = canvas;
    this.atlas = atlas;
    this.still = still;
    this.onView = onView;
    this.view = { ...VIEW };
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.camera = new THREE.PerspectiveCamera(FIELD_DEG, 1, 200, 2500);
    this.head = new THREE.Group();
    this.scene = new THREE.Scene().add(this.head);
    this.shared = palette();
    this.time = { value: 0 };
    this.resolution = new THREE.Vector2();
    this.shown = new THREE.Group();
    this.warnings = new THREE.Group();
    this.pending = false;
    this.moving = false;
    this.distance = 0;
    const surface = bust(this.atlas.vertices, this.atlas.triangles, this.atlas.mirror, ROUNDS);
    const normals = normalsOf(surface);
    this.ground = new Ground(surface, normals);
    const geometry = asGeometry(surface, normals);
    this.geometry = geometry;
    this.layers = layerMaterials(this.shared);
    this.meshes = this.layers.map((material) => this.#solid(geometry, material));
    this.head.add(...this.meshes);
    this.#addEars();
    const lay = (/** @type {Point} */ p) => this.ground.lay(p).at;
    const pens = features(this.atlas.vertices, this.atlas.mirror, lay);
    const cut = /** @type {{value: number}} */ (this.layers[0].uniforms.uCut);
    const ink = markMaterial(this.shared, { colour: this.shared.uInk, cut });
    this.face = new THREE.Mesh(strokes(pens, this.ground), ink);
    this.head.add(this.face, this.shown, this.warnings);
    this.#addWarnings();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  /** A surface with the line round it. @param {THREE.BufferGeometry} geometry @param {THREE.ShaderMaterial} material */
  #solid(geometry, material) {
    const outline = outlineMaterial(this.shared, this.resolution, material);
    return new THREE.Mesh(geometry, material).add(new THREE.Mesh(geometry, outline));
  }

  #addEars() {
    const [skin] = layerMaterials({ ...this.shared, uHalf: { value: 0 } });
    for (const side of /** @type {const} */ (["right", "left"])) {
      const surface = ear(side);
      this.head.add(this.#solid(asGeometry(surface, normalsOf(surface)), skin));
    }
  }

  #addWarnings() {
    const pens = this.atlas.noPress.flatMap(({ lines, radiusMm }) =>
      lines.flatMap((line) => warning(line, radiusMm, this.ground)),
    );
    const look = { colour: this.shared.uInk, liftMm: 2.4, paperEdge: 0.36 };
    this.warnings.add(new THREE.Mesh(strokes(pens, this.ground), markMaterial(this.shared, look)));
    this.warnings.visible = false;
  }

  /** @param {{ paper: string, ink: string, signal: string }} colours */
  dress({ paper, ink, signal }) {
    this.shared.uPaper.value.set(paper);
    this.shared.uInk.value.set(ink);
    this.shared.uSignal.value.set(signal);
    this.shared.uNight.value = light(this.shared.uInk.value) > light(this.shared.uPaper.value) ? 1 : 0;
    this.draw();
  }

  /** Chooses a zone, or none. @param {string | null} id */
  choose(id) {
    const zone = this.atlas.zones.find((entry) => entry.id === id);
    for (const geometry of [this.geometry, this.face.geometry]) measure(geometry, zone);
    this.shared.uZoneOn.value = zone ? 1 : 0;
    this.shared.uHalf.value = zone ? 0 : 1;
    this.#showMovements(id);
    this.draw();
  }

  /** @param {string | null} zone */
  #showMovements(zone) {
    for (const mesh of /** @type {THREE.Mesh[]} */ ([...this.shown.children])) {
      mesh.geometry.dispose();
      /** @type {THREE.Material} */ (mesh.material).dispose();
      this.shown.remove(mesh);
    }
    const movements = this.atlas.movements.filter((movement) => movement.zone === zone);
    for (const movement of movements) for (const path of movement.paths) this.#addPath(movement, path);
    this.#mayMove();
  }

  /** @param {Movement} movement @param {Point[]} path */
  #addPath(movement, path) {
    const look = { colour: this.shared.uSignal, liftMm: 2, paperEdge: 0.36 };
    if (movement.motion === "hold") {
      const pens = path.map((p) => ({ line: ring(p, 5, this.ground), width: 2.6, closed: true }));
      this.shown.add(new THREE.Mesh(strokes(pens, this.ground), markMaterial(this.shared, look)));
      return;
    }
    const closed = movement.motion === "circle";
    const line = curve(path.map((p) => this.ground.lay(p).at));
    const flow = { speedMmS: movement.speedMmS, lengthMm: lengthOf(line), time: this.time };
    const pens = [{ line, width: 3.2, start: closed ? 1 : 0.5, end: 0.9 }];
    this.shown.add(
      new THREE.Mesh(strokes(pens, this.ground), markMaterial(this.shared, { ...look, ...flow })),
      new THREE.Mesh(
        arrowhead(closed ? line.slice(0, Math.round(line.length * 0.8)) : line, 9, this.ground),
        markMaterial(this.shared, { ...look, liftMm: 2.6 }),
      ),
    );
  }

  /** Lifts layers off, from the skin inwards. @param {number} down */
  lift(down) {
    peel(this.layers, down);
    this.meshes.forEach((mesh, layer) => (mesh.visible = layer <= down));
    this.draw();
  }

  /** @param {boolean} on */
  warn(on) {
    this.warnings.visible = on;
    this.draw();
  }

  /** @param {{ yaw?: number, pitch?: number, zoom?: number }} by */
  turn({ yaw = 0, pitch = 0, zoom = 1 }) {
    const within = (/** @type {number} */ x, /** @type {number} */ low, /** @type {number} */ high) =>
      Math.min(high, Math.max(low, x));
    this.view.yaw += yaw;
    this.view.pitch = within(this.view.pitch + pitch, -LIMITS.pitch, LIMITS.pitch);
    this.view.zoom = within(this.view.zoom * zoom, LIMITS.far, LIMITS.near);
    this.draw();
  }

  /** Turns a zone towards the reader. @param {string | null} id */
  show(id) {
    const zone = this.atlas.zones.find((entry) => entry.id === id);
    if (!zone) return;
    const [x, y, z] = mean(zone.outlines[0]);
    const midline = Math.abs(x) < 14;
    this.view.yaw = midline ? -0.3 : -Math.atan2(x, z + 60) * 0.8;
    this.view.pitch = Math.max(-0.3, Math.min(0.3, -y / 420));
    this.draw();
  }

  reset() {
    this.view = { ...VIEW };
    this.draw();
  }

  /** The zone under a place on the canvas, -1..1 each way. @param {number} x @param {number} y */
  pick(x, y) {
    const ray = new THREE.Raycaster();
    ray.setFromCamera(new THREE.Vector2(x, y), this.camera);
    const [hit] = ray.intersectObject(this.meshes[0]);
    if (!hit) return null;
    const p = this.head.worldToLocal(hit.point.clone());
    const place = unroll(p.x, p.y, p.z);
    const found = this.atlas.zones
      .map((zone) => ({ zone, distance: distanceTo(place, loopsOf(zone.outlines)) }))
      .filter(({ distance }) => distance < 3)
      .sort((a, b) => a.distance - b.distance);
    return found.length && p.z > NAPE_Z_MM ? found[0].zone.id : null;
  }

  /** Where each zone's number belongs, in CSS pixels; hidden ones are left out. */
  places() {
    const { clientWidth, clientHeight } = this.canvas;
    return this.atlas.zones.flatMap(({ id, outlines }) => {
      const sides = Math.abs(mean(outlines[0])[0]) < 14 ? [mean(outlines.map(mean))] : outlines.map(mean);
      const seen = sides
        .map((p) => {
          const { at, normal } = this.ground.lay(p, 1);
          const world = this.head.localToWorld(new THREE.Vector3(...at));
          const n = new THREE.Vector3(...normal).transformDirection(this.head.matrixWorld);
          const facing = n.dot(this.camera.position.clone().sub(world).normalize());
          const screen = world.project(this.camera);
          return { id, facing, x: ((screen.x + 1) / 2) * clientWidth, y: ((1 - screen.y) / 2) * clientHeight };
        })
        .filter(({ facing }) => facing > 0.3)
        .sort((a, b) => b.facing - a.facing);
      return seen.slice(0, 1);
    });
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    const ratio = Math.min(window.devicePixelRatio, 2.5);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.resolution.set(clientWidth, clientHeight);
    this.camera.aspect = clientWidth / clientHeight;
    const fit = Math.max(1, 0.8 / this.camera.aspect);
    this.distance = DISTANCE_MM * fit;
    const mmPerPx = (2 * this.distance * Math.tan((FIELD_DEG * Math.PI) / 360)) / clientHeight;
    this.shared.uPeriod.value = Math.min(3, Math.max(1.3, LINE_PX * mmPerPx));
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame((now) => this.#render(now));
  }

  /** @param {number} now */
  #render(now) {
    this.pending = false;
    if (!this.distance) return;
    this.camera.position.set(0, 0, this.distance / this.view.zoom);
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
    this.head.matrixAutoUpdate = false;
    this.head.matrix
      .makeRotationX(this.view.pitch)
      .multiply(new THREE.Matrix4().makeRotationY(this.view.yaw))
      .multiply(new THREE.Matrix4().makeTranslation(CENTRE.clone().negate()));
    this.head.matrixWorldNeedsUpdate = true;
    this.time.value = this.moving ? now / 1000 : 0;
    this.renderer.render(this.scene, this.camera);
    this.onView();
    if (this.moving) this.draw();
  }

  #mayMove() {
    this.moving = !this.still && this.shown.children.length > 0 && !document.hidden;
  }

  /** Motion only while it is wanted and seen. @param {boolean} still */
  hold(still) {
    this.still = still;
    this.#mayMove();
    this.draw();
  }
}

/** @param {Point[]} line @param {number} radius @param {Ground} ground @returns {import("./marks.js").Pen[]} */
function warning(line, radius, ground) {
  if (line.length > 1) {
    const laid = curve(line).map((p) => ground.lay(p).at);
    const ties = laid.filter((_, i) => i % 3 === 1).map((p, i, all) => {
      const next = all[Math.min(i + 1, all.length - 1)];
      return tie(p, next, 5, ground);
    });
    return [{ line: laid, width: 2.2, start: 1, end: 1 }, ...ties];
  }
  const loop = ring(line[0], radius, ground);
  const [a, b] = [loop[4], loop[18]];
  const [c, d] = [loop[11], loop[25]];
  return [
    { line: loop, width: 2, closed: true },
    { line: [a, b], width: 1.8, start: 1, end: 1 },
    { line: [c, d], width: 1.8, start: 1, end: 1 },
  ];
}

/** A short stroke across a line. @param {Point} p @param {Point} next @param {number} length @param {Ground} ground */
function tie(p, next, length, ground) {
  const { normal } = ground.lay(p);
  const along = new THREE.Vector3(next[0] - p[0], next[1] - p[1], next[2] - p[2]);
  const side = new THREE.Vector3(...normal).cross(along).normalize().multiplyScalar(length / 2);
  const end = (/** @type {number} */ sign) =>
    /** @type {Point} */ ([p[0] + sign * side.x, p[1] + sign * side.y, p[2] + sign * side.z]);
  return { line: [end(-1), p, end(1)], width: 1.8, start: 1, end: 1 };
}

/** @param {THREE.Color} colour */
function light(colour) {
  return 0.2126 * colour.r + 0.7152 * colour.g + 0.0722 * colour.b;
}

/** @param {Point[]} points @returns {Point} */
function mean(points) {
  return /** @type {Point} */ ([0, 1, 2].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length));
}
