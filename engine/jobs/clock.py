"""The clock: wakes cases, sees to the deadlines of tasks, finds jobs nobody carries, keeps house every hour."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import models
from engine import trail
from engine.actions import due_cases, due_tasks, keep_time, wake
from engine.actions.close_period import close_period, periods_to_close, reckon_period
from engine.desk import Desk
from engine.errors import Busy, Conflict, QianfaError
from engine.jobs.anchor import ask_for_copies
from engine.jobs.carrier import Carrier
from engine.jobs.export import let_go
from engine.jobs.incidents import open_incident
from engine.jobs.sweep import expire, sweep_files
from engine.jobs.worker import Place, due
from engine.text import Text
from engine.work import BrokenCase
from models import incidents, tasks

HOUR = timedelta(hours=1)
REST = timedelta(minutes=1)  # how long a case that could not be woken is left alone
AT_ONCE = 100
PERIODS = 3  # how many are closed in one beat
SETTLED = timedelta(minutes=10)  # what was begun in the last seconds of a period is written by then

log = logging.getLogger(__name__)

BROKEN = Text("申请到时未能继续运行:{error}", "The case could not go on when its time came: {error}")

# Somebody acted on the case at this moment, or the database is busy: the next look sees what is left to do.
PASSING = (Conflict, Busy, IntegrityError, OperationalError)


@dataclass
class Clock:
    """Each worker has one; two of them do no harm, every act is one transaction that only one can win."""

    place: Place
    carrier: Carrier
    kept_house: datetime | None = None
    swept: bool = False
    closing: bool = False  # whether periods may be left to close
    resting: dict[tuple[str, int], datetime] = field(default_factory=dict)  # cases and tasks by their numbers

    def tick(self) -> None:
        """Look once; an idle look is three questions to an index."""
        now = self.place.now()
        for part in (self.wake_cases, self.keep_times, self.sweep_jobs, self.keep_house, self.close_periods):
            _attempt(part, now)

    def wake_cases(self, now: datetime) -> None:
        for case_id in self._rested("case", now, due_cases):
            self._act("case", case_id, now, wake)

    def keep_times(self, now: datetime) -> None:
        for task_id in self._rested("task", now, due_tasks):
            self._act("task", task_id, now, keep_time)

    def _rested(self, kind: str, now: datetime, due: Callable[[sa.Connection, datetime, int], list[int]]) -> list[int]:
        """What is due and was not in trouble a moment ago."""
        self.resting = {one: until for one, until in self.resting.items() if until > now}
        with models.reading(self.place.engine) as conn:
            found = due(conn, now, AT_ONCE + len(self.resting))
        return [one for one in found if (kind, one) not in self.resting]

    def _act(self, kind: str, which: int, now: datetime, act: Callable[[Desk, int], bool]) -> None:
        try:
            with models.writing(self.place.engine) as conn:
                moved = act(Desk(conn, None, now, self.place.office), which)
        except BrokenCase as error:  # a Conflict too, but it does not pass
            self._report(kind, which, error, now)
        except PASSING:
            log.info("%s %s was left for the next look", kind, which, exc_info=True)
        except Exception as error:
            self._report(kind, which, error, now)
        else:
            if not moved:
                self.resting[kind, which] = now + REST

    def _report(self, kind: str, which: int, error: Exception, now: datetime) -> None:
        """An incident, once; the others go on."""
        log.error("%s %s could not go on when its time came", kind, which, exc_info=error)
        self.resting[kind, which] = now + REST
        said = error.text if isinstance(error, QianfaError) else Text(*[type(error).__name__] * 2)
        with models.writing(self.place.engine) as conn:
            of_task = sa.select(tasks.c.case_id).where(tasks.c.id == which)
            case_id = which if kind == "case" else conn.execute(of_task).scalar_one()
            known = sa.select(incidents.c.id).where(incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None))
            if conn.execute(known.where(incidents.c.kind == "broken_case")).first() is None:
                open_incident(conn, "broken_case", BROKEN.fill(error=said), now=now, case_id=case_id)

    def sweep_jobs(self, now: datetime) -> None:
        """What nobody carries: a nudge was lost, a wait is over, or a worker died with the job in hand."""
        with models.reading(self.place.engine) as conn:
            found = due(conn, now, AT_ONCE)
        if found and self.carrier.is_idle():
            self.carrier.nudge(found)

    def _link_reads(self, now: datetime) -> None:
        made = trail.READS_AT_ONCE
        while made == trail.READS_AT_ONCE:
            with models.writing(self.place.engine) as conn:
                made = trail.link_reads(conn, now)

    def keep_house(self, now: datetime) -> None:
        if self.kept_house is not None and now - self.kept_house < HOUR:
            return
        self.kept_house, self.closing = now, True
        for part in (self._link_reads, self._anchor, self._expire, self._let_go):
            _attempt(part, now)

    def _anchor(self, now: datetime) -> None:
        with models.reading(self.place.engine) as conn:
            heads = trail.moved(conn)
        with models.writing(self.place.engine) as conn:
            made = trail.anchor(conn, now, heads)
            ask_for_copies(self.place, conn, now)
        if made:
            # Noted outside the database too: `qianfa audit verify` can be asked whether it is still there.
            log.info("anchor %s over %s chains: %s", made.id, made.heads, made.hash)

    def _expire(self, now: datetime) -> None:
        with models.writing(self.place.engine) as conn:
            removed = expire(conn, now)
        if removed or not self.swept:
            self.swept = True
            sweep_files(self.place, now)

    def _let_go(self, now: datetime) -> None:
        let_go(self.place, now)

    def close_periods(self, now: datetime) -> None:
        """Months and weeks that are over, each in a short transaction of its own; the rest in the next beats."""
        if not self.closing:
            return
        self.closing = False  # what fails is left for the next hour
        with models.reading(self.place.engine) as conn:
            found = periods_to_close(conn, now - SETTLED)
        for period in found[:PERIODS]:
            with models.still(self.place.engine) as conn:
                reckoned = reckon_period(conn, period)
            try:
                with models.writing(self.place.engine) as conn:
                    close_period(Desk(conn, None, now, self.place.office), reckoned)
            except PASSING:
                log.info("%s is closed by somebody else, or later", period.key)
        self.closing = len(found) > PERIODS


def _attempt(part: Callable[[datetime], None], now: datetime) -> None:
    """One part that fails does not stop the others: the database may be away for a while, the clock goes on."""
    try:
        part(now)
    except Exception:
        log.exception("the clock missed a beat")
