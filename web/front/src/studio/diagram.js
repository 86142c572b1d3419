// 流程图: the drawing board of a draft, with its panel, its checks and its saving.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { Checks } from "./checks.js";
import { h, t } from "./dom.js";
import { drawn, offer } from "./files.js";
import { board, COLOURS, whole } from "./modeler.js";
import { Panel } from "./panel.js";
import { Saving } from "./saving.js";
import "./diagram.css";

const READABLE = 0.7;
const work = document.getElementById("studio-diagram");
const small = document.getElementById("studio-small");

if (work && matchMedia("(min-width: 768px)").matches) start().catch(failed);
else if (small) small.dataset.diagram = small.dataset.source; // a phone looks, it does not draw

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function send(method, url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), "HX-Request": "true" };
  return fetch(url, { method, credentials: "same-origin", headers, body: JSON.stringify(body) });
}

async function start() {
  const urls = { ...work.dataset };
  const answer = await fetch(urls.desk, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const desk = await answer.json();
  const part = (name) => work.querySelector(`[data-part=${name}]`);
  const modeler = board(part("canvas"));
  const download = async () => offer(desk.file, (await modeler.saveXML({ format: true })).xml);
  const ask = async () => {
    const { xml } = await modeler.saveXML({ format: true });
    const told = await send("POST", urls.check, { files: { [desk.file]: xml } });
    if (!told.ok) throw new Error(String(told.status));
    return (await told.json()).findings;
  };
  const panel = new Panel(modeler, part("panel"), desk.words, { show: look });
  const checks = new Checks(modeler, part("findings"), ask, panel);
  const { warnings } = await modeler.importXML(desk.xml);
  const saving = new Saving(modeler, part("state"), { urls, desk, send, download });
  wire(modeler, { desk, saving, checks, download });
  warn(warnings);
  begin(modeler.get("canvas"));
  window.qianfaDiagram = { modeler, saving, checks };
  work.dataset.drawn = "yes";
}

// A large diagram is unreadable as a whole: one begins at its beginning, at a size one can read.
function begin(canvas) {
  whole(canvas);
  if (canvas.zoom() >= READABLE) return;
  const { x, y } = canvas.viewbox().inner;
  const { outer } = canvas.viewbox();
  canvas.viewbox({ x: x - 130 / READABLE, y: y - 30, width: outer.width / READABLE, height: outer.height / READABLE });
}

function failed(error) {
  console.warn(error);
  work.dataset.drawn = "failed";
  warn([{ message: t("流程图暂时无法打开,请刷新页面再试。", "The diagram cannot be opened right now; load the page again.") }]);
}

function warn(warnings) {
  const box = document.getElementById("studio-warnings");
  box.hidden = !warnings.length;
  box.textContent = warnings.map((one) => one.message).join(" · ");
}

function wire(modeler, { desk, saving, checks, download }) {
  const stack = modeler.get("commandStack");
  const canvas = modeler.get("canvas");
  const acts = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    search: () => setTimeout(() => modeler.get("searchPad").toggle()), // it closes with the click that opens it
    minimap: () => modeler.get("minimap").toggle(),
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() * 0.8),
    fit: () => whole(canvas),
    wide: () => wide(canvas),
    export: download,
    import: () => work.querySelector("[data-part=file]").click(),
    save: () => saving.save(),
  };
  for (const button of work.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act]());
  const enable = () => {
    work.querySelector("[data-act=undo]").disabled = !stack.canUndo();
    work.querySelector("[data-act=redo]").disabled = !stack.canRedo();
  };
  modeler.on("commandStack.changed", enable);
  enable();
  work.querySelector("[data-part=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) await open(file, { modeler, saving, checks });
  });
  work.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "s") {
      event.preventDefault();
      document.activeElement?.blur();
      acts.save();
    }
    if (event.key === "F6") {
      event.preventDefault();
      const inside = event.target.closest("[data-part=panel]");
      if (inside) canvas.focus();
      else work.querySelector("[data-part=panel] :is(textarea, input, select)")?.focus();
    }
  });
  const keys = document.getElementById("studio-keys");
  document.querySelector("#keys dl")?.append(...keys.children);
}

function wide(canvas) {
  const on = document.body.classList.toggle("qf-board-wide");
  work.querySelector("[data-act=wide]").setAttribute("aria-pressed", String(on));
  canvas.resized();
  whole(canvas);
}

// Another diagram instead of this one; what stood here is kept for one press.
async function open(file, { modeler, saving, checks }) {
  const { xml: before } = await modeler.saveXML({ format: true });
  try {
    const { warnings } = await modeler.importXML(await drawn(file));
    warn(warnings);
    back(before, { modeler, saving });
  } catch (error) {
    await modeler.importXML(before);
    warn([{ message: error.message }]);
  }
  whole(modeler.get("canvas"));
  saving.touched();
  checks.soon();
}

function back(before, { modeler, saving }) {
  const box = document.getElementById("studio-warnings");
  const undo = h("button", { class: "btn btn-sm ms-2", type: "button" }, t("恢复导入前的流程图", "Bring back what was here"));
  undo.addEventListener("click", async () => {
    await modeler.importXML(before);
    warn([]);
    whole(modeler.get("canvas"));
    saving.touched();
  });
  box.hidden = false;
  box.append(t("已导入;会自动保存到草稿。", "Imported; it is kept in the draft."), undo);
}

// A called part, only to look at.
async function look(part) {
  const place = h("div", { class: "qf-part" });
  const dialog = h("dialog", { class: "card qf-part-dialog", "aria-label": part.label }, h("h2", { class: "card-title" }, part.label), place, h("form", { method: "dialog" }, h("button", { class: "btn" }, t("关闭", "Close"))));
  work.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  const viewer = new NavigatedViewer({ container: place, bpmnRenderer: COLOURS });
  await viewer.importXML(part.xml);
  viewer.get("canvas").zoom("fit-viewport", "auto");
}
