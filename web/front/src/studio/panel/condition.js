// When a flow is taken: rows of field, comparison and value, and the same as an expression one may edit.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { area, check, field, h, input, section, select, t } from "../dom.js";
import { parseCondition, sayCondition } from "../expression.js";

const DECIDING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
const OPERATORS = () => [
  { value: "==", label: t("等于", "is") }, { value: "!=", label: t("不等于", "is not") },
  { value: ">", label: t("大于", "more than") }, { value: ">=", label: t("不小于", "at least") },
  { value: "<", label: t("小于", "less than") }, { value: "<=", label: t("不大于", "at most") },
  { value: "in", label: t("是其中之一", "is one of") }, { value: "not in", label: t("不是其中任何一个", "is none of") },
  { value: "true", label: t("为是", "is yes") }, { value: "false", label: t("为否", "is no") },
];

export const isDeciding = (bo) => isAny(bo, DECIDING) && (bo.outgoing ?? []).length > 1;

export function flow(context) {
  const bo = getBusinessObject(context.element);
  const source = bo.sourceRef;
  if (!isDeciding(source)) {
    const note = h("p", { class: "form-hint" }, t("只有从排他或包容网关分出的连线才有条件。", "Only flows that leave a deciding gateway have conditions."));
    return [section("condition", t("条件", "Condition"), true, note, bo.conditionExpression && clear(context))];
  }
  const isDefault = source.default === bo;
  const mark = check("default", t("默认路线:其他条件都不成立时走这里", "The default: taken when nothing else holds"), isDefault, (on) => turn(context, source, on));
  return [section("condition", t("条件", "Condition"), true, mark, isDefault ? null : builder(context, bo))];
}

function clear(context) {
  return h("button", { class: "btn btn-sm", type: "button", "data-key": "condition.clear", onclick: () => context.run((batch) => batch.set(context.element, { conditionExpression: undefined })) }, t("删除不起作用的条件", "Remove the condition"));
}

function turn(context, source, on) {
  context.run((batch) => {
    const gateway = context.scene.registry.get(source.id);
    batch.set(gateway, { default: on ? getBusinessObject(context.element) : undefined });
    if (on) batch.set(context.element, { conditionExpression: undefined });
  });
}

function builder(context, bo) {
  const text = bo.conditionExpression?.body ?? "";
  const put = (body) => context.run((batch) => {
    const now = bo.conditionExpression;
    if (now && body) batch.setOn(context.element, now, { body });
    else if (now || body) batch.set(context.element, { conditionExpression: body ? batch.create("bpmn:FormalExpression", { body }, bo) : undefined });
  });
  const read = parseCondition(text);
  const groups = context.scene.names(context.element);
  const known = new Map(groups.flatMap((group) => group.fields).map((one) => [one.value, one]));
  const raw = area("condition.raw", text, (body) => put(body.trim()), { class: "form-control form-control-sm font-monospace", spellcheck: "false", "aria-label": t("条件表达式", "Condition as an expression") });
  return h("div", {},
    read ? rows(read, groups, known, (next) => put(sayCondition(next))) : h("p", { class: "form-hint" }, t("这个条件比构造器能表达的更丰富,请直接改写法。", "This condition is richer than the rows; edit it as it is written.")),
    h("div", { class: "qf-raw" }, h("span", { class: "form-hint" }, t("写法", "Expression")), raw));
}

function rows(read, groups, known, put) {
  const swap = (at, row) => put({ ...read, rows: read.rows.map((one, place) => (place === at ? row : one)) });
  const list = read.rows.map((row, at) => [
    at > 0 && select(`condition.join.${at}`, read.join, [{ value: "and", label: t("并且", "and") }, { value: "or", label: t("或者", "or") }], (join) => put({ ...read, join }), t("并且还是或者", "and, or")),
    h("div", { class: "qf-condition", role: "group", "aria-label": t(`条件 ${at + 1}`, `Condition ${at + 1}`) },
      names(row, at, groups, known, (left) => swap(at, fresh(left, known.get(left)))),
      operator(row, at, known, (next) => swap(at, turned(row, next, known.get(row.left)))),
      value(row, at, known.get(row.left), (right) => swap(at, { ...row, right })),
      h("button", { class: "btn btn-sm btn-ghost-danger", type: "button", "data-key": `condition.drop.${at}`, onclick: () => put({ ...read, rows: read.rows.filter((_, place) => place !== at) }) }, t("移除", "Remove"))),
  ]);
  const first = groups[0]?.fields[0];
  const add = h("button", { class: "btn btn-sm", type: "button", "data-key": "condition.add", onclick: () => put({ ...read, rows: [...read.rows, fresh(first?.value ?? "decision", first)] }) }, t("添加条件", "Add a condition"));
  return h("div", { class: "qf-conditions" }, list, add);
}

function fresh(left, field) {
  if (["checkbox", "yes_no"].includes(field?.type)) return { left, operator: "true" };
  const number = field?.type === "number";
  return { left, operator: number ? ">" : "==", right: number ? { kind: "number", value: "0" } : { kind: "text", value: field?.options[0]?.value ?? "" } };
}

