/**
 * The engraver: every surface is drawn as lines whose width carries the light.
 *
 * Line fields live on the face itself, so they turn with it. By day ink stands for shadow; by
 * night the lines are light and stand for light.
 */

import * as THREE from "three";

const COMMON = /* glsl */ `
  uniform vec3 uPaper, uInk, uSignal;
  uniform float uNight, uPeriod, uHalf;
  varying vec3 vP, vN, vEye;
  varying float vHollow, vZone;

  // A line field: how much ink lies here, for a coordinate counted in lines and a width in 0..1.
  float lines(float s, float width) {
    float f = abs(fract(s) - 0.5) * 2.0;
    float blur = fwidth(s) * 1.6;
    float drawn = smoothstep(width + blur, width - blur, f);
    return mix(drawn, width, smoothstep(0.5, 1.1, fwidth(s))) * smoothstep(0.0, 0.08, width);
  }

  float shadow() {
    vec3 n = normalize(vN);
    float lit = dot(n, normalize(vec3(-0.62, 0.62, 0.66)));
    float fill = 0.16 * max(0.0, dot(n, normalize(vec3(0.9, -0.1, 0.3))));
    float edge = pow(1.0 - max(dot(n, normalize(vEye)), 0.0), 2.4);
    float dark = 1.0 - smoothstep(-0.35, 0.86, lit) - fill + 0.34 * edge + vHollow;
    return clamp(dark, 0.0, 1.0);
  }

  vec3 printed(float ink, vec3 colour, float wash) {
    vec3 sheet = mix(uPaper, colour, wash);
    return mix(sheet, colour, clamp(ink, 0.0, 1.0));
  }

  // How far outside the opened window; without a zone the person's left half is open.
  float outside() { return uHalf > 0.5 ? -vP.x : vZone; }

  // The neck runs out into the paper.
  float kept() { return smoothstep(-176.0, -124.0, vP.y); }
`;

const VERTEX = /* glsl */ `
  attribute float aHollow, aZone;
  attribute vec3 aInward;
  uniform float uDepth;
  varying vec3 vP, vN, vEye;
  varying float vHollow, vZone;
  void main() {
    vP = position;
    vHollow = aHollow;
    vZone = aZone;
    vN = normalMatrix * normal;
    vec4 eye = modelViewMatrix * vec4(position + aInward * uDepth, 1.0);
    vEye = -eye.xyz;
    gl_Position = projectionMatrix * eye;
  }
`;

