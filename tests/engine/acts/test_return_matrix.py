"""退回 from every structure to every structure before it: it opens again, is done again, and the case ends properly."""

from itertools import product

import pytest

from engine import actions
from engine.errors import Conflict
from tests.engine.acts.acting import House
from tests.engine.acts.structures import KINDS, Block, procedure

OPENS = {
    "plain": ["one"],
    "parallel": ["prep", "right"],
    "inclusive": ["prep", "right"],
    "in_turn": ["sign"],
    "together": ["sign", "sign"],
    "added": ["sign", "sign"],
    "part": ["a"],
}


def arrived(house: House, first: str, second: str) -> tuple[int, list[Block]]:
    """A case whose first block is behind it and whose second block's decision is open."""
    slug = f"m-{first.replace('_', '-')}-{second.replace('_', '-')}"
    package, blocks = procedure(slug, [first, second])
    house.publish(package)
    case_id = house.begin(slug)
    for kind, block in zip((first, second), blocks, strict=True):
        house.reach(case_id, block.deciding)
        if kind == "added":
            add(house, case_id, block)
    return case_id, blocks


def add(house: House, case_id: int, block: Block) -> None:
    task = next(one for one in house.open(case_id) if one.step == block.deciding)
    house.act(house.who(task), lambda desk: actions.add_signer(desk, task.id, "pan.yi", "一起看看"))


@pytest.mark.parametrize(("first", "second"), list(product(KINDS, KINDS)))
def test_a_case_goes_back_to_the_structure_before_and_comes_through_again(
    house: House, first: str, second: str
) -> None:
    case_id, (before, here) = arrived(house, first, second)
    task = next(one for one in house.open(case_id) if one.step == here.deciding)
    house.act(house.who(task), lambda desk: actions.return_to(desk, task.id, before.target, "请重办"))
    assert sorted(house.steps(case_id)) == [f"x_{step}" for step in OPENS[first]]
    house.look(case_id)
    assert house.drive(case_id) == "done"


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_goes_back_from_each_structure_to_its_submission_and_comes_through_again(
    house: House, kind: str
) -> None:
    case_id, (_, here) = arrived(house, "plain", kind)
    task = next(one for one in house.open(case_id) if one.step == here.deciding)
    house.act(house.who(task), lambda desk: actions.return_to(desk, task.id, "submit", "请补充"))
    assert house.steps(case_id) == ["submit"]
    house.look(case_id)
    house.do(case_id, "submit", subject="补充后的章程")
    house.reach(case_id, here.deciding)
    again = next(one for one in house.open(case_id) if one.step == here.deciding)
    house.act(house.who(again), lambda desk: actions.return_to(desk, again.id, "x_one", "再看一遍"))
    assert house.steps(case_id) == ["x_one"]
    assert house.drive(case_id) == "done"


@pytest.mark.parametrize("kind", ["parallel", "inclusive", "part"])
def test_what_is_done_again_with_its_block_does_not_come_straight_back(house: House, kind: str) -> None:
    case_id, (before, here) = arrived(house, kind, "plain")
    task = house.task(case_id, here.deciding)
    for step in ("x_part",) if kind == "part" else (before.deciding, "x_right"):
        with pytest.raises(Conflict, match="together"):
            house.act("he.sui", lambda desk, s=step: actions.return_to(desk, task, s, "请重办", resume=True))
    assert house.drive(case_id) == "done"


def test_what_was_passed_in_an_earlier_round_and_lies_ahead_now_is_no_way_back(house: House) -> None:
    """Or who reviews the new content could send it past the own review, to one who approves it."""
    case_id, _ = arrived(house, "plain", "plain")
    house.do(case_id, "y_one", decision="return", comment="请补充")
    house.do(case_id, "submit", subject="补充后的章程")
    task = house.task(case_id, "x_one")
    with pytest.raises(Conflict, match="cannot be returned"):
        house.act(house.who(house.row(task)), lambda desk: actions.return_to(desk, task, "y_one", "看看"))
    assert house.drive(case_id) == "done"
