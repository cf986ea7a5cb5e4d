// What the session hears and says beside its judge: palms and words that ask for something, tones,
// tempo and speech that answer, and the choices about them. The session tells it what happens; it
// asks the session for what the person wants.

import { fill } from "../session/data.js";
import { Memory, VOLUME_STEP, within } from "./choices.js";
import { PalmMenu } from "./menu.js";
import { facePlace, openPalm } from "./palm.js";
import { Rings } from "./rings.js";
import { Settings } from "./settings.js";
import { Sound } from "./sound.js";
import { Speaker } from "./speech.js";
import { Tempo } from "./tempo.js";
import { VoiceCommands, localRecogniser } from "./voice.js";

/** @typedef {import("../session/data.js").SessionData} SessionData */
/** @typedef {import("../session/data.js").Step} Step */
/** @typedef {import("../session/view.js").View} View */
/** @typedef {import("../session/view.js").Phase} Phase */
/** @typedef {import("../live/link.js").LiveEvent} LiveEvent */
/** @typedef {import("../tracker/tracker.js").Seen} Seen */
/** @typedef {import("./palm.js").FacePlace} FacePlace */
/** @typedef {import("./choices.js").Choices} Choices */

/** How long a choice that costs something can be taken back. */
const UNDO_MS = 4000;
/** A face that is lost for so long is somewhere else when it comes back. */
const FACE_MS = 2000;
/** How far the face moves before the choices beside it move along. */
const FOLLOW_MM = 40;
/** Strokes told together, after a lost connection, sound as one. */
const COUNTED_MS = 250;

export class Senses {
  #data;
  #view;
  #obey;
  #sound = new Sound();
  #tempo = new Tempo();
  #menu = new PalmMenu();
  #rings;
  #speaker;
  #memory;
  #settings;
  #commands;
  /** @type {any} */ #Recogniser = null;
  /** @type {Phase} */ #phase = "start";
  /** @type {FacePlace | null} */ #face = null;
  /** @type {FacePlace | null} */ #anchor = null;
  #faceMs = 0;
  #countedMs = -Infinity;
  /** @type {Step | null} */ #step = null;
  /** @type {Step | null} */ #announced = null;
  /** @type {{command: string, timer: ReturnType<typeof setTimeout>} | null} */ #waiting = null;

