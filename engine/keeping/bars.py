"""What keeps a case although its time is over: a hold, something unfinished, a register that still rests on it."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from engine.keeping.held import held
from engine.keeping.terms import over
from engine.numbers import OFFICE_ZONE
from engine.text import Text
from models import (
    cases,
    changed_days,
    designations,
    incidents,
    jobs,
    lendings,
    materials,
    posts,
    publications,
    takedowns,
)

HELD = Text("有冻结保存。", "A legal hold keeps it.")
RUNNING = Text("申请没有结束。", "The case has not ended.")
INCIDENT = Text("有未处理的异常。", "An incident is open.")
JOB = Text("有未完成的后台任务。", "A background job is not done.")
OUT = Text("借出的账号还没有收回。", "An account is still lent.")
PUBLISHED = Text("发布登记的保存期限未满。", "Its entry in the register of publications is still kept.")
TAKEN_DOWN = Text("它撤下的发布还在登记簿中。", "What it took down is still in the register.")
DOWN_BY_ANOTHER = Text("撤下它的发布的申请还要保存。", "The case that took its publication down is still to be kept.")
DESIGNATED = Text("它指定的专人还在任。", "Somebody it designated is still in office.")
LISTED = Text("它上架的素材还在使用。", "Material it listed is still in use.")
CALENDAR = Text("它调整的推送日历还没有过去。", "A day it changed in the calendar is still to come.")
NEWEST = Text("它是编号最新的申请。", "It is the newest case there is.")  # SQLite would give its number again


def bars(conn: sa.Connection, now: datetime) -> Iterator[tuple[Text, sa.ColumnElement[bool]]]:
    """Every reason with its condition on `cases`, the gravest first."""
    mine, stays = cases.c.id, held(conn)
    other = publications.alias("other")
    yield HELD, stays
    yield RUNNING, cases.c.ended_at.is_(None)
    yield INCIDENT, sa.exists().where(incidents.c.case_id == mine, incidents.c.resolved_at.is_(None))
    yield JOB, sa.exists().where(jobs.c.case_id == mine, jobs.c.state.in_(("waiting", "running")))
    yield OUT, sa.exists().where(lendings.c.case_id == mine, lendings.c.returned_at.is_(None))
    yield PUBLISHED, sa.exists().where(publications.c.case_id == mine, publications.c.keep_until > now)
    down = sa.and_(takedowns.c.case_id == mine, other.c.id == takedowns.c.publication_id, other.c.case_id != mine)
    yield TAKEN_DOWN, sa.exists().where(down)
    yield DOWN_BY_ANOTHER, _taken_down_by_another(conn, now, stays)
    in_office = sa.or_(posts.c.until.is_(None), posts.c.until > now)
    yield DESIGNATED, sa.exists().where(designations.c.case_id == mine, posts.c.id == designations.c.post_id, in_office)
    listed = materials.c.delisted_at.is_(None) & (materials.c.until > now)
    yield LISTED, sa.exists().where(materials.c.case_id == mine, listed)
    today = now.astimezone(OFFICE_ZONE).date()
    yield CALENDAR, sa.exists().where(changed_days.c.case_id == mine, changed_days.c.day >= today)
    newer = cases.alias("newer")
    yield NEWEST, ~sa.exists().where(newer.c.id > mine)


def _taken_down_by_another(conn: sa.Connection, now: datetime, stays: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A takedown goes with the publication, and belongs to a case that is held or whose own time is not over."""
    kept = sa.or_(stays, cases.c.ended_at.is_(None), sa.not_(over(conn, now)))
    another = sa.select(cases.c.id).where(cases.c.id == takedowns.c.case_id, kept).correlate(takedowns).exists()
    down = sa.and_(publications.c.case_id == cases.c.id, takedowns.c.publication_id == publications.c.id)
    return sa.exists().where(down, takedowns.c.case_id != cases.c.id, another)


def is_free(conn: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that nothing keeps the case."""
    return sa.not_(sa.or_(*(condition for _, condition in bars(conn, now))))
