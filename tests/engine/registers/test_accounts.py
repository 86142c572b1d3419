"""Accounts are opened, changed, suspended and closed by the rules, and every change is a new term."""

from datetime import timedelta

import pytest

from engine.errors import BadInput, Conflict
from models import FACTS, handovers, lendings
from tests.support.hand import Hand

GUEST = {"user_name": "外部讲师", "rights": "查看、发布", "valid_until": "2026-12-31"}


def test_an_account_is_active_from_its_opening_and_its_first_term_says_what_it_says(hand: Hand) -> None:
    number = hand.opened(purpose="联系供应商", rights=["发布", "查看", "发布"], custodian="ding.lan")
    row, (term,) = hand.account(number), hand.terms(number)
    assert (row.state, row.rights, row.official) == ("active", ["发布", "查看"], False)
    assert {key: getattr(term, key) for key in FACTS} == {key: getattr(row, key) for key in FACTS}
    assert (term.since, term.until, term.case_id) == (hand.story.now, None, hand.case_id)
    assert hand.noted()["verb"] == "open_account"


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ({"account": "demo_second"}, True),  # C-A1: the same person, the same kind
        ({"account": "demo_second", "kind": "wecom"}, False),
        ({"account": "demo_second", "holder": "lin.xia"}, False),
        ({"account": "demo_renke", "holder": "lin.xia"}, True),  # the name is taken
        ({"account": "demo_renke", "holder": "lin.xia", "kind": "wecom"}, False),
        ({"account": "demo_guest", **GUEST}, False),  # the colleague only answers for it
    ],
)
def test_a_person_has_one_account_of_a_kind_and_a_name_stands_for_one(hand: Hand, wanted, refused) -> None:
    hand.opened()
    if refused:
        with pytest.raises(Conflict):
            hand.opened(**wanted)
    else:
        hand.opened(**wanted)


def test_who_gave_an_account_back_may_have_another_even_of_the_same_name(hand: Hand) -> None:
    first = hand.opened()
    hand("close_account", account=first, reason="离职")
    second = hand.opened()
    assert hand("check_account", account="demo_renke")["number"] == second
    assert [hand.account(number).state for number in (first, second)] == ["closed", "active"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, None),
        ({"rights": ""}, "rights and a last day"),  # C-A3
        ({"valid_until": ""}, "rights and a last day"),
        ({"valid_until": "2027-02-21"}, None),  # 90 days on
        ({"valid_until": "2027-02-22"}, "90 days at most"),  # E21, ours
        ({"valid_until": "2027-02-22", "at_most": 180}, None),
        ({"valid_until": "2026-11-22"}, "has already passed"),
        ({"valid_until": "2026-11-23"}, None),  # today is the last day
        ({"valid_until": "soon"}, "not a time"),
        ({"at_most": 0}, "between 1 and 3650"),
        ({"rights": ["x" * 101]}, "at most 100"),
    ],
)
def test_an_outside_person_gets_rights_and_a_last_day(hand: Hand, given, error) -> None:
    if error:
        with pytest.raises(BadInput, match=error):
            hand.opened(**GUEST | given)
    else:
        assert hand.account(hand.opened(**GUEST | given)).user_name == "外部讲师"


def test_an_outside_persons_account_is_renewed_within_the_limit_only(hand: Hand) -> None:
    number = hand.opened(**GUEST)
    with pytest.raises(BadInput, match="90 days"):
        hand("change_account", account=number, valid_until="2027-11-01")
    hand("change_account", account=number, valid_until="2027-02-01")
    assert [term.valid_until.isoformat() for term in hand.terms(number)] == ["2026-12-31", "2027-02-01"]


@pytest.mark.parametrize(
    ("change", "fact", "told"),
    [
        ({"holder": "su.qing"}, "holder_id", "su.qing"),
        ({"rights": "发布"}, "rights", ["发布"]),
        ({"valid_until": "2027-06-30"}, "valid_until", "2027-06-30"),
        ({"name": "demo_new"}, "name", "demo_new"),
        ({"custodian": "ding.lan"}, "custodian_id", "ding.lan"),
        ({"unit": "SALES"}, "unit_id", "SALES"),
        ({"unit": "销售部"}, "unit_id", "SALES"),
    ],
)
def test_a_change_begins_a_term_with_just_that_changed(hand: Hand, change, fact, told) -> None:
    number = hand.opened(rights="查看")
    hand.story.now += timedelta(days=1)
    hand("change_account", account=number, **change)
    first, second = hand.terms(number)
    assert (first.until, second.since, second.until) == (hand.story.now, hand.story.now, None)
    allowed = {fact} | ({"unit_id", "custodian_id"} if fact == "holder_id" else set())
    assert {key for key in FACTS if getattr(first, key) != getattr(second, key)} - allowed == set()
    seen = getattr(second, fact)
    ids = {"holder_id": hand.story.id_of, "custodian_id": hand.story.id_of, "unit_id": hand.story.unit}
    assert (str(seen) if fact == "valid_until" else seen) == (ids[fact](told) if fact in ids else told)
    assert {key: getattr(hand.account(number), key) for key in FACTS} == {key: getattr(second, key) for key in FACTS}


