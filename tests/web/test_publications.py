"""The register of publications: found by its unit, hidden from others, proved by a package to take away."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from PIL import Image

import models
from engine.archive import verify_package
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from tests.web.conftest import As
from tests.web.visitor import file

LINK = "https://mp.weixin.qq.com/s/demo-launch"


def screenshot(name: str) -> tuple[BytesIO, str]:
    buffer = BytesIO()
    Image.new("RGB", (390, 844), "#e8eef7").save(buffer, "PNG")
    return file(buffer.getvalue(), name)


def published(visit: As) -> int:
    """A WeChat post that went the whole way; the number of its case."""
    case_id = visit("lin.xia").start()
    now = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    for login, decision, fields in (
        ("zhou.ning", "approve", {}),
        ("he.sui", "approve", {}),
        ("shen.yan", "approve", {}),
        ("fang.cheng", "", {"send_on": (date.today() + timedelta(days=1)).isoformat()}),
        ("fang.cheng", "", {"test_reader": "邵文", "test_screenshot": [screenshot("测试.png")]}),
        ("shao.wen", "", {"test_result": "ok"}),
        ("fang.cheng", "", {"published_link": LINK, "published_at": now, "screenshot": [screenshot("群发.png")]}),
        ("lin.xia", "", {"archived_material": ["application", "reviews", "media", "evidence"], "archive_place": "柜"}),
    ):
        done = visit(login).decide(visit(login).task_of(case_id), decision, **fields)
        assert done.status == 303, (login, done.words(".qf-problem"))
    return case_id


def test_an_entry_is_found_by_its_link_and_proved_by_its_package(app: Flask, visit: As, tmp_path: Path) -> None:
    published(visit)
    officer = visit("lin.xia")
    entry = officer.open(f"/publications?search={LINK}").tree.cssselect("tbody a")[0].get("href")
    page = officer.open(entry)
    assert "沈岩" in page.words() and LINK in page.words()
    assert officer.open(f"{entry}/package").status == 404, "the job has not built it yet"
    house = app.extensions["house"]
    with models.reading(house.engine) as conn:
        jobs = conn.execute(sa.select(models.jobs.c.id)).scalars().all()
    for job in jobs:
        run(Place(house.engine, house.office), KINDS, job)
    taken = officer.client.get(f"{entry}/package")
    assert taken.status_code == 200
    fingerprint = sha256(taken.data).hexdigest()
    assert fingerprint in officer.open(entry).words()
    kept = tmp_path / f"{fingerprint}.zip"
    kept.write_bytes(taken.data)
    assert verify_package(kept) == []


def test_another_unit_finds_neither_the_entry_nor_its_package(visit: As) -> None:
    published(visit)
    entry = visit("lin.xia").open("/publications").tree.cssselect("tbody a")[0].get("href")
    for path in (entry, f"{entry}/package"):
        assert visit("shi.xi").open(path).status == 404
    assert LINK not in visit("shi.xi").open("/publications").text
