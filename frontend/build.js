// Bundles every module in src/ that is an entry (a file directly in src/) into the folder given,
// and copies the tracker's wasm and the fonts beside it.
//
//   node build.js OUT_DIR [--watch]

import { copyFile, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "../src/faceglide/web/static/built");
const tracker = join(here, "node_modules/@mediapipe/tasks-vision");

// What web/static/css/tokens.css asks for.
/** @type {Record<string, string[]>} */
const FONTS = {
  "source-serif-4": [
    "source-serif-4-latin-opsz-normal.woff2",
    "source-serif-4-latin-wght-italic.woff2",
  ],
  "source-sans-3": ["source-sans-3-latin-wght-normal.woff2"],
};

/**
 * The tracker library reports usage to its maker every minute. Nothing leaves this machine here:
 * its calls to fetch become a refusal, which it takes as "logging failed" and stops. The models
 * and the wasm are loaded by other means, so nothing else needs them.
 *
 * @type {esbuild.Plugin}
 */
const noUsageReports = {
  name: "no-usage-reports",
  setup(build) {
    build.onLoad({ filter: /tasks-vision[\\/]vision_bundle\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const refused = source
        .replaceAll(/\bfetch\(/g, "refuseNetwork(")
        .replaceAll(/"https:\/\/[^"]*"/g, '"about:blank"');
      if (refused === source) throw new Error(`${path}: nothing to refuse; look at it again`);
      const refusal =
        'const refuseNetwork = () => Promise.reject(new Error("no network from the tracker"));\n';
      return { contents: refusal + refused, loader: "js" };
    });
  },
};

// Browsers want it whole, and not all of them as a module.
const SERVICE_WORKER = "service-worker.js";

async function entries() {
  const names = await readdir(join(here, "src"));
  const modules = names.filter((name) => name.endsWith(".js") && name !== SERVICE_WORKER);
  return modules.map((name) => join(here, "src", name));
}

async function copyTracker() {
  const { version } = JSON.parse(await readFile(join(tracker, "package.json"), "utf8"));
  const folder = join(out, `tracker-${version}`);
  await mkdir(folder, { recursive: true });
  const names = await readdir(join(tracker, "wasm"));
  // The workers are modules, and of the module loader there is only the SIMD build.
  const needed = names.filter((name) => name.includes("_module_"));
  await Promise.all(needed.map((name) => copyFile(join(tracker, "wasm", name), join(folder, name))));
  return version;
}

async function copyFonts() {
  const folder = join(out, "fonts");
  await mkdir(folder, { recursive: true });
  for (const [family, names] of Object.entries(FONTS)) {
    const from = join(here, "node_modules/@fontsource-variable", family);
    await copyFile(join(from, "LICENSE"), join(folder, `${family}-LICENSE.txt`));
    await Promise.all(names.map((name) => copyFile(join(from, "files", name), join(folder, name))));
  }
}

await rm(out, { recursive: true, force: true });
const version = await copyTracker();
await copyFonts();
await copyFile(join(here, "node_modules/three/LICENSE"), join(out, "three-LICENSE.txt"));
/** @type {esbuild.BuildOptions} */
const options = {
  entryPoints: await entries(),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  sourcemap: false,
  legalComments: "none",
  chunkNames: "chunk-[hash]",
  define: { TRACKER_FOLDER: JSON.stringify(`tracker-${version}/`) },
  plugins: [noUsageReports],
  logLevel: "warning",
};
if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
await esbuild.build({
  entryPoints: [join(here, "src", SERVICE_WORKER)],
  outdir: out,
  bundle: true,
  format: "iife",
  target: options.target,
  minify: true,
  legalComments: "none",
});
