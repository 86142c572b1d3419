// Events: what a timer waits for, which message, and how an end counts.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { field, h, input, section, select, t } from "../dom.js";
import { inWords, parseTerm, sayTerm } from "../term.js";

const TIMES = () => [
  { value: "timeDuration", label: t("过多久", "After a while") },
  { value: "timeDate", label: t("到某个时刻", "At a moment") },
  { value: "timeCycle", label: t("每隔一段时间,若干次", "Again and again") },
];
const ENDS = () => [
  { value: "", label: t("办结(通过)", "Done") },
  { value: "rejected", label: t("驳回", "Rejected") },
  { value: "withdrawn", label: t("撤回", "Withdrawn") },
];

export function event(context) {
  const bo = getBusinessObject(context.element);
  const found = [];
  for (const one of bo.eventDefinitions ?? []) {
    if (is(one, "bpmn:TimerEventDefinition")) found.push(timer(context, one));
    if (is(one, "bpmn:MessageEventDefinition")) found.push(message(context, one));
  }
  if (is(bo, "bpmn:SendTask") || is(bo, "bpmn:ReceiveTask")) found.push(message(context, bo));
  if (is(bo, "bpmn:BoundaryEvent")) {
    const said = bo.cancelActivity === false ? t("发生时,原步骤继续办。", "The step goes on when it happens.") : t("发生时,原步骤中止。", "The step ends when it happens.");
    found.push(section("boundary", t("边界", "Boundary"), true, h("p", { class: "form-hint" }, said, t("在图上用扳手可以改。", " Change it with the spanner on the diagram."))));
  }
  if (is(bo, "bpmn:EndEvent") && context.element.parent?.type !== "bpmn:SubProcess") found.push(end(context, bo));
  return found;
}

function timer(context, definition) {
  const kind = ["timeDuration", "timeDate", "timeCycle"].find((name) => definition[name]) ?? "";
  const body = definition[kind]?.body ?? "";
  const put = (name, text) => context.run((batch) => {
    if (name === kind && definition[kind]) return batch.setOn(context.element, definition[kind], { body: text });
    const told = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
    batch.setOn(context.element, definition, { ...told, [name]: batch.create("bpmn:FormalExpression", { body: text }, definition) });
  });
  const begin = { timeDuration: "P1D", timeDate: "", timeCycle: "R3/P1D" };
  const choices = [...(kind ? [] : [{ value: "", label: t("请选择…", "Choose…") }]), ...TIMES()];
  return section("timer", t("定时", "Timer"), true,
    field(t("等到", "Waits"), "timer", select("timer", kind, choices, (name) => put(name, begin[name]))),
    kind === "timeDuration" && parseTerm(body) && duration(body, (text) => put(kind, text)),
    kind === "timeDate" && moment(context, body, (text) => put(kind, text)),
    kind && field(t("写法", "Expression"), "timer.raw", input("timer.raw", body, (text) => put(kind, text), { class: "form-control form-control-sm font-monospace" }),
      inWords(body, false) || t("如 P2D、R3/PT10H、2026-01-01T08:00:00+08:00,或一个字段名", "Such as P2D, R3/PT10H, 2026-01-01T08:00:00+08:00, or a field")));
}

function duration(body, change) {
  const parts = parseTerm(body);
  const one = (part, unit) => h("span", { class: "input-group input-group-sm input-group-flat" }, input(`timer.${part}`, parts[part], (text) => change(sayTerm({ ...parts, [part]: text })), { type: "number", min: 0, "aria-label": unit }), h("span", { class: "input-group-text" }, unit));
  return h("div", { class: "qf-term mb-2" }, one("days", t("天", "days")), one("hours", t("小时", "hours")), one("minutes", t("分钟", "minutes")));
}

function moment(context, body, change) {
  const groups = context.scene.names(context.element).map((group) => ({ label: group.label, group: group.fields.filter((one) => !["checkbox", "yes_no", "number", "select", "radio"].includes(one.type)) })).filter((one) => one.group.length);
  const choices = [{ value: "", label: t("另写", "Written below") }, ...groups];
  const known = groups.some((group) => group.group.some((one) => one.value === body));
  return field(t("取自字段", "From a field"), "timer.field", select("timer.field", known ? body : "", choices, (text) => text && change(text)));
}

function message(context, holder) {
  const roots = context.definitions().rootElements ?? [];
  const messages = roots.filter((one) => is(one, "bpmn:Message"));
  const now = holder.messageRef;
  const put = (id) => context.run((batch) => batch.setOn(context.element, holder, { messageRef: messages.find((one) => one.id === id) }));
  const name = (text) => context.run((batch) => {
    if (!text) return batch.setOn(context.element, holder, { messageRef: undefined });
    if (now) return batch.setOn(context.element, now, { name: text });
    const known = messages.find((one) => one.name === text);
    const made = known ?? batch.create("bpmn:Message", { name: text }, context.definitions());
    if (!known) batch.setOn(context.element, context.definitions(), { rootElements: [made, ...roots] });
    batch.setOn(context.element, holder, { messageRef: made });
  });
  const choices = [{ value: "", label: t("新的消息", "A new one") }, ...messages.map((one) => ({ value: one.id, label: one.name || one.id }))];
  return section("message", t("消息", "Message"), true,
    messages.length > 0 && field(t("哪条消息", "Which"), "message", select("message", now?.id ?? "", choices, put)),
    field(t("消息名称", "Its name"), "message.name", input("message.name", now?.name ?? "", name)));
}

function end(context, bo) {
  const now = ["rejected", "withdrawn"].find((word) => bo.id.startsWith(word)) ?? "";
  const put = (word) => {
    const bare = bo.id.replace(/^(rejected|withdrawn)_?/u, "") || "end";
    context.rename(word ? `${word}_${bare}` : bare);
  };
  return section("end", t("结局", "How the case ends"), true, field(t("申请的结果", "The case is"), "end", select("end", now, ENDS(), put), t("由代号开头的 rejected、withdrawn 决定。", "By the beginning of its id: rejected, withdrawn.")));
}