const PATTERNS = /* glsl */ `
  float hash(vec3 p) { return fract(sin(dot(p, vec3(12.98, 78.23, 37.72))) * 43758.5); }

  // Distance to the walls between lobules.
  float lobules(vec3 p) {
    vec3 cell = floor(p);
    float first = 9.0, second = 9.0;
    for (int i = -1; i <= 1; i++) for (int j = -1; j <= 1; j++) for (int k = -1; k <= 1; k++) {
      vec3 c = cell + vec3(i, j, k);
      vec3 q = c + 0.5 + 0.42 * (vec3(hash(c), hash(c + 17.0), hash(c + 41.0)) * 2.0 - 1.0);
      float d = distance(p, q);
      if (d < first) { second = first; first = d; } else if (d < second) second = d;
    }
    return second - first;
  }

  // Skin: level rounds, tipped so that they curve with the form.
  float skin(float dark) {
    float s = dot(vP, normalize(vec3(0.0, 1.0, 0.42))) / uPeriod;
    float t = dot(vP, normalize(vec3(sign(vP.x) * 0.72, 1.0, -0.5))) / (uPeriod * 0.92);
    return max(lines(s, clamp((dark - 0.10) * 0.86, 0.0, 0.72)),
               lines(t, clamp((dark - 0.62) * 1.1, 0.0, 0.5)));
  }

  float fat(float dark) {
    float wall = lobules(vP / 4.2);
    float w = 0.07 + 0.12 * dark;
    float outline = smoothstep(w + fwidth(wall), w - fwidth(wall) * 0.5, wall);
    float s = dot(vP, normalize(vec3(0.5, 1.0, 0.3))) / (uPeriod * 0.8);
    return max(outline * 0.9, lines(s, clamp((dark - 0.42) * 0.9, 0.0, 0.6)) );
  }

  // Muscle fibres, in millimetres across the fibre; y is how close to the muscle's edge (0..1).
  vec2 muscle() {
    vec3 p = vec3(abs(vP.x), vP.yz);
    float eye = length((p.xy - vec2(32.0, 26.0)) * vec2(0.92, 1.18));
    float mouth = length((p.xy - vec2(0.0, -43.0)) * vec2(0.88, 1.3));
    if (eye < 24.0 && p.z > 5.0) return vec2(eye, smoothstep(20.0, 24.0, eye));
    if (mouth < 25.0 && p.z > 15.0) return vec2(mouth, smoothstep(21.0, 25.0, mouth));
    if (p.x < 17.0 - 0.12 * p.y && p.y > -22.0 && p.y < 44.0 && p.z > 40.0)
      return vec2(p.x * 1.3 + p.y * 0.18, smoothstep(12.5, 15.5, p.x + 0.12 * p.y));
    float side = atan(p.z + 12.0, p.y + 4.0);
    float fan = length(vec2(p.y - 8.0, p.z + 34.0));
    if (p.x > 48.0 && p.y > -2.0 && fan < 66.0)
      return vec2(side * 52.0, smoothstep(63.0, 66.0, fan));
    if (p.y > 38.0) return vec2(p.x * (1.0 - 0.0022 * (p.y - 50.0)) + 0.04 * p.z, smoothstep(41.0, 38.0, p.y));
    if (p.y < -70.0 || p.z < -8.0) return vec2(atan(p.x, p.z + 52.0) * 54.0 + 0.12 * p.y, 0.0);
    vec2 zygomatic = normalize(vec2(-36.0, -50.0));
    float across = dot(p.xy - vec2(25.0, -42.0), vec2(-zygomatic.y, zygomatic.x));
    if (p.y > -46.0) return vec2(across, smoothstep(0.0, 2.0, abs(mod(across, 15.0) - 7.5) - 5.4));
    return vec2(p.x * 0.9 - 0.28 * p.y, 0.0);
  }

  float smas(float dark) {
    vec2 m = muscle();
    float wave = 0.35 * sin(vP.y * 0.31 + vP.x * 0.17) + 0.25 * sin(vP.y * 0.12 - vP.z * 0.21);
    float s = (m.x + wave) / (uPeriod * 0.82);
    float width = clamp(0.15 + dark * 0.6 + 0.22 * m.y, 0.0, 0.76);
    return max(lines(s, width), lines(s * 0.5 + 0.25, clamp(dark - 0.55, 0.0, 0.5)));
  }

  // Loose tissue: a thin wandering net, and the ligaments that cross it.
  float areolar(float dark) {
    vec3 w = vP + 2.2 * vec3(sin(vP.y * 0.33), sin(vP.z * 0.29 + vP.x * 0.21), sin(vP.x * 0.37));
    float a = lines((w.x + w.y * 0.8) / (uPeriod * 1.9), 0.09 + 0.16 * dark);
    float b = lines((w.y - w.x * 0.7 + w.z * 0.5) / (uPeriod * 1.9), 0.09 + 0.16 * dark);
    vec3 q = vec3(abs(vP.x), vP.yz);
    float line = abs(q.x - (50.0 + 0.10 * q.y + 0.0011 * q.y * q.y));
    float tie = smoothstep(2.6, 1.8, line) * step(q.z, 45.0) * step(0.0, q.z + 18.0)
      * step(-72.0, q.y) * step(q.y, 62.0) * lines(q.y / 4.6, 0.55);
    float s = dot(vP, normalize(vec3(0.2, 1.0, 0.42))) / uPeriod;
    float seam = smoothstep(4.5, 2.5, abs(q.y + 43.0)) * smoothstep(27.0, 23.0, q.x) * step(20.0, q.z);
    return (1.0 - seam) * max(max(a, b) * 0.75, max(tie, lines(s, clamp((dark - 0.5) * 0.8, 0.0, 0.55))));
  }

  float deep(float dark) {
    vec3 q = vec3(abs(vP.x), vP.yz);
    float front = smoothstep(0.0, 12.0, q.z);
    float orbit = length((q.xy - vec2(32.5, 27.0)) / vec2(20.0, 17.0)) * (1.0 + 0.05 * sin(q.y * 0.2));
    float socket = smoothstep(1.06, 0.72, orbit) * front;
    float half_ = mix(12.5, 3.5, clamp((q.y + 15.0) / 40.0, 0.0, 1.0));
    float nose = smoothstep(0.5, -2.0, q.x - half_) * smoothstep(-17.0, -14.0, q.y) * smoothstep(25.0, 20.0, q.y) * step(40.0, q.z);
    float row = smoothstep(23.0, 21.0, q.x) * smoothstep(-57.0, -54.0, q.y) * smoothstep(-31.0, -33.5, q.y) * step(25.0, q.z);
    float gum = abs(abs(q.y + 43.2) - 9.0 - 0.9 * cos(q.x * 1.1));
    float teeth = row * max(lines(q.x / 5.6 + 0.5, 0.16), smoothstep(0.7, 0.2, gum) * 0.8);
    float temporal = step(46.0, q.x) * step(2.0, q.y) * step(length(vec2(q.y - 8.0, q.z + 34.0)), 64.0);
    float masseter = step(40.0, q.x) * step(-70.0, q.y) * step(q.y, -4.0) * step(-30.0 - 0.2 * q.y, q.z)
      * step(q.z, 24.0 + 0.34 * q.y);
    float strap = step(q.y, -72.0) * step(q.z, 6.0);
    float s = dot(vP, normalize(vec3(0.0, 1.0, 0.42))) / (uPeriod * 1.25);
    if (temporal > 0.5) s = atan(q.z + 8.0, q.y + 2.0) * 46.0 / (uPeriod * 0.85);
    else if (masseter > 0.5) s = (q.z * 0.9 - q.y * 0.35) / (uPeriod * 0.85);
    else if (strap > 0.5) s = (atan(q.x, q.z + 52.0) * 54.0 - 0.42 * q.y) / (uPeriod * 0.9);
    float fleshy = max(max(temporal, masseter), strap);
    float width = mix(clamp((dark - 0.16) * 0.8, 0.0, 0.7), clamp(0.14 + dark * 0.7, 0.0, 0.78), fleshy);
    float hollow = max(socket, nose);
    float wiggle = 1.6 * sin(vP.x * 0.9) + 1.1 * sin(vP.x * 2.3);
    float suture = smoothstep(0.8, 0.3, abs(vP.z - 2.0 + wiggle - 0.10 * q.x)) * step(84.0, vP.y);
    float t = dot(vP, normalize(vec3(sign(vP.x) * 0.72, 1.0, -0.5))) / (uPeriod * 0.9);
    float ring = smoothstep(0.05, 0.01, abs(orbit - 0.98)) * front * 0.8;
    // A hollow is crossed with ink by day and left dark by night.
    float bone = mix(max(width, hollow * 0.62), width * (1.0 - hollow), uNight);
    float crossed = lines(t, hollow * 0.5 * (1.0 - uNight));
    return max(max(lines(s, bone), crossed), max(max(teeth, suture), ring));
  }
`;

