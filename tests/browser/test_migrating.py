"""A reviewer was added to a live procedure: 500 running cases of five shapes are moved through the page, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models import cases
from tests.browser.people import sign_in
from tests.engine.acts.acting import OWNER
from tests.engine.migrating.moving import SLUG, WAYS, MovingHouse, shapes
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.house import House
from tests.support.story import NOW

EACH = 99  # copies of each shape


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    made = House(sqlite.url, tmp_path, NOW).start()
    yield made
    made.stop()


def test_five_hundred_cases_are_moved_and_moved_back(house: House, pages: Pages) -> None:
    moving = MovingHouse(house.engine, house.office.data, NOW)
    moving.release(shapes(new=False))
    for way in ("plain", *WAYS):
        moving.copied(moving.shaped(way), EACH)
    before = moving.stands()
    moving.release(shapes(new=True))
    page = sign_in(pages.open(viewport={"width": 1280, "height": 900}), house.url, OWNER)
    page.goto(f"{house.url}/studio?q={SLUG}")
    page.get_by_role("link", name="迁移在办申请").click()
    page.get_by_label("第 1 版").check()
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".card-title").first).to_contain_text("可以迁移 500 个 · 不能迁移 0 个")
    page.get_by_label("迁移原因").fill("增加一名审核人")
    page.get_by_role("button", name="开始迁移").click()
    course = page.locator("#course")
    expect(course).to_contain_text("已处理 0 个,共 500 个")
    moving.work()
    expect(course).to_contain_text("已迁移 500")
    assert axe(page) == []
    assert len(moving.read(sa.select(cases.c.version_id).where(cases.c.id.in_(before)).distinct())) == 1
    page.reload()
    page.get_by_text("撤销迁移").click()
    page.get_by_role("button", name="撤销", exact=True).click()
    moving.work()
    expect(course).to_contain_text("已恢复 500")
    assert moving.stands() == before
