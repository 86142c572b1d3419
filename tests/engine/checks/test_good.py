"""Good diagrams of every shape we draw give no error: a false alarm keeps a procedure from its people."""

from collections.abc import Callable

import pytest

from engine.kernel.document import Document
from engine.procedures.checks import Context, Part, run_checks
from tests.engine.checks.drawing import FORMS, REVIEW, Drawing, reviewed

GOOD: dict[str, Callable[[], Drawing]] = {}
PART = Drawing("send_out").start("s").task("send", who='role("企管办")').end("e").path("s", "send", "e")
BARE = """<bpmn:dataObject id="object"/>
<bpmn:dataObjectReference id="ref" name="sheet" dataObjectRef="object"/>"""


def good(draw: Callable[[], Drawing]) -> Callable[[], Drawing]:
    GOOD[draw.__name__] = draw
    return draw


def asked(**more: str) -> Drawing:
    return Drawing(**more).start().task("ask", form="submit", kind="submit").flow("start", "ask")


def two(split: str, join: str) -> Drawing:
    """ask, two branches of a person each, a join, after, end."""
    decides = split in ("exclusive", "inclusive")
    drawing = asked().gateway(split, "split", "split_b" if decides else "").task("a").task("b")
    drawing.gateway(join, "join").task("after").end().path("ask", "split")
    drawing.flow("split", "a", "days > 3" if decides else None).flow("split", "b")
    return drawing.path("a", "join", "after", "end").path("b", "join")


@good
def one_step():
    return Drawing().start().task("x").end().path("start", "x", "end")


@good
def a_review_with_return_and_refusal():
    return reviewed()


@good
def a_manual_and_a_plain_task():
    return Drawing().start().task("a", tag="manualTask").task("b", tag="task").end().path("start", "a", "b", "end")


@good
def three_reviews_each_returning_to_the_submitter():
    drawing = asked().end("refused").end().flow("ask", "r0")
    for number, onward in enumerate(("r1", "r2", "end")):
        gate = f"g{number}"
        drawing.review(f"r{number}").xor(gate, default=f"{gate}_ask").path(f"r{number}", gate, "ask")
        drawing.flow(gate, onward, 'decision == "approve"').flow(gate, "refused", 'decision == "reject"')
    return drawing


@good
def a_parallel_part_with_its_join():
    return two("parallel", "parallel")


@good
def an_inclusive_part_with_its_join():
    return two("inclusive", "inclusive")


@good
def a_parallel_split_into_an_inclusive_join():
    return two("parallel", "inclusive")


@good
def a_choice_with_its_merge():
    return two("exclusive", "exclusive")


@good
def a_choice_into_an_inclusive_join():
    return two("exclusive", "inclusive")


@good
def an_inclusive_gateway_whose_default_is_the_only_other_way():
    drawing = asked().gateway("inclusive", "split", "split_b").task("a").task("b").xor("merge").task("after").end()
    drawing.flow("ask", "split").flow("split", "a", "days > 3").flow("split", "b")
    return drawing.path("a", "merge", "after", "end").path("b", "merge")


@good
def a_parallel_review_each_with_its_own_return_inside_the_branch():
    drawing = asked().gateway("parallel", "split").gateway("parallel", "join").end().path("ask", "split")
    for one in "ab":
        drawing.task(f"write_{one}").review(f"check_{one}").xor(f"fine_{one}", default=f"fine_{one}_write_{one}")
        drawing.path("split", f"write_{one}", f"check_{one}", f"fine_{one}", f"write_{one}")
        drawing.flow(f"fine_{one}", "join", 'decision in ["approve", "reject"]')
    return drawing.flow("join", "end")


@good
def a_return_behind_the_join_to_before_the_split():
    drawing = two("parallel", "parallel")
    drawing.lines = [line for line in drawing.lines if 'id="after_end"' not in line]
    drawing.review("judge").xor("fine", default="fine_ask").path("after", "judge", "fine", "ask")
    return drawing.flow("fine", "end", 'decision != "return"')


