// Draws a diagram where a page says <div data-diagram="URL" data-path="URL" data-label="...">, with the path a case
// took. The path is {"done": [ids], "running": [ids], "rejected": [ids], "cancelled": [ids]} of elements and flows.
// Where it shows figures it is {"heat": [{"id", "level": 1 to 5, "text"}]}: how warm a step is, and its number in words.
// Where two diagrams are compared, data-marks='{"added": [ids], ...}' says what became of which element.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { listen, middleOf } from "./showing.js";
import "./viewer.css";

const SIGNS = { done: "✓", running: "▶", rejected: "✕", cancelled: "–", missed: "!" };
const CHANGES = { added: "+", removed: "−", changed: "≠", moved: "↔" };
const FOOT = 40; // px below the drawing for the mark of bpmn.io, which would hide a step
const MARGIN = 16; // of the drawing in its frame, in units of the drawing
const WORDS = {
  zh: { done: "已办", running: "进行中", rejected: "已驳回", cancelled: "已取消", missed: "没有走到", added: "新增", removed: "取消", changed: "改动", moved: "移动", in: "放大", out: "缩小", fit: "适应窗口", failed: "流程图暂时无法显示。" },
  en: { done: "done", running: "running", rejected: "rejected", cancelled: "cancelled", missed: "not taken", added: "added", removed: "removed", changed: "changed", moved: "moved", in: "Zoom in", out: "Zoom out", fit: "Fit", failed: "The diagram cannot be shown right now." },
};
const words = () => WORDS[document.documentElement.lang.startsWith("en") ? "en" : "zh"];

async function fetched(url, kind) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response[kind]();
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--qf-ink").trim() || "#1d2733";
  const paper = style.getPropertyValue("--qf-paper").trim() || "#fff";
  return { defaultFillColor: paper, defaultStrokeColor: ink, defaultLabelColor: ink };
}

function mark(viewer, path) {
  const registry = viewer.get("elementRegistry");
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  for (const [state, text] of [...Object.entries(SIGNS), ...Object.entries(CHANGES)]) {
    for (const id of path[state] ?? []) {
      const element = registry.get(id);
      if (!element) continue;
      canvas.addMarker(id, `qf-${state}`);
      if (element.waypoints && !CHANGES[state] && state !== "missed") continue;
      const sign = document.createElement("span");
      sign.className = `qf-mark qf-mark-${state}`;
      sign.textContent = text;
      sign.title = words()[state];
      overlays.add(id, "qf-state", { position: element.waypoints ? onLine(element) : { top: -11, right: 11 }, html: sign });
    }
  }
  count(registry, overlays, path.counts ?? {});
  jump(registry, canvas, path.jumps ?? []);
}

// What was passed more than once says how often.
function count(registry, overlays, counts) {
  for (const [id, times] of Object.entries(counts)) {
    const element = registry.get(id);
    if (!element) continue;
    const sign = document.createElement("span");
    sign.className = element.waypoints ? "qf-times is-line" : "qf-times";
    sign.textContent = `×${times}`;
    overlays.add(id, "qf-times", { position: element.waypoints ? onLine(element) : { bottom: 11, left: -11 }, html: sign });
  }
}

// Moves that no line made: a dashed bow with the number it has in the list below.
function jump(registry, canvas, jumps) {
  const layer = canvas.getLayer("qf-bows", 1);
  for (const { no, from, to, kind } of jumps) {
    const target = registry.get(to);
    const source = registry.get(from) ?? target;
    if (!target || target.waypoints) continue;
    const start = { x: source.x + source.width / 2, y: source.y };
    const end = { x: target.x + target.width / 2 + (source === target ? 24 : 0), y: target.y };
    const top = Math.min(start.y, end.y) - 28 - 10 * (no % 4);
    const bow = drawn("path", { d: `M${start.x},${start.y} C${start.x},${top} ${end.x},${top} ${end.x},${end.y}`, class: `qf-bow qf-bow-${kind}` });
    const middle = { x: (start.x + end.x) / 2, y: 0.25 * (start.y + end.y) / 2 + 0.75 * top };
    const dot = drawn("circle", { cx: middle.x, cy: middle.y, r: 9, class: "qf-bow-dot" });
    const number = drawn("text", { x: middle.x, y: middle.y + 4, class: "qf-bow-no" });
    number.textContent = no;
    const head = drawn("path", { d: `M${end.x - 5},${end.y - 9} L${end.x},${end.y} L${end.x + 5},${end.y - 9}`, class: "qf-bow-head" });
    layer.append(bow, head, dot, number);
  }
}

