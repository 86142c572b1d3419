"""Ask the policy before an action, and say no in a sentence."""

from engine.errors import NotAllowed, NotFound, QianfaError, SameHand, Stale
from engine.policy import TASK_TABLE, check_case, may
from engine.standing import case_relations, case_state, open_tasks_of, task_standing, task_state
from engine.text import Text
from engine.work import Work

LOST_POST = Text("您已不再担任办理此待办的岗位,不能办理。", "You no longer hold the post this task is offered to.")
TASK_ENDED = Text(
    "此待办已经办结,您的操作没有生效;填写的内容已为您保留。",
    "This task has already been dealt with; your action took no effect and what you typed is kept.",
)
WAITS = Text(
    "此待办正在等待被请的人答复;答复齐了会回来,也可以减签。",
    "This task waits for those who were asked; it comes back with their answers, or when they are removed.",
)
SUSPENDED = Text("此申请已挂起,恢复后才能办理。", "This case is suspended; nothing is done until it is resumed.")
COLLEAGUE = Text("此待办已被同事认领。", "A colleague has already claimed this task.")
TOO_LATE = Text(
    "后面没有待作的审批,申请正在执行,不能撤回;如需停止请联系流程负责人终止。",
    "No approval lies ahead: the case is being carried out and cannot be withdrawn. "
    "Ask the procedure's owner to cancel it.",
)


def check_task(work: Work, verb: str, revision: int | None) -> int:
    """Refuse what this person may not do to this task now; returns on whose behalf the person acts."""
    person, row = work.desk.person, work.row
    stand = task_standing(
        person, row.task_offered_to, row.task_assignee_id, row.procedure_id, work.hands_on(row.task_separate)
    )
    state = task_state(row.task_state, row.state, row.task_offered_to, row.task_assignee_id)
    if not stand.relations and not _sees(work):
        raise NotFound()
    if state == "ended":
        raise Stale(TASK_ENDED)
    if state in HALTED:
        raise Stale(HALTED[state])
    if stand.barred_by:
        raise SameHand(step=work.version.step_name(stand.barred_by))
    if _signed_for_another(work, stand.for_id):
        raise SameHand(step=work.version.step_name(row.task_step))
    if "colleague" in stand.relations:
        raise Stale(COLLEAGUE)
    if "former" in stand.relations:
        raise NotAllowed(LOST_POST)
    if not may(TASK_TABLE, stand.relations, verb, state):
        raise NotAllowed()
    if revision is not None and revision != row.task_revision:
        raise Stale()
    return stand.for_id


def _signed_for_another(work: Work, for_id: int) -> bool:
    """Whether this person has already signed the countersign on somebody else's behalf: one hand, one signature."""
    row, me = work.row, work.desk.person.id
    return "signers" in row.task_properties and any(
        one.step == row.task_step and one.actor_id == me and one.for_id != for_id for one in work.acted
    )


HALTED = {"waiting": WAITS, "suspended": SUSPENDED}


def check_sees(work: Work) -> None:
    """NotFound for who may not know of the case."""
    if not _sees(work):
        raise NotFound()


def _sees(work: Work) -> bool:
    open_tasks = open_tasks_of(work.desk.conn, work.row.id)
    return bool(case_relations(work.desk.conn, work.desk.person, work.row, work.version.owner, open_tasks))


def check_whole_case(work: Work, verb: str) -> tuple[frozenset[str], str]:
    """Refuse what this person may not do to this case now; the person's relations to it and its state."""
    person = work.desk.person
    open_tasks = open_tasks_of(work.desk.conn, work.row.id)
    relations = case_relations(work.desk.conn, person, work.row, work.version.owner, open_tasks)
    state = case_state(work.row, open_tasks, work.version.before_decision)
    refusal: QianfaError | None = None
    if state == "ended":
        refusal = Stale(Text("此申请已经办结。", "This case has already ended."))
    elif state == "suspended":
        refusal = Stale(SUSPENDED)
    elif verb == "withdraw" and "applicant" in relations:
        refusal = NotAllowed(TOO_LATE)
    check_case(relations, verb, state, refusal)
    return relations, state
