"""Code is refused wherever an expression may stand, and what other products would run is never evaluated."""

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine.kernel.document import Document
from engine.procedures.checks import Context, run_checks
from tests.engine.checks.drawing import FORMS, Drawing

ATTACKS = [
    "__import__('os').system('touch {marker}')",
    "().__class__.__base__.__subclasses__()",
    "[x for x in ().__class__.__mro__][1].__subclasses__()",
    "'{{0.__class__}}'.format(form)",
    "f'{{form.__class__}}'",
    "(lambda: 1)()",
    "form.__init__.__globals__",
    "open('/etc/passwd').read()",
    "exec('import os')",
    "days := 1",
    "(" * 400,
    "1 if " * 300 + "1",
]


def task(inside: str) -> Drawing:
    drawing = Drawing().start().task("ask", form="submit").task("x", inside=inside).end()
    return drawing.path("start", "ask", "x", "end")


def choice(text: str) -> Drawing:
    drawing = Drawing().start().task("x", form="submit").xor("g", default="g_b").end("a").end("b")
    return drawing.path("start", "x", "g").flow("g", "a", text).flow("g", "b")


def timer(text: str) -> Drawing:
    return Drawing().start().task("t").timer("intermediateCatchEvent", "x", text).end().path("start", "t", "x", "end")


def several(tag: str, before: str = "") -> Callable[[str], Drawing]:
    kind = "standardLoopCharacteristics" if tag == "loopCondition" else "multiInstanceLoopCharacteristics"
    return lambda text: task(f"<bpmn:{kind}>{before}<bpmn:{tag}>{escape(text)}</bpmn:{tag}></bpmn:{kind}>")


def operation(text: str) -> Drawing:
    given = f'<spiffworkflow:parameter id="what" type="str" value={quoteattr(text)}/>'
    given = f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters>"
    inside = f'<spiffworkflow:serviceTaskOperator id="archive">{given}</spiffworkflow:serviceTaskOperator>'
    drawing = Drawing().start().task("t").end()
    drawing.node("serviceTask", "x", f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>")
    return drawing.path("start", "t", "x", "end")


def payload(text: str) -> Drawing:
    inside = f"<spiffworkflow:messagePayload>{escape(text)}</spiffworkflow:messagePayload>"
    drawing = Drawing().beside('<bpmn:message id="m" name="paid"/>').start().task("t").end()
    extensions = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    return drawing.node("sendTask", "x", extensions, messageRef="m").path("start", "t", "x", "end")


PLACES: dict[str, Callable[[str], Drawing]] = {
    "a condition": choice,
    "a timer": timer,
    "a count of signers": several("loopCardinality"),
    "a completion condition": several("completionCondition", "<bpmn:loopCardinality>2</bpmn:loopCardinality>"),
    "a loop condition": several("loopCondition"),
    "a list of signers": several("loopDataInputRef"),
    "a parameter": operation,
    "a message's payload": payload,
    "an assignment": lambda text: Drawing().start().task("x", who=text).end().path("start", "x", "end"),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", PLACES)
def test_code_is_refused_wherever_an_expression_may_stand(place: str, attack: str, tmp_path) -> None:
    marker = tmp_path / "marker"
    drawing = PLACES[place](attack.format(marker=marker))
    found = run_checks(Document.read(drawing.xml()), Context(forms=FORMS, operations=frozenset({"archive"})))
    assert len([one for one in found if one.level == "error"]) == 1
    assert not marker.exists()


@pytest.mark.parametrize(
    "name", ["skipExpression", "expression", "delegateExpression", "conditionExpression", "formKey"]
)
def test_the_expressions_of_other_products_stay_text(name: str) -> None:
    drawing = Drawing().start().task("x").end().path("start", "x", "end")
    text = drawing.text().replace('id="x"', f'id="x" camunda:{name}="${{T(java.lang.Runtime).exec(1)}}"')
    found = run_checks(Document.read(text.encode()), Context(forms=FORMS))
    assert [one.code for one in found if one.level == "error"] == ["extension_foreign"]
