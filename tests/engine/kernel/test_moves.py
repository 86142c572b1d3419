"""Moves that are not drawn: return to an earlier step, and withdrawing."""

import pytest

from engine.kernel.errors import NotOpen, NotReturnable
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    diagram,
    end,
    flow,
    path,
    several,
    some,
    start,
    sub,
    timer,
    user,
    xor,
)

LINE = diagram(start(), user("a"), user("b"), user("c"), end(), path("start", "a", "b", "c", "end"))
BLOCK = diagram(
    start(),
    user("fill"),
    both("split"),
    user("a1"),
    user("a2"),
    user("b"),
    both("join"),
    user("sum"),
    end(),
    path("start", "fill", "split", "a1", "a2", "join", "sum", "end"),
    path("split", "b", "join"),
)


def earlier(run: Run, step: str) -> list[str]:
    return [name for name, _ in run.flow.earlier_steps(run.task(step))]


def test_any_earlier_step_may_be_opened_again_with_the_data_as_they_are():
    run = Run(LINE)
    run.do("a", x=1)
    run.do("b", y=2)
    assert run.flow.earlier_steps(run.task("c")) == [("a", "A"), ("b", "B")]
    old = run.task("c")
    assert run.back("c", "a") == ["a"]
    assert dict(run.flow.open_tasks[0].data) == {"x": 1, "y": 2}
    with pytest.raises(NotOpen):
        run.flow.complete(old, {})
    assert run.do("a", x=3) == ["b"] and earlier(run, "b") == ["a"]
    run.do("b")
    run.do("c")
    assert run.flow.finished and run.flow.data == {"x": 3, "y": 2}


@pytest.mark.parametrize("step", ["b", "c", "end", "nowhere", ">start", ""])
def test_a_step_that_was_not_passed_is_refused(step):
    run = Run(LINE)
    run.do("a")
    with pytest.raises(NotReturnable):
        run.flow.return_to(run.task("b"), step)


def test_return_out_of_a_parallel_block_gives_up_every_branch():
    run = Run(BLOCK)
    run.do("fill")
    run.do("a1")
    assert earlier(run, "a2") == ["fill", "a1"] and earlier(run, "b") == ["fill"]
    assert run.back("b", "fill") == ["fill"]
    run.do("fill")
    assert run.open == ["a1", "b"]


def test_return_within_a_branch_leaves_the_other_alone():
    run = Run(BLOCK)
    run.do("fill")
    run.do("a1")
    other = run.task("b")
    assert sorted(run.back("a2", "a1")) == ["a1", "b"] and run.task("b") == other
    run.do("b")
    run.do("a1")
    assert run.do("a2") == ["sum"]


@pytest.mark.parametrize("order", [("a1", "a2", "b"), ("b", "a1", "a2"), ("a1", "b", "a2")])
@pytest.mark.parametrize("step", ["a1", "a2", "b"])
def test_return_into_a_joined_block_opens_the_whole_block_again(order, step):
    run = Run(BLOCK)
    run.do("fill", x=1)
    for one in order:
        run.do(one, **{one: 1})
    assert earlier(run, "sum") == ["fill", "a1", "a2", "b"]
    assert run.back("sum", step) == ["a1", "b"] and earlier(run, "b") == ["fill"]
    for one in order:
        run.do(one, **{one: 2})
    assert run.open == ["sum"] and run.flow.data == {"x": 1, "a1": 2, "a2": 2, "b": 2}
    assert run.back("sum", "fill") == ["fill"]
    run.do("fill")
    assert run.open == ["a1", "b"]


def test_return_into_a_joined_inclusive_block_asks_its_conditions_again():
    drawn = diagram(
        start(),
        user("fill"),
        some("split", default="d"),
        user("a"),
        user("b"),
        some("join"),
        user("sum"),
        path("start", "fill", "split"),
        flow("split", "a", "small"),
        flow("split", "b", "large"),
        flow("split", "join", id="d"),
        path("a", "join", "sum"),
        path("b", "join"),
    )
    run = Run(drawn)
    run.do("fill", small=True, large=True)
    run.do("a")
    run.do("b", large=False)
    assert earlier(run, "sum") == ["fill", "a", "b"]
    assert run.back("sum", "b") == ["a"]
    assert run.do("a") == ["sum"]


def test_return_while_a_timer_waits_leaves_no_stale_timer_behind():
    drawn = diagram(
        start(),
        user("a"),
        user("b"),
        boundary("due", "b", timer("PT1H")),
        user("late"),
        end(),
        path("start", "a", "b", "end"),
        path("due", "late"),
    )
    run = Run(drawn)
    run.do("a")
    assert run.flow.next_due is not None
    assert run.back("b", "a") == ["a"] and run.flow.next_due is None
    assert not run.later(hours=5) and run.open == ["a"]
    run.do("a")
    assert run.flow.next_due > run.now
    assert run.later(hours=2) and run.open == ["late"]


def test_return_to_a_step_with_a_deadline_sets_it_anew():
    drawn = diagram(
        start(),
        user("a"),
        boundary("due", "a", timer("PT1H")),
        user("late"),
        user("b"),
        end(),
        path("start", "a", "b", "end"),
        path("due", "late"),
    )
    run = Run(drawn)
    run.do("a", x=1)
    run.later(hours=3)
    run.back("b", "a")
    assert run.open == ["a"] and run.flow.next_due.hour == NOON.hour + 4 and run.flow.data == {"x": 1}
    assert run.later(hours=1) and run.open == ["late"]


