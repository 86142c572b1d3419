"""销毁: cases and closed accounts whose time is over are disposed of when one person asks and another decides."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed, NotFound
from engine.keeping import account_is_free, accounts_over, closed_by, is_free, over
from engine.policy import may_in_house
from engine.queue import enqueue
from engine.scope import answerable, check_scope
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import accounts, cases, disposal_items, disposal_requests, procedures

REASON = Text("请写明销毁的原因。", "Say why they are disposed of.")
ANSWER = Text("请写明决定的理由。", "Say why you decide so.")
NOTHING = {
    "cases": Text("这个流程没有到期可以销毁的案卷。", "No case file of this procedure is due."),
    "accounts": Text("这个流程注销的账号没有到期可以销毁的。", "No account that this procedure closed is due."),
}
AGAIN = Text("这个流程已有一项销毁正在办理。", "A disposal of this procedure is under way.")
DECIDED = Text("这项销毁已经有了决定。", "This disposal has been decided.")
SAME_HAND = Text("提出销毁的人不能自己批准或否决。", "Who asked for a disposal cannot decide it.")
BEYOND = Text("这个流程不由您负责。", "This procedure is not yours to answer for.")


def ask_disposal(desk: Desk, slug: str, reason: str, keep_package: bool, kind: str = "cases") -> int:
    """Propose every case of a procedure that is due now, or every account (`accounts`) that it closed; the request.

    Open to the owner of the procedure and to administrators.
    """
    conn = desk.conn
    procedure = conn.execute(sa.select(procedures.c.id).where(procedures.c.slug == slug)).scalar()
    if procedure is None:
        raise NotFound()
    scope = check_scope(conn, desk.person)
    if not (may_in_house(desk.person.roles, "ask_disposal") or procedure in scope.procedures):
        raise NotAllowed()
    reason = said(reason, REASON)
    take_turn(conn, "house")
    live = disposal_requests.c.state.in_(("asked", "approved"))
    same = (disposal_requests.c.procedure_id == procedure) & (disposal_requests.c.kind == kind)
    if conn.execute(sa.select(disposal_requests.c.id).where(same, live)).first():
        raise Conflict(AGAIN)
    row = {"procedure_id": procedure, "kind": kind, "count": 0, "reason": reason, "state": "asked"}
    row |= {"keep_package": keep_package}
    row |= {"asked_by": desk.person.id, "asked_at": desk.now}
    made: int = conn.execute(disposal_requests.insert().returning(disposal_requests.c.id), row).scalar_one()
    due = _DUE[kind](conn, procedure, desk.now).add_columns(sa.literal(made), sa.literal("waiting"))
    conn.execute(disposal_items.insert().from_select(["chain", "number", "request_id", "state"], due))
    mine = disposal_items.c.request_id == made
    count = conn.execute(sa.select(sa.func.count()).select_from(disposal_items).where(mine)).scalar_one()
    if not count:
        raise Conflict(NOTHING[kind])
    conn.execute(disposal_requests.update().where(disposal_requests.c.id == made).values(count=count))
    facts = {"request": made, "slug": slug, kind: count, "reason": reason, "keep_package": keep_package}
    house(conn, [Entry("ask_disposal", facts=facts, actor_id=desk.person.id)], desk.now)
    return made


def _due_cases(conn: sa.Connection, procedure: int, now: datetime) -> sa.Select[Any]:
    here = (cases.c.procedure_id == procedure) & over(conn, now) & is_free(conn, now)
    return sa.select(cases.c.id, cases.c.number).where(here)


def _due_accounts(conn: sa.Connection, procedure: int, now: datetime) -> sa.Select[Any]:
    here = closed_by(procedure) & accounts_over(conn, now) & account_is_free(conn, now)
    return sa.select(accounts.c.id, sa.cast(accounts.c.id, sa.String)).where(here)


_DUE = {"cases": _due_cases, "accounts": _due_accounts}


def decide_disposal(desk: Desk, request_id: int, approve: bool, answer: str) -> None:
    """Let a job dispose of what was asked for, or refuse; an administrator or the owner, never who asked."""
    conn = desk.conn
    scope = answerable(conn, desk.person, "decide_disposal")
    mine = disposal_requests.c.id == request_id
    row = conn.execute(sa.select(disposal_requests).where(mine).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.asked_by == desk.person.id:
        raise NotAllowed(SAME_HAND)
    if not (scope.everything or row.procedure_id in scope.procedures):
        raise NotAllowed(BEYOND)
    if row.state != "asked":
        raise Conflict(DECIDED)
    answer = said(answer, ANSWER)
    decided = {"state": "approved" if approve else "refused", "decided_by": desk.person.id, "decided_at": desk.now}
    conn.execute(disposal_requests.update().where(mine).values(**decided, answer=answer))
    facts = {"request": request_id, "approved": approve, "answer": answer, "asked_by": row.asked_by}
    house(conn, [Entry("decide_disposal", facts=facts, actor_id=desk.person.id)], desk.now)
    if approve:
        enqueue(conn, "dispose", {"request": request_id}, f"dispose:{request_id}", now=desk.now)
