// A human step in business words: who, form, deadline, separation, votes, acts; a lane has the same as defaults.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";
import { documentationOf, listed, propertiesOf } from "../change.js";
import { area, check, field, h, input, section, select, t } from "../dom.js";
import { inWords, parseTerm, sayTerm } from "../term.js";
import { assignment, signers } from "./assignment.js";
import { isCountersign, votes } from "./votes.js";

const KINDS = () => [
  { value: "submit", label: t("填写、提交", "Submit") },
  { value: "decide", label: t("审批(作决定)", "Decide") },
  { value: "do", label: t("办理(做一件事)", "Do something") },
];

export function step(context) {
  const own = read(context);
  return [
    section("who", t("谁来办", "Who"), true, kind(context, own), people(context, own)),
    section("form", t("表单", "Form"), true, form(context, own)),
    section("due", t("期限", "Deadline"), true, term(context, "due", t("办理期限", "Time to act"), own.due), term(context, "release", t("认领后未办,多久退还", "A claimed task goes back after"), own.release, t("不填为 1 个工作日", "One working day if empty"))),
    section("separate", t("职责分离", "Separation of duties"), Boolean(own.separate), separate(context, own)),
    section("votes", t("会签", "Countersign"), isCountersign(context.element), votes(context, own)),
    section("acts", t("允许的操作", "What it allows"), Boolean(own.acts), acts(context, own)),
    section("words", t("说明与英文名", "Instruction and English name"), false, words(context, own)),
  ];
}

export function lane(context) {
  const own = read(context);
  const hint = h("p", { class: "form-hint" }, t("这里写的是默认值:泳道里的步骤自己没写的,用它。", "Defaults: a step of the lane that says nothing itself takes these."));
  return [
    section("who", t("默认办理人", "Who, by default"), true, hint, assignment(context, "who", own.who ?? "", "one", (who) => context.put({ who }))),
    section("due", t("默认期限", "Deadline, by default"), Boolean(own.due), term(context, "due", t("办理期限", "Time to act"), own.due)),
    section("acts", t("默认允许的操作", "What steps allow, by default"), Boolean(own.acts), acts(context, own)),
  ];
}

function read({ element }) {
  return propertiesOf(getBusinessObject(element));
}

function kind(context, own) {
  const choices = [...(own.kind ? [] : [{ value: "", label: t("请选择…", "Choose…") }]), ...KINDS()];
  return field(t("这一步是", "This step is to"), "kind", select("kind", own.kind ?? "", choices, (value) => context.put({ kind: value })));
}

function people(context, own) {
  if (isCountersign(context.element)) {
    return h("div", {}, h("span", { class: "form-label" }, t("会签人", "Signers")), signers(context, "signers", own.signers ?? "", (text) => context.put({ signers: text })));
  }
  const inherited = !own.who && context.inherited("who");
  return h("div", {}, h("span", { class: "form-label" }, t("办理人", "Who acts")),
    inherited && h("p", { class: "form-hint" }, t(`泳道默认:${inherited}`, `From the lane: ${inherited}`)),
    assignment(context, "who", own.who ?? "", "one", (who) => context.put({ who })));
}

function form(context, own) {
  const choices = [{ value: "", label: t("没有表单", "No form") }, ...Object.keys(context.words.forms).map((name) => ({ value: name, label: name }))];
  const fields = context.words.forms[own.form];
  return h("div", {},
    field(t("填写哪张表单", "Which form"), "form", select("form", own.form ?? "", choices, (value) => context.put({ form: value }))),
    fields && h("p", { class: "form-hint" }, fields.map((one) => one.label).join("、")));
}

function term(context, name, label, value, hint) {
  const parts = parseTerm(value) ?? { weeks: "", days: "", hours: "", minutes: "" };
  const set = (part) => (text) => context.put({ [name]: sayTerm({ ...parts, [part]: text }) });
  const number = (part, unit) => h("span", { class: "input-group input-group-sm input-group-flat" }, input(`${name}.${part}`, parts[part], set(part), { type: "number", min: 0, max: 999, "aria-label": `${label}:${unit}` }), h("span", { class: "input-group-text" }, unit));
  const raw = input(`${name}.raw`, value ?? "", (text) => context.put({ [name]: text }), { class: "form-control form-control-sm font-monospace", "aria-label": t(`${label}的写法`, `${label} as written`), placeholder: "P1D" });
  return h("div", { class: "mb-2" }, h("span", { class: "form-label" }, label),
    h("div", { class: "qf-term" }, number("days", t("个工作日", "days")), number("hours", t("小时", "hours")), raw),
    h("small", { class: "form-hint" }, value ? inWords(value) || t("不是系统认识的写法", "Not understood") : (hint ?? t("不填为没有期限", "No deadline if empty"))));
}

function separate(context, own) {
  const chosen = listed(own.separate);
  const put = (id, on) => context.put({ separate: (on ? [...chosen, id] : chosen.filter((one) => one !== id)).join(",") });
  const known = context.scene.steps(context.element);
  const lost = chosen.filter((id) => !known.some((one) => one.value === id)).map((id) => ({ value: id, label: t(`${id}(没有这一步)`, `${id} (no such step)`) }));
  return h("div", {},
    h("p", { class: "form-hint" }, t("办过下列步骤的人,不能再办这一步:", "Whoever did one of these may not act here:")),
    [...known, ...lost].map((one) => check(`separate.${one.value}`, one.label, chosen.includes(one.value), (on) => put(one.value, on))));
}

function acts(context, own) {
  const chosen = listed(own.acts);
  const order = context.words.acts.map((one) => one.name);
  const put = (name, on) => {
    const next = on ? [...chosen, name] : chosen.filter((one) => one !== name);
    context.put({ acts: next.sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(",") });
  };
  return h("div", { class: "qf-acts" }, context.words.acts.map((one) => check(`acts.${one.name}`, one.label, chosen.includes(one.name), (on) => put(one.name, on))));
}

function words(context, own) {
  const said = documentationOf(getBusinessObject(context.element));
  return h("div", {},
    field(t("给办理人的说明", "Instruction"), "documentation", area("documentation", said, (text) => context.document(text.trim()), { rows: 4 }), t("第一段中文,另起一行写英文。", "Chinese first, English on a line of its own.")),
    field(t("英文名称", "Name in English"), "en", input("en", own.en ?? "", (en) => context.put({ en }))));
}
