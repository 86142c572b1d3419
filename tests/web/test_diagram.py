"""The drawing board's server side: what is wrong with a drawing, told as one draws, and the words it may use."""

import json
import subprocess
from typing import Any

import pytest

from engine.operations import OPERATIONS
from engine.operations.labels import LABELS
from engine.procedures.inspector import look_at
from tests.engine.checks.test_faults import FAULTS
from tests.web.conftest import As
from tests.web.visitor import Visitor

SLUG = "pub-company-info"
# One drawing for each of these faults: the others are told the same way.
WANTED = (
    "script listener extension_foreign business_rule complex_gateway event_subprocess service_task operation_unknown "
    "event_signal message_unknown id_reserved flow_dangling boundary_dangling lane_twice implicit_split "
    "condition_missing dead_end unreachable timer_value repetition_source expression name_unset who_missing "
    "who_unknown role_unknown unit_unknown actor_unknown separate_unknown mode_single weights_missing act_unknown "
    "due_value form_unknown option_without_route default_approves decision_not_drawn"
).split()


def drawer(visit_one: As) -> tuple[Visitor, str]:
    """Somebody who may change a procedure, and the address of its draft."""
    visitor = visit_one("shen.yan")
    opened = visitor.client.post(f"/studio/open/{SLUG}", data={"csrf_token": visitor.token()})
    visitor.client.environ_base["HTTP_X_CSRFTOKEN"] = visitor.token()
    return visitor, opened.headers["Location"]


def desk_of(visitor: Visitor, home: str) -> Any:
    return visitor.client.get(f"{home}/diagram/desk").json


def post(visitor: Visitor, path: str, body: Any) -> Any:
    return visitor.client.post(path, json=body)


def in_this_process(_command: Any, *, input: bytes, **_more: Any) -> Any:
    """The child's work without the child: what it is for is proved elsewhere, and once below."""
    return subprocess.CompletedProcess([], 0, json.dumps(look_at(json.loads(input))).encode())


def test_every_fault_of_a_drawing_is_told_at_its_element(visit_one: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.procedures.inspect.subprocess.run", in_this_process)
    visitor, home = drawer(visit_one)
    desk = desk_of(visitor, home)
    manifest = json.loads(desk["manifest"]) | {"process": "leave", "calls": []}
    told, missing = {}, set(WANTED)
    for draw, code, element in FAULTS.values():
        drawing = draw()
        if code not in missing or drawing.process != "leave":
            continue
        missing.discard(code)
        files = {desk["file"]: drawing.text(), "forms.json": json.dumps(drawing.forms), "walks.json": "[]"}
        answer = post(visitor, f"{home}/diagram/check", {"files": files | {"procedure.json": json.dumps(manifest)}})
        found = [one for one in answer.json["findings"] if one["code"] != "folder" and one["level"] == "error"]
        assert [(one["code"], one["element"]) for one in found] == [(code, element)]
        told[code] = found[0]["text"]
    assert len(told) >= 30
    assert all("。" in text for text in told.values())


def test_a_drawing_as_it_is_has_no_fault_and_one_that_is_none_is_told(
    visit_one: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, home = drawer(visit_one)
    desk = desk_of(visitor, home)
    with monkeypatch.context() as here:
        here.setattr("engine.procedures.inspect.subprocess.run", in_this_process)
        assert post(visitor, f"{home}/diagram/check", {"files": {desk["file"]: desk["xml"]}}).json == {"findings": []}
    bomb = '<!DOCTYPE a [<!ENTITY x "x">]><a>&x;</a>'
    for text in ("", "<a", bomb):
        found = post(visitor, f"{home}/diagram/check", {"files": {desk["file"]: text}}).json["findings"]
        assert [one["level"] for one in found] == ["error"]
    for body in (None, [], {"files": "x"}, {"files": {desk["file"]: 1}}):
        assert post(visitor, f"{home}/diagram/check", body).status_code == 400
    assert post(visitor, f"{home}/diagram/check", {"files": {"../x": "<a/>"}}).status_code == 422
    assert desk_of(visitor, home)["revision"] == desk["revision"]


def test_the_words_of_the_board_are_those_of_the_company_and_of_the_engine(visit_one: As) -> None:
    visitor, home = drawer(visit_one)
    words = desk_of(visitor, home)["words"]
    assert {"企管办", "企管部负责人"} <= {one["name"] for one in words["roles"]}
    assert words["units"][0]["depth"] == 0 and {"EMD"} <= {one["code"] for one in words["units"]}
    assert {one["name"] for one in words["operations"]} == set(OPERATIONS) == set(LABELS)
    booking = next(one for one in words["operations"] if one["name"] == "book_mass_send")
    assert [one["name"] for one in booking["parameters"]] == ["channel", "day"]
    review = {one["key"]: one for one in words["forms"]["review"]}
    assert "approve" in {one["value"] for one in review["decision"]["options"]}
    assert not {one["key"]: one for one in words["forms"]["submit"]}["images"]["asked"]
    part = next(one for one in words["parts"] if one["process"] == "test_and_mass_send")
    assert "send_test" in {one["id"] for one in part["steps"]} and "<bpmn:definitions" in part["xml"]
    assert words["switches"] == {"gatekeeper": "企管办审核把关"}
    assert "转办" in {one["label"] for one in words["acts"]}
    assert words["tables"] == []
