// A list that stands open: it hears of news, previews in place, and sends a batch one task after the other.

let htmx;
let clock;

export function live(given) {
  htmx = given;
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  document.addEventListener("click", clicked);
  document.addEventListener("change", (event) => event.target.matches("[name=task]") && count());
  document.addEventListener("submit", (event) => event.target.matches("[data-batch]") && send(event), true);
  document.addEventListener("htmx:beforeRequest", fold);
  document.addEventListener("htmx:afterSwap", (event) => event.target.id === "news" && compare());
  document.addEventListener("htmx:afterSettle", (event) => event.target.id.startsWith("preview-") && unfolded(event.target));
}

function start() {
  count();
  const news = document.getElementById("news");
  if (news) clock = setInterval(ask, Number(news.dataset.every) * 1_000);
}

const rows = () => [...document.querySelectorAll("#list [data-row]")];

// Asks what is new, in a tab that somebody looks at; nothing on the page moves.
function ask() {
  const news = document.getElementById("news");
  if (!news || document.hidden) return;
  const known = rows().map((row) => row.dataset.row).join(",");
  const url = news.dataset.news;
  htmx.ajax("GET", `${url}${url.includes("?") ? "&" : "?"}known=${known}`, { source: news, target: "#news", swap: "innerHTML" });
}

// A line that is no longer in the list says so and stays where it is; behind the last one that still is, new lines
// may only have pushed it to the next page.
function compare() {
  const told = document.querySelector("#news [data-here]");
  if (!told) return;
  const there = new Set(told.dataset.here.split(",").filter(Boolean));
  const all = rows();
  const last = all.findLastIndex((row) => there.has(row.dataset.row));
  const sure = "whole" in told.dataset ? all.length : last + 1;
  all.slice(0, sure).forEach((row) => {
    if (there.has(row.dataset.row) || row.classList.contains("is-gone")) return;
    row.classList.add("is-gone");
    const said = document.createElement("span");
    said.className = "badge bg-secondary-lt";
    said.textContent = told.dataset.gone;
    row.querySelector(".qf-item-step").prepend(said);
    const box = row.querySelector("[name=task]");
    if (box) box.checked = false;
  });
  count();
  // An empty list has no place to lose: what is new appears by itself, unless somebody is typing.
  if (!all.length && document.activeElement === document.body) document.querySelector("#news [data-refresh]")?.click();
}

function clicked(event) {
  const found = (selector) => event.target.closest?.(selector);
  if (found("[data-refresh]")) refresh(event, found("[data-refresh]").href);
  if (found("[data-fold]")) close(found(".qf-item-preview"));
  if (found("[data-tick-all]")) tickAll();
}

// The list anew; ticks, the comment, what is unfolded and where one stood are kept.
async function refresh(event, href) {
  event.preventDefault();
  const kept = {
    ticks: new Set([...document.querySelectorAll("[name=task]:checked")].map((box) => box.value)),
    said: document.getElementById("batch-comment")?.value ?? "",
    row: document.activeElement?.closest("[data-row]")?.dataset.row,
    top: window.scrollY,
  };
  await htmx.ajax("GET", href, { target: "#list", select: "#list", swap: "outerHTML" });
  document.querySelectorAll("[name=task]").forEach((box) => (box.checked = !box.disabled && kept.ticks.has(box.value)));
  const comment = document.getElementById("batch-comment");
  if (comment) comment.value = kept.said;
  document.getElementById("news").replaceChildren();
  const row = rows().find((one) => one.dataset.row === kept.row) ?? rows()[0];
  row?.querySelector(".qf-item-title").focus({ preventScroll: true });
  window.scrollTo(0, kept.top);
  count();
}

// A second press on 预览 folds it again and asks for nothing.
function fold(event) {
  const button = event.target.closest?.("[data-preview]");
  const place = button && document.getElementById(button.getAttribute("aria-controls"));
  if (!place?.childElementCount) return;
  event.preventDefault();
  close(place);
}

function unfolded(place) {
  buttonOf(place)?.setAttribute("aria-expanded", "true");
}

const buttonOf = (place) => document.querySelector(`[aria-controls="${place.id}"]`);

function close(place) {
  place.replaceChildren();
  buttonOf(place)?.setAttribute("aria-expanded", "false");
  buttonOf(place)?.focus();
}

function tickAll() {
  const free = [...document.querySelectorAll("[name=task]:not(:disabled)")].slice(0, 100);
  const all = free.every((box) => box.checked);
  free.forEach((box) => (box.checked = !all));
  count();
}

function count() {
  const badge = document.querySelector("[data-ticked]");
  if (!badge) return;
  const ticked = document.querySelectorAll("[name=task]:checked").length;
  badge.textContent = ticked;
  badge.hidden = ticked === 0;
}

// One task after the other, so that one sees how far it is; each has its own line of result.
async function send(event) {
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  const place = document.getElementById("batch-results");
  const ticked = [...document.querySelectorAll("[name=task]:checked")].slice(0, 100);
  place.hidden = false;
  if (!ticked.length) {
    place.textContent = form.dataset.none;
    return;
  }
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  clearInterval(clock);
  const bar = progress(place, ticked.length);
  for (const [done, box] of ticked.entries()) {
    bar.list.insertAdjacentHTML("beforeend", await one(form, box));
    bar.say(form.dataset.said, done + 1, ticked.length);
    if (bar.list.lastElementChild?.classList.contains("is-done")) box.closest("[data-row]").hidden = true;
    box.checked = false;
  }
  delete form.dataset.busy;
  form.querySelector("details").open = false;
  clock = setInterval(ask, Number(document.getElementById("news").dataset.every) * 1_000);
  count();
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

function progress(place, most) {
  const said = document.createElement("p");
  const bar = document.createElement("progress");
  const list = document.createElement("ul");
  bar.max = most;
  bar.value = 0;
  place.tabIndex = -1;
  place.replaceChildren(said, bar, list);
  const say = (words, done, all) => {
    bar.value = done;
    said.textContent = words.replace("{done}", done).replace("{all}", all);
  };
  bar.setAttribute("aria-label", "");
  bar.setAttribute("aria-hidden", "true");
  return { list, say };
}

async function one(form, box) {
  const body = new FormData(form);
  body.delete("task");
  body.append("task", box.value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  return answer.text();
}
