"""请外部人员审批: a link for one use and a code told another way; the answer is an opinion, it decides nothing."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.guard import check_task
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, QianfaError
from engine.outside import OVER, code_hash, digest_of, state_of
from engine.procedures.acts import NOT_HERE, WORDS, allowed_acts
from engine.text import Text
from engine.work import Raced, Work, open_task, save_case
from models import outside_links, uploads

HOURS = 72
MOST_HOURS = 720
MOST_LIVE = 5
NAME = Text("请写明外部人员的姓名,最多 100 字。", "Say who is asked, in 100 characters at most.")
QUESTION = Text("请写明要其看什么。", "Say what is wanted.")
TIME = Text("有效期为 1 至 {most} 小时。", "A link is good for 1 to {most} hours.").fill(most=MOST_HOURS)
FILE = Text("所选文件不属于此申请。", "A chosen file does not belong to this case.")
ENOUGH = Text("此待办已有 {most} 个有效链接,请先收回。", "This task has {most} live links; revoke one first.")


@dataclass(frozen=True)
class Invitation:
    """`token` and `code` are shown once and kept nowhere."""

    link_id: int
    token: str
    code: str
    expires_at: datetime


def ask_outside(
    desk: Desk,
    task_id: int,
    name: str,
    question: str,
    files: Iterable[str] = (),
    hours: int = HOURS,
    revision: int | None = None,
) -> Invitation:
    """Ask somebody without an account about the task one holds, where its step allows it.

    Shown will be the title, the content as it stands and the named files of the case, nothing else.
    """
    work = open_task(desk, task_id)
    for_id = check_task(work, "outside", revision)
    row, name, wanted = work.row, name.strip(), list(dict.fromkeys(files))
    if "outside" not in allowed_acts(row.task_properties):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["outside"]))
    _check(desk, row.id, name, wanted, hours)
    question = said(question, QUESTION)
    live = (outside_links.c.task_id == task_id) & outside_links.c.answered_at.is_(None)
    live &= outside_links.c.revoked_at.is_(None) & (outside_links.c.expires_at > desk.now)
    if desk.conn.execute(sa.select(sa.func.count()).select_from(outside_links).where(live)).scalar_one() >= MOST_LIVE:
        raise Conflict(ENOUGH.fill(most=MOST_LIVE))
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**8):08d}"
    expires = desk.now + timedelta(hours=hours)
    values = {
        "task_id": task_id,
        "asked_by": desk.person.id,
        "name": name,
        "question": question,
        "files": wanted,
        "content_no": row.content_no,
        "content_sha256": row.content_sha256,
        "digest": digest_of(token),
        "code_hash": code_hash(token, code),
        "made_at": desk.now,
        "expires_at": expires,
    }
    made: int = desk.conn.execute(outside_links.insert().returning(outside_links.c.id), values).scalar_one()
    facts: dict[str, Any] = {"outside": name, "link": made, "expires": expires.isoformat()}
    facts |= {"files": wanted, "comment": question}
    work.note("outside_ask", step=row.task_step, task_id=task_id, for_id=for_id, content=row.content_sha256, **facts)
    save_case(work)
    return Invitation(made, token, code, expires)


def revoke_outside(desk: Desk, link_id: int) -> None:
    """Take a link back, by who asked, who may ask for the task now, or an administrator."""
    link = desk.conn.execute(sa.select(outside_links).where(outside_links.c.id == link_id)).first()
    if link is None:
        raise NotFound()
    work = open_task(desk, link.task_id)
    if link.asked_by != desk.person.id and "administrator" not in desk.person.roles and not _may_ask(work):
        raise NotFound()
    state = state_of(desk.conn, link, work.row, desk.now)
    if state in OVER:
        raise Conflict(OVER[state])
    live = outside_links.c.revoked_at.is_(None) & outside_links.c.answered_at.is_(None)
    here = (outside_links.c.id == link_id) & live
    if desk.conn.execute(outside_links.update().where(here).values(revoked_at=desk.now)).rowcount != 1:
        raise Raced()
    work.note("outside_revoke", step=work.row.task_step, task_id=link.task_id, outside=link.name, link=link_id)
    save_case(work)


def _may_ask(work: Work) -> bool:
    try:
        check_task(work, "outside", None)
    except QianfaError:
        return False
    return True


def _check(desk: Desk, case_id: int, name: str, files: list[str], hours: int) -> None:
    wrong: dict[str, list[Text]] = {}
    if not 0 < len(name) <= 100:
        wrong["name"] = [NAME]
    if not 0 < hours <= MOST_HOURS:
        wrong["hours"] = [TIME]
    theirs = sa.select(uploads.c.sha256).where(uploads.c.case_id == case_id, uploads.c.sha256.in_(files))
    if files and set(desk.conn.execute(theirs).scalars()) != set(files):
        wrong["files"] = [FILE]
    if wrong:
        raise Invalid(wrong)
