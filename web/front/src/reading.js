// Reading in the page: files open in a dialog over it, a PDF is drawn, a form says who is next as soon as it is shown.
import { check } from "./behaviour.js";

export function read() {
  document.addEventListener("DOMContentLoaded", () => {
    // Not the messages: what the server just refused still stands beside its field.
    document.querySelectorAll("form[data-outlook]").forEach((form) => check(form, "#outlook"));
    wake(document);
  });
  document.addEventListener("click", opened);
  document.addEventListener("submit", kept, true);
}

// A form whose answer is a file leaves the page where it is: it may be pressed again.
function kept(event) {
  const form = event.target;
  if (!form.matches("form[data-download]")) return;
  setTimeout(() => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }, 3000);
}

function opened(event) {
  const link = event.target.closest?.("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  viewer().open(link);
}

let made;
function viewer() {
  made ??= new Viewer();
  return made;
}

class Viewer {
  constructor() {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "qf-viewer";
    const words = document.documentElement.lang === "en"
      ? ["Close", "Previous file", "Next file", "File"]
      : ["关闭", "上一个文件", "下一个文件", "文件"];
    this.dialog.setAttribute("aria-label", words[3]);
    this.place = document.createElement("div");
    this.place.className = "qf-viewer-place";
    this.back = button("‹", words[1], () => this.turn(-1));
    this.on = button("›", words[2], () => this.turn(1));
    const bar = document.createElement("div");
    bar.className = "qf-viewer-bar";
    bar.append(this.back, this.on, button("×", words[0], () => this.dialog.close()));
    this.dialog.append(bar, this.place);
    this.dialog.addEventListener("close", () => this.leave());
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    document.body.append(this.dialog);
  }

  open(link) {
    const seen = new Set();
    const all = [...document.querySelectorAll("main a[data-view]")];
    this.links = all.filter((one) => one === link || (!seen.has(one.href) && seen.add(one.href) && one.href !== link.href));
    this.opener = link;
    this.show(this.links.indexOf(link));
  }

  turn(step) {
    const next = this.at + step;
    if (this.links[next]) this.show(next);
  }

  key(event) {
    event.stopPropagation(); // the keys of the page beneath rest meanwhile
    if (event.target.closest("video, audio, input")) return;
    if (event.key === "ArrowLeft") this.turn(-1);
    else if (event.key === "ArrowRight") this.turn(1);
    else return;
    event.preventDefault();
  }

  async show(at) {
    this.at = at;
    this.back.disabled = at === 0;
    this.on.disabled = at === this.links.length - 1;
    if (!this.dialog.open) this.dialog.showModal();
    const address = this.links[at].href;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (this.at !== at || !this.dialog.open) return;
    if (!answer.ok && !answer.headers.get("Content-Type")?.includes("html")) return location.assign(address);
    this.stop();
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    this.place.replaceChildren(part.content);
    this.drawn = wake(this.place);
  }

  stop() {
    this.drawn?.then((ends) => ends.forEach((end) => end?.()));
    this.place.replaceChildren();
  }

  leave() {
    this.stop();
    this.opener?.focus();
  }
}

function button(sign, label, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-icon";
  made.textContent = sign;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

// Draws the PDFs of a part of the page, and says so where a film cannot be played here.
function wake(root) {
  for (const media of root.querySelectorAll("[data-playable]")) {
    media.addEventListener("error", () => {
      media.hidden = true;
      media.nextElementSibling.hidden = false;
    });
  }
  return Promise.all([...root.querySelectorAll("[data-pdf]")].map(draw));
}

async function draw(place) {
  const wait = place.querySelector(".qf-pdf-wait");
  try {
    const { show } = await import(place.dataset.script);
    return await show(place);
  } catch {
    place.querySelector(".qf-pdf-broken").hidden = false;
    place.querySelector(".qf-pdf-bar").hidden = true;
  } finally {
    wait.remove();
  }
}
