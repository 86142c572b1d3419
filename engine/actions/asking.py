"""People asked beside the diagram: rows of their own that hang on a waiting one, so that every structure allows it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine.actions.deadlines import release_after
from engine.actions.guard import check_task
from engine.actions.offers import ALL_BARRED, NO_HOLDER
from engine.actions.seats import signers_beside
from engine.actions.settle import announce, report_vacant, submitting
from engine.errors import Invalid, NotAllowed, SameHand
from engine.messages import Told, everybody, tell
from engine.people import holders, load_person, person_principal
from engine.procedures.acts import BARRED, NOT_HERE, ONESELF, UNKNOWN, WORDS, allowed_acts
from engine.standing import is_named
from engine.text import Text
from engine.work import Raced, Work
from models import people, tasks

MOST = 20
NOBODY = Text("请选择请谁。", "Choose whom to ask.")
TOO_MANY = Text("一次最多请{most}人。", "At most {most} people are asked at once.")
ONE_LEVEL = Text(
    "这是别人请您办的事,只能答复或转办,不能再请别人。",
    "You were asked this by somebody else: answer or transfer it; asking goes no further.",
)
ASKS = {
    "delegate": Text(
        "{who}把「{title}」({number})的「{step}」委派给您,请提意见。",
        "{who} delegates “{step}” of “{title}” ({number}) to you for your opinion.",
    ),
    "before": Text(
        "{who}请您在其审批前加签:「{title}」({number})的「{step}」。",
        "{who} asks you to sign before: “{step}” of “{title}” ({number}).",
    ),
    "after": Text(
        "{who}已同意,请您加签:「{title}」({number})的「{step}」。",
        "{who} has approved and asks you to sign after: “{step}” of “{title}” ({number}).",
    ),
    "rework": Text(
        "{who}退回「{title}」({number}),请重办「{step}」,办完直接回到其处。",
        "{who} returns “{title}” ({number}): do “{step}” again; it then comes straight back.",
    ),
}
BACK = Text(
    "「{title}」({number})的「{step}」回到您处,请办理。",
    "“{step}” of “{title}” ({number}) has come back to you.",
)


def check_may_ask(work: Work, act: str, revision: int | None) -> int:
    """Refuse who may not ask, and where the step does not allow it; returns on whose behalf the person acts."""
    for_id = check_task(work, act, revision)
    if work.row.task_asked:
        raise NotAllowed(ONE_LEVEL)
    if act not in allowed_acts(work.row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS[act]))
    return for_id


def check_askable(work: Work, logins: Iterable[str], for_id: int) -> list[Any]:
    """The people of these logins (`id`, `login`, `name`), each free to be asked here; Invalid or SameHand otherwise."""
    wanted = list(dict.fromkeys(login.strip() for login in logins if login.strip()))
    if not wanted or len(wanted) > MOST:
        raise Invalid({"to": [TOO_MANY.fill(most=MOST) if wanted else NOBODY]})
    rows = work.desk.conn.execute(
        sa.select(people.c.id, people.c.login, people.c.name).where(
            people.c.login.in_(wanted), people.c.disabled_at.is_(None)
        )
    )
    found = {row.login: row for row in rows}
    missing = [login for login in wanted if login not in found]
    if missing:
        raise Invalid({"to": [UNKNOWN.fill(login="、".join(missing[:10]))]})
    asked = [found[login] for login in wanted]
    if any(one.id in (work.desk.person.id, for_id) for one in asked):
        raise Invalid({"to": [ONESELF]})
    hands = kept_out(work)
    for one in asked:
        if one.id in hands:
            raise SameHand(BARRED, who=one.name, step=work.version.step_name(hands[one.id]))
    return asked


def kept_out(work: Work) -> dict[int, str]:
    """Who may not be asked here, with the step that keeps them: barred from it, submitted the case, or signs beside."""
    row, first = work.row, submitting(work.version)
    hands = dict.fromkeys((row.applicant_id,), first[0] if first else row.task_step)
    hands |= work.hands_on(f",{','.join(first)},") | work.hands_on(row.task_separate)
    return hands | signers_beside(work)


def wait(work: Work, for_id: int, comment: str) -> int:
    """The task at hand waits for those who will be asked; the number of its row."""
    row, me = work.row, work.desk.person.id
    here = (tasks.c.id == row.task_id) & (tasks.c.revision == row.task_revision) & (tasks.c.state == "open")
    values = {"state": "waiting", "actor_id": me, "for_id": None if for_id == me else for_id, "comment": comment}
    changed = work.desk.conn.execute(tasks.update().where(here).values(**values, revision=row.revision + 1))
    if changed.rowcount != 1:
        raise Raced()
    number: int = row.task_id
    return number


def wait_anew(
    work: Work, for_id: int, comment: str, held: dict[str, Any] | None = None, bound: str | None = None
) -> int:
    """The task at hand is done, the diagram does not know it yet: a row that waits stands for it."""
    me = work.desk.person.id
    values = opening(
        work,
        task_of(work),
        state="waiting",
        actor_id=me,
        for_id=None if for_id == me else for_id,
        comment=comment,
        held=held,
        content_sha256=bound,
    )
    number: int = work.desk.conn.execute(tasks.insert().returning(tasks.c.id), values).scalar_one()
    return number


def task_of(work: Work) -> dict[str, Any]:
    """The columns of the task at hand."""
    return {column.name: getattr(work.row, f"task_{column.name}") for column in tasks.c}


_KEPT = (
    "case_id", "uuid", "step", "name", "offered_to", "assignee_id", "separate", "properties", "office_id", "due_at",
    "next_at", "stage", "late_at",
)  # fmt: skip


def opening(work: Work, task: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A new row like an earlier one; what was claimed is so from now on."""
    now = {"state": "open", "revision": work.row.revision + 1, "opened_at": work.desk.now}
    now["claimed_at"] = work.desk.now if task["claimed_at"] else None
    return {name: task[name] for name in _KEPT} | now | changes


