"""`try`: the right trace of a diagram, or a clear refusal; never a traceback, never a skipped person."""

import time
from typing import Any

import pytest

from engine.kernel.trial import try_diagram
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

REVIEW = diagram(
    start(),
    user("write"),
    user("review"),
    xor("ok", default="back"),
    user("publish"),
    end(),
    path("start", "write", "review", "ok"),
    flow("ok", "write", id="back"),
    flow("ok", "publish", "decision == 'approve'"),
    path("publish", "end"),
)


def tried(*documents: bytes, **given: Any) -> dict[str, Any]:
    return try_diagram({f"{number}.bpmn": one for number, one in enumerate(documents)}, **given)


def elements(result: dict[str, Any]) -> list[str]:
    return [one["element"] for one in result["trace"]]


def test_answers_by_element_are_used_in_their_order():
    result = tried(
        REVIEW,
        answers={"write": {}, "review": [{"decision": "return"}, {"decision": "approve"}], "publish": {"url": "u"}},
    )
    assert result["state"] == "finished" and result["ended"] == ["end"]
    assert elements(result) == ["start", "write", "review", "ok", "write", "review", "ok", "publish", "end"]
    assert result["data"] == {"decision": "approve", "url": "u"}
    assert result["trace"][:2] == [
        {"element": "start", "name": "Start", "kind": "event"},
        {"element": "write", "name": "Write", "kind": "human"},
    ]
    assert result["trace"][3]["kind"] == "automatic"


def test_a_list_of_answers_that_is_used_up_leaves_the_case_waiting():
    result = tried(REVIEW, answers={"write": [{}], "review": {"decision": "return"}})
    assert result["state"] == "waiting" and elements(result)[-1] == "ok"


def test_without_answers_a_person_is_waited_for():
    result = tried(REVIEW)
    assert result["state"] == "waiting" and elements(result) == ["start"] and result["ended"] == []


def test_anyone_does_every_human_task_and_data_nobody_gave_are_asked_for():
    refused = tried(REVIEW, anyone=True)
    assert refused["state"] == "refused"
    (finding,) = refused["findings"]
    assert finding["code"] == "missing_data" and finding["element"] == "ok" and finding["level"] == "error"
    assert set(finding) == {"code", "level", "element", "name", "line", "zh", "en"} and finding["line"] == 1
    assert tried(REVIEW, anyone=True, data={"decision": "approve"})["state"] == "finished"
    assert elements(tried(REVIEW, anyone=True, assume=True)) == ["start", "write", "review", "ok", "publish", "end"]


def test_a_loop_of_people_that_never_ends_is_stopped():
    result = tried(REVIEW, anyone=True, assume=False)
    assert result["state"] == "stopped" and result["reason"]["zh"] and result["reason"]["en"]


def test_an_endless_automatic_loop_is_stopped_within_two_seconds():
    started = time.process_time()
    result = tried(diagram(start(), xor("a"), both("b"), end(), path("start", "a", "b", "a"), path("b", "end")))
    assert result["state"] == "stopped" and time.process_time() - started < 10
    assert result["reason"]["element"] in ("a", "b", "end")


def test_the_clock_jumps_to_the_next_timer_when_nothing_else_can_happen():
    drawn = diagram(
        start(),
        user("a"),
        boundary("due", "a", timer("P30D")),
        user("late"),
        catch("pause", timer("PT2H")),
        end(),
        path("start", "a", "end"),
        path("due", "late", "pause", "end"),
    )
    assert elements(tried(drawn, anyone=True)) == ["start", "a", "end"]
    assert elements(tried(drawn, answers={"late": {}})) == ["start", "due", "late", "pause", "end"]


def test_a_reminder_for_ever_leaves_the_person_waiting():
    drawn = diagram(
        start(),
        user("a"),
        boundary("again", "a", timer("R/PT1H", "timeCycle"), ends=False),
        throw("remind"),
        end(),
        path("start", "a", "end"),
        path("again", "remind"),
    )
    result = tried(drawn)
    assert result["state"] == "waiting" and elements(result)[:3] == ["start", "again", "remind"]


