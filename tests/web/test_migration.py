"""The pages of a migration: what would become of the cases, the start, the result, and the way back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.engine.acts.acting import OWNER
from tests.engine.migrating.moving import SLUG, MovingHouse, line
from tests.web.visitor import Visitor


@pytest.fixture
def moving(one_app: Flask, tmp_path: Path) -> MovingHouse:
    """Three cases on the first version, of which one stands at a step that the second calls otherwise."""
    house = MovingHouse(one_app.extensions["house"].engine, tmp_path, datetime.now(UTC))
    house.release(line(("a", {}), ("b", {})))
    for _ in range(3):
        last = house.begin_here()
    house.do(last, "a")
    house.release(line(("a", {"who": 'role("company_leader")'}), ("c", {})))
    house.now += timedelta(hours=1)  # the worker comes after the pages
    return house


def test_a_migration_is_previewed_started_watched_and_undone(one_app: Flask, moving: MovingHouse) -> None:
    owner = Visitor(one_app, OWNER)
    address = f"/studio/procedures/{SLUG}/migrate"
    assert address in owner.open("/studio").links()
    page = owner.open(f"{address}?from=1")
    words = page.words()
    assert "可以迁移 2 个" in words and "正在办理的「B」在新版本里已不存在" in words
    assert "改由集团领导办理" in words or "改由公司领导办理" in words
    assert "可以迁移 3 个" in owner.open(f"{address}?from=1&to-b=c").words()
    refused = owner.send(address, **{"from": "1", "to-b": "c", "reason": " "})
    assert refused.status == 422 and "请说明迁移原因" in refused.words()
    sent = {"from": "1", "to-b": "c", "reason": "制度修订", "key": "k"}
    there = owner.send(address, **sent).headers["Location"]
    assert owner.send(address, **sent).headers["Location"] == there
    assert "已处理 0 个,共 3 个" in owner.open(there).words()
    moving.work()
    page = owner.open(there)
    assert "全部处理完毕,共 3 个" in page.words() and "已迁移 3" in page.words()
    (first, *_) = (link for link in page.links() if link.startswith("/cases/"))
    assert "第1版 → 第2版:制度修订" in owner.open(first).words()
    owner.submit(page, "form[action$=undo]")
    moving.work()
    assert "已恢复 3" in owner.open(there).words()
    other = Visitor(one_app, "lin.xia")
    for path in (address, there):
        assert other.open(path).status in (403, 404)
