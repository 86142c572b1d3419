"""Two hands on one countersign at the same moment: both count one after the other, or one is told it was too late."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.desk import Desk
from models import tasks
from tests.engine.acts.acting import House
from tests.engine.acts.structures import ACTS, Block, gated, procedure, review
from tests.engine.kernel.drawing import several
from tests.faults.crowd import at_once

ROUNDS = 20
JIANG, LIANG, PAN = "jiang.yu", "liang.heng", "pan.yi"


@pytest.fixture
def house(engine: sa.Engine, tmp_path: Path) -> House:
    made = House(engine, tmp_path)
    for login in (JIANG, LIANG, PAN):
        made.id_of(login)
    return made


def signing(house: House, mode: str) -> Callable[[], int]:
    """Makes cases that wait for both company leaders."""

    def make(k: str) -> Block:
        more = {"mode": mode, "signers": 'role("company_leader")', "acts": f"{ACTS},add_signer,remove_signer"}
        return gated(k, f"{k}_sign", review(f"{k}_sign", several(), **{"who": "", **more}))

    slug = f"race-{mode}"
    house.publish(procedure(slug, ["sign"], {"sign": make})[0])
    return lambda: house.begin(slug)


def place(house: House, case_id: int, login: str) -> int:
    return next(int(one.id) for one in house.open(case_id) if one.assignee_id == house.id_of(login))


def vote(house: House, task_id: int, login: str, word: str = "approve") -> Callable[[], Any]:
    answers = {"decision": word, "comment": "看过"}
    return lambda: house.act(login, lambda desk: actions.decide(desk, task_id, answers).state)


def change(house: House, login: str, call: Callable[[Desk], Any]) -> Callable[[], Any]:
    return lambda: house.act(login, call).state


def test_two_last_votes_at_once_both_count_and_the_next_step_opens_once(house: House) -> None:
    begin = signing(house, "all")
    for _ in range(ROUNDS):
        case_id = begin()
        told = at_once(*[vote(house, place(house, case_id, login), login) for login in (JIANG, LIANG)])
        assert told == ["running", "running"] and house.steps(case_id) == ["finish"]
        assert house.verbs(case_id)[2:] == ["decide", "decide"]
        house.agree(case_id)


def test_of_two_votes_that_each_decide_one_wins_and_the_other_is_told(house: House) -> None:
    begin = signing(house, "any")
    for _ in range(ROUNDS):
        case_id = begin()
        told = at_once(*[vote(house, place(house, case_id, login), login) for login in (JIANG, LIANG)])
        assert sorted(told) == ["running", "stale"] and house.steps(case_id) == ["finish"]
        assert house.verbs(case_id)[2:] == ["decide"]
        house.agree(case_id)
    house.look(case_id)


def test_the_vote_that_decides_against_a_signer_added(house: House) -> None:
    begin, seen = signing(house, "all"), Counter[str]()
    for _ in range(ROUNDS):
        case_id = begin()
        mine, other = place(house, case_id, JIANG), place(house, case_id, LIANG)
        add = change(house, LIANG, lambda desk, t=other: actions.add_signer(desk, t, PAN, "一起看看"))
        told = at_once(vote(house, mine, JIANG, "reject"), add)
        verbs = house.verbs(case_id)[2:]
        assert (told[1], verbs) in [
            ("running", ["add_signer", "decide", "end"]),
            ("stale", ["decide", "end"]),
        ]
        assert told[0] == "rejected" and house.open(case_id) == []
        house.agree(case_id)
        seen[str(told[1])] += 1
    assert sum(seen.values()) == ROUNDS


def test_a_vote_against_the_removal_of_who_votes(house: House) -> None:
    begin = signing(house, "all")
    for _ in range(ROUNDS):
        case_id = begin()
        mine = place(house, case_id, JIANG)
        house.act(JIANG, lambda desk, t=mine: actions.add_signer(desk, t, PAN, "一起看看"))
        theirs = place(house, case_id, PAN)
        remove = change(house, JIANG, lambda desk, t=mine: actions.remove_signer(desk, t, PAN, "不必了"))
        told = at_once(vote(house, theirs, PAN), remove)
        verbs = house.verbs(case_id)[3:]
        assert (told, verbs) in [(["running", "invalid"], ["decide"]), (["stale", "running"], ["remove_signer"])]
        house.agree(case_id)
        votes = sa.select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.id == theirs, tasks.c.state == "done")
        assert len(house.read(votes)) == verbs.count("decide")
        assert house.drive(case_id) == "done"


def test_nobody_is_added_twice_by_two_at_once(house: House) -> None:
    begin = signing(house, "all")
    for _ in range(ROUNDS):
        case_id = begin()
        calls = [
            change(house, login, lambda desk, t=place(house, case_id, login): actions.add_signer(desk, t, PAN, "看看"))
            for login in (JIANG, LIANG)
        ]
        assert sorted(at_once(*calls)) == ["running", "same_hand"]
        assert len(house.open(case_id)) == 3
        house.agree(case_id)