def test_a_bad_time_stops_and_a_time_that_needs_data_asks_for_them():
    def drawn(value):
        return diagram(start(), catch("a", timer(value)), end(), path("start", "a", "end"))

    stopped = tried(drawn("-PT1H"), anyone=True, assume=True)
    assert stopped["state"] == "stopped" and stopped["reason"]["element"] == "a"
    assert tried(drawn("${due}"), anyone=True)["state"] == "refused"
    assert tried(drawn("${due}"), anyone=True, assume=False)["state"] == "finished"


def test_a_diagram_that_multiplies_its_tokens_is_stopped_in_time():
    many = [f"g{number}" for number in range(120)]
    drawn = diagram(
        start(),
        xor("m"),
        both("s"),
        *(both(one) for one in many),
        path("start", "m", "s"),
        *(path("s", one, "m") for one in many),
    )
    started = time.process_time()
    assert tried(drawn, anyone=True)["state"] == "stopped"
    assert time.process_time() - started < 10


def test_a_message_nobody_throws_is_waited_for_also_when_one_stand_in_does_all_human_work():
    drawn = diagram(
        start(),
        catch("mail", definition("message")),
        node("receiveTask", "letter"),
        end(),
        path("start", "mail", "letter", "end"),
    )
    for anyone in (False, True):
        result = tried(drawn, anyone=anyone)
        assert result["state"] == "waiting"
        assert elements(result) == ["start"]


def test_service_tasks_are_recorded_and_give_what_the_answers_say():
    drawn = diagram(
        start(),
        service("s", "archive", "number"),
        xor("g", default="d"),
        end("many"),
        end("few"),
        path("start", "s", "g"),
        flow("g", "many", "number.count > 3"),
        flow("g", "few", id="d"),
    )
    assert tried(drawn, answers={"s": {"count": 5}})["ended"] == ["many"]
    assert tried(drawn, assume=False)["ended"] == ["few"]


