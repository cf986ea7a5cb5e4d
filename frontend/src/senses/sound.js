// Tones and the tempo, made here out of nothing: no file to load. The tempo is a breath that rises
// for as long as a stroke should take and rests while the hand goes back; a counted stroke sounds
// low on the person's left and high on their right, and from that side; a step done is a chord.

/** @typedef {"left" | "right" | "midline"} Side */

// Hertz and seconds; our own choice, kept apart so that they are told apart by ear.
const COUNTED = {
  left: { hertz: 392, pan: -0.8 },
  right: { hertz: 587.33, pan: 0.8 },
  midline: { hertz: 493.88, pan: 0 },
};
const STEP_DONE = [392, 493.88, 587.33];
const ATTENTION = [440, 349.23];
const CHOSEN = [587.33, 783.99];
const BREATH_HERTZ = { from: 240, to: 900 };
const BREATH_LOUDNESS = 0.22;
const TONE_LOUDNESS = 0.3;
const NOISE_S = 2;
const RAMP_S = 0.04;

export class Sound {
  /** @type {AudioContext | undefined} */ #context;
  /** @type {GainNode | undefined} */ #out;
  /** @type {AudioBuffer | undefined} */ #noise;
  /** @type {GainNode | undefined} */ #breath;
  #volume = 0.7;

  /** Sound begins with something the person did: browsers keep quiet before that. */
  unlock() {
    if (this.#context) {
      this.#context.resume();
      return;
    }
    if (!globalThis.AudioContext) return;
    const context = new AudioContext({ latencyHint: "interactive" });
    this.#context = context;
    this.#out = context.createGain();
    this.#out.gain.value = loudness(this.#volume);
    this.#out.connect(context.destination);
    this.#noise = softNoise(context);
    context.resume();
  }

  /** @param {number} volume 0 to 1. */
  set volume(volume) {
    this.#volume = volume;
    if (this.#context && this.#out) {
      this.#out.gain.setTargetAtTime(loudness(volume), this.#context.currentTime, RAMP_S);
    }
  }

  /**
   * A stroke was counted.
   *
   * @param {Side} side The person's own; heard from there.
   */
  counted(side) {
    const { hertz, pan } = COUNTED[side];
    this.#tone(hertz, { pan, seconds: 0.28 });
  }

  stepDone() {
    STEP_DONE.forEach((hertz, k) => this.#tone(hertz, { after: 0.13 * k, seconds: 0.5 }));
  }

  /** Something is to be read or changed, and no voice says it. */
  attention() {
    ATTENTION.forEach((hertz, k) => this.#tone(hertz, { after: 0.2 * k, seconds: 0.3 }));
  }

  /** A held palm was understood. */
  chosen() {
    CHOSEN.forEach((hertz, k) => this.#tone(hertz, { after: 0.1 * k, seconds: 0.22 }));
  }

  /**
   * One stroke of the tempo.
   *
   * @param {number} seconds How long the stroke takes at the target speed.
   * @param {Side} side
   */
  breathe(seconds, side) {
    const [context, out] = [this.#context, this.#out];
    if (!context || !out || !this.#noise) return;
    this.hush();
    const at = context.currentTime;
    const source = new AudioBufferSourceNode(context, { buffer: this.#noise, loop: true });
    const band = new BiquadFilterNode(context, { type: "bandpass", Q: 1.1 });
    band.frequency.setValueAtTime(BREATH_HERTZ.from, at);
    band.frequency.exponentialRampToValueAtTime(BREATH_HERTZ.to, at + seconds);
    const swell = new GainNode(context, { gain: 0 });
    swell.gain.setValueAtTime(0, at);
    swell.gain.linearRampToValueAtTime(BREATH_LOUDNESS, at + 0.75 * seconds);
    swell.gain.linearRampToValueAtTime(0, at + seconds);
    const pan = new StereoPannerNode(context, { pan: COUNTED[side].pan / 2 });
    source.connect(band).connect(swell).connect(pan).connect(out);
    source.start(at, Math.random() * NOISE_S);
    source.stop(at + seconds + RAMP_S);
    this.#breath = swell;
  }

  /** Ends the breath that is being heard. */
  hush() {
    const [breath, context] = [this.#breath, this.#context];
    this.#breath = undefined;
    if (!breath || !context) return;
    breath.gain.cancelScheduledValues(context.currentTime);
    breath.gain.setTargetAtTime(0, context.currentTime, RAMP_S);
  }

  /**
   * @param {number} hertz
   * @param {{pan?: number, after?: number, seconds: number}} how
   */
  #tone(hertz, { pan = 0, after = 0, seconds }) {
    const [context, out] = [this.#context, this.#out];
    if (!context || !out) return;
    const at = context.currentTime + after;
    const source = new OscillatorNode(context, { type: "sine", frequency: hertz });
    const fade = new GainNode(context, { gain: 0 });
    fade.gain.setValueAtTime(0, at);
    fade.gain.linearRampToValueAtTime(TONE_LOUDNESS, at + 0.015);
    fade.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    source.connect(fade).connect(new StereoPannerNode(context, { pan })).connect(out);
    source.start(at);
    source.stop(at + seconds);
  }
}

/** Ears hear loudness by its square. @param {number} volume */
const loudness = (volume) => volume ** 2;

/** Noise that falls with its pitch, like breath. @param {AudioContext} context */
function softNoise(context) {
  const buffer = context.createBuffer(1, NOISE_S * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  let last = 0;
  for (let k = 0; k < samples.length; k++) {
    last = 0.94 * last + 0.06 * (Math.random() * 2 - 1);
    samples[k] = last * 6;
  }
  return buffer;
}
