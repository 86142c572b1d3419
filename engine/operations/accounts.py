"""Opening an account in the register, and the one-time hand-over of its initial password."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict
from engine.text import Text
from engine.vault import new_password
from engine.work import Work
from models import accounts, handovers, people

LOOK_WITHIN = timedelta(days=7)
HAS_ONE = Text(
    "{name}已有在用的{kind}账号「{account}」,一人一号(S2-10 4.3)。",
    "{name} already has a {kind} account “{account}” in use; one account per person (S2-10 4.3).",
)
NAME_TAKEN = Text("账号「{account}」已经登记过。", "The account “{account}” is already in the register.")
NOBODY = Text("没有这个人:{login}", "There is no such person: {login}")
NO_ACCOUNT = Text("账号登记簿中没有此账号。", "There is no such account in the register.")


def open_account(work: Work, kind: str, account: str, holder: str, purpose: str = "") -> dict[str, Any]:
    """Enter an account that was opened into the register: C-A1, one per person and kind."""
    conn = work.desk.conn
    person = conn.execute(sa.select(people).where(people.c.login == holder)).first()
    if person is None:
        raise Conflict(NOBODY.fill(login=holder))
    other = conn.execute(
        sa.select(accounts.c.name).where(
            accounts.c.holder_id == person.id, accounts.c.kind == kind, accounts.c.state == "active"
        )
    ).scalar()
    if other:
        raise Conflict(HAS_ONE.fill(name=person.name, kind=kind, account=other))
    if conn.execute(sa.select(accounts.c.id).where(accounts.c.kind == kind, accounts.c.name == account)).first():
        raise Conflict(NAME_TAKEN.fill(account=account))
    number = conn.execute(
        accounts.insert().returning(accounts.c.id),
        {
            "kind": kind,
            "name": account,
            "holder_id": person.id,
            "unit_id": person.unit_id,
            "purpose": purpose,
            "state": "active",
            "opened_at": work.desk.now,
            "case_id": work.row.id,
        },
    ).scalar_one()
    work.note("open_account", account=account, kind=kind, holder=holder)
    return {"number": number, "name": account, "holder": holder}


def hand_over_password(work: Work, account: int, to: str) -> dict[str, Any]:
    """Make a new initial password and seal it for two single looks: the opener's, to set it, and the holder's.

    Source: S3-1 二(一)2; C-W1 for its strength, C-W5: it is shown once and to nobody else.
    """
    conn = work.desk.conn
    if conn.execute(sa.select(accounts.c.id).where(accounts.c.id == account)).first() is None:
        raise Conflict(NO_ACCOUNT)
    holder = conn.execute(sa.select(people.c.id).where(people.c.login == to)).scalar()
    if holder is None:
        raise Conflict(NOBODY.fill(login=to))
    conn.execute(
        handovers.update().where(handovers.c.account_id == account, handovers.c.secret.is_not(None)).values(secret=None)
    )
    sealed = work.desk.office.vault.seal(new_password())
    opener = work.desk.actor.id if work.desk.actor else holder
    looks = dict.fromkeys((opener, holder))
    conn.execute(
        handovers.insert(),
        [
            {
                "account_id": account,
                "person_id": person,
                "secret": sealed,
                "made_at": work.desk.now,
                "expires_at": work.desk.now + LOOK_WITHIN,
            }
            for person in looks
        ],
    )
    work.note("hand_over_password", account=account, to=to)
    return {"expires_at": (work.desk.now + LOOK_WITHIN).isoformat()}
