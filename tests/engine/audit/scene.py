"""Some dozens of real cases of several procedures, ended in every way, with titles that mean harm."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import actions
from models import cases
from tests.support.hand import Hand
from tests.support.story import CHAIN, POST, REJECT, RETURN, Story

ARCHIVE = {"archived_material": ["application", "reviews", "media", "evidence"], "archive_place": "档案柜"}
HOSTILE = ("=cmd|'/C calc'!A0", "@SUM(A1)", "]]> <b>&\"'", "响\x07铃\x1f", "😀 发布会", "两行\r\n标题\t", "-1+1", "+2")


def furnish(story: Story) -> None:
    """Seven cases of two procedures, of the sales department and of others, a day between."""
    made = [story.start(title="一号 收银终端"), story.start(title="二号", channel="official_wechat")]
    story.approve(made[0], CHAIN[0])
    story.decide("zhou.ning", story.task(made[1]), REJECT)
    story.now += timedelta(days=1)
    made += [story.start(title="三号", category="2"), story.start("ren.ke", "acc-open-staff")]
    story.now += timedelta(days=1)
    story.act("lin.xia", lambda desk: actions.withdraw(desk, made[2], "不发了"))
    story.approve(story.start(title="四号 收银终端"), CHAIN[0])
    story.now += timedelta(days=1)
    story.start("bai.lu", title="五号")
    story.start(title="六号 =cmd")


def crowd(story: Story) -> dict[str, int]:
    """What `furnish` makes, and: a published one, one that came back, a lending, an account, hostile titles."""
    story.start("lin.xia", "acc-weibo-temp-login")
    furnish(story)
    named = {"published": story.approved(title="发出的一则")}
    story.decide("fang.cheng", story.task(named["published"]), story.published("fang.cheng"))
    story.decide("lin.xia", story.task(named["published"]), ARCHIVE)
    returned = named["returned"] = story.start(title="退回再来")
    story.now += timedelta(hours=3)
    task = story.task(returned)
    story.act("zhou.ning", lambda desk: actions.decide(desk, task, RETURN))
    story.now += timedelta(hours=2)
    story.decide("lin.xia", story.task(returned), dict(POST, title="退回再来"))
    claimed = named["claimed"] = story.start(title="认领后才办")
    story.approve(claimed, CHAIN[0])
    task = story.task(claimed)
    story.now += timedelta(hours=1)
    story.act("he.sui", lambda desk: actions.claim(desk, task, None))
    story.now += timedelta(hours=5)
    story.decide("he.sui", task, {"decision": "approve"})
    Hand(story, claimed).opened()
    for number in range(14):
        case_id = story.start(title=f"第{number}则", category="12"[number % 2])
        if number < len(HOSTILE):
            story.write(cases.update().where(cases.c.id == case_id).values(title=HOSTILE[number]))
    return named


def count(story: Story, table: sa.Table, *where: Any) -> int:
    return int(story.read(sa.select(sa.func.count()).select_from(table).where(*where))[0][0])
