"""合规检查: ask for the cases of one's scope to be looked at; a job does it, and what it finds is kept."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import Conflict
from engine.procedures.version import current_version
from engine.queue import enqueue
from engine.runs import Wanted
from engine.scope import check_scope
from engine.text import Text
from engine.trail import Entry, house
from models import cases, check_runs

GOING = ("waiting", "running")


class UnderWay(Conflict):
    code = "under_way"
    message = Text("检查正在进行,完成后会显示在这里。", "The check is under way; its result will be shown here.")


def ask_check(desk: Desk, slug: str = "", since: datetime | None = None, until: datetime | None = None) -> int:
    """Leave a job that looks at these cases, of those within one's scope; the number of the run.

    NotAllowed without a scope, NotFound for a procedure that is not there, UnderWay while one's last one goes on.
    """
    person = desk.person
    scope = check_scope(desk.conn, person)
    going = (check_runs.c.person_id == person.id) & check_runs.c.state.in_(GOING)
    if desk.conn.execute(sa.select(check_runs.c.id).where(going).limit(1)).first():
        raise UnderWay()
    procedure_id = current_version(desk.conn, slug).procedure_id if slug else None
    wanted = Wanted(procedure_id, since, until)
    row: dict[str, Any] = {"person_id": person.id, "wanted": wanted.plain, "state": "waiting", "done": 0, "last_id": 0}
    many = sa.select(sa.func.count()).select_from(cases).where(wanted.condition(scope))
    row |= {"of": desk.conn.execute(many).scalar_one(), "made_at": desk.now}
    run: int = desk.conn.execute(check_runs.insert().returning(check_runs.c.id), row).scalar_one()
    facts = {"run": run, "cases": row["of"], "procedure": slug or None}
    house(desk.conn, [Entry("check_cases", facts=facts, actor_id=person.id)], desk.now)
    enqueue(desk.conn, "check_cases", {"run": run}, f"check_cases:{run}:{uuid4().hex}", now=desk.now)
    return run
