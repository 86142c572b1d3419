"""The slots of a channel: an article's place in the push of a day, booked, kept, moved or given back.

A slot belongs to one case. Whoever books or moves holds the channel's row until the commit, so that neither a push
nor the platform's month is ever booked beyond its measure (C-Q1 to C-Q8, S2-21 4.4.3).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.calendar import HORIZON, Books, Plan, Room, earliest, find_room, places, read_plan, room_on
from engine.errors import BadInput, Conflict, NotAllowed
from engine.numbers import OFFICE_ZONE
from engine.operations.moments import moment
from engine.queue import enqueue
from engine.text import Text
from engine.work import Work, open_case, save_case
from models import cases, changed_days, channels, slots

NO_CHANNEL = Text("渠道「{code}」不存在。", "There is no channel “{code}”.")
NO_CALENDAR = Text(
    "渠道「{code}」没有推送日历,不能预订时段。", "The channel “{code}” has no calendar to book a slot in."
)
NO_DAY = Text("日期「{day}」不对。", "“{day}” is not a day.")
TOO_FAR = Text("只能预订今后{days}天以内的时段。", "A slot is booked at most {days} days ahead.")
PAST = Text("{day} 已经过去,请改选其他日期。", "{day} is past; choose another day.")
NOT_FIT_YET = Text("素材合格的时间不能晚于现在。", "Material cannot have been found fit later than now.")
NO_PUSH = Text(
    "{channel}在 {day} 没有推送,请改选推送日。", "{channel} has no push on {day}; choose a day that has one."
)
NO_SLOT = Text("申请{number}没有预订推送时段。", "Case {number} has no slot.")


class SlotFull(Conflict):
    code = "slot_full"
    message = Text(
        "{channel}从 {day} 起已没有空余篇幅,或当月推送次数已用完,请改选其他日期。依据:S2-21 4.4.3。",
        "{channel} has no room from {day} on, or no push left in that month; choose another day. Clause S2-21 4.4.3.",
    )


class NeedsPermission(NotAllowed):
    code = "needs_permission"
    message = Text(
        "{channel}的推送篇幅和时间须经公司微信部门允许后才能调整,请先办理“推送篇幅和时间调整”。依据:S2-21 4.4.3 综超号"
        "“调整需在公司微信部门报告允许条件下开展”,百货号“调整需向公司微信部门报告允许条件下开展”。",
        "The pushes of {channel} are changed with the permission of the WeChat department only; ask for it first. "
        "Clauses S2-21 4.4.3 for the hypermarket and for the department store account.",
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


def local(now: datetime) -> datetime:
    return now.astimezone(OFFICE_ZONE)


def open_diary(work: Work, code: str) -> Diary:
    """The channel's diary, locked; BadInput when the channel has no calendar. Three statements."""
    conn = work.desk.conn
    row = conn.execute(
        sa.select(channels).where(channels.c.code == str(code)[:40]).with_for_update(key_share=True)
    ).first()
    if row is None:
        raise BadInput(NO_CHANNEL.fill(code=str(code)[:40]))
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


def a_day(work: Work, text: Any) -> date:
    """The day a diagram names (`2026-11-20`, also with a time behind it), within the horizon."""
    try:
        day = date.fromisoformat(str(text)[:10])
    except ValueError:
        raise BadInput(NO_DAY.fill(day=str(text)[:40])) from None
    if day > local(work.desk.now).date() + timedelta(days=HORIZON):
        raise BadInput(TOO_FAR.fill(days=HORIZON))
    return day


