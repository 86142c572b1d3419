"""Each rule on content is broken once and kept once where it holds, with its level, its place and its clause."""

from datetime import datetime
from typing import Any, NamedTuple

import pytest

from engine.numbers import OFFICE_ZONE
from engine.rules.content import CHECKS, check_content
from engine.rules.draft import Around
from engine.rules.figures import Scope, figures
from engine.rules.media import FileFacts
from tests.engine.rules.samples import MB, OFFICIAL, content, film, picture

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=OFFICE_ZONE)
NAMES = {"lin.xia": "林夏", "pan.yi": "潘一"}
AROUND = Around(NOW, frozenset({"lin.xia"}), NAMES, external=True)
TRADE = Scope("wechat", "group_media", ("WXD", "TRADE"))
GROUP = Scope("group", "dept_groups", ("ADM", "HQ"))
SCHOOL = Scope("group", "school_groups", ("SOF", "SCH"))
NOTICE = Scope("wecom", "hq_wecom", ("ADM", "HQ"), content="notice")
NEWS = Scope("wecom", "hq_wecom", ("ADM", "HQ"), content="news")
DOUYIN = Scope("douyin", "hq_douyin", ("NMD", "HQ"))
WEBSITE = Scope("website", "univ_web", ("UPB", "UNIV"))
LONG = "字" * 300
WORKING = {"nickname": "销售部-林夏", "department": "销售部", "real_name": "林夏"}


def account(procedure: str = "", organisation: str = "HQ") -> Scope:
    return Scope("accounts", organisation=(organisation,), procedure=procedure)


class Case(NamedTuple):
    """What keeps the rule in that scope, what then breaks it, and what is said: level, field, regulation, article."""

    rule: str
    aspect: str
    scope: Scope
    good: dict[str, Any]
    bad: dict[str, Any]
    said: tuple[str, str, str, str]


