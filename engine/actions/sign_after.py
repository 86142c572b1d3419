"""加签(后): approve and name who signs after; the diagram goes on when all of them have approved too."""

from collections.abc import Iterable
from typing import Any

from engine.actions import contents
from engine.actions.asking import ask, check_askable, check_may_ask, wait_anew
from engine.actions.comments import said
from engine.actions.complete import give_answers
from engine.actions.exceptions import allowed
from engine.actions.held import hold
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed
from engine.procedures.acts import NOT_HERE, WORDS
from engine.text import Text
from engine.work import open_task, save_case

NOT_APPROVED = Text("加签(后)只能与「同意」一起办理。", "Only who approves asks somebody to sign after.")


def sign_after(
    desk: Desk,
    task_id: int,
    answers: dict[str, Any],
    logins: Iterable[str],
    comment: str = "",
    *,
    in_turn: bool = False,
    revision: int | None = None,
) -> int:
    """Approve with `answers`, which are held until these people have signed; the case's new revision.

    Who refuses or returns settles the step with that, or where its form has no such option brings it back.
    """
    work = open_task(desk, task_id)
    for_id = check_may_ask(work, "sign_after", revision)
    row = work.row
    if row.task_properties.get("kind") == "submit":
        raise NotAllowed(NOT_HERE.fill(act=WORDS["sign_after"]))
    clean = contents.accept(desk, work.version.form_at(row.task_properties), answers, row.id)
    if clean.get("decision", "approve") not in contents.POSITIVE:
        raise Invalid({"decision": [NOT_APPROVED]})
    who, comment = check_askable(work, logins, for_id), said(comment, needed=False)
    facts = {"content": row.content_sha256} if row.content_sha256 else {}
    facts |= {"answers": clean, "to": [one.login for one in who], "in_turn": in_turn}
    work.note("sign_after", step=row.task_step, task_id=task_id, for_id=for_id, **facts)
    exceptions = allowed(work, clean, for_id)
    give_answers(work, clean, for_id, row.content_sha256)
    hold(work, exceptions)
    save_case(work)
    waiting = wait_anew(work, for_id, comment, clean, row.content_sha256)
    ask(work, "after", waiting, who, in_turn=in_turn)
    return int(row.revision) + 1
