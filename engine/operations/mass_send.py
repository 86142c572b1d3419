"""The mass sends of a channel: a slot on a chosen day, where a day takes no more than the channel allows (C-F1)."""

from typing import Any

from engine.calendar import room_on
from engine.errors import Conflict
from engine.operations.slots import a_day, open_diary, write_slot
from engine.text import Text
from engine.work import Work

FULL = Text(
    "{channel} {day} 的群发次数已用完(每天{quota}次),请改选其他日期。依据:S0-1 第十条(3)“微信每天只能群发一次”。",
    "{channel} has no mass send left on {day} ({quota} a day); choose another day. "
    "Clause S0-1 Art. 10(3): WeChat may send to all once a day only.",
)


class Full(Conflict):
    code = "mass_send_quota"
    message = FULL


def book_mass_send(work: Work, channel: str, day: str) -> dict[str, Any]:
    """Book the day (`2026-11-20`) on the channel for this case; a case that booked before moves.

    Source: C-F1, S0-1 Art. 10(3). Raises Full when the day's quota is used up.
    """
    diary, wanted = open_diary(work, channel), a_day(work, day)
    room = room_on(diary.plan, diary.books(work.row.id), wanted)
    if room is None:
        raise Full(channel=diary.name, day=wanted, quota=diary.plan.most)
    write_slot(work, diary, room)
    return {"day": wanted.isoformat(), "serial": room.place}
