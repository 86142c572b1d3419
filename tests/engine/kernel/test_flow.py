"""A case as the house sees it: what is open, who may complete it, what may be handed in, what is stored."""

import json
import logging
import threading
from datetime import datetime

import orjson
import pytest

from engine.errors import TooLarge
from engine.kernel import Flow, specify
from engine.kernel.errors import BadData, BrokenSnapshot, NoOperation, NotOpen, NotUnderstood
from engine.kernel.expression import SafeEnvironment
from engine.kernel.plain import MAX_DATA
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import (
    call,
    diagram,
    document,
    end,
    extension,
    flow,
    node,
    path,
    process,
    props,
    service,
    start,
    sub,
    user,
    xor,
)

TWO = diagram(start(), user("a", who="applicant", form="f"), user("b"), end(), path("start", "a", "b", "end"))


def test_an_open_task_says_what_the_diagram_says_of_it():
    lanes = (
        "<bpmn:laneSet id='ls'><bpmn:lane id='l1' name='部门'>"
        + props(who="role('x')", due="P1D")
        + "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    task = user("a", "<bpmn:documentation>Read it.</bpmn:documentation>", due="P2D")
    run = Run(diagram(lanes, start(), task, end(), path("start", "a", "end")), data={"x": 1})
    (found,) = run.flow.open_tasks
    assert (found.step, found.name, found.lane, found.documentation) == ("a", "A", "部门", "Read it.")
    assert dict(found.properties) == {"who": "role('x')", "due": "P2D"}
    assert found.opened_at == NOON and found.process == "p" and dict(found.data) == {"x": 1}
    found.data["x"] = 2
    assert run.flow.data == {"x": 1}


def test_an_open_task_keeps_its_id_and_its_time_over_every_reload():
    run = Run(TWO)
    first = run.flow.open_tasks[0]
    run.later(days=2)
    assert run.flow.open_tasks == [first]


def test_only_what_is_open_and_a_persons_can_be_completed():
    run = Run(TWO)
    done = run.task("a")
    run.do("a")
    for task_id in (done, "", "0", "1", ">start", "nonsense", str(run.flow._case.task_tree.id)):
        with pytest.raises(NotOpen):
            run.flow.complete(task_id, {})
    assert run.open == ["b"]


@pytest.mark.parametrize(
    "bad",
    [
        {"typename": "datetime", "value": "x"},
        {"x": {"typename": "UUID"}},
        {"x": [{"typename": 1}]},
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": 2**70},
        {"x": {1: 2}},
        {1: 2},
        {"x": (1, 2)},
        {"x": {1, 2}},
        {"x": b"bytes"},
        {"x": datetime(2026, 1, 1)},
        {"x": object()},
        {"x": "\ud800"},
        {"": 1},
        {"a\nb": 1},
        [("x", 1)],
        None,
        "x",
    ],
)
def test_what_is_not_plain_form_data_stays_outside_and_the_task_stays_open(bad):
    run = Run(TWO)
    with pytest.raises(BadData):
        run.flow.complete(run.task("a"), bad)
    assert run.reload() and run.open == ["a"]


def test_form_data_have_a_size_and_a_depth():
    run = Run(TWO)
    with pytest.raises(TooLarge):
        run.flow.complete(run.task("a"), {"x": "y" * (MAX_DATA + 1)})
    deep: dict = {}
    for _ in range(100):
        deep = {"x": deep}
    with pytest.raises(BadData):
        run.flow.complete(run.task("a"), deep)
    run.do("a", x="y" * (MAX_DATA - 10))
    assert run.open == ["b"]


def test_answers_are_assigned_and_never_merged_into_what_was_there():
    run = Run(TWO, data={"lines": ["a", "b", "c"], "who": {"x": 1, "y": 2}})
    run.do("a", lines=["c", "a"], who={"x": 3})
    assert run.flow.data == {"lines": ["c", "a"], "who": {"x": 3}}


def test_what_was_handed_in_is_copied():
    run = Run(TWO)
    answers = {"lines": ["a"]}
    run.flow.complete(run.task("a"), answers)
    answers["lines"].append("b")
    assert run.flow.data == {"lines": ["a"]}


def test_a_finished_case_has_its_end_event_and_its_data_after_a_reload():
    run = Run(TWO)
    run.do("a", x=1)
    run.do("b", y=2)
    assert run.flow.finished and run.flow.ended == ["end"] and run.flow.data == {"x": 1, "y": 2}
    assert run.passed == ["start", "a", "b", "end"]


def test_a_dead_end_is_not_the_end():
    run = Run(diagram(start(), user("a"), path("start", "a")))
    run.do("a")
    assert not run.flow.finished and run.flow.ended == [] and run.open == []


def test_a_snapshot_holds_no_specification_and_only_what_is_open():
    run = Run(TWO, data={"x": 1})
    assert len(run.flow.dump()) < 500
    assert "sequenceFlow" not in run.flow.dump() and "applicant" not in run.flow.dump()


def test_a_snapshot_that_does_not_fit_is_refused_and_runs_nothing():
    run = Run(TWO)
    other = specify({"x": diagram(start(), user("z"), end(), path("start", "z", "end"))})
    with pytest.raises(BrokenSnapshot):
        Flow.load(other, run.flow.dump(), now=NOON)
    state = json.loads(run.flow.dump())
    with pytest.raises(BrokenSnapshot):
        Flow.load(run.spec, json.dumps(state | {"v": 99, "serializer_version": "1.1"}), now=NOON)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"v":1}', '{"v":1,"wf":{}', "\x00", '{"v":1,"ended":[],"cancelled":0,"wf":5}']
)
def test_a_damaged_snapshot_is_told_in_words(text):
    with pytest.raises(BrokenSnapshot):
        Flow.load(Run(TWO).spec, text, now=NOON)
    whole = Run(TWO).flow.dump()
    with pytest.raises(BrokenSnapshot):
        Flow.load(Run(TWO).spec, whole[: len(whole) // 2], now=NOON)


def test_the_state_of_a_case_has_a_cap():
    run = Run(TWO)
    run.flow._case.task_tree.data = {"x": "y" * 3_000_000}
    with pytest.raises(TooLarge):
        run.flow.dump()


def test_a_service_task_calls_its_operation_with_its_parameters_and_keeps_the_result():
    calls = []

    def services(operation, parameters, data):
        calls.append((operation, parameters, data))
        return {"number": 7, "lines": [1]}

    drawn = diagram(
        start(),
        user("a"),
        service("s", "archive", "register", title="title", kind="'post'"),
        user("b"),
        path("start", "a", "s", "b"),
    )
    run = Run(drawn, services=services)
    run.do("a", title="T")
    assert calls == [("archive", {"title": "T", "kind": "post"}, {"title": "T"})]
    assert run.flow.data == {"title": "T", "register": {"number": 7, "lines": [1]}}


def test_a_service_task_without_a_table_of_operations_stops_the_case():
    drawn = diagram(start(), service("s", "archive"), end(), path("start", "s", "end"))
    with pytest.raises(NoOperation):
        Run(drawn)


def test_a_result_of_an_operation_is_plain_data_too():
    drawn = diagram(start(), service("s", "x", "into"), end(), path("start", "s", "end"))
    with pytest.raises(BadData):
        Run(drawn, services=lambda *given: {"typename": "datetime"})


def test_a_called_process_takes_the_data_in_and_brings_them_back():
    part = process(start("s"), user("c"), end("e"), path("s", "c", "e"), id="q")
    whole = process(start(), user("a"), call("part", "q"), user("z"), path("start", "a", "part", "z"))
    run = Run(document(whole), document(part))
    run.do("a", x=1)
    (task,) = run.flow.open_tasks
    assert task.process == "q" and dict(task.data) == {"x": 1}
    run.do("c", y=2)
    assert run.flow.data == {"x": 1, "y": 2} and run.flow.ended == []
    assert run.passed == ["start", "a", "s", "c", "e", "part"]


def test_called_parts_are_found_over_several_files_and_levels():
    third = process(start("s3"), user("deep"), path("s3", "deep"), id="r")
    second = process(start("s2"), sub("box", start("s4"), call("cr", "r"), path("s4", "cr")), path("s2", "box"), id="q")
    first = process(start(), call("cq", "q"), end(), path("start", "cq", "end"))
    run = Run(document(first), document(third), document(second))
    assert run.do("deep") == [] and run.flow.finished


def test_two_threads_may_run_two_cases_of_one_specification():
    spec = specify({"x": TWO})
    failed = []

    def work(number: int) -> None:
        for _ in range(60):
            text = Flow.start(spec, {"n": number}, now=NOON).dump()
            for step in ("a", "b"):
                case = Flow.load(spec, text, now=NOON)
                case.complete(case.open_tasks[0].id, {step: number})
                text = case.dump()
            if case.data != {"n": number, "a": number, "b": number}:
                failed.append(case.data)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []


def test_the_clock_of_the_machine_is_never_read(monkeypatch):
    import time

    run = Run(TWO)
    monkeypatch.setattr(time, "time", lambda: (_ for _ in ()).throw(AssertionError("the clock was read")))
    run.do("a")
    assert run.flow.open_tasks[0].opened_at == NOON


def test_thin_snapshots_are_json_that_anybody_can_read():
    assert orjson.loads(Run(TWO).flow.dump())["v"] == 1


def test_vendor_extensions_and_drawings_do_not_matter():
    vendor = extension("<camunda:x xmlns:camunda='urn:c' a='1'><camunda:script>boom()</camunda:script></camunda:x>")
    inner = node("userTask", "a", vendor) + xor("g") + flow("g", "end")
    run = Run(diagram(start(), inner, end(), path("start", "a", "g")))
    run.do("a")
    assert run.flow.finished


def test_a_loaded_case_evaluates_with_the_safe_language_and_not_with_python():
    drawn = diagram(
        start(),
        user("a"),
        xor("g", default="d"),
        end(),
        path("start", "a", "g"),
        flow("g", "a", "().__class__.__base__.__subclasses__()"),
        flow("g", "end", id="d"),
    )
    run = Run(drawn)
    assert isinstance(run.flow._case.script_engine.environment, SafeEnvironment)
    with pytest.raises(NotUnderstood):
        run.do("a")


def test_the_library_logs_nothing_of_the_data_even_when_everything_else_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    Run(TWO).do("a", secret="to nobody")
    assert [one for one in caplog.records if one.name.startswith("spiff")] == []


def test_data_objects_stores_and_interfaces_of_a_drawing_change_nothing():
    drawn = diagram(
        "<bpmn:dataObject id='d'/><bpmn:dataObjectReference id='r' dataObjectRef='d'/>"
        "<bpmn:dataStoreReference id='s' dataStoreRef='gone'/><bpmn:ioSpecification id='i'/>",
        start(),
        user("a", "<bpmn:ioSpecification id='j'><bpmn:dataInput id='k'/></bpmn:ioSpecification>"),
        end(),
        path("start", "a", "end"),
    )
    run = Run(drawn)
    run.do("a", d=1)
    assert run.flow.finished and run.flow.data == {"d": 1}
