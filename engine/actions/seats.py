"""Who may change a running countersign, and who has a hand in it already."""

from typing import Any

import sqlalchemy as sa

from engine.actions.guard import TASK_ENDED, check_task
from engine.errors import NotAllowed, SameHand, Stale
from engine.kernel import Flow, Round
from engine.kernel.errors import NotOpen
from engine.operations import services
from engine.policy import TASK_TABLE, may
from engine.standing import owning, task_state
from engine.text import Text
from engine.work import Work
from models import tasks

APPLICANT = Text(
    "职责分离:申请人不能增减会签人,也不能被加为会签人。",
    "Separation of duties: the applicant neither changes who signs nor is added.",
)
NOT_A_PLACE = Text(
    "这是别人请您办的事,不是会签的一席,不能由此加签或减签。",
    "You were asked this by somebody else; it is no place in the countersign, so nobody is added or removed from it.",
)
ALREADY = Text(
    "{who}已在本次会签之中,一人只签一次。", "{who} has a place in this countersign already; nobody signs twice."
)


def check_seats(work: Work, verb: str, revision: int | None) -> int:
    """Refuse who may not change the round: open to who holds a place and to the procedure's owner, never to
    the applicant; returns on whose behalf the person acts."""
    person, row = work.desk.person, work.row
    for_id = owning(person, work.version.owner, row.procedure_id, work.hands_on(row.task_separate))
    state = task_state(row.task_state, row.state, row.task_offered_to, row.task_assignee_id)
    if for_id is None or not may(TASK_TABLE, {"owner"}, verb, state):
        for_id = check_task(work, verb, revision)
    elif revision is not None and revision != row.task_revision:
        raise Stale()
    if row.task_parent_id is not None:
        raise NotAllowed(NOT_A_PLACE)
    if row.applicant_id in (person.id, for_id):
        raise SameHand(APPLICANT)
    return for_id


def round_of(work: Work) -> tuple[Flow, Round]:
    """The running diagram and the countersign that the task is a place of."""
    flow = work.flow(services(work))
    try:
        return flow, flow.round_of(_place(work))
    except NotOpen:
        raise Stale(TASK_ENDED) from None


def _place(work: Work) -> str:
    """The diagram's task of a place; of what was asked for beside one, the task it was asked from."""
    row = work.row
    if row.task_parent_id is None:
        return str(row.task_uuid)
    parent = sa.select(tasks.c.uuid).where(tasks.c.id == row.task_parent_id)
    return str(work.desk.conn.execute(parent).scalar_one())


def behind(seat_signer: Any) -> int | None:
    """The person whom a place was given to when the round began."""
    named = isinstance(seat_signer, str) and seat_signer.startswith("p:")
    return int(seat_signer[2:]) if named else None


def rows_of(work: Work, found: Round) -> list[Any]:
    """The tasks of the round and those that were asked for beside them."""
    rows = work.desk.conn.execute(
        sa.select(tasks).where(tasks.c.case_id == work.row.id, tasks.c.step == work.row.task_step)
    ).all()
    # A round that began under an earlier release does not know its tasks: then it is every one of the step.
    own = {row.id for row in rows if row.uuid in found.opened or not found.opened}
    return [row for row in rows if row.id in own or row.parent_id in own]


def hands_in(work: Work, found: Round, but: str | None = None) -> set[int]:
    """Everybody with a hand in the round: who signed and for whom, who holds a place, who is still to come.

    `but`: the task whose own place does not count, when it is given to somebody else.
    """
    hands = {behind(seat.signer) for seat in found.seats if seat.task is None or seat.task != but}
    for row in rows_of(work, found):
        if row.state == "done":
            hands |= {row.actor_id, row.for_id}
        elif row.state != "closed":
            hands.add(row.assignee_id)
    return {hand for hand in hands if hand is not None}


def signers_beside(work: Work) -> dict[int, str]:
    """Of a countersign everybody with a hand in the round but for this place; of any other step nobody."""
    row = work.row
    if "signers" not in work.version.properties(row.task_step):
        return {}
    _, found = round_of(work)
    return dict.fromkeys(hands_in(work, found, but=_place(work)), row.task_step)
