"""Branches that meet again: which tokens are waited for, and whose data survive."""

import pytest

from engine.kernel.errors import NoPath
from tests.engine.kernel.cases import Run
from tests.engine.kernel.drawing import both, diagram, end, flow, path, some, start, sub, user, xor

PAIR = diagram(
    start(),
    user("fill"),
    both("split"),
    user("a"),
    user("b"),
    both("join"),
    user("sum"),
    end(),
    path("start", "fill", "split", "a", "join", "sum", "end"),
    path("split", "b", "join"),
)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_branch_that_never_touched_a_key_does_not_undo_the_others_change(order):
    run = Run(PAIR)
    run.do("fill", x=1, kept="k", lines=["1", "2", "3"])
    values = {"a": {"x": 2}, "b": {"y": 3, "lines": ["3", "1"]}}
    for step in order:
        run.do(step, **values[step])
    assert run.open == ["sum"]
    assert dict(run.flow.open_tasks[0].data) == {"x": 2, "kept": "k", "y": 3, "lines": ["3", "1"]}


def test_the_later_branch_wins_a_key_both_assigned_even_to_its_old_value():
    run = Run(PAIR)
    run.do("fill", x=1)
    run.do("a", x=2)
    run.do("b", x=1)
    assert run.flow.data["x"] == 1


def test_a_join_waits_for_every_branch():
    run = Run(PAIR)
    run.do("fill")
    assert run.do("b") == ["a"]
    assert not run.flow.finished


def test_a_parallel_block_in_a_loop_joins_anew_each_round():
    drawn = diagram(
        start(),
        xor("again"),
        both("split"),
        user("a"),
        user("b"),
        user("c"),
        both("join"),
        xor("ok", default="back"),
        end(),
        path("start", "again", "split", "a", "join", "ok"),
        path("split", "b", "join"),
        path("split", "c", "join"),
        flow("ok", "again", id="back"),
        flow("ok", "end", "go == true"),
    )
    run = Run(drawn)
    for number in range(4):
        assert run.open == ["a", "b", "c"]
        run.do("c")
        run.do("a")
        run.do("b", go=number == 3)
    assert run.flow.finished


def test_an_inclusive_join_waits_for_the_branches_that_were_taken_and_no_other():
    drawn = diagram(
        start(),
        user("fill"),
        some("split", default="d"),
        user("a"),
        user("b"),
        user("c"),
        some("join"),
        user("z"),
        path("start", "fill", "split"),
        flow("split", "a", "x > 0"),
        flow("split", "b", "x > 1"),
        flow("split", "c", id="d"),
        path("a", "join", "z"),
        path("b", "join"),
        path("c", "join"),
    )
    run = Run(drawn)
    assert run.do("fill", x=5) == ["a", "b"]
    assert run.do("a") == ["b"]
    assert run.do("b") == ["z"]
    run = Run(drawn)
    assert run.do("fill", x=1) == ["a"] and run.do("a") == ["z"]
    run = Run(drawn)
    assert run.do("fill", x=0) == ["c"] and run.do("c") == ["z"]


def test_an_inclusive_join_waits_for_a_branch_that_is_still_far_away():
    drawn = diagram(
        start(),
        some("split", default="d"),
        user("a"),
        user("b1"),
        user("b2"),
        some("join"),
        user("z"),
        path("start", "split"),
        flow("split", "a", "true"),
        flow("split", "b1", "true"),
        flow("split", "z", id="d"),
        path("a", "join", "z"),
        path("b1", "b2", "join"),
    )
    run = Run(drawn)
    run.do("a")
    assert run.open == ["b1"] and run.do("b1") == ["b2"] and run.do("b2") == ["z"]


def test_one_of_two_into_a_join_that_wants_both_never_passes():
    drawn = diagram(
        start(),
        xor("g", default="d"),
        user("a"),
        user("b"),
        both("join"),
        end(),
        path("start", "g"),
        flow("g", "a", "true"),
        flow("g", "b", id="d"),
        path("a", "join", "end"),
        path("b", "join"),
    )
    run = Run(drawn)
    run.do("a")
    assert run.open == [] and not run.flow.finished and run.flow.ended == []


def test_two_flows_into_a_task_open_it_once_for_each():
    drawn = diagram(
        start(), both("g"), user("a"), user("b"), end(), path("start", "g", "a", "b", "end"), path("g", "b")
    )
    run = Run(drawn)
    assert run.open == ["a", "b"] and run.do("a") == ["b", "b"]
    run.do("b")
    assert not run.flow.finished
    run.do("b")
    assert run.flow.finished and run.flow.ended == ["end", "end"]


def test_no_condition_true_and_no_default_is_an_error_with_the_gateway():
    drawn = diagram(start(), user("a"), xor("g"), end(), path("start", "a", "g"), flow("g", "end", "x == 1"))
    run = Run(drawn)
    with pytest.raises(NoPath) as caught:
        run.do("a", x=2)
    assert caught.value.element == "g"


def test_what_a_branch_inside_a_subprocess_changed_survives_the_join_outside():
    inner = sub("part", start("s"), user("a"), user("a2"), end("e"), path("s", "a", "a2", "e"))
    drawn = diagram(
        start(),
        user("fill"),
        both("split"),
        inner,
        user("b"),
        both("join"),
        user("z"),
        path("start", "fill", "split", "part", "join", "z"),
        path("split", "b", "join"),
    )
    run = Run(drawn)
    run.do("fill", x=1)
    run.do("a", x=2)
    run.do("a2", y=1)
    run.do("b", z=3)
    assert run.flow.data == {"x": 2, "y": 1, "z": 3}


def test_a_key_assigned_its_old_value_earlier_in_a_branch_still_counts_after_a_reload():
    drawn = diagram(
        start(),
        user("fill"),
        both("split"),
        user("a1"),
        user("a2"),
        user("b"),
        both("join"),
        user("z"),
        path("start", "fill", "split", "a1", "a2", "join", "z"),
        path("split", "b", "join"),
    )
    run = Run(drawn)
    run.do("fill", x=1)
    run.do("b", x=2)
    run.do("a1", x=1)
    assert run.do("a2") == ["z"] and run.flow.data["x"] == 1
