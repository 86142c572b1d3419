"""Each faulty diagram gives its one expected error, at the right element and line, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.kernel.document import Document
from engine.procedures import checks
from engine.procedures.checks import Context, run_checks
from engine.procedures.findings import Finding
from tests.engine.checks.drawing import FORMS, REVIEW, Drawing, reviewed

ROLES = frozenset({"employee", "企管办"})
UNITS = frozenset({"EMD", "企管部"})
FAULTS: dict[str, tuple[Callable[[], Drawing], str, str]] = {}


def errors(drawing: Drawing) -> list[Finding]:
    context = Context(
        forms=drawing.forms, operations=frozenset({"archive"}), roles=ROLES, units=UNITS, tables=drawing.tables
    )
    return [one for one in run_checks(Document.read(drawing.xml()), context) if one.level == "error"]


def fault(code: str, element: str) -> Callable[[Callable[[], Drawing]], Callable[[], Drawing]]:
    def keep(draw: Callable[[], Drawing]) -> Callable[[], Drawing]:
        FAULTS[draw.__name__] = (draw, code, element)
        return draw

    return keep


def around(kind: str, inside: str = "", **more: str) -> Drawing:
    """A process whose only step is one node of a kind."""
    return Drawing().start().node(kind, "x", inside, **more).end().path("start", "x", "end")


def one_task(inside: str = "", **properties: str) -> Drawing:
    return Drawing().start().task("x", inside=inside, **properties).end().path("start", "x", "end")


def branches(split: str, join: str) -> Drawing:
    """Two human branches between two gateways; conditions where the split decides."""
    decides = split in ("exclusive", "inclusive")
    drawing = Drawing(forms=FORMS).start().task("ask", form="submit", kind="submit")
    drawing.gateway(split, "split", "split_b" if decides else "").task("a").task("b").gateway(join, "join")
    drawing.task("after").end().path("start", "ask", "split")
    drawing.flow("split", "a", "days > 3" if decides else None).flow("split", "b")
    return drawing.path("a", "join", "after", "end").path("b", "join")


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


def ruled(table: str, asks: str = "level", inside: str = "") -> Drawing:
    """Days are asked for, a decision table says which level they need, a gateway reads it."""
    drawing = Drawing().start().task("ask", form="submit", kind="submit").rule("x", table, asks, inside)
    drawing.xor("high", default="high_end").task("boss").end().path("start", "ask", "x", "high").path("boss", "end")
    return drawing.flow("high", "boss", 'level == "high"').flow("high", "end")


@fault("table_missing", "x")
def a_rule_step_whose_table_is_not_there_is_refused():
    return ruled("")


@fault("table_unread", "x")
def a_rule_step_whose_table_cannot_be_read_is_refused():
    drawing = ruled("days:number => level:string")
    drawing.tables["level"] = b"<html/>"
    return drawing


@fault("rule_repeated", "x")
def a_rule_step_that_repeats_is_refused():
    return ruled('days:number => level:string\n- => "a"', inside="<bpmn:standardLoopCharacteristics loopMaximum='2'/>")


@fault("name_unset", "x")
def a_table_that_reads_what_nobody_set_is_refused():
    return ruled('hours:number => level:string\n- => "a"')


@fault("table_overwrites", "x")
def a_table_that_would_overwrite_an_answer_is_refused():
    return ruled('days:number => level:string | title:string\n- => "a" | "b"')


@fault("table_gap", "x")
def a_table_with_a_gap_is_refused_at_the_step_that_asks_it():
    return ruled('days:number => level:string\n< 3 => "a"\n> 3 => "high"')


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


# --- times, repetitions, expressions


@fault("timer_value", "x")
def a_time_that_is_not_iso_is_told():
    return waiting("2 hours")


@fault("timer_negative", "x")
def a_negative_time_is_told():
    return waiting("-PT1H")


@fault("timer_cycle", "x")
def a_cycle_that_does_not_say_how_often_is_told():
    return waiting("PT1H", "timeCycle")


@fault("timer_value", "x")
def a_cron_line_is_told():
    return waiting("0 0 9 * * ?", "timeCycle")


@fault("timer_offset", "x")
def a_date_without_an_offset_is_told():
    return waiting("2027-01-01T08:00:00", "timeDate")


@fault("timer_missing", "x")
def a_timer_without_a_time_is_told():
    return waiting("")


def waiting(time: str, form: str = "timeDuration") -> Drawing:
    drawing = Drawing().start().task("t").timer("intermediateCatchEvent", "x", time, form).end()
    return drawing.path("start", "t", "x", "end")


def several(inside: str, **more: str) -> Drawing:
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"
    return one_task(loop, **more)


@fault("repetition_limits", "x")
def a_countersign_of_nobody_is_told():
    return several("<bpmn:loopCardinality>0</bpmn:loopCardinality>")


@fault("repetition_limits", "x")
def a_countersign_of_ten_thousand_is_told():
    return several("<bpmn:loopCardinality>10000</bpmn:loopCardinality>")


@fault("repetition_source", "x")
def a_countersign_without_a_list_is_told():
    return several("")


@fault("repetition_place", "x")
def a_repeated_subprocess_is_told():
    inner = Drawing().start("s").task("t").end("e").path("s", "t", "e")
    inner.raw('<bpmn:multiInstanceLoopCharacteristics id="m"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
              "</bpmn:multiInstanceLoopCharacteristics>")  # fmt: skip
    return Drawing().start().sub("x", inner).end().path("start", "x", "end")


@fault("repetition_endless", "x")
def a_loop_without_condition_or_count_is_told():
    return one_task("<bpmn:standardLoopCharacteristics/>")


def deciding(condition: str) -> Drawing:
    drawing = Drawing().start().task("t", form="submit").xor("granted", default="granted_b").end("a").end("b")
    return drawing.path("start", "t", "granted").flow("granted", "a", condition).flow("granted", "b")


@fault("expression_vendor", "granted_a")
def an_expression_of_another_product_is_told():
    return deciding("${days > 3}")


@fault("expression", "granted_a")
def an_import_in_a_condition_is_told():
    return deciding("__import__('os').system('id')")


@fault("expression", "granted_a")
def a_way_around_in_a_condition_is_told():
    return deciding("().__class__.__base__.__subclasses__()")


@fault("expression", "granted_a")
def an_expression_that_cannot_be_read_is_told():
    return deciding("days >")


@fault("name_unset", "granted_a")
def a_name_nobody_sets_is_told():
    return deciding("amount > 3")


@fault("name_unset", "x")
def a_person_from_a_field_that_does_not_exist_is_told():
    return one_task(who="person(form.reviewer)")


@fault("repetition_twice", "x")
def a_countersign_with_a_list_and_a_count_is_told():
    return several("<bpmn:loopCardinality>2</bpmn:loopCardinality>", signers='role("employee")')


@fault("repetition_list", "x")
def a_countersign_over_something_that_is_no_name_is_told():
    return several("<bpmn:loopDataInputRef>[]</bpmn:loopDataInputRef>")


@fault("mode_mismatch", "x")
def a_mode_that_does_not_fit_the_drawing_is_told():
    return several("<bpmn:loopCardinality>2</bpmn:loopCardinality>", mode="in_turn")


@fault("mode_undecided", "x")
def votes_where_nothing_is_decided_are_told():
    return several("<bpmn:loopCardinality>2</bpmn:loopCardinality>", mode="all", kind="do")


# --- people, forms, decisions


@fault("who_missing", "x")
def a_task_without_an_assignment_is_told():
    return one_task(who="")


@fault("who_unknown", "x")
def an_assignment_in_unknown_words_is_told():
    return one_task(who="${initiator}")


@fault("role_unknown", "x")
def a_role_that_does_not_exist_is_told():
    return one_task(who='role("皇帝")')


@fault("unit_unknown", "x")
def a_unit_that_does_not_exist_is_told():
    return one_task(who='head_of(unit("月球部"))')


@fault("actor_unknown", "x")
def the_actor_of_a_step_that_does_not_exist_is_told():
    return one_task(who='actor_of("gone")')


@fault("separate_unknown", "x")
def separation_from_a_step_that_does_not_exist_is_told():
    return one_task(separate="gone")


@fault("mode_unknown", "x")
def an_unknown_mode_is_told():
    return one_task(mode="most")


@fault("mode_single", "x")
def a_mode_without_several_signers_is_told():
    return one_task(mode="all")


def signing(**properties: str) -> Drawing:
    given = {
        "form": "review",
        "kind": "decide",
        "mode": "weight:0.6",
        "weights": 'role("employee")=3',
        "signers": 'role("employee")',
    }
    inside = "<bpmn:multiInstanceLoopCharacteristics/>"
    return one_task(inside, **{key: value for key, value in (given | properties).items() if value})


@fault("mode_unknown", "x")
def a_share_of_the_weight_above_all_of_it_is_told():
    return signing(mode="weight:1.5")


@fault("weights_missing", "x")
def weighted_votes_without_weights_are_told():
    return signing(weights="")


@fault("weights_unused", "x")
def weights_that_count_for_nothing_are_told():
    return signing(mode="all")


@fault("weights_value", "x")
def a_weight_of_nothing_is_told():
    return signing(weights='role("employee")=0')


@fault("weights_value", "x")
def a_weight_that_is_no_whole_number_is_told():
    return signing(weights='role("employee")=1.5')


@fault("role_unknown", "x")
def the_weight_of_a_role_that_does_not_exist_is_told():
    return signing(weights='role("皇帝")=3')


@fault("privilege_unknown", "x")
def the_weight_of_one_person_is_told():
    return signing(weights="applicant=3")


@fault("unit_unknown", "x")
def the_veto_of_a_unit_that_does_not_exist_is_told():
    return signing(veto='head_of(unit("月球部"))')


@fault("veto_single", "x")
def a_veto_where_one_decides_alone_is_told():
    return one_task(signers='role("employee")', veto='role("employee")')


@fault("role_unknown", "x")
def one_of_several_posts_of_signers_that_does_not_exist_is_told():
    return signing(signers='role("employee"); role("皇帝")')


@fault("act_single", "x")
def a_signer_added_where_nobody_signs_together_is_told():
    return one_task(acts="transfer,add_signer")


@fault("act_unknown", "x")
def an_unknown_move_is_told():
    return one_task(acts="transfer,teleport")


@fault("due_value", "x")
def a_deadline_that_is_not_iso_is_told():
    return one_task(due="tomorrow")


@fault("due_value", "x")
def a_deadline_in_months_is_told():
    return one_task(due="P1M")


@fault("release_value", "x")
def a_release_that_is_not_iso_is_told():
    return one_task(release="soon")


@fault("kind_unknown", "x")
def an_unknown_kind_of_step_is_told():
    return one_task(kind="think")


@fault("form_unknown", "x")
def a_form_that_does_not_exist_is_told():
    return one_task(form="gone")


@fault("decision_missing", "review")
def a_review_whose_form_asks_for_no_decision_is_told():
    return reviewed(review={"components": [{"type": "textarea", "key": "comment"}]})


@fault("decision_optional", "review")
def a_review_whose_decision_is_not_required_is_told():
    field = {**REVIEW["components"][0], "validate": {}}
    return reviewed(review={"components": [field]})


@fault("option_without_route", "granted")
def an_option_without_a_route_is_told():
    options = ["approve", "return", "reject", "postpone"]
    field = {**REVIEW["components"][0], "values": [{"value": one} for one in options]}
    return reviewed(review={"components": [field]})


@fault("option_unknown", "granted_rejected")
def an_option_the_form_does_not_offer_is_told():
    field = {**REVIEW["components"][0], "values": [{"value": "approve"}, {"value": "return"}]}
    return reviewed(review={"components": [field]})


@fault("default_approves", "granted_approved")
def a_default_that_approves_is_told():
    drawing = Drawing().start().task("submit", form="submit").review("review")
    drawing.xor("granted", default="granted_approved").end("approved").end("rejected")
    drawing.path("start", "submit", "review", "granted").flow("granted", "approved")
    drawing.flow("granted", "rejected", 'decision == "reject"')
    return drawing.flow("granted", "submit", 'decision == "return"')


@fault("decision_not_drawn", "review")
def a_decision_no_gateway_looks_at_is_told():
    return Drawing().start().review("review").end().path("start", "review", "end")


@fault("too_large", "leave")
def a_process_of_more_than_four_hundred_steps_is_told():
    names = [f"t{number}" for number in range(399)]
    drawing = Drawing().start().end()
    for name in names:
        drawing.task(name)
    return drawing.path("start", *names, "end")


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_where_it_is(name: str) -> None:
    draw, code, element = FAULTS[name]
    drawing = draw()
    found = errors(drawing)
    assert [(one.code, one.element) for one in found] == [(code, element)]
    assert element == "" or found[0].line == drawing.line_of(element)
    assert found[0].zh and found[0].en and "{" not in found[0].zh.replace("${", "")


def test_a_step_that_names_nobody_does_not_hide_a_join_that_waits_for_ever() -> None:
    drawing = branches("exclusive", "parallel")
    drawing.lines = [line.replace('name="who"', 'name="whose"') for line in drawing.lines]
    assert {"who_missing", "deadlock"} <= {one.code for one in errors(drawing)}


def test_every_error_a_check_may_tell_has_a_diagram_here() -> None:
    elsewhere = {"step_twice", "soundness_unknown", "event_gateway_shared", "token_quantity", "instantiate"}
    source = "".join(path.read_text() for path in Path(checks.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'\berror\(\s*"(\w+)"', source))
    assert codes - {code for _, code, _ in FAULTS.values()} - elsewhere == set()
