"""An account and its terms: as it is now it stands in `accounts`, as it was on any day in `account_terms`.

Every change goes through `turn`: the term that was current ends, a new one begins.
"""

from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations.lookups import today
from engine.rules.figures import RuleFigure, Scope, figures
from engine.text import Text
from engine.units import codes_above, organisation, top_of
from engine.work import Work
from models import FACTS, account_terms, accounts, channels

NO_ACCOUNT = Text("账号登记簿中没有此账号:{account}", "There is no such account in the register: {account}")
SEVERAL = Text(
    "名为「{account}」的账号不止一个,请用登记号指明。",
    "More than one account is named “{account}”; name it by its number in the register.",
)
CLOSED = Text("账号「{account}」已注销。", "The account “{account}” is closed.")
OFFICIAL = Text("「{account}」是官方账号,不是员工账号。", "“{account}” is an official account, not one of the staff.")
NOT_OFFICIAL = Text("「{account}」不是官方账号。", "“{account}” is not an official account.")


def ours(work: Work) -> sa.ColumnElement[bool]:
    """The condition that an account is of the organisation of the case."""
    return accounts.c.organisation_id.in_(organisation(work.row.applicant_unit_id))


def look_up(work: Work, account: int | str) -> Any | None:
    """The row by number, name or channel code in the organisation of the case, an open one first; None without one.

    Raises BadInput when a name says which only half.
    """
    if isinstance(account, int):
        named = accounts.c.id == account
    else:
        channel = sa.select(channels.c.id).where(channels.c.code == account).scalar_subquery()
        named = sa.or_(accounts.c.name == account, accounts.c.channel_id == channel)
    closed = accounts.c.state == "closed"
    rows = work.desk.conn.execute(
        sa.select(accounts).where(named, ours(work)).order_by(closed, accounts.c.id.desc()).limit(2)
    ).all()
    if len(rows) == 2 and rows[1].state != "closed":
        raise BadInput(SEVERAL.fill(account=str(account)[:100]))
    return rows[0] if rows else None


def take(work: Work, account: int | str, *, official: bool | None = None, closed: bool = False) -> Any:
    """The row of an open account, or where it does not matter of a `closed` one, locked until the transaction ends."""
    found = look_up(work, account)
    if found is None:
        raise BadInput(NO_ACCOUNT.fill(account=str(account)[:100]))
    if official is not None and found.official != official:
        raise BadInput((NOT_OFFICIAL if official else OFFICIAL).fill(account=found.name))
    # What was read may have changed until the lock was had.
    row = work.desk.conn.execute(sa.select(accounts).where(accounts.c.id == found.id).with_for_update()).one()
    if row.state == "closed" and not closed:
        raise Conflict(CLOSED.fill(account=row.name))
    return row


def enter(work: Work, reason: str = "", **facts: Any) -> int:
    """A new account with its first term; its number."""
    top = top_of(work.desk.conn, facts["unit_id"])
    row = {"rights": [], "case_id": work.row.id, **facts, "organisation_id": top}
    row |= {"opened_at": work.desk.now, "confirmed_at": work.desk.now}
    number: int = work.desk.conn.execute(accounts.insert().returning(accounts.c.id), row).scalar_one()
    _begin(work, {"account_id": number, **{key: row[key] for key in FACTS if key in row}}, reason)
    return number


def turn(work: Work, row: Any, reason: str = "", **changes: Any) -> None:
    """End the current term of an account and begin the next with these changes."""
    conn, now = work.desk.conn, work.desk.now
    facts = {key: getattr(row, key) for key in FACTS} | changes
    closed = {"closed_at": now, "version_id": work.version.id} if facts["state"] == "closed" else {}
    conn.execute(accounts.update().where(accounts.c.id == row.id).values(**changes, **closed, confirmed_at=now))
    current = (account_terms.c.account_id == row.id) & account_terms.c.until.is_(None)
    conn.execute(account_terms.update().where(current).values(until=now))
    _begin(work, {"account_id": row.id, **facts}, reason)


def _begin(work: Work, facts: dict[str, Any], reason: str) -> None:
    term = facts | {"since": work.desk.now, "until": None, "reason": reason, "case_id": work.row.id}
    work.desk.conn.execute(account_terms.insert(), term)


def figure(work: Work, rule: str) -> RuleFigure | None:
    """What the regulations of the organisation, or the procedure itself, say of a rule on accounts."""
    codes = codes_above(work.desk.conn, work.row.applicant_unit_id)
    scope = Scope("accounts", organisation=codes, procedure=work.version.slug)
    known = figures(scope, today(work.desk.now), work.version.rules)
    return next((each for each in known if each.rule == rule), None)
