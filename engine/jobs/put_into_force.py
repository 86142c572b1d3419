"""The job `put_into_force`: when its day has come, a released version is the one new cases start with."""

import sqlalchemy as sa

from engine import actions
from engine.desk import Desk
from engine.jobs.worker import Finish, Job, Place


def put_into_force(place: Place, job: Job) -> Finish:
    """The payload is `{"version": n}`."""

    def enter(conn: sa.Connection) -> None:
        actions.put_into_force(Desk(conn, None, place.now(), place.office), job.payload["version"])

    return enter