const LAYER_FRAGMENT = /* glsl */ `
  ${COMMON}
  ${PATTERNS}
  uniform float uCut, uCutAbove, uZoneOn;
  void main() {
    float window = outside();
    if (window < uCut || window > uCutAbove + 2.0) discard;
    float dark = shadow();
    float under = clamp(1.0 - (uCutAbove - window) / 4.0, 0.0, 1.0) * step(uCutAbove, 900.0);
    // Beneath the skin the lips' fold is no fold any more.
    float lips = smoothstep(9.0, 5.0, abs(vP.y + 43.0)) * smoothstep(30.0, 24.0, abs(vP.x)) * step(20.0, vP.z);
    dark = mix(dark, 0.22, lips * (1.0 - ZONE_TINT));
    dark = clamp(dark + 0.45 * under + WEIGHT, 0.0, 1.0);
    float tone = mix(dark, clamp(0.78 - 0.95 * dark, 0.0, 1.0), uNight);
    float ink = PATTERN(tone);
    float inside = uZoneOn * smoothstep(0.4, -0.4, vZone);
    float rim = uZoneOn * smoothstep(0.75, 0.35, abs(vZone));
    vec3 colour = mix(uInk, uSignal, inside * ZONE_TINT);
    float lip = smoothstep(0.8, 0.4, window - uCut) * step(-900.0, uCut);
    vec3 drawn = printed(max(ink, lip), colour, 0.03 + 0.07 * tone + 0.10 * inside * ZONE_TINT);
    drawn = mix(drawn, uSignal, rim * ZONE_TINT);
    float shown = kept();
    gl_FragColor = vec4(mix(uPaper, drawn, shown), 1.0);
    #include <colorspace_fragment>
  }
`;

