"""Change what is planned: move a slot, or one day of a channel's calendar, and tell whom it concerns (S2-21 4.4(3))."""

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.calendar import Books, Room, cited, find_room, places, room_on
from engine.errors import BadInput, Conflict, NotAllowed
from engine.operations.slots import NO_SLOT, Diary, a_day, full, local, open_diary, said
from engine.people import person_principal
from engine.queue import enqueue
from engine.text import Text
from engine.work import BrokenCase, Work, open_case, save_case
from models import cases, changed_days, channels, copies, slots

PAST = Text("{day} 已经过去,请改选其他日期。", "{day} is past; choose another day.")
NO_PUSH = Text(
    "{channel}在 {day} 没有推送,请改选推送日。", "{channel} has no push on {day}; choose a day that has one."
)
OTHER_CHANNEL = Text(
    "申请{number}的推送时段在{channel},不在所填的渠道。",
    "The slot of case {number} is on {channel}, not on that channel.",
)
CHANGE = Text(
    "变更方式「{change}」不对,只能是 close、open 或 capacity。", "“{change}” is none of close, open, capacity."
)
CAPACITY = Text("篇幅应为1至{most}之间的整数。", "The number of articles is between 1 and {most}.")
ANSWERED_WITH_A_SLOT = ("book_slot", "confirm_slot", "move_slot")
REASON = Text("请说明调整原因。", "Say why the calendar is changed.")


class NeedsPermission(NotAllowed):
    code = "needs_permission"
    message = Text(
        "{channel}的推送时间和篇幅须经允许后才能调整,请先取得允许。{clauses}",
        "The pushes of {channel} are changed with permission only; ask for it first. {clauses}",
    )


def move_slot(
    work: Work, day: str, case_number: str = "", channel: str = "", permission: bool = False
) -> dict[str, Any]:
    """Move the slot of the case with this number (default: this case) to a push with room, and tell who submitted it.

    Raises NeedsPermission on a channel whose changes need it when `permission` is not given (C-Q8), SlotFull. The slot
    of another case is moved on the `channel` that was asked for alone: permission for one is none for another.
    """
    number = case_number or work.row.number
    found = work.desk.conn.execute(
        sa.select(channels.c.code, slots.c.case_id)
        .join(slots, slots.c.channel_id == channels.c.id)
        .join(cases, cases.c.id == slots.c.case_id)
        .where(cases.c.number == number[:40])
    ).first()
    if found is None:
        raise BadInput(NO_SLOT.fill(number=number[:40]))
    diary, to = open_diary(work, found.code), a_day(work, day)
    if channel not in ("", diary.code):
        raise BadInput(OTHER_CHANNEL.fill(number=number, channel=diary.name))
    _need_permission(diary, permission and (channel == diary.code or found.case_id == work.row.id))
    own = next((row for row in diary.rows if row.case_id == found.case_id), None)
    if own is None:  # given back a moment ago, or long past
        raise Conflict(NO_SLOT.fill(number=number))
    if to < local(work.desk.now).date():
        raise BadInput(PAST.fill(day=to))
    if not own.urgent and not places(diary.plan, diary.changed, to):
        raise BadInput(NO_PUSH.fill(channel=diary.name, day=to))
    room = room_on(diary.plan, diary.books(own.case_id), to, urgent=own.urgent)
    if room is None:
        raise full(diary, to)
    _place_anew(work, diary, own, room)
    return said(diary.plan, to, room.place, own.urgent)


