"""Countersigning: its rules, deciding early, second rounds, adding and removing a signer."""

import pytest

from engine.kernel.ballot import decided, weighed, words
from engine.kernel.countersign import MAX_SIGNERS
from engine.kernel.errors import EmptySigners, ExpressionError, NotOpen, NotRemovable, TooManySigners, UnheldSeat
from tests.engine.kernel.cases import Run
from tests.engine.kernel.drawing import diagram, end, flow, node, path, service, several, start, sub, user, xor


def drawn(mode: str, turns: bool = False, **more: str) -> bytes:
    loop = several(turns=turns, source="who", item="signer", **more)
    return diagram(
        start(),
        user("fill"),
        user("sign", loop, mode=mode),
        xor("ok", default="back"),
        user("publish"),
        end(),
        path("start", "fill", "sign", "ok"),
        flow("ok", "fill", id="back"),
        flow("ok", "publish", "decision == 'approve'"),
        path("publish", "end"),
    )


def opened(mode: str, who: list[str], turns: bool = False) -> Run:
    run = Run(drawn(mode, turns))
    run.do("fill", who=who, decision="approve", votes="left over")
    return run


def items(run: Run) -> list[str]:
    return [task.item for task in run.flow.open_tasks if task.step == "sign"]


YES, NO, BACK = "approve", "reject", "return"


@pytest.mark.parametrize(
    ("mode", "total", "votes", "decision"),
    [
        ("all", 3, [YES, YES], None),
        ("all", 3, [YES, YES, YES], YES),
        ("all", 3, [BACK], BACK),
        ("any", 3, [NO, NO], None),
        ("any", 3, [NO, YES], YES),
        ("any", 3, [NO, NO, BACK], BACK),
        ("ratio:0.6", 5, [YES, YES], None),
        ("ratio:0.6", 5, [YES, YES, NO, YES], YES),
        ("ratio:0.6", 5, [NO, YES, NO], None),
        ("ratio:0.6", 5, [NO, YES, NO, BACK], BACK),
        ("ratio:0", 3, [NO, NO], None),
        ("in_turn", 2, [YES], None),
        ("in_turn", 2, [YES, NO], NO),
        ("all", 2, ["maybe"], "maybe"),
        ("all", 2, [None], NO),
        ("all", 0, [], None),
    ],
)
def test_the_joint_decision_is_known_as_soon_as_it_is_certain(mode, total, votes, decision):
    assert decided(mode, [{"decision": one} for one in votes], list(range(total))) == decision


def test_all_opens_everyone_and_goes_on_when_the_last_has_approved():
    run = opened("all", ["a", "b", "c"])
    assert items(run) == ["a", "b", "c"]
    assert all("decision" not in task.data and "votes" not in task.data for task in run.flow.open_tasks)
    run.do("sign", "b", decision=YES, comment="fine")
    run.do("sign", "a", decision=YES)
    assert run.do("sign", "c", decision=YES) == ["publish"]
    data = run.flow.data
    assert data["decision"] == YES
    assert data["votes"] == [
        {"signer": "b", "decision": YES, "comment": "fine"},
        {"signer": "a", "decision": YES},
        {"signer": "c", "decision": YES},
    ]
    assert "signer" not in data and "comment" not in data


def test_all_ends_at_the_first_no_and_the_others_have_nothing_open():
    run = opened("all", ["a", "b", "c"])
    gone = run.task("sign", "c")
    assert run.do("sign", "a", decision=BACK) == ["fill"]
    assert run.flow.data["decision"] == BACK
    with pytest.raises(NotOpen):
        run.flow.complete(gone, {"decision": YES})


def test_any_ends_at_the_first_yes():
    run = opened("any", ["a", "b", "c"])
    run.do("sign", "a", decision=NO)
    assert run.do("sign", "c", decision=YES) == ["publish"]


def test_a_ratio_ends_when_it_is_reached():
    run = opened("ratio:0.6", list("abcde"))
    run.do("sign", "a", decision=YES)
    run.do("sign", "e", decision=YES)
    assert run.do("sign", "d", decision=YES) == ["publish"]


