"""Faulty diagrams: times, repetitions and expressions, and what stands on a step."""

from tests.engine.checks.drawing import REVIEW, SUBMIT, Drawing, reviewed
from tests.engine.checks.faults import fault, one_task

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


# --- what a step may not answer


def limited(fields: str, form: dict = SUBMIT) -> Drawing:
    drawing = Drawing(forms={"submit": form}).start().task("x", form="submit", fields=fields).end()
    return drawing.path("start", "x", "end")


@fault("fields_unclear", "x")
def a_right_nobody_knows_is_told():
    return limited("title:write")


@fault("fields_unclear", "x")
def a_field_limited_twice_is_told():
    return limited("title:read,title:hide")


@fault("fields_unknown", "x")
def a_limited_field_that_is_not_there_is_told():
    return limited("title:read,colour:hide")


@fault("fields_decision", "review")
def a_decision_that_may_not_be_made_is_told():
    drawing = reviewed()
    drawing.lines = [
        line.replace('name="separate" value="submit"', 'name="fields" value="decision:read"') for line in drawing.lines
    ]
    return drawing


@fault("fields_asked", "x")
def a_limited_field_that_others_hang_on_is_told():
    days = {"type": "textfield", "key": "why", "label": "理由", "conditional": {"hide": '=title = "假"'}}
    return limited("title:hide", {"components": [*SUBMIT["components"], days]})
