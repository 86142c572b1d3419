"""修复 of stuck cases: in every structure it runs on to its end, and no approval passes by a repair."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions, trail
from engine.actions import Wish
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, QianfaError, SameHand, Stale
from engine.kernel.repairing import stops
from engine.procedures.package import Package
from engine.work import load_flow, row_of_case
from models import reading, repairs
from tests.engine.acts.acting import OWNER, House
from tests.engine.acts.structures import FORMS, MAKE, _field, doing, manifest, procedure, review
from tests.engine.kernel.drawing import diagram, end, flow, path, service, start, user, xor
from tests.support.story import Story

SECOND = "tian.ye"
PICK = [_field("textfield", "helper", properties={"en": "helper", "person": True}, validate={"required": True}),
        _field("textfield", "note")]  # fmt: skip


def at(house: Story, case_id: int, step: str) -> str:
    """The token that stands at a step."""
    with reading(house.engine) as conn:
        row, version, _ = row_of_case(conn, case_id)
        found, _ = load_flow(row, version, house.now)
    return next(one.id for one in stops(found) if one.step == step)


def ask(
    house: House, case_id: int, kind: str, step: str = "", target: str = "", value: Any = None, by: str = OWNER
) -> int:
    wish = Wish(kind, at(house, case_id, step) if step else "", target, value)
    return int(house.act(by, lambda desk: actions.ask_repair(desk, case_id, wish, "卡住了")))


def agree(house: House, number: int, by: str = SECOND) -> None:
    house.act(by, lambda desk: actions.approve_repair(desk, number))


def repaired(house: House, case_id: int, *asked: Any) -> None:
    agree(house, ask(house, case_id, *asked))
    house.look(case_id)


def refused(house: House, error: type[QianfaError], why: str, case_id: int, *asked: Any) -> None:
    before = house.case(case_id)
    with pytest.raises(error, match=why):
        ask(house, case_id, *asked)
    assert house.case(case_id) == before


def begun(house: House, kind: str) -> int:
    package, _ = procedure(f"r-{kind.replace('_', '-')}", [kind])
    house.publish(package)
    return house.begin(package.slug)


def small(house: House) -> int:
    """submit, prep (somebody is named), check (decides), after (by whom was named), finish."""
    submit = user("submit", who="applicant", form="submit", kind="submit")
    prep = user("prep", who='role("enterprise_mgmt_office")', form="pick", kind="do")
    after = user("after", who="person(form.helper)", form="do", kind="do")
    drawn = start() + xor("again") + submit + prep + review("check") + xor("ok", default="back") + end("rejected")
    drawn += after + doing("finish") + end("done") + path("start", "again", "submit", "prep", "check", "ok")
    drawn += flow("ok", "again", id="back") + flow("ok", "rejected", 'decision == "reject"')
    drawn += flow("ok", "after", 'decision == "approve"') + path("after", "finish", "done")
    forms = FORMS | {"pick": {"type": "default", "components": PICK}}
    told = manifest("r-small", "r_small")
    house.publish(Package(Path("tests/r-small"), told, {"r-small.bpmn": diagram(drawn, id="r_small")}, forms))
    return house.begin("r-small")


def prepared(house: House, helper: str = "pan.yi") -> int:
    case_id = small(house)
    house.do(case_id, "prep", helper=helper)
    return case_id


@pytest.mark.parametrize("kind", MAKE)
def test_a_case_is_moved_back_out_of_every_structure_and_comes_through(house: House, kind: str) -> None:
    case_id = begun(house, kind)
    house.reach(case_id, "x_sign" if kind in ("in_turn", "together", "added") else "x_one", "x_left", "x_b")
    here = house.open(case_id)[0].step
    repaired(house, case_id, "move", here, "submit")
    assert house.steps(case_id) == ["submit"]
    assert house.drive(case_id) == "done"


def test_what_only_carries_out_is_passed_over_in_every_structure_and_decisions_are_not(house: House) -> None:
    for kind, step, decides in (("parallel", "x_right", "x_left"), ("inclusive", "x_prep", ""), ("part", "x_a", "x_b")):
        case_id = begun(house, kind)
        house.reach(case_id, step)
        repaired(house, case_id, "skip", step)
        assert step not in house.steps(case_id)
        (row,) = [one for one in house.trail(case_id) if one.verb == "repair"]
        facts = orjson.loads(row.facts)
        assert (facts["kind"], facts["reason"], facts["asked_by"]) == ("skip", "卡住了", house.id_of(OWNER))
        assert row.actor_id == house.id_of(SECOND) and step in dict(facts["before"]["open"])
        assert step not in dict(facts["after"]["open"]) and facts["before"]["state"] != facts["after"]["state"]
        if decides:
            house.reach(case_id, decides)
            refused(house, NotAllowed, "approves for nobody", case_id, "skip", decides)
        assert house.drive(case_id) == "done"
    case_id = begun(house, "together")
    refused(house, NotAllowed, "approves for nobody", case_id, "skip", "x_sign")
    case_id = begun(house, "waiting")
    repaired(house, case_id, "skip", "x_pause")
    assert sorted(house.steps(case_id)) == ["x_prep", "x_right"]
    assert house.drive(case_id) == "done"


def test_a_move_forward_stays_in_its_branch_and_leaves_out_no_decision(house: House) -> None:
    case_id = begun(house, "parallel")
    refused(house, Conflict, "another level", case_id, "move", "x_prep", "x_right")
    refused(house, Conflict, "not decided of the present", case_id, "move", "x_prep", "finish")
    repaired(house, case_id, "move", "x_prep", "x_left")
    assert sorted(house.steps(case_id)) == ["x_left", "x_right"]
    assert house.drive(case_id) == "done"

    case_id = small(house)
    refused(house, Conflict, "“Check”", case_id, "move", "prep", "finish")
    house.do(case_id, "prep", helper="pan.yi")
    refused(house, Conflict, "“Check”", case_id, "move", "check", "after")
    house.do(case_id, "check")
    repaired(house, case_id, "move", "after", "prep")
    repaired(house, case_id, "move", "prep", "finish")  # what it leaves out was approved of this very content
    repaired(house, case_id, "move", "finish", "submit")
    refused(house, Conflict, "“Submit”", case_id, "move", "submit", "after")
    house.do(case_id, "submit", subject="改过的章程")
    refused(house, Conflict, "“Check”", case_id, "move", "prep", "after")
    house.do(case_id, "prep", helper="pan.yi")
    assert house.drive(case_id) == "done"


def test_a_move_leaves_out_no_step_whose_answer_decides_the_way_and_nothing_that_is_entered(house: House) -> None:
    submit = user("submit", who="applicant", form="submit", kind="submit")
    tested = user("tested", who='role("enterprise_mgmt_office")', form="tested", kind="do")
    drawn = (
        start()
        + submit
        + doing("ready")
        + service("kept", "archive_publication")
        + doing("assemble")
        + tested
        + xor("ok", default="back")
        + doing("send")
        + end("done")
    )
    drawn += path("start", "submit", "assemble", "tested", "ok") + flow("ok", "assemble", id="back")
    drawn += flow("ok", "ready", 'fit == "yes"')
    drawn += path("ready", "kept", "send", "done")
    options = [{"value": "yes", "label": "可以"}, {"value": "no", "label": "不可以"}]
    asked = {"type": "radio", "key": "fit", "label": "可以发送吗", "values": options, "validate": {"required": True}}
    forms = FORMS | {"tested": {"type": "default", "components": [asked]}}
    told = manifest("r-tested", "r_tested")
    house.publish(Package(Path("tests/r-tested"), told, {"r-tested.bpmn": diagram(drawn, id="r_tested")}, forms))
    case_id = house.begin("r-tested")
    refused(house, Conflict, "“Tested”", case_id, "move", "assemble", "send")
    house.do(case_id, "assemble")
    refused(house, Conflict, "decides the way", case_id, "skip", "tested")
    house.do(case_id, "tested", fit="yes")
    refused(house, Conflict, "checked or entered there", case_id, "move", "ready", "send")


def test_a_value_is_changed_by_its_form_and_the_step_goes_to_whom_it_names(house: House) -> None:
    case_id = prepared(house)
    house.disable("pan.yi")
    house.do(case_id, "check")
    assert house.case(case_id).state == "incident" and [one.kind for one in house.incidents(case_id)] == ["vacant_post"]
    refused(house, Conflict, "asked for", case_id, "change", "", "subject", "别的")
    refused(house, Conflict, "decides the way", case_id, "change", "", "decision", "reject")
    refused(house, Conflict, "no value", case_id, "change", "", "nothing", "1")
    refused(house, Invalid, "correcting", case_id, "change", "", "helper", "no.body")
    repaired(house, case_id, "change", "", "helper", "bai.lu")
    facts = orjson.loads(next(one for one in house.trail(case_id) if one.verb == "repair").facts)
    assert (facts["before"]["values"], facts["after"]["values"]) == ({"helper": "pan.yi"}, {"helper": "bai.lu"})
    assert house.case(case_id).state == "running" and house.incidents(case_id) == []
    assert house.open(case_id)[0].assignee_id == house.id_of("bai.lu")
    content = house.case(case_id).content_sha256
    assert house.drive(case_id) == "done" and house.case(case_id).content_sha256 == content


def test_a_second_free_hand_agrees_to_the_case_as_it_was_asked_on(house: House) -> None:
    case_id = prepared(house, "bai.lu")
    for login, error in (("lin.xia", NotAllowed), ("he.sui", NotAllowed), ("shi.xi", NotFound)):
        with pytest.raises(error):
            ask(house, case_id, "move", "check", "prep", None, login)
    with pytest.raises(Invalid):
        wish = Wish("move", at(house, case_id, "check"), "prep")
        house.act(OWNER, lambda desk: actions.ask_repair(desk, case_id, wish, "  "))
    number = ask(house, case_id, "move", "check", "prep")
    with pytest.raises(SameHand, match="you are who asked"):
        agree(house, number, OWNER)
    with pytest.raises(Conflict, match="already waits"):
        ask(house, case_id, "move", "check", "submit")
    house.do(case_id, "check")  # the case goes on: nothing of what was asked is done
    before = house.case(case_id)
    with pytest.raises(Stale, match="changed since"):
        agree(house, number)
    assert house.case(case_id) == before and house.steps(case_id) == ["after"]
    again = ask(house, case_id, "move", "after", "prep", None, SECOND)
    assert dict(house.read(sa.select(repairs.c.id, repairs.c.state).where(repairs.c.case_id == case_id))) == {
        number: "overtaken",
        again: "asked",
    }
    with pytest.raises(SameHand, match="you are who asked"):
        agree(house, again)
    house.act(OWNER, lambda desk: actions.refuse_repair(desk, again, "不必"))
    with pytest.raises(Conflict, match="dealt with"):
        agree(house, again, OWNER)
    last = ask(house, case_id, "move", "after", "prep", None, SECOND)
    with pytest.raises(NotAllowed):
        house.act(OWNER, lambda desk: actions.withdraw_repair(desk, last))

    def once(_: int) -> str:
        try:
            agree(house, last, OWNER)
        except Conflict as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(once, range(2))) == ["conflict", "done"]
    assert house.steps(case_id) == ["prep"] and house.verbs(case_id).count("repair") == 1
    house.do(case_id, "prep", helper="lin.xia")
    assert house.drive(case_id) == "done"
    with pytest.raises(Stale):
        house.act(OWNER, lambda desk: actions.ask_repair(desk, case_id, wish, "晚了"))
    with reading(house.engine) as conn:
        assert list(trail.verify(conn)) == []


def test_who_acted_or_applied_agrees_to_no_repair(house: House) -> None:
    case_id = prepared(house, "bai.lu")
    acted = house.login_of(next(row.actor_id for row in house.trail(case_id) if row.step == "prep"))
    number = ask(house, case_id, "move", "check", "prep")
    for login in (acted, "lin.xia"):
        house.give_post(login, "administrator", "HQ")
        with pytest.raises(SameHand, match="acted"):
            agree(house, number, login)
        house.end_posts("administrator", login=login)
    house.stand_in(OWNER, "bai.lu")  # for who asked: the same hand
    with pytest.raises(SameHand, match="you are who asked"):
        agree(house, number, "bai.lu")
    agree(house, number)
    assert house.steps(case_id) == ["prep"]
