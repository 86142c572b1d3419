// What stands around an element: earlier steps, the forms they ask, the answers of operations.
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { extension, propertiesOf } from "./change.js";
import { t } from "./dom.js";

export const HUMAN = ["bpmn:UserTask", "bpmn:ManualTask"];
const YES = "yes_no";

export function isHuman(bo) {
  return isAny(bo, HUMAN) || bo.$type === "bpmn:Task";
}

export class Scene {
  constructor(modeler, words) {
    this.registry = modeler.get("elementRegistry");
    this.words = words;
  }

  shapes() {
    return this.registry.filter((one) => !one.labelTarget && one.businessObject);
  }

  humans() {
    return this.shapes().filter((one) => isHuman(one.businessObject));
  }

  // The human steps a step may name: those drawn here, and those of the parts that are called.
  steps(except) {
    const own = this.humans().filter((one) => one !== except).map(({ businessObject: { id, name } }) => ({ value: id, label: name || id }));
    const called = this.parts().flatMap((part) => part.steps.map(({ id, name }) => ({ value: id, label: `${name || id} · ${part.label}` })));
    const callers = this.words.parts.length && !own.length ? [] : called;
    return [...own, ...callers];
  }

  parts(shapes = this.shapes()) {
    const called = new Set(shapes.filter((one) => is(one, "bpmn:CallActivity")).map((one) => one.businessObject.calledElement));
    return this.words.parts.filter((part) => called.has(part.process));
  }

  // Everything before an element, itself included; all there is where it stands alone.
  before(element) {
    const seen = new Set();
    const stack = [element.waypoints ? element.source : element];
    while (stack.length) {
      const one = stack.pop();
      if (!one || seen.has(one)) continue;
      seen.add(one);
      for (const flow of one.incoming ?? []) if (flow.type === "bpmn:SequenceFlow") stack.push(flow.source);
      if (one.host) stack.push(one.host);
      if (one.parent?.type === "bpmn:SubProcess") stack.push(one.parent);
    }
    return [...seen];
  }

  // Groups of names that a condition at the element may ask for: {label, fields: [{value, label, type, options}]}.
  names(element, files = false) {
    const shapes = this.before(element);
    return [...this.asked(shapes, files), ...this.answered(shapes), ...this.decided(shapes), ...this.given()].filter((group) => group.fields.length);
  }

  asked(shapes, files) {
    const forms = { ...this.words.forms };
    const groups = new Map();
    for (const { businessObject: bo } of shapes.filter((one) => isHuman(one.businessObject))) {
      const form = propertiesOf(bo).form;
      if (form && forms[form]) groups.set(form, [...(groups.get(form) ?? []), bo.name || bo.id]);
    }
    const own = [...groups].map(([form, names]) => ({ label: names.slice(0, 3).join("、"), fields: fieldsOf(forms[form], files) }));
    const called = this.parts(shapes).flatMap((part) => Object.values(part.forms).map((fields) => ({ label: part.label, fields: fieldsOf(fields, files) })));
    return [...own, ...called];
  }

  answered(shapes) {
    const results = shapes
      .map(({ businessObject: bo }) => [bo, extension(bo, "spiffworkflow:ServiceTaskOperator")])
      .filter(([, operator]) => operator?.resultVariable)
      .map(([bo, operator]) => ({ variable: operator.resultVariable, operation: operator.id, name: bo.name || bo.id }));
    for (const part of this.parts(shapes)) {
      results.push(...Object.entries(part.results).map(([variable, operation]) => ({ variable, operation, name: part.label })));
    }
    return results.map(({ variable, operation, name }) => ({
      label: t(`「${name}」的结果`, `Answer of “${name}”`),
      fields: (this.words.operations.find((one) => one.name === operation)?.gives ?? []).map((key) => ({
        value: `${variable}.${key}`, label: `${variable}.${key}`, type: ["valid", "open", "active", "clear", "listed", "rolled"].includes(key) ? YES : "", options: [],
      })),
    }));
  }

  // What decision tables asked before put into the data.
  decided(shapes) {
    return shapes
      .map(({ businessObject: bo }) => [bo, this.words.tables.find((one) => one.id === extension(bo, "spiffworkflow:CalledDecisionId")?.body)])
      .filter(([, table]) => table)
      .map(([bo, table]) => ({ label: t(`「${bo.name || bo.id}」的结果`, `Answer of “${bo.name || bo.id}”`), fields: table.gives.map((value) => ({ value, label: value, type: "", options: [] })) }));
  }

  given() {
    const switches = Object.entries(this.words.switches).map(([key, label]) => ({ value: `switches.${key}`, label, type: YES, options: [] }));
    const units = this.words.units.map(({ code, label }) => ({ value: code, label }));
    return [
      { label: t("流程开关", "Switches"), fields: switches },
      {
        label: t("申请人", "The applicant"),
        fields: [
          { value: "applicant.unit", label: t("申请人的单位", "Unit of the applicant"), type: "select", options: units },
          { value: "applicant.login", label: t("申请人的账号", "Login of the applicant"), type: "", options: [] },
        ],
      },
    ];
  }
}

function fieldsOf(fields, files) {
  return fields
    .filter((one) => one.asked || files)
    .map(({ key, label, type, options }) => ({ value: key, label: `${label}(${key})`, type: type === "checkbox" ? YES : type, options }));
}

