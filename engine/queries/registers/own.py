"""What waits for one person: initial passwords for a single look, and incidents to mend."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.people import Person
from engine.text import Text
from models import accounts, cases, handovers, incidents


def handover_list(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The initial passwords that wait for this person's single look."""
    rows = conn.execute(
        sa.select(handovers.c.id, handovers.c.expires_at, accounts.c.name, accounts.c.kind, accounts.c.case_id)
        .join(accounts, accounts.c.id == handovers.c.account_id)
        .where(handovers.c.person_id == person.id, handovers.c.secret.is_not(None), handovers.c.expires_at > now)
        .order_by(handovers.c.id)
    )
    return [dict(row._mapping) for row in rows]


def incident_list(conn: sa.Connection, person: Person) -> list[dict[str, Any]]:
    """The open incidents this person owns; administrators see all."""
    mine = sa.or_(
        *(
            (incidents.c.owner == name) & (sa.true() if procedure is None else cases.c.procedure_id == procedure)
            for name, _, procedure in person.principals
        )
    )
    rows = conn.execute(
        sa.select(incidents, cases.c.number, cases.c.title)
        .outerjoin(cases, cases.c.id == incidents.c.case_id)
        .where(incidents.c.resolved_at.is_(None), sa.true() if "administrator" in person.roles else mine)
        .order_by(incidents.c.id)
        .limit(200)
    )
    return [{**row._mapping, "text": Text(row.zh, row.en)} for row in rows]
