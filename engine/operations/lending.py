"""Lending an account for a time, and taking it back: an official login for an event (S0-1 Art. 12, 15), a
colleague's account to who stands in (S3-1 二(二)1)."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations import terms
from engine.operations.approval import check_approval
from engine.operations.lookups import check_days, find_person, today, words
from engine.operations.moments import moment
from engine.procedures.deadlines import duration
from engine.text import Text
from engine.work import Work
from models import lendings

OPERATORS = Text("操作人员", "The operators")
BACKWARDS = Text("结束时间必须晚于开始时间。", "The end must be later than the beginning.")
LENT = Text("此账号在该时段已借给其他申请,请改选时间。", "The account is already lent to another case in this period.")
OVERDUE = Text(
    "此账号上一次借用已到期而未收回,收回前不能再借。",
    "The account was lent before and is overdue; it is not lent again until it was taken back.",
)
UNKNOWN = Text("没有此借用记录。", "There is no such lending.")
FORBIDDEN = Text("账号不得转借他人使用。", "An account is not lent to others.")
NOT_APPROVED = Text(
    "账号转借须经批准(S3-1 二(二)1),现有申请没有有效的批准。",
    "Lending an account needs an approval (S3-1 II(2)1), and the application as it stands has none.",
)
TOO_LONG = Text("代用最长{days}天(本系统默认)。", "A stand-in uses an account for {days} days at most (our default).")
OWN = Text("不能把账号借给持有人自己。", "An account is not lent to its own holder.")
NOT_IN_USE = Text("账号「{account}」不在使用中或届时已到期,不能出借。", "“{account}” is not in use, or ends before.")
STILL_OUT = Text(
    "登录权限已借出而未收回,请先在借用登记簿登记收回,再结束申请。",
    "The login is lent and was not taken back; enter its return in the register of lendings before the case ends.",
)


def register_lending(
    work: Work,
    account: int | str,
    borrower: str,
    since: str,
    until: str,
    grace: str = "PT0S",
    operators: str = "",
    at_most: int = 14,
) -> dict[str, Any]:
    """Enter who may use the account from when to when; `grace` is added to the end (DEFAULT 1 hour).

    `until` in the answer is the moment the login is taken back. Raises Conflict when the account is
    already lent in that period or overdue: two units never hold the login at once. A colleague's
    account is lent with an approval and for `at_most` days (C-A4; the days are our default).
    """
    row = terms.take(work, account)
    person = find_person(work, borrower)
    begin, end = moment(since), moment(until) + (duration(grace) or timedelta())
    if end <= begin:
        raise BadInput(BACKWARDS)
    if row.state != "active" or (row.valid_until and today(end) > row.valid_until):
        raise Conflict(NOT_IN_USE.fill(account=row.name))
    if not row.official:
        _check_staff(work, row, person, moment(until) - begin, at_most)
    _check_free(work, row.id, begin, end)
    number = work.desk.conn.execute(
        lendings.insert().returning(lendings.c.id),
        {
            "account_id": row.id,
            "borrower_id": person.id,
            "unit_id": person.unit_id,
            "case_id": work.row.id,
            "since": begin,
            "until": end,
            "operators": words(operators, OPERATORS, 2000, needed=False),
        },
    ).scalar_one()
    work.note("lend", account=row.name, borrower=borrower, since=begin.isoformat(), until=end.isoformat())
    return {"number": number, "until": end.isoformat()}


def _check_staff(work: Work, row: Any, person: Any, length: timedelta, at_most: int) -> None:
    """C-A4: whether colleagues may lend at all, that it was approved, and for how long."""
    allowed = terms.figure(work, "C-A4")
    if allowed and not allowed.figure:
        raise Conflict(allowed.broken("", FORBIDDEN).text)
    if not check_approval(work)["valid"]:
        raise Conflict(NOT_APPROVED)
    if person.id == row.holder_id:
        raise BadInput(OWN)
    if length > timedelta(days=check_days(at_most)):
        raise BadInput(TOO_LONG.fill(days=at_most))


def _check_free(work: Work, account: int, begin: Any, end: Any) -> None:
    """No other lending in that time that was not taken back, and none that should have been."""
    out = (lendings.c.account_id == account) & lendings.c.returned_at.is_(None)
    others = work.desk.conn.execute(sa.select(lendings.c.since, lendings.c.until).where(out)).all()
    if any(other.until <= work.desk.now for other in others):
        raise Conflict(OVERDUE)
    if any(other.since < end and other.until > begin for other in others):
        raise Conflict(LENT)


def take_back_lending(work: Work, lending: int) -> dict[str, Any]:
    """Enter that the login was taken back; when somebody did so in the register before, that stands."""
    mine = (lendings.c.id == lending) & (lendings.c.case_id == work.row.id)
    row = work.desk.conn.execute(sa.select(lendings.c.returned_at).where(mine).with_for_update()).first()
    if row is None:
        raise Conflict(UNKNOWN)
    if row.returned_at is None:
        work.desk.conn.execute(lendings.update().where(mine).values(returned_at=work.desk.now))
        work.note("take_back", lending=lending)
    return {"returned_at": (row.returned_at or work.desk.now).isoformat()}


def check_nothing_out(work: Work) -> None:
    """A case does not end by hand while somebody holds a login through it: nobody would take it back."""
    begun = _out(work) & (lendings.c.since <= work.desk.now)
    if work.desk.conn.execute(sa.select(lendings.c.id).where(begun)).first():
        raise Conflict(STILL_OUT)


def release_lending(work: Work) -> None:
    """End a lending before it begins; one that has begun is overdue until somebody takes the login back."""
    ahead = _out(work) & (lendings.c.since > work.desk.now)
    work.desk.conn.execute(lendings.update().where(ahead).values(returned_at=work.desk.now))


def _out(work: Work) -> sa.ColumnElement[bool]:
    return (lendings.c.case_id == work.row.id) & lendings.c.returned_at.is_(None)
