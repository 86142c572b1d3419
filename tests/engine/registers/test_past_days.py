"""Lendings and publications as of any past day are what a plain list of what happened, played again, says."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import models
from engine import queries
from engine.people import person_by_login
from models import lendings, publications, takedowns
from tests.support.rows import make_case

BEGIN = datetime(2026, 5, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")


def test_the_registers_of_past_days_are_the_events_played_again(engine: sa.Engine) -> None:
    now = BEGIN + timedelta(days=40)
    with models.writing(engine) as conn:
        happened = live(conn, Random(7))
    with models.reading(engine) as conn:
        auditor = person_by_login(conn, "zeng.ming", now)
        assert auditor
        for day in (BEGIN.date() + timedelta(days=n) for n in range(-1, 32)):
            out, back, state = played(happened, day)
            for register, shows in {
                "lendings": {
                    "": out | back,
                    "out": out,
                    "returned": back,
                    "overdue": {n for n in out if late(out[n], day)},
                },
                "publications": {"": state, **{w: {n for n in state if state[n] == w} for w in set(state.values())}},
            }.items():
                for show, wanted in shows.items():
                    asked = queries.Asked(now, show=show, as_of=day)
                    lines, more = queries.REGISTERS[register].list(conn, auditor, asked)
                    assert not more
                    assert {line["id"] for line in lines} == set(wanted), (register, show, day)
                    if register == "publications":
                        assert {line["id"]: line["state"] for line in lines} == {n: state[n] for n in wanted}
                    elif show == "":
                        assert {line["id"] for line in lines if line["returned_at"]} == set(back)


def live(conn: sa.Connection, dice: Random) -> list[Any]:
    """What happened, in words: (when, what, which, until when it is lent); the registers are filled with it."""
    lender, *published = [make_case(conn) for _ in range(13)]
    happened: list[Any] = []
    for number in range(1, 25):
        begins = BEGIN + HOUR * dice.randrange(24 * 20)
        ends = begins + HOUR * dice.randrange(1, 24 * 6)
        back = dice.choice([None, begins - HOUR, begins + HOUR, ends, ends + HOUR * 60])
        row = {"id": number, "account_id": 1, "borrower_id": 1, "unit_id": 1, "case_id": lender, "since": begins}
        conn.execute(lendings.insert(), row | {"until": ends, "operators": "", "returned_at": back})
        if back is None or back >= begins:
            happened += [(begins, "lent", number, ends)] + ([(back, "back", number, None)] if back else [])
    for number, case_id in enumerate(published, 1):
        entered = BEGIN + HOUR * dice.randrange(24 * 20)
        row = {"id": number, "number": f"FB-2026-{number:05}", "case_id": case_id, "channel_id": 1, "unit_id": 1}
        row |= {"title": "预告", "link": f"https://weibo.com/1/{number}", "content_sha256": "0" * 64, "approvals": []}
        row |= {"published_by": 1, "published_at": entered - HOUR * 30, "archived_at": entered, "keep_until": entered}
        conn.execute(publications.insert(), row)
        happened.append((entered, "published", number, None))
        if number % 3:
            down, by = entered + HOUR * dice.randrange(24 * 5), number - 1 if number % 3 == 2 else None
            gone = {"publication_id": number, "reason": "过期", "replaced_by": by, "case_id": lender}
            conn.execute(takedowns.insert(), gone | {"taken_down_at": down})
            happened.append((down, "replaced" if by else "taken_down", number, None))
    return happened


def played(happened: list[Any], day: date) -> tuple[dict[int, datetime], dict[int, datetime], dict[int, str]]:
    """Who is out until when, who is back, and what became of each publication, at the end of a day."""
    evening = datetime.combine(day + timedelta(days=1), time(), ZONE)
    out: dict[int, datetime] = {}
    back: dict[int, datetime] = {}
    state: dict[int, str] = {}
    for when, what, number, more in sorted(happened, key=lambda one: (one[0], one[1] in ("back", "taken_down"))):
        if when >= evening:
            continue
        if what == "lent":
            out[number] = more
        elif what == "back":
            back[number] = out.pop(number)
        else:
            state[number] = what
    return out, back, state


def late(until: datetime, day: date) -> bool:
    return until < datetime.combine(day + timedelta(days=1), time(), ZONE)