function turned(row, operator, field) {
  if (operator === "true" || operator === "false") return { left: row.left, operator };
  const many = operator === "in" || operator === "not in";
  const right = row.right ?? fresh(row.left, { ...field, type: field?.type === "number" ? "number" : "" }).right;
  if (many && right.kind !== "list") return { left: row.left, operator, right: { kind: "list", value: [right] } };
  if (!many && right.kind === "list") return { left: row.left, operator, right: right.value[0] ?? { kind: "text", value: "" } };
  return { left: row.left, operator, right };
}

function names(row, at, groups, known, change) {
  const choices = groups.map((group) => ({ label: group.label, group: group.fields }));
  const left = known.has(row.left) || !row.left.startsWith("form.") ? row.left : row.left.slice(5);
  return select(`condition.left.${at}`, left, choices, change, t("字段", "Field"));
}

function operator(row, at, known, change) {
  const type = known.get(row.left)?.type ?? "";
  const useful = { number: ["==", "!=", ">", ">=", "<", "<="], yes_no: ["true", "false"], select: ["==", "!=", "in", "not in"], radio: ["==", "!=", "in", "not in"] }[type];
  const choices = OPERATORS().filter((one) => !useful || useful.includes(one.value) || one.value === row.operator);
  return select(`condition.operator.${at}`, row.operator, choices, change, t("比较", "Comparison"));
}

function value(row, at, known, change) {
  if (!row.right) return null;
  const key = `condition.right.${at}`;
  const label = t("值", "Value");
  if (row.right.kind === "list") return several(row.right, key, known, change);
  if (known?.options.length && row.right.kind === "text") return select(key, row.right.value, known.options, (text) => change({ kind: "text", value: text }), label);
  if (row.right.kind === "truth") return select(key, String(row.right.value), [{ value: "true", label: t("是", "yes") }, { value: "false", label: t("否", "no") }], (text) => change({ kind: "truth", value: text === "true" }), label);
  const take = (text) => change(row.right.kind === "number" && /^-?\d+(\.\d+)?$/u.test(text) ? { kind: "number", value: text } : { kind: row.right.kind === "name" && /^[A-Za-z_][\w.]*$/u.test(text) ? "name" : "text", value: text });
  return input(key, row.right.value, take, { "aria-label": label, ...(row.right.kind === "number" && { inputmode: "decimal" }) });
}

function several(right, key, known, change) {
  const chosen = right.value.map((one) => one.value);
  const kind = right.value[0]?.kind ?? "text";
  const put = (values) => change({ kind: "list", value: values.map((value) => ({ kind, value })) });
  if (!known?.options.length) return input(key, chosen.join(", "), (text) => put(text.split(/\s*[,,]\s*/u).filter(Boolean)), { "aria-label": t("值,用逗号分开", "Values, with commas") });
  const box = (one) => check(`${key}.${one.value}`, one.label, chosen.includes(one.value), (on) => put(on ? [...chosen, one.value] : chosen.filter((each) => each !== one.value)));
  return h("div", { class: "qf-several" }, known.options.map(box));
}

// A gateway lists where it leads, each with its condition, and which way is the default.
export function gateway(context) {
  const bo = getBusinessObject(context.element);
  const outgoing = bo.outgoing ?? [];
  if (!isDeciding(bo)) return [section("routes", t("路线", "Routes"), true, h("p", { class: "form-hint" }, meaning(bo)))];
  const told = (one) => (bo.default === one ? t("默认", "default") : one.conditionExpression?.body || t("还没有条件", "no condition yet"));
  const choices = [{ value: "", label: t("没有默认路线", "No default") }, ...outgoing.map((one) => ({ value: one.id, label: route(one) }))];
  const put = (id) => context.run((batch) => {
    const chosen = outgoing.find((one) => one.id === id);
    batch.set(context.element, { default: chosen });
    if (chosen?.conditionExpression) batch.set(context.scene.registry.get(id), { conditionExpression: undefined });
  });
  return [
    section("routes", t("路线", "Routes"), true,
      h("p", { class: "form-hint" }, meaning(bo)),
      h("ul", { class: "qf-routes" }, outgoing.map((one) => h("li", {}, h("button", { class: "btn btn-sm", type: "button", "data-key": `route.${one.id}`, onclick: () => context.select(one.id) }, route(one)), h("code", {}, told(one))))),
      field(t("默认路线", "Default"), "default", select("default", bo.default?.id ?? "", choices, put), t("其他条件都不成立时走它;不要让它等于同意。", "Taken when nothing else holds; it must never approve."))),
  ];
}

const route = (one) => one.name || t(`到「${one.targetRef?.name || one.targetRef?.id}」`, `to “${one.targetRef?.name || one.targetRef?.id}”`);

function meaning(bo) {
  if (is(bo, "bpmn:ParallelGateway")) return t("并行:分出的每条路线都走;汇合时等全部到齐。", "Parallel: every route is taken; a join waits for all.");
  if (is(bo, "bpmn:EventBasedGateway")) return t("等待:哪个事件先发生就走哪条。", "Waits: the first event decides.");
  if (is(bo, "bpmn:InclusiveGateway")) return t("包容:条件成立的路线都走。", "Inclusive: every route whose condition holds is taken.");
  return t("排他:按条件只走一条。", "Exclusive: one route is taken, by its condition.");
}
