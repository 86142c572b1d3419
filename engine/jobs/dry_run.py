"""The job `dry_run`: history once more on a draft; it changes nothing but the proofs of the draft."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine.actions.dry_run import note_history
from engine.actions.publish import around
from engine.errors import QianfaError
from engine.jobs.worker import Finish, Job, Place
from engine.procedures.ground import ground_of_package
from engine.procedures.inspect import inspect
from engine.queries.history import ended_cases, replay_cases
from engine.text import Text
from engine.walks.drafted import drafted
from models import procedure_drafts

UNFIT = Text("草稿有{count}处错误,改正后才能回放:{first}", "The draft has {count} errors to mend first: {first}")


def dry_run(place: Place, job: Job) -> Finish:
    """The payload is `{"draft": n, "revision": n, "since": moment}`."""
    draft_id, revision = job.payload["draft"], job.payload["revision"]

    def tell(told: dict[str, Any]) -> bool:
        with models.writing(place.engine) as conn:
            return note_history(conn, draft_id, revision, told)

    told = replay_on(place, draft_id, job.payload["since"], tell)

    def finish(conn: sa.Connection) -> None:
        note_history(conn, draft_id, revision, told)

    return finish


def replay_on(place: Place, draft_id: int, since: str, tell: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """What the proofs keep as `history`; `tell` hears how far it is."""
    try:
        return _replay(place, draft_id, since, tell)
    except QianfaError as error:
        return {"state": "failed", "why": {"zh": error.text.zh, "en": error.text.en}}


def _replay(place: Place, draft_id: int, since: str, tell: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    with models.reading(place.engine) as conn:
        row = conn.execute(sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id)).one()
        with drafted(conn, row.files, row.family, row.slug) as package:
            errors = [one for one in inspect(package.folder, around(conn)) if one.level == "error"]
            if errors:
                why = UNFIT.fill(count=len(errors), first=Text(errors[0].zh, errors[0].en))
                return {"state": "failed", "why": {"zh": why.zh, "en": why.en}}
            ground = ground_of_package(package)
        ids = ended_cases(conn, row.slug, datetime.fromisoformat(since))
        tell({"state": "running", "done": 0, "of": len(ids)})
        found = replay_cases(conn, ids, ground, lambda done: tell({"state": "running", "done": done, "of": len(ids)}))
    return {"state": "done", "since": since, "at": place.now().isoformat(), **found.plain}
