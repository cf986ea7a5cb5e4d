// The face tracker, off the page's main thread.

import { FaceLandmarker } from "@mediapipe/tasks-vision";
import { flatten, serve } from "./tracker/landmarker.js";

serve({
  create: (files, options) =>
    FaceLandmarker.createFromOptions(files, { ...options, numFaces: 1 }),
  run(/** @type {FaceLandmarker} */ landmarker, picture, tMs) {
    const [face] = landmarker.detectForVideo(picture, tMs).faceLandmarks;
    const result = face ? flatten(face) : null;
    return { result, transfer: result ? [result.buffer] : [] };
  },
});