PAPER = {"sha256": "c" * 64, "name": "a.pdf", "size": 1, "type": "application/pdf"}
WECHAT, WEIBO = OFFICIAL["wechat"], OFFICIAL["weibo"]
CASES = [
    Case("C-T1", "", WEIBO, {"body": "字" * 140}, {"body": "字" * 141}, ("block", "body", "S0-1", "第十条(2)")),
    Case("C-T2", "", TRADE, {"body": "字" * 300}, {"body": "字" * 299}, ("block", "body", "S2-21", "4.4(2)")),
    Case(
        "C-T3", "", GROUP, {"body": "字" * 200, "links": []}, {"body": "字" * 201}, ("block", "links", "S4-14", "二.4")
    ),
    Case("C-T4", "", WECHAT, {}, {"images": []}, ("warn", "images", "S0-1", "第十条(1)")),
    Case("C-T4", "", TRADE, {}, {"images": []}, ("block", "images", "S2-21", "4.4(1)")),
    Case(
        "C-T5",
        "",
        TRADE,
        {"body": LONG + "内卷(过度竞争)"},
        {"body": LONG + "内卷"},
        ("warn", "body", "S2-21", "4.3(8)"),
    ),
    Case("C-T6", "wording", WECHAT, {"title": "账号"}, {"title": "帐号"}, ("warn", "title", "S3-1", "三(一)2")),
    Case(
        "C-T6",
        "self_check",
        WECHAT,
        {"self_check": True},
        {"self_check": False},
        ("block", "self_check", "S3-1", "三(三)4"),
    ),
    Case(
        "C-T7",
        "",
        SCHOOL,
        {"needs_reply": True, "body": "通知。收到请回复:我已知晓,马上照办(坚决执行)!"},
        {"body": "通知。收到请回复!"},
        ("block", "body", "S4-23", "三.3"),
    ),
    Case(
        "C-T7",
        "",
        SCHOOL,
        {"needs_reply": False, "body": "通知。此条信息 不必回复!"},
        {"body": "收到请回复:我已知晓,马上照办(坚决执行)!"},
        ("block", "body", "S4-23", "三.3"),
    ),
    Case(
        "C-T8",
        "",
        NOTICE,
        {"scope": "全员", "valid_until": "2026-12-01"},
        {"scope": ""},
        ("block", "scope", "S2-19", "6.1"),
    ),
    Case(
        "C-T8",
        "",
        NEWS,
        {"scope": "全员", "valid_until": "2026-12-01", "summary": "摘要"},
        {"summary": None},
        ("block", "summary", "S2-19", "6.2"),
    ),
    Case(
        "C-T8",
        "expiry",
        NOTICE,
        {"scope": "全员", "valid_until": "2026-11-21"},
        {"valid_until": "2026-11-20"},
        ("block", "valid_until", "S2-19", "6.1"),
    ),
    Case(
        "C-T9",
        "",
        Scope("wechat", "univ_mp", ("UPM", "UNIV"), "pub-school-mp"),
        {},
        {"title": " "},
        ("block", "title", "S4-04", "五.1"),
    ),
    Case(
        "C-I1",
        "larger_than",
        WECHAT,
        {"images": [MB + 1]},
        {"images": [MB]},
        ("warn", "images[0]", "S0-1", "第十条(2)"),
    ),
    Case(
        "C-I1",
        "smaller_than",
        WECHAT,
        {"images": [5 * MB - 1]},
        {"images": [5 * MB]},
        ("block", "images[0]", "S0-1", "第十条(2)"),
    ),
    Case("C-I1", "format", WEIBO, {}, {"images": ["image/png"]}, ("block", "images[0]", "S0-1", "第十条(2)")),
    Case(
        "C-I2",
        "format",
        TRADE,
        {"images": ["image/png"]},
        {"images": ["image/gif"]},
        ("block", "images[0]", "S2-21", "4.4(2)"),
    ),
    Case(
        "C-I2",
        "smaller_than",
        TRADE,
        {"images": [5 * MB - 1]},
        {"images": [5 * MB]},
        ("block", "images[0]", "S2-21", "4.4(2)"),
    ),
    Case(
        "C-I3",
        "camera",
        TRADE,
        {"images": [{"camera": "X1", "width": 1080}], "on_site_photo": True},
        {"on_site_photo": False},
        ("warn", "images[0]", "S2-21", "4.4(2)"),
    ),
    Case(
        "C-I3",
        "pixels",
        TRADE,
        {"images": [{"height": 1080}], "on_site_photo": True},
        {"images": [{"height": 1079}]},
        ("warn", "images[0]", "S2-21", "4.4(2)"),
    ),
    Case("C-I4", "", WECHAT, {}, {"image_copyright": ""}, ("block", "image_copyright", "S3-1", "三(四)3")),
    Case(
        "C-V1",
        "at_most",
        WECHAT,
        {"videos": [500 * MB]},
        {"videos": [500 * MB + 1]},
        ("block", "videos[0]", "S0-1", "第十条(2)"),
    ),
    Case(
        "C-V1",
        "at_most",
        TRADE,
        {"videos": [500 * MB]},
        {"videos": [500 * MB + 1]},
        ("block", "videos[0]", "S2-21", "4.4(2)"),
    ),
    Case(
        "C-V1", "format", DOUYIN, {"videos": ["mp4"]}, {"videos": ["mkv"]}, ("block", "videos[0]", "S0-1", "第十条(2)")
    ),
    Case(
        "C-V1", "doubtful", WEIBO, {"videos": ["mov"]}, {"videos": ["wma"]}, ("warn", "videos[0]", "S0-1", "第十条(2)")
    ),
    Case(
        "C-L1",
        "",
        WECHAT,
        {},
        {"links": [{"url": "https://a.cn", "description": ""}]},
        ("block", "links[0].description", "S3-1", "三(四)4"),
    ),
    Case(
        "C-L1",
        "host",
        WECHAT,
        {},
        {"links": [{"url": "https://t.cn/x", "description": "x"}]},
        ("block", "links[0].url", "S3-1", "三(四)4"),
    ),
    Case("C-S1", "", WECHAT, {}, {"source": "不明"}, ("block", "source", "S0-1", "第十条(1)")),
    Case("C-S1", "", TRADE, {}, {"source": ""}, ("block", "source", "S2-21", "4.4(1)")),
    Case("C-S1", "", GROUP, {}, {"source": "网络"}, ("block", "source", "S1-1", "第九条")),
    Case("C-S2", "", WEBSITE, {"evidence": "教务处通知"}, {"evidence": " "}, ("warn", "evidence", "S4-03", "三.1(1)")),
    Case(
        "C-S3",
        "",
        WECHAT,
        {"repost": False},
        {"repost": True, "repost_licence": "x"},
        ("block", "repost_verified", "S2-07", "第十四条"),
    ),
    Case("C-S4", "", WECHAT, {"original": True}, {"original": False}, ("warn", "original", "S4-10", "三.2")),
    Case(
        "C-S5", "", WECHAT, {}, {"repost": True, "repost_verified": True}, ("block", "repost_licence", "S2-14", "2.3")
    ),
    Case(
        "C-S6",
        "",
        DOUYIN,
        {"publisher_label": "personal"},
        {"publisher_label": None},
        ("block", "publisher_label", "S4-22", "第十条"),
    ),
    Case("C-P1", "", WECHAT, {"secrecy": "none"}, {"secrecy": "secret"}, ("block", "secrecy", "S0-1", "第八条")),
    Case("C-P1", "", TRADE, {"secrecy": "none"}, {"secrecy": None}, ("block", "secrecy", "S2-21", "4.2")),
    Case("C-P1", "", WEBSITE, {"secrecy": "none"}, {"secrecy": "secret"}, ("block", "secrecy", "S4-03", "三.1(4)")),
    Case("C-P2", "", WECHAT, {"category": "7"}, {"category": "8"}, ("block", "category", "S0-1", "第九条")),
    Case("C-P2", "", TRADE, {"category": "8"}, {"category": "9"}, ("block", "category", "S2-21", "4.3")),
    Case(
        "C-P4",
        "",
        WECHAT,
        {"personal_data": False},
        {"personal_data": True},
        ("block", "personal_consent", "S2-15", "三.2"),
    ),
    Case(
        "C-P4",
        "",
        WECHAT,
        {"body": "编号11010519491231002Y"},
        {"body": "身份证11010519491231002X"},
        ("block", "body", "S2-15", "三.2"),
    ),
    Case(
        "C-P4",
        "",
        account("acc-it-register"),
        {"identity_document": [PAPER], "identity_consent": True, "real_name": "林夏"},
        {"identity_consent": False},
        ("block", "identity_consent", "S2-15", "三.2"),
    ),
    Case("C-P7", "", WECHAT, {}, {"secrecy": "internal"}, ("block", "secrecy", "S2-05", "第四章1")),
    Case(
        "C-P7",
        "",
        Scope("moments", "trade_moments", ("BH", "TRADE")),
        {},
        {"secrecy": "internal"},
        ("block", "secrecy", "S2-21", "3.8.2.3⑤"),
    ),
    Case("C-P8", "", WECHAT, {"confirmed": True}, {"confirmed": False}, ("warn", "confirmed", "S3-1", "三(一)1")),
    Case("C-P8", "", TRADE, {"confirmed": True}, {"confirmed": False}, ("warn", "confirmed", "S2-21", "3.8.2.3④")),
    Case(
        "C-P9",
        "",
        WECHAT,
        {"no_bought_traffic": True},
        {"no_bought_traffic": False},
        ("warn", "no_bought_traffic", "S4-05", "第十三条"),
    ),
    Case(
        "C-B1",
        "",
        Scope("wecom", organisation=("BANK",), procedure="bank-task-schedule"),
        {"requested_on": "2026-11-27"},
        {"requested_on": "2026-11-26"},
        ("block", "requested_on", "S2-12", "(二)"),
    ),
    Case(
        "C-B2",
        "",
        Scope("wecom", organisation=("BANK",), procedure="bank-material-library"),
        {"listed_from": "2026-12-01T08:00:00+08:00", "listed_until": "2026-12-01T08:00:01+08:00"},
        {"listed_until": "2026-12-01T00:00:00+00:00"},
        ("block", "listed_until", "S2-12", "素材条款"),
    ),
    Case(
        "C-B4",
        "",
        Scope("moments", "bank_moments", ("PFD", "BANK")),
        {"opt_out_excluded": True},
        {"opt_out_excluded": False},
        ("block", "opt_out_excluded", "S2-12", "第十六条"),
    ),
    Case("C-N1", "", account(), WORKING, {"nickname": "林夏"}, ("block", "nickname", "S1-1", "第七条")),
    Case(
        "C-N1",
        "",
        account(),
        WORKING | {"nickname": "林夏", "post": "总裁"},
        {"post": "员工"},
        ("block", "nickname", "S1-1", "第七条"),
    ),
    Case(
        "C-N3", "", account(), {"real_name": "林夏"}, {"real_name": "林霞"}, ("block", "real_name", "S2-01", "第七条")
    ),
    Case(
        "C-N3",
        "",
        account(organisation="BANK"),
        {"real_name": "潘一", "holder": "pan.yi"},
        {"holder": "lin.xia"},
        ("block", "real_name", "S2-12", "第十二条"),
    ),
    Case(
        "C-N4",
        "",
        account(),
        {"avatar_confirmed": True},
        {"avatar_confirmed": False},
        ("warn", "avatar_confirmed", "S1-1", "第七条"),
    ),
    Case(
        "C-N5",
        "",
        account("acc-bank-join", "BANK"),
        {"account": "Lin.Xia", "mailbox": "lin.xia@bank.cn", "real_name": "林夏", "post": "经理", "address": "江北"},
        {"account": "linxia"},
        ("block", "account", "S2-12", "第十二条"),
    ),
    Case(
        "C-N6",
        "",
        account(),
        {"platform_name": "示范集团优选", "trademark_words": True},
        {"trademark_words": False},
        ("block", "platform_name", "S2-21", "3.4"),
    ),
    Case(
        "C-N7",
        "",
        account(),
        {"platform_name": "星河书店"},
        {"platform_name": "腾讯官方"},
        ("warn", "platform_name", "S4-19", "第六条"),
    ),
    Case(
        "C-N8",
        "",
        account("acc-apply-hr"),
        {"real_name": "林夏", "department": "销售部", "post": "经理"},
        {"post": ""},
        ("block", "post", "S4-02", "第六条"),
    ),
    Case(
        "C-A3",
        "",
        account("acc-external-temp"),
        {"rights": ["publish"], "valid_until": "2026-11-20"},
        {"rights": []},
        ("block", "rights", "S3-1", "二(一)3"),
    ),
    Case(
        "C-A3",
        "",
        account("acc-external-temp"),
        {"rights": ["publish"], "valid_until": "2026-11-20"},
        {"valid_until": "2026-11-19"},
        ("block", "valid_until", "S3-1", "二(一)3"),
    ),
    Case(
        "C-A8",
        "",
        account("acc-official-register"),
        {"business_licence": [PAPER], "organisation_code": [PAPER]},
        {"organisation_code": []},
        ("block", "organisation_code", "S4-09", "二.1"),
    ),
    Case(
        "C-A9",
        "",
        account("acc-platform-open", "TRADE"),
        {"statement": [PAPER], "seal_scan": [PAPER]},
        {"seal_scan": None},
        ("block", "seal_scan", "S2-21", "3.4"),
    ),
    Case(
        "C-A11",
        "",
        account(),
        {"beneficiary": "pan.yi"},
        {"beneficiary": "lin.xia"},
        ("block", "beneficiary", "S4-08", "第五条2"),
    ),
    Case(
        "C-R4",
        "",
        account("ext-contest", "TRADE"),
        {"statement": [PAPER], "seal_scan": [PAPER]},
        {"statement": []},
        ("block", "statement", "S2-21", "3.7"),
    ),
    Case(
        "C-W1",
        "",
        account(),
        {"new_password": "abcdef12#x"},
        {"new_password": "abcdef12#"},
        ("block", "new_password", "S3-1", "二(三)1"),
    ),
    Case(
        "C-W1",
        "",
        account(),
        {"new_password": "abcdef12#x"},
        {"new_password": "abcdef12xy"},
        ("block", "new_password", "S3-1", "二(三)1"),
    ),
]