FOREIGN = {
    "conditions in another language": (
        start()
        + xor("g")
        + user("a")
        + user("b")
        + end()
        + path("start", "g")
        + flow("g", "a", "${approved == true}")
        + flow("g", "b", "#{not approved}")
        + path("a", "end")
        + path("b", "end"),
        ["start", "g", "a", "end"],
    ),
    "no conditions at all": (
        start() + xor("g") + user("a") + user("b") + end() + path("start", "g", "a", "end") + path("g", "b", "end"),
        ["start", "g", "a", "end"],
    ),
    "one flow without a condition is meant as the default": (
        start()
        + xor("g")
        + user("a")
        + user("b")
        + end()
        + path("start", "g", "a", "end")
        + flow("g", "b", "${x}")
        + path("b", "end"),
        ["start", "g", "b", "end"],
    ),
    "a task with two ways out goes both": (
        start() + user("a") + user("b") + user("c") + end() + path("start", "a", "b", "end") + path("a", "c", "end"),
        ["start", "a", "b", "end", "c", "end"],
    ),
    "a service task without an operation": (
        start() + node("serviceTask", "a") + node("sendTask", "b") + end() + path("start", "a", "b", "end"),
        ["start", "a", "b", "end"],
    ),
    "a timer without a time": (
        start() + catch("a", definition("timer")) + end() + path("start", "a", "end"),
        ["start", "a", "end"],
    ),
    "instances for nobody in particular": (
        start() + user("a", several()) + user("b", several(count="${n}")) + end() + path("start", "a", "b", "end"),
        ["start", "a", "b", "end"],
    ),
    "a start that waits for a message": (
        node("startEvent", "start", definition("message")) + user("a") + end() + path("start", "a", "end"),
        ["start", "a", "end"],
    ),
    "two starts of which the plain one counts": (
        node("startEvent", "other", definition("message"))
        + start()
        + user("a")
        + end()
        + path("start", "a", "end")
        + path("other", "a"),
        ["start", "a", "end"],
    ),
    "no start event": (user("a") + end() + path("a", "end"), ["a", "end"]),
    "a subprocess without events of its own": (
        start() + sub("s", user("a"), user("b"), path("a", "b")) + end() + path("start", "s", "end"),
        ["start", "a", "b", "s", "end"],
    ),
    "ids the library keeps for itself": (
        start("Start") + user("End") + end("p.EndJoin") + path("Start", "End", "p.EndJoin"),
        ["Start", "End", "p.EndJoin"],
    ),
    "a milestone on the way": (start() + throw("t") + end() + path("start", "t", "end"), ["start", "t", "end"]),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_diagram_drawn_elsewhere_is_humoured(what):
    body, expected = FOREIGN[what]
    drawn = diagram(body).replace(b'isExecutable="true"', b'isExecutable="false"')
    result = tried(drawn, anyone=True, assume=True)
    assert result["state"] == "finished", result
    assert elements(result) == expected


def asks(condition: str) -> bytes:
    return diagram(
        start(), xor("g", default="no"), user("yes"), user("otherwise"), end(), path("start", "g"),
        flow("g", "yes", condition), flow("g", "otherwise", id="no"), path("yes", "end"), path("otherwise", "end"),
    )  # fmt: skip


@pytest.mark.parametrize("condition", ["${ok && amount > 10}", "#{!(!ok || amount <= 10)}", "= ok and amount > 10"])
def test_a_condition_of_another_product_is_asked_when_its_data_are_given(condition):
    drawn = asks(condition)
    for amount, expected in ((20, "yes"), (2, "otherwise")):
        given = {"ok": True, "amount": amount}
        assert elements(tried(drawn, anyone=True, assume=amount == 2, data=given))[2] == expected
    for assumed, expected in ((True, "yes"), (False, "otherwise")):
        assert elements(tried(drawn, anyone=True, assume=assumed))[2] == expected


def test_text_compared_with_a_number_stops_in_words():
    result = tried(asks("amount > 10"), anyone=True, data={"amount": "20"})
    assert result["state"] == "stopped" and "TypeError" not in result["reason"]["en"]
    assert "文字与数字" in result["reason"]["zh"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            start() + node("scriptTask", "a", "<bpmn:script>x</bpmn:script>") + end() + path("start", "a", "end"),
            "script",
        ),
        (start() + sub("a") + end() + path("start", "a", "end"), "no_start"),
        (start() + call("a", "gone") + end() + path("start", "a", "end"), "called_process_missing"),
        (start() + call("a", "p") + end() + path("start", "a", "end"), "call_cycle"),
        ("", "no_start"),
    ],
)
def test_what_cannot_be_run_is_refused_even_then(body, code):
    result = tried(diagram(body), anyone=True, assume=True)
    assert result["state"] == "refused" and [one["code"] for one in result["findings"]] == [code]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"<a/>",
        b"\xff\xfe\x00",
        document(),
        b"<!DOCTYPE x><x/>",
        b"PK\x03\x04",
        document(node("process", "")),
    ],
)
def test_a_file_that_is_no_diagram_is_refused_with_a_finding(data):
    result = tried(data, anyone=True)
    assert result["state"] == "refused" and result["findings"][0]["zh"]


def test_a_gateway_without_a_true_condition_stops_with_its_reason():
    drawn = diagram(
        start(), xor("g"), end(), user("a"), path("start", "g"), flow("g", "end", "x == 1"), flow("g", "a", "x == 2")
    )
    result = tried(drawn, data={"x": 3})
    assert result["state"] == "stopped" and result["reason"]["element"] == "g" and elements(result) == ["start"]
    assert tried(drawn, assume=False)["state"] == "stopped"