def book_slot(
    work: Work, channel: str, wanted: str | None = "", urgent: bool = False, qualified_at: str | None = ""
) -> dict[str, Any]:
    """Book the first push with room for this case; a case that booked before moves.

    Counted from `qualified_at`, when the material was found fit (default: now), plus the channel's lead time, not
    before the day `wanted`. `urgent`: any day from today on, without lead time, window and least number of articles,
    yet within what the platform takes. `rolled` says that it is not the day wanted, or not the first push there is.
    `opens_at` and `closes_at` are when the window does. Raises SlotFull. Source: S2-21 4.4.2, 4.4.3.
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
        raise SlotFull(channel=diary.name, day=start)
    foreseen = find_room(plan, Books(diary.changed, {}), start, urgent=urgent)
    rolled = room.day.isoformat() != str(wanted)[:10] if wanted else foreseen is not None and room.day != foreseen.day
    write_slot(work, diary, room, urgent=urgent, qualified_at=fit)
    return _said(plan, room.day, room.place, urgent) | {"rolled": rolled}


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


def _said(plan: Plan, day: date, place: int, urgent: bool) -> dict[str, Any]:
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
    """The editor's answer with the day: from now on it is binding (S2-21 4.4.3 “安排发送时间为准”)."""
    own = _own(work)
    if own is None:
        raise Conflict(NO_SLOT.fill(number=work.row.number))
    if own.confirmed_at is None:
        work.desk.conn.execute(slots.update().where(slots.c.case_id == work.row.id).values(confirmed_at=work.desk.now))
        work.note("confirm_slot", day=own.day.isoformat(), place=own.place)
    return _said(read_plan(own.calendar), own.day, own.place, own.urgent)


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

    What is urgent does not wait for the window (S2-21 4.4.3); a channel without a window is always open.
    """
    found = work.desk.conn.execute(sa.select(channels.c.calendar).where(channels.c.code == str(channel)[:40])).first()
    if found is None:
        raise BadInput(NO_CHANNEL.fill(code=str(channel)[:40]))
    own, here = _own(work), local(work.desk.now)
    if own is not None and (own.day != here.date() or own.urgent):
        return {"open": own.day == here.date()}
    window = read_plan(found.calendar).window if found.calendar else None
    return {"open": window is None or window[0] <= here.time() <= window[1]}


def move_slot(work: Work, day: str, case_number: str | None = "", permission: bool = False) -> dict[str, Any]:
    """Move the slot of the case with this number (default: this case) to a push with room, and tell who submitted it.

    Raises NeedsPermission on a channel whose changes need it when `permission` is not given (C-Q8), SlotFull.
    """
    number = case_number or work.row.number
    found = work.desk.conn.execute(
        sa.select(channels.c.code, slots.c.case_id)
        .join(slots, slots.c.channel_id == channels.c.id)
        .join(cases, cases.c.id == slots.c.case_id)
        .where(cases.c.number == str(number)[:40])
    ).first()
    if found is None:
        raise BadInput(NO_SLOT.fill(number=str(number)[:40]))
    diary, to = open_diary(work, found.code), a_day(work, day)
    need_permission(diary, permission)
    own = next((row for row in diary.rows if row.case_id == found.case_id), None)
    if own is None:  # given back a moment ago, or long past
        raise Conflict(NO_SLOT.fill(number=number))
    if to < local(work.desk.now).date():
        raise BadInput(PAST.fill(day=to))
    if not own.urgent and not places(diary.plan, diary.changed, to):
        raise BadInput(NO_PUSH.fill(channel=diary.name, day=to))
    room = room_on(diary.plan, diary.books(own.case_id), to, urgent=own.urgent)
    if room is None:
        raise SlotFull(channel=diary.name, day=to)
    if to != own.day:
        place_anew(work, diary, own, room)
    return _said(diary.plan, to, own.place if to == own.day else room.place, own.urgent)


def need_permission(diary: Diary, given: bool) -> None:
    if diary.plan.changes == "permission" and given is not True:
        raise NeedsPermission(channel=diary.name)


def place_anew(work: Work, diary: Diary, slot: Any, room: Room) -> str:
    """Write the slot's new day and place; of a new day its case's trail and applicant are told. The case's number."""
    conn = work.desk.conn
    moved = slots.update().where(slots.c.id == slot.id).values(day=room.day, place=room.place)
    if conn.execute(moved).rowcount != 1:
        raise Conflict()
    other = work if slot.case_id == work.row.id else open_case(work.desk, slot.case_id)
    if room.day == slot.day:
        return str(other.row.number)
    facts = {"channel": diary.code, "from": slot.day.isoformat(), "to": room.day.isoformat()}
    other.note("move_slot", **facts, by=work.row.number)
    if other is not work:
        save_case(other)
    if work.desk.office.webhook:
        told = {
            "event": "slot_moved",
            "case": other.row.number,
            "to": f"p:{other.row.applicant_id}",
            "day": facts["to"],
        }
        key = f"slot_moved:{other.row.id}:{work.row.id}:{work.row.revision + 1}:{facts['to']}"
        enqueue(conn, "webhook", told, key=key, case_id=other.row.id, now=work.desk.now)
    return str(other.row.number)
