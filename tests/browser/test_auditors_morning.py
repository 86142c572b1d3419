"""A morning of the auditor: from a search to a case and its readers, the figures, the checks, a file, a hold."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from models import jobs, tasks
from tests.browser.people import Colleague
from tests.support.browser import Pages
from tests.support.databases import Database
from tests.support.server import RunningServer
from tests.support.story import ACCOUNT, APPROVE, RETURN, Story

PHONE, MASKED = "13812345678", "138****5678"
LOOPED, FORGED = "新品发布会预告", "新品试用招募"
SLUG, PROCEDURE = "pub-company-info", "公司微博、微信信息发布"


@pytest.fixture
def lived(sqlite: Database, tmp_path: Path) -> Iterator[Story]:
    """A case that was returned and sent again, one whose applicant approved it in the database, and two others."""
    story = Story(sqlite.engine(), tmp_path, datetime.now(UTC) - timedelta(hours=3))
    looped = story.start(title=LOOPED, contact=f"林夏 {PHONE}")
    story.decide("zhou.ning", story.task(looped), RETURN)
    story.decide("lin.xia", story.task(looped), story.case_content(looped))
    forged = story.start(title=FORGED)
    task = story.task(forged)
    story.decide("zhou.ning", task, APPROVE)
    story.write(tasks.update().where(tasks.c.id == task).values(actor_id=story.id_of("lin.xia")))
    story.start(title="门店停业通知", body="本店停业三日。")
    story.start("lin.xia", "acc-open-staff", **ACCOUNT | {"purpose": "新品客户群"})
    yield story
    story.engine.dispose()


def carried_out(story: Story) -> None:
    (job,) = story.read(sa.select(jobs.c.id).where(jobs.c.kind == "check_cases", jobs.c.state == "waiting"))
    assert run(Place(story.engine, story.office), KINDS, job.id)


def go(page: Page, group: str, name: str = "") -> None:
    """To a group of the audit, and to a page of it."""
    page.locator(".nav-tabs").get_by_role("link", name=group, exact=True).click()
    if name:
        page.locator(".qf-leaves").get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".qf-leaves [aria-current=page]")).to_have_text(name)


def drawn(page: Page) -> None:
    expect(page.locator("[data-diagram]")).to_have_attribute("data-drawn", "yes")


def searched(page: Page, words: str) -> None:
    """All cases that say so, of the one procedure."""
    page.locator("[name=procedure]").select_option(SLUG)
    page.wait_for_url(f"**procedure={SLUG}**")
    page.locator("[name=search]").fill(words)
    page.locator("[name=search]").press("Enter")
    expect(page.locator(".qf-main tbody tr")).to_have_count(2)


def test_an_auditor_s_morning(lived: Story, server: RunningServer, pages: Pages) -> None:
    auditor = Colleague(pages.open(), server.url, "曾鸣")
    page, main = auditor.page, auditor.page.locator(".qf-main")
    page.locator(".qf-nav").get_by_role("link", name="审计", exact=True).click()

    # She searches, opens a case, and sees no number until she has said why.
    searched(page, "新品")
    main.get_by_role("link", name=LOOPED).click()
    expect(main).to_contain_text(MASKED)
    expect(main).not_to_contain_text(PHONE)
    drawn(page)
    expect(page.locator("[data-diagram]")).to_contain_text("×2")
    page.locator("#unmask-why").fill("核对投诉")
    page.get_by_role("button", name="显示原文").click()
    expect(main).to_contain_text(PHONE)
    case_address, number = page.url, main.locator(".qf-number").first.inner_text()

    # Her own look and its reason are among those who read it.
    page.get_by_role("link", name="这份申请的阅读记录").click()
    mine = main.locator("tbody tr", has_text="曾鸣")
    expect(mine.filter(has_text="核对投诉")).to_contain_text("显示原文")
    expect(mine.filter(has_text="申请页").first).to_contain_text("打开")

    # From a number to its cases, and where they wait on the drawing.
    go(page, "统计")
    row = page.locator("#procedures tr", has_text=PROCEDURE)
    expect(row.get_by_role("link").nth(1)).to_have_text("3")
    row.get_by_role("link").nth(1).click()
    expect(main).to_contain_text("共 3 份")
    go(page, "统计", "热力图")
    main.get_by_role("link", name=PROCEDURE).click()
    drawn(page)
    expect(main.locator(".qf-heat tbody")).to_contain_text("审核本单位信息")

    # What was changed in the database does not fit the trail, and was an approval of one's own application.
    go(page, "检查", "合规检查")
    page.get_by_role("button", name="开始检查").click()
    expect(page.locator("#run progress")).to_be_visible()
    carried_out(lived)
    expect(page.get_by_role("button", name="重新检查")).to_be_visible()
    page.reload()
    expect(main.locator("tbody tr").filter(has_text=FORGED)).to_contain_text("记录互相矛盾")
    go(page, "检查", "职责分离")
    found = main.locator("tbody tr").filter(has_text="自己审批自己的申请")
    expect(found).to_have_count(1)
    found.get_by_role("link").click()
    expect(main.locator("tr.table-active")).to_contain_text("审核本单位信息")

    # A file of what was found; that it was taken stands in the log.
    go(page, "申请", "全部申请")
    searched(page, "新品")
    main.locator("summary", has_text="导出").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV 表格").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    titles = [row["标题"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(titles) == sorted([LOOPED, FORGED])
    assert MASKED in text and PHONE not in text
    go(page, "日志", "审计日志")
    line = page.locator(".qf-log li").first
    expect(line).to_contain_text("导出数据 曾鸣")
    line.locator("summary").click()
    expect(line).to_contain_text(f"procedure={SLUG}")

    # The case is to stay: who owns the procedure holds it, and she sees that; she may act on neither.
    theirs = Colleague(pages.open(), server.url, "沈岩").page
    theirs.goto(case_address)
    theirs.get_by_role("link", name="冻结保存").click()
    expect(theirs.locator("#number")).to_have_value(number)
    theirs.locator("#reason").fill("投诉未了")
    theirs.get_by_role("button", name="冻结保存").click()
    go(page, "处置", "冻结保存")
    held = main.locator("tbody tr", has_text="投诉未了")
    expect(held).to_contain_text(number)
    expect(held).to_contain_text("冻结中")
    expect(main.get_by_role("button")).to_have_count(0)
    page.goto(case_address)
    drawn(page)
    expect(main.get_by_role("link", name="冻结保存")).to_have_count(0)
    expect(page.get_by_role("link", name="去办理")).to_have_count(0)
    waiting = lived.task(int(case_address.rsplit("/", 1)[1]))
    auditor.open(f"/tasks/{waiting}")
    expect(page.get_by_role("button", name="同意")).to_have_count(0)
    before = lived.row(waiting)
    form = {
        "csrf_token": page.locator("[name=csrf_token]").first.input_value(),
        "decision": "approve",
        "revision": str(before.revision),
    }
    assert page.request.post(f"{server.url}/tasks/{waiting}/decide", form=form).status == 403
    assert lived.row(waiting) == before
