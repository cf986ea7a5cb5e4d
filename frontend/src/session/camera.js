// The camera: asked for small pictures, because the tracker looks at small ones, and never sent
// anywhere.

/** Why there is no picture, in the words that the page shows. */
export class NoCamera extends Error {
  /** @param {"refused" | "missing" | "busy" | "insecure"} kind */
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/** @type {Record<string, "refused" | "missing" | "busy">} */
const KINDS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * Opens the camera onto a video element.
 *
 * @param {HTMLVideoElement} video
 * @param {() => void} onEnded Told when the camera is taken away.
 * @returns {Promise<MediaStream>}
 * @throws {NoCamera}
 */
export async function openCamera(video, onEnded) {
  if (!navigator.mediaDevices) throw new NoCamera(isSecureContext ? "missing" : "insecure");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        facingMode: "user",
        width: { ideal: 640 },
        height: { ideal: 480 },
        frameRate: { ideal: 30 },
      },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new NoCamera(KINDS[name] ?? "missing");
  }
  for (const track of stream.getVideoTracks()) track.addEventListener("ended", onEnded);
  video.srcObject = stream;
  await video.play();
  return stream;
}

/**
 * @param {HTMLVideoElement} video
 */
export function closeCamera(video) {
  const stream = /** @type {MediaStream | null} */ (video.srcObject);
  for (const track of stream?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}