  /**
   * @param {SessionData} data
   * @param {View} view
   * @param {(command: string) => void} obey The session's own commands.
   */
  constructor(data, view, obey) {
    const language = document.documentElement.lang || "en";
    this.#data = data;
    this.#view = view;
    this.#obey = obey;
    this.#rings = new Rings(view.mirror, data.words);
    this.#speaker = new Speaker(language, () => this.#sounds() && this.#sound.attention());
    this.#memory = new Memory(data.hearing, tellServer);
    this.#commands = new VoiceCommands(
      data.words,
      (command) => this.#heard(command),
      () => this.#speaker.speaking,
    );
    this.#settings = new Settings((change) => this.#choose(change));
    this.#apply();
    localRecogniser(language).then((Recogniser) => {
      this.#Recogniser = Recogniser;
      this.#settings.offerCommands(Recogniser !== null);
    });
  }

  /** To be called inside the click that starts the session. */
  unlock() {
    this.#sound.unlock();
    if (this.#memory.choices.sound === "voice") this.#speaker.unlock();
    if (this.#memory.choices.commands && this.#Recogniser) this.#listen();
  }

  /** @param {Phase} phase */
  phase(phase) {
    const was = this.#phase;
    this.#phase = phase;
    this.#forget();
    this.#menu.mode(phase === "working" || phase === "paused" ? phase : "off");
    this.#anchor = null;
    if (phase !== "working") this.#sound.hush();
    if (phase !== "working" && phase !== "paused") this.#rings.clear();
    if (phase === "working") this.#announce();
    if (phase === "paused") this.#paused();
    if (phase === "closing" && was !== "closing") {
      if (this.#sounds()) this.#sound.stepDone();
      this.#tellNow(this.#data.words.say_done);
    }
    if (phase === "hurt") this.#tellNow(this.#data.words.say_hurt);
    if (["closing", "hurt", "refused"].includes(phase)) this.#commands.stop();
  }

  /**
   * What the trackers saw, in every phase.
   *
   * @param {Seen} seen
   * @param {number} width Of the picture.
   * @param {number} height
   */
  see({ tMs, face, hands }, width, height) {
    const found = facePlace(face, width, height);
    if (found) {
      this.#face = found;
      this.#faceMs = tMs;
    } else if (tMs - this.#faceMs > FACE_MS) this.#face = null;
    const paused = this.#phase === "paused";
    const at = paused ? this.#anchored() : this.#face;
    if (!at || (!paused && this.#phase !== "working")) return;
    this.#menu.layout = this.#rings.layout(at, width, height);
    const held = this.#menu.see(tMs, openPalm(hands, at, width, height));
    if (paused && !this.#waiting) {
      this.#rings.showChoices(at, held, this.#menu.layout, width, height);
    } else this.#rings.showPalm(at, held, width, height);
    if (held.chosen) this.#palmChose(held.chosen);
  }

  /**
   * What the judge said.
   *
   * @param {LiveEvent} event
   */
  tell(event) {
    if (event.type === "cue") this.#cue(event);
    else if (event.type === "stroke" || event.type === "hold") this.#counted(event);
  }

  /** @param {Step} step The one to do now. */
  step(step) {
    if (step === this.#step) return;
    const first = this.#step === null;
    this.#step = step;
    if (this.#phase !== "working") return;
    if (!first && this.#sounds()) this.#sound.stepDone();
    this.#announce();
  }

  /**
   * Words that help the person into the picture.
   *
   * @param {string} text
   */
  framing(text) {
    if (text === this.#framed) return;
    this.#framed = text;
    if (this.#memory.choices.sound === "voice") this.#speaker.say(text);
  }
  #framed = "";

  /**
   * Time passes in a step.
   *
   * @param {Step} step
   * @param {number} elapsedS
   */
  pass(step, elapsedS) {
    if (!this.#sounds() || !this.#memory.choices.tempo) return;
    const seconds = this.#tempo.begins(step, elapsedS);
    if (seconds !== null) this.#sound.breathe(seconds, step.side);
  }

  /**
   * Does what is its own to do.
   *
   * @param {string} command
   * @returns {boolean} Whether it was.
   */
  obey(command) {
    const { volume, sound } = this.#memory.choices;
    if (command === "louder") this.#choose({ volume: within(volume + VOLUME_STEP) });
    else if (command === "softer") this.#choose({ volume: within(volume - VOLUME_STEP) });
    else if (command === "mute") this.#choose({ sound: sound === "silent" ? "voice" : "silent" });
    else if (command === "undo") this.#undo();
    else return false;
    return true;
  }

  /** @param {string} choice */
  #palmChose(choice) {
    if (this.#sounds()) this.#sound.chosen();
    if (choice === "skip" || choice === "repeat") this.#wait(choice);
    else if (!this.obey(choice)) this.#obey(choice);
  }

  /** @param {string} command A spoken one. */
  #heard(command) {
    if (command === "skip" || command === "repeat") this.#wait(command);
    else if (this.#waiting && (command === "resume" || command === "pause")) this.#undo();
    // The session's own "pause" goes on when it is paused; a spoken one never does.
    else if (command === "pause" && this.#phase === "paused") return;
    else if (!this.obey(command)) this.#obey(command);
  }

  /**
   * Waits before it does what cannot be undone afterwards.
   *
   * @param {string} command
   */
  #wait(command) {
    if (this.#phase !== "working" && this.#phase !== "paused") return;
    this.#forget();
    this.#menu.mode("waiting");
    this.#rings.clear();
    this.#tellNow(this.#data.words[`waiting_${command}`]);
    const timer = setTimeout(() => {
      this.#waiting = null;
      if (this.#phase === "paused") this.#obey("resume");
      this.#menu.mode("working");
      this.#obey(command);
    }, UNDO_MS);
    this.#waiting = { command, timer };
  }

  #undo() {
    if (!this.#waiting) return;
    this.#forget();
    this.#menu.mode(this.#phase === "paused" ? "paused" : "working");
    this.#rings.clear();
    this.#tellNow(this.#data.words.undone);
  }

  /** Drops the choice that was waiting. */
  #forget() {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = null;
  }

  #paused() {
    this.#speaker.hush();
    this.#settings.moveTo("paused");
    if (document.body.dataset.mode !== "camera") return;
    this.#view.cue(this.#data.words.paused_palm, "note");
    if (this.#memory.choices.sound === "voice") {
      this.#speaker.say(this.#data.words.say_paused, { keep: true });
    }
  }

  #announce() {
    const step = this.#step;
    if (!step || step === this.#announced) return;
    this.#announced = step;
    const { words } = this.#data;
    const values = { name: step.name, side: step.side_words, how: step.instruction };
    this.#view.cue(fill(words.step, values), "step");
    if (this.#memory.choices.sound === "voice") {
      this.#speaker.say(fill(words.say_step, values), { keep: true });
    }
  }

  /** @param {LiveEvent} event */
  #cue({ text, kind, spoken }) {
    const { sound } = this.#memory.choices;
    if (!spoken || sound === "silent") return;
    if (sound === "voice") this.#speaker.say(text);
    else if (kind !== "praise") this.#sound.attention();
  }

  /** @param {LiveEvent} event */
  #counted({ verdict, faults, side }) {
    const counts = verdict !== "cannot_tell" && !faults.includes("wrong_direction");
    const now = performance.now();
    if (!counts || !this.#sounds() || now - this.#countedMs < COUNTED_MS) return;
    this.#countedMs = now;
    this.#sound.counted(side);
  }

  /**
   * Shows a sentence and says it before anything else.
   *
   * @param {string} text
   */
  #tellNow(text) {
    this.#view.cue(text, "note");
    if (this.#memory.choices.sound !== "voice") return;
    this.#speaker.hush();
    this.#speaker.say(text, { keep: true });
  }

  /** @param {Partial<Choices>} change */
  #choose(change) {
    this.#memory.choose(change);
    this.#apply();
    const { sound, volume, commands } = this.#memory.choices;
    const { words } = this.#data;
    if (change.sound) this.#view.cue(words[`sound_${sound}`], "note");
    if (change.volume !== undefined) {
      this.#view.cue(fill(words.volume, { n: Math.round(100 * volume) }), "note");
      if (this.#sounds()) this.#sound.chosen();
    }
    if (change.commands !== undefined) {
      if (commands && this.#Recogniser) this.#listen();
      else this.#commands.stop();
    }
  }

  #apply() {
    const { choices } = this.#memory;
    this.#sound.volume = choices.volume;
    this.#speaker.volume = choices.volume;
    if (choices.sound !== "voice") this.#speaker.hush();
    if (!this.#sounds() || !choices.tempo) this.#sound.hush();
    this.#settings.show(choices);
  }

  #listen() {
    this.#commands.listen(this.#Recogniser, document.documentElement.lang || "en");
  }

  #sounds() {
    return this.#memory.choices.sound !== "silent";
  }

  /** The face that the choices lie beside: it stays where it is while the person keeps still. */
  #anchored() {
    const [face, anchor] = [this.#face, this.#anchor];
    if (!face) return null;
    const moved = anchor && Math.hypot(face.x - anchor.x, face.y - anchor.y);
    if (moved === null || moved > FOLLOW_MM * face.pxPerMm) this.#anchor = face;
    return this.#anchor;
  }
}

/**
 * @param {Choices} choices
 * @returns {Promise<boolean>} Whether the server keeps them now.
 */
async function tellServer({ sound, volume, tempo }) {
  const csrf = document.querySelector("meta[name=csrf]")?.getAttribute("content") ?? "";
  try {
    const answer = await fetch("/settings/hearing", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify({ sound, volume, tempo }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
