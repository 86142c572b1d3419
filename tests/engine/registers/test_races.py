"""Who does the same thing to the registers at the same moment: one wins, the other is told, nothing is there twice."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from engine import actions
from models import account_terms, accounts, lendings, posts
from tests.faults.crowd import at_once
from tests.support.hand import Hand
from tests.support.story import Story

ROUNDS = 8


def hands(story: Story, how_many: int = 2) -> list[Hand]:
    """Cases of their own, so that what they change is all they meet in."""
    return [Hand(story, story.approved()) for _ in range(how_many)]


def test_of_two_who_open_an_account_for_one_person_one_wins(story: Story) -> None:
    first, second = hands(story)
    for number in range(ROUNDS):
        kind = f"kind{number}"
        told = at_once(
            partial(first.opened, "ren.ke", f"a{number}", kind), partial(second.opened, "ren.ke", f"b{number}", kind)
        )
        assert sorted(map(type, told), key=str) == [int, str], told
        assert "conflict" in told
    mine = (accounts.c.holder_id == story.id_of("ren.ke")) & (accounts.c.state == "active")
    assert len(story.read(sa.select(accounts.c.id).where(mine))) == ROUNDS
    assert (
        len(story.read(sa.select(account_terms.c.id).where(account_terms.c.holder_id == story.id_of("ren.ke"))))
        == ROUNDS
    )


def test_of_two_who_take_one_name_one_wins(story: Story) -> None:
    first, second = hands(story)
    for number in range(ROUNDS):
        kind = f"kind{number}"
        told = at_once(partial(first.opened, "ren.ke", "demo", kind), partial(second.opened, "su.qing", "demo", kind))
        assert "conflict" in told and len({*map(type, told)}) == 2, told


def test_changes_at_once_follow_one_another(story: Story) -> None:
    made = hands(story, 3)
    number = made[0].opened()
    for _ in range(ROUNDS):
        told = at_once(
            *(
                lambda one=one, right=right: one("change_account", account=number, rights=right)["number"]
                for one, right in zip(made, "abc", strict=True)
            )
        )
        assert told == [number] * 3
    terms = made[0].terms(number)
    assert len(terms) == 1 + 3 * ROUNDS
    assert [term.until is None for term in terms] == [False] * (len(terms) - 1) + [True]
    assert terms[-1].rights == made[0].account(number).rights


def test_an_account_is_lent_or_closed_and_never_both(story: Story) -> None:
    first, second = hands(story)
    seen = set()
    for number in range(ROUNDS):
        account = first.opened("ren.ke", f"demo{number}", f"kind{number}")
        since, until = (story.now + timedelta(hours=hours) for hours in (1, 2))
        lend = {"account": account, "borrower": "su.qing", "since": since.isoformat(), "until": until.isoformat()}
        told = at_once(
            lambda lend=lend: bool(first("register_lending", **lend)),
            lambda account=account: bool(second("close_account", account=account, reason="离职")),
        )
        assert sorted(map(str, told)) == ["True", "conflict"], told
        seen.add(told.index(True))
        closed = first.account(account).state == "closed"
        lent = story.read(sa.select(lendings.c.id).where(lendings.c.account_id == account))
        assert closed is not bool(lent)
    assert seen


def test_two_lendings_of_one_time_are_one(story: Story) -> None:
    first, second = hands(story)
    for number in range(ROUNDS):
        since, until = (story.now + timedelta(days=number, hours=hours) for hours in (1, 2))
        lend = {"account": "official_weibo", "since": since.isoformat(), "until": until.isoformat()}
        told = at_once(
            *(
                lambda one=one, lend=lend: bool(one("register_lending", borrower="lin.xia", **lend))
                for one in (first, second)
            )
        )
        assert sorted(map(str, told)) == ["True", "conflict"], told


def test_of_two_who_replace_the_holder_of_a_post_one_is_left(story: Story) -> None:
    first, second = hands(story)
    for _ in range(ROUNDS):
        story.now += timedelta(minutes=1)
        at_once(
            *(
                lambda one=one, who=who: one(
                    "designate", person=who, role="unit_info_officer", unit="MKT", replace=True
                )["number"]
                for one, who in ((first, "su.qing"), (second, "ren.ke"))
            )
        )
        held = (posts.c.role_id == "unit_info_officer") & (posts.c.unit_id == story.unit("MKT"))
        now = held & (posts.c.since <= story.now) & (posts.c.until.is_(None) | (posts.c.until > story.now))
        assert len(story.read(sa.select(posts.c.id).where(now))) == 1


def test_a_return_is_entered_once(story: Story) -> None:
    (hand,) = hands(story, 1)
    since, until = (story.now + timedelta(hours=hours) for hours in (0, 2))
    lend = {"account": "official_weibo", "since": since.isoformat(), "until": until.isoformat()}
    number = hand("register_lending", borrower="lin.xia", **lend)["number"]
    told = at_once(*[lambda: story.act("ding.lan", lambda desk: actions.take_back(desk, number) or "done")] * 5)
    assert sorted(told) == ["done"] + ["stale"] * 4
    assert story.verbs(hand.case_id).count("take_back") == 1
