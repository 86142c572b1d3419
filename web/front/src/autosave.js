// What is typed is kept as a draft every few seconds and on leaving. Of two windows the one that began with an
// older draft is told, and overwrites nothing.

const AFTER = 3000; // ms after a key
const MOST_ON_LEAVING = 60_000; // bytes a browser sends for a page that is gone

const states = new WeakMap();

export function keepDrafts() {
  document.addEventListener("input", (event) => touched(event.target));
  document.addEventListener("change", (event) => touched(event.target));
  document.addEventListener("qianfa:changed", (event) => touched(event.target));
  document.addEventListener("submit", (event) => sent(event.target));
  document.addEventListener("click", answer);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => event.persisted && forms().forEach((form) => states.delete(form)));
}

function forms() {
  return [...document.querySelectorAll("form[data-draft]")];
}

function state(form) {
  if (!states.has(form)) states.set(form, { dirty: false, stopped: false, timer: 0, request: null });
  return states.get(form);
}

function touched(field) {
  const form = field.form ?? field.closest?.("form");
  if (!form?.dataset.draft || field.type === "file") return;
  const now = state(form);
  now.dirty = true;
  clearTimeout(now.timer);
  now.timer = setTimeout(() => save(form), AFTER);
}

function sent(form) {
  if (!form.dataset.draft) return;
  const now = state(form);
  now.stopped = true;
  clearTimeout(now.timer);
  now.request?.abort();
}

function typed(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.append("_seen", form.dataset.seen);
  return body;
}

async function save(form) {
  const now = state(form);
  if (now.stopped || now.request || !now.dirty) return;
  now.dirty = false;
  now.request = new AbortController();
  try {
    const answer = await post(form, { signal: now.request.signal });
    heed(form, answer.status, await answer.json());
  } catch {
    if (!now.stopped) say(form, status(form).dataset.failed, true);
    now.dirty = true;
  } finally {
    now.request = null;
    if (now.dirty && !now.stopped) now.timer = setTimeout(() => save(form), AFTER);
  }
}

function post(form, more) {
  return fetch(form.dataset.draft, { method: "POST", body: typed(form), headers: { "HX-Request": "true" }, ...more });
}

function heed(form, code, told) {
  if (code === 200) {
    form.dataset.seen = told.seen;
    say(form, told.said);
  } else if (told.code === "draft_overtaken") {
    state(form).stopped = true;
    say(form, status(form).dataset.overtaken, true, told.seen);
  } else {
    say(form, told.said, true);
  }
}

function status(form) {
  return form.querySelector("[data-autosave]");
}

// `there`: the other window's draft, when one has to choose.
function say(form, words, bad = false, there = undefined) {
  const line = status(form);
  line.replaceChildren(words);
  line.classList.toggle("text-danger", bad);
  if (there === undefined) return;
  for (const name of ["reload", "mine"]) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
    button.dataset.choose = name;
    button.dataset.there = there;
    button.append(line.dataset[name]);
    line.append(" ", button);
  }
}

function answer(event) {
  const button = event.target.closest?.("[data-choose]");
  if (!button) return;
  const form = button.closest("form");
  if (button.dataset.choose === "reload") {
    location.reload();
    return;
  }
  form.dataset.seen = button.dataset.there;
  Object.assign(state(form), { stopped: false, dirty: true });
  save(form);
}

// The page may be gone before an answer comes.
function leave() {
  for (const form of forms()) {
    const now = state(form);
    if (!now.dirty || now.stopped || now.request) continue;
    clearTimeout(now.timer);
    if (typed(form).toString().length > MOST_ON_LEAVING) {
      save(form);
      continue;
    }
    now.dirty = false;
    now.request = new AbortController();
    post(form, { keepalive: true })
      .then(async (answer) => heed(form, answer.status, await answer.json()))
      .catch(() => (now.dirty = true))
      .finally(() => (now.request = null));
  }
}
