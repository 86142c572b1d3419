"""退回到: send a case back to a chosen earlier step, though no line is drawn."""

from engine.actions.decide import Done, close_task
from engine.actions.guard import TASK_ENDED, check_task
from engine.actions.settle import settle
from engine.actions.transfer import NOT_HERE, allowed_acts
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, Stale
from engine.kernel.errors import NotOpen
from engine.operations import services
from engine.text import Text
from engine.work import Acted, open_task

RETURN = Text("退回到指定步骤", "return it to a chosen step")
REASON = Text("退回时必须填写意见。", "Give a reason when you return.")


def return_to(desk: Desk, task_id: int, step: str, comment: str, revision: int | None = None) -> Done:
    """Go back to an earlier step of the path; all that followed is done again.

    Raises NotReturnable when the step is not on the path or lies in half of a join.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "return", revision)
    if "return" not in allowed_acts(work.row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=RETURN))
    if not comment.strip():
        raise Invalid({"comment": [REASON]})
    row = work.row
    work.note("return", step=row.task_step, task_id=task_id, for_id=for_id, to=step, comment=comment)
    close_task(work, {"decision": "return", "comment": comment}, for_id, row.content_sha256)
    work.acted.append(Acted(row.task_step, desk.person.id, for_id))
    flow = work.flow(services(work))
    try:
        flow.return_to(row.task_uuid, step)
    except NotOpen:
        raise Stale(TASK_ENDED) from None
    names = settle(work, flow, done_uuid=row.task_uuid)
    return Done(row.id, row.number, work.state, names)