@good
def parallel_paths_that_each_end():
    drawing = asked().gateway("parallel", "split").task("a").task("b").end("one").end("other")
    return drawing.path("ask", "split", "a", "one").path("split", "b", "other")


@good
def parallel_paths_that_meet_in_one_end():
    drawing = asked().gateway("parallel", "split").task("a").task("b").end()
    return drawing.path("ask", "split", "a", "end").path("split", "b", "end")


@good
def a_subprocess_with_an_interrupting_deadline():
    inner = Drawing().start("s").task("t").end("e").path("s", "t", "e")
    drawing = asked().sub("sub", inner).end().end("late_end")
    drawing.timer("boundaryEvent", "late", "P3D", attachedToRef="sub")
    return drawing.path("ask", "sub", "end").path("late", "late_end")


@good
def reminders_that_do_not_interrupt_in_a_review_loop():
    beside = {"attachedToRef": "review", "cancelActivity": "false"}
    drawing = reviewed().timer("boundaryEvent", "remind", "R3/P1D", "timeCycle", **beside)
    return drawing.task("urge", who='role("企管办")').end("urged").path("remind", "urge", "urged")


@good
def a_deadline_that_goes_on_where_the_review_would():
    drawing = reviewed().timer("boundaryEvent", "late", "P3D", attachedToRef="review")
    return drawing.flow("late", "rejected")


@good
def whichever_event_comes_first():
    drawing = asked().gateway("eventBased", "wait").end().end("late")
    drawing.beside('<bpmn:message id="m" name="paid"/>')
    drawing.node("intermediateCatchEvent", "paid", '<bpmn:messageEventDefinition messageRef="m"/>')
    drawing.timer("intermediateCatchEvent", "day", "P1D")
    return drawing.path("ask", "wait", "paid", "end").path("wait", "day", "late")


@good
def a_message_sent_and_one_awaited():
    drawing = asked().beside('<bpmn:message id="m" name="paid"/>')
    drawing.node("sendTask", "send", messageRef="m").node("receiveTask", "get", messageRef="m").end()
    return drawing.path("ask", "send", "get", "end")


@good
def a_called_part():
    return asked().node("callActivity", "call", calledElement="send_out").end().path("ask", "call", "end")


@good
def a_service_task_of_the_table_whose_result_is_used():
    operator = (
        '<spiffworkflow:serviceTaskOperator id="archive" resultVariable="register"><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="what" type="str" value="form.title"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator>"
    )
    drawing = asked().node("serviceTask", "file", f"<bpmn:extensionElements>{operator}</bpmn:extensionElements>")
    drawing.xor("filed", default="filed_no").end("yes").end("no").path("ask", "file", "filed")
    return drawing.flow("filed", "yes", "register.number > 0").flow("filed", "no")


@good
def a_decision_table_whose_result_a_gateway_reads():
    drawing = asked().rule("rule", 'days:number => level:string\n<= 3 => "low"\n> 3 => "high"')
    drawing.xor("high", default="high_no").end("yes").end("no").path("ask", "rule", "high")
    return drawing.flow("high", "yes", 'level == "high"').flow("high", "no")


@good
def a_countersign_over_a_list():
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopDataInputRef>signers</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>votes</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="signer"/><bpmn:outputDataItem id="vote"/>'
        "<bpmn:completionCondition>vote == 'no' or nrOfCompletedInstances &gt; 2</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    forms = {**FORMS, "submit": {"components": [{"type": "taglist", "key": "signers"}]}}
    drawing = Drawing(forms=forms).start().task("ask", form="submit", kind="submit")
    drawing.task("sign", who="person(form.signers)", inside=loop, mode="in_turn").xor("ok", default="ok_no")
    drawing.end("yes").end("no").path("start", "ask", "sign", "ok")
    return drawing.flow("ok", "yes", "len(votes) > 0").flow("ok", "no")


