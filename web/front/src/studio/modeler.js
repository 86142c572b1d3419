// The drawing board: bpmn-js in the language of the page, offering what the engine runs.
import Modeler from "bpmn-js/lib/Modeler";
import minimap from "diagram-js-minimap";
import { chinese } from "./words.js";
import { changing } from "./change.js";
import { clipboard } from "./clipboard.js";
import { t } from "./dom.js";
import { descriptor, learning } from "./spiff.js";
import { undrawn } from "./undrawn.js";

const NOT_RUN = /script|complex|transaction|ad-hoc|event-subprocess|signal|compensation|conditional|link|escalation|cancel|error-(start|boundary)|data-store|timer-start|non-interrupting-(signal|message-start|timer-start|conditional|escalation)|collapsed-ad/u;
const PALETTE = ["create.data-object", "create.data-store", "create.group"];

class Offer {
  constructor(palette, contextPad, popupMenu, create, elementFactory, autoPlace, rules) {
    Object.assign(this, { create, elementFactory, autoPlace, rules });
    palette.registerProvider(600, this);
    contextPad.registerProvider(600, this);
    for (const menu of ["bpmn-replace", "bpmn-create", "bpmn-append"]) popupMenu.registerProvider(menu, 600, this);
  }

  getPaletteEntries() {
    return (entries) => {
      const kept = Object.fromEntries(Object.entries(entries).filter(([name]) => !PALETTE.includes(name)));
      return Object.fromEntries(Object.entries(kept).flatMap(([name, entry]) => (name === "create.task" ? this.tasks() : [[name, entry]])));
    };
  }

  tasks() {
    const one = (name, type, icon, title) => {
      const start = (event) => this.create.start(event, this.elementFactory.createShape({ type }));
      return [name, { group: "activity", className: icon, title, action: { dragstart: start, click: start } }];
    };
    return [
      one("create.task", "bpmn:UserTask", "bpmn-icon-user-task", t("人工任务", "Human task")),
      one("create.service-task", "bpmn:ServiceTask", "bpmn-icon-service-task", t("系统操作", "Service task")),
      one("create.rule-task", "bpmn:BusinessRuleTask", "bpmn-icon-business-rule-task", t("决策表", "Decision table")),
      one("create.call-activity", "bpmn:CallActivity", "bpmn-icon-call-activity", t("调用子流程", "Call a procedure")),
    ];
  }

  getContextPadEntries(element) {
    return (entries) => {
      if (!entries["append.append-task"]) return entries;
      const start = (event) => this.create.start(event, this.elementFactory.createShape({ type: "bpmn:UserTask" }), { source: element });
      const append = () => this.autoPlace.append(element, this.elementFactory.createShape({ type: "bpmn:UserTask" }));
      entries["append.append-task"] = { group: "model", className: "bpmn-icon-user-task", title: t("追加人工任务", "Append a human task"), action: { dragstart: start, click: append } };
      return entries;
    };
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => !NOT_RUN.test(name)));
  }
}
Offer.$inject = ["palette", "contextPad", "popupMenu", "create", "elementFactory", "autoPlace", "rules"];

function translate(template, facts = {}) {
  const said = t(chinese[template] ?? template, template);
  return said.replace(/\{([^}]+)\}/gu, (whole, name) => facts[name] ?? whole);
}

// Colours are variables of the page, so that light and dark change at once, in the middle of work.
export const COLOURS = { defaultFillColor: "var(--qf-paper)", defaultStrokeColor: "var(--qf-ink)", defaultLabelColor: "var(--qf-ink)" };

export function board(container) {
  return new Modeler({
    container,
    bpmnRenderer: COLOURS,
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
    moddleExtensions: { spiffworkflow: descriptor },
    additionalModules: [changing, clipboard, learning, minimap, undrawn, { translate: ["value", translate] }, { __init__: ["offer"], offer: ["type", Offer] }],
  });
}

const ROOM = { left: 120, right: 24, top: 24, bottom: 48 }; // for the palette and the mark of bpmn.io

// All of it beside the palette, never larger than drawn.
export function whole(canvas) {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const free = { width: outer.width - ROOM.left - ROOM.right, height: outer.height - ROOM.top - ROOM.bottom };
  const scale = Math.min(1, free.width / inner.width, free.height / inner.height);
  canvas.viewbox({ x: inner.x - ROOM.left / scale, y: inner.y - ROOM.top / scale, width: outer.width / scale, height: outer.height / scale });
}
