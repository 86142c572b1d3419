"""催办: ask those a case waits for to hurry, now and then."""

from engine.actions.comments import said
from engine.actions.guard import check_whole_case
from engine.desk import Desk
from engine.errors import Conflict, TooMany
from engine.messages import Told, tell
from engine.numbers import OFFICE_ZONE
from engine.standing import URGE_PAUSE, open_tasks_of
from engine.text import Text
from engine.work import Work, open_case, save_case

TOO_SOON = Text(
    "{last}已催办过,{next}以后可以再催。", "They were urged at {last} already; it is possible again from {next}."
)
NOBODY = Text("现在没有可催的人。", "There is nobody to urge now.")
NEWS = Text(
    "{who}催办「{title}」({number}),正等您办理「{step}」。",
    "{who} asks you to hurry: “{title}” ({number}) waits for you at “{step}”.",
)


def urge(desk: Desk, case_id: int, comment: str = "") -> int:
    """Tell everybody the case waits for, at most once in four hours a case; how many tasks that are."""
    work = open_case(desk, case_id)
    check_whole_case(work, "urge")
    last = work.row.urged_at
    if last is not None and desk.now - last < URGE_PAUSE:
        shown = [f"{moment.astimezone(OFFICE_ZONE):%m-%d %H:%M}" for moment in (last, last + URGE_PAUSE)]
        raise TooMany(TOO_SOON.fill(last=shown[0], next=shown[1]))
    comment = said(comment, needed=False)
    mine = f"p:{desk.person.id}"
    waits = [one for one in open_tasks_of(desk.conn, case_id) if one.state == "open" and _who(one) not in (None, mine)]
    if not waits:
        raise Conflict(NOBODY)
    _tell(work, waits, comment)
    work.note("urge", steps=sorted({one.step for one in waits}), comment=comment)
    work.aside, work.changes["urged_at"] = True, desk.now
    save_case(work)
    return len(waits)


def _who(task: object) -> str | None:
    """The principal a task waits for: its holder, else the post."""
    holder = getattr(task, "assignee_id", None)
    return f"p:{holder}" if holder else getattr(task, "offered_to", None)


def _tell(work: Work, waits: list[object], comment: str) -> None:
    row = work.row
    for place, one in enumerate(waits):
        step = work.version.step_name(getattr(one, "step", ""))
        text = NEWS.fill(who=work.desk.person.name, title=row.title, number=row.number, step=step)
        if comment:
            text = Text(f"{text.zh}{comment}", f"{text.en} {comment}")
        told = Told("urge", text, (str(_who(one)),), case_id=row.id, task_id=getattr(one, "id", None))
        tell(work.desk.conn, told, f"urge:{row.id}:{row.revision + 1}:{place}", now=work.desk.now)
