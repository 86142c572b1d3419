"""What a look at cases came to is kept: one row a case, one a finding, and how far the run is."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.queries.audit.checking import Checked
from engine.queries.audit.deviations import Found, said
from models import case_checks, case_findings, check_runs


def keep_checked(conn: sa.Connection, run: int, checked: list[Checked], now: datetime) -> None:
    """What was found in these cases takes the place of what was found before; the run is so far."""
    ids = [one.case_id for one in checked]
    conn.execute(case_findings.delete().where(case_findings.c.case_id.in_(ids)))
    rows = [_check(one, now) for one in checked]
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    added = insert(case_checks)
    new = {name: added.excluded[name] for name in rows[0] if name != "case_id"}
    conn.execute(added.on_conflict_do_update(index_elements=["case_id"], set_=new), rows)
    found = [_finding(one.case_id, "path", each) for one in checked for each in one.path.found]
    found += [_finding(one.case_id, "duty", each) for one in checked for each in one.duties]
    if found:
        conn.execute(case_findings.insert(), found)
    so_far = {"state": "running", "done": check_runs.c.done + len(ids), "last_id": max(ids), "ended_at": None}
    conn.execute(check_runs.update().where(check_runs.c.id == run).values(so_far))


def _check(one: Checked, now: datetime) -> dict[str, Any]:
    why, fit = one.path.why, one.path.fitness.fit
    return {
        "case_id": one.case_id,
        "revision": one.revision,
        "cost": fit.cost if fit else None,
        "worst": fit.worst if fit else None,
        "replayed": why is None,
        "why": said(why) if why else None,
        "at": now,
    }


def _finding(case_id: int, family: str, found: Found) -> dict[str, Any]:
    return {"case_id": case_id, "family": family, **found._asdict()}
