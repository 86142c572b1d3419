"""What is entered late, lies ahead, was given up or is of another unit: in one period, the same open and closed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine.errors import BadInput
from engine.figures import Figures, Key, Period, read_period
from engine.queries.audit import figures as audit
from engine.queries.audit.report import month_report
from engine.queries.audit.standing import account_figures, publishing, quotas
from models import accounts, cases, closed_periods, lendings, slots
from tests.engine.audit.scene import ARCHIVE
from tests.engine.figures.test_figures import close_all
from tests.support.story import Story

NEW_YEAR = datetime(2027, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def month(key: str) -> Period:
    found = read_period(key)
    assert found
    return found


def seen(story: Story, conn: sa.Connection, login: str, first: str, last: str, kind: str) -> audit.View:
    asked = audit.Asked(month(first), month(last))
    return audit.figures(conn, story.person(login), asked, (kind,), now=story.now)


def test_what_comes_late_lies_ahead_or_is_of_another_unit_counts_once_and_the_same_when_closed(
    story: Story, tmp_path: Path
) -> None:
    case_id = published_late(story, tmp_path)
    check_publishing(story)
    check_accounts(story, case_id, tmp_path)
    check_places(story)
    check_spans(story)
    check_report(story, case_id)


def published_late(story: Story, folder: Path) -> int:
    """It went out on the last evening of November; the month was closed at midnight, and then it was entered."""
    story.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    case_id = story.approved()
    story.now += timedelta(hours=8, minutes=30)
    said = story.published("fang.cheng") | {"published_at": "2026-11-30T18:00:00+08:00"}
    assert close_all(story.engine, datetime(2026, 11, 30, 16, 15, tzinfo=UTC), folder, ("month",)) == 1
    story.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    story.decide("fang.cheng", story.task(case_id), said)
    story.decide("lin.xia", story.task(case_id), ARCHIVE)
    story.now = NEW_YEAR
    book(story, case_id, date(2027, 1, 9))
    assert close_all(story.engine, story.now, folder, ("month",)) == 1
    return case_id


def check_publishing(story: Story) -> None:
    """Once, in December; but no month is short: what went out in November is no failure, nor was there an October."""
    with models.reading(story.engine) as conn:
        view = seen(story, conn, "tian.ye", "2026-09", "2027-01", "publication")
        found = publishing(conn, story.person("tian.ye"), view, 1, story.now)
    sales = next(one for one in found if one.row.name.zh == "销售部")
    assert (sales.counts, sales.below) == ([0, 0, 0, 1, 0], 0)
    assert {one.below for one in found if not sum(one.counts)} == {2}, "of the two that are closed"


def told(story: Story, login: str) -> dict[str, tuple[int, ...]]:
    with models.reading(story.engine) as conn:
        view = seen(story, conn, login, "2027-01", "2027-01", "account")
        found = account_figures(conn, story.person(login), view, story.now)
    return {one.name.zh: one[2:6] for one in found if any(one[2:6])}


def check_accounts(story: Story, case_id: int, folder: Path) -> None:
    """What is lent and not due yet is not overdue; what was given up before it began was never lent."""
    case, now = story.case(case_id), story.now
    other = next(row for row in story.read(sa.select(accounts)) if row.unit_id != case.applicant_unit_id)
    row = {"account_id": other.id, "borrower_id": case.applicant_id, "unit_id": other.unit_id, "case_id": case_id}
    spans: list[tuple[datetime, datetime, datetime | None]] = [
        (now - 2 * DAY, now + DAY, None),  # not due yet: brought back in time below
        (now - 3 * DAY, now - 2 * DAY, now - DAY),  # late
        (now - 3 * DAY, now - DAY, None),  # still out
        (now - DAY, now - DAY / 2, now - DAY),  # in time
        (now + DAY, now + 2 * DAY, now),  # given up before it began
        (now + 5 * DAY, now + 6 * DAY, None),  # not begun yet, given up below
    ]
    for since, until, back in spans:
        story.write(lendings.insert().values(since=since, until=until, returned_at=back, operators="甲", **row))
    unit = story.read(sa.select(models.units.c.name).where(models.units.c.id == other.unit_id))[0].name
    assert told(story, "tian.ye") == {unit: (0, 0, 4, 2)}
    assert told(story, "zhou.ning") == {}, "the account is none of his unit, though the case is"
    still = lendings.c.returned_at.is_(None) & (lendings.c.until > now)
    story.write(lendings.update().where(still).values(returned_at=now))
    story.now = datetime(2027, 2, 2, tzinfo=UTC)
    assert close_all(story.engine, story.now, folder, ("month",)) == 1
    assert told(story, "tian.ye") == {unit: (0, 0, 4, 2)}
    assert told(story, "zhou.ning") == {}


def book(story: Story, case_id: int, day: date) -> None:
    channel = sa.select(models.channels.c.id).where(models.channels.c.code == "official_wechat").scalar_subquery()
    story.write(slots.insert().values(channel_id=channel, day=day, place=1, case_id=case_id, booked_at=story.now))


def check_places(story: Story) -> None:
    """How full a channel is does not depend on who asks: of all that is booked, of days closed, of now and ahead."""
    channel = story.read(sa.select(models.channels).where(models.channels.c.code == "official_wechat"))[0]
    book(story, story.start("bai.lu"), date(2027, 2, 9))
    book(story, story.start("bai.lu"), date(2027, 3, 9))
    with models.reading(story.engine) as conn:
        for login in ("zhou.ning", "tian.ye"):
            first = quotas(conn, seen(story, conn, login, "2027-01", "2027-03", "slot"))[0]
            assert (first.name.zh, first.booked) == (channel.name, 3)


def check_spans(story: Story) -> None:
    """What has not begun costs nothing; too many that are open are not reckoned at once."""
    ran: list[str] = []

    def look(conn: sa.Connection, _: Any, statement: str, *__: Any) -> None:
        if statement.startswith("SELECT"):
            ran.append(statement)

    def cost(first: str, last: str) -> int:
        ran.clear()
        view = audit.figures(conn, head, audit.Asked(month(first), month(last)), ("case", "step"), now=story.now)
        assert len(view.tallies) == len(view.asked.periods)
        return len(ran)

    with models.reading(story.engine) as conn:
        head = story.person("tian.ye")
        sa.event.listen(story.engine, "before_cursor_execute", look)
        one = cost("2027-02", "2027-02")
        assert cost("2027-02", "2030-12") == one
        assert cost("2000-01", "2004-12") < one, "before the first case there is nothing either"
        sa.event.remove(story.engine, "before_cursor_execute", look)
        story.now += 365 * DAY
        with pytest.raises(BadInput, match="shorter span"):
            cost("2027-01", "2028-12")
        story.now -= 365 * DAY


def check_report(story: Story, case_id: int) -> None:
    """A closed month says what it was closed with, and what has changed since."""

    def report(key: str, login: str = "tian.ye") -> Any:
        with models.reading(story.engine) as conn:
            return month_report(conn, story.person(login), key, story.now)

    assert [report(key).figures["published"] for key in ("2026-11", "2026-12")] == [0, 1]
    before = report("2026-12")
    assert (before.figures["done"], before.now, len(before.published)) == (1, {}, 1)
    known = sa.select(closed_periods.c.sha256).where(closed_periods.c.period == "2026-12")
    assert before.closed.sha256 == story.read(known)[0].sha256
    story.write(cases.update().where(cases.c.id == case_id).values(state="cancelled"))
    for login in ("tian.ye", "zhou.ning"):
        after = report("2026-12", login)
        assert (after.figures, after.now) == (before.figures, {"done": 0, "cancelled": 1})
    assert report("2027-02").closed is None


def test_versions_stand_in_the_order_of_their_numbers() -> None:
    """10 comes after 9."""
    names = audit.Names({}, {}, {no: SimpleNamespace(no=no, procedure_id=1) for no in range(1, 13)})
    tally = {Key("case", 1, no, 1): Figures({"started": 1}) for no in (10, 2, 1, 12)}
    here = month("2026-05")
    view = audit.View(audit.Asked(here, here), names, {here.key: tally}, {})
    assert [row.key for row in audit.by_version(view)] == ["1", "2", "10", "12"]
