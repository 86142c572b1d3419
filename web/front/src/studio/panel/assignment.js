// Who acts, chosen from the company's posts and units and the steps of the diagram; the expression stands below.
import { h, input, select, t } from "../dom.js";
import { parseWho, sayWho } from "../who.js";

const ANY_UNIT = "any";

// One assignment; `kinds` is "one" or "several"; `change` gets the new expression.
export function assignment(context, key, text, kinds, change) {
  const { words, scene, element } = context;
  const who = text ? parseWho(text) : null;
  const set = (next) => change(sayWho(next));
  const choices = words.who.filter((one) => one[kinds]).map((one) => ({ value: one.word, label: one.label }));
  if (!text) choices.unshift({ value: "", label: t("请选择…", "Choose…") });
  if (text && !who) choices.unshift({ value: "", label: t("自定义写法", "In own words") });
  const kind = select(`${key}.kind`, who?.word ?? "", choices, (word) => word && set(fresh(word, words, scene, element)), t("办理人类型", "Kind of assignment"));
  const rows = [kind];
  if (who?.word === "role") {
    rows.push(select(`${key}.role`, roleOf(words, who.role), roles(words), (role) => set({ ...who, role }), t("岗位", "Post")));
    rows.push(unit(`${key}.unit`, who.unit, words, true, (next) => set({ ...who, unit: next })));
  } else if (who?.unit) {
    rows.push(unit(`${key}.unit`, who.unit, words, false, (next) => set({ ...who, unit: next })));
  } else if (who?.word === "actor_of") {
    rows.push(select(`${key}.step`, who.step, scene.steps(element), (step) => set({ ...who, step }), t("步骤", "Step")));
  } else if (who?.path !== undefined) {
    rows.push(paths(`${key}.path`, who, context, set));
  }
  const raw = input(`${key}.raw`, text, change, { class: "form-control form-control-sm font-monospace", spellcheck: "false", "aria-label": t("办理人表达式", "Assignment as an expression") });
  return h("div", { class: "qf-who" }, rows, h("div", { class: "qf-raw" }, h("span", { class: "form-hint" }, t("写法", "Expression")), raw));
}

function fresh(word, words, scene, element) {
  if (word === "role") return { word, role: words.roles[0]?.name ?? "", unit: { kind: ANY_UNIT } };
  if (word === "actor_of") return { word, step: scene.steps(element)[0]?.value ?? "" };
  if (word === "operator_of") return { word, path: "form.channel" };
  if (word === "person") return { word, path: people(scene, element)[0]?.value ?? "form.person" };
  return { word, unit: { kind: "applicant" } };
}

const roles = (words) => words.roles.map(({ name, label }) => ({ value: name, label }));
const roleOf = (words, name) => words.roles.find((one) => one.id === name)?.name ?? name;

function unit(key, value, words, any, change) {
  const named = value.kind === "named" ? (words.units.find((one) => one.names.includes(value.name))?.name ?? value.name) : "";
  const fixed = [
    ...(any ? [{ value: ANY_UNIT, label: t("全公司任何单位", "In any unit") }] : []),
    { value: "applicant", label: t("申请人所在单位", "In the applicant's unit") },
    { value: "organisation", label: t("申请人所在组织(最上级单位)", "In the applicant's organisation") },
  ].filter((one) => any || one.value !== "organisation" || value.kind === "organisation");
  const units = words.units.map((one) => ({ value: `=${one.name}`, label: `${"  ".repeat(one.depth)}${one.label}` }));
  const chosen = value.kind === "named" ? `=${named}` : value.kind;
  const take = (next) => change(next.startsWith("=") ? { kind: "named", name: next.slice(1) } : { kind: next });
  return select(key, chosen, [...fixed, { label: t("指定单位", "A unit of the company"), group: units }], take, t("单位", "Unit"));
}

function people(scene, element) {
  return scene.names(element).flatMap((group) => group.fields).map((one) => ({ ...one, value: one.value.includes(".") ? one.value : `form.${one.value}` }));
}

function paths(key, who, { scene, element }, set) {
  const normal = who.path.includes(".") ? who.path : `form.${who.path}`;
  const groups = scene.names(element).map((group) => ({
    label: group.label,
    group: group.fields.filter((one) => !["checkbox", "yes_no", "number"].includes(one.type)).map((one) => ({ value: one.value.includes(".") ? one.value : `form.${one.value}`, label: one.label })),
  }));
  return select(key, normal, groups, (path) => set({ ...who, path }), t("取自", "Taken from"));
}

// Several posts, with a line each.
export function signers(context, key, text, change) {
  const list = text.split(";").map((one) => one.trim()).filter(Boolean);
  const put = (next) => change(next.filter(Boolean).join("; "));
  const one = (said, at) =>
    h("div", { class: "qf-one-signer" },
      assignment(context, `${key}.${at}`, said, "several", (next) => put(list.map((each, place) => (place === at ? next : each)))),
      list.length > 1 && h("button", { class: "btn btn-sm btn-ghost-danger", type: "button", "data-key": `${key}.drop.${at}`, onclick: () => put(list.filter((_, place) => place !== at)) }, t("移除", "Remove")));
  const more = h("button", { class: "btn btn-sm", type: "button", "data-key": `${key}.more`, onclick: () => put([...list, "head_of(applicant.unit)"]) }, t("再加一个岗位", "Add a post"));
  return h("div", {}, list.length ? list.map(one) : assignment(context, `${key}.0`, "", "several", (next) => put([next])), more);
}

