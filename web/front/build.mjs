// Bundles the entries of src/ into ../static/dist under names that carry their content's hash, and writes
// manifest.json: {"app.js": "app-1A2B3C.js", ...}, by which pages find them.
import { build } from "esbuild";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyParts, modules } from "./reading.mjs";

const out = fileURLToPath(new URL("../static/dist/", import.meta.url));

rmSync(out, { recursive: true, force: true });
const common = {
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  legalComments: "linked",
  loader: { ".woff2": "file" },
  metafile: true,
  logLevel: "warning",
};
const built = await Promise.all([
  build({ ...common, entryPoints: ["src/app.js", "src/app.css", "src/viewer.js", "src/editor.js", "src/studio/diagram.js"], format: "iife" }),
  build({ ...common, entryPoints: modules, format: "esm" }),
]);

const manifest = {};
copyParts(out, manifest);
const outputs = built.flatMap(({ metafile }) => Object.entries(metafile.outputs));
for (const [path, { entryPoint, cssBundle }] of outputs) {
  if (!entryPoint) continue;
  manifest[basename(entryPoint)] = basename(path);
  if (cssBundle) manifest[basename(entryPoint).replace(/\.js$/, ".css")] = basename(cssBundle);
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
for (const name of readdirSync(out)) {
  console.log(`${String(Math.ceil(statSync(join(out, name)).size / 1024)).padStart(6)} kB  ${name}`);
}
