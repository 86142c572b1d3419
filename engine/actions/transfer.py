"""转办: give a task to somebody else, who decides alone."""

from engine.actions.claim import give
from engine.actions.guard import check_task
from engine.actions.seats import hands_in, round_of
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, SameHand
from engine.people import person_by_login, person_principal
from engine.text import Text
from engine.work import Work, open_task

NOT_HERE = Text("此步骤不允许{act}。", "This step does not allow to {act}.")
TRANSFER = Text("转办", "transfer it")
UNKNOWN = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
ONESELF = Text("不能转办给自己。", "You cannot transfer a task to yourself.")
BARRED = Text(
    "职责分离:{who}已在本申请中经手「{step}」,不能再办理此步骤。",
    "Separation of duties: {who} has a hand in “{step}” of this case already and may not act on this step.",
)
REASON = Text("请说明转办原因。", "Say why you transfer it.")


def transfer(desk: Desk, task_id: int, to_login: str, comment: str, revision: int | None = None) -> int:
    """Give the task to another person by login, with a reason; the task's new revision.

    Who acted on a step this one is separate from cannot receive it.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "transfer", revision)
    if "transfer" not in allowed_acts(work.row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=TRANSFER))
    receiver = person_by_login(desk.conn, to_login, desk.now)
    if receiver is None or receiver.disabled:
        raise Invalid({"to": [UNKNOWN.fill(login=to_login)]})
    if receiver.id == desk.person.id:
        raise Invalid({"to": [ONESELF]})
    if not comment.strip():
        raise Invalid({"comment": [REASON]})
    hands = _hands(work)
    if receiver.id in hands:
        raise SameHand(BARRED, who=receiver.name, step=work.version.step_name(hands[receiver.id]))
    work.note(
        "transfer",
        step=work.row.task_step,
        task_id=task_id,
        for_id=for_id,
        to=receiver.login,
        to_id=receiver.id,
        comment=comment,
    )
    return give(work, receiver.id, claimed=False, offer=person_principal(receiver.id))


def _hands(work: Work) -> dict[int, str]:
    """Who may not receive the task; of a countersign nobody who has a hand in the round."""
    row = work.row
    hands = work.hands_on(row.task_separate)
    if "signers" in row.task_properties:
        _, found = round_of(work)
        hands |= dict.fromkeys(hands_in(work, found, but=row.task_uuid), row.task_step)
    return hands


def allowed_acts(properties: dict[str, str]) -> set[str]:
    """The extra moves a step allows, from its property `acts`."""
    return {act.strip() for act in properties.get("acts", "").split(",") if act.strip()}
