"""What waits for one person: initial passwords for a single look, and incidents to mend."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.people import Person, holders
from engine.standing import LIVE_STATES
from engine.text import Text
from models import accounts, cases, handovers, incidents, people, repairs


def handover_list(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The initial passwords that wait for this person's single look."""
    rows = conn.execute(
        sa.select(handovers.c.id, handovers.c.expires_at, accounts.c.name, accounts.c.kind, accounts.c.case_id)
        .join(accounts, accounts.c.id == handovers.c.account_id)
        .where(handovers.c.person_id == person.id, handovers.c.secret.is_not(None), handovers.c.expires_at > now)
        .order_by(handovers.c.id)
    )
    return [dict(row._mapping) for row in rows]


def incident_list(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The open incidents this person owns, with everybody who owns them; administrators see all. Four statements.

    `asked`: the number of a repair that waits for a second person to try it again.
    """
    mine = sa.or_(
        *(
            (incidents.c.owner == name) & (sa.true() if procedure is None else cases.c.procedure_id == procedure)
            for name, _, procedure in person.principals
        )
    )
    asked = sa.and_(
        repairs.c.case_id == incidents.c.case_id, repairs.c.state == "asked", repairs.c.kind == "retry",
        repairs.c.target == sa.cast(incidents.c.id, sa.String), repairs.c.revision == cases.c.revision,
    )  # fmt: skip
    rows = conn.execute(
        sa.select(
            incidents,
            cases.c.number,
            cases.c.title,
            cases.c.state.label("case_state"),
            repairs.c.id.label("asked"),
        )
        .outerjoin(cases, cases.c.id == incidents.c.case_id)
        .outerjoin(repairs, asked)
        .where(incidents.c.resolved_at.is_(None), sa.true() if "administrator" in person.roles else mine)
        .order_by(incidents.c.id)
        .limit(200)
    ).all()
    held = holders(conn, {row.owner for row in rows if row.owner.startswith("r:")}, now)
    known = {one for each in held.values() for one in each}
    named = (
        dict(conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(known))).all()) if known else {}
    )
    return [
        {
            **row._mapping,
            "text": Text(row.zh, row.en),
            "owners": sorted(named[one] for one in held.get(row.owner, ())),
            "repairable": row.case_state in LIVE_STATES,
        }
        for row in rows
    ]