@good
def a_countersign_with_weights_and_a_veto():
    drawing = Drawing().start().task("ask", form="submit", kind="submit")
    drawing.task(
        "sign",
        inside='<bpmn:multiInstanceLoopCharacteristics id="several"/>',
        form="review",
        kind="decide",
        who="",
        signers='role("employee"); head_of(applicant.unit)',
        mode="weight:0.6",
        weights='head_of(applicant.unit)=3; role("employee") = 2',
        veto="head_of(applicant.unit)",
        acts="transfer,add_signer,remove_signer",
    ).xor("ok", default="ok_no").end("yes").end("no").end("back").path("start", "ask", "sign", "ok")
    drawing.flow("ok", "yes", 'decision == "approve"').flow("ok", "back", 'decision == "return"')
    return drawing.flow("ok", "no")


@good
def a_task_done_again_until_it_is_right():
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="5"><bpmn:loopCondition>days &lt; 3</bpmn:loopCondition>'
        "</bpmn:standardLoopCharacteristics>"
    )
    return Drawing().start().task("x", inside=loop, form="submit").end().path("start", "x", "end")


@good
def lanes_that_say_who_acts():
    properties = (
        '<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="who" '
        'value="head_of(applicant.unit)"/></spiffworkflow:properties></bpmn:extensionElements>'
    )
    drawing = Drawing().start().task("x", who="").end().path("start", "x", "end")
    lane = f'<bpmn:lane id="lane" name="单位负责人">{properties}<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane>'
    return drawing.raw(f'<bpmn:laneSet id="set">\n{lane}\n</bpmn:laneSet>')


@good
def data_objects_that_exist():
    use = "<bpmn:dataOutputAssociation><bpmn:targetRef>ref</bpmn:targetRef></bpmn:dataOutputAssociation>"
    return Drawing().start().task("x", inside=use).end().path("start", "x", "end").raw(BARE)


@good
def a_termination_in_one_branch():
    drawing = two("parallel", "parallel").review("veto").end("stop", "<bpmn:terminateEventDefinition/>")
    drawing.lines = [line for line in drawing.lines if 'id="b_join"' not in line]
    drawing.xor("vetoed", default="vetoed_stop").path("b", "veto", "vetoed", "stop")
    return drawing.flow("vetoed", "join", 'decision != "reject"')


@good
def four_hundred_steps_in_a_row():
    names = [f"t{number}" for number in range(398)]
    drawing = Drawing().start().end()
    for name in names:
        drawing.task(name)
    return drawing.path("start", *names, "end")


@good
def thirty_parallel_branches_of_three_steps():
    drawing = asked().gateway("parallel", "split").gateway("parallel", "join").end().path("ask", "split")
    for number in range(30):
        steps = [f"s{number}_{step}" for step in range(3)]
        for step in steps:
            drawing.task(step)
        drawing.path("split", *steps, "join")
    return drawing.flow("join", "end")


@good
def an_inclusive_block_of_twelve_branches_in_a_loop():
    drawing = asked().gateway("inclusive", "split", "split_b0").gateway("inclusive", "join").path("ask", "split")
    for number in range(12):
        drawing.task(f"b{number}").flow("split", f"b{number}", None if number == 0 else f"days > {number}")
        drawing.flow(f"b{number}", "join")
    drawing.review("judge").xor("fine", default="fine_ask").end().path("join", "judge", "fine", "ask")
    return drawing.flow("fine", "end", 'decision != "return"')


@pytest.mark.parametrize("name", GOOD)
def test_a_good_diagram_gives_no_error(name: str) -> None:
    drawing = GOOD[name]()
    context = Context(
        forms=drawing.forms,
        operations=frozenset({"archive"}),
        parts={"send_out": Part(Document.read(PART.xml()), {})},
        tables=drawing.tables,
    )
    found = run_checks(Document.read(drawing.xml()), context)
    assert [one for one in found if one.level == "error"] == []


