// 会签: how many sign, how their votes count, whose weigh more and who may refuse alone.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";
import { propertiesOf } from "../change.js";
import { field, h, input, select, t } from "../dom.js";
import { signers } from "./assignment.js";

const MODES = () => [
  { value: "one", label: t("一个人办理", "One person") },
  { value: "all", label: t("会签:全部同意才通过", "All must approve") },
  { value: "any", label: t("或签:一人同意即通过", "One approval is enough") },
  { value: "ratio", label: t("票签:达到比例通过", "A share of the votes") },
  { value: "weight", label: t("票签:按权重达到比例通过", "A share of the weighted votes") },
  { value: "in_turn", label: t("依次会签:按顺序逐人同意", "One after another") },
  { value: "each", label: t("每人都办完再继续(不计票)", "Everybody does it, nothing is counted") },
];

export function isCountersign(element) {
  const loop = getBusinessObject(element).loopCharacteristics;
  return loop?.$type === "bpmn:MultiInstanceLoopCharacteristics";
}

export function votes(context, own) {
  const [mode, share] = modeOf(context.element, own);
  const rows = [field(t("方式", "How"), "mode", select("mode", mode, MODES(), (next) => context.run((batch) => turn(context, batch, next))))];
  if (mode === "ratio" || mode === "weight") {
    const put = (text) => context.put({ mode: `${mode}:${Math.min(1, Math.max(0.01, Number(text) / 100 || 0.5))}` });
    rows.push(field(t("通过比例(%)", "Share that approves (%)"), "share", input("share", Math.round(Number(share) * 100), put, { type: "number", min: 1, max: 100 })));
  }
  if (mode === "weight") rows.push(weights(context, own));
  if (!["one", "each"].includes(mode)) {
    rows.push(h("div", { class: "mb-2" }, h("span", { class: "form-label" }, t("一票否决", "Veto")),
      own.veto ? signers(context, "veto", own.veto, (veto) => context.put({ veto })) : null,
      h("button", { class: "btn btn-sm mt-1", type: "button", "data-key": "veto.toggle", onclick: () => context.put({ veto: own.veto ? "" : (own.signers ?? "").split(";")[0].trim() || 'role("")' }) }, own.veto ? t("取消一票否决", "No veto") : t("设置一票否决", "Set a veto"))));
  }
  const loop = getBusinessObject(context.element).loopCharacteristics;
  if (loop?.loopDataInputRef) rows.push(h("p", { class: "form-hint" }, t(`名单取自数据「${loop.loopDataInputRef.id}」`, `The list is “${loop.loopDataInputRef.id}” of the data`)));
  if (loop?.loopCardinality) rows.push(h("p", { class: "form-hint" }, t(`次数:${loop.loopCardinality.body}`, `Count: ${loop.loopCardinality.body}`)));
  return rows;
}

function modeOf(element, own) {
  if (!isCountersign(element)) return ["one", ""];
  const [word, share = ""] = (own.mode ?? "").split(":");
  return [word || "each", share];
}

function turn(context, batch, mode) {
  const { element } = context;
  const bo = getBusinessObject(element);
  const own = propertiesOf(bo);
  const several = mode !== "one";
  const told = { mode: { one: "", each: "", ratio: "ratio:0.6", weight: "weight:0.6" }[mode] ?? mode };
  if (several && !own.signers && !bo.loopCharacteristics?.loopDataInputRef) Object.assign(told, { signers: own.who || "head_of(applicant.unit)" });
  if (!several) Object.assign(told, { signers: "", weights: "", veto: "", ...(own.who || !own.signers ? {} : { who: own.signers.split(";")[0].trim() }) });
  if (mode !== "weight") told.weights = "";
  if (mode === "each") told.veto = "";
  if (mode === "weight") told.weights = own.weights || `${(own.signers || own.who || 'role("")').split(";")[0].trim()}=2`;
  const sequential = mode === "in_turn";
  if (!several) batch.set(element, { loopCharacteristics: undefined });
  else if (!isCountersign(element)) batch.set(element, { loopCharacteristics: batch.create("bpmn:MultiInstanceLoopCharacteristics", sequential ? { isSequential: true } : {}, bo) });
  else if (Boolean(bo.loopCharacteristics.isSequential) !== sequential && mode !== "each") batch.setOn(element, bo.loopCharacteristics, { isSequential: sequential });
  batch.properties(element, told);
}

function weights(context, own) {
  const list = (own.weights ?? "").split(";").map((one) => one.trim()).filter(Boolean).map((one) => /^(.*?)=\s*(\d+)$/u.exec(one)?.slice(1) ?? [one, "1"]);
  const put = (next) => context.put({ weights: next.map(([who, weight]) => `${who}=${weight}`).join("; ") });
  const posts = (own.signers ?? "").split(";").map((one) => one.trim()).filter(Boolean);
  const row = ([who, weight], at) => h("div", { class: "qf-weight" },
    select(`weights.${at}`, who, posts.map((one) => ({ value: one, label: one })), (next) => put(list.map((one, place) => (place === at ? [next, weight] : one))), t("岗位", "Post")),
    input(`weights.${at}.number`, weight, (next) => put(list.map((one, place) => (place === at ? [who, next] : one))), { type: "number", min: 1, max: 100, "aria-label": t("权重", "Weight") }),
    h("button", { class: "btn btn-sm btn-ghost-danger", type: "button", "data-key": `weights.${at}.drop`, onclick: () => put(list.filter((_, place) => place !== at)) }, t("移除", "Remove")));
  return h("div", { class: "mb-2" }, h("span", { class: "form-label" }, t("权重(没写的为 1)", "Weights (others: 1)")), list.map(row),
    h("button", { class: "btn btn-sm", type: "button", "data-key": "weights.more", onclick: () => put([...list, [posts[0] ?? 'role("")', "2"]]) }, t("再加一个", "Add one")));
}
