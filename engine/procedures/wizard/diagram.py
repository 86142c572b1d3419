"""The diagram of a wizard's steps as BPMN: nodes and flows in their order, and the drawing beside them."""

from collections.abc import Iterator
from html import escape

from engine.procedures.wizard.answers import Answers
from engine.procedures.wizard.layout import drawn
from engine.procedures.wizard.model import Flow, Model, Node
from engine.procedures.wizard.posts import APPLICANT, Posts
from engine.procedures.wizard.steps import PARAMETERS, Step
from engine.text import Text

BEGIN, MERGE = "wanted", "before_submit"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
                  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
                  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
                  id="{process}_definitions" targetNamespace="urn:qianfa:procedures">
"""


def model(answers: Answers, posts: Posts, steps: list[Step]) -> Model:
    """What is drawn: one lane for the applicant, one for every other who, and between the steps their gateways."""
    made = Model()
    made.lane(APPLICANT, posts.words(answers.starter).zh)
    for step in steps:
        made.lane(step.who, posts.words(step.who).zh)
    made.add(Node(BEGIN, "startEvent", "需要办理", APPLICANT))
    made.add(Node(MERGE, "exclusiveGateway", "", APPLICANT))
    made.flows.append(Flow(f"{BEGIN}_to_{MERGE}", BEGIN, MERGE))
    before, leaving = MERGE, Flow("", "", "")
    for step in steps:
        made.add(Node(step.id, "serviceTask" if step.kind == "service" else "userTask", step.name.zh, step.who, step))
        made.flows.append(leaving.leading(before, step.id))
        before, leaving = step.id, Flow("", "", "")
        if step.asks:
            before, leaving = _asked(made, step)
    made.add(Node("ended", "endEvent", answers.kind.ended.zh, steps[-1].who))
    made.flows.append(leaving.leading(before, "ended"))
    return made


def _asked(made: Model, step: Step) -> tuple[str, Flow]:
    """The gateway after a step: back to the applicant by default, refused, or on."""
    decides = step.kind == "decide"
    made.add(
        Node(
            step.gateway,
            "exclusiveGateway",
            "通过吗?" if decides else "批准有效吗?",
            step.who,
            default=f"{step.id}_returns",
        )
    )
    made.flows.append(Flow(f"{step.id}_to_{step.gateway}", step.id, step.gateway))
    made.flows.append(Flow(f"{step.id}_returns", step.gateway, MERGE, "退回" if decides else "失效"))
    if not decides:
        return step.gateway, Flow(f"{step.id}_passes", "", "", "有效", "approval.valid")
    end = f"rejected_at_{step.id}"
    made.add(Node(end, "endEvent", "不予批准", step.who, below=step.gateway))
    made.flows.append(Flow(f"{step.id}_rejects", step.gateway, end, "拒绝", 'decision == "reject"'))
    return step.gateway, Flow(f"{step.id}_passes", "", "", "通过", 'decision == "approve"')


def diagram(answers: Answers, posts: Posts, steps: list[Step], summary: Text) -> str:
    """The whole document."""
    process, made = answers.slug.replace("-", "_"), model(answers, posts, steps)
    title = escape(answers.title.zh)
    parts = [HEAD.format(process=process)]
    parts.append(f'  <bpmn:collaboration id="{process}_collaboration">\n')
    parts.append(f'    <bpmn:participant id="{process}_pool" name="{title}" processRef="{process}" />\n')
    parts.append("  </bpmn:collaboration>\n")
    parts.append(f'  <bpmn:process id="{process}" name="{title}" isExecutable="true">\n')
    parts.append(f"    <bpmn:documentation>{escape(summary.zh)}</bpmn:documentation>\n")
    parts.append(f'    <bpmn:laneSet id="{process}_lanes">\n')
    for number, (who, name) in enumerate(made.lanes.items(), 1):
        inside = "".join(f"<bpmn:flowNodeRef>{one.id}</bpmn:flowNodeRef>" for one in made.nodes if one.lane == who)
        parts.append(f'      <bpmn:lane id="{process}_lane_{number}" name="{escape(name)}">{inside}</bpmn:lane>\n')
    parts.append("    </bpmn:laneSet>\n")
    parts += [_node(made, one) for one in made.nodes]
    parts += [_flow(one) for one in made.flows]
    parts.append("  </bpmn:process>\n")
    parts += drawn(process, made)
    parts.append("</bpmn:definitions>\n")
    return "".join(parts)


def _node(made: Model, node: Node) -> str:
    name = f' name="{escape(node.name)}"' if node.name else ""
    default = f' default="{node.default}"' if node.default else ""
    inside = "".join(_told(node.step)) if node.step else ""
    ways = "".join(f"<bpmn:incoming>{one.id}</bpmn:incoming>" for one in made.flows if one.target == node.id)
    ways += "".join(f"<bpmn:outgoing>{one.id}</bpmn:outgoing>" for one in made.flows if one.source == node.id)
    return f'    <bpmn:{node.kind} id="{node.id}"{name}{default}>{inside}{ways}</bpmn:{node.kind}>\n'


def _told(step: Step) -> Iterator[str]:
    yield f"<bpmn:documentation>{escape(step.told.zh)}\n{escape(step.told.en)}</bpmn:documentation>"
    yield "<bpmn:extensionElements>"
    if step.kind == "service":
        result = "approval" if step.operation == "check_approval" else "register"
        yield f'<spiffworkflow:serviceTaskOperator id="{step.operation}" resultVariable="{result}">'
        yield "<spiffworkflow:parameters>"
        for one in PARAMETERS.get(step.operation, ()):
            name, _, value = one.partition("=")
            yield f'<spiffworkflow:parameter id="{name}" type="str" value="{value or name}" />'
        yield "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    else:
        yield "<spiffworkflow:properties>"
        told = {"who": step.who, "form": step.form, "kind": step.kind, "due": f"P{step.due}D" if step.due else ""}
        told |= {"separate": ",".join(step.separate), "acts": step.acts, "en": step.name.en}
        for name, value in told.items():
            if value:
                yield f'<spiffworkflow:property name="{name}" value="{escape(value)}" />'
        yield "</spiffworkflow:properties>"
    yield "</bpmn:extensionElements>"


def _flow(flow: Flow) -> str:
    name = f' name="{flow.name}"' if flow.name else ""
    head = f'    <bpmn:sequenceFlow id="{flow.id}"{name} sourceRef="{flow.source}" targetRef="{flow.target}"'
    if not flow.condition:
        return f"{head} />\n"
    told = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(flow.condition, quote=False)}'
    return f"{head}>{told}</bpmn:conditionExpression></bpmn:sequenceFlow>\n"