def ask(work: Work, asked: str, waiting_id: int, who: list[Any], *, in_turn: bool = False) -> None:
    """A row for each who is asked; in turn, the others wait for the one before them."""
    row, me = work.row, work.desk.person
    first = submitting(work.version)
    given = {name: row.task_properties[name] for name in ("kind", "en") if name in row.task_properties}
    given["acts"] = ",".join(sorted({"transfer", "copy"} & {"transfer", *allowed_acts(row.task_properties)}))
    if given.get("kind") == "submit":
        given["kind"] = "decide"  # an opinion of it submits nothing
    for place, one in enumerate(who):
        uuid, principal = str(uuid4()), person_principal(one.id)
        values = opening(
            work,
            task_of(work),
            uuid=uuid,
            parent_id=waiting_id,
            asked=asked,
            state="waiting" if in_turn and place else "open",
            offered_to=principal,
            assignee_id=one.id,
            claimed_at=None,
            next_at=None,  # the clock looks at the waiting one, and reminds who was asked
            separate=_joined(row.task_separate, first),
            properties=given,
        )
        work.desk.conn.execute(tasks.insert(), values)
        announce(work, uuid, row.task_step, principal)
    tell_asked(work, asked, who[:1] if in_turn else who, row.task_step, me.name)


def _joined(separate: str, steps: Iterable[str]) -> str:
    named = dict.fromkeys([*filter(None, separate.split(",")), *steps])
    return f",{','.join(named)}," if named else ""


def tell_asked(work: Work, asked: str, who: Iterable[Any], step: str, asker: str) -> None:
    """Tell people that they were asked for something."""
    text = ASKS[asked].fill(**_facts(work, step), who=asker)
    told = Told("task", text, everybody(one.id for one in who), case_id=work.row.id)
    tell(work.desk.conn, told, f"asked:{work.row.id}:{work.row.revision + 1}", now=work.desk.now)


def _facts(work: Work, step: str) -> dict[str, Any]:
    title = work.changes.get("title", work.row.title)
    return {"title": title, "number": work.row.number, "step": work.version.step_name(step)}


def circle(work: Work) -> tuple[Any, list[Any]]:
    """The waiting row that an asked task hangs on, and every row asked from it, oldest first."""
    parent = work.row.task_parent_id
    both = sa.select(tasks).where(sa.or_(tasks.c.id == parent, tasks.c.parent_id == parent)).order_by(tasks.c.id)
    waiting, *asked = work.desk.conn.execute(both).all()
    return waiting, asked


