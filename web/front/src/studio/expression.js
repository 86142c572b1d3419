// Conditions as rows one can pick: `a == "x" and b > 3` and back. What is richer than that stays an expression.

const TOKEN = /\s*(?:(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>-?\d+(?:\.\d+)?)|(?<sign>==|!=|<=|>=|<|>|\[|\]|,|\(|\))|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*))/uy;
const WORDS = new Set(["and", "or", "not", "in", "is", "if", "else"]);
const CONSTANTS = { true: true, false: false, True: true, False: false };

// {join: "and"|"or", rows: [{left, operator, right}]}, or null. `right` is {kind: "text"|"number"|"name"|"list"|"truth", value}.
export function parseCondition(text) {
  const tokens = cut(text);
  if (!tokens?.length) return tokens ? { join: "and", rows: [] } : null;
  const rows = [];
  let join = null;
  while (tokens.length) {
    const row = rowOf(tokens);
    if (!row) return null;
    rows.push(row);
    if (!tokens.length) break;
    const word = tokens.shift();
    if (!["and", "or"].includes(word.name) || (join && join !== word.name) || !tokens.length) return null;
    join = word.name;
  }
  return { join: join ?? "and", rows };
}

function cut(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  const whole = text.trim();
  while (TOKEN.lastIndex < whole.length) {
    const found = TOKEN.exec(whole);
    if (!found) return null;
    tokens.push(found.groups);
  }
  return tokens;
}

function rowOf(tokens) {
  const denied = tokens[0]?.name === "not";
  if (denied) tokens.shift();
  const left = tokens.shift();
  if (!left?.name || WORDS.has(left.name) || left.name in CONSTANTS) return null;
  const next = tokens[0];
  if (!next || ["and", "or"].includes(next.name)) return { left: left.name, operator: denied ? "false" : "true" };
  if (denied) return null;
  const operator = operatorOf(tokens);
  const right = operator && valueOf(tokens, operator);
  return right ? { left: left.name, operator, right } : null;
}

function operatorOf(tokens) {
  const first = tokens.shift();
  if (["==", "!=", "<", "<=", ">", ">="].includes(first.sign)) return first.sign;
  if (first.name === "in") return "in";
  if (first.name === "not" && tokens[0]?.name === "in") return tokens.shift() && "not in";
  return null;
}

function valueOf(tokens, operator) {
  const first = tokens.shift();
  if (!first) return null;
  if (operator === "in" || operator === "not in") {
    if (first.name && !WORDS.has(first.name)) return { kind: "name", value: first.name };
    return first.sign === "[" ? listOf(tokens) : null;
  }
  return plainValue(first);
}

function listOf(tokens) {
  const value = [];
  while (tokens.length) {
    const one = tokens.shift();
    if (one.sign === "]") return { kind: "list", value };
    if (one.sign === ",") continue;
    const read = plainValue(one);
    if (!["text", "number"].includes(read?.kind)) return null;
    value.push(read);
  }
  return null;
}

function plainValue(token) {
  if (token.text) return { kind: "text", value: token.text.slice(1, -1).replace(/\\(.)/gu, "$1") };
  if (token.number) return { kind: "number", value: token.number };
  if (token.name in CONSTANTS) return { kind: "truth", value: CONSTANTS[token.name] };
  return token.name && !WORDS.has(token.name) ? { kind: "name", value: token.name } : null;
}

export function sayCondition({ join, rows }) {
  return rows.map(sayRow).join(` ${join} `);
}

function sayRow({ left, operator, right }) {
  if (operator === "true") return left;
  if (operator === "false") return `not ${left}`;
  return `${left} ${operator} ${sayValue(right)}`;
}

function sayValue({ kind, value }) {
  if (kind === "text") return `"${value.replace(/[\\"]/gu, "\\$&")}"`;
  if (kind === "list") return `[${value.map(sayValue).join(", ")}]`;
  return String(value);
}
