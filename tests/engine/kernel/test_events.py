"""Events: messages, signals, errors, escalations, terminate; and what is thrown and not caught."""

import pytest

from engine.kernel import DiagramError, specify
from tests.engine.kernel.cases import Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    definition,
    diagram,
    document,
    end,
    flow,
    node,
    path,
    process,
    service,
    several,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

FAILED = '<bpmn:error id="failed" errorCode="E1"/><bpmn:error id="other" errorCode="E2"/>'
RAISED = '<bpmn:escalation id="raised" escalationCode="X1"/>'


def test_an_error_leaves_the_subprocess_at_once_and_what_else_is_in_it_never_runs():
    served = []
    inner = sub(
        "part",
        start("s"),
        both("split"),
        user("a"),
        end("bad", definition("error", errorRef="failed")),
        service("work", "note"),
        user("after"),
        path("s", "split", "a", "bad"),
        path("split", "after", "work"),
    )
    caught = boundary("caught", "part", definition("error", errorRef="failed"))
    drawn = document(
        FAILED,
        process(start(), inner, caught, user("mend"), end(), path("start", "part", "end"), path("caught", "mend")),
    )
    run = Run(drawn, services=lambda *call: served.append(call))
    assert run.open == ["a", "after"]
    assert run.do("a", why="broken") == ["mend"]
    assert run.passed[-2:] == ["bad", "caught"] and served == [] and run.flow.thrown == []
    assert run.flow.data["why"] == "broken"


def test_an_automatic_task_beside_the_thrower_does_not_run_after_the_interruption():
    served = []
    inner = sub(
        "part",
        start("s"),
        user("a"),
        both("split"),
        end("bad", definition("error", errorRef="failed")),
        both("pause"),
        service("work", "note"),
        path("s", "a", "split", "bad"),
        path("split", "pause", "work"),
    )
    caught = boundary("caught", "part", definition("error"))
    drawn = document(
        FAILED, process(start(), inner, caught, user("mend"), path("start", "part"), path("caught", "mend"))
    )
    run = Run(drawn, services=lambda *call: served.append(call))
    assert run.do("a") == ["mend"] and served == []
    assert "pause" not in run.passed


def test_an_error_nobody_catches_is_seen_in_thrown():
    run = Run(
        document(
            FAILED,
            process(start(), user("a"), end("bad", definition("error", errorRef="failed")), path("start", "a", "bad")),
        )
    )
    run.flow.complete(run.task("a"), {})
    assert run.flow.thrown == [("error", "E1", {})] and run.flow.ended == ["bad"] and run.flow.finished


def test_an_error_goes_outwards_and_never_into_the_activity_beside_it():
    inner = sub("part", start("s"), user("a"), end("e"), path("s", "a", "e"))
    drawn = document(
        FAILED,
        process(
            start(),
            both("split"),
            inner,
            boundary("caught", "part", definition("error")),
            user("mend"),
            user("b"),
            end("bad", definition("error", errorRef="failed")),
            path("start", "split", "part"),
            path("split", "b", "bad"),
            path("caught", "mend"),
        ),
    )
    run = Run(drawn)
    run.flow.complete(run.task("b"), {})
    assert [task.step for task in run.flow.open_tasks] == ["a"]
    assert run.flow.thrown == [("error", "E1", {})]


def test_the_nearest_that_fits_the_code_catches():
    deep = sub(
        "deep", start("s2"), user("a"), end("bad", definition("error", errorRef="failed")), path("s2", "a", "bad")
    )
    outer = sub(
        "outer",
        start("s"),
        deep,
        boundary("wrong", "deep", definition("error", errorRef="other")),
        user("no"),
        path("s", "deep"),
        path("wrong", "no"),
    )
    drawn = document(
        FAILED,
        process(
            start(),
            outer,
            boundary("right", "outer", definition("error", errorRef="failed")),
            user("yes"),
            path("start", "outer"),
            path("right", "yes"),
        ),
    )
    assert Run(drawn).do("a") == ["yes"]


def test_an_escalation_may_leave_the_subprocess_running():
    inner = sub(
        "part",
        start("s"),
        user("a"),
        throw("up", definition("escalation", escalationRef="raised")),
        user("b"),
        path("s", "a", "up", "b"),
    )
    drawn = document(
        RAISED,
        process(
            start(),
            inner,
            boundary("heard", "part", definition("escalation", escalationRef="raised"), ends=False),
            user("boss"),
            end(),
            path("start", "part", "end"),
            path("heard", "boss"),
        ),
    )
    run = Run(drawn)
    assert sorted(run.do("a")) == ["b", "boss"]
    run.do("b")
    assert run.open == ["boss"] and not run.flow.finished
    run.do("boss")
    assert run.flow.finished


