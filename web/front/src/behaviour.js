// The small behaviours of our own pages; every page works without them.

const CHECK_AFTER = 600; // ms without a key before what is typed is checked

export function behave() {
  document.documentElement.classList.add("js");
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.target));
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(event));
  document.addEventListener("click", dropFile);
  document.addEventListener("change", (event) => changed(event));
  document.addEventListener("input", (event) => typing(event));
  document.addEventListener("submit", pressedOnce);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.qf-rest").forEach((rest) => (rest.open = true)));
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

function prepare(root) {
  root.querySelector?.("[data-focus]")?.focus();
  root.querySelectorAll?.("[data-autosize]").forEach(grow);
  root.querySelectorAll?.("form").forEach(hideWhatDoesNotApply);
  const strip = root.querySelector?.("#nav");
  const here = strip?.querySelector("[aria-current]");
  if (here && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.clientWidth / 2;
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, window.innerHeight / 2)}px`;
}

// A menu closes when one looks elsewhere, and gives the focus back to what opened it.
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.qf-menu[open], details.qf-ask[open]")) {
    if (event.type === "click" && menu.contains(event.target)) continue;
    if (event.type === "keydown" && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

function changed(event) {
  const field = event.target;
  if (field.form) hideWhatDoesNotApply(field.form);
  if (field.matches("[data-submit]")) field.form.requestSubmit();
  if (field.matches("input[type=file][data-upload]")) sendAhead(field);
  else check(field.closest("form[data-check]"));
}

// A question that does not apply to what was chosen so far steps back; the server leaves its answer out as well.
function hideWhatDoesNotApply(form) {
  const answer = (name, prefix) => {
    const field = form.elements[prefix + name] ?? form.elements[name];
    return field?.type === "checkbox" ? field.checked : field?.value;
  };
  for (const part of form.querySelectorAll("[data-hide]")) {
    const holds = ([name, equal, value]) => (answer(name, part.dataset.prefix) === value) === equal;
    part.hidden = JSON.parse(part.dataset.hide).some((group) => group.every(holds));
  }
}

const timers = new WeakMap();

function typing(event) {
  const field = event.target;
  if (field.matches("[data-autosize]")) grow(field);
  const form = field.closest("form[data-check]");
  if (!form || field.type === "file") return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => check(form), CHECK_AFTER));
}

// Asks for the messages of what is typed so far; the answer replaces only messages and the preview of who is next.
export async function check(form, parts = "[id]") {
  if (!form || form.dataset.sent) return;
  clearTimeout(timers.get(form));
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
  const answer = await send(form.dataset.check, typed);
  if (!answer.ok) return;
  const fragment = document.createElement("template");
  fragment.innerHTML = await answer.text();
  for (const part of fragment.content.querySelectorAll(parts)) {
    const place = document.getElementById(part.id);
    if (!place) continue;
    place.replaceChildren(...part.childNodes);
    const field = document.getElementById(part.id.replace(/-error$/, ""));
    if (part.classList.contains("qf-messages")) {
      field?.classList.toggle("is-invalid", place.querySelector(".invalid-feedback") !== null);
    }
  }
}

function send(url, body) {
  const token = document.querySelector("input[name=csrf_token]").value;
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
}

// A chosen file goes ahead at once, so that one learns early what is wrong with it and never sends it twice.
async function sendAhead(field) {
  const list = document.getElementById(field.dataset.files);
  const files = [...field.files];
  field.setAttribute("aria-busy", "true");
  for (const file of files) {
    const body = new FormData();
    body.append("_field", field.name);
    body.append(field.name, file);
    const answer = await send(field.dataset.upload, body);
    if (!answer.ok) {
      field.removeAttribute("aria-busy");
      return; // it stays chosen and goes with the form
    }
    if (!field.multiple) list.replaceChildren();
    list.insertAdjacentHTML("beforeend", await answer.text());
  }
  field.value = "";
  field.required = false;
  field.removeAttribute("aria-busy");
}

function dropFile(event) {
  const button = event.target.closest?.("[data-drop]");
  if (!button) return;
  event.preventDefault();
  button.closest(".qf-file").remove();
}

// A second press of the same button sends nothing.
function pressedOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
}

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}
