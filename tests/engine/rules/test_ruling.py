"""What a content is judged by: its channel, whoever owns that and all above, the procedure, and who is concerned."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engine.actions.contents import judge
from engine.actions.preview import preview
from engine.errors import Invalid
from engine.procedures.ruling import Ruling, ruling
from engine.procedures.version import Version, current_version
from models import reading
from tests.support.story import ACCOUNT, NOW, POST, Story

DAY = date(2026, 11, 20)
LINES = {
    "competes": [],
    "since": "2016-01-01",
    "clause": {"regulation": "S2-21", "title": "t", "article": "1", "quote": "q"},
}


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Any) -> Story:
    return Story(engine, tmp_path)


def version(story: Story, slug: str = "pub-company-info", **manifest: Any) -> Version:
    with reading(story.engine) as conn:
        found = current_version(conn, slug)
    return replace(found, manifest=found.manifest | manifest)


def ruled(story: Story, changed: Version, **answers: Any) -> Ruling | None:
    with reading(story.engine) as conn:
        return ruling(conn, changed, answers, DAY)


def said(found: Ruling | None, rule: str) -> list[tuple[Any, str]]:
    return [(each.figure, each.clause.regulation) for each in found.figures if each.rule == rule] if found else []


def test_the_channel_that_was_chosen_brings_its_figures(story: Story):
    weibo, wechat = (ruled(story, version(story), channel=code) for code in ("official_weibo", "official_wechat"))
    assert said(weibo, "C-T1") == [(140, "S0-1")]
    assert said(wechat, "C-T1") == []
    assert weibo and weibo.external


def test_a_unit_below_brings_the_figures_of_its_organisation(story: Story):
    """The account of a division of the trading group: 300 characters, and no lower bound for pictures."""
    found = ruled(story, version(story, content={"form": "submit", "title": "title", "account": "zongchao"}))
    assert said(found, "C-T2") == [(300, "S2-21")]
    assert said(found, "C-I1") == []
    assert said(found, "C-S1")[0][1] == "S2-21"


def test_an_inner_channel_lets_internal_information_in(story: Story):
    found = ruled(story, version(story, content={"form": "submit", "title": "title", "account": "hq_wecom"}))
    assert found and not found.external


def test_the_procedure_replaces_a_figure_and_switches_one_off(story: Story):
    own = [
        {"rule": "C-T1", "figure": 100, "level": "warn", **LINES},
        {"rule": "C-T4", "figure": 1, "level": "warn", "active": False, **LINES},
    ]
    found = ruled(story, version(story, rules=own), channel="official_weibo")
    assert said(found, "C-T1") == [(100, "S2-21")]
    assert said(found, "C-T4") == []
    assert found and {each.rule for each in found.figures} >= {"C-I1", "C-V1", "C-S1"}


def test_what_goes_to_no_channel_has_a_kind_of_its_own(story: Story):
    changed = version(story, "acc-open-staff", content={"form": "submit", "title": "purpose", "rules": "accounts"})
    assert said(ruled(story, changed), "C-W1") == [(10, "S3-1")]
    assert said(ruled(story, changed), "C-S1") == []
    bank = replace(changed, manifest=changed.manifest | {"organisation": "BANK"})
    assert said(ruled(story, bank), "C-N3")[0][1] == "S2-12"


@pytest.mark.parametrize("content", [{"form": "submit", "title": "title", "channel": "channel", "rules": False}, {}])
def test_a_procedure_may_be_free_of_rules(story: Story, content: dict[str, Any]):
    assert ruled(story, version(story, content=content), channel="official_weibo") is None
    free = version(story, content=content)
    assert story.act("lin.xia", lambda desk: judge(desk, free, POST, None)) == []


@pytest.mark.parametrize("code", ["nowhere", "", None, 7, ["official_weibo"]])
def test_content_for_a_channel_the_company_has_not_is_refused_and_not_let_through(story: Story, code: Any):
    found = version(story)
    with pytest.raises(Invalid) as refusal:
        story.act("lin.xia", lambda desk: judge(desk, found, POST | {"channel": code}, None))
    assert list(refusal.value.fields) == ["channel"]
    form = found.form("submit")
    looked = story.act("lin.xia", lambda desk: preview(desk, found, form, POST | {"channel": code}))
    assert "channel" in looked.wrong


def test_figures_are_looked_up_once_for_a_version_a_channel_and_a_day(story: Story):
    one = version(story)
    first, second = (ruled(story, one, channel="official_weibo") for _ in range(2))
    assert first and second and first.figures is second.figures


@pytest.mark.parametrize(
    ("answers", "broken"),
    [
        ({"real_name": "林夏"}, set()),
        ({"real_name": "潘一"}, {"real_name"}),
        ({"real_name": "潘一", "holder": "pan.yi"}, set()),
        ({"real_name": "林夏", "holder": "pan.yi"}, {"real_name"}),
        ({"real_name": "林夏", "holder": "nobody.here"}, {"real_name"}),
        ({"beneficiary": "lin.xia"}, {"beneficiary"}),
        ({"beneficiary": "pan.yi"}, set()),
    ],
)
def test_names_are_compared_with_those_people_are_registered_under(story: Story, answers: Any, broken: set[str]):
    changed = version(story, "acc-open-staff", content={"form": "submit", "title": "purpose", "rules": "accounts"})
    found = story.act("lin.xia", lambda desk: judge(desk, changed, ACCOUNT | answers, None))
    assert {each.field for each in found} == broken


def test_who_acts_for_the_applicant_is_not_the_beneficiary_either(story: Story):
    changed = version(story, "acc-open-staff", content={"form": "submit", "title": "purpose", "rules": "accounts"})
    applicant = story.id_of("lin.xia")
    for login, refused in (("lin.xia", True), ("pan.yi", True), ("ren.ke", False)):
        answers = ACCOUNT | {"beneficiary": login}
        found = story.act("pan.yi", lambda desk, a=answers: judge(desk, changed, a, None, applicant))
        assert bool(found) is refused


def test_a_day_is_the_day_of_the_office(story: Story):
    """At 17 o'clock UTC the office already has the next day."""
    own = [{"rule": "C-T8", "aspect": "expiry", "figure": 1, "level": "block", **LINES}]
    changed = version(story, rules=own)
    story.now = NOW.replace(day=23, hour=17)
    found = story.act("lin.xia", lambda desk: judge(desk, changed, POST | {"valid_until": "2026-11-24"}, None))
    assert "valid_until" in {each.field for each in found}
    found = story.act("lin.xia", lambda desk: judge(desk, changed, POST | {"valid_until": "2026-11-25"}, None))
    assert "valid_until" not in {each.field for each in found}
