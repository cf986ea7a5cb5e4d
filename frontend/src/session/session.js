// The session as the person goes through it: start, framing, movement after movement, pauses,
// the end. With a camera the server judges and says which step comes next; without one the
// step's own time does. Either way every step done is stored before it is forgotten here.

import { CommandStore } from "../live/commands.js";
import { Link } from "../live/link.js";
import { Outbox } from "../offline/outbox.js";
import { forgetKept } from "../offline/worker.js";
import { LightMeter } from "../senses/light.js";
import { Senses } from "../senses/senses.js";
import { keepAwake, letSleep } from "./awake.js";
import { NoCamera } from "./camera.js";
import { SessionClock } from "./clock.js";
import { endSessionOf, fill, sessionOf } from "./data.js";
import { sayFarewell } from "./farewell.js";
import { Framing, framingHint } from "./framing.js";
import { listenForCommands } from "./keys.js";
import { Mirror } from "./mirror.js";
import { StepClock, beat, guidedSeconds, patienceSeconds } from "./tempo.js";

/** @typedef {import("./view.js").Phase} Phase */
/** @typedef {import("./data.js").Step} Step */
/** @typedef {import("../live/link.js").LiveEvent} LiveEvent */
/** @typedef {import("../tracker/tracker.js").Seen} Seen */

/**
 * @typedef {object} State What the server says of the session.
 * @property {number | null} step The step to do now; null when all are done.
 * @property {number[]} counts Strokes counted for each step.
 * @property {string | null} stopped Why it was broken off.
 */

const TICK_MS = 100;

export class Session {
  #data;
  #id;
  #view;
  /** @type {Phase} */ #phase = "start";
  /** @type {"camera" | "guided"} */ #mode = "guided";
  /** @type {Link | undefined} */ #link;
  #mirror;
  #senses;
  #framing = new Framing();
  #light = new LightMeter();
  #clock = new SessionClock();
  #stepClock = new StepClock();
  #outbox = new Outbox();
  #seq = 0;
  #step = 0;
  /** @type {number[]} */ #counts;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;

