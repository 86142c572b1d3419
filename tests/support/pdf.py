"""What a PDF says, read by pdf.js under Node: another programme than the one that set it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from scripts.build_front_end import FRONT, environment

SCRIPT = """
import "./src/old-browsers.js";
import * as pdfjs from "pdfjs-dist/legacy/build/pdf.mjs";
import { readFileSync } from "node:fs";
const data = new Uint8Array(readFileSync(process.argv[2]));
const file = await pdfjs.getDocument({ data, verbosity: 0, useWasm: false }).promise;
const found = { pages: [], right: [], links: [], fonts: [], info: (await file.getMetadata()).info };
for (let number = 1; number <= file.numPages; number++) {
  const page = await file.getPage(number);
  const items = (await page.getTextContent()).items;
  found.pages.push(items.map((item) => item.str + (item.hasEOL ? "\\n" : "")).join(""));
  const flat = items.filter((item) => item.transform[1] === 0); // not the watermark, which is turned
  found.right.push(Math.max(...flat.map((item) => item.transform[4] + item.width)));
  for (const one of await page.getAnnotations()) if (one.url) found.links.push(one.url);
}
console.log(JSON.stringify(found));
"""


def read(path: Path) -> dict[str, Any]:
    """The text of each page, the addresses it links to, what it says of itself."""
    script = FRONT / f".read-{os.getpid()}.mjs"  # beside the packages it imports
    script.write_text(SCRIPT)
    try:
        done = subprocess.run(
            ["node", str(script), str(path)],
            capture_output=True, cwd=FRONT, env={**os.environ, **environment()}, check=True,
        )  # fmt: skip
    finally:
        script.unlink()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def words(found: dict[str, Any]) -> str:
    """Everything it says without any space: where lines break does not matter."""
    return "".join("".join(found["pages"]).replace("\u200b", "").split())
