"""撤回 and 终止: the applicant takes a case back, or the procedure's owner ends it."""

from engine.actions.guard import check_whole_case
from engine.actions.settle import settle
from engine.desk import Desk
from engine.errors import Invalid
from engine.operations import services
from engine.operations.lending import check_nothing_out
from engine.text import Text
from engine.work import Work, open_case

REASON = Text("请说明终止原因。", "Say why you cancel it.")


def withdraw(desk: Desk, case_id: int, comment: str = "") -> None:
    """The applicant takes the case back; allowed until the last approval is given."""
    work = open_case(desk, case_id)
    check_whole_case(work, "withdraw")
    _end(work, "withdraw", "withdrawn", comment)


def cancel(desk: Desk, case_id: int, comment: str) -> None:
    """The procedure's owner or an administrator ends the case, with a reason."""
    work = open_case(desk, case_id)
    check_whole_case(work, "cancel")
    if not comment.strip():
        raise Invalid({"comment": [REASON]})
    _end(work, "cancel", "cancelled", comment)


def _end(work: Work, verb: str, state: str, comment: str) -> None:
    check_nothing_out(work)
    work.note(verb, comment=comment)
    work.changes["state"] = state
    flow = work.flow(services(work))
    flow.cancel()
    settle(work, flow)
