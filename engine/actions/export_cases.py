"""导出: a list of cases leaves the house as a file; who took which is on record before the first byte does."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from engine.actions.read import read, read_each, read_numbered
from engine.desk import Desk
from engine.errors import BadInput, Conflict, NotFound
from engine.exports import FORMATS, Counted
from engine.finding.address import address, kept, list_wanted
from engine.finding.wanted import AUDIT
from engine.queue import enqueue
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.trail import Entry, house
from models import exports, jobs

AT_A_TIME = 3  # files one person may be waiting for
OPEN = ("waiting", "running")
NO_FORMAT = Text("没有「{word}」这种导出格式。", "There is no format “{word}” to export.")
UNDER_WAY = Text(
    "您已有{most}个导出正在进行,请等其中一个完成或取消它。",
    "{most} exports of yours are under way; wait for one of them or cancel it.",
)
ENDED = Text("这个导出已经结束。", "This export has ended already.")


def ask_export(desk: Desk, query: Mapping[str, str], format: str) -> int:
    """Ask for the file of a list of any length; a job makes it. The number of the export."""
    query = question_of(query, format)
    check_scope(desk.conn, desk.person)
    list_wanted(desk.conn, AUDIT, query, desk.now)
    mine = (exports.c.person_id == desk.person.id) & exports.c.state.in_(OPEN)
    waiting = desk.conn.execute(sa.select(sa.func.count()).select_from(exports).where(mine)).scalar_one()
    if waiting >= AT_A_TIME:
        raise Conflict(UNDER_WAY.fill(most=AT_A_TIME))
    row = {"person_id": desk.person.id, "format": format, "query": urlencode(query), "state": "waiting"}
    added = exports.insert().returning(exports.c.id)
    export_id: int = desk.conn.execute(added, row | {"made_at": desk.now}).scalar_one()
    enqueue(desk.conn, "export", {"export": export_id}, f"export:{export_id}", now=desk.now)
    return export_id


def cancel_export(desk: Desk, export_id: int) -> None:
    """Give up a file that is still to be made; NotFound for another's, Conflict once it has ended."""
    mine = (exports.c.id == export_id) & (exports.c.person_id == desk.person.id)
    if desk.conn.execute(sa.select(exports.c.id).where(mine)).first() is None:
        raise NotFound()
    given_up = exports.update().where(mine, exports.c.state.in_(OPEN)).values(state="cancelled", ended_at=desk.now)
    if desk.conn.execute(given_up).rowcount == 0:
        raise Conflict(ENDED)


def finish_export(desk: Desk, export_id: int, cases: int, size: int, sha256: str, scope: Scope) -> bool:
    """The file of a scope is there; False where it was given up meanwhile."""
    done = {"state": "done", "done": cases, "size": size, "sha256": sha256, "ended_at": desk.now}
    done["scope"] = scope.facts()
    ours = (exports.c.id == export_id) & exports.c.state.in_(OPEN)
    return desk.conn.execute(exports.update().where(ours).values(done)).rowcount == 1


def drop_exports(conn: sa.Connection, before: datetime) -> None:
    """Forget what was asked for before that moment; its job may not begin any more."""
    old = exports.c.made_at < before
    keys = sa.select(sa.literal("export:") + sa.cast(exports.c.id, sa.String)).where(old)
    conn.execute(jobs.update().where(jobs.c.key.in_(keys), jobs.c.state.in_(OPEN)).values(state="done"))
    conn.execute(exports.delete().where(old))


def question_of(query: Mapping[str, str], format: str) -> dict[str, str]:
    """The question of a list as a file is made of it; BadInput for a format that is not there."""
    if format not in FORMATS:
        raise BadInput(NO_FORMAT.fill(word=format[:40]))
    return kept(address(query))


def note_export(desk: Desk, query: Mapping[str, str], format: str, counted: Counted, sha256: str) -> None:
    """Put on record who took which cases out of the house, and what proves that a file is the one.

    See `note_exported` for each case's own record.
    """
    facts = {"format": format, "query": urlencode(query), "cases": counted.cases, "sha256": sha256}
    house(desk.conn, [Entry("export", facts=facts, actor_id=desk.person.id)], desk.now)
    read(desk, None, "exported", **facts)


def note_exported(desk: Desk, case_ids: Sequence[int], format: str, **file: Any) -> None:
    """Put on record of each case that it left in a file, which `file` names; before the file can be had."""
    read_each(desk, case_ids, "exported", format=format, **file)


def note_report(desk: Desk, asked: Mapping[str, str], sha256: str, spoken: Collection[str] = (), **more: str) -> None:
    """Put on record who had which month set as a report, and each case of which it tells what somebody wrote.

    Nobody where it was a command on the machine.
    """
    facts = {"format": "report", "query": urlencode(asked), "sha256": sha256, **more}
    house(desk.conn, [Entry("export", facts=facts, actor_id=desk.actor.id if desk.actor else None)], desk.now)
    if desk.actor:
        read(desk, None, "exported", **facts)
        read_numbered(desk, spoken, "exported", format="report", sha256=sha256)
