"""An operation's answer that has changed since: the data that keep it and the dates that wait for it follow."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.kernel import Flow
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    diagram,
    end,
    path,
    process,
    service,
    start,
    timer,
    user,
)
from tests.engine.kernel.drawing import document as documents

FIRST = {"opens_at": "2026-11-24T17:00:00+08:00", "place": 3, "rolled": True}
MOVED = {"opens_at": "2026-11-26T17:00:00+08:00", "place": 1}
DUE, LATER = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 26, 9, tzinfo=UTC)

PART = process(start("begin"), service("take", "book", "slot"), end("taken"), path("begin", "take", "taken"), id="part")
WAITING = documents(
    process(
        start(),
        call("booking", "part"),
        both("split"),
        catch("window", timer("slot.opens_at", "timeDate")),
        user("publish"),
        user("prepare"),
        boundary("remind", "prepare", timer("PT50H"), ends=False),
        user("reminded"),
        both("join"),
        end(),
        path("start", "booking", "split", "window", "publish", "join", "end"),
        path("split", "prepare", "join"),
        path("remind", "reminded"),
    ),
    PART,
)


def answers(_name: str, _parameters: dict[str, Any], _data: dict[str, Any]) -> Any:
    return dict(FIRST)


def renewed(run: Run, *operations: str) -> Flow:
    run.flow.renew(operations, dict(MOVED))
    return run.reload()


def test_a_timer_waits_for_the_new_date_and_the_data_say_it():
    run = Run(WAITING, services=answers)
    assert run.flow.next_due == min(DUE, NOON + timedelta(hours=50))
    flow = renewed(run, "book")
    assert flow.data["slot"] == {**FIRST, **MOVED}
    assert flow.next_due == NOON + timedelta(hours=50), "what lasts a while lasts as long as before"
    assert run.later(hours=50) and run.open == ["prepare", "reminded"]
    assert run.flow.next_due == LATER
    assert not run.later(hours=60)
    run.now = LATER
    run.reload()
    assert run.flow.tick() and "publish" in [task.step for task in run.flow.open_tasks]


def test_an_earlier_date_is_waited_for_too():
    run = Run(WAITING, services=answers)
    run.flow.renew(["book"], {"opens_at": "2026-11-21T17:00:00+08:00"})
    assert run.reload().next_due == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_after_the_join_the_new_answer_stands():
    run = Run(WAITING, services=answers)
    renewed(run, "book")
    run.now = LATER
    run.reload().tick()
    run.do("prepare")
    run.do("publish")
    assert run.flow.data["slot"] == {**FIRST, **MOVED}


def test_other_operations_and_other_answers_stay():
    run = Run(WAITING, services=answers)
    before = run.flow.dump()
    renewed(run, "open_account", "confirm")
    assert run.flow.dump() == before


def test_before_the_operation_ran_there_is_nothing_to_renew():
    run = Run(
        diagram(start(), user("write"), service("take", "book", "slot"), end(), path("start", "write", "take", "end")),
        data={"slot": "a word of the form"},
        services=answers,
    )
    renewed(run, "book")
    assert run.flow.data["slot"] == "a word of the form"
    run.do("write")
    assert run.flow.data["slot"] == FIRST