const OUTLINE_VERTEX = /* glsl */ `
  attribute float aZone;
  attribute vec3 aInward;
  uniform vec2 uResolution;
  uniform float uWidth, uDepth;
  varying vec3 vP;
  varying float vZone;
  void main() {
    vP = position;
    vZone = aZone;
    vec4 clip = projectionMatrix * modelViewMatrix * vec4(position + aInward * uDepth, 1.0);
    vec3 n = normalMatrix * normal;
    clip.xy += normalize(n.xy + 1e-5) * uWidth * 2.0 / uResolution * clip.w;
    gl_Position = clip;
  }
`;

const OUTLINE_FRAGMENT = /* glsl */ `
  uniform vec3 uPaper, uInk;
  uniform float uCut, uCutAbove, uHalf;
  varying vec3 vP;
  varying float vZone;
  void main() {
    float window = uHalf > 0.5 ? -vP.x : vZone;
    if (window < uCut || window > uCutAbove) discard;
    float shown = smoothstep(-164.0, -112.0, vP.y);
    gl_FragColor = vec4(mix(uPaper, uInk, shown), 1.0);
    #include <colorspace_fragment>
  }
`;

const MARK_VERTEX = /* glsl */ `
  attribute float aAlong;
  attribute float aAcross;
  uniform float uLift;
  attribute float aZone;
  varying float vAlong, vAcross, vFacing, vZone;
  varying vec3 vP;
  void main() {
    vP = position;
    vZone = aZone;
    vAlong = aAlong;
    vAcross = aAcross;
    vec4 eye = modelViewMatrix * vec4(position, 1.0);
    vFacing = dot(normalize(normalMatrix * normal), normalize(-eye.xyz));
    gl_Position = projectionMatrix * (eye + vec4(normalize(-eye.xyz) * uLift, 0.0));
  }
`;

const MARK_FRAGMENT = /* glsl */ `
  uniform vec3 uPaper, uColour;
  uniform float uTime, uSpeed, uLength, uPaperEdge, uCut, uHalf;
  varying float vAlong, vAcross, vFacing, vZone;
  varying vec3 vP;
  void main() {
    if (vFacing < 0.04) discard;
    if ((uHalf > 0.5 ? -vP.x : vZone) < uCut) discard;
    float edge = fwidth(vAcross);
    float core = 1.0 - smoothstep(1.0 - uPaperEdge - edge, 1.0 - uPaperEdge + edge, abs(vAcross));
    vec3 colour = mix(uPaper, uColour, core);
    if (uSpeed > 0.0 && uTime > 0.0) {
      float head = mod(uTime * uSpeed, uLength + 30.0);
      float glow = smoothstep(26.0, 0.0, head - vAlong) * step(vAlong, head);
      colour = mix(colour, uPaper, 0.75 * glow * core);
    }
    float shown = smoothstep(-176.0, -124.0, vP.y);
    gl_FragColor = vec4(mix(uPaper, colour, shown), 1.0);
    #include <colorspace_fragment>
  }
`;

