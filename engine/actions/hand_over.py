"""离职转办 and its undoing: each task in a transaction of its own, on record with what became of it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import Invalid, NotFound
from engine.messages import Told, everybody, tell
from engine.people import Person, load_person, person_by_login, person_principal
from engine.staff.moving import (
    BARRED,
    ELSEWHERE,
    ENDED,
    hands_near,
    hold,
    is_theirs,
    may_move,
    resolve_vacancy,
    why_not,
)
from engine.text import Text
from engine.work import Raced, Work, open_task, save_case
from models import moves

UNKNOWN = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
WHO = Text("请选择接收人。", "Choose who receives it.")
ACTED = Text("接收人已经处理过,不再退回。", "The receiver has acted on it since; it does not go back.")
LEFT = Text("{who}已停用,不能退回。", "{who} is disabled; it cannot go back.")
NOBODYS = Text("转办前已无人可办,不能退回。", "Nobody had it before; it cannot go back.")
RECEIVED = Text("{who}的 {count} 项待办已转到您名下。", "{count} tasks of {who} have been moved to you.")


@dataclass(frozen=True)
class Moved:
    """What became of one task: `result` is moved, refused or undone; `why` says why not."""

    task_id: int
    result: str
    why: Text


def hand_over(desk: Desk, giver_id: int, task_id: int, to_login: str, batch: str) -> Moved:
    """Give one task of a person to another, or enter why not; the same batch and task a second time changes nothing."""
    giver = _giver(desk, giver_id)
    known = desk.conn.execute(sa.select(moves).where(moves.c.batch == batch, moves.c.task_id == task_id)).first()
    if known is not None:
        return Moved(task_id, known.result, Text(known.zh, known.en))
    receiver = _receiver(desk, to_login)
    work = open_task(desk, task_id)
    why = why_not(work, giver.id, receiver, desk.person)
    if why is None and not is_theirs(work, giver.id):
        why = ELSEWHERE.fill(who=giver.name)
    if why is None:
        _move(work, giver, receiver, batch)
    _enter(work, giver, receiver, batch, why)
    return Moved(task_id, "refused" if why else "moved", why or Text("", ""))


def tell_receivers(desk: Desk, giver_id: int, batch: str) -> None:
    """Tell everybody who received something of a batch, once."""
    giver = _giver(desk, giver_id)
    counted = sa.select(moves.c.to_id, sa.func.count()).group_by(moves.c.to_id)
    rows = desk.conn.execute(counted.where(moves.c.batch == batch, moves.c.result == "moved")).all()
    for receiver_id, count in rows:
        text = RECEIVED.fill(who=giver.name, count=count)
        tell(desk.conn, Told("task", text, everybody([receiver_id])), f"moved:{batch}:{receiver_id}", now=desk.now)


def hand_back(desk: Desk, move_id: int) -> Moved:
    """Undo one move, unless somebody acted on the task since; a second time changes nothing."""
    row = desk.conn.execute(sa.select(moves).where(moves.c.id == move_id)).first()
    if row is None:
        raise NotFound()
    giver = _giver(desk, row.from_id)
    if row.undone_at is not None or row.result != "moved":
        return Moved(row.task_id, "undone" if row.undone_at else row.result, Text(row.zh, row.en))
    work = open_task(desk, row.task_id)
    why = _why_stay(work, row, giver)
    if why is not None:
        desk.conn.execute(moves.update().where(moves.c.id == move_id).values(zh=why.zh, en=why.en))
        return Moved(row.task_id, "moved", why)
    _move_back(work, row, giver)
    return Moved(row.task_id, "undone", Text("", ""))


def _giver(desk: Desk, giver_id: int) -> Person:
    """Whose tasks move; NotFound for who may not give them on."""
    giver = load_person(desk.conn, giver_id, desk.now)
    if giver is None or not may_move(desk.person, giver.unit_id):
        raise NotFound()
    return giver


def _receiver(desk: Desk, login: str) -> Person:
    found = person_by_login(desk.conn, login.strip(), desk.now) if login.strip() else None
    if found is None or found.disabled:
        raise Invalid({"to": [UNKNOWN.fill(login=login.strip()[:60]) if login.strip() else WHO]})
    return found


def _move(work: Work, giver: Person, receiver: Person, batch: str) -> None:
    row = work.row
    work.note(
        "hand_over",
        step=row.task_step,
        task_id=row.task_id,
        to=receiver.login,
        to_id=receiver.id,
        of=giver.login,
        of_id=giver.id,
        batch=batch,
    )
    if not hold(work, person_principal(receiver.id), receiver.id):
        raise Raced()
    save_case(work, state=resolve_vacancy(work) if row.task_offered_to is None else row.state)


def _enter(work: Work, giver: Person, receiver: Person, batch: str, why: Text | None) -> None:
    row, desk = work.row, work.desk
    desk.conn.execute(
        moves.insert(),
        {
            "batch": batch,
            "made_at": desk.now,
            "by_id": desk.person.id,
            "from_id": giver.id,
            "to_id": receiver.id,
            "task_id": row.task_id,
            "result": "refused" if why else "moved",
            "zh": why.zh if why else "",
            "en": why.en if why else "",
            "offered_to": row.task_offered_to,
            "assignee_id": row.task_assignee_id,
            "claimed_at": row.task_claimed_at,
            "revision": None if why else row.revision + 1,
        },
    )


def _why_stay(work: Work, move: Any, giver: Person) -> Text | None:
    """What keeps a moved task from going back; None when it may."""
    row = work.row
    if row.task_state not in ("open", "waiting"):
        return ENDED
    if row.task_revision != move.revision or row.task_assignee_id != move.to_id:
        return ACTED
    if move.offered_to is None:
        return NOBODYS
    if giver.disabled and move.offered_to == person_principal(giver.id):
        return LEFT.fill(who=giver.name)
    hands = hands_near(work)
    if giver.id in hands and hands[giver.id] != row.task_step:
        return BARRED.fill(who=giver.name, step=work.version.step_name(hands[giver.id]))
    return None


def _move_back(work: Work, move: Any, giver: Person) -> None:
    """To whom it was offered; a claim stands again only where its holder still has the post."""
    row, desk = work.row, work.desk
    work.note("hand_back", step=row.task_step, task_id=row.task_id, to=giver.login, to_id=giver.id, batch=move.batch)
    again = move.assignee_id if giver.as_principal(move.offered_to, row.procedure_id) and not giver.disabled else None
    if not hold(work, move.offered_to, again, move.claimed_at if again else None):
        raise Raced()
    save_case(work)
    undone = moves.update().where(moves.c.id == move.id, moves.c.undone_at.is_(None))
    if desk.conn.execute(undone.values(undone_at=desk.now, undone_by=desk.person.id)).rowcount != 1:
        raise Raced()
