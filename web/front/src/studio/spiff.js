// What SpiffWorkflow's namespace holds, for moddle; names that are not here are kept as they stand.

export const SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core";

const attribute = (name) => ({ name, type: "String", isAttr: true });
const many = (type) => ({ name: "values", type, isMany: true });
const type = (name, ...properties) => ({ name, superClass: ["Element"], meta: { allowedIn: ["*"] }, properties });
const words = (name) => type(name, { name: "body", type: "String", isBody: true });
const TEXTS = [
  "PreScript", "PostScript", "CalledDecisionId", "InstructionsForEndUser", "MessagePayload", "MessageVariable",
  "PayloadExpression", "VariableName", "Category", "AllowGuest", "GuestConfirmation", "SignalButtonLabel",
  "InputJson", "ExpectedOutputJson", "IsOutputSynced", "ScriptsOnInstances",
];

const TYPES = [
  type("Properties", many("Property")),
  type("Property", attribute("name"), attribute("value")),
  type("ServiceTaskOperator", attribute("id"), attribute("resultVariable"), { name: "retry", type: "Retry" }, { name: "parameterList", type: "Parameters" }),
  type("Parameters", many("Parameter")),
  type("Parameter", attribute("id"), attribute("type"), attribute("value")),
  type("Retry", attribute("retries"), attribute("backoff_base")),
  type("TaskMetadataValues", many("TaskMetadataValue")),
  type("TaskMetadataValue", attribute("name"), attribute("value")),
  type("UnitTests", many("UnitTest")),
  type("UnitTest", attribute("id"), { name: "inputJson", type: "InputJson" }, { name: "expectedOutputJson", type: "ExpectedOutputJson" }),
  ...TEXTS.map(words),
];

const tag = (name) => name[0].toLowerCase() + name.slice(1);
const KNOWN = new Set(TYPES.map((one) => tag(one.name)));

export const descriptor = { name: "SpiffWorkflow", uri: SPIFF, prefix: "spiffworkflow", xml: { tagAlias: "lowerCase" }, associations: [], types: TYPES };

class Learner {
  constructor(eventBus, moddle) {
    eventBus.on("import.parse.start", ({ xml }) => learn(moddle.registry, xml));
  }
}
Learner.$inject = ["eventBus", "moddle"];

// Another name of this namespace becomes a text of its own before the file is read, so that it is not lost.
function learn(registry, xml) {
  const found = new DOMParser().parseFromString(xml, "application/xml").getElementsByTagNameNS(SPIFF, "*");
  for (const name of new Set([...found].map((one) => one.localName).filter((one) => !KNOWN.has(one)))) {
    KNOWN.add(name);
    registry.registerType(words(name[0].toUpperCase() + name.slice(1)), registry.getPackage(SPIFF));
  }
}

export const learning = { __init__: ["spiffLearner"], spiffLearner: ["type", Learner] };
