"""The one-time hand-over of an initial password, and who keeps the password of an official account."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict
from engine.operations import terms
from engine.operations.lookups import find_person
from engine.text import Text
from engine.vault import new_password
from engine.work import Work
from models import handovers, lendings

LOOK_WITHIN = timedelta(days=7)
NOT_KEPT = Text(
    "官方账号「{account}」的密码不经系统交付:以子账号授权,或由保管人当面交付一次性密码,用后即改(S0-1 第十五条)。",
    "The password of the official account “{account}” does not pass through the system: grant a sub-account, or let "
    "its custodian hand over a password for one use and change it afterwards (S0-1 Art. 15).",
)
NOT_USED = Text(
    "账号「{account}」不在使用中,不能交付密码。", "The account “{account}” is not in use; no password is handed over."
)
NOT_THEIRS = Text(
    "密码只交付给账号「{account}」的持有人或当前借用人(S0-1 第十五条、S2-21 3.2)。",
    "The password goes to the holder of “{account}” or to who borrows it now, and to nobody else (S0-1 Art. 15, "
    "S2-21 3.2).",
)


def hand_over_password(work: Work, account: int | str, to: str) -> dict[str, Any]:
    """Make a new initial password and seal it for two single looks: the opener's, to set it, and the receiver's.

    Source: S3-1 二(一)2; C-W1 for its strength, C-W5: it is shown once and to nobody else.
    """
    row = terms.take(work, account)
    if row.official:
        raise Conflict(NOT_KEPT.fill(account=row.name))
    if row.state != "active":
        raise Conflict(NOT_USED.fill(account=row.name))
    conn, now = work.desk.conn, work.desk.now
    receiver = find_person(work, to).id
    if receiver != row.holder_id and not _borrows(work, row.id, receiver):
        raise Conflict(NOT_THEIRS.fill(account=row.name))
    waiting = (handovers.c.account_id == row.id) & handovers.c.secret.is_not(None)
    conn.execute(handovers.update().where(waiting).values(secret=None))
    sealed = work.desk.office.vault.seal(new_password())
    opener = work.desk.actor.id if work.desk.actor else receiver
    look = {"account_id": row.id, "secret": sealed, "made_at": now, "expires_at": now + LOOK_WITHIN}
    conn.execute(handovers.insert(), [{**look, "person_id": person} for person in dict.fromkeys((opener, receiver))])
    work.note("hand_over_password", account=row.id, to=to)
    return {"expires_at": (now + LOOK_WITHIN).isoformat()}


def _borrows(work: Work, account: int, person: int) -> bool:
    theirs = (lendings.c.account_id == account) & (lendings.c.borrower_id == person) & lendings.c.returned_at.is_(None)
    return work.desk.conn.execute(sa.select(lendings.c.id).where(theirs)).first() is not None


def register_custody(work: Work, platform: int | str, custodian: str) -> dict[str, Any]:
    """Enter who keeps the password of an official account from now on; the password itself is in no record (K-8)."""
    row = terms.take(work, platform, official=True)
    terms.turn(work, row, custodian_id=find_person(work, custodian).id)
    work.note("register_custody", account=row.name, custodian=custodian)
    return {"number": row.id, "custodian": custodian, "since": work.desk.now.isoformat()}
