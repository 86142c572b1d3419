"""The slots of a channel: an article's place in the push of a day, booked, kept or given back.

A slot belongs to one case. Whoever books or moves holds the channel's row until the commit, so that neither a push
nor the platform's month is ever booked beyond its measure (C-Q1 to C-Q8, S2-21 4.4(3)).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.calendar import HORIZON, Books, Plan, Room, cited, earliest, find_room, read_plan
from engine.errors import BadInput, Conflict
from engine.numbers import OFFICE_ZONE
from engine.operations.moments import moment
from engine.text import Text
from engine.work import Work
from models import changed_days, channels, slots

NO_CHANNEL = Text("渠道「{code}」不存在。", "There is no channel “{code}”.")
NO_CALENDAR = Text(
    "渠道「{code}」没有推送日历,不能预订时段。", "The channel “{code}” has no calendar to book a slot in."
)
NO_DAY = Text("日期「{day}」不对。", "“{day}” is not a day.")
TOO_FAR = Text("只能预订今后{days}天以内的时段。", "A slot is booked at most {days} days ahead.")
NOT_FIT_YET = Text("素材合格的时间不能晚于现在。", "Material cannot have been found fit later than now.")
NO_SLOT = Text("申请{number}没有预订推送时段。", "Case {number} has no slot.")


class SlotFull(Conflict):
    code = "slot_full"
    message = Text(
        "{channel}从 {day} 起已没有空余篇幅,或当月推送次数已用完,请改选其他日期。{clauses}",
        "{channel} has no room from {day} on, or no push left in that month; choose another day. {clauses}",
    )


@dataclass(frozen=True)
class Diary:
    """A channel's calendar with what is changed and booked in it, as long as nobody else may write in it."""

    id: int
    code: str
    name: Text
    plan: Plan
    changed: dict[date, int]
    rows: list[Any]  # of slots, of this month and later

    def books(self, without: int) -> Books:
        """What is taken by the other cases."""
        taken = defaultdict[date, set[int]](set)
        for row in self.rows:
            if row.case_id != without:
                taken[row.day].add(row.place)
        return Books(self.changed, taken)


def full(diary: Diary, day: date) -> SlotFull:
    return SlotFull(channel=diary.name, day=day, clauses=cited(diary.plan, "占用", "次"))


def local(now: datetime) -> datetime:
    return now.astimezone(OFFICE_ZONE)


def open_diary(work: Work, code: str) -> Diary:
    """The channel's diary, locked; BadInput when the channel has no calendar. Three statements."""
    conn = work.desk.conn
    row = conn.execute(sa.select(channels).where(channels.c.code == code[:40]).with_for_update(key_share=True)).first()
    if row is None:
        raise BadInput(NO_CHANNEL.fill(code=code[:40]))
    if row.calendar is None:
        raise BadInput(NO_CALENDAR.fill(code=code))
    month = local(work.desk.now).date().replace(day=1)
    changed = sa.select(changed_days.c.day, changed_days.c.places).where(
        changed_days.c.channel_id == row.id, changed_days.c.day >= month
    )
    booked = sa.select(slots).where(slots.c.channel_id == row.id, slots.c.day >= month)
    return Diary(
        row.id,
        row.code,
        Text(row.name, row.name_en),
        read_plan(row.calendar),
        dict(conn.execute(changed).all()),
        list(conn.execute(booked).all()),
    )


def a_day(work: Work, text: str) -> date:
    """The day a diagram names (`2026-11-20`, also with a time behind it), within the horizon."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise BadInput(NO_DAY.fill(day=text[:40])) from None
    if day > local(work.desk.now).date() + timedelta(days=HORIZON):
        raise BadInput(TOO_FAR.fill(days=HORIZON))
    return day


def book_slot(
    work: Work, channel: str, wanted: str = "", urgent: bool = False, qualified_at: str = ""
) -> dict[str, Any]:
    """Book the first push with room for this case; a case that booked before moves.

    Counted from `qualified_at`, when the material was found fit (default: now), plus the channel's lead time, not
    before the day `wanted`. `urgent`: any day from today on, without lead time, window and least number of articles,
    yet within what the platform takes. `rolled` says that it is not the day wanted, or not the first push there is.
    `opens_at` and `closes_at` are when the window does. Raises SlotFull. Source: S2-21 4.4(2), 4.4(3).
    """
    diary, now = open_diary(work, channel), work.desk.now
    plan, books = diary.plan, diary.books(work.row.id)
    fit = moment(qualified_at) if qualified_at else now
    if fit > now:
        raise BadInput(NOT_FIT_YET)
    first = local(now).date() if urgent else max(earliest(plan, local(fit).date()), _next_possible(plan, now))
    start = max(first, a_day(work, wanted)) if wanted else first
    room = find_room(plan, books, start, urgent=urgent)
    if room is None:
        raise full(diary, start)
    foreseen = find_room(plan, Books(diary.changed, {}), start, urgent=urgent)
    rolled = room.day.isoformat() != wanted[:10] if wanted else foreseen is not None and room.day != foreseen.day
    write_slot(work, diary, room, urgent=urgent, qualified_at=fit)
    return said(plan, room.day, room.place, urgent) | {"rolled": rolled}


def _next_possible(plan: Plan, now: datetime) -> date:
    """Today, or tomorrow when today's window has closed."""
    here = local(now)
    closed = plan.window is not None and here.time() >= plan.window[1]
    return here.date() + timedelta(days=closed)


