"""A reviewer for a live procedure: drawn, compared, replayed, released by a second person; 500 cases move, and back."""

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from engine import actions
from models import cases, procedures, versions
from tests.browser.people import sign_in
from tests.browser.studio import press, released, tab
from tests.browser.test_diagram import SLUG
from tests.browser.test_drawn_from_nothing import Hand, add_field, new_form
from tests.browser.test_trying import asked
from tests.engine.acts.acting import OWNER
from tests.engine.audit.scene import ARCHIVE
from tests.engine.migrating.moving import MovingHouse
from tests.support.browser import Pages, axe
from tests.support.house import House
from tests.support.story import CHAIN, NOW, REJECT, RETURN, Story

EACH = 99  # copies of each of the five
OFFICE = "review_by_enterprise_office"


def alive(moving: MovingHouse) -> list[int]:
    """Before the review, returned, with a countersign, approved with a deadline, in the called process: 500 cases."""
    fresh, back, signed, approved = (moving.start(title=one) for one in ("刚提交", "退回过", "加签中", "已批准"))
    moving.decide("zhou.ning", moving.task(back), RETURN)
    moving.approve(signed, CHAIN[0])
    task = moving.task(signed, OFFICE)
    moving.act("he.sui", lambda desk: actions.sign_before(desk, task, ["pan.yi"], "请看"))
    moving.approve(approved)
    called = published(moving)
    shapes = [fresh, back, signed, approved, called]
    for case_id in shapes:
        moving.copied(case_id, EACH)
    return shapes


def published(moving: MovingHouse) -> int:
    case_id = moving.approved(title="存档中")
    moving.decide("fang.cheng", moving.task(case_id), Story.published(moving, "fang.cheng"))
    return case_id


def ended(moving: MovingHouse) -> None:
    """One that was published, one that was rejected, one that was withdrawn."""
    moving.decide("lin.xia", moving.task(published(moving)), ARCHIVE)
    moving.decide("zhou.ning", moving.task(moving.start()), REJECT)
    gone = moving.start()
    moving.act("lin.xia", lambda desk: actions.withdraw(desk, gone, "不发了"))


def storyless(moving: MovingHouse) -> int:
    """The live version without its stories, of which a new step would fail most; its id."""
    here = sa.select(procedures.c.version_id).where(procedures.c.slug == SLUG).scalar_subquery()
    row = moving.read(sa.select(versions.c.id, versions.c.files).where(versions.c.id == here))[0]
    moving.write(versions.update().where(versions.c.id == row.id).values(files=row.files | {"walks.json": "[]"}))
    return int(row.id)


def asked_more(page: Page) -> None:
    """What the reviewer has to write."""
    tab(page, "表单")
    new_form(page, "legal")
    add_field(page, "textarea", "法务意见", "legal_opinion")


def drawn(page: Page) -> None:
    """The reviewer, put into the line from the submission to the first review and moved aside; who that is."""
    tab(page, "流程图")
    board = Hand(page)
    board.ready()
    board.put_in("submit", "submit_to_review_by_unit_head", "法务复核").click()
    board.write("id", "legal_review")
    board.choose("kind", "办理(做一件事)")
    board.choose("who.kind", "担任某岗位的人")
    board.choose("who.role", "企管办")
    board.choose("form", "legal")
    page.mouse.move(*board.middle("legal_review"))
    page.mouse.down()
    (left, _), (right, _) = board.middle("unit_head_decision"), board.middle("office_decision")
    page.mouse.move((left + right) / 2, board.middle("submit")[1], steps=8)
    page.mouse.up()
    assert board.middle("legal_review")[0] > left
    board.checked()
    expect(page.locator(".qf-finding .bg-red-lt")).to_have_count(0)
    board.saved()


