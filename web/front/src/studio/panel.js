// The panel beside the drawing: what the chosen element says, in words of business; every change is one command.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { Changes, documentationOf, propertiesOf } from "./change.js";
import { area, field, h, input, section, t } from "./dom.js";
import { isHuman, Scene } from "./scene.js";
import { flow, gateway } from "./panel/condition.js";
import { event } from "./panel/event.js";
import { call, rule, service } from "./panel/service.js";
import { lane, step } from "./panel/step.js";

const KINDS = () => ({
  "bpmn:UserTask": t("人工任务", "Human task"), "bpmn:ManualTask": t("手工任务", "Manual task"), "bpmn:Task": t("人工任务", "Human task"),
  "bpmn:ServiceTask": t("系统操作", "Service task"), "bpmn:BusinessRuleTask": t("决策表", "Decision table"), "bpmn:CallActivity": t("调用子流程", "Call"), "bpmn:SubProcess": t("子流程", "Subprocess"),
  "bpmn:SequenceFlow": t("连线", "Flow"), "bpmn:ExclusiveGateway": t("排他网关", "Exclusive gateway"), "bpmn:ParallelGateway": t("并行网关", "Parallel gateway"),
  "bpmn:InclusiveGateway": t("包容网关", "Inclusive gateway"), "bpmn:EventBasedGateway": t("事件网关", "Event gateway"),
  "bpmn:StartEvent": t("开始", "Start"), "bpmn:EndEvent": t("结束", "End"), "bpmn:BoundaryEvent": t("边界事件", "Boundary event"),
  "bpmn:IntermediateCatchEvent": t("等待", "Waiting"), "bpmn:IntermediateThrowEvent": t("中间事件", "Event on the way"),
  "bpmn:Lane": t("泳道", "Lane"), "bpmn:Participant": t("流程(泳池)", "Procedure (pool)"), "bpmn:Process": t("流程", "Procedure"), "bpmn:Collaboration": t("流程", "Procedure"),
  "bpmn:TextAnnotation": t("注释", "Annotation"), "bpmn:SendTask": t("发送消息", "Send task"), "bpmn:ReceiveTask": t("等待消息", "Receive task"),
});

export class Panel {
  constructor(modeler, host, words, { show }) {
    Object.assign(this, { modeler, host, words, show });
    this.changes = new Changes(modeler);
    this.scene = new Scene(modeler, words);
    this.findings = () => [];
    const render = () => this.render();
    modeler.on(["selection.changed", "commandStack.changed", "import.done", "root.set"], render);
  }

  element() {
    const chosen = this.modeler.get("selection").get();
    if (chosen.length > 1) return null;
    const root = this.modeler.get("canvas").getRootElement();
    const pool = is(root, "bpmn:Collaboration") && root.children?.find((one) => one.businessObject?.processRef);
    const one = chosen[0] ?? (pool || root);
    return one?.labelTarget ?? one;
  }

  render() {
    const element = this.element();
    const focus = this.focus();
    if (!element) this.host.replaceChildren(h("p", { class: "text-secondary" }, t("选中了多个元素。", "Several elements are chosen.")));
    else if (element.businessObject) this.host.replaceChildren(...this.parts(this.context(element)).filter(Boolean));
    this.restore(focus);
  }

  focus() {
    const here = document.activeElement;
    return this.host.contains(here) ? { key: here.dataset.key, element: this.shown } : null;
  }

  restore(focus) {
    const element = this.element();
    this.shown = element?.id;
    if (!focus?.key || focus.element !== this.shown) return;
    this.host.querySelector(`[data-key="${CSS.escape(focus.key)}"]`)?.focus({ preventScroll: true });
  }

  context(element) {
    const run = (fill) => this.changes.run(fill);
    return {
      element,
      words: this.words,
      scene: this.scene,
      run,
      show: this.show,
      put: (properties) => run((batch) => batch.properties(element, properties)),
      document: (text, owner) => run((batch) => batch.documentation(element, text, owner)),
      rename: (id) => this.rename(element, id),
      select: (id) => this.select(id),
      definitions: () => this.modeler.getDefinitions(),
      inherited: (name) => this.inherited(element, name),
    };
  }

  select(id) {
    const one = this.scene.registry.get(id);
    if (!one) return;
    this.modeler.get("selection").select(one);
    this.modeler.get("canvas").scrollToElement(one, 80);
  }

  inherited(element, name) {
    const lanes = this.scene.shapes().filter((one) => is(one, "bpmn:Lane"));
    const home = lanes.find((one) => (one.businessObject.flowNodeRef ?? []).includes(element.businessObject));
    return home ? propertiesOf(home.businessObject)[name] : undefined;
  }

