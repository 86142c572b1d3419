// The assignment vocabulary of the engine as parts one can pick: `role("企管办", unit("HQ"))` and back.

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`;
const UNIT = String.raw`applicant\.unit|organisation|unit\(\s*(?:${QUOTED})\s*\)`;
const PATH = String.raw`[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)?`;
const ONE = new RegExp(
  String.raw`^(?:(applicant)|(role)\(\s*(?:${QUOTED})\s*(?:,\s*(${UNIT})\s*)?\)|(head_of|superior_of|superiors_of)\(\s*(${UNIT})\s*\)|(actor_of)\(\s*(?:${QUOTED})\s*\)|(person|operator_of)\(\s*(${PATH})\s*\))$`,
  "u",
);

// {word, role|step|path, unit: {kind: "applicant"|"organisation"|"named"|"any", name}} or null when it is none of ours.
export function parseWho(text) {
  const found = ONE.exec(text.trim());
  if (!found) return null;
  const [, applicant, role, r1, r2, roleUnit, , , head, headUnit, , , actor, s1, s2, pathWord, path] = found;
  if (applicant) return { word: "applicant" };
  if (role) return { word: "role", role: plain(r1 ?? r2), unit: roleUnit ? unitOf(roleUnit) : { kind: "any" } };
  if (head) return { word: head, unit: unitOf(headUnit) };
  if (actor) return { word: "actor_of", step: plain(s1 ?? s2) };
  return { word: pathWord, path };
}

export function sayWho(who) {
  if (who.word === "applicant") return "applicant";
  if (who.word === "role") return `role(${quoted(who.role ?? "")}${who.unit?.kind && who.unit.kind !== "any" ? `, ${sayUnit(who.unit)}` : ""})`;
  if (who.word === "actor_of") return `actor_of(${quoted(who.step ?? "")})`;
  if (who.word === "person" || who.word === "operator_of") return `${who.word}(${who.path ?? ""})`;
  return `${who.word}(${sayUnit(who.unit ?? { kind: "applicant" })})`;
}

function unitOf(text) {
  if (text === "applicant.unit") return { kind: "applicant" };
  if (text === "organisation") return { kind: "organisation" };
  const [, first, second] = new RegExp(QUOTED, "u").exec(text);
  return { kind: "named", name: plain(first ?? second) };
}

function sayUnit(unit) {
  if (unit.kind === "organisation") return "organisation";
  return unit.kind === "named" ? `unit(${quoted(unit.name ?? "")})` : "applicant.unit";
}

const plain = (text) => text.replace(/\\(.)/gu, "$1");
export const quoted = (text) => `"${text.replace(/[\\"]/gu, "\\$&")}"`;