def test_in_turn_opens_one_after_the_other_and_stops_at_a_no():
    run = opened("in_turn", ["a", "b", "c"])
    assert items(run) == ["a"]
    run.do("sign", decision=YES)
    assert items(run) == ["b"]
    assert run.do("sign", decision=NO) == ["fill"] and len(run.flow.data["votes"]) == 2


@pytest.mark.parametrize("mode", ["all", "any", "ratio:0.5", "in_turn"])
def test_a_second_round_after_a_return_starts_afresh(mode):
    run = opened(mode, ["a", "b"])
    run.do("sign", decision=BACK)
    if run.open != ["fill"]:
        run.do("sign", decision=BACK)
    if run.open != ["fill"]:
        run.do("sign", decision=BACK)
    run.do("fill", who=["x", "y"])
    while run.open != ["publish"]:
        run.do("sign", decision=YES)
    assert {vote["signer"] for vote in run.flow.data["votes"]} <= {"x", "y"}
    assert run.flow.data["decision"] == YES


@pytest.mark.parametrize("who", [[], None, "abc", 5])
def test_an_empty_list_never_passes(who):
    run = Run(drawn("all"))
    with pytest.raises(EmptySigners) as caught:
        run.do("fill", who=who)
    assert caught.value.element == "sign"


def test_a_list_that_is_not_there_is_an_error_and_no_pass():
    run = Run(drawn("all"))
    with pytest.raises(ExpressionError):
        run.do("fill")


@pytest.mark.parametrize("count", ["0", "-3", "none", "100000"])
def test_a_number_of_instances_out_of_bounds_is_refused(count):
    loop = several(count=count)
    with pytest.raises((EmptySigners, TooManySigners, ExpressionError)):
        Run(diagram(start(), user("sign", loop), end(), path("start", "sign", "end")))


def test_as_many_signers_as_the_cap_and_not_one_more():
    run = Run(drawn("any"))
    run.do("fill", who=list(range(MAX_SIGNERS)))
    assert len(items(run)) == MAX_SIGNERS
    with pytest.raises(TooManySigners):
        run.flow.add_signer(run.task("sign"), "one more")


def test_the_house_may_name_the_signers_of_a_step():
    asked = []

    def signers(expression, data):
        asked.append((expression, data["unit"]))
        return ["m", "n"] if data["unit"] else []

    loop = several(item="signer")
    drawn = diagram(
        start(),
        user("fill"),
        user("sign", loop, mode="all", signers='heads("x")'),
        end(),
        path("start", "fill", "sign", "end"),
    )
    run = Run(drawn, signers=signers)
    run.do("fill", unit="u")
    assert items(run) == ["m", "n"] and asked == [('heads("x")', "u")]
    run = Run(drawn, signers=signers)
    with pytest.raises(EmptySigners):
        run.do("fill", unit="")


def test_a_signer_may_be_added_while_it_runs():
    run = opened("all", ["a", "b"])
    run.do("sign", "a", decision=YES)
    run.flow.add_signer(run.task("sign"), "c")
    run.reload()
    assert items(run) == ["b", "c"]
    run.do("sign", "b", decision=YES)
    assert run.do("sign", "c", decision=YES) == ["publish"] and len(run.flow.data["votes"]) == 3


def test_a_signer_may_be_removed_and_the_rest_decide():
    run = opened("all", ["a", "b", "c"])
    run.do("sign", "a", decision=YES)
    run.flow.remove_signer(run.task("sign", "c"), "b")
    run.reload()
    assert items(run) == ["c"]
    run.do("sign", "c", decision=YES)
    assert run.open == ["publish"] and [vote["signer"] for vote in run.flow.data["votes"]] == ["a", "c"]


def test_a_removal_never_decides():
    run = opened("all", ["a", "b"])
    run.do("sign", "a", decision=YES)
    with pytest.raises(NotRemovable):
        run.flow.remove_signer(run.task("sign", "b"), "b")
    assert items(run) == ["b"]
    run = opened("ratio:0.5", ["a", "b", "c"])
    run.do("sign", "a", decision=YES)
    with pytest.raises(NotRemovable):
        run.flow.remove_signer(run.task("sign", "b"), "c")
    run.reload()
    assert items(run) == ["b", "c"] and run.do("sign", "c", decision=YES) == ["publish"]


