// What a service task does: an operation of the table with its parameters; and which part a call goes into.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";
import { extension } from "../change.js";
import { field, h, input, section, select, t } from "../dom.js";

const OPERATOR = "spiffworkflow:ServiceTaskOperator";
const PYTHON = { "文字": "str", "a text": "str", "整数": "int", "a whole number": "int", "是或否": "bool", "yes or no": "bool", "列表": "list", "a list": "list" };

export function service(context) {
  const bo = getBusinessObject(context.element);
  const operator = extension(bo, OPERATOR);
  const known = context.words.operations.find((one) => one.name === operator?.id);
  const choices = [...(operator?.id ? [] : [{ value: "", label: t("请选择…", "Choose…") }]), ...context.words.operations.map((one) => ({ value: one.name, label: `${one.label}(${one.name})` }))];
  return [
    section("operation", t("系统操作", "Operation"), true,
      field(t("做什么", "What it does"), "operation", select("operation", operator?.id ?? "", choices, (name) => choose(context, bo, operator, name))),
      known && known.parameters.map((one) => parameter(context, operator, one)),
      operator && strangers(context, operator, known),
      operator && field(t("结果记为", "The answer is called"), "result", input("result", operator.resultVariable ?? "", (text) => context.run((batch) => batch.setOn(context.element, operator, { resultVariable: text || undefined })), { class: "form-control form-control-sm font-monospace" }),
        known?.gives.length ? t(`后面的条件可以问:${known.gives.map((one) => `${operator.resultVariable || "…"}.${one}`).join("、")}`, `Conditions may ask: ${known.gives.map((one) => `${operator.resultVariable || "…"}.${one}`).join(", ")}`) : undefined)),
  ];
}

function choose(context, bo, operator, name) {
  context.run((batch) => {
    if (operator) batch.setOn(context.element, operator, { id: name, parameterList: undefined });
    else batch.extension(context.element, bo, OPERATOR, () => batch.create(OPERATOR, { id: name, resultVariable: name.split("_").pop() === name ? name : `${name}_result` }));
  });
}

const listOf = (operator) => operator?.parameterList?.values ?? [];

function parameter(context, operator, asked) {
  const now = listOf(operator).find((one) => one.id === asked.name);
  const label = `${asked.name}${asked.required ? "" : t("(可不填)", " (optional)")}`;
  const names = context.scene.names(context.element, true);
  const list = h("datalist", { id: `qf-names-${asked.name}` }, names.flatMap((group) => group.fields.map((one) => h("option", { value: one.value }, one.label))));
  const control = input(`parameter.${asked.name}`, now?.value ?? "", (text) => put(context, operator, asked, text), { class: "form-control form-control-sm font-monospace", list: list.id, spellcheck: "false" });
  const told = field(label, `parameter.${asked.name}`, control, asked.kind);
  told.append(list);
  return told;
}

function put(context, operator, asked, value) {
  const now = listOf(operator).find((one) => one.id === asked.name);
  context.run((batch) => {
    if (now && value) return batch.setOn(context.element, now, { value });
    const values = listOf(operator).filter((one) => one !== now);
    if (value) {
      const kind = PYTHON[asked.kind.split(/或| or /u)[0]] ?? "str";
      values.push(batch.create("spiffworkflow:Parameter", { id: asked.name, type: kind, value }));
    }
    if (!operator.parameterList) return batch.setOn(context.element, operator, { parameterList: batch.create("spiffworkflow:Parameters", { values }, operator) });
    for (const one of values) one.$parent = operator.parameterList;
    batch.setOn(context.element, operator.parameterList, { values });
  });
}

// Parameters that the operation does not know are shown, so that they can be taken away.
function strangers(context, operator, known) {
  const names = new Set((known?.parameters ?? []).map((one) => one.name));
  return listOf(operator).filter((one) => !names.has(one.id)).map((one) =>
    h("p", { class: "qf-condition" }, h("code", {}, `${one.id} = ${one.value}`), h("span", { class: "form-hint" }, t("这个操作没有此参数", "the operation has no such parameter")),
      h("button", { class: "btn btn-sm btn-ghost-danger", type: "button", "data-key": `parameter.drop.${one.id}`, onclick: () => put(context, operator, { name: one.id, kind: "" }, "") }, t("移除", "Remove"))));
}

const DECIDED = "spiffworkflow:CalledDecisionId";

// Which decision table a rule step asks.
export function rule(context) {
  const bo = getBusinessObject(context.element);
  const asked = extension(bo, DECIDED);
  const known = context.words.tables.find((one) => one.id === asked?.body);
  const lost = asked?.body && !known ? [{ value: asked.body, label: t(`${asked.body}(没有这张表)`, `${asked.body} (no such table)`) }] : [];
  const choices = [...(asked?.body ? [] : [{ value: "", label: t("请选择…", "Choose…") }]), ...lost, ...context.words.tables.map((one) => ({ value: one.id, label: one.label }))];
  const put = (body) => context.run((batch) => (asked ? batch.setOn(context.element, asked, { body }) : batch.extension(context.element, bo, DECIDED, () => batch.create(DECIDED, { body }))));
  return [
    section("table", t("决策表", "Decision table"), true,
      field(t("查哪张表", "Asks"), "table", select("table", asked?.body ?? "", choices, put),
        known ? t(`后面的条件可以问:${known.gives.join("、")}`, `Conditions may ask: ${known.gives.join(", ")}`) : t("表在「决策表」页里编辑。", "Tables are edited in the tab of decision tables."))),
  ];
}

export function call(context) {
  const bo = getBusinessObject(context.element);
  const part = context.words.parts.find((one) => one.process === bo.calledElement);
  const choices = [...(bo.calledElement ? [] : [{ value: "", label: t("请选择…", "Choose…") }]), ...context.words.parts.map((one) => ({ value: one.process, label: one.label }))];
  return [
    section("called", t("调用的子流程", "Called procedure"), true,
      field(t("调用", "Calls"), "called", select("called", bo.calledElement ?? "", choices, (calledElement) => context.run((batch) => batch.set(context.element, { calledElement })))),
      part && h("p", { class: "form-hint" }, part.summary),
      part && h("button", { class: "btn btn-sm", type: "button", "data-key": "called.show", onclick: () => context.show(part) }, t("查看这个子流程", "Look at it"))),
  ];
}
