// What a held palm would have chosen in each of the recordings named, for the tests of the
// simulated sessions: one JSON line for each, its seconds and its choices.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { PalmMenu } from "../../src/senses/menu.js";
import { facePlace, openPalm } from "../../src/senses/palm.js";

for (const path of process.argv.slice(2)) {
  const bytes = readFileSync(path);
  const text = String(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  const [head, ...frames] = text.trim().split("\n").map((line) => JSON.parse(line));
  const menu = new PalmMenu();
  menu.mode("working");
  let place = null;
  let seconds = 0;
  const choices = [];
  for (const { t, face, hands } of frames) {
    seconds = t;
    place = facePlace(face && Float32Array.from(face.flat()), head.width, head.height) ?? place;
    if (!place) continue;
    const seen = hands.map((/** @type {any} */ hand) => ({
      side: hand.side,
      score: hand.score,
      image: Float32Array.from(hand.image.flat()),
      world: null,
    }));
    const held = menu.see(t * 1000, openPalm(seen, place, head.width, head.height));
    if (held.chosen) choices.push([t, held.chosen]);
  }
  console.log(JSON.stringify({ seconds, choices }));
}
