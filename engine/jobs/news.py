"""The job `news`: how a case went on, told to those whom it now waits for, to the applicant and to the outside."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine.jobs.telling import News, audience, enter, free_hands, key_of
from engine.jobs.worker import Finish, Job, Place
from engine.people import person_principal
from engine.procedures.version import Version
from engine.queue import enqueue
from engine.text import Text
from engine.work import Acted, row_of_case
from models import copies, tasks

LONGEST_OPINION = 200

TASK = Text("请办理「{step}」:{title}({number})", "Please act on “{step}”: {title} ({number})")
ANEW = Text(
    "您的申请被退回,请修改后重新提交:{title}({number})",
    "Your case was returned; change it and submit it again: {title} ({number})",
)
RETURNED = Text(
    "您的申请被退回到「{step}」:{title}({number})", "Your case was returned to “{step}”: {title} ({number})"
)
ENDED = {
    "done": Text("申请已办结:{title}({number})", "The case is done: {title} ({number})"),
    "rejected": Text("申请被拒绝:{title}({number})", "The case was rejected: {title} ({number})"),
    "withdrawn": Text("申请已由申请人撤回:{title}({number})", "The applicant withdrew the case: {title} ({number})"),
    "cancelled": Text("申请已被终止:{title}({number})", "The case was cancelled: {title} ({number})"),
}
OPINION = Text("{text}。意见:{opinion}", "{text}. Opinion: {opinion}")


def news(place: Place, job: Job) -> Finish:
    """The payload is what `engine.actions.news` wrote."""
    told, now = job.payload, place.now()
    with models.reading(place.engine) as conn:
        case, version, acted = row_of_case(conn, job.case_id or 0)
        done = _done(conn, case.id, told["done"])
        opened = _opened(conn, case.id, told["opened"])
        returned = done is not None and done.decision == "return"
        found = [_task(conn, case, task, acted, version, now, done if returned else None) for task in opened]
        known = {person for one in found for person in one.to}
        if returned:
            found += _returned(case, version, done, opened, told["by"], known)
        if told["ended"]:
            found.append(_ended(conn, case, told["ended"], done, told["by"], now))

    def finish(conn: sa.Connection) -> None:
        enter(conn, found, now, by_mail=place.mail is not None)
        for key, body in [*told["events"], *(_events(case, done, told["ended"]) if told["outside"] else ())]:
            enqueue(conn, "webhook", body, key, case_id=case.id, now=now)

    return finish


def _done(conn: sa.Connection, case_id: int, uuid: str | None) -> Any | None:
    """The task that was acted on."""
    if uuid is None:
        return None
    which = tasks.c.case_id == case_id, tasks.c.uuid == uuid, tasks.c.state == "done"
    return conn.execute(sa.select(tasks).where(*which).order_by(tasks.c.id.desc()).limit(1)).first()


def _opened(conn: sa.Connection, case_id: int, uuids: list[str]) -> list[Any]:
    """Of the tasks that were opened those that still wait, and that nobody took."""
    which = tasks.c.case_id == case_id, tasks.c.uuid.in_(uuids), tasks.c.state == "open"
    found = conn.execute(sa.select(tasks).where(*which).order_by(tasks.c.id)).all() if uuids else []
    return [task for task in found if task.offered_to and task.claimed_at is None]


def _task(
    conn: sa.Connection,
    case: Any,
    task: Any,
    acted: list[Acted],
    version: Version,
    now: datetime,
    returned: Any | None,
) -> News:
    to = free_hands(audience(conn, [task.offered_to], now, case.procedure_id), acted, task.separate)
    anew = returned is not None and task.properties.get("kind") == "submit"
    text = _said(ANEW if anew else TASK, case, version.step_name(task.step))
    return News(
        key_of(task.id, task.revision),
        "task",
        _with_opinion(text, returned) if anew else text,
        list(to),
        case.id,
        task.id,
    )


def _returned(
    case: Any, version: Version, done: Any, opened: list[Any], by: int | None, known: set[int]
) -> Iterable[News]:
    """The applicant hears of a return to somebody else; who is to act on it hears that."""
    if not opened or case.applicant_id in {by, *known}:
        return
    step = "、".join(version.step_name(task.step) for task in opened)
    text = _with_opinion(_said(RETURNED, case, step), done)
    yield News(f"returned:{done.id}", "outcome", text, [case.applicant_id], case.id)


def _ended(conn: sa.Connection, case: Any, state: str, done: Any | None, by: int | None, now: datetime) -> News:
    """For the applicant and who was sent a copy, but for whoever ended it."""
    sent = conn.execute(sa.select(copies.c.person_id).where(copies.c.case_id == case.id)).scalars()
    to = audience(conn, [person_principal(one) for one in {case.applicant_id, *sent} - {by}], now)
    text = _said(ENDED[state], case)
    return News(
        f"ended:{case.id}", "outcome", _with_opinion(text, done) if state == "rejected" else text, list(to), case.id
    )


def _said(text: Text, case: Any, step: str = "") -> Text:
    return text.fill(step=step, title=case.title, number=case.number)


def _with_opinion(text: Text, done: Any | None) -> Text:
    opinion = ((done.comment if done else None) or "").strip()
    return OPINION.fill(text=text, opinion=opinion[:LONGEST_OPINION]) if opinion else text


def _events(case: Any, done: Any | None, ended: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the outside hears beside the tasks that were opened."""
    if done is not None:
        body = {"event": "task_done", "case": case.number, "step": done.step, "decision": done.decision}
        yield f"task_done:{done.id}", body | {"by": person_principal(done.actor_id)}
    if ended:
        yield f"case_ended:{case.id}", {"event": "case_ended", "case": case.number, "state": ended}