def test_half_a_join_and_a_dead_end_stop_with_their_reasons():
    half = diagram(
        start(),
        xor("g", default="d"),
        user("a"),
        user("b"),
        both("j"),
        end(),
        path("start", "g"),
        flow("g", "a", "true"),
        flow("g", "b", id="d"),
        path("a", "j", "end"),
        path("b", "j"),
    )
    result = tried(half, anyone=True)
    assert result["state"] == "stopped" and result["reason"]["element"] == "j"
    dead = tried(diagram(start(), user("a"), path("start", "a")), anyone=True)
    assert dead["state"] == "stopped" and dead["reason"]["element"] == "a" and dead["ended"] == []


def test_an_empty_list_of_signers_stops_and_never_passes():
    drawn = diagram(start(), user("a", several(source="who")), end(), path("start", "a", "end"))
    result = tried(drawn, anyone=True, data={"who": []})
    assert result["state"] == "stopped" and result["reason"]["element"] == "a"


def test_countersigners_are_answered_one_by_one():
    drawn = diagram(
        start(),
        user("a", several(source="who", item="one"), mode="all"),
        xor("g", default="d"),
        end("yes"),
        end("no"),
        path("start", "a", "g"),
        flow("g", "yes", "decision == 'approve'"),
        flow("g", "no", id="d"),
    )
    answers = {"a": [{"decision": "approve"}, {"decision": "approve"}]}
    assert tried(drawn, data={"who": ["x", "y"]}, answers=answers)["ended"] == ["yes"]
    answers = {"a": [{"decision": "return"}, {"decision": "approve"}]}
    assert tried(drawn, data={"who": ["x", "y"]}, answers=answers)["ended"] == ["no"]


def test_a_called_part_may_lie_in_another_file():
    part = process(start("s"), user("b"), end("e"), path("s", "b", "e"), id="q")
    whole = process(start(), call("c", "q"), end(), path("start", "c", "end"))
    assert elements(tried(document(whole), document(part), anyone=True)) == ["start", "s", "b", "e", "c", "end"]


@pytest.mark.parametrize("answers", [{"a": 5}, {"a": [5]}, {"a": {"typename": 1}}, [1], {"a": [{"x": float("nan")}]}])
def test_answers_that_are_no_answers_are_refused(answers):
    assert tried(REVIEW, answers=answers)["state"] == "refused"


def test_data_that_are_no_data_stop_the_run_in_words():
    assert tried(REVIEW, data={"x": object()})["state"] in ("stopped", "refused")


def test_a_run_of_the_largest_fan_stays_quick():
    names = [f"u{number}" for number in range(400)]
    drawn = diagram(
        start(),
        both("g"),
        both("j"),
        end(),
        *(user(one) for one in names),
        path("start", "g"),
        path("j", "end"),
        *(path("g", one, "j") for one in names),
    )
    started = time.process_time()
    result = tried(drawn, anyone=True)
    assert result["state"] == "finished" and len(result["trace"]) == 404
    assert time.process_time() - started < 10


def test_a_countersign_with_weights_and_a_veto_runs_in_a_trial():
    more = {"mode": "weight:0.6", "weights": 'role("a")=3; role("b")=2', "veto": 'role("a")', "signers": "everybody"}
    drawn = diagram(start(), user("sign", several(), **more), end(), path("start", "sign", "end"))
    who = {"everybody": ["x", "y", "z"], 'role("a")': ["x"], 'role("b")': ["y"]}
    votes = {"sign": [{"decision": "approve"}, {"decision": "approve"}]}
    told = try_diagram({"d.bpmn": drawn}, answers=votes, data=who)
    assert told["state"] == "finished" and told["data"]["decision"] == "approve"
    assert [vote["weight"] for vote in told["data"]["votes"]] == [3, 2]
    alone = try_diagram({"d.bpmn": drawn}, answers=votes, anyone=True)
    assert alone["state"] == "finished"
