"""What a case holds outside itself, the day of a mass send and a lending to come, is given back when it is not used."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import actions
from models import channels, lendings, slots
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


@pytest.mark.parametrize(("hours", "over"), [(1, True), (-1, False)])
@pytest.mark.parametrize("end", [withdraw, cancel])
def test_a_lending_that_had_not_begun_is_over_and_one_that_had_is_still_to_be_taken_back(
    story: Story, end, hours, over
):
    case_id = story.start()
    lending = {
        "channel_id": channel(story),
        "borrower_id": story.id_of("lin.xia"),
        "unit_id": story.unit("SALES"),
        "case_id": case_id,
        "since": story.now + timedelta(hours=hours),
        "until": story.now + timedelta(days=2),
        "operators": "",
    }
    story.write(lendings.insert().values(lending))
    end(story, case_id)
    (found,) = story.read(sa.select(lendings.c.returned_at))
    assert found.returned_at == (story.now if over else None)
