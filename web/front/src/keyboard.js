// Keys for those who keep their hands on them: they move the focus and press nothing that decides.

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const TWICE_WITHIN = 1_500; // ms between g and i

let before = { key: "", at: 0 };

export function listen() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys]")) help();
  });
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const act = { j: () => move(1), k: () => move(-1), x: tick, p: preview, a: () => reach("a"), r: () => reach("r"), "/": search, "?": help, i: goes("g", "#nav a") }[event.key];
  const done = act?.();
  before = { key: event.key, at: event.timeStamp };
  if (done) event.preventDefault();
}

// A tick is no field: j and k go on from it.
function isTyping(target) {
  const field = target.closest?.(FIELDS);
  return field !== null && field !== undefined && !field.matches("[type=checkbox]");
}

const lines = () => [...document.querySelectorAll("#list [data-row]")].filter((row) => !row.hidden);
const here = () => document.activeElement?.closest("[data-row]");

function move(step) {
  const rows = lines();
  if (!rows.length) return false;
  const at = rows.indexOf(here());
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next.querySelector(".qf-item-title").focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tick() {
  const box = here()?.querySelector("[name=task]:not(:disabled)");
  box?.click();
  return box !== undefined && box !== null;
}

function preview() {
  const button = here()?.querySelector("[data-preview]");
  button?.click();
  return button !== undefined && button !== null;
}

// The button is in sight and in focus; Enter or space presses it, as with every button.
function reach(key) {
  const button = document.querySelector(`[data-key=${key}]`);
  button?.focus();
  return button !== null;
}

function search() {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}

function help() {
  const dialog = document.getElementById("keys");
  dialog?.showModal();
  return dialog !== null;
}

function goes(first, where) {
  return () => {
    if (before.key !== first || performance.now() - before.at > TWICE_WITHIN) return false;
    location.assign(document.querySelector(where).href);
    return true;
  };
}
