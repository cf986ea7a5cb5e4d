/** The folder of the tracker's wasm beside the bundles; build.js fills it in. */
declare const TRACKER_FOLDER: string;
/** The service worker's version and the files it keeps; server/offline.py fills it in. */
declare const SHELL: { version: string; files: string[] };
