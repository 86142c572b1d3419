"""What keeps the lines of a closed account although their time is over."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from engine.keeping.bars import HELD, INCIDENT, JOB, OUT
from engine.keeping.held import held, held_accounts, of_its_cases
from engine.text import Text
from models import accounts, cases, incidents, jobs, lendings, publications

OPEN = Text("账号没有注销。", "The account is not closed.")
RUNNING = Text("涉及它的申请没有结束。", "A case that concerns it has not ended.")
PUBLISHED = Text("用它发布的内容的登记还要保存。", "The register of what was published with it is still kept.")
NEWEST = Text("它是登记号最新的账号。", "It is the newest account there is.")  # SQLite would give its number again


def account_bars(conn: sa.Connection, now: datetime) -> Iterator[tuple[Text, sa.ColumnElement[bool]]]:
    """Every reason with its condition on `accounts`, the gravest first."""
    mine = accounts.c.id
    yield HELD, held_accounts(conn)
    yield OPEN, (accounts.c.state != "closed") | accounts.c.closed_at.is_(None)
    yield RUNNING, of_its_cases(cases.c.ended_at.is_(None))
    trouble = sa.exists().where(incidents.c.case_id == cases.c.id, incidents.c.resolved_at.is_(None))
    yield INCIDENT, of_its_cases(trouble)
    yield JOB, of_its_cases(sa.exists().where(jobs.c.case_id == cases.c.id, jobs.c.state.in_(("waiting", "running"))))
    yield OUT, sa.exists().where(lendings.c.account_id == mine, lendings.c.returned_at.is_(None))
    kept = (publications.c.keep_until > now) | held(conn)
    there = (publications.c.channel_id == accounts.c.channel_id) & (cases.c.id == publications.c.case_id)
    yield PUBLISHED, sa.exists().where(there, kept).correlate(accounts)
    newer = accounts.alias("newer")
    yield NEWEST, ~sa.exists().where(newer.c.id > mine)


def account_is_free(conn: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that nothing keeps the account."""
    return sa.not_(sa.or_(*(condition for _, condition in account_bars(conn, now))))
