"""Operations called through a running case, as its diagram would call them, and registers with something in each."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.actions.settle import save_case
from engine.operations import services
from engine.work import open_case
from models import account_terms, accounts
from tests.support.story import Story


class Hand:
    """Calls operations through one case, each in a transaction of its own; `by` is who acts, None is the clock."""

    def __init__(self, story: Story, case_id: int, by: str | None = "ding.lan"):
        self.story, self.case_id, self.by = story, case_id, by

    def __call__(self, name: str, /, **parameters: Any) -> Any:
        def call(desk: Any) -> Any:
            work = open_case(desk, self.case_id)
            done = services(work)(name, parameters, {})
            save_case(work)
            return done

        return self.story.act(self.by, call) if self.by else self.story.once(None, call)

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


def fill(story: Story, now: datetime) -> Hand:
    """Something in every register but the publications, ten days ago; an account changed hands five days later."""
    day = timedelta(days=1)
    story.now = now - 10 * day
    hand = Hand(story, story.approved())
    hand.opened("ren.ke", "demo_renke", rights="查看", valid_until=(now + 9 * day).date().isoformat())
    since, until = story.now.isoformat(), (story.now + 2 * day).isoformat()
    hand("list_material", title="利率说明", since=since, until=(now + 9 * day).isoformat())
    hand("file_record", kind="平台备案", subject="示范服务号", details="已核对")
    hand("register_platform", name="示范服务号", kind="service", unit="SALES", administrator="ye.zhou")
    hand("designate", person="su.qing", role="account_operator", unit="MKT", until=(now + 9 * day).isoformat())
    hand("register_lending", account="official_weibo", borrower="lin.xia", since=since, until=until)
    story.now += 5 * day
    hand("change_account", account="demo_renke", holder="ye.zhou", rights="发布")
    return hand
