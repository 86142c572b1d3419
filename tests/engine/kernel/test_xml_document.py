"""A diagram as plain objects: lanes lend their properties, flows get ids, lines are kept."""

from engine.kernel.document import Document
from engine.kernel.xml import SPIFF
from tests.engine.checks.drawing import Drawing, reviewed


def lane(member: str, **properties: str) -> str:
    given = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in properties.items())
    given = f"<spiffworkflow:properties>{given}</spiffworkflow:properties>"
    inside = f"<bpmn:extensionElements>{given}</bpmn:extensionElements>"
    member = f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>"
    return f'<bpmn:laneSet id="set">\n<bpmn:lane id="lane" name="行政部">{inside}{member}</bpmn:lane>\n</bpmn:laneSet>'


def test_a_lane_lends_its_properties_and_the_step_has_the_last_word() -> None:
    drawing = Drawing().start().task("x", who="applicant").end().path("start", "x", "end")
    drawing.raw(lane("x", who="superior_of(applicant.unit)", due="P1D"))
    node = Document.read(drawing.xml()).processes[0].by_id["x"]
    assert node.lane == "行政部"
    assert node.properties == {"who": "applicant", "due": "P1D"}


def test_a_step_in_a_subprocess_stands_in_the_lane_of_the_subprocess() -> None:
    inner = Drawing().start("s").task("t", who="").end("e").path("s", "t", "e")
    drawing = Drawing().start().sub("sub", inner).end().path("start", "sub", "end").raw(lane("sub", who="applicant"))
    process = Document.read(drawing.xml()).processes[0]
    assert process.by_id["t"].scope == "sub" and process.by_id["t"].lane == "行政部"
    assert process.by_id["t"].properties["who"] == "applicant"
    assert [node.id for node in process.level("sub")] == ["s", "t", "e"]


def test_a_flow_without_an_id_is_kept_under_a_free_one_twice_the_same() -> None:
    text = reviewed().text().replace(' id="submit_review"', "").replace("granted_rejected", "flow_0")
    first, second = Document.read(text.encode()), Document.read(text.encode())
    again = Document.of(first.root)
    for document in (first, second, again):
        flow = document.processes[0].by_id["submit"].outgoing[0]
        assert (flow.id, flow.target, flow.generated) == ("flow_1", "review", True)


def test_lines_kinds_and_definitions_are_those_of_the_file() -> None:
    drawing = reviewed().timer("boundaryEvent", "late", "PT2H", attachedToRef="review", cancelActivity="false")
    drawing.end("over").flow("late", "over")
    process = Document.read(drawing.xml()).processes[0]
    late = process.by_id["late"]
    assert (late.line, late.event(), late.interrupting) == (drawing.line_of("late"), "timer", False)
    assert (late.events[0].value_kind, late.events[0].value) == ("timeDuration", "PT2H")
    assert process.boundaries(process.by_id["review"]) == [late]
    assert process.by_id["granted"].default == "granted_submit"


def test_the_process_to_start_is_the_one_that_no_other_calls() -> None:
    caller = Drawing("whole").start().node("callActivity", "call", calledElement="part").end()
    caller.path("start", "call", "end")
    part = Drawing("part").start("s").task("t").end("e").path("s", "t", "e").text()
    body = part[part.index("<bpmn:process") : part.index("<bpmndi:")]
    text = caller.text().replace("<bpmn:process", f"{body}<bpmn:process", 1)
    main = Document.read(text.encode()).main()
    assert main is not None and main.id == "whole"


def test_properties_of_another_namespace_are_not_ours() -> None:
    text = Drawing().start().task("x").end().path("start", "x", "end").text().replace(SPIFF, "urn:other")
    assert Document.read(text.encode()).processes[0].by_id["x"].properties == {}