  /**
   * @param {import("./data.js").SessionData} data
   * @param {import("./view.js").View} view
   */
  constructor(data, view) {
    this.#data = data;
    this.#view = view;
    this.#mirror = new Mirror(data, view, {
      seen: (seen) => this.#see(seen),
      failed: () => this.#goOnGuided(data.words.tracker_failed),
      gone: () => this.#goOnGuided(data.words.camera_gone),
      over: () => this.#stop(),
    });
    this.#senses = new Senses(data, view, (command) => this.#obey(command));
    this.#counts = data.steps.map(() => 0);
    // A demonstration always plays from its beginning.
    if (data.demo) endSessionOf(data.plan);
    this.#id = sessionOf(data.plan);
    view.summaryAt(`/summary/${this.#id}`);
  }

  /** Waits for the person to start. */
  ready() {
    this.#showStep();
    this.#enter("start");
    document.getElementById("start-camera")?.addEventListener("click", () => this.#begin("camera"));
    document.getElementById("start-guided")?.addEventListener("click", () => this.#begin("guided"));
    listenForCommands((command) => this.#obey(command));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.#phase === "working") {
        this.#pause(this.#data.words.paused_hidden);
      }
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#mirror.readColours();
    });
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.#phase = phase;
    this.#view.phase(phase);
    if (phase === "working") this.#stepClock.run(performance.now());
    else this.#stepClock.stand(performance.now());
    this.#senses.phase(phase);
  }

  /** @param {"camera" | "guided"} mode */
  async #begin(mode) {
    this.#mode = mode;
    this.#clock.begin(performance.now());
    keepAwake();
    this.#senses.unlock();
    if (mode === "camera" && !(await this.#openCamera())) return;
    this.#view.mode(mode);
    if (!this.#data.demo) this.#outbox.begin(this.#id, this.#data.plan, mode);
    this.#openLink(mode === "camera" ? this.#mirror.camera : null);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#enter(mode === "camera" ? "framing" : "working");
  }

  /** @returns {Promise<boolean>} Whether there is a picture. */
  async #openCamera() {
    const { words } = this.#data;
    this.#enter("opening");
    try {
      await this.#mirror.open(this.#data.steps[this.#step], () => {
        this.#view.say("opening-note", words.loading);
      });
    } catch (error) {
      const kind = error instanceof NoCamera ? error.kind : "tracker";
      this.#enter("start");
      this.#view.say("start-note", words[`camera_${kind}`]);
      return false;
    }
    return true;
  }

  /** @param {import("../live/link.js").Camera | null} camera */
  #openLink(camera) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#link = new Link(
      `${scheme}//${location.host}/live/${this.#id}`,
      { plan: this.#data.plan, camera, begunAt: this.#outbox.begunAt(this.#id) },
      new CommandStore(this.#id),
      {
        hello: (hello) => {
          this.#clock.settle(hello.t_ms, performance.now());
          this.#seq = Math.max(this.#seq, hello.seq);
          this.#follow(hello.state);
        },
        events: (events, state) => {
          for (const event of events) this.#tell(event);
          this.#follow(state);
        },
        connected: (connected) => this.#view.connected(connected),
        refused: (reason) => this.#refuse(reason),
      },
    );
    this.#link.open();
  }

  /** @param {Seen} seen */
  #see(seen) {
    const { width, height } = this.#mirror.see(seen);
    this.#senses.see(seen, width, height);
    if (this.#phase === "framing") this.#frame(seen, width, height);
    // The judge learns the bare face while the person settles, so it sees those pictures too.
    if (this.#phase !== "working" && this.#phase !== "framing") return;
    const tMs = this.#clock.ofPicture(seen.tMs);
    if (tMs === null) return;
    this.#link?.send({ seq: ++this.#seq, tMs, face: seen.face, hands: seen.hands });
  }

  /**
   * @param {Seen} seen
   * @param {number} width
   * @param {number} height
   */
  #frame(seen, width, height) {
    const light = seen.face && !this.#data.demo ? this.#light.look(this.#view.video, seen.face, seen.tMs) : "good";
    const neck = this.#data.steps.some((step) => step.zone === "neck");
    const inTheWay = framingHint(seen.face, width, height, { neck, light });
    const { hint, begin } = this.#framing.see(inTheWay, seen.tMs);
    const text = this.#data.words[`framing_${hint}`];
    this.#view.say("framing", text);
    this.#senses.framing(text);
    if (begin) this.#enter("working");
  }

  /**
   * Shows what the judge saw.
   *
   * @param {LiveEvent} event
   */
  #tell(event) {
    this.#senses.tell(event);
    if (event.type === "stroke" && event.verdict !== "cannot_tell") {
      this.#mirror.trace(event);
    } else if (event.type === "cue") {
      this.#view.cue(event.text, event.kind);
    }
  }

  /**
   * Brings the page to where the server says the session is.
   *
   * @param {State} state
   */
  #follow({ step, counts, stopped }) {
    this.#counts = counts;
    if (stopped || step === null) {
      if (this.#phase === "working" || this.#phase === "framing") this.#close();
      return;
    }
    if (step !== this.#step && !this.#ahead(step)) {
      this.#step = step;
      this.#stepClock.reset();
      if (this.#phase === "working") this.#stepClock.run(performance.now());
    }
    this.#showStep();
  }

  /**
   * Whether this page is further than the server knows, because it has not heard everything yet.
   *
   * @param {number} step
   */
  #ahead(step) {
    return step < this.#step && this.#link !== undefined && !this.#link.settled;
  }

  #showStep() {
    const { steps } = this.#data;
    const step = steps[this.#step];
    this.#view.step(step, this.#step, steps[this.#step + 1]);
    this.#senses.step(step);
    this.#view.counts(this.#counts, this.#step);
    this.#mirror.show(step);
  }

  #tick() {
    if (this.#phase !== "working") return;
    const step = this.#data.steps[this.#step];
    const elapsedS = this.#stepClock.elapsedMs(performance.now()) / 1000;
    this.#senses.pass(step, elapsedS);
    if (this.#mode === "guided") {
      this.#showTempo(step, elapsedS);
      if (elapsedS >= guidedSeconds(step)) this.#finishStep("step_done");
    } else if (elapsedS >= patienceSeconds(step)) {
      this.#finishStep("step_done");
    }
  }

  /**
   * @param {Step} step
   * @param {number} elapsedS
   */
  #showTempo(step, elapsedS) {
    const { words } = this.#data;
    const { stroke, share } = beat(step, elapsedS);
    const form = share < 0 ? "tempo_back" : `tempo_${step.motion}`;
    this.#view.tempo(share, fill(words[form], { n: stroke + 1, of: step.parts }));
  }

  /** @param {"step_done" | "skip"} how */
  #finishStep(how) {
    this.#command(how);
    const next = this.#step + 1;
    if (next >= this.#data.steps.length) {
      this.#close();
      return;
    }
    this.#step = next;
    this.#stepClock.restart(performance.now());
    this.#showStep();
  }

  /**
   * @param {string} name
   * @param {{symptom?: string}} [more]
   */
  #command(name, more) {
    this.#link?.command({ name, t_ms: this.#clock.at(performance.now()), step: this.#step, ...more });
  }

  /** @param {string} command */
  #obey(command) {
    if (this.#senses.obey(command)) return;
    const working = this.#phase === "working";
    if (command === "hurts") this.#hurt();
    else if (command === "stop") this.#stop();
    else if (command === "resume" || (command === "pause" && this.#phase === "paused")) {
      this.#resume();
    } else if (command === "pause" && working) this.#pause("");
    else if (command === "repeat" && working) this.#repeat();
    else if (command === "skip" && working) this.#finishStep("skip");
    else if (command === "skip" && this.#phase === "framing") this.#enter("working");
  }

  /** @param {string} note */
  #pause(note) {
    this.#command("pause");
    this.#clock.pause(performance.now());
    this.#view.say("paused-note", note);
    this.#enter("paused");
  }

  #resume() {
    if (this.#phase !== "paused") return;
    this.#clock.resume(performance.now());
    this.#command("resume");
    if (this.#mode === "camera") this.#mirror.goOn();
    this.#enter("working");
  }

  #repeat() {
    this.#command("repeat");
    this.#stepClock.restart(performance.now());
  }

  #hurt() {
    if (!["working", "paused", "framing"].includes(this.#phase)) return;
    this.#command("hurts");
    forgetKept();
    this.#end("hurt");
    for (const button of document.querySelectorAll("[data-symptom]")) {
      const symptom = /** @type {HTMLElement} */ (button).dataset.symptom ?? "";
      button.addEventListener("click", () => {
        this.#command("hurts", { symptom });
        this.#view.symptom(symptom, this.#data.words[`advice_${symptom}`]);
      });
    }
  }

  #stop() {
    if (!["working", "paused", "framing"].includes(this.#phase)) return;
    this.#command("stop");
    this.#close();
  }

  /** The routine is over: the closing words, then the summary. */
  #close() {
    this.#end("closing");
    sayFarewell({
      summary: `/summary/${this.#id}`,
      words: this.#data.words,
      say: (note) => this.#view.say("closing-note", note),
      link: this.#link,
      outbox: this.#data.demo ? null : this.#outbox,
    });
  }

  /** @param {Phase} phase */
  #end(phase) {
    clearInterval(this.#timer);
    this.#mirror.close();
    letSleep();
    endSessionOf(this.#data.plan);
    this.#outbox.end(this.#id);
    this.#enter(phase);
  }

  /** @param {string} reason */
  #refuse(reason) {
    this.#end("refused");
    this.#view.say("refused-note", this.#data.words[`refused_${reason}`] ?? this.#data.words.refused);
  }

  /**
   * The camera or the tracker is gone: the same session goes on by time.
   *
   * @param {string} why
   */
  #goOnGuided(why) {
    if (this.#mode === "guided" || this.#phase === "closing") return;
    this.#mirror.close();
    this.#mode = "guided";
    this.#view.mode("guided");
    this.#view.cue(why, "note");
    if (this.#phase === "framing") this.#enter("working");
  }
}