@pytest.mark.parametrize(
    ("holder", "change", "refused"),
    [
        ("ren.ke", {"holder": "lin.xia"}, True),  # the applicant would get the account
        ("lin.xia", {"rights": "发布"}, True),
        ("lin.xia", {"valid_until": "2027-01-01"}, True),
        ("lin.xia", {"name": "demo_other"}, False),
        ("lin.xia", {"custodian": "ding.lan"}, False),
        ("lin.xia", {"holder": "ren.ke"}, False),
        ("ren.ke", {"rights": "发布"}, False),
    ],
)
def test_nobody_grants_anything_to_oneself(hand: Hand, holder, change, refused) -> None:
    number = hand.opened(holder=holder)
    if refused:
        with pytest.raises(Conflict, match="oneself"):
            hand("change_account", account=number, **change)
    else:
        hand("change_account", account=number, **change)


def test_a_suspended_account_is_not_used_until_somebody_else_restores_it(hand: Hand) -> None:
    number = hand.opened()
    hand("suspend_account", account=number, reason="违规", until="2026-12-01")
    assert hand("check_account", account=number)["active"] is False
    with pytest.raises(Conflict, match="right state"):
        hand("suspend_account", account=number, reason="违规")
    hand("restore_account", account=number)
    assert hand("check_account", account=number)["active"] is True
    assert [term.state for term in hand.terms(number)] == ["active", "suspended", "active"]
    assert [str(term.suspended_until) for term in hand.terms(number)] == ["None", "2026-12-01", "None"]


@pytest.mark.parametrize("end", ["close_account", "restore_account"])
def test_what_was_closed_or_restored_before_stays_as_it_was(hand: Hand, end) -> None:
    number = hand.opened()
    hand("suspend_account", account=number, reason="违规")
    first = hand(end, account=number, **({"reason": "离职"} if end == "close_account" else {}))
    before = hand.story.dump()
    hand.story.now += timedelta(days=1)
    assert hand(end, account=number, **({"reason": "又一次"} if end == "close_account" else {})) == first
    assert hand("restore_account", account=number)["state"] == hand.account(number).state
    changed = {name for name, rows in hand.story.dump().items() if rows != before[name]}
    assert changed <= {"cases"}  # it was loaded and saved, and that is all


def test_nobody_restores_ones_own_account(hand: Hand) -> None:
    number = hand.opened(holder="lin.xia")
    hand("suspend_account", account=number, reason="违规")
    with pytest.raises(Conflict, match="oneself"):
        hand("restore_account", account=number)


@pytest.mark.parametrize(
    ("kind", "backup", "refused"), [("wecom", "", True), ("wecom", "BK-1", False), ("wechat", "", False)]
)
def test_an_account_is_closed_with_its_backup_where_the_regulation_asks_for_one(hand: Hand, kind, backup, refused):
    number = hand.opened(kind=kind)
    if refused:
        with pytest.raises(Conflict, match=r"backed up.*5\.1"):
            hand("close_account", account=number, reason="离职", backup=backup)
        return
    hand("close_account", account=number, reason="离职", backup=backup)
    assert (hand.account(number).state, hand.account(number).backup) == ("closed", backup)
    assert (hand.terms(number)[-1].reason, hand.account(number).closed_at) == ("离职", hand.story.now)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("change_account", {"name": "x"}),
        ("suspend_account", {"reason": "x"}),
        ("hand_over_password", {"to": "ren.ke"}),
    ],
)
def test_with_a_closed_account_nothing_is_done(hand: Hand, operation, more) -> None:
    number = hand.opened()
    hand("close_account", account=number, reason="离职")
    before = hand.story.dump()
    with pytest.raises(Conflict, match="closed"):
        hand(operation, account=number, **more)
    assert hand.story.dump() == before


def test_an_account_in_no_register_is_not_active(hand: Hand) -> None:
    known = {"active": False, "number": None, "holder": "", "rights": [], "valid_until": "", "state": "unknown"}
    assert hand("check_account", account="nobody") == known
    assert hand("check_account", account=999_999) == known


@pytest.mark.parametrize(
    ("right", "day", "active"), [("", 0, True), ("发布", 0, True), ("删除", 0, False), ("", 39, False)]
)
def test_an_account_is_active_with_its_rights_until_its_last_day(hand: Hand, right, day, active) -> None:
    number = hand.opened(**GUEST)
    hand.story.now += timedelta(days=day)
    assert hand("check_account", account=number, right=right)["active"] is active


def test_an_account_of_another_organisation_is_not_there(hand: Hand) -> None:
    with pytest.raises(BadInput, match="no such account"):
        hand("change_account", account="univ_mp", name="x")
    assert hand("check_account", account="univ_mp")["state"] == "unknown"
    assert hand("check_account", account="official_weibo")["state"] == "active"


