"""Change one day of a channel's calendar: close it, open it, or say how many articles it takes (S2-21 4.4.3)."""

from dataclasses import replace
from datetime import date
from typing import Any

from engine.calendar import Books, find_room, places
from engine.errors import BadInput
from engine.operations.slots import (
    NO_PUSH,
    PAST,
    Diary,
    SlotFull,
    a_day,
    local,
    need_permission,
    open_diary,
    place_anew,
)
from engine.text import Text
from engine.work import Work
from models import changed_days

CHANGE = Text(
    "变更方式「{change}」不对,只能是 close、open 或 capacity。", "“{change}” is none of close, open, capacity."
)
CAPACITY = Text("篇幅应为1至{most}之间的整数。", "The number of articles is between 1 and {most}.")
REASON = Text("请说明调整原因。", "Say why the calendar is changed.")


def change_calendar(
    work: Work,
    channel: str,
    day: str,
    change: str = "close",
    capacity: int | None = 0,
    reason: str = "",
    permission: bool = False,
) -> dict[str, Any]:
    """Close the day, open it (with `capacity` places, or as many as fit), or give its push `capacity` places.

    Articles that no longer fit roll forward to the next push with room (C-Q6), and who submitted them is told;
    `moved` names their cases. Raises NeedsPermission where changes need it (C-Q8), SlotFull.
    """
    diary, when = open_diary(work, channel), a_day(work, day)
    need_permission(diary, permission)
    if when < local(work.desk.now).date():
        raise BadInput(PAST.fill(day=when))
    if not str(reason).strip():
        raise BadInput(REASON)
    if change == "capacity" and not places(diary.plan, diary.changed, when):
        raise BadInput(NO_PUSH.fill(channel=diary.name, day=when))
    room = _places(diary, change, capacity)
    row = {"channel_id": diary.id, "day": when, "places": room, "reason": str(reason).strip()}
    row |= {"case_id": work.row.id, "changed_at": work.desk.now}
    known = (changed_days.c.channel_id == diary.id) & (changed_days.c.day == when)
    work.desk.conn.execute(changed_days.delete().where(known))
    work.desk.conn.execute(changed_days.insert(), row)
    work.note("change_calendar", channel=diary.code, day=when.isoformat(), places=room, reason=row["reason"])
    moved = _roll(work, replace(diary, changed=diary.changed | {when: room}), when)
    return {"day": when.isoformat(), "places": room, "moved": moved}


def _places(diary: Diary, change: str, capacity: int | None) -> int:
    if change == "close":
        return 0
    if change not in ("open", "capacity"):
        raise BadInput(CHANGE.fill(change=str(change)[:40]))
    wanted = capacity or (diary.plan.most if change == "open" else 0)
    if type(wanted) is not int or not 1 <= wanted <= diary.plan.most:
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
            raise SlotFull(channel=diary.name, day=day)
        taken.setdefault(room.day, set()).add(room.place)
        number = place_anew(work, diary, slot, room)
        moved += [number] if room.day != day else []
    return moved
