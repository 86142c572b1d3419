"""Faulty diagrams: elements that do not run, ids and references, and how all is joined together."""

from tests.engine.checks.drawing import Drawing
from tests.engine.checks.faults import around, branches, fault, one_task

# --- elements


@fault("script", "x")
def a_script_task_is_refused():
    return around("scriptTask", "<bpmn:script>x = 1</bpmn:script>")


@fault("script", "x")
def a_script_before_a_task_is_refused():
    script = "<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>"
    return around("userTask", f"<bpmn:extensionElements>{script}</bpmn:extensionElements>")


@fault("listener", "x")
def code_in_a_listener_is_refused():
    listener = '<camunda:taskListener event="create"><camunda:script>1</camunda:script></camunda:taskListener>'
    who = '<spiffworkflow:property name="who" value="applicant"/>'
    inside = f"{listener}<spiffworkflow:properties>{who}</spiffworkflow:properties>"
    return around("userTask", f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>")


@fault("extension_foreign", "x")
def what_another_tool_left_on_a_task_is_told():
    form = '<zeebe:formDefinition xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" formId="f"/>'
    who = '<spiffworkflow:property name="who" value="applicant"/>'
    inside = f"<spiffworkflow:properties>{who}</spiffworkflow:properties>{form}"
    return around("userTask", f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>")


@fault("business_rule", "x")
def a_business_rule_task_is_refused():
    return around("businessRuleTask")


@fault("complex_gateway", "x")
def a_complex_gateway_is_refused():
    return around("complexGateway")


@fault("ad_hoc", "x")
def an_ad_hoc_subprocess_is_refused():
    return around("adHocSubProcess")


@fault("transaction", "x")
def a_transaction_is_refused():
    return around("transaction")


@fault("event_subprocess", "sub")
def an_event_subprocess_is_refused():
    inner = Drawing().timer("startEvent", "s", "PT1H").task("t").end("e").path("s", "t", "e")
    return one_task().sub("sub", inner, triggeredByEvent="true")


@fault("data_store", "store")
def a_data_store_is_refused():
    return one_task().raw('<bpmn:dataStoreReference id="store" name="files"/>')


@fault("compensation", "x")
def a_task_for_compensation_is_refused():
    return around("userTask", isForCompensation="true")


@fault("service_task", "x")
def a_service_task_without_an_operation_is_refused():
    return around("serviceTask", camunda__expression="${x}")


@fault("operation_unknown", "x")
def a_service_task_with_an_unknown_operation_is_refused():
    operator = '<spiffworkflow:serviceTaskOperator id="delete_all" resultVariable="r"/>'
    return around("serviceTask", f"<bpmn:extensionElements>{operator}</bpmn:extensionElements>")


@fault("event_signal", "end")
def a_signal_end_is_refused():
    return Drawing().start().task("x").end("end", "<bpmn:signalEventDefinition/>").path("start", "x", "end")


@fault("event_link", "x")
def a_link_event_is_refused():
    return around("intermediateThrowEvent", '<bpmn:linkEventDefinition name="a"/>')


@fault("event_conditional", "x")
def a_conditional_event_is_refused():
    return around("intermediateCatchEvent", "<bpmn:conditionalEventDefinition/>")


@fault("event_compensate", "end")
def a_compensation_end_is_refused():
    return Drawing().start().task("x").end("end", "<bpmn:compensateEventDefinition/>").path("start", "x", "end")


@fault("event_timer", "start")
def a_timer_start_is_refused():
    return Drawing().timer("startEvent", "start", "R/PT1H", "timeCycle").task("x").end().path("start", "x", "end")


@fault("event_none", "x")
def a_receive_task_without_a_message_is_refused():
    return around("receiveTask")


@fault("message_unknown", "x")
def a_message_nobody_defined_is_told():
    return around("receiveTask", messageRef="nobody")


@fault("error_end_uncaught", "e")
def an_error_end_in_a_subprocess_is_refused():
    inner = Drawing().start("s").task("t").end("e", "<bpmn:errorEventDefinition/>").path("s", "t", "e")
    return Drawing().start().sub("sub", inner).end().path("start", "sub", "end")


@fault("event_error", "caught")
def an_error_a_boundary_catches_is_told_at_the_boundary_alone():
    inner = Drawing().start("s").task("t").end("e", "<bpmn:errorEventDefinition/>").path("s", "t", "e")
    drawing = Drawing().start().sub("sub", inner).end().path("start", "sub", "end")
    drawing.node("boundaryEvent", "caught", "<bpmn:errorEventDefinition/>", attachedToRef="sub")
    return drawing.task("mend").flow("caught", "mend").flow("mend", "end")


# --- ids and references


@fault("id_duplicate", "x")
def two_elements_of_one_id_are_told():
    return Drawing().start().task("x").task("x").end().path("start", "x", "end")


@fault("id_reserved", "End")
def a_task_called_End_is_told_for_the_engine_would_skip_it():
    return Drawing().start().task("End").end("done").path("start", "End", "done")


@fault("id_reserved", "leave.EndJoin")
def a_task_called_like_the_engines_own_join_is_told():
    return Drawing().start().task("leave.EndJoin").end("done").path("start", "leave.EndJoin", "done")


@fault("id_odd", "../../x")
def a_process_id_with_a_path_is_told():
    return Drawing("../../x").start().task("t").end().path("start", "t", "end")


@fault("flow_dangling", "x_nowhere")
def a_flow_to_nothing_is_told():
    return one_task().flow("x", "nowhere")


@fault("boundary_dangling", "late")
def a_boundary_event_on_nothing_is_told():
    return one_task().timer("boundaryEvent", "late", "PT1H", attachedToRef="gone").end("e2").flow("late", "e2")


@fault("default_dangling", "granted")
def a_default_that_is_no_flow_of_the_gateway_is_told():
    return (
        Drawing().start().task("t", form="submit").xor("granted", default="start_t").end("a").end("b")
        .path("start", "t", "granted").flow("granted", "a", "days > 1").flow("granted", "b", "days < 2")
    )  # fmt: skip


@fault("lane_dangling", "lane")
def a_lane_with_a_step_that_does_not_exist_is_told():
    return one_task().raw(
        '<bpmn:laneSet id="set">\n<bpmn:lane id="lane" name="科室">'
        "<bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane>\n</bpmn:laneSet>"
    )


@fault("lane_twice", "x")
def a_step_in_two_lanes_is_told():
    member = "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane>"
    return one_task().raw(
        f'<bpmn:laneSet id="set">\n<bpmn:lane id="one" name="甲">{member}\n<bpmn:lane id="two" name="乙">{member}\n'
        "</bpmn:laneSet>"
    )


@fault("lane_nested", "inner")
def a_lane_inside_a_lane_is_told():
    return one_task().raw(
        '<bpmn:laneSet id="set">\n<bpmn:lane id="outer" name="部"><bpmn:childLaneSet id="more">\n'
        '<bpmn:lane id="inner" name="科"><bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane>\n'
        "</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
    )


@fault("data_dangling", "ref")
def a_reference_to_no_data_object_in_a_subprocess_is_told():
    use = "<bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>"
    inner = Drawing().start("s").task("t", inside=use).end("e").path("s", "t", "e")
    inner.raw('<bpmn:dataObjectReference id="ref" dataObjectRef="gone"/>')
    return Drawing().start().sub("sub", inner).end().path("start", "sub", "end")


@fault("data_association_dangling", "x")
def a_task_that_reads_data_nobody_drew_is_told():
    return one_task("<bpmn:dataInputAssociation><bpmn:sourceRef>gone</bpmn:sourceRef></bpmn:dataInputAssociation>")


@fault("flow_across", "x_t")
def a_flow_into_a_subprocess_is_told():
    inner = Drawing().start("s").task("t").end("e").path("s", "t", "e")
    return one_task().sub("sub", inner).flow("x", "t")


@fault("flow_direction", "x_start")
def a_flow_into_the_start_is_told():
    return one_task().flow("x", "start")


@fault("id_missing", "")
def a_task_without_an_id_is_told():
    return one_task().raw("<bpmn:userTask/>")


@fault("message_missing", "end")
def a_message_end_without_a_message_is_told():
    return Drawing().start().task("x").end("end", "<bpmn:messageEventDefinition/>").path("start", "x", "end")


# --- shape


@fault("empty", "sub")
def an_empty_subprocess_is_told():
    return Drawing().start().sub("sub", Drawing()).end().path("start", "sub", "end")


@fault("process_several", "other")
def two_processes_that_could_run_are_told():
    other = Drawing("other").start("s").task("t").end("e").path("s", "t", "e").text()
    body = other[other.index("<bpmn:process") : other.index("<bpmndi:")].replace("\n", " ")
    return one_task().after(body)


@fault("start_missing", "leave")
def a_process_without_a_start_is_told():
    return Drawing().task("x").end().path("x", "end")


@fault("start_several", "again")
def a_process_with_two_starts_is_told():
    return one_task().start("again").flow("again", "x")


@fault("unreachable", "lost")
def a_signature_nobody_can_reach_is_told():
    return one_task().task("lost").flow("lost", "end")


@fault("dead_end", "x")
def a_task_without_an_outgoing_flow_is_told():
    return Drawing().start().task("x").path("start", "x")


@fault("implicit_split", "x")
def a_task_with_two_outgoing_flows_is_told():
    return one_task().end("other").flow("x", "other")


@fault("condition_missing", "granted_b")
def a_flow_without_a_condition_is_told():
    return (
        Drawing().start().task("t", form="submit").xor("granted").end("a").end("b")
        .path("start", "t", "granted").flow("granted", "a", "days > 1").flow("granted", "b")
    )  # fmt: skip


@fault("default_missing", "granted")
def a_gateway_without_a_default_is_told():
    return (
        Drawing().start().task("t", form="submit").xor("granted").end("a").end("b")
        .path("start", "t", "granted").flow("granted", "a", "days > 1").flow("granted", "b", "days < 2")
    )  # fmt: skip


@fault("default_condition", "granted_b")
def a_default_with_a_condition_is_told():
    return (
        Drawing().start().task("t", form="submit").xor("granted", default="granted_b").end("a").end("b")
        .path("start", "t", "granted").flow("granted", "a", "days > 1").flow("granted", "b", "days < 2")
    )  # fmt: skip


@fault("condition_ignored", "x_end")
def a_condition_behind_a_task_is_told():
    return Drawing().start().task("x").end().path("start", "x").flow("x", "end", "1 == 1")


@fault("event_gateway_timers", "long")
def two_timers_behind_one_event_gateway_are_told():
    drawing = Drawing().start().task("t").gateway("eventBased", "wait")
    for one in ("short", "long"):
        drawing.timer("intermediateCatchEvent", one, "PT1H").end(f"{one}_end")
        drawing.path("wait", one, f"{one}_end")
    return drawing.path("start", "t", "wait")


@fault("event_gateway_target", "t2")
def a_task_behind_an_event_gateway_is_told():
    drawing = Drawing().start().task("t").gateway("eventBased", "wait").task("t2").end()
    drawing.timer("intermediateCatchEvent", "hour", "PT1H").end("e2")
    return drawing.path("start", "t", "wait", "t2", "end").path("wait", "hour", "e2")


@fault("deadlock", "join")
def a_choice_into_a_parallel_join_is_told():
    return branches("exclusive", "parallel")


@fault("deadlock", "join")
def an_inclusive_split_into_a_parallel_join_is_told():
    return branches("inclusive", "parallel")


@fault("token_doubled", "after")
def a_parallel_split_into_a_choice_join_is_told():
    return branches("parallel", "exclusive")


@fault("token_doubled", "after")
def an_inclusive_split_into_a_choice_join_is_told():
    drawing = branches("inclusive", "exclusive").task("c")
    return drawing.flow("split", "c", "days > 5").flow("c", "join")


@fault("token_doubled", "b")
def a_last_step_that_two_parallel_paths_lead_to_is_told():
    drawing = Drawing().start().gateway("parallel", "split").task("a").task("b").end()
    return drawing.path("start", "split", "a", "b", "end").path("split", "b")


@fault("token_doubled", "join")
def a_return_out_of_a_parallel_part_is_told():
    drawing = Drawing().start().task("ask", form="submit").gateway("parallel", "split").task("a").task("b")
    drawing.gateway("parallel", "join").end().xor("fine", default="fine_ask")
    drawing.path("start", "ask", "split", "a", "join", "end").path("split", "b", "fine")
    return drawing.flow("fine", "join", "days < 9").flow("fine", "ask")


@fault("deadlock", "join")
def a_deadline_that_leaves_a_parallel_branch_is_told():
    drawing = Drawing().start().gateway("parallel", "split").task("a").task("b").gateway("parallel", "join").end()
    drawing.timer("boundaryEvent", "late", "P1D", attachedToRef="b").end("given_up").flow("late", "given_up")
    return drawing.path("start", "split", "a", "join", "end").path("split", "b", "join")


@fault("loop_without_person", "first")
def a_circle_without_a_person_is_told():
    drawing = Drawing().start().task("t", form="submit").xor("first").xor("again", default="again_first").end()
    return drawing.path("start", "t", "first", "again").flow("again", "end", "days > 1").flow("again", "first")


@fault("never_ends", "again")
def a_circle_without_an_exit_is_told():
    return Drawing().start().xor("again").task("a").task("b").path("start", "again", "a", "b", "again")


@fault("no_person", "leave")
def a_process_nobody_acts_in_is_told():
    return Drawing().start().end().path("start", "end")


@fault("call_unknown", "x")
def a_call_of_an_unknown_process_is_told():
    return around("callActivity", calledElement="nobody")


@fault("call_circle", "x")
def a_process_that_calls_itself_is_told():
    return around("callActivity", calledElement="leave")
