"""加签 and 减签 in a running countersign: who may, whom, and what they may never bring about."""

from typing import Any
from zlib import crc32

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Invalid, NotAllowed, NotFound, SameHand, Stale
from engine.kernel.errors import NotRemovable
from models import jobs, stand_ins, tasks
from tests.engine.acts.acting import OWNER, House
from tests.engine.acts.structures import ACTS, Block, gated, procedure, review
from tests.engine.kernel.drawing import several

LEADERS = ("jiang.yu", "liang.heng")


def at_the_signing(house: House, kind: str = "together", **more: str) -> tuple[int, Block]:
    """A case of lin.xia that waits for the two company leaders, or for the first of them."""
    slug = f"s-{kind.replace('_', '-')}-{crc32(repr(more).encode())}"
    package, (block,) = procedure(slug, [kind], {kind: lambda k: signing(k, kind, **more)})
    house.publish(package)
    case_id = house.begin(slug)
    house.reach(case_id, block.deciding)
    return case_id, block


def signing(k: str, kind: str, **more: str) -> Block:
    given = {"mode": "in_turn" if kind == "in_turn" else "all", "signers": 'role("company_leader")'}
    given |= {"acts": f"{ACTS},add_signer,remove_signer", "separate": "submit", "who": ""} | more
    shown = {key: value for key, value in given.items() if value}
    step = f"{k}_sign"
    return gated(k, step, review(step, several(turns=kind == "in_turn"), **({"who": ""} | shown)))


def place(house: House, case_id: int, login: str) -> Any:
    return next(one for one in house.open(case_id) if one.assignee_id == house.id_of(login))


def add(house: House, case_id: int, to: str, by: str = "jiang.yu", at: str = "", why: str = "一起看看") -> Any:
    task = place(house, case_id, at or by)
    return house.act(by, lambda desk: actions.add_signer(desk, task.id, to, why))


def remove(house: House, case_id: int, gone: str, by: str = "jiang.yu", at: str = "", why: str = "出差") -> Any:
    task = place(house, case_id, at or by)
    return house.act(by, lambda desk: actions.remove_signer(desk, task.id, gone, why))


def sign(house: House, case_id: int, login: str, word: str = "approve") -> str:
    return str(house.decide(login, place(house, case_id, login).id, {"decision": word, "comment": "看过"}).state)


def signers(house: House, case_id: int) -> list[str]:
    return sorted(house.login_of(one.assignee_id) for one in house.open(case_id))


def test_who_is_added_is_told_signs_beside_the_others_and_counts(house: House) -> None:
    case_id, _ = at_the_signing(house)
    done = add(house, case_id, "pan.yi")
    assert done.next_steps == ["X_Sign"] and signers(house, case_id) == [*LEADERS, "pan.yi"]
    (told,) = house.read(sa.select(jobs.c.payload).where(jobs.c.case_id == case_id, jobs.c.kind == "message"))
    assert told.payload["to"] == [f"p:{house.id_of('pan.yi')}"]
    assert told.payload["task"] == place(house, case_id, "pan.yi").id
    house.look(case_id)
    for login in LEADERS:
        assert sign(house, case_id, login) == "running"
    sign(house, case_id, "pan.yi")
    assert house.steps(case_id) == ["finish"]
    (row,) = (one for one in house.trail(case_id) if one.verb == "add_signer")
    assert row.actor_id == house.id_of("jiang.yu") and "一起看看" in row.facts
    house.look(case_id)


def test_in_turn_who_is_added_comes_last_and_is_told_at_once(house: House) -> None:
    case_id, _ = at_the_signing(house, "in_turn")
    first, second = signers(house, case_id)[0], next(one for one in LEADERS if one not in signers(house, case_id))
    assert add(house, case_id, "pan.yi", by=first).next_steps == []
    (told,) = house.read(sa.select(jobs.c.payload).where(jobs.c.case_id == case_id, jobs.c.kind == "message"))
    assert told.payload["task"] is None
    for login in (first, second, "pan.yi"):
        assert signers(house, case_id) == [login]
        sign(house, case_id, login)
    assert house.steps(case_id) == ["finish"]


