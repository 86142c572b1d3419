"""退回到: send a case back to a chosen earlier step, though no line is drawn; or let it be done again and come back."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.actions.asking import opening, tell_asked, wait_anew
from engine.actions.comments import said
from engine.actions.complete import Done, close_task
from engine.actions.deadlines import release_after
from engine.actions.guard import TASK_ENDED, check_task
from engine.actions.offers import separate_text
from engine.actions.settle import announce, settle
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed, Stale
from engine.kernel.errors import NotOpen, NotReturnable
from engine.operations import services
from engine.procedures.acts import NOT_HERE, WORDS, allowed_acts
from engine.procedures.outlook import is_checked_after
from engine.standing import is_named
from engine.text import Text
from engine.work import Acted, Work, open_task, save_case
from models import people, tasks

REASON = Text("退回时必须填写意见。", "Give a reason when you return.")
SEVERAL = Text(
    "会签中不能「改后直接回到我」,请用一般的退回。",
    "Inside a countersign nothing comes straight back; return it in the ordinary way.",
)
TOGETHER = Text(
    "「{step}」只能连同其并行步骤或整个子流程重办,不能「改后直接回到我」,请用一般的退回。",
    "“{step}” is done again only together with the steps beside or inside it: it cannot come straight back. "
    "Return it in the ordinary way.",
)
APPROVED = Text(
    "该步骤之后已有人同意,而此后流程图不再核对批准;改动会使其失效,请用一般的退回。",
    "Somebody approved after that step and nothing checks approvals from here on; a change would void them. "
    "Return it in the ordinary way.",
)
GONE = Text(
    "办理过「{step}」的人已停用或就是您自己,不能「改后直接回到我」。",
    "Who did “{step}” is disabled, or is you: it cannot come straight back.",
)


def return_to(
    desk: Desk, task_id: int, step: str, comment: str, revision: int | None = None, *, resume: bool = False
) -> Done:
    """Go back to an earlier step of the path; all that followed is done again.

    With `resume` whoever did that step does it again beside the diagram, and it comes straight back.
    A step of a joined block is opened with the whole block. Raises NotReturnable when the step is not on the path.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "return", revision)
    row = work.row
    if "return" not in allowed_acts(row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["return"]))
    comment = said(comment, REASON)
    again = _did(work, step, for_id) if resume else None
    facts = {"resume": True} if resume else {}
    work.note("return", step=row.task_step, task_id=task_id, for_id=for_id, to=step, comment=comment, **facts)
    close_task(work, {"decision": "return", "comment": comment}, for_id, row.content_sha256)
    work.acted.append(Acted(row.task_step, desk.person.id, for_id))
    if again is not None:
        return _resume(work, again, for_id, comment)
    flow = work.flow(services(work))
    try:
        flow.return_to(row.task_uuid, step)
    except NotOpen:
        raise Stale(TASK_ENDED) from None
    names = settle(work, flow, done_uuid=row.task_uuid)
    return Done(row.id, row.number, work.state, names)


def _did(work: Work, step: str, for_id: int) -> Any:
    """The last time the step was done; Conflict where it cannot be done again beside the diagram."""
    row, flow = work.row, work.flow(services(work))
    if any(task.id == row.task_uuid and task.index is not None for task in flow.open_tasks):
        raise Conflict(SEVERAL)
    try:
        if step not in dict(flow.earlier_steps(row.task_uuid)):
            raise NotReturnable(step=work.version.step_name(step))
        if not flow.returns_alone(row.task_uuid, step):
            raise Conflict(TOGETHER.fill(step=work.version.step_name(step)))
    except NotOpen:
        raise Stale(TASK_ENDED) from None
    drawn = (tasks.c.case_id == row.id) & (tasks.c.state == "done") & tasks.c.parent_id.is_(None)
    newest = tasks.c.id.desc()
    last = work.desk.conn.execute(sa.select(tasks).where(drawn, tasks.c.step == step).order_by(newest)).first()
    live = (
        last
        and work.desk.conn.execute(
            sa.select(people.c.id).where(people.c.id == last.actor_id, people.c.disabled_at.is_(None))
        ).first()
    )
    if last is None or not live or {last.actor_id, last.for_id} & {work.desk.person.id, for_id}:
        raise Conflict(GONE.fill(step=work.version.step_name(step)))
    if last.properties.get("kind") == "submit" and not is_checked_after(work.version, row.task_step):
        since = drawn & (tasks.c.id > last.id) & (tasks.c.decision == "approve")
        if work.desk.conn.execute(sa.select(tasks.c.id).where(since)).first():
            raise Conflict(APPROVED)
    return last


def _resume(work: Work, last: Any, for_id: int, comment: str) -> Done:
    """A row for who did the step, beside the diagram; a row that waits stands for the step at hand."""
    row = work.row
    save_case(work)
    waiting = wait_anew(work, for_id, comment)
    again = opening(
        work,
        last._mapping,
        uuid=str(uuid4()),
        parent_id=waiting,
        asked="rework",
        assignee_id=last.assignee_id or last.actor_id,
        claimed_at=work.desk.now,
        release_at=None if is_named(last.offered_to) else release_after(work, last._mapping),
        separate=separate_text(last.properties),
        properties=last.properties | {"acts": ",".join(sorted({"transfer", "copy"} & allowed_acts(last.properties)))},
        due_at=None,
        next_at=None,
        stage=0,
        late_at=None,
    )
    work.desk.conn.execute(tasks.insert(), again)
    announce(work, again["uuid"], last.step, last.offered_to)
    doer = work.desk.conn.execute(sa.select(people.c.id).where(people.c.id == again["assignee_id"])).all()
    tell_asked(work, "rework", doer, last.step, work.desk.person.name)
    return Done(row.id, row.number, row.state, [last.name])
