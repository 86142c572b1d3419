// What reading needs beside the bundles: the parts pdf.js fetches when a file asks for them, and the fonts of paper.
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PDFJS = "node_modules/pdfjs-dist";
const FONTS = "node_modules/@expo-google-fonts/noto-sans-sc";
const WEIGHTS = ["400Regular", "700Bold"];

// Loaded by the page that shows a PDF, as modules: pdf.js starts its worker as one.
export const modules = ["src/pdf.js", "src/pdf-worker.js"];

export function copyParts(out, manifest) {
  const { version } = JSON.parse(readFileSync(`${PDFJS}/package.json`));
  const parts = (manifest.pdfjs = `pdfjs-${version}`);
  for (const folder of ["cmaps", "standard_fonts"]) cpSync(`${PDFJS}/${folder}`, join(out, parts, folder), { recursive: true });
  mkdirSync(join(out, parts, "wasm"));
  for (const name of ["jbig2_nowasm_fallback.js", "openjpeg_nowasm_fallback.js"]) {
    cpSync(`${PDFJS}/wasm/${name}`, join(out, parts, "wasm", name));
  }
  mkdirSync(join(out, "fonts"));
  for (const weight of WEIGHTS) {
    cpSync(`${FONTS}/${weight}/NotoSansSC_${weight}.ttf`, join(out, "fonts", `NotoSansSC_${weight}.ttf`));
  }
  cpSync(`${FONTS}/LICENSE_FONT`, join(out, "fonts", "LICENSE"));
}
