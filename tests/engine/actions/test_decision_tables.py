"""A case that asks a decision table: recorded where it decides, an incident where it does not, never a guess."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Conflict, NotAllowed
from engine.kernel.deciding import Table
from models import incidents, procedures, versions
from tests.support.story import APPROVE, Story
from tests.support.tables import GAP, LEVEL, SLUG, grid, package_with


def release(story: Story, place: Path, table: Table) -> None:
    story.once(None, lambda desk: actions.publish(desk, package_with(table, place), trusted=True))


def waiting(story: Story, case_id: int) -> list[tuple[int, str]]:
    left = sa.select(incidents).where(incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None))
    return [(one.id, one.zh) for one in story.read(left) if one.kind == "undecided" and one.owner]


def decided(story: Story, case_id: int, verb: str) -> list[dict[str, Any]]:
    """What the newest entry of that verb says of decision tables."""
    return list(json.loads([one.facts for one in story.trail(case_id) if one.verb == verb][-1])["decided"])


def test_the_row_that_decided_is_in_the_trail_and_the_version_holds_its_table(story: Story, tmp_path: Path) -> None:
    release(story, tmp_path, grid(LEVEL))
    first = story.start(category="1")
    release(story, tmp_path, grid(GAP))
    second, third = story.start(category="2"), story.start(channel="official_wechat", category="2", body="字" * 400)
    assert [story.steps(one) for one in (first, second)] == [["review_by_unit_head"]] * 2
    assert story.steps(third) == ["review_by_enterprise_office"]
    expected = {
        "step": "route",
        "table": "level",
        "name": "分级表",
        "rows": [1],
        "inputs": [["channel", "channel", "official_weibo"], ["category", "category", "1"]],
        "outputs": [["level", "level", "unit"]],
    }
    assert decided(story, first, "submit") == [expected]
    # returned and submitted again, the first case still asks the table it started with
    story.decide("zhou.ning", story.task(first), {"decision": "return", "comment": "请补充"})
    story.decide("lin.xia", story.task(first), story.case_content(first) | {"category": "3"})
    assert story.steps(first) == ["review_by_enterprise_office"]


def test_no_row_is_an_incident_with_an_owner_that_a_mended_table_ends(story: Story, tmp_path: Path) -> None:
    release(story, tmp_path, grid(GAP))
    case_id = story.start(category="1")
    assert story.case(case_id).state == "incident" and story.steps(case_id) == []
    ((incident, said),) = waiting(story, case_id)
    assert "分级表" in said and "没有一行适用于 channel = official_weibo,category = 1" in said
    with pytest.raises(NotAllowed):
        story.retry("lin.xia", incident)
    with pytest.raises(Conflict, match="still does not decide"):
        story.retry("shen.yan", incident)
    assert waiting(story, case_id) == [(incident, said)] and story.case(case_id).state == "incident"
    release(story, tmp_path, grid(LEVEL))
    story.retry("shen.yan", incident)
    assert waiting(story, case_id) == [] and story.case(case_id).state == "running"
    assert story.steps(case_id) == ["review_by_unit_head"]
    (told,) = decided(story, case_id, "retry")
    newest = story.read(
        sa.select(sa.func.max(versions.c.no))
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == SLUG)
    )[0][0]
    assert (told["rows"], told["version"]) == ([1], newest)
    story.decide("zhou.ning", story.task(case_id), APPROVE)


def test_rows_that_both_fit_stop_the_case_and_another_tables_outputs_do_not_help(story: Story, tmp_path: Path) -> None:
    release(story, tmp_path, grid(LEVEL + '- | "1" => "office"\n'))
    case_id = story.start(category="1")
    ((incident, said),) = waiting(story, case_id)
    assert "第 1、4 行同时适用于" in said
    release(story, tmp_path, grid(LEVEL.replace("level:string", "other:string")))
    with pytest.raises(Conflict):
        story.retry("shen.yan", incident)
    story.act("shen.yan", lambda desk: actions.cancel(desk, case_id, "不再需要"))
    story.retry("shen.yan", incident)
    assert waiting(story, case_id) == [] and story.case(case_id).state == "cancelled"
