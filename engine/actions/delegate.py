"""委派: ask one person for an opinion; then the task comes back and its owner decides."""

from engine.actions.asking import ask, check_askable, check_may_ask, wait
from engine.actions.comments import said
from engine.desk import Desk
from engine.work import open_task, save_case


def delegate(desk: Desk, task_id: int, to_login: str, comment: str, revision: int | None = None) -> int:
    """Ask a person by login, saying what is wanted; the case's new revision. Raises Invalid, SameHand, NotAllowed."""
    work = open_task(desk, task_id)
    for_id = check_may_ask(work, "delegate", revision)
    who, comment = check_askable(work, [to_login], for_id), said(comment)
    work.note(
        "delegate",
        step=work.row.task_step,
        task_id=task_id,
        for_id=for_id,
        to=[one.login for one in who],
        comment=comment,
    )
    waiting = wait(work, for_id, comment)
    save_case(work)
    ask(work, "delegate", waiting, who)
    return int(work.row.revision) + 1
