// Packs the frames described on standard input, for the tests of the decoder at the other end.

import { readFileSync, writeSync } from "node:fs";
import { encodeFrames } from "../src/live/wire.js";

const { frames, points } = JSON.parse(readFileSync(0, "utf8"));
for (const frame of frames) {
  frame.face &&= Float32Array.from(frame.face);
  for (const hand of frame.hands) {
    hand.image = Float32Array.from(hand.image);
    hand.world &&= Float32Array.from(hand.world);
  }
}
writeSync(1, new Uint8Array(encodeFrames(frames, points)));
