"""Reading a diagram: what cannot be run safely is refused with its code, element and line."""

import pytest

from engine.kernel import DiagramError, specification, specify
from engine.kernel.parse import MAX_NODES
from tests.engine.kernel.cases import Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    definition,
    diagram,
    document,
    end,
    extension,
    flow,
    node,
    path,
    process,
    several,
    start,
    sub,
    throw,
    user,
    xor,
)

PRE = extension("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>")
LINE = path("start", "a", "end")
AROUND = start() + user("a") + end() + LINE

REFUSED = {
    "script": start() + node("scriptTask", "a") + end() + LINE,
    "script ": start() + user("a", PRE) + end() + LINE,
    "unsupported_element": start() + node("complexGateway", "a") + end() + LINE,
    "table_missing": start() + node("businessRuleTask", "a") + end() + LINE,
    "unsupported_element  ": start() + node("adHocSubProcess", "a") + end() + LINE,
    "unsupported_element   ": AROUND + node("globalUserTask", "b"),
    "event_subprocess": AROUND + node("subProcess", "b", start("s2"), triggeredByEvent="true"),
    "duplicate_id": AROUND + sub("b", start("a")),
    "dangling_flow": AROUND + flow("a", "nowhere"),
    "flow_leaves_subprocess": AROUND + sub("b", start("s2"), user("c"), path("s2", "c")) + flow("a", "c"),
    "flow_direction": AROUND + flow("a", "start"),
    "boundary_detached": AROUND + boundary("b", "nobody", definition("message")),
    "default_unknown": start() + xor("a", default="gone") + end() + LINE,
    "condition_missing": start() + xor("a") + user("b") + end() + LINE + path("a", "b", "end"),
    "conditional_flow": start() + user("a") + end() + path("start", "a") + flow("a", "end", "x == 1"),
    "event_unsupported": start() + throw("a", definition("link")) + end() + LINE,
    "event_unsupported ": start() + throw("a", definition("compensate")) + end() + LINE,
    "event_unsupported  ": start() + catch("a", definition("conditional")) + end() + LINE,
    "event_unsupported   ": start() + catch("a") + end() + LINE,
    "event_unsupported    ": start() + user("a") + end("end", definition("cancel")) + LINE,
    "event_unsupported     ": start() + user("a") + end("end", definition("error"), definition("message")) + LINE,
    "timer_empty": start() + catch("a", definition("timer")) + end() + LINE,
    "instances_without_list": start() + user("a", several()) + end() + LINE,
    "loop_without_end": start() + user("a", "<bpmn:standardLoopCharacteristics/>") + end() + LINE,
    "operation_missing": start() + node("serviceTask", "a") + end() + LINE,
    "called_process_missing": start() + call("a", "elsewhere") + end() + LINE,
    "called_process_missing ": start() + node("callActivity", "a") + end() + LINE,
    "no_start": start() + sub("a") + end() + LINE,
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_run_safely_is_refused(code):
    with pytest.raises(DiagramError) as caught:
        specify({"x.bpmn": diagram(REFUSED[code])})
    error = caught.value
    assert error.finding_code == code.strip()
    assert error.text.zh and error.text.en and "{" not in error.text.en
    assert error.element and error.line


def test_a_process_that_calls_itself_over_another_is_refused():
    first = process(start(), call("c", "q"), end(), path("start", "c", "end"))
    second = process(start("s"), sub("inner", start("i"), call("d", "p"), path("i", "d")), path("s", "inner"), id="q")
    with pytest.raises(DiagramError) as caught:
        specify({"a": document(first), "b": document(second)})
    assert caught.value.finding_code == "call_cycle"


def test_a_process_called_twice_is_no_circle():
    part = process(start("s"), user("b"), path("s", "b"), id="q")
    whole = process(start(), call("c", "q"), call("d", "q"), end(), path("start", "c", "d", "end"))
    run = Run(document(whole), document(part))
    assert run.do("b") == ["b"] and run.do("b") == [] and run.flow.finished


def test_flows_without_an_id_are_not_dropped():
    drawn = diagram(AROUND).replace(b'<bpmn:sequenceFlow id="', b'<bpmn:sequenceFlow name="')
    assert Run(drawn).open == ["a"]


@pytest.mark.parametrize("id", ["Start", "End", "Root", "p.EndJoin", "a.BoundaryEventSplit", "a [child]"])
def test_an_id_the_library_uses_for_itself_is_never_skipped(id):
    run = Run(diagram(start(), user("a"), user(id), end(), path("start", "a", id, "end")))
    run.do("a")
    assert run.open == [id]
    run.do(id)
    assert run.passed == ["start", "a", id, "end"]


def test_the_order_of_conditions_is_that_of_the_document_and_not_of_the_drawing():
    body = start() + user("a") + xor("g", default="f3") + user("one") + user("two") + user("three")
    flows = (
        path("start", "a", "g") + flow("g", "one", "x > 1") + flow("g", "two", "x > 0") + flow("g", "three", id="f3")
    )
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{one}"><dc:Bounds x="0" y="{y}" width="1" height="1"/></bpmndi:BPMNShape>'
        for one, y in (("one", 900), ("two", 5), ("three", 1))
    )
    drawn = document(
        process(body, flows), f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    run = Run(drawn)
    assert run.do("a", x=5) == ["one"]
    assert specify({"a": drawn}).sha256 == specify({"a": document(process(body, flows))}).sha256


def test_as_many_elements_as_the_cap_run_and_one_more_is_refused():
    def chain(number: int) -> bytes:
        names = [f"g{one}" for one in range(number - 3)]
        inner = "".join(both(name) for name in names)
        return diagram(start(), inner, user("a"), end(), path("start", *names, "a", "end"))

    run = Run(chain(MAX_NODES))
    assert run.open == ["a"] and len(run.passed) == MAX_NODES - 2
    with pytest.raises(DiagramError) as caught:
        specify({"a": chain(MAX_NODES + 1)})
    assert caught.value.finding_code == "too_many_elements"


def test_a_dangling_data_reference_in_a_subprocess_does_not_hold_the_reader_for_ever():
    reference = "<bpmn:dataInputAssociation id='d'><bpmn:sourceRef>gone</bpmn:sourceRef></bpmn:dataInputAssociation>"
    inner = sub("b", start("s"), user("a", reference), end("e"), path("s", "a", "e"))
    assert Run(diagram(start(), inner, end(), path("start", "b", "end"))).open == ["a"]


def test_the_first_document_holds_the_process_unless_another_is_named():
    parts = {"a": document(process(AROUND)), "b": document(process(start(), user("z"), path("start", "z"), id="q"))}
    assert specify(parts).process_id == "p"
    assert specify(parts, "q").process_id == "q"
    with pytest.raises(DiagramError):
        specify(parts, "r")


def test_a_specification_is_its_text_and_is_built_once():
    made = specify({"a": diagram(AROUND)})
    assert specification(made.text) is made
    assert specification(made.text).sha256 == made.sha256 and len(made.sha256) == 64


def test_an_expression_that_attacks_is_never_run_by_reading_the_diagram():
    drawn = diagram(
        start(),
        xor("g", default="f"),
        user("a"),
        end(),
        path("start", "g"),
        flow("g", "end", "__import__('os')._exit(1)"),
        flow("g", "a", id="f"),
    )
    specify({"a": drawn})


def test_two_processes_of_one_name_are_refused_and_a_level_never_takes_anothers_place():
    part = process(start("s"), user("z"), path("s", "z"), id="q")
    with pytest.raises(DiagramError) as caught:
        specify({"a": diagram(AROUND), "b": document(part), "c": document(part)})
    assert caught.value.finding_code == "duplicate_id"
    hidden = process(start("s"), user("z"), path("s", "z"), id="p/b")
    whole = sub("b", start("s"), user("x"), path("s", "x")) + call("c", "p/b") + start() + end()
    run = Run(diagram(whole, path("start", "b", "c", "end")), document(hidden))
    assert run.open == ["x"] and run.do("x") == ["z"] and run.do("z") == []


def test_a_vendor_element_with_the_id_of_a_node_hides_nothing():
    field = extension("<camunda:f xmlns:camunda='urn:c' id='b'/>")
    drawn = diagram(start(), user("a", field), node("task", "b", isForCompensation="true"), end(), LINE)
    with pytest.raises(DiagramError) as caught:
        specify({"a": drawn})
    assert caught.value.finding_code == "unsupported_element"


@pytest.mark.parametrize("most", ["\u00b2", "9" * 9000, "-1", "1.5", "x"])
def test_a_loop_has_a_sensible_maximum_or_is_refused(most):
    loop = node("standardLoopCharacteristics", "l", loopMaximum=most)
    with pytest.raises(DiagramError):
        specify({"a": diagram(start(), user("a", loop), end(), LINE)})