def test_terminate_ends_everything_on_its_level():
    drawn = diagram(
        start(),
        both("split"),
        user("a"),
        user("b"),
        sub("part", start("s"), user("c"), path("s", "c")),
        end("all", definition("terminate")),
        path("start", "split", "a", "all"),
        path("split", "b"),
        path("split", "part"),
    )
    run = Run(drawn)
    assert run.open == ["a", "b", "c"]
    assert run.do("a") == [] and run.flow.finished and run.flow.ended == ["all"]


def test_terminate_in_a_subprocess_ends_only_that():
    inner = sub(
        "part",
        start("s"),
        both("split"),
        user("a"),
        user("b"),
        end("all", definition("terminate")),
        path("s", "split", "a", "all"),
        path("split", "b"),
    )
    run = Run(diagram(start(), inner, user("z"), path("start", "part", "z")))
    assert run.do("a") == ["z"]


def test_a_message_thrown_and_not_caught_is_reported_and_one_that_is_waited_for_is_delivered():
    drawn = document(
        '<bpmn:message id="m" name="ping"/>',
        process(
            start(),
            user("a"),
            both("split"),
            throw("send", definition("message", messageRef="m")),
            catch("wait", definition("message", messageRef="m")),
            end(),
            path("start", "a", "split", "wait", "end"),
            path("split", "send", "end"),
        ),
    )
    run = Run(drawn)
    run.flow.complete(run.task("a"), {})
    assert run.flow.finished and run.flow.thrown == []
    alone = document(
        '<bpmn:message id="m" name="ping"/>',
        process(start(), throw("send", definition("message", messageRef="m")), end(), path("start", "send", "end")),
    )
    assert Run(alone).passed == ["start", "send", "end"]


def test_a_receive_task_without_a_message_waits_instead_of_passing():
    run = Run(diagram(start(), node("receiveTask", "mail"), end(), path("start", "mail", "end")))
    assert not run.flow.finished and run.flow.waiting_messages == ["Mail"]
    assert run.flow.receive("Mail", {}) and run.flow.finished


def test_a_signal_reaches_everyone_who_waits_and_a_signal_end_throws_it():
    signal = '<bpmn:signal id="s" name="halt"/>'
    drawn = document(
        signal,
        process(
            start(),
            both("split"),
            user("a"),
            boundary("stop", "a", definition("signal", signalRef="s")),
            user("stopped"),
            catch("wait", definition("signal", signalRef="s")),
            user("heard"),
            user("b"),
            end("last", definition("signal", signalRef="s")),
            path("start", "split", "a"),
            path("split", "wait", "heard"),
            path("split", "b", "last"),
            path("stop", "stopped"),
        ),
    )
    run = Run(drawn)
    assert sorted(run.do("b")) == ["heard", "stopped"]


def test_a_boundary_message_ends_the_countersigning_as_a_whole():
    drawn = diagram(
        start(),
        user("sign", several(source="who", item="one")),
        boundary("stop", "sign", definition("message")),
        user("after"),
        end(),
        path("start", "sign", "end"),
        path("stop", "after"),
    )
    run = Run(drawn, data={"who": ["a", "b"]})
    run.do("sign", "a")
    assert run.flow.receive("Stop", {})
    run.reload()
    assert run.open == ["after"]


def test_a_boundary_timer_on_a_call_ends_what_runs_inside():
    part = process(
        start("s"), user("c"), sub("deep", start("s2"), user("d"), path("s2", "d")), path("s", "c", "deep"), id="q"
    )
    whole = process(
        start(),
        call("c1", "q"),
        boundary("due", "c1", timer("PT1H")),
        user("late"),
        path("start", "c1"),
        path("due", "late"),
    )
    run = Run(document(whole), document(part))
    run.do("c")
    assert run.open == ["d"] and run.later(hours=1) and run.open == ["late"]
    run.do("late")
    assert run.open == [] and run.flow.ended == []


def test_an_event_gateway_into_anything_but_events_is_refused():
    drawn = diagram(start(), node("eventBasedGateway", "g"), user("a"), end(), path("start", "g", "a", "end"))
    with pytest.raises(DiagramError) as caught:
        specify({"a": drawn})
    assert caught.value.finding_code == "event_gateway_target"


def test_a_loop_without_a_human_task_stops_at_the_step_limit():
    from engine.kernel.errors import StepLimit

    drawn = diagram(
        start(),
        xor("a"),
        xor("b", default="d"),
        end(),
        path("start", "a", "b"),
        flow("b", "a", "true"),
        flow("b", "end", id="d"),
    )
    with pytest.raises(StepLimit):
        Run(drawn)
