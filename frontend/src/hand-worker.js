// The hand tracker, off the page's main thread.

import { HandLandmarker } from "@mediapipe/tasks-vision";
import { flatten, serve } from "./tracker/landmarker.js";

serve({
  create: (files, options, { hands }) =>
    HandLandmarker.createFromOptions(files, { ...options, numHands: hands }),
  setHands: (/** @type {HandLandmarker} */ landmarker, hands) =>
    landmarker.setOptions({ numHands: hands }),
  run(/** @type {HandLandmarker} */ landmarker, picture, tMs) {
    const found = landmarker.detectForVideo(picture, tMs);
    const result = found.landmarks.map((landmarks, index) => {
      const [handedness] = found.handedness[index];
      const world = found.worldLandmarks[index];
      return {
        // Our picture is not mirrored, and on such a picture this tracker names the person's own
        // side. (Its predecessors took every picture for a mirrored selfie and said the opposite.)
        side: handedness.categoryName === "Left" ? "left" : "right",
        score: handedness.score,
        image: flatten(landmarks),
        world: world ? flatten(world) : null,
      };
    });
    const transfer = result.flatMap(({ image, world }) =>
      world ? [image.buffer, world.buffer] : [image.buffer],
    );
    return { result, transfer };
  },
});
