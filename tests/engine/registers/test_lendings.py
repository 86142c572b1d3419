"""An account is lent to one at a time, for a time, with an approval, and not again before it is back."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from models import lendings
from tests.support.hand import Hand
from tests.support.story import Story

DAY = timedelta(days=1)


def lent(hand: Hand, account: int | str = "official_weibo", start: float = 1, end: float = 2, **more) -> int:
    """A lending from so many days ahead to so many."""
    since, until = (hand.story.now + DAY * days for days in (start, end))
    given = {"borrower": "su.qing", "since": since.isoformat(), "until": until.isoformat()} | more
    return int(hand("register_lending", account=account, **given)["number"])


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [(0, 1, True), (2, 3, True), (0, 1.5, False), (1.2, 1.4, False), (1.9, 3, False), (0, 3, False)],
)
def test_two_lendings_never_overlap(hand: Hand, start, end, free) -> None:
    lent(hand)
    if free:
        lent(hand, start=start, end=end)
    else:
        with pytest.raises(Conflict, match="already lent"):
            lent(hand, start=start, end=end)


def test_what_is_overdue_is_not_lent_again_until_it_was_taken_back(hand: Hand) -> None:
    first = lent(hand)
    hand.story.now += DAY * 10
    with pytest.raises(Conflict, match="overdue"):
        lent(hand)
    hand("take_back_lending", lending=first)
    lent(hand)


def test_the_time_of_grace_belongs_to_the_lending(hand: Hand) -> None:
    lent(hand, grace="PT1H")
    (row,) = hand.story.read(sa.select(lendings))
    assert row.until == hand.story.now + DAY * 2 + timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"end": 1}, "later than the beginning"),
        ({"since": "tomorrow"}, "not a time"),
        ({"borrower": "no.one"}, "no such person"),
        ({"account": "no_channel"}, "no such account"),
        ({"operators": "x" * 2001}, "at most 2000"),
    ],
)
def test_a_lending_that_says_too_little_or_too_much_is_refused(hand: Hand, change, error) -> None:
    with pytest.raises(BadInput, match=error):
        lent(hand, **change)


@pytest.mark.parametrize(("days", "more", "error"), [(14, {}, None), (15, {}, "14 days"), (15, {"at_most": 30}, None)])
def test_a_colleagues_account_is_lent_for_fourteen_days_at_most(hand: Hand, days, more, error) -> None:
    number = hand.opened()
    if error:
        with pytest.raises(BadInput, match=error):
            lent(hand, number, end=1 + days, **more)
    else:
        lent(hand, "demo_renke", end=1 + days, **more)


def test_a_colleagues_account_is_lent_with_a_valid_approval_only(story: Story) -> None:
    hand = Hand(story, story.start())
    number = hand.opened()
    with pytest.raises(Conflict, match="needs an approval"):
        lent(hand, number)
    lent(hand)  # the official login: its diagram asks for the approval
    lent(Hand(story, story.approved()), number)


def test_an_account_is_not_lent_to_its_own_holder(hand: Hand) -> None:
    with pytest.raises(BadInput, match="own holder"):
        lent(hand, hand.opened(), borrower="ren.ke")


def test_only_what_is_in_use_and_lasts_is_lent(hand: Hand) -> None:
    number = hand.opened(valid_until=(hand.story.now + DAY * 3).date().isoformat())
    with pytest.raises(Conflict, match="not in use"):
        lent(hand, number, end=4)
    lent(hand, number, end=2)
    hand("suspend_account", account=number, reason="违规")
    with pytest.raises(Conflict, match="not in use"):
        lent(hand, number, start=2, end=3)


def test_a_lent_account_is_closed_only_after_it_was_taken_back(hand: Hand) -> None:
    number = hand.opened()
    lending = lent(hand, number)
    with pytest.raises(Conflict, match="is lent"):
        hand("close_account", account=number, reason="离职")
    hand("take_back_lending", lending=lending)
    hand("close_account", account=number, reason="离职")


def test_what_was_taken_back_before_stays_as_it_was(hand: Hand) -> None:
    lending = lent(hand, start=0)
    first = hand("take_back_lending", lending=lending)
    lines = len(hand.story.trail(hand.case_id))
    hand.story.now += DAY
    assert hand("take_back_lending", lending=lending) == first
    assert len(hand.story.trail(hand.case_id)) == lines
    (row,) = hand.story.read(sa.select(lendings.c.returned_at))
    assert row.returned_at == datetime.fromisoformat(first["returned_at"])


def test_a_case_takes_back_its_own_lendings_only(story: Story) -> None:
    lending = lent(Hand(story, story.approved()))
    with pytest.raises(Conflict, match="no such lending"):
        Hand(story, story.approved())("take_back_lending", lending=lending)
