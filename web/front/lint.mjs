// Opens every diagram of the catalogue as bpmn.io does and asks bpmnlint's recommended rules.
//   node lint.mjs [file or folder ...]      by default ../../bpmn; ends with 1 when anything is found
import { BpmnModdle } from "bpmn-moddle";
import Linter from "bpmnlint/lib/linter.js";
import NodeResolver from "bpmnlint/lib/resolver/node-resolver.js";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("../../", import.meta.url));
const rules = { extends: "bpmnlint:recommended" };

function diagrams(path) {
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path, { recursive: true }).filter((name) => name.endsWith(".bpmn"));
  return names.sort().map((name) => join(path, name));
}

async function findings(path) {
  let opened;
  try {
    opened = await new BpmnModdle().fromXML(readFileSync(path, "utf8"));
  } catch (error) {
    return [`cannot be opened: ${error.message}`];
  }
  // A linter of its own for each: some rules remember the flows they have seen.
  const linter = new Linter({ config: rules, resolver: new NodeResolver() });
  const found = Object.entries(await linter.lint(opened.rootElement)).flatMap(([rule, reports]) =>
    reports.map(({ id, message }) => `${id}: ${message} (${rule})`),
  );
  return [...opened.warnings.map(({ message }) => `opens with a warning: ${message}`), ...found];
}

const given = process.argv.slice(2);
const paths = (given.length ? given : [join(home, "bpmn")]).flatMap(diagrams);
let bad = 0;
for (const path of paths) {
  const found = await findings(path);
  if (found.length) bad += 1;
  for (const line of found) console.log(`${relative(home, path)}: ${line.replace(/\s+/g, " ")}`);
}
console.log(`${paths.length} diagrams, ${bad} with findings`);
process.exitCode = bad ? 1 : 0;
