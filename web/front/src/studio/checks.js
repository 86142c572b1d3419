// What is wrong, at the element and in a list below: the server's findings as one draws, and the rules of drawing.
import { h, t } from "./dom.js";
import { lint } from "./lint.js";

const AFTER = 600; // ms after the last change
const AGAIN = 5_000; // where the server could not be asked, or was too busy to look
const TRIES = 3;

export class Checks {
  constructor(modeler, host, ask, panel) {
    Object.assign(this, { modeler, host, ask, panel, found: [], number: 0 });
    modeler.on(["commandStack.changed", "import.done"], () => this.soon());
  }

  soon() {
    clearTimeout(this.timer);
    this.host.setAttribute("aria-busy", "true");
    this.timer = setTimeout(() => this.look(), AFTER);
  }

  async look() {
    const number = (this.number += 1);
    let server = [];
    let away = false;
    try {
      server = await this.ask();
    } catch {
      away = true;
    }
    if (number !== this.number) return; // something was drawn meanwhile
    const drawn = await lint(this.modeler.getDefinitions(), server).catch(() => []);
    if (number !== this.number) return;
    const rank = (one) => (one.level === "error" ? 0 : 1);
    this.tries = server.some((one) => one.code === "check_gave_up") ? (this.tries ?? 0) + 1 : 0;
    if (this.tries > 0 && this.tries < TRIES) {
      this.timer = setTimeout(() => this.look(), AGAIN);
      return;
    }
    this.found = [...server, ...drawn].sort((a, b) => rank(a) - rank(b));
    this.show(away);
  }

  show(away) {
    const errors = this.found.filter((one) => one.level === "error").length;
    const warnings = this.found.length - errors;
    const told = [errors && t(`${errors} 个错误`, `${errors} errors`), warnings && t(`${warnings} 个提醒`, `${warnings} warnings`)].filter(Boolean);
    const state = away ? t("暂时无法检查,稍后再试", "The checks cannot be reached; trying again") : told.join(t(",", ", ")) || t("没有发现问题,可以提交发布", "Nothing is wrong; it may be released");
    this.host.replaceChildren(
      h("h2", { class: "qf-findings-title" }, t("检查", "Checks"), h("span", { class: `badge ${errors ? "bg-red-lt" : warnings ? "bg-yellow-lt" : "bg-green-lt"}`, role: "status", "data-state": "" }, state)),
      h("ul", { class: "qf-findings" }, this.found.map((one) => this.line(one))),
    );
    this.host.setAttribute("aria-busy", "false");
    this.mark();
    if (away) this.timer = setTimeout(() => this.look(), AGAIN);
  }

  line(one) {
    const element = this.place(one);
    const name = one.name || element?.businessObject.name || one.element;
    return h("li", {}, h("button", { class: "qf-finding", type: "button", "data-code": one.code, "data-element": one.element, onclick: () => element && this.go(element) },
      h("span", { class: `badge ${one.level === "error" ? "bg-red-lt" : "bg-yellow-lt"}` }, one.level === "error" ? t("错误", "Error") : t("提醒", "Warning")),
      h("span", { class: "qf-finding-text" }, one.drawn && name ? t(`「${name}」${one.text}`, `“${name}”: ${one.text}`) : one.text)));
  }

  // The element a finding is at; the pool stands for its process.
  place(one) {
    const registry = this.modeler.get("elementRegistry");
    return registry.get(one.element) ?? registry.find((each) => each.businessObject?.processRef?.id === one.element);
  }

  go(element) {
    const canvas = this.modeler.get("canvas");
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
    canvas.scrollToElement(element, { top: 120, bottom: 120, left: 160, right: 160 });
    this.modeler.get("selection").select(element);
    canvas.focus?.();
  }

  mark() {
    const overlays = this.modeler.get("overlays");
    overlays.remove({ type: "qf-finding" });
    const places = new Map();
    for (const one of this.found) {
      const element = this.place(one);
      if (element?.parent) places.set(element, [...(places.get(element) ?? []), one]);
    }
    for (const [element, list] of places) {
      const bad = list.some((one) => one.level === "error");
      const badge = h("button", { class: `qf-badge ${bad ? "is-error" : "is-warning"}`, type: "button", tabindex: "-1", title: list.map((one) => one.text).join("\n"), onclick: () => this.go(element) }, bad ? "!" : "?");
      overlays.add(element, "qf-finding", { position: position(element), html: badge });
    }
  }
}

function position(element) {
  if (!element.waypoints) return { top: -10, left: -10 };
  const box = { x: Math.min(...element.waypoints.map((one) => one.x)), y: Math.min(...element.waypoints.map((one) => one.y)) };
  const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const next = element.waypoints[Math.floor((element.waypoints.length - 1) / 2) + 1];
  return { left: (middle.x + next.x) / 2 - box.x - 10, top: (middle.y + next.y) / 2 - box.y - 10 };
}
