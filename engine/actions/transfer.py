"""转办: give a task to somebody else, who decides alone."""

from engine.actions.asking import circle, kept_out
from engine.actions.claim import give
from engine.actions.comments import said
from engine.actions.guard import check_task
from engine.actions.seats import signers_beside
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, SameHand
from engine.messages import Told, everybody, tell
from engine.people import person_by_login, person_principal
from engine.procedures.acts import BARRED, NOT_HERE, UNKNOWN, WORDS, allowed_acts
from engine.text import Text
from engine.work import Work, open_task

ONESELF = Text("不能转办给自己。", "You cannot transfer a task to yourself.")
REASON = Text("请说明转办原因。", "Say why you transfer it.")
NEWS = Text(
    "{who}把「{title}」({number})的「{step}」转办给您。", "{who} transferred “{step}” of “{title}” ({number}) to you."
)


def transfer(desk: Desk, task_id: int, to_login: str, comment: str, revision: int | None = None) -> int:
    """Give the task to another person by login, with a reason; the task's new revision.

    Who acted on a step this one is separate from cannot receive it.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "transfer", revision)
    row = work.row
    if "transfer" not in allowed_acts(row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["transfer"]))
    receiver = person_by_login(desk.conn, to_login, desk.now)
    if receiver is None or receiver.disabled:
        raise Invalid({"to": [UNKNOWN.fill(login=to_login)]})
    if receiver.id == desk.person.id:
        raise Invalid({"to": [ONESELF]})
    comment = said(comment, REASON)
    hands = hands_against(work)
    if receiver.id in hands:
        raise SameHand(BARRED, who=receiver.name, step=work.version.step_name(hands[receiver.id]))
    work.note(
        "transfer",
        step=row.task_step,
        task_id=task_id,
        for_id=for_id,
        to=receiver.login,
        to_id=receiver.id,
        comment=comment,
    )
    text = NEWS.fill(
        who=desk.person.name, title=row.title, number=row.number, step=work.version.step_name(row.task_step)
    )
    told = Told("task", text, everybody([receiver.id]), case_id=row.id, task_id=task_id)
    tell(desk.conn, told, f"transfer:{row.id}:{row.revision + 1}", now=desk.now)
    return give(work, receiver.id, claimed=False, offer=person_principal(receiver.id))


def hands_against(work: Work) -> dict[int, str]:
    """Who may not receive the task: barred from it, with a hand in the round, or in the asking it belongs to."""
    row = work.row
    if not row.task_asked:
        return work.hands_on(row.task_separate) | signers_beside(work)
    waiting, beside = circle(work)
    stand = [one for one in (waiting, *beside) if one.state != "closed"]
    hands = {hand for one in stand for hand in (one.actor_id, one.for_id, one.assignee_id) if hand}
    return kept_out(work) | dict.fromkeys(hands - {row.task_assignee_id}, row.task_step)