@pytest.mark.parametrize(
    ("to", "why", "refusal"),
    [
        ("nobody", "x", Invalid),
        ("pan.yi", " ", Invalid),
        ("jiang.yu", "x", Invalid),  # oneself
        ("liang.heng", "x", SameHand),  # signs already
        ("lin.xia", "x", SameHand),  # submitted it
    ],
)
def test_nobody_is_added_without_reason_or_with_a_hand_in_it(house: House, to: str, why: str, refusal: Any) -> None:
    case_id, _ = at_the_signing(house)
    with pytest.raises(refusal):
        add(house, case_id, to, why=why)
    assert signers(house, case_id) == [*LEADERS]


def test_a_disabled_person_is_not_added(house: House) -> None:
    case_id, _ = at_the_signing(house)
    house.disable("yan.bo")
    with pytest.raises(Invalid):
        add(house, case_id, "yan.bo")


def test_who_signed_for_another_who_gave_a_place_away_and_who_comes_later_has_a_hand_in_it(house: House) -> None:
    case_id, _ = at_the_signing(house)
    absent = {"person_id": house.id_of("liang.heng"), "stand_in_id": house.id_of("ren.ke"), "since": house.now}
    house.write(stand_ins.insert().values(**absent, until=house.now.replace(year=2030)))
    task = place(house, case_id, "liang.heng")
    house.decide("ren.ke", task.id, {"decision": "approve"})
    with pytest.raises(SameHand, match="place"):
        add(house, case_id, "ren.ke")
    with pytest.raises(SameHand):
        add(house, case_id, "liang.heng")
    house.write(stand_ins.delete())
    case_id, _ = at_the_signing(house)
    task = place(house, case_id, "jiang.yu")
    house.act("jiang.yu", lambda desk: actions.transfer(desk, task.id, "su.qing", "出差"))
    for login in ("jiang.yu", "su.qing"):
        with pytest.raises(SameHand):
            add(house, case_id, login, by="liang.heng")
    house.act("su.qing", lambda desk: actions.transfer(desk, task.id, "jiang.yu", "回来了"))
    case_id, _ = at_the_signing(house, "in_turn")
    first, second = signers(house, case_id)[0], next(one for one in LEADERS if one not in signers(house, case_id))
    with pytest.raises(SameHand):
        add(house, case_id, second, by=first)
    with pytest.raises(SameHand):
        now = place(house, case_id, first)
        house.act(first, lambda desk: actions.transfer(desk, now.id, second, "一并签了"))


def test_only_who_holds_a_place_and_the_owner_change_who_signs(house: House) -> None:
    case_id, _ = at_the_signing(house)
    for login, refusal in (("lin.xia", NotAllowed), ("pan.yi", NotFound), ("tian.ye", NotAllowed)):
        for act in (add, remove):
            with pytest.raises(refusal):
                act(house, case_id, "su.qing", by=login, at="jiang.yu")
    add(house, case_id, "su.qing", by=OWNER, at="jiang.yu")
    remove(house, case_id, "liang.heng", by=OWNER, at="jiang.yu")
    assert signers(house, case_id) == ["jiang.yu", "su.qing"]
    sign(house, case_id, "jiang.yu")
    with pytest.raises((Stale, StopIteration)):
        add(house, case_id, "pan.yi")


def test_who_keeps_the_procedure_does_not_choose_who_signs_his_own_case(house: House) -> None:
    package, (block,) = procedure("s-own", ["together"])
    house.publish(package)
    case_id = int(house.act(OWNER, lambda desk: actions.start(desk, "s-own", {"subject": "自己的事"})).case_id)
    house.reach(case_id, block.deciding)
    for act in (add, remove):
        with pytest.raises(SameHand):
            act(house, case_id, "pan.yi", by=OWNER, at="jiang.yu")


