"""The job `migrate_cases`: the cases of a migration one after the other, each whole or not at all; or back again."""

import logging
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import models
from engine.actions import migrate_case, migrate_case_back
from engine.actions.migrate_cases import enter
from engine.desk import Desk
from engine.errors import Busy, Conflict
from engine.jobs.worker import Job, Later, Place
from engine.text import Text
from models import migrated_cases

SLICE = 60.0  # seconds of one try: the lease is longer
AT_ONCE, TRIES = 50, 5
PASSING = (Conflict, Busy, IntegrityError, OperationalError)  # somebody acted on the case at this moment
ACTS: dict[str, Callable[[Desk, int, int], str]] = {"waiting": migrate_case, "returning": migrate_case_back}

BUSY = Text(
    "此刻有人正在办理这个申请,请稍后再迁移一次。", "Somebody is acting on it at this moment; try it again later."
)
FAILED = Text("出现意外错误({error}),申请保持原样。", "An unexpected error ({error}); the case is as it was.")

log = logging.getLogger(__name__)


def migrate_cases(place: Place, job: Job) -> None:
    """The payload is `{"migration": n}`. A worker that dies leaves the rest to the next one."""
    number, until = job.payload["migration"], time.monotonic() + SLICE
    while left := _left(place, number):
        for case_id, state in left:
            if time.monotonic() > until:
                raise Later(place.now())
            _one(place, number, case_id, state)


def _left(place: Place, number: int) -> list[tuple[int, str]]:
    mine = (migrated_cases.c.migration_id == number) & migrated_cases.c.state.in_(ACTS)
    look = sa.select(migrated_cases.c.case_id, migrated_cases.c.state).where(mine)
    with models.reading(place.engine) as conn:
        return [
            (row.case_id, row.state) for row in conn.execute(look.order_by(migrated_cases.c.case_id).limit(AT_ONCE))
        ]


def _one(place: Place, number: int, case_id: int, state: str) -> None:
    why = BUSY
    for _ in range(TRIES):
        try:
            with models.writing(place.engine) as conn:
                ACTS[state](Desk(conn, None, place.now(), place.office), number, case_id)
            return
        except PASSING:
            log.info("case %s was left for another try", case_id, exc_info=True)
        except Exception as error:
            log.exception("case %s could not be migrated", case_id)
            why = FAILED.fill(error=type(error).__name__)
            break
    with models.writing(place.engine) as conn:
        enter(Desk(conn, None, place.now(), place.office), number, case_id, _STAYS[state], [why])


_STAYS = {"waiting": "refused", "returning": "moved"}
