/** The folder of the tracker's wasm beside the bundles; build.js fills it in. */
declare const TRACKER_FOLDER: string;
