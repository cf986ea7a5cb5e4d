// The tracker and nothing else: what the session page's frame rate is measured against.

import { openCamera } from "../src/session/camera.js";
import { Tracker } from "../src/tracker/tracker.js";

const video = document.createElement("video");
video.playsInline = video.muted = true;
document.body.append(video);
const page = /** @type {any} */ (window);
page.frames_seen = 0;
const tracker = new Tracker(
  {
    faceWorker: "/static/built/face-worker.js",
    handWorker: "/static/built/hand-worker.js",
    faceModel: "/models/face_landmarker.task",
    handModel: "/models/hand_landmarker.task",
  },
  () => page.frames_seen++,
  (reason) => console.error(reason),
);
await Promise.all([tracker.load(), openCamera(video, () => undefined)]);
tracker.start(video);
