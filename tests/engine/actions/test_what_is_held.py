"""What a case holds outside itself, the day of a mass send and a lending to come, is given back when it is not used."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Conflict
from models import accounts, channels, lendings, slots
from tests.support.story import POST, REJECT, RETURN, Story

HEAD = "zhou.ning"


def withdraw(story: Story, case_id: int) -> None:
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))


def cancel(story: Story, case_id: int) -> None:
    story.act("shen.yan", lambda desk: actions.cancel(desk, case_id, "不办了"))


def reject(story: Story, case_id: int) -> None:
    story.decide(HEAD, story.task(case_id), REJECT)


def submit_anew(story: Story, case_id: int) -> None:
    story.decide(HEAD, story.task(case_id), RETURN)
    story.decide("lin.xia", story.task(case_id), POST | {"body": "改过的正文。"})


def channel(story: Story) -> int:
    return int(story.read(sa.select(channels.c.id).where(channels.c.code == "official_wechat"))[0].id)


@pytest.mark.parametrize("end", [withdraw, cancel, reject, submit_anew])
def test_a_booked_day_is_free_again_when_the_case_does_not_use_it(story: Story, end):
    case_id = story.start()
    day = {"channel_id": channel(story), "day": story.now.date(), "place": 1}
    story.write(slots.insert().values(**day, case_id=case_id, booked_at=story.now))
    end(story, case_id)
    assert story.read(sa.select(slots)) == []
    story.check()


def lend(story: Story, case_id: int, hours: int) -> None:
    """The official account of the house is lent through the case, from so many hours on."""
    account = story.read(sa.select(accounts.c.id).where(accounts.c.channel_id == channel(story)))[0].id
    lending = {
        "account_id": account,
        "borrower_id": story.id_of("lin.xia"),
        "unit_id": story.unit("SALES"),
        "case_id": case_id,
        "since": story.now + timedelta(hours=hours),
        "until": story.now + timedelta(days=2),
        "operators": "",
    }
    story.write(lendings.insert().values(lending))


@pytest.mark.parametrize("end", [withdraw, cancel])
def test_a_lending_that_had_not_begun_is_over_with_its_case(story: Story, end):
    case_id = story.start()
    lend(story, case_id, hours=1)
    end(story, case_id)
    assert story.read(sa.select(lendings.c.returned_at)) == [(story.now,)]


@pytest.mark.parametrize("end", [withdraw, cancel])
def test_a_case_is_not_ended_by_hand_while_a_login_is_out_through_it(story: Story, end):
    case_id = story.start()
    lend(story, case_id, hours=-1)
    with pytest.raises(Conflict, match="taken back"):
        end(story, case_id)
    story.write(lendings.update().values(returned_at=story.now))
    end(story, case_id)
    assert story.case(case_id).state in ("withdrawn", "cancelled")
