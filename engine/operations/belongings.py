"""What is still in the name of somebody who leaves."""

from typing import Any

import sqlalchemy as sa

from engine.operations import terms
from engine.operations.lookups import find_person
from engine.people import held
from engine.standing import LIVE_TASK, NOT_ENDED
from engine.work import Work
from models import accounts, cases, designations, lendings, posts, tasks


def belongings(work: Work, person: str) -> dict[str, Any]:
    """Open tasks of other cases, lendings, designations and accounts; `clear` without the first three.

    The accounts are what the case closes or passes on; they may be left until then.
    """
    conn, who = work.desk.conn, find_person(work, person, gone=True).id
    counted = {
        "tasks": sa.select(sa.func.count())
        .select_from(tasks.join(cases, cases.c.id == tasks.c.case_id))
        .where(
            tasks.c.assignee_id == who,
            LIVE_TASK,
            tasks.c.case_id != work.row.id,
            cases.c.state.in_(NOT_ENDED),
        ),
        "lendings": sa.select(sa.func.count()).where(lendings.c.borrower_id == who, lendings.c.returned_at.is_(None)),
        "designations": sa.select(sa.func.count())
        .select_from(designations.join(posts, posts.c.id == designations.c.post_id))
        .where(designations.c.person_id == who, held(posts, work.desk.now)),
    }
    left = {name: int(conn.execute(statement).scalar_one()) for name, statement in counted.items()}
    theirs = sa.or_(accounts.c.holder_id == who, accounts.c.administrator_id == who, accounts.c.operator_id == who)
    mine = sa.select(accounts.c.name).where(theirs, terms.ours(work), accounts.c.state != "closed")
    return {
        "clear": not any(left.values()),
        **left,
        "accounts": list(conn.execute(mine.order_by(accounts.c.id)).scalars()),
    }
