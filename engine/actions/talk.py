"""抄送, 评论 and the mark that a copy was read: what does not move the case."""

from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.guard import check_whole_case
from engine.actions.mention import give_sight, mentioned, sends_copies
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed
from engine.messages import Told, everybody, tell
from engine.procedures.acts import NOT_HERE, WORDS
from engine.text import Text
from engine.work import Work, open_case, save_case
from models import comments, copies, people

NOBODY = Text("请选择抄送给谁。", "Choose who gets a copy.")
UNKNOWN = Text("没有这些人,或已停用:{logins}", "No such people, or disabled: {logins}")
EMPTY = Text("请填写评论内容。", "Write the comment.")
TOO_LONG = Text("评论最多2000字。", "A comment has at most 2,000 characters.")
MOST = 2_000
COPIED = Text("{who}把「{title}」({number})抄送给您。", "{who} sent you a copy of “{title}” ({number}).")
MENTIONED = Text(
    "{who}在「{title}」({number})的评论里提到您:", "{who} mentions you in a comment on “{title}” ({number}):"
)


def copy(desk: Desk, case_id: int, logins: list[str], note: str = "") -> int:
    """Send a copy to people, who may then see the case and are told; how many got it newly."""
    work = open_case(desk, case_id)
    relations, _ = check_whole_case(work, "copy")
    if not sends_copies(work, relations):
        raise NotAllowed(NOT_HERE.fill(act=WORDS["copy"]))
    note = said(note, needed=False)
    wanted = list(dict.fromkeys(login.strip() for login in logins if login.strip()))
    if not wanted:
        raise Invalid({"to": [NOBODY]})
    found = dict(
        desk.conn.execute(
            sa.select(people.c.login, people.c.id).where(people.c.login.in_(wanted), people.c.disabled_at.is_(None))
        ).all()
    )
    missing = [login for login in wanted if login not in found]
    if missing:
        raise Invalid({"to": [UNKNOWN.fill(logins="、".join(missing[:10]))]})
    have = set(desk.conn.execute(sa.select(copies.c.person_id).where(copies.c.case_id == case_id)).scalars())
    new = [person_id for person_id in found.values() if person_id not in have]
    if not new:
        return 0
    desk.conn.execute(
        copies.insert(),
        [
            {"case_id": case_id, "person_id": person_id, "sent_by": desk.person.id, "sent_at": desk.now}
            for person_id in new
        ],
    )
    facts: dict[str, Any] = {"comment": note} if note else {}
    work.note("copy", to=[login for login, person_id in found.items() if person_id in new], **facts)
    _tell(work, "copy", COPIED, new, note)
    work.aside = True
    save_case(work)
    return len(new)


def mark_read(desk: Desk, case_id: int) -> bool:
    """The receiver of a copy opened it; True the first time."""
    result = desk.conn.execute(
        copies.update()
        .where(copies.c.case_id == case_id, copies.c.person_id == desk.person.id, copies.c.read_at.is_(None))
        .values(read_at=desk.now)
    )
    return bool(result.rowcount)


def comment(desk: Desk, case_id: int, body: str) -> None:
    """Say something about a case, at any time; it moves nothing. Who is mentioned in it is told."""
    work = open_case(desk, case_id)
    relations, state = check_whole_case(work, "comment")
    body = body.strip()
    if not body or len(body) > MOST:
        raise Invalid({"body": [TOO_LONG if body else EMPTY]})
    desk.conn.execute(
        comments.insert(),
        {"case_id": case_id, "person_id": desk.person.id, "body": body, "made_at": desk.now},
    )
    work.note("comment", body=body)
    found = [one for one in mentioned(desk.conn, body) if one.id != desk.person.id]
    give_sight(work, found, relations, state)
    if found:
        _tell(work, "mention", MENTIONED, [one.id for one in found], body)
    work.aside = True
    save_case(work)


def _tell(work: Work, kind: str, text: Text, to: list[int], words: str) -> None:
    row = work.row
    text = text.fill(who=work.desk.person.name, title=row.title, number=row.number)
    text = Text(f"{text.zh}{words[:200]}", f"{text.en} {words[:200]}".rstrip())
    told = Told(kind, text, everybody(to), case_id=row.id)
    tell(work.desk.conn, told, f"{kind}:{row.id}:{row.revision + 1}", now=work.desk.now)
