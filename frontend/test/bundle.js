// Bundles one module for a test, to standard output: `node bundle.js MODULE TRACKER_FOLDER`.

import { build } from "esbuild";

const [, , module, tracker] = process.argv;
const { outputFiles } = await build({
  entryPoints: [module],
  bundle: true,
  format: "esm",
  define: { TRACKER_FOLDER: JSON.stringify(tracker) },
  write: false,
  logLevel: "error",
});
process.stdout.write(outputFiles[0].text);
