"""Look at an initial password: once, by the person it was sealed for, on record."""

import sqlalchemy as sa

from engine.actions.read import read
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.text import Text
from engine.trail import Entry, house
from models import accounts, handovers

GONE = Text(
    "初始密码只显示一次,您已看过,或已过期、已重新交付。",
    "The initial password is shown once; you have seen it, it has expired or a new one was made.",
)


def show_password(desk: Desk, handover_id: int) -> tuple[str, str]:
    """Account name and password; the secret is erased by the look. Raises Conflict the second time."""
    here = (handovers.c.id == handover_id) & (handovers.c.person_id == desk.person.id)
    row = desk.conn.execute(
        sa.select(handovers, accounts.c.name, accounts.c.case_id)
        .join(accounts, accounts.c.id == handovers.c.account_id)
        .where(here)
    ).first()
    if row is None:
        raise NotFound()
    taken = desk.conn.execute(
        handovers.update()
        .where(here, handovers.c.secret.is_not(None), handovers.c.expires_at > desk.now)
        .values(secret=None, shown_at=desk.now)
    )
    if taken.rowcount != 1:
        raise Conflict(GONE)
    read(desk, row.case_id, "shown", account=row.name)
    facts = {"account": row.name, "case": row.case_id}
    house(desk.conn, [Entry("read_secret", facts=facts, actor_id=desk.person.id)], desk.now)
    return row.name, desk.office.vault.open(row.secret)