function drawn(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function warm(viewer, heat) {
  for (const { id, level, text } of heat) {
    const element = viewer.get("elementRegistry").get(id);
    if (!element) continue;
    viewer.get("canvas").addMarker(id, `qf-heat-${level}`);
    const said = document.createElement("span");
    said.className = "qf-warm";
    said.textContent = text;
    viewer.get("overlays").add(id, "qf-state", { position: { top: -20, left: 4 }, scale: { min: 0.65 }, html: said });
  }
}

// Where the sign of a line stands, seen from its left upper corner.
function onLine(element) {
  const middle = middleOf(element);
  const left = Math.min(...element.waypoints.map(({ x }) => x));
  const top = Math.min(...element.waypoints.map(({ y }) => y));
  return { left: middle.x - left - 11, top: middle.y - top - 11 };
}

function addZoom(host, viewer) {
  const canvas = viewer.get("canvas");
  const group = document.createElement("div");
  group.className = "diagram-zoom btn-group";
  const steps = { in: ["+", () => canvas.zoom(canvas.zoom() * 1.25)], out: ["−", () => canvas.zoom(canvas.zoom() * 0.8)], fit: ["⤢", () => whole(canvas)] };
  for (const [name, [sign, act]] of Object.entries(steps)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-icon";
    button.textContent = sign;
    button.title = words()[name];
    button.setAttribute("aria-label", words()[name]);
    button.addEventListener("click", act);
    group.append(button);
  }
  host.append(group);
}

// All of it with a margin, never larger than drawn.
function whole(canvas) {
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, outer.width / (inner.width + 2 * MARGIN), (outer.height - FOOT) / (inner.height + 2 * MARGIN));
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y: inner.y + (inner.height - height + FOOT / scale) / 2, width, height });
}

function fit(host, viewer, path) {
  const canvas = viewer.get("canvas");
  const { width, height } = canvas.viewbox().inner;
  const above = host.clientHeight - canvas.viewbox().outer.height;
  const wanted = height * Math.min(1, host.clientWidth / (width + 2 * MARGIN)) + 2 * MARGIN + FOOT + above;
  const least = host.dataset.marks ? 360 : 240; // of two beside each other each is narrow
  host.style.height = `${Math.round(Math.max(least, Math.min(wanted, 0.8 * window.innerHeight)))}px`;
  canvas.resized();
  whole(canvas);
  // A large diagram is unreadable as a whole: show the step that is running at a readable size.
  const current = viewer.get("elementRegistry").get((path.running ?? [])[0]);
  if (!current || canvas.zoom() >= 0.5) return;
  const { outer } = canvas.viewbox();
  const seen = { width: outer.width / 0.75, height: outer.height / 0.75 };
  canvas.viewbox({
    x: current.x + current.width / 2 - seen.width / 2,
    y: current.y + current.height / 2 - seen.height / 2,
    ...seen,
  });
}

export async function draw(host) {
  try {
    const [xml, path] = await Promise.all([
      fetched(host.dataset.diagram, "text"),
      host.dataset.path ? fetched(host.dataset.path, "json") : JSON.parse(host.dataset.marks ?? "{}"),
    ]);
    host.replaceChildren();
    // The wheel belongs to the page: over a diagram it must go on scrolling the page.
    const viewer = new NavigatedViewer({ container: host, bpmnRenderer: colours(), zoomScroll: { enabled: false } });
    await viewer.importXML(xml);
    mark(viewer, path);
    warm(viewer, path.heat ?? []);
    addZoom(host, viewer);
    fit(host, viewer, path);
    listen(host, viewer);
    host.dataset.drawn = "yes";
    return viewer;
  } catch (error) {
    console.warn(error);
    host.textContent = words().failed;
    host.dataset.drawn = "failed";
    return null;
  }
}

function drawAll(root) {
  for (const host of root.querySelectorAll("[data-diagram]:not([data-drawn])")) {
    host.dataset.drawn = "drawing";
    draw(host);
  }
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.target.parentElement ?? document));
new MutationObserver(() => {
  for (const host of document.querySelectorAll("[data-diagram][data-drawn]")) draw(host);
}).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
