"""Approvals are bound to the content, a test needs two people, and the day's mass sends are counted."""

from datetime import date

import pytest

from engine.rules.approval import Approval, TestSend, check_approvals, check_test
from engine.rules.figures import figures
from engine.rules.quota import check_quota

WECHAT, WEIBO = (figures(kind, date(2026, 11, 20)) for kind in ("wechat", "weibo"))
NOW, BEFORE = "1" * 64, "0" * 64


def test_every_required_step_must_have_approved_this_very_content() -> None:
    given = [Approval("review_by_unit_head", NOW), Approval("approve", BEFORE)]
    missing = check_approvals(given, NOW, ["review_by_unit_head", "approve"], WEIBO)
    assert [each.rule for each in missing] == ["C-P6"]
    assert "「approve」" in missing[0].text.zh
    assert check_approvals([*given, Approval("approve", NOW)], NOW, ["review_by_unit_head", "approve"], WEIBO) == []


@pytest.mark.parametrize(
    ("tests", "fits"),
    [
        ([], False),
        ([TestSend("ann", "bob", True, NOW)], True),
        ([TestSend("ann", "ann", True, NOW)], False),
        ([TestSend("ann", "bob", False, NOW)], False),
        ([TestSend("ann", "bob", True, BEFORE)], False),
        ([TestSend("ann", "bob", True, NOW), TestSend("ann", "bob", False, NOW)], False),
        ([TestSend("ann", "bob", False, NOW), TestSend("ann", "bob", True, NOW)], True),
        ([TestSend("ann", "bob", True, NOW), TestSend("ann", "bob", False, BEFORE)], True),
    ],
)
def test_before_a_mass_send_a_second_person_has_tested_this_content(tests: list[TestSend], fits: bool) -> None:
    assert [each.rule for each in check_test(tests, NOW, WECHAT)] == ([] if fits else ["C-F2"])
    assert check_test(tests, NOW, WEIBO) == []


@pytest.mark.parametrize(("booked", "fits"), [(0, True), (1, False), (2, False)])
def test_wechat_sends_once_a_day(booked: int, fits: bool) -> None:
    assert [each.rule for each in check_quota(booked, "2026-11-20", WECHAT)] == ([] if fits else ["C-F1"])
    assert check_quota(booked, "2026-11-20", WEIBO) == []