def compared(page: Page) -> None:
    tab(page, "比较")
    words = page.locator(".qf-compared-words")
    expect(words.first).to_contain_text("新增步骤「法务复核」,由企管办办理,在「提出发布申请」之后")
    new = page.locator("[data-diagram]").nth(1)
    new.scroll_into_view_if_needed()
    expect(new.locator(".djs-element.qf-added[data-element-id=legal_review]")).to_have_count(1)


def replayed(house: House, page: Page) -> None:
    tab(page, "历史回放")
    press(page, "开始回放")
    house.carry()
    expect(page.locator("#history")).to_contain_text("回放 3 件:0 件走法不变,3 件会走另一条路")
    expect(page.locator("#history")).to_contain_text("「提出发布申请」之后去了「法务复核」")


def tried(page: Page) -> None:
    """Walked by stand-ins through the new step, and kept as a story."""
    tab(page, "试运行")
    asked(page)
    page.locator("#act [name=declaration]").check()
    press(page, "提交")
    expect(page.locator("#act")).to_contain_text("法务复核")
    page.get_by_label("法务意见").fill("没有法律问题")
    press(page, "办理完成")
    page.get_by_label("意见").fill("不宜发布")
    press(page, "拒绝")
    expect(page.locator("#ended")).to_contain_text("单位不予发布")
    page.get_by_role("textbox", name="演练名称").fill("法务有意见,单位不予发布")
    page.get_by_role("button", name="存为演练").click()
    expect(page.locator("#walks")).to_contain_text("法务有意见,单位不予发布")


def moved(moving: MovingHouse, page: Page) -> None:
    page.get_by_role("link", name="迁移在办申请").click()
    page.get_by_label("第 1 版").check()
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".card-title").first).to_contain_text("可以迁移 500 个 · 不能迁移 0 个")
    expect(page.locator("main")).to_contain_text("新版本中的「法务复核」排在当前步骤之前,本申请不再经过。")
    page.get_by_label("迁移原因").fill("增加法务复核")
    page.get_by_role("button", name="开始迁移").click()
    expect(page.locator("#course")).to_contain_text("已处理 0 个,共 500 个")
    moving.work()
    expect(page.locator("#course")).to_contain_text("已迁移 500")
    assert axe(page) == []


def test_a_reviewer_is_added_to_a_live_procedure_and_500_cases_move_and_go_back(house: House, pages: Pages) -> None:
    moving = MovingHouse(house.engine, house.office.data, NOW)
    old = storyless(moving)
    shapes = alive(moving)
    ended(moving)
    before = moving.stands()
    assert len(before) == 500

    page = sign_in(pages.open(viewport={"width": 1500, "height": 1000}), house.url, OWNER)
    page.goto(f"{house.url}/studio?q={SLUG}")
    press(page, "修改")
    asked_more(page)
    drawn(page)
    compared(page)
    replayed(house, page)
    tried(page)
    second = sign_in(pages.open(viewport={"width": 1280, "height": 900}), house.url, "lu.qing")
    released(house, page, second, "增加法务复核", "1 个演练全部走通", "回放 3 件")
    assert moving.stands() == before

    # Not by the owner, who approved two hundred of them.
    second.goto(f"{house.url}/studio?q={SLUG}")
    moved(moving, second)
    of = sa.select(cases.c.version_id).where(cases.c.id.in_(before)).distinct()
    (new,) = (row.version_id for row in moving.read(of))
    assert new != old
    page.goto(f"{house.url}/cases/{shapes[3]}")
    expect(page.locator(".djs-connection.qf-done[data-element-id=unit_head_approves]")).to_have_count(1)
    expect(page.locator(".djs-element.qf-running[data-element-id=publish_post]")).to_have_count(1)
    expect(page.locator(".djs-element[data-element-id=legal_review]")).to_have_count(1)

    second.reload()
    second.get_by_text("撤销迁移").click()
    second.get_by_role("button", name="撤销", exact=True).click()
    moving.work()
    expect(second.locator("#course")).to_contain_text("已恢复 500")
    assert moving.stands() == before
    moving.check()
