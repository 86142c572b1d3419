"""离职转办 and its undoing: each task in a transaction of its own, on record with what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions.asking import kept_out
from engine.actions.comments import said
from engine.actions.transfer import hands_against
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, NotFound
from engine.messages import Told, everybody, tell
from engine.people import Person, load_person, person_by_login, person_principal
from engine.procedures.acts import BARRED
from engine.staff.moving import hold, is_theirs, may_move, resolve_vacancy, theirs
from engine.standing import NOT_ENDED, STANDING
from engine.text import Text
from engine.work import Raced, Work, open_task, save_case
from models import moves, tasks

UNKNOWN = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
WHO = Text("请选择接收人。", "Choose who receives it.")
SAME = Text("接收人就是原办理人。", "The receiver is who has the task now.")
OWN = Text(
    "自己的待办不能由自己转办;步骤允许时请用「转办」。",
    "You do not hand over your own tasks; transfer a task where its step allows it.",
)
REASON = Text("请说明转办原因。", "Say why the tasks are handed over.")
BY_ONESELF = Text("不能把别人的待办转到自己名下。", "You cannot move other people's tasks to yourself.")
HAS_A_HAND = Text(
    "职责分离:您或您所代理的人已参与「{step}」,不能决定此待办由谁办理,请由另一位负责人或管理员转办。",
    "Separation of duties: you, or somebody you stand in for, took part in “{step}” and may not choose who does this; "
    "another head or administrator must.",
)
ENDED = Text("此待办已经办结。", "This task has already been dealt with.")
ELSEWHERE = Text("此待办已不在{who}名下。", "This task is no longer with {who}.")
ACTED = Text(
    "接收人已经处理过,或申请内容已改动,不再退回。",
    "The receiver has acted on it since, or what is asked for has changed; it does not go back.",
)
LEFT = Text("{who}已停用,不能退回。", "{who} is disabled; it cannot go back.")
NOBODYS = Text("转办前已无人可办,不能退回。", "Nobody had it before; it cannot go back.")
RECEIVED = Text("{who}的 {count} 项待办已转到您名下。", "{count} tasks of {who} have been moved to you.")


@dataclass(frozen=True)
class Moved:
    """What became of one task: `result` is moved, refused or undone; `why` says why not."""

    task_id: int
    result: str
    why: Text


@dataclass(frozen=True)
class Preview:
    """A task as it would be handed over: to the login, unless `why` says what keeps it."""

    task_id: int
    case_id: int
    number: str
    title: str
    step: str
    opened_at: datetime
    due_at: datetime | None
    login: str
    why: Text | None


def hand_over(desk: Desk, giver_id: int, task_id: int, to_login: str, batch: str, comment: str) -> Moved:
    """Give one task of a person to another, or enter why not; the same batch and task a second time changes nothing."""
    giver, comment = _giver(desk, giver_id), said(comment, REASON)
    known = desk.conn.execute(sa.select(moves).where(moves.c.batch == batch, moves.c.task_id == task_id)).first()
    if known is not None:
        return Moved(task_id, known.result, Text(known.zh, known.en))
    receiver = _receiver(desk, to_login)
    work = open_task(desk, task_id)
    why = _why_not(work, giver, receiver)
    if why is None:
        _move(work, giver, receiver, batch, comment)
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


def preview_moves(desk: Desk, giver_id: int, receivers: Mapping[int, str], to_login: str) -> list[Preview]:
    """Every task that a hand-over would move, and why it would not; `receivers`: task -> another login than `to_login`.

    Nothing is written. NotFound for who may not give the tasks on; an unknown receiver is why a task would stay.
    """
    giver = _giver(desk, giver_id)
    numbers = list(desk.conn.execute(sa.select(tasks.c.id).where(theirs(giver_id)).order_by(tasks.c.id)).scalars())
    people = {login: person_by_login(desk.conn, login, desk.now) for login in {*receivers.values(), to_login} if login}
    return [
        _look(open_task(desk, number), giver, receivers.get(number) or to_login, people) for number in list(numbers)
    ]


def _look(work: Work, giver: Person, login: str, people: Mapping[str, Person | None]) -> Preview:
    row, receiver = work.row, people.get(login)
    why = None
    if login:
        gone = receiver is None or receiver.disabled
        why = UNKNOWN.fill(login=login[:60]) if gone or receiver is None else _why_not(work, giver, receiver)
    step = work.version.step_name(row.task_step)
    return Preview(row.task_id, row.id, row.number, row.title, step, row.task_opened_at, row.task_due_at, login, why)


def _why_not(work: Work, giver: Person, receiver: Person) -> Text | None:
    """What keeps the task of `work` from the receiver, in a sentence; None when it may be given."""
    row = work.row
    if row.task_state not in STANDING or row.state not in NOT_ENDED:
        return ENDED
    if receiver.id == giver.id:
        return SAME
    if receiver.id == work.desk.person.id:
        return BY_ONESELF
    hands = _hands(work)
    if _has_a_hand(work, hands):
        return HAS_A_HAND.fill(step=work.version.step_name(row.task_step))
    if receiver.id in hands:
        return BARRED.fill(who=receiver.name, step=work.version.step_name(hands[receiver.id]))
    return None if is_theirs(work, giver.id) else ELSEWHERE.fill(who=giver.name)


def _hands(work: Work) -> dict[int, str]:
    """Who may not receive the task, with the step; of a waiting one neither whom its holder asked."""
    asked = sa.select(tasks.c.assignee_id).where(tasks.c.parent_id == work.row.task_id, tasks.c.state.in_(STANDING))
    below = dict.fromkeys(work.desk.conn.execute(asked).scalars(), work.row.task_step)
    return hands_against(work) | below


def _has_a_hand(work: Work, hands: dict[int, str]) -> bool:
    """Whether who moves the task, or somebody he stands in for, could not do it, and so may not choose who does."""
    mine = {one.for_id for one in work.desk.person.principals if one.procedure_id in (None, work.row.procedure_id)}
    return not mine.isdisjoint(hands | kept_out(work))


def _giver(desk: Desk, giver_id: int) -> Person:
    """Whose tasks move; NotFound for who may not give them on, NotAllowed for one's own."""
    giver = load_person(desk.conn, giver_id, desk.now)
    if giver is None or not may_move(desk.person, giver.unit_id):
        raise NotFound()
    if giver_id == desk.person.id:
        raise NotAllowed(OWN)
    return giver


def _receiver(desk: Desk, login: str) -> Person:
    found = person_by_login(desk.conn, login.strip(), desk.now) if login.strip() else None
    if found is None or found.disabled:
        raise Invalid({"to": [UNKNOWN.fill(login=login.strip()[:60]) if login.strip() else WHO]})
    return found


def _move(work: Work, giver: Person, receiver: Person, batch: str, comment: str) -> None:
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
        comment=comment,
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
    if row.task_state not in STANDING:
        return ENDED
    if row.task_revision != move.revision or row.task_assignee_id != move.to_id:
        return ACTED
    if move.offered_to is None:
        return NOBODYS
    if giver.disabled and move.offered_to == person_principal(giver.id):
        return LEFT.fill(who=giver.name)
    hands = _hands(work)
    if _has_a_hand(work, hands):
        return HAS_A_HAND.fill(step=work.version.step_name(row.task_step))
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
