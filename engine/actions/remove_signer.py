"""减签 in a countersign: one less signs; never the last one, and never so that the countersign is decided by it."""

from engine.actions.complete import Done
from engine.actions.seats import behind, check_seats, round_of, rows_of
from engine.actions.settle import settle
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed
from engine.kernel import Round, Seat
from engine.people import person_by_login
from engine.procedures.acts import NOT_HERE, WORDS, allowed_acts
from engine.standing import owning
from engine.text import Text
from engine.work import Work, open_task

NOT_SIGNING = Text("此人不在待签的会签人之中:{login}", "This person is not among those who have still to sign: {login}")
REASON = Text("请说明减签原因。", "Say why you remove a signer.")
VETO = Text("有一票否决权的会签人不能被减签。", "A signer who may refuse alone cannot be removed.")
DRAWN = Text(
    "流程图指定的会签人只能由流程负责人减签;会签人只能减去加签的人。",
    "Only the procedure's owner removes a signer whom the diagram names; who signs may remove those that were added.",
)


def remove_signer(desk: Desk, task_id: int, login: str, comment: str, revision: int | None = None) -> Done:
    """Take the place of somebody who has still to sign away, with a reason.

    Who holds a place may remove who was added, the procedure's owner also who is drawn; nobody a veto.
    """
    work = open_task(desk, task_id)
    for_id = check_seats(work, "remove_signer", revision)
    if "remove_signer" not in allowed_acts(work.row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["remove_signer"]))
    if not comment.strip():
        raise Invalid({"comment": [REASON]})
    flow, found = round_of(work)
    seat = _seat(work, found, login)
    if seat.veto:
        raise NotAllowed(VETO)
    if not seat.added and owning(desk.person, work.version.owner, work.row.procedure_id, ()) is None:
        raise NotAllowed(DRAWN)
    work.note("remove_signer", step=work.row.task_step, task_id=task_id, for_id=for_id, to=login, comment=comment)
    flow.remove_signer(work.row.task_uuid, seat.signer)
    names = settle(work, flow)
    return Done(work.row.id, work.row.number, work.state, names)


def _seat(work: Work, found: Round, login: str) -> Seat:
    """The place a person has still to sign at: by transfer, or as it was given."""
    person = person_by_login(work.desk.conn, login, work.desk.now)
    held = {row.uuid: row.assignee_id for row in rows_of(work, found) if row.state in ("open", "waiting")}
    for seat in found.seats:
        given = behind(seat.signer)
        if person and seat.state != "signed" and person.id == (held.get(seat.task) or given if seat.task else given):
            return seat
    raise Invalid({"to": [NOT_SIGNING.fill(login=login)]})
