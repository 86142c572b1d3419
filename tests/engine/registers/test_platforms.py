"""Official accounts belong to a unit, work once they are certified, and end with a backup."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine.errors import BadInput, Conflict
from engine.operations.platforms import enter_channels
from models import FACTS, account_terms, accounts, channels
from tests.support.hand import Hand

NEW = {"name": "示范服务号", "kind": "service", "unit": "SALES", "administrator": "su.qing"}


def registered(hand: Hand, **more) -> int:
    return int(hand("register_platform", **NEW | more)["number"])


def test_a_platform_is_registered_certified_operated_changed_and_closed_term_by_term(hand: Hand) -> None:
    number = registered(hand, purpose="客户服务", filing="BA-2026-00001", operator="lin.xia")
    hand("certify_platform", platform=number, certificate="RZ-001")
    assert hand("operate_platform", platform="示范服务号") == {"number": number, "state": "active"}
    hand("change_platform", platform=number, name="示范客服号", administrator="lin.xia", profile="新简介")
    hand("register_custody", platform=number, custodian="ding.lan")
    hand("close_platform", platform=number, backup="BK-7", reason="并号")
    told = [(term.state, term.name, term.certificate, term.backup) for term in hand.terms(number)]
    assert told == [
        ("registered", "示范服务号", "", ""),
        ("registered", "示范服务号", "RZ-001", ""),
        ("active", "示范服务号", "RZ-001", ""),
        ("active", "示范客服号", "RZ-001", ""),
        ("active", "示范客服号", "RZ-001", ""),
        ("closed", "示范客服号", "RZ-001", "BK-7"),
    ]
    last = hand.terms(number)[-1]
    assert (last.administrator_id, last.operator_id) == (hand.story.id_of("lin.xia"), hand.story.id_of("lin.xia"))
    assert last.custodian_id == hand.story.id_of("ding.lan")
    assert (last.filing, last.profile, last.reason) == ("BA-2026-00001", "新简介", "并号")


def test_nothing_operates_before_it_is_certified(hand: Hand) -> None:
    number = registered(hand)
    with pytest.raises(Conflict, match="not certified"):
        hand("operate_platform", platform=number)
    assert hand.account(number).state == "registered"


def test_a_suspended_platform_comes_back_to_where_it_was(hand: Hand) -> None:
    number = registered(hand)
    hand("suspend_account", account=number, reason="未备案")
    hand("certify_platform", platform=number, certificate="RZ-001")
    with pytest.raises(Conflict, match="suspended"):
        hand("operate_platform", platform=number)
    assert hand("restore_account", account=number) == {"state": "active"}
    other = registered(hand, name="另一个号")
    hand("suspend_account", account=other, reason="未备案")
    assert hand("restore_account", account=other) == {"state": "registered"}


def test_an_official_account_never_changes_its_owner_and_has_no_holder(hand: Hand) -> None:
    number = registered(hand)
    with pytest.raises(Conflict, match="never passed on"):
        hand("change_account", account=number, unit="MKT")
    with pytest.raises(BadInput, match="no holder"):
        hand("change_account", account=number, holder="ren.ke")
    assert len(hand.terms(number)) == 1


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({}, "already in the register"),
        ({"kind": "subscription"}, None),
        ({"name": "另一个号"}, None),
        ({"name": "另一个号", "unit": "NOWHERE"}, "no such unit"),
        ({"name": "另一个号", "unit": "教务处"}, "no such unit"),  # another organisation's, by its name
        ({"name": "另一个号", "administrator": "no.one"}, "no such person"),
        ({"name": ""}, "must not be empty"),
    ],
)
def test_a_platform_has_a_name_of_its_own_a_unit_and_an_administrator(hand: Hand, wanted, error) -> None:
    registered(hand)
    if error:
        with pytest.raises((BadInput, Conflict), match=error):
            registered(hand, **wanted)
    else:
        registered(hand, **wanted)


def test_a_platform_does_not_take_another_ones_name(hand: Hand) -> None:
    number = registered(hand, name="另一个号")
    registered(hand)
    with pytest.raises(Conflict, match="already in the register"):
        hand("change_platform", platform=number, name="示范服务号")
    hand("change_platform", platform=number, name="另一个号", operator="lin.xia")


@pytest.mark.parametrize("operation", ["certify_platform", "operate_platform", "change_platform", "register_custody"])
def test_an_account_of_the_staff_is_no_platform(hand: Hand, operation) -> None:
    number = hand.opened()
    more = {"certify_platform": {"certificate": "x"}, "register_custody": {"custodian": "ding.lan"}}
    with pytest.raises(BadInput, match="not an official account"):
        hand(operation, platform=number, **more.get(operation, {}))


def test_a_unit_has_one_app_at_a_time(hand: Hand) -> None:
    first = hand("register_app", name="报销", unit="SALES")["number"]
    with pytest.raises(Conflict, match="already has the app"):
        hand("register_app", name="客户", unit="销售部")
    hand("register_app", name="客户", unit="MKT")
    hand("unregister_app", app=first)
    hand("register_app", name="报销", unit="SALES")


def test_a_platform_is_not_closed_without_a_backup(hand: Hand) -> None:
    number = registered(hand)
    with pytest.raises(BadInput, match="must not be empty"):
        hand("close_platform", platform=number, backup=" ", reason="并号")


def test_every_channel_is_an_official_account_once(hand: Hand) -> None:
    def entered() -> list:
        return hand.story.read(sa.select(accounts).where(accounts.c.channel_id.is_not(None)))

    before = entered()
    assert len(before) == len(hand.story.read(sa.select(channels)))
    assert {(row.official, row.state, row.case_id) for row in before} == {(True, "active", None)}
    with models.writing(hand.story.engine) as conn:
        enter_channels(conn, hand.story.now)
    assert entered() == before


def test_two_of_one_name_are_told_apart_by_their_number(hand: Hand) -> None:
    first = registered(hand)
    registered(hand, kind="subscription")
    with pytest.raises(BadInput, match="More than one"):
        hand("certify_platform", platform="示范服务号", certificate="RZ-1")
    hand("certify_platform", platform=first, certificate="RZ-1")


def test_what_stands_in_the_register_is_what_the_current_term_says(hand: Hand) -> None:
    number = registered(hand)
    for day, (operation, more) in enumerate(
        (("certify_platform", {"certificate": "RZ-1"}), ("operate_platform", {}), ("change_platform", {"profile": "x"}))
    ):
        hand.story.now += timedelta(days=day)
        hand(operation, platform=number, **more)
    current = account_terms.c.until.is_(None) & (account_terms.c.account_id == accounts.c.id)
    facts = [accounts.c[key] for key in FACTS], [account_terms.c[key] for key in FACTS]
    now, terms = (hand.story.read(sa.select(*one).where(current).order_by(accounts.c.id)) for one in facts)
    assert now == terms
    assert len(now) == len(hand.story.read(sa.select(accounts)))
