"""办理: complete a human step with its answers, or answer what one was asked."""

from typing import Any

from engine.actions import contents
from engine.actions.answer import answer
from engine.actions.complete import Done, complete
from engine.actions.guard import check_task
from engine.desk import Desk
from engine.operations.published import check_published
from engine.procedures.forms import Form, questions
from engine.work import open_task
from models import drafts


def decide(desk: Desk, task_id: int, answers: dict[str, Any], revision: int | None = None) -> Done:
    """Complete a human step with its answers; `decision` and `comment` are answers like others.

    `revision`: the one that was read, so that nothing newer is approved, nor after a lost race. None is for who
    reads and acts in one transaction.
    Raises Stale when somebody was faster, Invalid with fields, NotAllowed, SameHand, NotFound.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "decide", revision)
    row = work.row
    if row.task_asked:
        return answer(work, answers, for_id)
    properties = row.task_properties
    form = work.version.form_at(properties)
    clean = contents.accept(desk, form, answers, row.id)
    check_published(work, clean)
    if form and properties.get("kind") == "submit":
        contents.revise(work, contents.with_kept(desk, row.id, form, clean), form.not_kept(answers))
    if form and _keeps_drafts(form, row):
        here = (drafts.c.person_id == desk.person.id) & (drafts.c.place == f"task:{task_id}")
        desk.conn.execute(drafts.delete().where(here))
    return complete(work, clean, for_id)


def _keeps_drafts(form: Form, row: Any) -> bool:
    """Whether the page of the task offered to keep what was typed: not where one only decides, nor at the start."""
    if row.task_properties.get("kind") == "submit":
        return bool(row.content_no)
    return any(field.key not in ("decision", "comment") for field in questions(form.fields))
