"""Draw small diagrams in a test: one element a line, so that a finding's line can be looked up."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from engine.kernel.deciding import write_table
from tests.support.tables import grid

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = (
    f'<bpmn:definitions xmlns:bpmn="{MODEL}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test">'
)
REVIEW = {
    "components": [
        {
            "type": "select",
            "key": "decision",
            "label": "决定",
            "validate": {"required": True},
            "values": [{"value": one, "label": one} for one in ("approve", "return", "reject")],
        },
        {"type": "textarea", "key": "comment", "label": "意见"},
    ]
}
SUBMIT = {
    "components": [
        {"type": "textfield", "key": "title", "label": "标题"},
        {"type": "number", "key": "days", "label": "天数"},
    ]
}
FORMS = {"submit": SUBMIT, "review": REVIEW}


def attributes(**values: str) -> str:
    return "".join(f" {name.replace('__', ':')}={quoteattr(value)}" for name, value in values.items())


class Drawing:
    """One process; `raw` lines go in where they stand, flows are named source_target unless told."""

    def __init__(self, process: str = "leave", forms: dict | None = FORMS, **more: str):
        self.process, self.forms, self.more = process, forms, more
        self.lines: list[str] = []
        self.outside: list[str] = []
        self.behind: list[str] = []
        self.shapes: list[str] = []
        self.tables: dict[str, bytes] = {}

    def raw(self, text: str) -> "Drawing":
        self.lines += [line.strip() for line in text.strip().splitlines()]
        return self

    def beside(self, text: str) -> "Drawing":
        self.outside.append(text.strip())
        return self

    def after(self, text: str) -> "Drawing":
        self.behind.append(text.strip())
        return self

    def node(self, kind: str, id: str, inside: str = "", **more: str) -> "Drawing":
        name = more.pop("name", id)
        self.shapes.append(id)
        return self.raw(f"<bpmn:{kind} id={quoteattr(id)}{attributes(name=name, **more)}>{inside}</bpmn:{kind}>")

    def start(self, id: str = "start", inside: str = "") -> "Drawing":
        return self.node("startEvent", id, inside)

    def end(self, id: str = "end", inside: str = "") -> "Drawing":
        return self.node("endEvent", id, inside)

    def task(self, id: str, who: str = "applicant", inside: str = "", tag: str = "userTask", **properties: str):
        own = {"who": who, **properties}
        given = "".join(
            f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)}/>"
            for name, value in own.items()
            if value
        )
        extensions = f"<spiffworkflow:properties>{given}</spiffworkflow:properties>"
        return self.node(tag, id, f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>{inside}")

    def review(self, id: str, who: str = "head_of(applicant.unit)", **properties: str) -> "Drawing":
        return self.task(id, who, **{"form": "review", "kind": "decide", **properties})

    def rule(self, id: str, table: str, asks: str = "level", inside: str = "") -> "Drawing":
        """A step that asks a decision table; `table` as in tests.support.tables, or empty where there is none."""
        if table:
            self.tables[asks] = write_table(grid(table)).encode()
        asked = f"<spiffworkflow:calledDecisionId>{asks}</spiffworkflow:calledDecisionId>"
        extensions = f"<bpmn:extensionElements>{asked}</bpmn:extensionElements>{inside}"
        return self.node("businessRuleTask", id, extensions)

    def xor(self, id: str, default: str = "") -> "Drawing":
        return self.gateway("exclusive", id, default)

    def gateway(self, kind: str, id: str, default: str = "") -> "Drawing":
        return self.node(f"{kind}Gateway", id, **({"default": default} if default else {}))

    def timer(self, kind: str, id: str, time: str, form: str = "timeDuration", **more: str) -> "Drawing":
        value = f"<bpmn:{form}>{escape(time)}</bpmn:{form}>" if time else ""
        inside = f"<bpmn:timerEventDefinition>{value}</bpmn:timerEventDefinition>"
        return self.node(kind, id, inside, **more)

    def flow(self, source: str, target: str, condition: str | None = None, id: str | None = None) -> "Drawing":
        id = id or f"{source}_{target}"
        self.shapes.append(id)
        tag = "bpmn:conditionExpression"
        inside = "" if condition is None else f"<{tag}>{escape(condition)}</{tag}>"
        return self.raw(
            f"<bpmn:sequenceFlow id={quoteattr(id)}{attributes(sourceRef=source, targetRef=target)}>{inside}"
            "</bpmn:sequenceFlow>"
        )

    def path(self, *steps: str) -> "Drawing":
        for source, target in pairwise(steps):
            self.flow(source, target)
        return self

    def sub(self, id: str, inner: "Drawing", **more: str) -> "Drawing":
        self.shapes += [id, *inner.shapes]
        self.lines.append(f"<bpmn:subProcess id={quoteattr(id)}{attributes(name=id, **more)}>")
        self.lines += inner.lines
        self.lines.append("</bpmn:subProcess>")
        return self

    def text(self, drawn: bool = True) -> str:
        shapes = [f'<bpmndi:BPMNShape bpmnElement="{escape(one)}"/>' for one in self.shapes] if drawn else []
        opening = attributes(id=self.process, isExecutable="true", **self.more)
        body = [HEAD, *self.outside, f"<bpmn:process{opening}>", *self.lines, "</bpmn:process>", *self.behind]
        return "\n".join([*body, "<bpmndi:BPMNDiagram>", *shapes, "</bpmndi:BPMNDiagram>", "</bpmn:definitions>"])

    def xml(self, drawn: bool = True) -> bytes:
        return self.text(drawn).encode()

    def line_of(self, id: str) -> int:
        """Where the element of that id stands last (a duplicate is told at its second place)."""
        lines = self.text().splitlines()
        return max(number for number, line in enumerate(lines, 1) if f'id="{id}"' in line.split(">")[0])


def reviewed(**forms: dict) -> Drawing:
    """The ordinary case: submit, review with return and reject, end."""
    return (
        Drawing(forms={**FORMS, **forms})
        .start()
        .task("submit", form="submit", kind="submit")
        .review("review", separate="submit")
        .xor("granted", default="granted_submit")
        .end("approved")
        .end("rejected")
        .path("start", "submit", "review", "granted")
        .flow("granted", "approved", 'decision == "approve"')
        .flow("granted", "rejected", 'decision == "reject"')
        .flow("granted", "submit")
    )
