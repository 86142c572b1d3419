"""加签 in a countersign: one more signs beside the others, with a vote that weighs 1."""

from typing import Any

import sqlalchemy as sa

from engine.actions.complete import Done
from engine.actions.seats import ALREADY, APPLICANT, check_seats, hands_in, round_of
from engine.actions.settle import settle
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, SameHand
from engine.kernel import Flow
from engine.messages import Told, everybody, tell
from engine.people import Person, person_by_login, person_principal
from engine.procedures.acts import BARRED, NOT_HERE, UNKNOWN, WORDS, allowed_acts
from engine.text import Text
from engine.work import Work, open_task
from models import tasks

ONESELF = Text("不能把自己加为会签人。", "You cannot add yourself as a signer.")
REASON = Text("请说明加签原因。", "Say why you add a signer.")
ASKED = Text("{who}请您会签:{title}", "{who} asks you to sign: {title}")


def add_signer(desk: Desk, task_id: int, to_login: str, comment: str, revision: int | None = None) -> Done:
    """Ask one more person to sign, with a reason; the new signer is told.

    Refused for the applicant, for who is barred from the step and for who has a hand in the round already.
    """
    work = open_task(desk, task_id)
    for_id = check_seats(work, "add_signer", revision)
    if "add_signer" not in allowed_acts(work.row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["add_signer"]))
    receiver = person_by_login(desk.conn, to_login, desk.now)
    if receiver is None or receiver.disabled:
        raise Invalid({"to": [UNKNOWN.fill(login=to_login)]})
    if receiver.id == desk.person.id:
        raise Invalid({"to": [ONESELF]})
    if not comment.strip():
        raise Invalid({"comment": [REASON]})
    flow, found = round_of(work)
    _check_receiver(work, receiver, hands_in(work, found))
    facts: dict[str, Any] = {"to": receiver.login, "to_id": receiver.id, "comment": comment}
    work.note("add_signer", step=work.row.task_step, task_id=task_id, for_id=for_id, **facts)
    flow.add_signer(work.row.task_uuid, person_principal(receiver.id))
    names = settle(work, flow)
    _tell(work, flow, receiver)
    return Done(work.row.id, work.row.number, work.state, names)


def _check_receiver(work: Work, receiver: Person, beside: set[int]) -> None:
    barred = work.hands_on(work.row.task_separate).get(receiver.id)
    if receiver.id == work.row.applicant_id:
        raise SameHand(APPLICANT)
    if barred:
        raise SameHand(BARRED, who=receiver.name, step=work.version.step_name(barred))
    if receiver.id in beside:
        raise SameHand(ALREADY, who=receiver.name)


def _tell(work: Work, flow: Flow, receiver: Person) -> None:
    """The task is named where it is open; in turn it opens later."""
    conn, row = work.desk.conn, work.row
    opened = [task.id for task in flow.open_tasks if task.id not in work.opened_before]
    task_id = conn.execute(sa.select(tasks.c.id).where(tasks.c.case_id == row.id, tasks.c.uuid.in_(opened))).scalar()
    told = Told("task", ASKED.fill(who=work.desk.person.name, title=row.title), everybody([receiver.id]))
    tell(conn, told._replace(case_id=row.id, task_id=task_id), f"add_signer:{row.id}:{row.revision}", now=work.desk.now)