  rename(element, id) {
    const free = !this.scene.registry.get(id) && !this.modeler.get("moddle").ids.assigned(id);
    if (!/^[A-Za-z_][\w.-]{0,79}$/u.test(id) || !free) return this.render();
    this.changes.run((batch) => batch.rename(element, id, this.scene.shapes()));
  }

  parts(context) {
    const bo = getBusinessObject(context.element);
    return [head(context, bo), ...body(context, bo), ...more(context, bo)];
  }
}

function head(context, bo) {
  const process = bo.$type === "bpmn:Participant" ? bo.processRef : bo;
  const name = is(bo, "bpmn:Collaboration") ? null : text(context, bo);
  const told = bo.id === process?.id ? bo.id : `${bo.id} · ${process?.id ?? ""}`;
  const id = isAny(bo, ["bpmn:Process", "bpmn:Participant", "bpmn:Collaboration"])
    ? h("code", { class: "qf-id" }, told)
    : input("id", bo.id, context.rename, { class: "form-control form-control-sm font-monospace", spellcheck: "false", "aria-label": t("代号", "Id") });
  return h("div", { class: "qf-panel-head" },
    h("p", { class: "qf-kind" }, KINDS()[bo.$type] ?? bo.$type.replace("bpmn:", "")),
    name,
    field(t("代号", "Id"), "id", id, bo.$type.endsWith("Task") ? t("其他步骤、条款和演练用它指这一步。", "Other steps, clauses and stories name the step by it.") : undefined));
}

function text(context, bo) {
  const isNote = is(bo, "bpmn:TextAnnotation");
  const put = (value) => context.run((batch) => batch.set(context.element, { [isNote ? "text" : "name"]: value.trim() || undefined }));
  return field(isNote ? t("文字", "Text") : t("名称", "Name"), "name", area("name", isNote ? bo.text : bo.name, put, { rows: bo.name?.length > 18 ? 2 : 1 }));
}

function body(context, bo) {
  if (isHuman(bo)) return step(context);
  if (is(bo, "bpmn:ServiceTask")) return service(context);
  if (is(bo, "bpmn:BusinessRuleTask")) return rule(context);
  if (is(bo, "bpmn:CallActivity")) return call(context);
  if (is(bo, "bpmn:SequenceFlow")) return flow(context);
  if (is(bo, "bpmn:Gateway")) return gateway(context);
  if (is(bo, "bpmn:Event") || isAny(bo, ["bpmn:SendTask", "bpmn:ReceiveTask"])) return event(context);
  if (is(bo, "bpmn:Lane")) return lane(context);
  return [];
}

// What the process says of itself, where no step is chosen; and what other tools left on an element.
function more(context, bo) {
  const process = bo.$type === "bpmn:Participant" ? bo.processRef : bo;
  const found = [];
  if (is(process, "bpmn:Process")) {
    found.push(section("about", t("说明", "About"), true, field(t("流程说明", "What the procedure is for"), "about", area("about", documentationOf(process), (value) => context.document(value.trim(), process), { rows: 4 }))));
  } else if (!isHuman(bo) && isAny(bo, ["bpmn:Activity", "bpmn:Gateway", "bpmn:Event", "bpmn:SequenceFlow"])) {
    found.push(section("about", t("说明", "About"), false, field(t("说明", "About"), "about", area("about", documentationOf(bo), (value) => context.document(value.trim()), { rows: 3 }))));
  }
  const foreign = (bo.extensionElements?.values ?? []).filter((one) => !one.$type.startsWith("spiffworkflow:")).map((one) => one.$type);
  const attributes = Object.keys(bo.$attrs ?? {}).filter((name) => name.includes(":") && !name.startsWith("xmlns"));
  if (foreign.length || attributes.length) {
    found.push(section("foreign", t("其他工具留下的内容", "Left by other tools"), true,
      h("p", { class: "form-hint" }, t("系统不认识,原样保留;发布前请清除。", "Not understood here and kept as it is; remove it before a release.")),
      h("p", {}, h("code", {}, [...foreign, ...attributes].join(", "))),
      h("button", { class: "btn btn-sm btn-outline-danger", type: "button", "data-key": "foreign.clear", onclick: () => cleanse(context, bo, attributes) }, t("清除", "Remove"))));
  }
  return found;
}

function cleanse(context, bo, attributes) {
  context.run((batch) => {
    const around = bo.extensionElements;
    if (around) {
      const values = around.values.filter((one) => one.$type.startsWith("spiffworkflow:"));
      if (values.length) batch.setOn(context.element, around, { values });
      else batch.setOn(context.element, bo, { extensionElements: undefined });
    }
    if (attributes.length) batch.set(context.element, Object.fromEntries(attributes.map((name) => [name, undefined])));
  });
}
