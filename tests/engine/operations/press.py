"""A house whose cases only book and move slots: `press.do(case, "book_slot", channel="baihuo")`."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

import models
from engine import trail
from engine.desk import Desk
from engine.numbers import OFFICE_ZONE
from engine.operations import services
from engine.work import open_case, save_case
from models import cases, channels, slots
from tests.support.rows import make_case
from tests.support.story import Story

EDITOR = "xu.jingtian"


def office(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


class Press(Story):
    """Monday, 23 November 2026, ten in the morning."""

    def case(self, **columns: Any) -> int:
        with models.writing(self.engine) as conn:
            return make_case(conn, now=self.now, **{"applicant_id": self.id_of("lin.xia")} | columns)

    def do(self, case_id: int, operation: str, *, login: str = EDITOR, **parameters: Any) -> Any:
        """One operation through the diagram's door, in a transaction of its own."""

        def act(desk: Desk) -> Any:
            work = open_case(desk, case_id)
            answer = services(work)(operation, parameters, {})
            save_case(work)
            return answer

        return self.act(login, act)

    def book(self, channel: str = "group_media", **parameters: Any) -> dict[str, Any]:
        """What a new case gets."""
        return dict(self.do(self.case(), "book_slot", channel=channel, **parameters))

    def fill(self, channel: str, *days: str, places: int = 8) -> list[int]:
        """So many cases in the push of each day; their ids."""
        channel_id = self.read(sa.select(channels.c.id).where(channels.c.code == channel))[0].id
        booked = []
        for day in days:
            for place in range(1, places + 1):
                case_id = self.case()
                row = {"channel_id": channel_id, "day": date.fromisoformat(day), "place": place}
                self.write(slots.insert().values(**row, case_id=case_id, booked_at=self.now))
                booked.append(case_id)
        return booked

    def calendar(self, channel: str, **calendar: Any) -> None:
        """Another calendar for the channel."""
        self.write(channels.update().where(channels.c.code == channel).values(calendar=calendar))

    def slot(self, case_id: int) -> tuple[str, int] | None:
        rows = self.read(sa.select(slots.c.day, slots.c.place).where(slots.c.case_id == case_id))
        return (rows[0].day.isoformat(), rows[0].place) if rows else None

    def number(self, case_id: int) -> str:
        return str(self.read(sa.select(cases.c.number).where(cases.c.id == case_id))[0].number)

    def chains_hold(self) -> None:
        with models.reading(self.engine) as conn:
            assert list(trail.verify(conn)) == []