def test_an_account_is_idle_when_nobody_said_anything_of_it_for_so_long(hand: Hand) -> None:
    early, late = hand.opened(), hand.opened("su.qing", "demo_su")
    hand.story.now += timedelta(days=40)
    hand("change_account", account=late)
    idle = hand("idle_accounts", days=30)
    assert "demo_renke" in idle["accounts"] and "demo_su" not in idle["accounts"]
    assert "示范大学公众号" not in idle["accounts"]
    hand("close_account", account=early, reason="长期不用")
    assert "demo_renke" not in hand("idle_accounts", days=30)["accounts"]


@pytest.mark.parametrize(
    ("operation", "given", "told"),
    [
        ("open_account", {"kind": "wechat", "account": "x"}, "holder"),
        ("open_account", {"kind": "wechat", "account": "x", "holder": None}, "holder"),
        ("open_account", {"kind": "wechat", "account": "x", "holder": "ren.ke", "colour": 1}, "colour"),
        ("open_account", {"kind": 1, "account": "x", "holder": "ren.ke"}, "kind.*a text"),
        ("open_account", {"kind": "wechat", "account": " ", "holder": "ren.ke"}, "must not be empty"),
        ("open_account", {"kind": "wechat", "account": "x" * 101, "holder": "ren.ke"}, "at most 100"),
        ("open_account", {"kind": "wechat", "account": "x", "holder": "no.one"}, "no such person"),
        ("change_account", {"account": [1]}, "a whole number or a text"),
        ("change_account", {"account": True}, "a whole number or a text"),
        ("change_account", {"account": 10**18}, "no such account"),
        ("idle_accounts", {"days": "30"}, "a whole number"),
        ("idle_accounts", {"days": -1}, "between 1 and 3650"),
        ("close_account", {"account": "demo_renke", "reason": ""}, "must not be empty"),
        ("forget_everything", {}, "does not exist"),
    ],
)
def test_what_a_diagram_hands_over_wrongly_is_told_in_a_sentence(hand: Hand, operation, given, told) -> None:
    hand.opened()
    with pytest.raises(BadInput, match=told):
        hand(operation, **given)


def test_a_whole_number_of_a_form_is_a_number(hand: Hand) -> None:
    assert hand("idle_accounts", days=3650.0) == {"accounts": [], "count": 0}


# --- the password


def test_a_password_is_sealed_for_the_opener_and_the_holder_and_for_nobody_else(hand: Hand) -> None:
    number = hand.opened()
    hand("hand_over_password", account=number, to="ren.ke")
    looks = hand.story.read(handovers.select())
    assert sorted(look.person_id for look in looks) == sorted(map(hand.story.id_of, ("ding.lan", "ren.ke")))
    with pytest.raises(Conflict, match="nobody else"):
        hand("hand_over_password", account=number, to="su.qing")


def test_a_borrower_gets_the_password_while_the_account_is_lent(hand: Hand) -> None:
    number = hand.opened()
    lent = hand.story.now + timedelta(days=1)
    facts = {"account_id": number, "borrower_id": hand.story.id_of("su.qing"), "unit_id": hand.story.unit("MKT")}
    facts |= {"case_id": hand.case_id, "since": hand.story.now, "until": lent, "operators": ""}
    hand.story.write(lendings.insert().values(facts))
    hand("hand_over_password", account=number, to="su.qing")
    hand.story.write(lendings.update().values(returned_at=hand.story.now))
    with pytest.raises(Conflict, match="nobody else"):
        hand("hand_over_password", account=number, to="su.qing")


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("close_account", {"reason": "离职"}),
        ("suspend_account", {"reason": "违规"}),
        ("change_account", {"holder": "su.qing"}),
    ],
)
def test_what_was_sealed_is_forgotten_when_the_account_changes_hands_or_rests(hand: Hand, operation, more) -> None:
    number = hand.opened()
    hand("hand_over_password", account=number, to="ren.ke")
    hand(operation, account=number, **more)
    assert {look.secret for look in hand.story.read(handovers.select())} == {None}


def test_the_password_of_an_official_account_does_not_pass_through_the_system(hand: Hand) -> None:
    with pytest.raises(Conflict, match="custodian"):
        hand("hand_over_password", account="official_weibo", to="lin.xia")


def test_what_a_leaver_holds_is_listed_until_it_is_clear(hand: Hand) -> None:
    story = hand.story
    assert hand("belongings", person="su.qing")["clear"] is True
    hand.opened("su.qing", "demo_su")
    number = hand("designate", person="su.qing", role="unit_info_officer", unit="MKT")["number"]
    until = (story.now + timedelta(days=1)).isoformat()
    lending = hand(
        "register_lending", account="official_weibo", borrower="su.qing", since=story.now.isoformat(), until=until
    )["number"]
    left = hand("belongings", person="su.qing")
    assert left == {"clear": False, "tasks": 0, "lendings": 1, "designations": 1, "accounts": ["demo_su"]}
    hand("take_back_lending", lending=lending)
    hand("end_designation", number=number)
    assert hand("belongings", person="su.qing") == left | {"clear": True, "lendings": 0, "designations": 0}