def change_calendar(
    work: Work,
    channel: str,
    day: str,
    change: str = "close",
    capacity: int = 0,
    reason: str = "",
    permission: bool = False,
) -> dict[str, Any]:
    """Close the day, open it (with `capacity` places, or as many as fit), or give its push `capacity` places.

    Articles that no longer fit roll forward to the next push with room (C-Q6), and who submitted them is told;
    `moved` names their cases. Raises NeedsPermission where changes need it (C-Q8), SlotFull.
    """
    diary, when = open_diary(work, channel), a_day(work, day)
    _need_permission(diary, permission)
    if when < local(work.desk.now).date():
        raise BadInput(PAST.fill(day=when))
    if not reason.strip():
        raise BadInput(REASON)
    if change == "capacity" and not places(diary.plan, diary.changed, when):
        raise BadInput(NO_PUSH.fill(channel=diary.name, day=when))
    room = _places(diary, change, capacity)
    row = {"channel_id": diary.id, "day": when, "places": room, "reason": reason.strip()}
    row |= {"case_id": work.row.id, "changed_at": work.desk.now}
    known = (changed_days.c.channel_id == diary.id) & (changed_days.c.day == when)
    work.desk.conn.execute(changed_days.delete().where(known))
    work.desk.conn.execute(changed_days.insert(), row)
    work.note("change_calendar", channel=diary.code, day=when.isoformat(), places=room, reason=row["reason"])
    moved = _roll(work, replace(diary, changed=diary.changed | {when: room}), when)
    return {"day": when.isoformat(), "places": room, "moved": moved}


def _places(diary: Diary, change: str, capacity: int) -> int:
    if change == "close":
        return 0
    if change not in ("open", "capacity"):
        raise BadInput(CHANGE.fill(change=change[:40]))
    wanted = capacity or (diary.plan.most if change == "open" else 0)
    if not 1 <= wanted <= diary.plan.most:
        raise BadInput(CAPACITY.fill(most=diary.plan.most))
    return wanted


def _roll(work: Work, diary: Diary, day: date) -> list[str]:
    """Find another place for every article that the day's push no longer takes; the cases whose day changed."""
    left = places(diary.plan, diary.changed, day)
    misfits = [row for row in diary.rows if row.day == day and row.place > left and not row.urgent]
    taken = {one: set(booked) for one, booked in diary.books(without=0).taken.items()}
    for slot in misfits:
        taken[day].discard(slot.place)
    moved = []
    for slot in sorted(misfits, key=lambda one: one.place):
        room = find_room(diary.plan, Books(diary.changed, taken), day)
        if room is None:
            raise full(diary, day)
        taken.setdefault(room.day, set()).add(room.place)
        number = _place_anew(work, diary, slot, room)
        moved += [number] if room.day != day else []
    return moved


def _need_permission(diary: Diary, given: bool) -> None:
    if diary.plan.changes == "permission" and not given:
        raise NeedsPermission(channel=diary.name, clauses=cited(diary.plan, "调整"))


def _place_anew(work: Work, diary: Diary, slot: Any, room: Room) -> str:
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
        save_case(other, **_renewed(other, said(diary.plan, room.day, room.place, slot.urgent)))
    _tell(work, other, facts["to"])
    return str(other.row.number)


def _renewed(other: Work, slot: dict[str, Any]) -> dict[str, Any]:
    """The moved case itself waits for its new day: its diagram as it is to be stored, and when the clock looks."""
    try:
        flow = other.flow(_nothing)
    except BrokenCase:
        return {}  # it stands still anyway, and must not keep others from being moved
    flow.renew(ANSWERED_WITH_A_SLOT, slot)
    return {"snapshot": flow.dump(), "next_due": flow.next_due}


def _nothing(name: str, _parameters: dict[str, Any], _data: dict[str, Any]) -> Any:
    raise AssertionError(f"a case whose slot moves runs nothing, yet {name} was asked for")


def _tell(work: Work, other: Work, day: str) -> None:
    """The applicant finds the moved case among the copies, unread; the system outside is told as of every task."""
    conn, now, actor, applicant = work.desk.conn, work.desk.now, work.desk.actor, other.row.applicant_id
    if actor is not None and actor.id != applicant:
        mine = (copies.c.case_id == other.row.id) & (copies.c.person_id == applicant)
        sent = {"sent_by": actor.id, "sent_at": now}
        if not conn.execute(copies.update().where(mine).values(**sent, read_at=None)).rowcount:
            conn.execute(copies.insert(), sent | {"case_id": other.row.id, "person_id": applicant})
    if work.desk.office.webhook:
        told = {"event": "slot_moved", "case": other.row.number, "to": person_principal(applicant), "day": day}
        key = f"slot_moved:{other.row.id}:{other.row.revision + 1}"
        enqueue(conn, "webhook", told, key=key, case_id=other.row.id, now=now)