def test_of_instances_without_a_rule_one_always_stays():
    loop = several(source="who", item="one")
    run = Run(diagram(start(), user("ask", loop), user("z"), path("start", "ask", "z")), data={"who": ["a", "b", "c"]})
    run.do("ask", "a", x=1)
    run.flow.remove_signer(run.task("ask", "b"), "b")
    run.reload()
    with pytest.raises(NotRemovable):
        run.flow.remove_signer(run.task("ask", "c"), "c")
    assert run.do("ask", "c", y=2) == ["z"]


def seats(run: Run) -> list[tuple[str, str, bool, int, bool]]:
    found = run.flow.round_of(run.task("sign")).seats
    return [(one.signer, one.state, one.added, one.weight, one.veto) for one in found]


def test_the_seats_tell_who_signed_who_is_open_and_who_comes_later():
    run = opened("in_turn", ["a", "b", "c"])
    run.do("sign", decision=YES)
    run.flow.add_signer(run.task("sign"), "d")
    run.reload()
    told = [("a", "signed"), ("b", "open"), ("c", "later"), ("d", "later")]
    assert [one[:2] for one in seats(run)] == told and [one[2] for one in seats(run)] == [False, False, False, True]
    run.flow.remove_signer(run.task("sign"), "d")
    run.flow.add_signer(run.task("sign"), "d")
    run.reload()
    assert seats(run)[-1] == ("d", "later", True, 1, False)


HELD = {'role("leader")': ["a"], 'role("head")': ["a", "b"], 'role("all")': ["a", "b", "c"], 'role("none")': ["x"]}


def weighty(mode: str, turns: bool = False, **more: str) -> Run:
    sign = user("sign", several(turns=turns), mode=mode, signers='role("all")', **more)
    drawn = diagram(start(), user("fill"), sign, user("next"), path("start", "fill", "sign", "next"))
    run = Run(drawn, signers=lambda who, _data: HELD[who])
    run.do("fill")
    return run


def test_weights_are_those_of_the_posts_held_and_the_highest_counts():
    run = weighty("weight:0.6", weights='role("leader")=3; role("head")=2')
    assert seats(run) == [
        ("a", "open", False, 3, False),
        ("b", "open", False, 2, False),
        ("c", "open", False, 1, False),
    ]
    run.do("sign", "c", decision=YES)
    assert run.open == ["sign", "sign"]
    assert run.do("sign", "a", decision=YES) == ["next"]
    assert run.flow.data["votes"] == [
        {"signer": "c", "decision": YES, "weight": 1},
        {"signer": "a", "decision": YES, "weight": 3},
    ]


def test_a_form_cannot_speak_for_another_signer_or_raise_its_weight():
    run = weighty("weight:0.6", weights='role("leader")=3')
    assert run.do("sign", "c", decision=YES, signer="a", weight=99) == ["sign", "sign"]


def test_a_veto_refuses_at_once_and_nothing_is_granted_before_it_was_heard():
    run = weighty("any", veto='role("leader")')
    run.do("sign", "c", decision=YES)
    assert items(run) == ["a", "b"]
    assert run.do("sign", "a", decision=NO) == ["next"] and run.flow.data["decision"] == NO
    run = weighty("any", veto='role("leader")')
    run.do("sign", "a", decision="abstain")
    assert run.do("sign", "b", decision=YES) == ["next"] and run.flow.data["decision"] == YES


def test_a_privilege_that_none_of_the_signers_holds_stops_the_countersign():
    for more in ({"veto": 'role("none")'}, {"mode": "weight:0.6", "weights": 'role("none")=2'}):
        with pytest.raises(UnheldSeat) as caught:
            weighty(**{"mode": "any", **more})
        assert caught.value.element == "sign"


