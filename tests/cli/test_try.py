"""`qianfa try`: a diagram runs in memory, by given answers, with a clock that jumps."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.cli.test_check import HOSTILE
from tests.support import cpu

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
GOOD = BPMN / "accounts/acc-open-staff"
MODEL = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def foreign(inside: str) -> str:
    """A diagram as another tool draws it: nothing of our house on it."""
    return f'<definitions {MODEL} id="d"><process id="p" isExecutable="true">{inside}</process></definitions>'


def flow(source: str, target: str, condition: str = "") -> str:
    asked = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{asked}</sequenceFlow>'


LINE = foreign(
    '<startEvent id="s"/><userTask id="write" name="起草"/><userTask id="read" name="阅读"/><endEvent id="e"/>'
    + flow("s", "write")
    + flow("write", "read")
    + flow("read", "e")
)
CHOICE = foreign(
    '<startEvent id="s"/><userTask id="review" name="审核"/><exclusiveGateway id="ok" default="ok_no"/>'
    '<endEvent id="yes"/><endEvent id="no"/>'
    + flow("s", "review")
    + flow("review", "ok")
    + flow("ok", "yes", 'decision == "approve"')
    + flow("ok", "no")
)
TIMER = foreign(
    '<startEvent id="s"/><intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>P30D</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>' + flow("s", "wait") + flow("wait", "e")
)
ROUND = foreign(
    '<startEvent id="s"/><exclusiveGateway id="before"/><userTask id="work" name="做"/>'
    '<exclusiveGateway id="enough" default="enough_e"/><endEvent id="e"/>'
    + flow("s", "before")
    + flow("before", "work")
    + flow("work", "enough")
    + flow("enough", "before", "again")
    + flow("enough", "e")
)


@pytest.fixture
def draw(tmp_path: Path):
    def save(name: str, content: str | bytes | Any) -> str:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return name

    return save


def test_one_stand_in_does_every_step_of_a_foreign_diagram(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("line.bpmn", LINE), "--anyone", "--json")
    assert told.status == 0, told
    assert set(told.json) == {"state", "ended", "trace", "data"}
    assert (told.json["state"], told.json["ended"]) == ("finished", ["e"])
    human = [one for one in told.json["trace"] if one["kind"] == "human"]
    assert human == [
        {"element": "write", "name": "起草", "kind": "human"},
        {"element": "read", "name": "阅读", "kind": "human"},
    ]


def test_a_foreign_diagram_without_anyone_is_refused_with_findings(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("line.bpmn", LINE), "--json")
    assert told.status == 1
    assert told.json["state"] == "refused"
    assert set(told.json["findings"][0]) == {"code", "level", "element", "name", "line", "zh", "en"}


@pytest.mark.parametrize(("decision", "end"), [("approve", "yes"), ("reject", "no")])
def test_answers_choose_the_way(qianfa: Command, draw, decision: str, end: str) -> None:
    answers = draw("answers.json", {"review": [{"decision": decision}]})
    told = qianfa("try", draw("choice.bpmn", CHOICE), "--anyone", "--answers", answers, "--json")
    assert (told.status, told.json["ended"]) == (0, [end]), told
    assert told.json["data"]["decision"] == decision


def test_several_answers_are_given_one_after_the_other(qianfa: Command, draw) -> None:
    answers = draw("answers.json", {"work": [{"again": True}, {"again": True}, {"again": False}]})
    told = qianfa("try", draw("round.bpmn", ROUND), "--anyone", "--answers", answers, "--json")
    assert told.status == 0, told
    assert [one["element"] for one in told.json["trace"] if one["kind"] == "human"] == ["work"] * 3


@pytest.mark.parametrize(("assume", "end"), [("true", "yes"), ("false", "no")])
def test_what_nobody_gave_is_as_assumed(qianfa: Command, draw, assume: str, end: str) -> None:
    told = qianfa("try", draw("choice.bpmn", CHOICE), "--anyone", "--assume", assume, "--json")
    assert (told.status, told.json["ended"]) == (0, [end]), told


def test_what_nobody_gave_is_an_error_without_an_assumption(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("choice.bpmn", CHOICE), "--anyone", "--json")
    assert told.status == 1, told
    assert told.json["state"] == "refused"
    assert any(one["element"] in ("ok", "ok_yes") for one in told.json["findings"]), told.json


def test_the_clock_jumps_to_the_timer(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("timer.bpmn", TIMER), "--anyone", "--json")
    assert (told.json["state"], told.json["ended"]) == ("finished", ["e"]), told


def test_starting_data_is_seen(qianfa: Command, draw) -> None:
    data = draw("data.json", {"decision": "approve"})
    told = qianfa("try", draw("choice.bpmn", CHOICE), "--anyone", "--data", data, "--json")
    assert told.json["ended"] == ["yes"], told


def test_our_own_procedure_runs_to_its_end(qianfa: Command, draw) -> None:
    answers = draw(
        "answers.json",
        {
            "review_by_department_head": [{"decision": "return"}, {"decision": "approve"}],
            "review_by_administration": [{"decision": "approve"}],
            "acknowledge_custody": [{"custody": "accepted"}],
        },
    )
    told = qianfa("try", GOOD, "--anyone", "--answers", answers, "--assume", "true", "--json")
    assert told.status == 0, told
    assert told.json["state"] == "finished"
    assert [one["element"] for one in told.json["trace"]].count("submit") == 2


def test_what_is_no_json_is_told_by_its_place_in_the_readers_language(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("line.bpmn", LINE), "--anyone", "--data", draw("data.json", '{\n"a": }'))
    assert told.status == 2 and "第 2 行第 6 列不是 JSON" in told.err and "Expecting" not in told.err


@pytest.mark.parametrize("option", ["--answers", "--data"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"7", b'{"a": NaN}', b"\xff\xfe\x00", b"[" * 100_000])
def test_a_bad_file_of_answers_or_data_is_one_sentence(qianfa: Command, draw, option: str, content) -> None:
    if content is not None:
        draw("given.json", content)
    told = qianfa("try", draw("line.bpmn", LINE), "--anyone", option, "given.json")
    assert told.status == 2, told
    assert "given.json" in told.err


@pytest.mark.parametrize("content", [{"write": {"a": 1}}, {"write": [1]}, {"write": "approve"}])
def test_answers_of_the_wrong_shape_are_one_sentence(qianfa: Command, draw, content: Any) -> None:
    told = qianfa("try", draw("line.bpmn", LINE), "--anyone", "--answers", draw("answers.json", content))
    assert (told.status, "write" in told.err) == (2, True), told


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "utf16.bpmn"])
def test_a_hostile_file_is_refused_within_its_time(qianfa: Command, draw, name: str) -> None:
    draw(name, HOSTILE[name])
    spent = cpu.of_children()
    told = qianfa("try", name, "--anyone", "--json")
    assert (told.status, told.json["state"]) == (1, "refused"), told
    assert cpu.of_children() - spent < 10, "4 s are the check's, 4 s are the run's"


def test_what_cannot_run_is_refused_even_for_anyone(qianfa: Command, draw) -> None:
    script = LINE.replace('<userTask id="read"', '<scriptTask id="read"').replace("</userTask>", "</scriptTask>")
    told = qianfa("try", draw("script.bpmn", script), "--anyone", "--json")
    assert (told.status, told.json["state"]) == (1, "refused"), told
    assert any(one["element"] == "read" for one in told.json["findings"])


def test_a_person_reads_the_trace(qianfa: Command, draw) -> None:
    told = qianfa("try", draw("line.bpmn", LINE), "--anyone")
    assert told.status == 0 and "起草" in told.out
    english = qianfa("try", draw("line.bpmn", LINE), "--anyone", "--lang", "en")
    assert "finished" in english.out