def next_in_turn(work: Work, left: list[Any], asker: str) -> None:
    """Who was not asked yet is asked now, when nobody else is."""
    if not left or any(one.state == "open" for one in left):
        return
    following = left[0]
    values = {"state": "open", "opened_at": work.desk.now, "revision": work.row.revision + 1}
    here = (tasks.c.id == following.id) & (tasks.c.state == "waiting")
    if work.desk.conn.execute(tasks.update().where(here).values(values)).rowcount != 1:
        raise Raced()
    found = work.desk.conn.execute(sa.select(people.c.id).where(people.c.id == following.assignee_id)).all()
    tell_asked(work, following.asked, found, following.step, asker)


def come_back(work: Work, waiting: Any) -> str:
    """The waiting task opens again for who had asked, or as an incident for nobody; the name of its step."""
    conn = work.desk.conn
    end_wait(work, waiting)
    name: str = waiting.name
    why = _vacancy(work, waiting)
    if why:
        _to_nobody(work, waiting, why)
        return name
    conn.execute(tasks.insert(), opening(work, waiting._mapping, **_held_again(work, waiting)))
    announce(work, waiting.uuid, waiting.step, waiting.offered_to)
    told = Told("task", BACK.fill(**_facts(work, waiting.step)), everybody(askers(waiting)), case_id=work.row.id)
    tell(conn, told, f"back:{work.row.id}:{work.row.revision + 1}", now=work.desk.now)
    return name


def askers(waiting: Any) -> list[int]:
    """Whose a waiting task is: the absent person's and who asked for him; handed over, who has it now."""
    asked = [one for one in (waiting.for_id, waiting.actor_id) if one]
    return asked if waiting.assignee_id in (None, *asked) else [waiting.assignee_id]


def _vacancy(work: Work, waiting: Any) -> Text | None:
    """Why nobody can take up what comes back: it may have waited longer than its post was held."""
    post = waiting.offered_to
    if is_named(post):
        return None
    there = holders(work.desk.conn, {post}, work.desk.now)[post] if post else {}
    if not there:
        return NO_HOLDER
    return ALL_BARRED if there.keys() <= work.hands_on(waiting.separate).keys() else None


def _to_nobody(work: Work, waiting: Any, why: Text) -> None:
    values = opening(work, waiting._mapping, offered_to=None, assignee_id=None, claimed_at=None)
    task_id: int = work.desk.conn.execute(tasks.insert().returning(tasks.c.id), values).scalar_one()
    work.note("incident", step=waiting.step, task_id=task_id, why=why.zh)
    report_vacant(work, task_id, waiting.name, why)
    if work.row.state == "running":
        work.changes["state"] = "incident"


def came_to_nobody(work: Work) -> bool:
    """Whether a task came back that nobody can take up."""
    return any(one.verb == "incident" for one in work.entries)


def end_wait(work: Work, waiting: Any) -> None:
    """The waiting row is over: before the diagram moves on, which looks at what was decided."""
    close_asked(work, [waiting])


def _held_again(work: Work, waiting: Any) -> dict[str, Any]:
    """A task of a post goes back to who asked, as claimed; to the post when that person holds it no longer."""
    if is_named(waiting.offered_to):
        return {}
    held = {"release_at": release_after(work, waiting._mapping)}
    if waiting.assignee_id:
        return held
    asker = load_person(work.desk.conn, waiting.actor_id, work.desk.now)
    if asker is None or asker.disabled or asker.as_principal(waiting.offered_to, work.row.procedure_id) is None:
        return {}
    return held | {"assignee_id": asker.id, "claimed_at": work.desk.now}


def close_asked(work: Work, rows: Iterable[Any]) -> None:
    """These rows are over: nobody answers them any more."""
    numbers = [row.id for row in rows]
    still = tasks.c.id.in_(numbers) & tasks.c.state.in_(("open", "waiting"))
    closed = work.desk.conn.execute(tasks.update().where(still).values(state="closed", closed_at=work.desk.now))
    if closed.rowcount != len(numbers):
        raise Raced()
