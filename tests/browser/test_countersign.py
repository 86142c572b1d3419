"""A countersign on the page of a task: who signs and how much it weighs, one more, one less."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import sign_in
from tests.engine.acts.acting import House
from tests.engine.acts.structures import ACTS, Block, gated, procedure, review
from tests.engine.kernel.drawing import several
from tests.support.browser import Pages, axe
from tests.support.databases import Database
from tests.support.server import RunningServer


def signing(k: str) -> Block:
    more = {"mode": "weight:0.6", "weights": 'role("company_leader")=3', "veto": 'role("enterprise_mgmt_head")'}
    more |= {"signers": 'role("company_leader"); role("enterprise_mgmt_head")', "who": ""}
    return gated(k, "sign", review("sign", several(), **more, acts=f"{ACTS},add_signer,remove_signer"))


def test_a_signer_is_added_and_removed_on_the_page_of_a_task(
    server: RunningServer, pages: Pages, sqlite: Database, tmp_path: Path
) -> None:
    engine = sqlite.engine()
    house = House(engine, tmp_path / "office", datetime.now(UTC))
    house.publish(procedure("sign-together", ["sign"], {"sign": signing})[0])
    task = next(one for one in house.open(house.begin("sign-together")) if one.assignee_id == house.id_of("jiang.yu"))
    engine.dispose()
    page = sign_in(pages.open(), server.url, "lin.xia")
    page.goto(f"{server.url}/start/sign-together")
    expect(page.locator("main")).to_contain_text("公司领导、企管部负责人")
    page = sign_in(pages.open(), server.url, "jiang.yu")
    page.goto(f"{server.url}/tasks/{task.id}")
    card = page.locator(".qf-signers")
    expect(card.locator("li")).to_have_count(3)
    expect(card.locator("li", has_text="沈岩")).to_contain_text("一票否决")
    expect(card.locator("li", has_text="江屿")).to_contain_text("权重3")
    assert axe(page) == []
    card.locator("summary", has_text="加签").click()
    card.get_by_label("请谁会签").fill("pan.yi")
    card.get_by_role("button", name="加签").click()
    expect(page.locator(".qf-problem")).to_contain_text("请说明加签原因")
    expect(card.get_by_label("请谁会签")).to_have_value("pan.yi")
    assert axe(page) == []
    card.get_by_label("加签原因").fill("涉及销售部")
    card.get_by_role("button", name="加签").click()
    expect(card.locator("li", has_text="潘一")).to_contain_text("待签")
    expect(page.locator(".qf-timeline").first).to_contain_text("涉及销售部")
    card.locator("summary", has_text="减签").click()
    expect(card.get_by_label("减去谁").locator("option")).to_have_count(3)
    card.get_by_label("减去谁").select_option("pan.yi")
    card.get_by_label("减签原因").fill("已口头确认")
    card.get_by_role("button", name="减签").click()
    expect(card.locator("li")).to_have_count(3)