def test_who_was_removed_and_added_again_weighs_one_and_has_no_veto():
    run = weighty("weight:0.6", weights='role("leader")=3', veto='role("leader")')
    run.flow.remove_signer(run.task("sign", "b"), "a")
    run.flow.add_signer(run.task("sign", "b"), "a")
    run.reload()
    assert seats(run)[-1] == ("a", "open", True, 1, False)


def test_lists_of_assignments_are_read_around_semicolons_in_names():
    assert words('role("a;b"); head_of(applicant.unit) ;') == ['role("a;b")', "head_of(applicant.unit)"]
    assert weighed('role("a=1;b")=3; role("c") = 2') == [('role("a=1;b")', 3), ('role("c")', 2)]


def test_in_turn_a_later_signer_may_be_added_and_removed():
    run = opened("in_turn", ["a", "b"])
    run.flow.add_signer(run.task("sign"), "c")
    run.flow.remove_signer(run.task("sign"), "b")
    run.reload()
    run.do("sign", decision=YES)
    assert items(run) == ["c"] and run.do("sign", decision=YES) == ["publish"]


def test_the_last_signer_is_never_removed_nor_one_who_is_not_there():
    run = opened("all", ["a", "b"])
    with pytest.raises(NotOpen):
        run.flow.remove_signer(run.task("sign"), "nobody")
    run.flow.remove_signer(run.task("sign"), "a")
    run.reload()
    with pytest.raises(EmptySigners):
        run.flow.remove_signer(run.task("sign"), "b")
    with pytest.raises(NotOpen):
        Run(drawn("all")).flow.add_signer(Run(drawn("all")).task("fill"), "x")


def test_instances_without_a_rule_merge_their_answers_and_may_end_early():
    loop = several(source="who", item="one", until="nrOfCompletedInstances >= 2")
    run = Run(diagram(start(), user("ask", loop), user("z"), path("start", "ask", "z")), data={"who": [1, 2, 3]})
    run.do("ask", a=1)
    assert run.do("ask", b=2) == ["z"]
    assert run.flow.data == {"who": [1, 2, 3], "a": 1, "b": 2}


def test_a_subprocess_runs_once_for_each_of_a_list():
    inner = [start("s"), service("note", "note", who="one"), user("a"), path("s", "note", "a")]
    seen = []
    part = node("subProcess", "part", several(source="who", item="one", turns=True), *inner)
    drawn = diagram(start(), part, end(), path("start", "part", "end"))
    run = Run(drawn, data={"who": ["x", "y"]}, services=lambda name, given, data: seen.append(given["who"]))
    assert run.do("a") == ["a"] and run.do("a") == [] and run.flow.finished
    assert seen == ["x", "y"] and "one" not in run.flow.data


def test_a_loop_repeats_its_task_while_its_condition_holds_and_no_more_often_than_drawn():
    def loop(inner, **attributes):
        return node("standardLoopCharacteristics", "loop", inner, **attributes)

    more = "<bpmn:loopCondition>more == true</bpmn:loopCondition>"
    run = Run(diagram(start(), user("a", loop(more)), end(), path("start", "a", "end")))
    assert run.do("a", more=True) == ["a"] and run.do("a", more=False) == [] and run.flow.finished
    run = Run(diagram(start(), user("a", loop("", loopMaximum="2")), end(), path("start", "a", "end")))
    assert run.do("a") == ["a"] and run.do("a") == []


def test_instances_in_a_subprocess_keep_apart():
    inner = sub("part", start("s"), user("sign", several(source="who", item="one"), mode="all"), path("s", "sign"))
    run = Run(diagram(start(), inner, user("z"), path("start", "part", "z")), data={"who": ["a", "b"]})
    run.do("sign", "a", decision=YES)
    assert run.do("sign", "b", decision=YES) == ["z"] and run.flow.data["decision"] == YES


def test_signers_that_nobody_can_name_are_no_pass():
    drawn = diagram(start(), user("sign", several(), mode="all", signers="x"), end(), path("start", "sign", "end"))
    with pytest.raises(EmptySigners):
        Run(drawn)
