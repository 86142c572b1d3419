"""Open an incident: something a person has to look at, with an owner and a line in the trail."""

from datetime import datetime

import sqlalchemy as sa

from engine.errors import Stale
from engine.messages import tell_owner
from engine.text import Text
from engine.trail import Entry, house, write
from models import cases, incidents, versions

ADMINISTRATOR = "r:administrator:*"


def open_incident(
    conn: sa.Connection,
    kind: str,
    text: Text,
    *,
    now: datetime,
    case_id: int | None = None,
    job_id: int | None = None,
) -> int:
    """The incident's number. It belongs to the procedure's owner, or without a case to the administrator."""
    case = None
    if case_id is not None:
        query = sa.select(*cases.c["revision", "trail_seq", "trail_hash"], versions.c.manifest)
        case = conn.execute(
            query.join_from(cases, versions).where(cases.c.id == case_id).with_for_update(of=cases)
        ).one()
    owner = case.manifest.get("owner_principal", ADMINISTRATOR) if case else ADMINISTRATOR
    row = {"kind": kind, "owner": owner, "zh": text.zh, "en": text.en, "opened_at": now}
    made: int = conn.execute(
        sa.insert(incidents).returning(incidents.c.id), {**row, "case_id": case_id, "job_id": job_id}
    ).scalar_one()
    tell_owner(conn, owner, text, f"incident_of_job:{made}", case_id, now=now)
    facts = {"incident": made, "kind": kind, "owner": owner, "zh": text.zh, "en": text.en}
    entry = Entry("incident", facts={**facts, "job": job_id} if job_id else facts)
    if case is None:
        house(conn, [entry], now)
        return made
    seq, hash = write(conn, case_id or 0, case.trail_seq, case.trail_hash, [entry], now)
    ours = sa.and_(cases.c.id == case_id, cases.c.revision == case.revision)
    head = {"trail_seq": seq, "trail_hash": hash, "revision": case.revision + 1}
    if conn.execute(sa.update(cases).where(ours).values(head)).rowcount != 1:
        raise Stale()
    return made
