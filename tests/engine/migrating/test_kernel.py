"""A running case on another drawing of its process: what goes on, what is refused, what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from engine.kernel import specify
from engine.kernel.flow import Flow
from engine.kernel.migrating import Landed, Moving, NotMigratable, migrate
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    diagram,
    document,
    end,
    flow,
    path,
    process,
    several,
    start,
    sub,
    timer,
    user,
    xor,
)

SIGN = {"mode": "all", "signers": "x"}


def signers(_who: str, _data: dict[str, Any]) -> list[str]:
    return ["p:1", "p:2", "p:3"]


def moved(run: Run, *documents: bytes, renamed: dict[str, str] | None = None) -> Landed:
    """The run goes on in the new drawing."""
    spec = specify({f"{number}.bpmn": one for number, one in enumerate(documents)})
    moving = Moving(run.spec, spec, renamed or {})
    landed = migrate(moving, run.flow.dump(), now=run.now, **run.given)
    run.spec, run.flow = spec, landed.flow
    run.reload()
    return landed


def refused(run: Run, *documents: bytes, renamed: dict[str, str] | None = None) -> str:
    with pytest.raises(NotMigratable) as told:
        moved(run, *documents, renamed=renamed)
    return " ".join(one.en for one in told.value.reasons)


def line(*steps: str, more: str = "", **names: str) -> bytes:
    """start, the steps one after the other, end."""
    return diagram(start(), *(user(one) for one in steps), end(), path("start", *steps, "end"), more)


def branches(left: tuple[str, ...], right: tuple[str, ...], *more: tuple[str, ...]) -> bytes:
    """a, then branches that are joined, then z."""
    ways = [left, right, *more]
    drawn = start() + user("a") + both("split") + both("join") + user("z") + end() + path("start", "a", "split")
    for way in ways:
        drawn += "".join(user(one) for one in way) + path("split", *way, "join")
    return diagram(drawn + path("join", "z", "end"))


def to_end(run: Run) -> list[str]:
    done = []
    for _ in range(50):
        if not run.open:
            if run.flow.next_due is None:
                break
            run.later(days=400)
            continue
        done.append(run.open[0])
        run.do(run.open[0])
    assert run.flow.finished
    return done


def test_steps_added_removed_and_renamed_ahead_and_behind_are_taken_as_drawn_now() -> None:
    run = Run(line("a", "b", "c"))
    run.do("a", said=1)
    landed = moved(run, line("n", "b", "m", "d"))
    assert [one.en for one in landed.notes] == ["“n” of the new version lies before the present step and is not "
                                                "passed any more."]  # fmt: skip
    assert run.flow.earlier_steps(run.task("b")) == []
    assert to_end(run) == ["b", "m", "d"] and run.flow.data["said"] == 1


def test_an_open_step_that_is_gone_stays_unless_it_is_said_what_it_is_called_now() -> None:
    run = Run(line("a", "b"))
    run.do("a")
    assert "does not exist" in refused(run, line("a", "c"))
    task = run.task("b")
    moved(run, line("a", "c"), renamed={"b": "c"})
    assert run.task("c") == task and run.flow.earlier_steps(task) == [("a", "A")]
    assert to_end(run) == ["c"]


def test_no_step_that_lay_ahead_is_skipped() -> None:
    run = Run(line("a", "b", "c"))
    run.do("a")
    assert "“B” comes after “c” now" in refused(run, line("a", "c", "b"))
    assert "“B” comes after “c” now" in refused(run, line("a", "c", "x"), renamed={"b": "x"})
    assert "“B” comes after “new” now" in refused(run, line("a", "new", "x"), renamed={"b": "x"})
    assert "“B” comes after “c” now" in refused(
        run, diagram(start(), user("a"), sub("s", start("s1"), user("c"), end("s2"), path("s1", "c", "s2")),
                     user("b"), end(), path("start", "a", "s", "b", "end"))
    )  # fmt: skip


def test_a_step_that_comes_later_now_is_not_offered_to_return_to_past_what_is_open() -> None:
    run = Run(line("a", "b", "c"))
    run.do("a")
    run.do("b")
    moved(run, line("a", "c", "b"))
    assert [step for step, _ in run.flow.earlier_steps(run.task("c"))] == ["a"]
    assert to_end(run) == ["c", "b"]


@pytest.mark.parametrize(
    "kind", ["another kind", "countersigned", "taken into a subprocess", "wanted for something else"]
)
def test_an_open_step_stays_what_it_is(kind: str) -> None:
    drawn = {
        "another kind": catch("b", timer("PT1H")),
        "countersigned": user("b", several(), **SIGN),
        "taken into a subprocess": sub("s", start("s1"), user("b"), end("s2"), path("s1", "b", "s2")),
        "wanted for something else": user("b", kind="decide"),
    }[kind]
    run = Run(line("b"), signers=signers)
    new = diagram(start(), drawn, end(), path("start", "s" if "sub" in kind else "b", "end"))
    assert refused(run, new)


def test_branches_that_are_done_count_where_they_are_drawn_now() -> None:
    run = Run(branches(("b", "c"), ("d",)))
    for step in ("a", "b", "c"):
        run.do(step, **{step: 1})
    landed = moved(run, branches(("b", "c", "n"), ("d", "e")))
    assert not landed.resting[0].alone and landed.resting[0].arrived == (("join", "n"),)
    assert to_end(run) == ["d", "e", "z"] and run.flow.data["c"] == 1
    run = Run(branches(("b", "c"), ("d",)))
    for step in ("a", "b", "c"):
        run.do(step, **{step: 1})
    moved(run, branches(("b",), ("d",)))
    assert to_end(run) == ["d", "z"] and run.flow.data["c"] == 1


def test_a_join_is_not_left_with_a_branch_that_is_gone_or_never_comes() -> None:
    run = Run(branches(("b",), ("d",), ("e",)))
    for step in ("a", "b"):
        run.do(step)
    assert "a branch is done that has no counterpart" in refused(run, branches(("d",), ("e",)))
    run.do("d")
    assert "does not exist" in refused(run, branches(("b",), ("d",)))


def test_a_step_done_in_a_block_that_was_joined_is_returned_to_with_the_block_of_now() -> None:
    run = Run(branches(("b",), ("d",)))
    for step in ("a", "b", "d"):
        run.do(step)
    moved(run, branches(("b", "n"), ("d",)))
    assert [one for one, _ in run.flow.earlier_steps(run.task("z"))] == ["a", "b", "d"]
    assert sorted(run.back("z", "b")) == ["b", "d"]
    assert sorted(to_end(run)) == ["b", "d", "n", "z"]
    run = Run(branches(("b",), ("d",)))
    for step in ("a", "b", "d"):
        run.do(step)
    moved(run, line("a", "b", "d", "z"))
    assert [one for one, _ in run.flow.earlier_steps(run.task("z"))] == ["a"]


def rounds(mode: str = "all", **more: str) -> bytes:
    return diagram(start(), user("b", several(), **SIGN | {"mode": mode} | more), user("z"), end(),
                   path("start", "b", "z", "end"))  # fmt: skip


def test_votes_stay_and_a_rule_that_would_decide_by_itself_is_refused() -> None:
    run = Run(rounds(), signers=signers)
    run.do("b", "p:2", decision="approve")
    assert "already decide" in refused(run, rounds("any"))
    assert "signers" in refused(run, rounds(signers="y"))
    assert "do not fit" in refused(run, rounds("in_turn"))
    open_ones = {one.item: one.id for one in run.flow.open_tasks}
    moved(run, rounds("ratio:0.6"))
    assert {one.item: one.id for one in run.flow.open_tasks} == open_ones
    run.do("b", "p:1", decision="approve")
    assert run.open == ["z"] and [one["signer"] for one in run.flow.data["votes"]] == ["p:2", "p:1"]


def test_a_timer_keeps_its_time_and_a_changed_one_counts_from_its_beginning() -> None:
    def drawn(value: str, form: str = "timeDuration") -> bytes:
        return diagram(start(), catch("w", timer(value, form)), user("z"), end(), path("start", "w", "z", "end"))

    run = Run(drawn("PT8H"))
    run.now += timedelta(hours=3)
    run.reload()
    moved(run, drawn("PT8H"))
    assert run.flow.next_due == NOON + timedelta(hours=8)
    landed = moved(run, drawn("PT4H"))
    assert run.flow.next_due == NOON + timedelta(hours=4) and "is due 2026-11-20 16:00 UTC" in landed.notes[0].en
    moved(run, drawn("R3/PT1H", "timeCycle"))
    assert run.flow.next_due == NOON + timedelta(hours=1)
    run.later()
    assert run.open == ["z"]


def test_boundary_events_come_and_go_with_the_new_drawing() -> None:
    def drawn(*events: str) -> bytes:
        more = "".join(boundary(one, "b", timer("PT2H"), ends=one == "over") + user(f"after_{one}") for one in events)
        more += "".join(path(one, f"after_{one}", "end") for one in events)
        return diagram(start(), user("b"), end(), path("start", "b", "end"), more)

    run = Run(drawn())
    run.now += timedelta(hours=1)
    landed = moved(run, drawn("over", "soon"))
    assert run.flow.next_due == NOON + timedelta(hours=2) and len(landed.notes) == 2
    landed = moved(run, drawn("soon"))
    assert [one.en for one in landed.notes] == ["“Over” waits no longer."]
    run.later(hours=2)
    assert sorted(run.open) == ["after_soon", "b"]
    run.do("b")
    moved(run, drawn("over", "soon"))
    assert run.open == ["after_soon"] and run.flow.next_due is None
    assert to_end(run) == ["after_soon"]


def called(*steps: str, id: str = "q") -> bytes:
    inner = start("q1") + "".join(user(one) for one in steps) + end("q2") + path("q1", *steps, "q2")
    return document(process(inner, id=id))


def calling(part: str = "q", name: str = "part") -> bytes:
    return diagram(start(), call(name, part), user("z"), end(), path("start", name, "z", "end"))


def test_inside_a_called_process_and_a_subprocess_it_goes_on_unless_another_is_called() -> None:
    run = Run(calling(), called("b", "c"))
    run.do("b", said=2)
    assert "was replaced by" in refused(run, calling("other"), called("b", "c", id="other"))
    moved(run, calling(name="again"), called("b", "c", "d"), renamed={"part": "again"})
    assert to_end(run) == ["c", "d", "z"] and run.flow.data["said"] == 2

    def inside(id: str, *steps: str) -> bytes:
        inner = sub(id, start("s1"), *(user(one) for one in steps), end("s2"), path("s1", *steps, "s2"))
        return diagram(start(), inner, end(), path("start", id, "end"))

    run = Run(inside("s", "b", "c"))
    run.do("b")
    assert refused(run, inside("t", "b", "c"))
    moved(run, inside("t", "c", "d"), renamed={"s": "t"})
    assert to_end(run) == ["c", "d"]


def test_a_long_history_stays_after_what_was_removed_from_it() -> None:
    def drawn(*steps: str) -> bytes:
        back = xor("ok", default="on") + flow("ok", "again", "more == 1") + flow("ok", "end", id="on")
        return diagram(start(), xor("again"), *(user(one) for one in steps), end(), back,
                       path("start", "again", *steps, "ok"))  # fmt: skip

    run = Run(drawn("a", "b", "c"))
    for _ in range(3):
        for step in ("a", "b", "c"):
            run.do(step, **{step: 1, "more": 1})
    run.do("a")
    run.do("b")
    moved(run, drawn("a", "c"))
    assert [one for one, _ in run.flow.earlier_steps(run.task("c"))] == ["a"]
    assert run.back("c", "a") == ["a"]
    assert run.flow.data["b"] == 1
    run.do("a")
    run.do("c", more=0)
    assert run.flow.finished


def test_what_is_dumped_and_loaded_is_what_was_moved() -> None:
    run = Run(line("a", "b"))
    run.do("a", note="x")
    landed = moved(run, line("a", "b", "c"))
    assert Flow.load(run.spec, landed.snapshot, now=run.now).dump() == landed.snapshot
