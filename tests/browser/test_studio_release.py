"""A small change of a procedure goes from a draft to a version by two people; running cases keep theirs."""

import zipfile
from pathlib import Path

import orjson
from playwright.sync_api import expect

from engine.procedures.zipped import zipped
from tests.browser.people import sign_in
from tests.support.browser import Pages, axe
from tests.support.house import House
from tests.support.story import NOW, Story

SLUG = "pub-company-info"
OLD, NEW = "单位负责人审核", "单位负责人审读"


def renamed(path: Path, folder: Path) -> Path:
    """The exported folder with one step renamed, and its first two stories."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert OLD in files[f"{SLUG}.bpmn"]
    files[f"{SLUG}.bpmn"] = files[f"{SLUG}.bpmn"].replace(OLD, NEW)
    files["walks.json"] = orjson.dumps(orjson.loads(files["walks.json"])[:2]).decode()
    changed = folder / "changed.zip"
    changed.write_bytes(zipped(files))
    return changed


def test_a_change_is_proved_released_by_a_second_person_and_followed_by_new_cases_alone(
    house: House, pages: Pages, tmp_path: Path
) -> None:
    story = Story(house.engine, house.office.data, NOW)
    before = story.start()
    owner = sign_in(pages.open(), house.url, "shen.yan")
    owner.goto(f"{house.url}/studio?q={SLUG}")
    owner.get_by_role("button", name="修改", exact=True).click()
    with owner.expect_download() as loading:
        owner.get_by_role("link", name="导出 ZIP").click()
    owner.get_by_text("导入 ZIP,取代全部文件").click()
    owner.get_by_label("ZIP 文件").set_input_files(renamed(loading.value.path(), tmp_path))
    owner.get_by_role("button", name="导入", exact=True).click()
    expect(owner.locator(".qf-flash")).to_contain_text("已导入")
    owner.locator(".nav-tabs").get_by_role("link", name="发布", exact=True).click()
    owner.get_by_role("button", name="检查和演练").click()
    expect(owner.locator("#proofs")).to_contain_text("等待检查开始")
    house.carry()
    expect(owner.locator("#proofs")).to_contain_text("2 个演练全部走通")
    owner.get_by_label("改了什么、为什么").fill("步骤名称改得明白些")
    owner.get_by_role("button", name="提交发布").click()
    expect(owner.locator("#proofs")).to_contain_text("须由另一个人发布")
    house.carry()
    assert axe(owner) == []
    second = sign_in(pages.open(), house.url, "lu.qing")
    second.goto(f"{house.url}/messages")
    expect(second.locator(".qf-messages-list")).to_contain_text("步骤名称改得明白些")
    second.goto(owner.url)
    second.locator("#proofs").get_by_role("button", name="发布", exact=True).click()
    expect(second.locator("tbody tr").first).to_contain_text("现行")
    assert axe(second) == []
    after = story.start()
    head = sign_in(pages.open(), house.url, "zhou.ning")
    for case_id, name in ((before, OLD), (after, NEW)):
        head.goto(f"{house.url}/tasks/{story.task(case_id)}")
        expect(head.locator("main")).to_contain_text(name)
    versions = {story.case(case_id).version_id for case_id in (before, after)}
    assert len(versions) == 2
