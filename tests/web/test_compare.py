"""比较: a draft beside its base in the house's own words, any two versions, and to whom they open."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import actions, queries
from models import procedures, reading, versions, writing
from tests.support.story import Story
from tests.web.visitor import Visitor

SLUG = "pub-company-info"
BPMN = f"{SLUG}.bpmn"
OFFICE = 'name="who" value="role(&quot;企管办&quot;)" />'
TWO = OFFICE + (
    '<spiffworkflow:property name="mode" value="all" /><spiffworkflow:property name="signers" '
    'value="role(&quot;企管办&quot;); role(&quot;企管部负责人&quot;)" />'
)


@pytest.fixture
def story(one_app: Flask, tmp_path: Path) -> Story:
    return Story(one_app.extensions["house"].engine, tmp_path)


@pytest.fixture
def draft(story: Story) -> int:
    """A draft in which the office decides with somebody else, in less time, on a form that asks one thing more."""
    draft_id = int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))
    with reading(story.engine) as conn:
        files = queries.procedure_draft(conn, story.person("shen.yan"), draft_id).files
    diagram = files[BPMN].replace(OFFICE, TWO, 1).replace('name="due" value="P1D"', 'name="due" value="P2D"', 1)
    forms = files["forms.json"].replace('"label": "标题"', '"label": "题目"', 1)
    changes = {BPMN: diagram, "forms.json": forms}
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changes))
    return draft_id


def test_a_draft_is_told_beside_its_base_in_the_words_of_the_house(
    story: Story, draft: int, visit_one: Callable[[str], Visitor]
) -> None:
    page = visit_one("shen.yan").open(f"/studio/{draft}/compare")
    assert page.status == 200
    told = [item.text_content() for item in page.tree.cssselect(".qf-compared-words a")]
    assert told == [
        "「审核把关」现在要由企管办、企管部负责人全部同意(以前一人即可)",
        "「审核本单位信息」的期限由「1 个工作日」改为「2 个工作日」",
        "表单「提出发布申请」的「标题」改名为「题目」",
    ]
    for address in page.tree.cssselect("[data-diagram]"):
        diagram = visit_one("shen.yan").open(address.get("data-diagram"))
        assert diagram.status == 200 and diagram.headers["Content-Type"].startswith("text/plain")
        assert "review_by_enterprise_office" in address.get("data-marks")
    assert "题目" in page.words(".qf-beside") and "head_of" not in page.words(".qf-compared-words")
    with reading(story.engine) as conn:
        view = queries.procedure_draft(conn, story.person("shen.yan"), draft)
        assert [one.zh for one in queries.differences(conn, view)] == told
    same = visit_one("shen.yan").open(f"/studio/{draft}/compare?from=1&to=1")
    assert "两版内容相同" in same.words() and not same.tree.cssselect(".qf-compared-each")


def test_a_comparison_asks_the_database_as_often_for_one_difference_as_for_many(story: Story, draft: int) -> None:
    sent: list[str] = []
    with reading(story.engine) as conn:
        view = queries.procedure_draft(conn, story.person("shen.yan"), draft)
        sa.event.listen(conn, "before_cursor_execute", lambda *told: sent.append(told[2]))
        queries.draft_comparison(conn, view)
    assert len(sent) == 4, sent


def test_versions_open_to_owners_alone_and_what_is_not_there_is_said(
    story: Story, draft: int, visit_one: Callable[[str], Visitor]
) -> None:
    with writing(story.engine) as conn:
        row = conn.execute(sa.select(versions).join(procedures).where(procedures.c.slug == SLUG)).one()
        later = dict(row._mapping) | {"no": 2, "sha256": "2" * 64}
        later["files"] = row.files | {
            "procedure.json": row.files["procedure.json"].replace('"retention_years": 3', '"retention_years": 5')
        }
        del later["id"]
        newer = conn.execute(versions.insert().returning(versions.c.id), later).scalar_one()
        conn.execute(procedures.update().where(procedures.c.slug == SLUG).values(version_id=newer))
        conn.execute(versions.insert(), later | {"no": 3, "sha256": "3" * 64, "files": None})
    owner = visit_one("shen.yan")
    assert "保存年限由「3」改为「5」" in owner.open(f"/studio/procedures/{SLUG}/compare?from=1&to=2").words()
    assert "已经发布" in owner.open(f"/studio/{draft}/compare").words()
    assert "保存年限由「5」改为「3」" in owner.open(f"/studio/{draft}/compare?from=2&to=draft").words()
    for path, status in {
        f"/studio/procedures/{SLUG}/compare?from=1&to=3": 409,
        f"/studio/procedures/{SLUG}/compare?from=1&to=9": 404,
        f"/studio/procedures/{SLUG}/compare?from=x&to=1": 400,
        f"/studio/procedures/{SLUG}/compare?from=draft&to=1": 400,
        f"/studio/{draft}/compare?from=99999999999": 400,
        f"/studio/{draft}/compare?from=7": 404,
        f"/studio/{draft}/compare/7.bpmn": 404,
        f"/studio/{draft}/compare/x.bpmn": 400,
        f"/studio/procedures/{SLUG}/versions/2.bpmn": 200,
        "/studio/procedures/no-such/compare": 404,
    }.items():
        assert owner.open(path).status == status, path
    for login in ("lin.xia", "zeng.ming"):
        stranger = visit_one(login)
        for path in (f"versions/{SLUG}", f"versions/{SLUG}/1.bpmn", f"{draft}/compare", f"{draft}/compare/1.bpmn"):
            assert stranger.open(f"/studio/{path}").status == 404, (login, path)


def test_a_draft_that_cannot_be_read_is_compared_as_text(
    story: Story, draft: int, visit_one: Callable[[str], Visitor]
) -> None:
    broken = {BPMN: "<x", "forms.json": "{", "procedure.json": "[]", "walks.json": "[{"}
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft, 2, broken))
    page = visit_one("shen.yan").open(f"/studio/{draft}/compare")
    assert page.status == 200 and all(name in page.words(".qf-compared-words") for name in (BPMN, "forms.json"))