def test_who_signs_removes_who_was_added_and_nobody_whom_the_diagram_names(house: House) -> None:
    case_id, _ = at_the_signing(house)
    add(house, case_id, "pan.yi")
    with pytest.raises(NotAllowed, match="owner"):
        remove(house, case_id, "liang.heng")
    with pytest.raises(Invalid):
        remove(house, case_id, "pan.yi", why="")
    with pytest.raises(Invalid):
        remove(house, case_id, "su.qing")
    gone = place(house, case_id, "pan.yi")
    remove(house, case_id, "pan.yi", by="liang.heng")
    assert house.row(gone.id).state == "closed" and signers(house, case_id) == [*LEADERS]
    with pytest.raises(Stale):
        house.decide("pan.yi", gone.id, {"decision": "approve"})
    house.look(case_id)
    assert house.drive(case_id) == "done"


def test_a_removal_decides_nothing_not_even_by_the_owner(house: House) -> None:
    case_id, _ = at_the_signing(house)
    sign(house, case_id, "jiang.yu")
    with pytest.raises(NotRemovable):
        remove(house, case_id, "liang.heng", by=OWNER, at="liang.heng")
    assert signers(house, case_id) == ["liang.heng"]


def test_a_transferred_place_is_removed_by_who_holds_it_now(house: House) -> None:
    case_id, _ = at_the_signing(house)
    task = place(house, case_id, "liang.heng")
    house.act("liang.heng", lambda desk: actions.transfer(desk, task.id, "su.qing", "出差"))
    with pytest.raises(Invalid):
        remove(house, case_id, "liang.heng", by=OWNER, at="jiang.yu")
    remove(house, case_id, "su.qing", by=OWNER, at="jiang.yu")
    assert signers(house, case_id) == ["jiang.yu"]


def test_weights_and_a_veto_are_those_of_the_posts_held_when_the_round_begins(house: House) -> None:
    everybody = 'role("company_leader"); role("enterprise_mgmt_head"); role("enterprise_mgmt_office")'
    more = {"signers": everybody, "mode": "weight:0.6", "weights": 'role("company_leader")=3', "veto": ""}
    case_id, _ = at_the_signing(house, **more)
    assert len(signers(house, case_id)) == 6  # weights 3 3 1 1 1 1: six of ten are needed
    for login in ("shen.yan", "he.sui", "jiang.yu"):
        assert sign(house, case_id, login) == "running" and len(signers(house, case_id)) > 2
    sign(house, case_id, "qin.chuan")
    assert house.steps(case_id) == ["finish"]
    house.look(case_id)
    more |= {"mode": "any", "weights": "", "veto": 'role("enterprise_mgmt_head")'}
    case_id, _ = at_the_signing(house, **more)
    sign(house, case_id, "jiang.yu")
    with pytest.raises(NotAllowed, match="refuse alone"):
        remove(house, case_id, "shen.yan", by=OWNER, at="he.sui")
    assert sign(house, case_id, "shen.yan", "reject") == "rejected"
    house.look(case_id)


def test_of_an_or_sign_nobody_has_the_case_in_his_done_list_who_did_not_act(house: House) -> None:
    case_id, _ = at_the_signing(house, signers='role("enterprise_mgmt_office")', mode="any")
    assert len(signers(house, case_id)) == 3
    assert sign(house, case_id, "he.sui", "approve") == "running"
    states = house.read(sa.select(tasks.c.state).where(tasks.c.case_id == case_id, tasks.c.step == "x_sign"))
    assert sorted(row.state for row in states) == ["closed", "closed", "done"]
    house.look(case_id)  # 已办 of the two others is as before
    case_id, _ = at_the_signing(house, signers='role("enterprise_mgmt_office")', mode="all")
    assert sign(house, case_id, "tao.ran", "reject") == "rejected"
    house.look(case_id)


def test_a_privilege_nobody_of_the_signers_holds_stops_the_step_before(house: House) -> None:
    package, (block,) = procedure(
        "s-unheld", ["together"], {"together": lambda k: signing(k, "together", veto='role("administrator")')}
    )
    house.publish(package)
    with pytest.raises(Exception, match="counts as a pass") as caught:
        house.begin("s-unheld")
    assert caught.value.code == "unheld_seat" and block.deciding == "x_sign"
