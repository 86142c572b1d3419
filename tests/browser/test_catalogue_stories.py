"""A procedure of each family, from its place in the catalogue to its end, by the people of the company."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.play import Play
from tests.support.browser import Pages
from tests.support.databases import Database
from tests.support.house import House

STORIES = {
    "pub-repost": "granted_on_wechat",  # F1
    "pub-hospital-health": "granted_by_cardiology",  # F2
    "pub-major-info": "granted_important",  # F3
    "pub-group-media": "granted",  # F4
    "pub-wecom-announcement": "granted",  # F5
    "acc-apply-hr": "granted",  # F6
    "acc-external-temp": "granted",  # F7
    "acc-platform-open": "granted",  # F8
    "acc-proxy-use": "granted",  # F9
    "acc-leave-return": "returned_at_human_resources",  # F10
}


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> Iterator[House]:
    opened = House(sqlite.url, tmp_path).start()
    yield opened
    opened.stop()


@pytest.mark.parametrize(("slug", "walk"), STORIES.items())
def test_a_procedure_goes_from_the_catalogue_to_its_end(
    house: House, pages: Pages, tmp_path: Path, slug: str, walk: str
) -> None:
    play = Play(house, pages, tmp_path, slug, walk)
    page = play.live()
    expect(page.locator("[data-diagram]")).to_have_attribute("data-drawn", "yes")
    for step in play.walk["steps"]:
        if "task" in step:
            expect(page.locator(".qf-timeline")).to_contain_text(play.nodes[step["task"]].name)