def write_slot(
    work: Work, diary: Diary, room: Room, *, urgent: bool = False, qualified_at: datetime | None = None
) -> None:
    conn = work.desk.conn
    conn.execute(slots.delete().where(slots.c.case_id == work.row.id))
    row = {
        "channel_id": diary.id,
        "day": room.day,
        "place": room.place,
        "case_id": work.row.id,
        "urgent": urgent,
        "qualified_at": qualified_at,
        "booked_at": work.desk.now,
    }
    conn.execute(slots.insert(), row)
    work.note("book_slot", channel=diary.code, day=room.day.isoformat(), place=room.place, urgent=urgent)


def said(plan: Plan, day: date, place: int, urgent: bool) -> dict[str, Any]:
    """A slot as a diagram reads it; what is urgent has no window."""
    begin, end = (None, None) if urgent or plan.window is None else plan.window
    return {
        "day": day.isoformat(),
        "from": f"{begin:%H:%M}" if begin else "",
        "to": f"{end:%H:%M}" if end else "",
        "place": place,
        "opens_at": datetime.combine(day, begin or time.min, OFFICE_ZONE).isoformat(),
        "closes_at": datetime.combine(day, end or time(23, 59), OFFICE_ZONE).isoformat(),
    }


def _own(work: Work) -> Any:
    """The case's slot with its channel's calendar, or None."""
    mine = sa.select(slots, channels.c.calendar).join(channels, channels.c.id == slots.c.channel_id)
    return work.desk.conn.execute(mine.where(slots.c.case_id == work.row.id)).first()


def confirm_slot(work: Work) -> dict[str, Any]:
    """The editor's answer with the day: from now on it is binding (S2-21 4.4(3) “安排发送时间为准”)."""
    own = _own(work)
    if own is None:
        raise Conflict(NO_SLOT.fill(number=work.row.number))
    if own.confirmed_at is None:
        work.desk.conn.execute(slots.update().where(slots.c.case_id == work.row.id).values(confirmed_at=work.desk.now))
        work.note("confirm_slot", day=own.day.isoformat(), place=own.place)
    return said(read_plan(own.calendar), own.day, own.place, own.urgent)


def release_slot(work: Work) -> dict[str, Any]:
    """Give the case's slot back, if it has one."""
    gone = slots.delete().where(slots.c.case_id == work.row.id).returning(slots.c.day)
    day = work.desk.conn.execute(gone).scalar()
    if day is not None:
        work.note("release_slot", day=day.isoformat())
    return {"released": day is not None}


def check_slot(work: Work) -> dict[str, Any]:
    """`valid` while the case holds a slot that is not over; `day` is the slot's, or empty."""
    own = _own(work)
    if own is None:
        return {"valid": False, "day": ""}
    next_possible = (
        local(work.desk.now).date() if own.urgent else _next_possible(read_plan(own.calendar), work.desk.now)
    )
    return {"valid": own.day >= next_possible, "day": own.day.isoformat()}


def check_window(work: Work, channel: str) -> dict[str, Any]:
    """`open` within the channel's window (17:00 to 17:30), on the day of the case's slot when it has one.

    What is urgent does not wait for the window (S2-21 4.4(3)); a channel without a window is always open.
    """
    found = work.desk.conn.execute(sa.select(channels.c.calendar).where(channels.c.code == channel[:40])).first()
    if found is None:
        raise BadInput(NO_CHANNEL.fill(code=channel[:40]))
    own, here = _own(work), local(work.desk.now)
    if own is not None and (own.day != here.date() or own.urgent):
        return {"open": own.day == here.date()}
    window = read_plan(found.calendar).window if found.calendar else None
    return {"open": window is None or window[0] <= here.time() <= window[1]}
