// Keeps the screen on while a session runs. The lock is lost whenever the page is hidden, so it
// is asked for again; where there is none, the screen dims as it always does.

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;

export async function keepAwake() {
  wanted = true;
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    lock = null;
  }
}

export async function letSleep() {
  wanted = false;
  await lock?.release();
  lock = null;
}

document.addEventListener("visibilitychange", () => {
  if (wanted && document.visibilityState === "visible") keepAwake();
});
