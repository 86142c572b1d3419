"""Lending the login of an official account to a unit for an event, and taking it back (S0-1 Art. 12, 15)."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations.moments import moment
from engine.procedures.deadlines import duration
from engine.text import Text
from engine.work import Work
from models import channels, lendings, people

NO_CHANNEL = Text("官方账号「{code}」不存在。", "There is no official account “{code}”.")
NOBODY = Text("没有这个人:{login}", "There is no such person: {login}")
BACKWARDS = Text("结束时间必须晚于开始时间。", "The end must be later than the beginning.")
LENT = Text("此账号在该时段已借给其他申请,请改选时间。", "The account is already lent to another case in this period.")
UNKNOWN = Text("没有此借用记录,或已收回。", "There is no such lending, or it was taken back already.")


def register_lending(
    work: Work, account: str, borrower: str, since: str, until: str, grace: str = "PT0S", operators: str = ""
) -> dict[str, Any]:
    """Enter who may use the account from when to when; `grace` is added to the end (DEFAULT 1 hour).

    `until` in the answer is the moment the login is taken back. Raises Conflict when the account is
    already lent in that period: two units never hold the login at once.
    """
    conn = work.desk.conn
    channel = conn.execute(sa.select(channels).where(channels.c.code == account)).first()
    if channel is None:
        raise BadInput(NO_CHANNEL.fill(code=account))
    person = conn.execute(sa.select(people).where(people.c.login == borrower)).first()
    if person is None:
        raise BadInput(NOBODY.fill(login=borrower))
    begin, end = moment(since), moment(until) + (duration(grace) or timedelta())
    if end <= begin:
        raise BadInput(BACKWARDS)
    conn.execute(sa.select(channels.c.id).where(channels.c.id == channel.id).with_for_update())
    overlap = sa.select(lendings.c.id).where(
        lendings.c.channel_id == channel.id,
        lendings.c.returned_at.is_(None),
        lendings.c.since < end,
        lendings.c.until > begin,
        lendings.c.case_id != work.row.id,
    )
    if conn.execute(overlap).first():
        raise Conflict(LENT)
    number = conn.execute(
        lendings.insert().returning(lendings.c.id),
        {
            "channel_id": channel.id,
            "borrower_id": person.id,
            "unit_id": person.unit_id,
            "case_id": work.row.id,
            "since": begin,
            "until": end,
            "operators": operators,
        },
    ).scalar_one()
    work.note("lend", account=account, borrower=borrower, since=begin.isoformat(), until=end.isoformat())
    return {"number": number, "until": end.isoformat()}


def take_back_lending(work: Work, lending: int) -> dict[str, Any]:
    """Enter that the login was taken back."""
    result = work.desk.conn.execute(
        lendings.update()
        .where(lendings.c.id == lending, lendings.c.case_id == work.row.id, lendings.c.returned_at.is_(None))
        .values(returned_at=work.desk.now)
    )
    if result.rowcount != 1:
        raise Conflict(UNKNOWN)
    work.note("take_back", lending=lending)
    return {"returned_at": work.desk.now.isoformat()}


def release_lending(work: Work) -> None:
    """End a lending before it begins; one that has begun is overdue until somebody takes the login back."""
    ahead = (lendings.c.case_id == work.row.id) & lendings.c.returned_at.is_(None) & (lendings.c.since > work.desk.now)
    work.desk.conn.execute(lendings.update().where(ahead).values(returned_at=work.desk.now))
