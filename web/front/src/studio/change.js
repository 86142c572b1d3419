// Every act of a person is one command, however much it touches: one undo takes it back.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

const ORDER = ["who", "form", "fields", "kind", "due", "release", "separate", "mode", "signers", "weights", "veto", "acts", "en"];

class ChangeAll {
  constructor(commandStack) {
    this.stack = commandStack;
  }
  preExecute({ commands }) {
    for (const { command, context } of commands) this.stack.execute(command, context);
  }
}
ChangeAll.$inject = ["commandStack"];

export const changing = {
  __init__: [["commandStack", (commandStack) => commandStack.registerHandler("qianfa.change", ChangeAll)]],
};

export class Changes {
  constructor(modeler) {
    this.modeler = modeler;
    this.moddle = modeler.get("moddle");
    this.factory = modeler.get("bpmnFactory");
  }

  // Collects what `fill(batch)` asks for and carries it out as one.
  run(fill) {
    const commands = [];
    fill(new Batch(this, commands));
    const done = commands.filter(Boolean);
    if (done.length) this.modeler.get("commandStack").execute("qianfa.change", { commands: done });
  }
}

class Batch {
  constructor(changes, commands) {
    this.changes = changes;
    this.commands = commands;
    this.made = new Map(); // extension elements that this batch makes, by their owner
  }

  set(element, properties) {
    this.commands.push({ command: "element.updateProperties", context: { element, properties } });
  }

  setOn(element, moddleElement, properties) {
    this.commands.push({ command: "element.updateModdleProperties", context: { element, moddleElement, properties } });
  }

  create(type, attributes = {}, parent = null) {
    const one = this.changes.factory.create(type, attributes);
    one.$parent = parent;
    return one;
  }

  // Sets several of our properties at once; an empty value takes a property away.
  properties(element, wanted, owner = getBusinessObject(element)) {
    const list = extension(owner, "spiffworkflow:Properties");
    const before = list?.values ?? [];
    const kept = before.filter((one) => !(one.name in wanted) || wanted[one.name] !== "");
    for (const one of kept) {
      if (one.name in wanted && wanted[one.name] !== one.value) this.setOn(element, one, { value: wanted[one.name] });
    }
    const names = new Set(before.map((one) => one.name));
    const fresh = Object.entries(wanted)
      .filter(([name, value]) => value !== "" && !names.has(name))
      .map(([name, value]) => this.create("spiffworkflow:Property", { name, value }));
    if (!fresh.length && kept.length === before.length) return;
    const values = ordered(kept, fresh);
    if (!values.length) return this.extension(element, owner, "spiffworkflow:Properties", null);
    if (!list) return this.extension(element, owner, "spiffworkflow:Properties", () => this.create("spiffworkflow:Properties", { values }));
    for (const one of fresh) one.$parent = list;
    this.setOn(element, list, { values });
  }

  // Puts in, or takes away, one extension element of a type.
  extension(element, owner, type, make) {
    const around = owner.extensionElements;
    const others = (around?.values ?? []).filter((one) => one.$type !== type);
    if (!make && !others.length) return around && this.setOn(element, owner, { extensionElements: undefined });
    const fresh = make ? [make()] : [];
    for (const one of fresh) for (const each of one.values ?? []) each.$parent = one;
    if (around) {
      for (const one of fresh) one.$parent = around;
      return this.setOn(element, around, { values: [...fresh, ...others] });
    }
    const whole = this.create("bpmn:ExtensionElements", { values: fresh }, owner);
    for (const one of fresh) one.$parent = whole;
    this.setOn(element, owner, { extensionElements: whole });
  }

  documentation(element, text, owner = getBusinessObject(element)) {
    const [first, ...more] = owner.documentation ?? [];
    if (!text) return first && this.setOn(element, owner, { documentation: more.length ? more : undefined });
    if (first) return this.setOn(element, first, { text });
    this.setOn(element, owner, { documentation: [this.create("bpmn:Documentation", { text }, owner)] });
  }

  // A step is called by its id in other steps' properties: those follow.
  rename(element, id, others) {
    const before = getBusinessObject(element).id;
    for (const other of others) {
      const has = propertiesOf(getBusinessObject(other));
      const told = {};
      const separate = listed(has.separate);
      if (separate.includes(before)) told.separate = separate.map((one) => (one === before ? id : one)).join(",");
      for (const name of ["who", "signers", "weights", "veto"]) {
        const said = has[name]?.replaceAll(`actor_of("${before}")`, `actor_of("${id}")`);
        if (said && said !== has[name]) told[name] = said;
      }
      if (Object.keys(told).length) this.properties(other, told);
    }
    this.set(element, { id });
  }
}

function ordered(kept, fresh) {
  const values = [...kept];
  for (const one of fresh) {
    const rank = (each) => (ORDER.indexOf(each.name) + 1 || ORDER.length + 1);
    const at = values.findIndex((each) => rank(each) > rank(one));
    values.splice(at < 0 ? values.length : at, 0, one);
  }
  return values;
}

export function extension(owner, type) {
  return owner.extensionElements?.values?.find((one) => is(one, type));
}

export function propertiesOf(owner) {
  return Object.fromEntries((extension(owner, "spiffworkflow:Properties")?.values ?? []).map((one) => [one.name, one.value ?? ""]));
}

export function documentationOf(owner) {
  return owner.documentation?.[0]?.text ?? "";
}

export const listed = (text) => (text ?? "").split(/[\s,,]+/).filter(Boolean);
