"""The quota of mass sends: a day of a channel can't be booked more often than the channel allows."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.text import Text
from engine.work import Work
from models import channels, mass_sends

FULL = Text(
    "{channel} {day} 的群发次数已用完(每天{quota}次),请改选其他日期。依据:S0-1 第十条(3)“微信每天只能群发一次”。",
    "{channel} has no mass send left on {day} ({quota} a day); choose another day. "
    "Clause S0-1 Art. 10(3): WeChat may send to all once a day only.",
)
NO_CHANNEL = Text("渠道「{code}」不存在。", "There is no channel “{code}”.")
NO_QUOTA = Text("渠道「{code}」不能群发。", "The channel “{code}” has no mass send.")
NO_DAY = Text("群发日期「{day}」不是日期。", "The day of the mass send “{day}” is not a date.")


class Full(Conflict):
    code = "mass_send_quota"
    message = FULL


def book_mass_send(work: Work, channel: str, day: str) -> dict[str, Any]:
    """Book the day (`2026-11-20`) on the channel for this case; a case that booked before moves.

    Source: C-F1, S0-1 Art. 10(3). Raises Full when the day's quota is used up.
    """
    conn = work.desk.conn
    found = conn.execute(sa.select(channels).where(channels.c.code == channel)).first()
    if found is None:
        raise BadInput(NO_CHANNEL.fill(code=channel))
    if not found.mass_sends_per_day:
        raise BadInput(NO_QUOTA.fill(code=channel))
    try:
        wanted = date.fromisoformat(day[:10])
    except (TypeError, ValueError):
        raise BadInput(NO_DAY.fill(day=str(day)[:40])) from None
    release_mass_send(work)
    taken = set(
        conn.execute(
            sa.select(mass_sends.c.serial).where(mass_sends.c.channel_id == found.id, mass_sends.c.day == wanted)
        ).scalars()
    )
    serial = next((n for n in range(1, found.mass_sends_per_day + 1) if n not in taken), None)
    if serial is None:
        raise Full(channel=Text(found.name, found.name_en), day=wanted, quota=found.mass_sends_per_day)
    # Of two who take the same serial at once the database refuses one; it looks again and sees the day full.
    conn.execute(
        mass_sends.insert(),
        {
            "channel_id": found.id,
            "day": wanted,
            "serial": serial,
            "case_id": work.row.id,
            "booked_at": work.desk.now,
        },
    )
    return {"day": wanted.isoformat(), "serial": serial}


def release_mass_send(work: Work) -> None:
    """Give the case's booking back."""
    work.desk.conn.execute(mass_sends.delete().where(mass_sends.c.case_id == work.row.id))
