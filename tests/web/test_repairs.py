"""The pages of a repair: asked for, agreed to by another, its difference in the timeline; the case at a moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from models import messages, repairs, writing
from tests.engine.acts.acting import OWNER, House
from tests.engine.acts.structures import procedure
from tests.web.visitor import Visitor

SECOND = "tian.ye"


@pytest.fixture
def stuck(one_app: Flask, tmp_path: Path) -> tuple[House, int]:
    """A case two hours old that was sent back once inside its branch; somebody was told of it."""
    house = House(one_app.extensions["house"].engine, tmp_path, datetime.now(UTC) - timedelta(hours=2))
    package, _ = procedure("r-stuck", ["parallel"])
    house.publish(package)
    case_id = house.begin("r-stuck")
    house.now += timedelta(hours=1)
    for step, answers in (("x_prep", {}), ("x_left", {"decision": "return", "comment": "再准备"}), ("x_prep", {})):
        house.do(case_id, step, **answers)
    told = {
        "person_id": house.id_of("he.sui"),
        "kind": "task",
        "key": "k",
        "zh": "请办理",
        "en": "act",
        "made_at": house.now,
    }
    with writing(house.engine) as conn:
        conn.execute(messages.insert(), {**told, "case_id": case_id})
    return house, case_id


def test_a_repair_is_asked_for_agreed_to_and_seen_in_the_timeline(one_app: Flask, stuck: tuple[House, int]) -> None:
    house, case_id = stuck
    owner, second, applicant = Visitor(one_app), Visitor(one_app), Visitor(one_app)
    for visitor, login in ((owner, OWNER), (second, SECOND), (applicant, "lin.xia")):
        visitor.become(login)
    here = f"/cases/{case_id}/repair"
    assert here in owner.open(f"/cases/{case_id}").links() and here not in applicant.open(f"/cases/{case_id}").links()
    page = owner.open(f"{here}?kind=skip")
    closed = {one.get("value") for one in page.tree.cssselect("input[name=place][disabled]")}
    (place,) = set(page.values("input[name=place]")) - closed
    assert "修复不能代替任何人同意" in page.words()
    sent = {"kind": "skip", "place": place, "revision": page.values("input[name=revision]")[0], "key": "k1"}
    refused = owner.send(here, **sent, reason=" ")
    assert refused.status == 422 and "请说明为什么要修复" in refused.words()
    assert owner.send(here, **{**sent, "revision": "1"}, reason="人已离职").status == 409
    there = owner.send(here, **{**sent, "key": "k2"}, reason="人已离职").headers["Location"]
    assert there.startswith("/audit/repairs#repair-")
    assert "已有一项修复等第二人同意" in owner.open(here).words()
    mine = owner.open("/audit/repairs")
    assert "由您提出,要由另一人同意" in mine.words() and "同意并执行" not in mine.words()
    number = house.read(sa.select(repairs.c.id))[0].id
    assert owner.send(f"/audit/repairs/{number}/approve").status == 303
    assert "您就是提出的人" in owner.open("/audit/repairs").words("body")
    assert "同意并执行" in second.open("/audit/repairs").words()
    second.send(f"/audit/repairs/{number}/approve")
    assert house.steps(case_id) == ["x_left"]

    page = second.open(f"/cases/{case_id}?show=repairs")
    assert page.words(".qf-timeline .qf-before-after tbody tr:first-child") == "停在X_LeftX_RightX_Left"
    assert "人已离职" in page.words(".qf-timeline") and "1 修复:跳过" in page.words(".qf-jumps")
    assert "请办理" in second.open(f"/cases/{case_id}?show=messages").words(".qf-timeline")
    assert "请办理" not in applicant.open(f"/cases/{case_id}?show=messages").words(".qf-timeline")
    told = second.client.get(f"/cases/{case_id}/path.json").json
    assert told["counts"]["x_prep"] == told["counts"]["x_merge"] == 2 and "x_inside" in told["done"]
    past = (house.now - timedelta(minutes=30)).astimezone().isoformat()
    page = applicant.open(f"/cases/{case_id}/at?at={past[:16]}")
    assert (
        page.status == 200 and "只能看" in page.words(".alert") and page.tree.cssselect("main form[method=post]") == []
    )
    assert applicant.open(f"/cases/{case_id}/at?at=nonsense").status == 422
    house.drive(case_id)
    assert owner.send(here, **sent, reason="晚了").status == 409


def test_the_page_of_a_case_asks_as_much_of_a_long_case_as_of_a_short_one(
    one_app: Flask, stuck: tuple[House, int]
) -> None:
    house, case_id = stuck
    sent: list[str] = []
    sa.event.listen(house.engine, "before_cursor_execute", lambda _c, _u, text, *_: sent.append(text))
    visitor = Visitor(one_app)
    visitor.become(OWNER)

    def asked(path: str) -> int:
        visitor.open(path)
        sent.clear()
        assert visitor.open(path).status == 200
        return len(sent)

    first = {path: asked(f"/cases/{case_id}{path}") for path in ("", "?show=messages", "/at", "/repair")}
    for _ in range(6):
        house.do(case_id, "x_left", decision="return", comment="再准备")
        house.do(case_id, "x_prep")
    assert {path: asked(f"/cases/{case_id}{path}") for path in first} == first
    assert first[""] <= 29 and first["/at"] <= 22 and first["/repair"] <= 10, first