def _files(answers: dict[str, Any]) -> tuple[dict[str, Any], list[FileFacts]]:
    """Media in short: a size, a type or an ending, or single facts; here they become files."""
    files: list[FileFacts] = []
    for part, make in (("images", picture), ("videos", film)):
        for index, said in enumerate(answers.get(part) or []):
            if isinstance(said, dict) and "sha256" in said:
                continue
            facts: dict[str, Any] = {"size": said} if isinstance(said, int) else said if isinstance(said, dict) else {}
            if isinstance(said, str):
                facts = {"type": said, "extension": said.split("/")[-1]} if part == "images" else {"extension": said}
            if isinstance(said, dict):
                facts = {"width": 1, "height": 1} | said
            files.append(make(**facts, sha256=f"{part}{index}"))
            answers = answers | {part: [files[-1].reference()]}
    return answers, [*files, picture()]


def judged(case: Case, answers: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """What is said of the answers by the figure of the case, as the scope has it."""
    published = case.scope.channel != "accounts"
    everything = {**(content(video_source="s", video_copyright="c") if published else {}), **answers}
    everything, files = _files(everything)
    known = [each for each in figures(case.scope, NOW.date()) if (each.rule, each.aspect) == (case.rule, case.aspect)]
    assert len(known) == 1
    found = check_content(everything, files, known, around=AROUND)
    for each in found:
        for text in each.text:
            assert all(clause.quote in text and clause.article in text for clause in (each.clause, *each.competes))
    return {(each.level, each.field, each.clause.regulation, each.clause.article) for each in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}{case.aspect} {case.scope.channel}")
def test_the_rule_is_kept_and_broken(case: Case) -> None:
    assert judged(case, case.good) == set()
    assert judged(case, case.good | case.bad) == {case.said}


def test_no_rule_is_left_out() -> None:
    assert CHECKS.keys() - {(case.rule, case.aspect) for case in CASES} == {("C-N2", "")}  # one an owner may switch on


def test_the_days_are_counted_in_the_zone_of_the_office() -> None:
    """At half past eleven in the evening in Shanghai it is still the day before in London."""
    case = next(case for case in CASES if case.rule == "C-B1")
    assert judged(case, {"requested_on": "2026-11-26T17:00:00+00:00"}) == set()  # the 27th in Shanghai
    assert judged(case, {"requested_on": "2026-11-26T15:00:00+00:00"}) == {case.said}


@pytest.mark.parametrize("rule", ["C-S2", "C-S4", "C-T6", "C-P8", "C-P9", "C-N3", "C-N4"])
def test_what_no_form_asks_is_not_missed(rule: str) -> None:
    for scope in (WECHAT, account()):
        known = [each for each in figures(scope, NOW.date()) if each.rule == rule and each.aspect != "wording"]
        assert check_content({}, [], known, around=AROUND) == []


def test_an_empty_answer_to_what_the_form_asks_is_missed() -> None:
    known = [each for each in figures(WECHAT, NOW.date()) if each.rule == "C-S2"]
    asked = Around(NOW, asked=frozenset({"evidence"}))
    assert [each.field for each in check_content({}, [], known, around=asked)] == ["evidence"]


def test_what_competes_is_cited_and_yields() -> None:
    (found,) = check_content(
        {"body": "字" * 200}, [], [each for each in figures(WEIBO, NOW.date()) if each.rule == "C-T1"]
    )
    assert "微博文字信息应在140字以内" in found.text.zh
    assert found.text.zh.endswith(";另有《企业微信运营管理规定》4.4(2):“微信文字信息应在300字及以上”,按前者执行。")
    assert found.text.en.endswith("says otherwise, “微信文字信息应在300字及以上”, and yields.")
