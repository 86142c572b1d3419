"""A running case through which operations are called as its diagram would call them."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.actions.settle import save_case
from engine.operations import services
from engine.work import open_case
from models import account_terms, accounts
from tests.support.story import Story


class Hand:
    """Calls operations through one case, each in a transaction of its own; `by` is who acts."""

    def __init__(self, story: Story, case_id: int, by: str = "ding.lan"):
        self.story, self.case_id, self.by = story, case_id, by

    def __call__(self, name: str, /, **parameters: Any) -> Any:
        def call(desk: Any) -> Any:
            work = open_case(desk, self.case_id)
            done = services(work)(name, parameters, {})
            save_case(work)
            return done

        return self.story.act(self.by, call)

    def opened(self, holder: str = "ren.ke", account: str = "demo_renke", kind: str = "wechat", **more: Any) -> int:
        return int(self("open_account", kind=kind, account=account, holder=holder, **more)["number"])

    def account(self, number: int) -> Any:
        return self.story.read(sa.select(accounts).where(accounts.c.id == number))[0]

    def terms(self, number: int) -> list[Any]:
        mine = account_terms.c.account_id == number
        return self.story.read(sa.select(account_terms).where(mine).order_by(account_terms.c.id))

    def noted(self) -> dict[str, str]:
        """The last line of the case's trail: its verb and facts."""
        line = self.story.trail(self.case_id)[-1]
        return {"verb": line.verb, "facts": line.facts}


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


@pytest.fixture
def hand(story: Story) -> Hand:
    """Through a case that 林夏 of the sales department applied for and that was approved by all."""
    return Hand(story, story.approved())