@pytest.mark.parametrize("name", GOOD)
def test_a_good_diagram_drawn_elsewhere_needs_neither_assignments_nor_forms(name: str) -> None:
    drawing = GOOD[name]()
    text = drawing.text().replace("spiffworkflow:property ", "spiffworkflow:was ")
    parts = {"send_out": Part(Document.read(PART.xml()))}
    context = Context(foreign=True, operations=frozenset({"archive"}), parts=parts, tables=drawing.tables)
    found = run_checks(Document.read(text.encode()), context)
    assert [one for one in found if one.level == "error"] == []


def test_a_flow_without_an_id_gets_one_and_a_warning() -> None:
    text = reviewed().text().replace('<bpmn:sequenceFlow id="submit_review"', "<bpmn:sequenceFlow")
    document = Document.read(text.encode())
    found = run_checks(document, Context(forms=FORMS))
    assert ("flow_without_id", "warning") in [(one.code, one.level) for one in found]
    assert [one.level for one in found if one.level == "error"] == []
    submit = document.processes[0].by_id["submit"]
    assert [flow.target for flow in submit.outgoing] == ["review"]


def test_a_definition_that_shares_its_id_is_only_warned_of() -> None:
    twice = '<bpmn:documentation id="note">a</bpmn:documentation>'
    drawing = Drawing().start().task("x", inside=twice).task("y", inside=twice).end().path("start", "x", "y", "end")
    found = run_checks(Document.read(drawing.xml()), Context(forms=FORMS))
    assert [(one.code, one.level, one.element) for one in found] == [("id_shared", "warning", "note")]


def test_an_assignment_of_another_product_is_ignored_and_said_so() -> None:
    drawing = Drawing().start().node("userTask", "x", camunda__assignee="${initiator}").end()
    drawing.path("start", "x", "end")
    found = run_checks(Document.read(drawing.xml()), Context())
    assert [(one.code, one.level) for one in found] == [("who_missing", "error"), ("vendor_assignment", "warning")]


def test_a_diagram_without_its_drawing_is_warned_of() -> None:
    found = run_checks(Document.read(reviewed().xml(drawn=False)), Context(forms=FORMS))
    assert "layout_missing" in [one.code for one in found]


def test_a_fault_in_a_called_part_is_told_too() -> None:
    part = Drawing("send_out").start("s").task("lonely", who="").end("e").path("s", "lonely", "e")
    drawing = GOOD["a_called_part"]()
    context = Context(forms=FORMS, parts={"send_out": Part(Document.read(part.xml()), {})})
    found = run_checks(Document.read(drawing.xml()), context)
    assert [(one.code, one.element) for one in found if one.level == "error"] == [("who_missing", "lonely")]


def test_a_step_id_that_the_called_part_uses_too_is_told() -> None:
    part = Drawing("send_out").start("s").task("ask").end("e").path("s", "ask", "e")
    context = Context(forms=FORMS, parts={"send_out": Part(Document.read(part.xml()), {})})
    found = run_checks(Document.read(GOOD["a_called_part"]().xml()), context)
    assert [(one.code, one.element) for one in found if one.level == "error"] == [("step_twice", "ask")]


def test_a_circle_of_calls_over_two_files_is_told() -> None:
    part = Drawing("send_out").start("s").node("callActivity", "back", calledElement="leave").end("e")
    part.path("s", "back", "e")
    drawing = GOOD["a_called_part"]()
    context = Context(forms=FORMS, parts={"send_out": Part(Document.read(part.xml()), {})})
    found = run_checks(Document.read(drawing.xml()), context)
    assert [(one.code, one.element) for one in found if one.level == "error"] == [("call_circle", "back")]


def test_a_review_that_reads_its_own_form_may_decide_by_other_fields() -> None:
    form = {"components": [*REVIEW["components"], {"type": "checkbox", "key": "urgent"}]}
    drawing = reviewed(review=form)
    narrower = 'decision == "reject" and not urgent'
    drawing.lines = [line.replace('decision == "reject"', narrower) for line in drawing.lines]
    found = run_checks(Document.read(drawing.xml()), Context(forms=drawing.forms))
    assert [one.code for one in found if one.level == "error"] == []
