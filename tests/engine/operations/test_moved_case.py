"""A case whose slot is moved waits for its new day itself, whatever its diagram has kept of the old one."""

import json

import pytest
import sqlalchemy as sa

from engine.actions.found import CATALOGUE
from engine.walks.runner import Runner
from models import cases
from tests.engine.operations.press import Press

SLUG = "pub-group-media"


@pytest.fixture
def waiting(press: Press) -> Runner:
    """A case of the group media account that waits for the window of its push."""
    granted = json.loads((CATALOGUE / "publishing" / SLUG / "walks.json").read_text("utf-8"))[0]
    until = next(number for number, step in enumerate(granted["steps"]) if "clock" in step)
    runner = Runner(press.engine, press.office, SLUG)
    runner.live(granted | {"steps": granted["steps"][:until], "expect": {}})
    press.now = runner.now
    assert press.steps(runner.case_id) == []
    return runner


def move(press: Press, runner: Runner, day: str) -> None:
    number = press.number(runner.case_id)
    assert press.do(press.case(), "move_slot", case_number=number, day=day)["day"] == day


@pytest.mark.parametrize(("to", "before"), [("2026-12-09", "2026-12-09T16:59"), ("2026-11-24", "2026-11-24T16:59")])
def test_a_moved_article_is_published_in_the_window_of_its_new_day(press: Press, waiting: Runner, to: str, before: str):
    booked = press.slot(waiting.case_id)
    assert booked is not None
    assert "2026-11-24" < booked[0] < "2026-12-09"
    move(press, waiting, to)
    press.agree(waiting.case_id)
    waiting.move_clock(f"{before}:00+08:00")
    assert press.steps(waiting.case_id) == []
    waiting.move_clock(f"{to}T17:00:00+08:00")
    assert press.steps(waiting.case_id) == ["publish_push"]
    assert press.slot(waiting.case_id) == (to, 1), "it was not booked anew"
    press.chains_hold()


def test_a_day_that_is_closed_takes_the_waiting_case_along(press: Press, waiting: Runner):
    day, _ = press.slot(waiting.case_id) or ("", 0)
    press.do(press.case(), "change_calendar", channel="group_media", day=day, reason="系统升级")
    to, _ = press.slot(waiting.case_id) or ("", 0)
    assert to > day
    waiting.move_clock(f"{to}T17:00:00+08:00")
    assert press.steps(waiting.case_id) == ["publish_push"]


def test_a_damaged_case_does_not_keep_its_slot_from_being_moved(press: Press, waiting: Runner):
    press.write(cases.update().where(cases.c.id == waiting.case_id).values(snapshot="{"))
    move(press, waiting, "2026-12-09")
    assert press.verbs(waiting.case_id)[-1] == "move_slot"
    assert press.read(sa.select(cases.c.snapshot).where(cases.c.id == waiting.case_id))[0].snapshot == "{"
