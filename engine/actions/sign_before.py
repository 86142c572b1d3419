"""加签(前): ask one or more people before one decides; when all have answered it comes back."""

from collections.abc import Iterable

from engine.actions.asking import ask, check_askable, check_may_ask, wait
from engine.actions.comments import said
from engine.desk import Desk
from engine.work import open_task, save_case


def sign_before(
    desk: Desk,
    task_id: int,
    logins: Iterable[str],
    comment: str,
    *,
    in_turn: bool = False,
    revision: int | None = None,
) -> int:
    """Ask these people, all at once or in turn; the case's new revision. Whatever they say, the owner decides."""
    work = open_task(desk, task_id)
    for_id = check_may_ask(work, "sign_before", revision)
    who, comment = check_askable(work, logins, for_id), said(comment)
    work.note(
        "sign_before",
        step=work.row.task_step,
        task_id=task_id,
        for_id=for_id,
        to=[one.login for one in who],
        in_turn=in_turn,
        comment=comment,
    )
    waiting = wait(work, for_id, comment)
    save_case(work)
    ask(work, "before", waiting, who, in_turn=in_turn)
    return int(work.row.revision) + 1
