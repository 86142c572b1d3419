// bpmnlint's recommended rules, run here while one draws; what the server says of the same fault counts more.
import Linter from "bpmnlint/lib/linter.js";
import recommended from "bpmnlint/config/recommended.js";
import conditionalFlows from "bpmnlint/rules/conditional-flows.js";
import endEventRequired from "bpmnlint/rules/end-event-required.js";
import eventBasedGateway from "bpmnlint/rules/event-based-gateway.js";
import fakeJoin from "bpmnlint/rules/fake-join.js";
import labelRequired from "bpmnlint/rules/label-required.js";
import noBpmndi from "bpmnlint/rules/no-bpmndi.js";
import noDisconnected from "bpmnlint/rules/no-disconnected.js";
import noDuplicateSequenceFlows from "bpmnlint/rules/no-duplicate-sequence-flows.js";
import noGatewayJoinFork from "bpmnlint/rules/no-gateway-join-fork.js";
import noImplicitEnd from "bpmnlint/rules/no-implicit-end.js";
import noImplicitSplit from "bpmnlint/rules/no-implicit-split.js";
import noImplicitStart from "bpmnlint/rules/no-implicit-start.js";
import noOverlapping from "bpmnlint/rules/no-overlapping-elements.js";
import singleBlankStart from "bpmnlint/rules/single-blank-start-event.js";
import singleEventDefinition from "bpmnlint/rules/single-event-definition.js";
import startEventRequired from "bpmnlint/rules/start-event-required.js";
import subProcessBlankStart from "bpmnlint/rules/sub-process-blank-start-event.js";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway.js";
import superfluousTermination from "bpmnlint/rules/superfluous-termination.js";
import { t } from "./dom.js";

// rule -> its factory, what is said with how to mend it, and the server's findings that say the same.
const RULES = {
  "conditional-flows": [conditionalFlows, t("从网关分出的连线缺少条件;请写上条件,或设为默认路线。", "A flow that leaves the gateway has no condition; give it one or make it the default."), ["condition_missing", "default_missing"]],
  "end-event-required": [endEventRequired, t("流程没有结束事件;请画一个结束。", "There is no end event; draw one."), ["dead_end", "empty"]],
  "event-based-gateway": [eventBasedGateway, t("事件网关后面必须接等待事件。", "An event gateway must be followed by events that wait."), ["event_gateway_target"]],
  "fake-join": [fakeJoin, t("几条连线直接汇入这一步,每到一条就办一次;请先画汇合网关。", "Several flows run into this step, which is done once for each; draw a joining gateway."), ["implicit_merge"]],
  "label-required": [labelRequired, t("没有名称;请写一个名称。", "It has no name; write one."), []],
  "no-bpmndi": [noBpmndi, t("这个元素没有画出来;请删除它,或导出后用自动布局重画。", "The element is not drawn; remove it or lay the diagram out anew."), ["layout_missing", "layout_partial"]],
  "no-disconnected": [noDisconnected, t("这个元素没有和流程连上;请连线或删除。", "The element is not connected; connect or remove it."), ["unreachable", "dead_end"]],
  "no-duplicate-sequence-flows": [noDuplicateSequenceFlows, t("两条连线起止相同;请删去一条。", "Two flows join the same elements; remove one."), []],
  "no-gateway-join-fork": [noGatewayJoinFork, t("这个网关既汇合又分支;请拆成两个网关。", "The gateway joins and forks at once; make it two."), []],
  "no-implicit-end": [noImplicitEnd, t("流程在这里断了;请连到下一步或结束事件。", "The procedure breaks off here; lead it on or to an end."), ["dead_end", "never_ends"]],
  "no-implicit-split": [noImplicitSplit, t("从这里分出多条连线却没有网关;请先接一个网关。", "Several flows leave without a gateway; put one in between."), ["implicit_split"]],
  "no-implicit-start": [noImplicitStart, t("没有连线通向这里;请从前一步连过来。", "Nothing leads here; connect it."), ["unreachable"]],
  "no-overlapping-elements": [noOverlapping, t("与别的元素重叠;请移开。", "It lies over another element; move it."), []],
  "single-blank-start-event": [singleBlankStart, t("有多个开始事件;请只留一个。", "There are several start events; keep one."), ["start_several"]],
  "single-event-definition": [singleEventDefinition, t("一个事件有多种触发方式;请只留一种。", "The event has several triggers; keep one."), ["event_several"]],
  "start-event-required": [startEventRequired, t("流程没有开始事件;请画一个开始。", "There is no start event; draw one."), ["start_missing"]],
  "sub-process-blank-start-event": [subProcessBlankStart, t("子流程的开始事件不能有触发方式。", "The start of a subprocess has no trigger."), []],
  "superfluous-gateway": [superfluousGateway, t("这个网关只有一进一出,没有作用;请删除。", "The gateway has one way in and one way out; remove it."), []],
  "superfluous-termination": [superfluousTermination, t("只有一个令牌,不需要终止事件;用普通结束即可。", "A plain end is enough here."), []],
};

const resolver = { resolveRule: (pkg, name) => RULES[name][0], resolveConfig: () => ({}) };

export async function lint(definitions, server) {
  const rules = Object.fromEntries(Object.keys(RULES).map((name) => [name, recommended.rules[name] ?? "warn"]));
  const found = await new Linter({ config: { rules }, resolver }).lint(definitions);
  return Object.entries(found).flatMap(([name, reports]) =>
    reports
      .filter(({ id, category }) => category !== "off" && !told(server, id, name))
      .map(({ id, category }) => ({ code: name, element: id, level: category === "error" ? "error" : "warning", text: RULES[name][1], drawn: true })),
  );
}

const told = (server, id, name) => server.some((one) => one.element === id && RULES[name][2].includes(one.code));
