"""历史回放: ask for the ended cases of the last twelve months to be replayed on a draft; a job does it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.actions.procedure_drafts import NotEditable
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.queue import enqueue
from engine.releasing.drafts import may_on
from engine.text import Text
from models import jobs, procedure_drafts

MONTHS = timedelta(days=365)


class UnderWay(Conflict):
    code = "under_way"
    message = Text("历史回放正在进行,完成后会显示在这里。", "The dry run is under way; its result will be shown here.")


def ask_dry_run(desk: Desk, draft_id: int) -> int:
    """Leave a job that replays history on the draft as it is now; the number of the job."""
    row = desk.conn.execute(
        sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id).with_for_update()
    ).first()
    if row is None or not any(may_on(desk.conn, desk.person, row.slug, right) for right in ("edit", "release")):
        raise NotFound()
    if row.state != "editing":
        raise NotEditable()
    if _goes_on(desk.conn, f"dry_run:{draft_id}:{row.revision}:"):
        raise UnderWay()
    note_history(desk.conn, draft_id, row.revision, {"state": "running", "done": 0, "of": 0})
    payload = {"draft": draft_id, "revision": row.revision, "since": (desk.now - MONTHS).isoformat()}
    key = f"dry_run:{draft_id}:{row.revision}:{uuid4().hex}"
    return enqueue(desk.conn, "dry_run", payload, key, now=desk.now)


def _goes_on(conn: sa.Connection, key: str) -> bool:
    """Whether a job of that key is still to be done."""
    here = jobs.c.key.startswith(key, autoescape=True) & jobs.c.state.in_(("waiting", "running"))
    return conn.execute(sa.select(jobs.c.id).where(here).limit(1)).first() is not None


def note_history(conn: sa.Connection, draft_id: int, revision: int, told: dict[str, Any]) -> bool:
    """Write how the dry run of this revision goes among the proofs of the draft; False when it was changed since."""
    here = (procedure_drafts.c.id == draft_id) & (procedure_drafts.c.revision == revision)
    here &= procedure_drafts.c.state == "editing"
    row = conn.execute(sa.select(procedure_drafts.c.proofs).where(here).with_for_update()).first()
    if row is None:
        return False
    proofs = {**(row.proofs or {}), "history": {"revision": revision, **told}}
    conn.execute(procedure_drafts.update().where(here).values(proofs=proofs))
    return True
