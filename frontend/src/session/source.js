// Where a session's picture and landmarks come from. A camera with its tracker and a simulated
// person are the same to the session: both open a picture in the page's video, and both say what
// was seen in it.

import { SimulatedTracker } from "../demo/tracker.js";
import { Tracker } from "../tracker/tracker.js";
import { closeCamera, openCamera } from "./camera.js";

/**
 * @typedef {object} Listeners
 * @property {(seen: import("../tracker/tracker.js").Seen) => void} seen
 * @property {() => void} failed The tracker cannot go on.
 * @property {() => void} gone The picture was taken away.
 * @property {() => void} over A demonstration has been played to its end.
 */

/**
 * @typedef {object} Source
 * @property {string} name What the server is told the points come from.
 * @property {() => Promise<void>} openPicture
 * @property {() => Promise<void>} load
 * @property {(hands: number) => void} lookFor
 * @property {() => void} start
 * @property {() => void} stop
 * @property {() => void} close Lets picture and tracker go.
 */

/**
 * @param {import("./data.js").SessionData} data
 * @param {HTMLVideoElement} video
 * @param {Listeners} tell
 * @returns {Source}
 */
export function openSource(data, video, tell) {
  return data.demo ? simulated(data.demo, video, tell) : camera(data.tracker, video, tell);
}

/**
 * @param {import("../tracker/tracker.js").Addresses} addresses
 * @param {HTMLVideoElement} video
 * @param {Listeners} tell
 * @returns {Source}
 */
function camera(addresses, video, tell) {
  const tracker = new Tracker(addresses, tell.seen, tell.failed);
  return {
    name: "tasks-vision",
    openPicture: async () => void (await openCamera(video, tell.gone)),
    load: () => tracker.load(),
    lookFor: (hands) => tracker.lookFor(hands),
    start: () => tracker.start(video),
    stop: () => tracker.stop(),
    close: () => {
      tracker.close();
      closeCamera(video);
    },
  };
}

/**
 * @param {import("../demo/tracker.js").Demo} demo
 * @param {HTMLVideoElement} video
 * @param {Listeners} tell
 * @returns {Source}
 */
function simulated(demo, video, tell) {
  const tracker = new SimulatedTracker(demo, tell.seen, tell.over);
  return {
    name: "simulator",
    openPicture: () => tracker.openPicture(video),
    load: () => tracker.load(),
    lookFor: () => tracker.lookFor(),
    start: () => tracker.start(),
    stop: () => tracker.stop(),
    close: () => {
      tracker.close();
      closeCamera(video);
    },
  };
}