/** The layers from the skin inwards: depth in millimetres, pattern, and how dark it prints. */
const LAYERS = [
  { depthMm: 0, pattern: "skin", weight: 0 },
  { depthMm: 1.8, pattern: "fat", weight: -0.06 },
  { depthMm: 4.2, pattern: "smas", weight: 0 },
  { depthMm: 6, pattern: "areolar", weight: -0.04 },
  { depthMm: 7.8, pattern: "deep", weight: 0 },
];
const TERRACE_MM = 5;
const NEVER = 1000;

/** Colours shared by every material; a theme change writes into them. */
export function palette() {
  return {
    uPaper: { value: new THREE.Color() },
    uInk: { value: new THREE.Color() },
    uSignal: { value: new THREE.Color() },
    uNight: { value: 0 },
    uPeriod: { value: 2 },
    uHalf: { value: 1 },
    uZoneOn: { value: 0 },
  };
}

/** @typedef {ReturnType<typeof palette>} Palette */

/** One material per layer. @param {Palette} shared */
export function layerMaterials(shared) {
  return LAYERS.map(
    ({ depthMm, pattern, weight }, index) =>
      new THREE.ShaderMaterial({
        uniforms: {
          ...shared,
          uDepth: { value: depthMm },
          uCut: { value: -NEVER },
          uCutAbove: { value: NEVER },
        },
        defines: {
          PATTERN: pattern,
          WEIGHT: weight.toFixed(3),
          ZONE_TINT: index === 0 ? "1.0" : "0.0",
        },
        vertexShader: VERTEX,
        fragmentShader: LAYER_FRAGMENT,
      }),
  );
}

/**
 * Opens the window down to a layer: each layer is cut back a step further than the one below.
 *
 * @param {THREE.ShaderMaterial[]} materials
 * @param {number} down how many layers are lifted off
 */
export function peel(materials, down) {
  const cut = (/** @type {number} */ layer) => (down - 1 - layer) * TERRACE_MM + 0.5;
  materials.forEach(({ uniforms }, layer) => {
    uniforms.uCut.value = layer < down ? cut(layer) : -NEVER;
    uniforms.uCutAbove.value = layer > 0 && layer <= down ? cut(layer - 1) : NEVER;
  });
}

/**
 * The line round a layer's form, where that layer lies open.
 *
 * @param {Palette} shared
 * @param {THREE.Vector2} resolution
 * @param {THREE.ShaderMaterial} layer
 */
export function outlineMaterial(shared, resolution, layer) {
  const { uDepth, uCut, uCutAbove } = layer.uniforms;
  const uniforms = { uDepth, uCut, uCutAbove, uWidth: { value: 1.4 } };
  return new THREE.ShaderMaterial({
    uniforms: { ...shared, ...uniforms, uResolution: { value: resolution } },
    vertexShader: OUTLINE_VERTEX,
    fragmentShader: OUTLINE_FRAGMENT,
    side: THREE.BackSide,
  });
}

/**
 * @param {Palette} shared
 * @param {{ colour: {value: THREE.Color}, liftMm?: number, paperEdge?: number, cut?: {value: number},
 *   speedMmS?: number, lengthMm?: number, time?: {value: number} }} look
 */
export function markMaterial(shared, look) {
  return new THREE.ShaderMaterial({
    uniforms: {
      uPaper: shared.uPaper,
      uColour: look.colour,
      uLift: { value: look.liftMm ?? 1 },
      uCut: look.cut ?? { value: -NEVER },
      uHalf: shared.uHalf,
      uPaperEdge: { value: look.paperEdge ?? 0 },
      uSpeed: { value: look.speedMmS ?? 0 },
      uLength: { value: look.lengthMm ?? 0 },
      uTime: look.time ?? { value: 0 },
    },
    vertexShader: MARK_VERTEX,
    fragmentShader: MARK_FRAGMENT,
    side: THREE.DoubleSide,
  });
}
