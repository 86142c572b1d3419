// The draft keeps itself a moment after each change; of two who draw at once the second is told and loses nothing.
import { h, t } from "./dom.js";

const AFTER = 1_200; // ms after the last change
const AGAIN = 5_000;

export class Saving {
  constructor(modeler, host, { urls, desk, send, download }) {
    Object.assign(this, { modeler, host, urls, send, download, revision: desk.revision, file: desk.file, manifest: desk.manifest, base: desk.xml, kept: 0, drawn: 0 });
    this.parts = new Set(desk.words.parts.map((one) => one.process));
    modeler.on("commandStack.changed", () => this.touched());
    window.addEventListener("beforeunload", (event) => this.kept !== this.drawn && event.preventDefault());
    this.say("saved");
  }

  touched() {
    this.drawn += 1;
    if (this.stopped) return;
    this.say("unsaved");
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), AFTER);
  }

  // Somebody saved other files of the draft and not the drawing: there is nothing to choose between.
  async besides() {
    const answer = await fetch(this.urls.desk, { credentials: "same-origin" });
    const desk = answer.ok ? await answer.json() : {};
    if (desk.xml !== this.base || desk.revision === this.revision) return false;
    Object.assign(this, { revision: desk.revision, manifest: desk.manifest });
    return true;
  }

  async save() {
    clearTimeout(this.timer);
    if (this.stopped || this.busy || this.kept === this.drawn) return;
    this.busy = true;
    const drawn = this.drawn;
    this.say("saving");
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      const manifest = withCalls(this.manifest, called(this.modeler.getDefinitions()), this.parts);
      const files = { [this.file]: xml, ...(manifest !== this.manifest && { "procedure.json": manifest }) };
      const answer = await this.send("PUT", this.urls.save, { revision: this.revision, files });
      if (answer.ok) Object.assign(this, { revision: (await answer.json()).revision, kept: drawn, manifest, base: xml });
      if (answer.status === 409 && (await this.besides())) return this.say("unsaved");
      this.heed(answer, answer.ok ? "" : await sentence(answer));
    } catch {
      this.say("away");
      this.timer = setTimeout(() => this.save(), AGAIN);
    } finally {
      this.busy = false;
      if (!this.stopped && this.kept !== this.drawn && this.state === "unsaved") this.later();
    }
  }

  heed(answer, told) {
    if (answer.ok) return this.say(this.kept === this.drawn ? "saved" : "unsaved");
    if (answer.status >= 500 || answer.status === 401) throw new Error(String(answer.status));
    this.stopped = true;
    this.say(answer.status === 409 ? "conflict" : "refused", told);
  }

  say(state, more = "") {
    const words = {
      saved: t("已保存", "Saved"), unsaved: t("有未保存的修改", "Not saved yet"), saving: t("正在保存…", "Saving…"),
      away: t("未能保存,稍后自动再试", "Could not be saved; trying again"), conflict: t("有人同时在改,您的修改尚未保存", "Somebody else saved; yours is not saved"), refused: t("未能保存", "Not saved"),
    };
    this.state = state;
    this.host.textContent = words[state];
    this.host.dataset.state = state;
    if (state === "conflict" || state === "refused") this.warn(more);
  }

  // Nothing is overwritten: look at theirs, keep mine as a file, or go on with either.
  warn(text) {
    const box = document.getElementById("studio-conflict");
    box.replaceChildren(
      h("p", { class: "mb-2" }, text),
      h("div", { class: "btn-list" },
        h("a", { class: "btn", href: location.href, target: "_blank", rel: "noopener" }, t("在新标签页打开对方的版本", "Open theirs in another tab")),
        h("button", { class: "btn", type: "button", onclick: () => this.download() }, t("下载我的流程图", "Download mine")),
        this.state === "conflict" && h("button", { class: "btn btn-outline-danger", type: "button", onclick: () => this.insist() }, t("已比较,用我的保存", "I have compared: save mine"))),
    );
    box.hidden = false;
    box.focus();
  }

  async insist() {
    const answer = await fetch(this.urls.desk, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { revision, manifest } = await answer.json();
    Object.assign(this, { revision, manifest, stopped: false });
    document.getElementById("studio-conflict").hidden = true;
    this.save();
  }
}

// A refusal comes as a fragment of a page; its words are what to show.
async function sentence(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
}

function called(definitions) {
  const found = new Set();
  const walk = (elements) => {
    for (const one of elements ?? []) {
      if (one.$type === "bpmn:CallActivity" && one.calledElement) found.add(one.calledElement);
      walk(one.flowElements);
    }
  };
  walk(definitions.rootElements);
  return found;
}

// The manifest lists the parts that are called; it is written anew only where that changed.
function withCalls(text, wanted, parts) {
  try {
    const manifest = JSON.parse(text);
    const before = manifest.calls ?? [];
    const kept = before.filter((one) => wanted.has(one) || !parts.has(one));
    const calls = [...kept, ...[...wanted].filter((one) => parts.has(one) && !before.includes(one))];
    if (calls.join() === before.join()) return text;
    return `${JSON.stringify({ ...manifest, calls }, null, 2)}\n`;
  } catch {
    return text;
  }
}
