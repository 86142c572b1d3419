"""Every diagram of the catalogue can be read by people, and says in words what its gateways and tasks ask."""

import re

import pytest

from tests.bpmn.drawing import DIAGRAMS, Drawing
from tests.bpmn.legible import CHECKS

WORDS = re.compile(r"[a-z][a-z]*(_[a-z]+)*")


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem, scope="module")
def drawing(request):
    return Drawing(request.param)


def test_there_are_diagrams():
    assert {"pub-company-info", "acc-open-staff", "acc-weibo-temp-login"} <= {path.stem for path in DIAGRAMS}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_drawing_is_legible(drawing, check):
    assert list(check(drawing)) == []


def test_ids_are_words(drawing):
    assert [name for name in [*drawing.nodes, *drawing.flows] if not WORDS.fullmatch(name)] == []


def test_a_gateway_that_splits_asks_a_question_and_labels_its_answers(drawing):
    for name in drawing.named("exclusiveGateway"):
        flows = drawing.outgoing(name)
        if len(flows) > 1:
            assert drawing.nodes[name].get("name", "").endswith("?"), name
            assert all(flow.get("name") for flow in flows), name


def test_a_gateway_has_a_default_and_it_never_approves(drawing):
    for name in drawing.named("exclusiveGateway"):
        flows = drawing.outgoing(name)
        if len(flows) > 1:
            default = drawing.nodes[name].get("default")
            conditions = {flow.get("id"): "".join(flow.itertext()).strip() for flow in flows}
            assert conditions.pop(default) == "", name
            assert all(conditions.values()), name
            if any(re.match(r"decision\b", each) for each in conditions.values()):
                assert 'decision == "approve"' in conditions.values(), name


def test_every_human_task_says_who_acts_with_which_form_and_what_to_do(drawing):
    for name in drawing.named("userTask"):
        properties = drawing.properties(name)
        assert {"who", "form", "kind"} <= properties.keys(), name
        assert drawing.nodes[name].findtext("{*}documentation"), name


def test_who_decides_never_decides_on_an_own_submission(drawing):
    for name in drawing.named("userTask"):
        properties = drawing.properties(name)
        if properties["kind"] == "decide":
            assert "submit" in properties["separate"].split(","), name