def test_return_to_a_countersigning_asks_everyone_again():
    drawn = diagram(
        start(),
        user("fill"),
        user("sign", several(source="who", item="one"), mode="all"),
        user("z"),
        end(),
        path("start", "fill", "sign", "z", "end"),
    )
    run = Run(drawn)
    run.do("fill", who=["a", "b"])
    assert earlier(run, "sign") == ["fill"]
    run.do("sign", decision="approve")
    run.do("sign", decision="approve")
    assert run.back("z", "sign") == ["sign", "sign"]
    assert "votes" not in run.flow.open_tasks[0].data
    assert run.back("sign", "fill") == ["fill"]


def part() -> Run:
    inner = sub("part", start("s"), user("p1"), user("p2"), path("s", "p1", "p2"))
    run = Run(diagram(start(), user("a"), inner, user("z"), end(), path("start", "a", "part", "z", "end")))
    run.do("a", x=1)
    run.do("p1", y=1)
    return run


def test_return_inside_a_subprocess_and_out_of_it():
    run = part()
    assert earlier(run, "p2") == ["a", "p1"]
    assert run.back("p2", "p1") == ["p1"]
    run.do("p1", y=2)
    assert run.back("p2", "a") == ["a"] and run.flow.data == {"x": 1, "y": 2}
    run.do("a")
    assert run.open == ["p1"]
    run.do("p1")
    run.do("p2")
    run.do("z")
    assert run.flow.finished


def test_return_to_a_subprocess_that_is_done_begins_it_again():
    run = part()
    run.do("p2")
    assert run.flow.earlier_steps(run.task("z")) == [("a", "A"), ("part", "Part")]
    assert run.back("z", "part") == ["p1"]
    run.do("p1", y=3)
    run.do("p2")
    assert run.do("z") == [] and run.flow.finished and run.flow.data["y"] == 3


def test_withdrawing_closes_everything_and_survives_a_reload():
    drawn = diagram(
        start(),
        both("g"),
        user("a"),
        boundary("due", "a", timer("PT1H")),
        sub("part", start("s"), user("b"), path("s", "b")),
        end(),
        path("start", "g", "a", "end"),
        path("g", "part"),
        path("due", "end"),
    )
    run = Run(drawn, data={"x": 1})
    task = run.task("b")
    run.flow.cancel()
    run.reload()
    assert run.open == [] and run.flow.cancelled and not run.flow.finished and run.flow.next_due is None
    assert not run.later(days=1) and run.flow.data == {"x": 1}
    with pytest.raises(NotOpen):
        run.flow.complete(task, {})


def test_four_hundred_returns_cost_what_the_first_did():
    drawn = diagram(
        start(),
        xor("again"),
        user("fill"),
        user("review"),
        xor("ok", default="back"),
        end(),
        path("start", "again", "fill", "review", "ok"),
        flow("ok", "again", id="back"),
        flow("ok", "end", "decision == 'approve'"),
    )
    run = Run(drawn)
    sizes = []
    for number in range(400):
        run.do("fill", round=number)
        run.do("review", decision="return")
        sizes.append(len(run.flow.dump()))
    assert max(sizes) <= sizes[0] + 8
    assert run.open == ["fill"] and not run.flow.finished
    run.do("fill")
    run.do("review", decision="approve")
    assert run.flow.finished and run.flow.ended == ["end"]


def test_four_hundred_returns_that_are_not_drawn_cost_no_more_either():
    run = Run(LINE)
    for _ in range(400):
        run.do("a")
        run.do("b")
        run.back("c", "a")
    assert len(run.flow.dump()) < 700


def test_what_came_after_the_step_returned_to_is_no_earlier_step_any_more():
    drawn = diagram(start(), *(user(one) for one in "abcd"), end(), path("start", "a", "b", "c", "d", "end"))
    run = Run(drawn)
    for step in "abc":
        run.do(step)
    run.back("d", "b")
    assert earlier(run, "b") == ["a"]


def test_return_past_a_running_subprocess_leaves_nothing_of_it_open():
    inner = sub("part", start("s"), user("c"), path("s", "c"))
    drawn = diagram(
        start(), user("fill"), both("g"), inner, user("b"), path("start", "fill", "g", "part"), path("g", "b")
    )
    run = Run(drawn)
    run.do("fill")
    gone = run.task("c")
    run.flow.return_to(run.task("b"), "fill")
    assert [task.step for task in run.flow.open_tasks] == ["fill"]
    with pytest.raises(NotOpen):
        run.flow.complete(gone, {})


def test_a_joined_block_inside_a_branch_is_opened_again_and_the_other_branch_stays():
    drawn = diagram(
        start(),
        user("fill"),
        both("outer"),
        both("inner"),
        user("a1"),
        user("a2"),
        both("join"),
        user("c"),
        user("b"),
        path("start", "fill", "outer", "inner", "a1", "join", "c"),
        path("inner", "a2", "join"),
        path("outer", "b"),
    )
    run = Run(drawn)
    for step in ("fill", "a1", "a2"):
        run.do(step)
    assert earlier(run, "c") == ["fill", "a1", "a2"]
    other = run.task("b")
    assert sorted(run.back("c", "a2")) == ["a1", "a2", "b"] and run.task("b") == other
    run.do("a2")
    assert sorted(run.do("a1")) == ["b", "c"]
