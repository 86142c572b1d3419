"""Whom a comment speaks to: `@login` or `@姓名`, each of a person who is here and may see the case."""

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine.errors import Invalid, NotFound
from engine.people import load_person
from engine.policy import CASE_TABLE, may
from engine.procedures.acts import allowed_acts
from engine.standing import case_relations, open_tasks_of
from engine.text import Text
from engine.work import Work
from models import copies, people

MOST = 20
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@@]([\w.\-·]{1,60})")
UNKNOWN = Text("没有登录名或姓名为「{name}」的在职人员。", "Nobody here has the login or the name “{name}”.")
SEVERAL = Text("叫「{name}」的不止一人,请改写登录名。", "Several people are called “{name}”; write the login.")
TOO_MANY = Text("一条评论最多提到{most}人。", "A comment mentions at most {most} people.")
UNSEEN = Text(
    "{names}看不到此申请,而您无权抄送,不能提到。",
    "{names} cannot see this case, and you may not send copies of it.",
)


def mentioned(conn: sa.Connection, body: str) -> list[Any]:
    """The people named in a text (`id`, `login`, `name`), each once; Invalid for a name that is nobody's."""
    tokens = list(dict.fromkeys(_AT.findall(body)))
    if len(tokens) > MOST:
        raise Invalid({"body": [TOO_MANY.fill(most=MOST)]})
    starts = {token[:length] for token in tokens for length in range(1, len(token) + 1)}
    if not starts:
        return []
    rows = conn.execute(
        sa.select(people.c.id, people.c.login, people.c.name).where(
            sa.or_(people.c.login.in_(starts), people.c.name.in_(starts)), people.c.disabled_at.is_(None)
        )
    ).all()
    return list({one.id: one for one in (_named(token, rows) for token in tokens)}.values())


def _named(token: str, rows: Iterable[Any]) -> Any:
    """The person whose login or name the token begins with, the longest of them; a name may run on into the text."""
    fits = [(name, row) for row in rows for name in {row.login, row.name} if _begins(token, name)]
    if not fits:
        raise Invalid({"body": [UNKNOWN.fill(name=token[:40])]})
    longest = max(len(name) for name, _ in fits)
    found = {row.id: row for name, row in fits if len(name) == longest}
    if len(found) > 1:
        raise Invalid({"body": [SEVERAL.fill(name=token[:longest])]})
    return next(iter(found.values()))


def _begins(token: str, name: str) -> bool:
    """A login ends where no letter, figure or dot within it follows; after a Chinese name any word may."""
    rest = token[len(name) :]
    return token.startswith(name) and not (name.isascii() and re.match(r"[A-Za-z0-9_\-]|\.\w", rest))


def give_sight(work: Work, found: list[Any], relations: frozenset[str], state: str) -> None:
    """Who is mentioned and does not see the case gets it as by a copy, from who may send copies."""
    unseen = [one for one in found if not _sees(work, one.id)]
    if not unseen:
        return
    if not (may(CASE_TABLE, relations, "copy", state) and sends_copies(work, relations)):
        raise Invalid({"body": [UNSEEN.fill(names="、".join(one.name for one in unseen))]})
    me, now = work.desk.person.id, work.desk.now
    given = {"case_id": work.row.id, "sent_by": me, "sent_at": now}
    work.desk.conn.execute(copies.insert(), [{**given, "person_id": one.id} for one in unseen])
    work.note("copy", to=[one.login for one in unseen])


def sends_copies(work: Work, relations: frozenset[str]) -> bool:
    """Whether one may here who may send copies of a case: by a part in it, or by an open step that lists it."""
    if not relations.isdisjoint(("applicant", "actor", "owner")):
        return True
    person, procedure = work.desk.person, work.row.procedure_id
    return any(
        "copy" in allowed_acts(task.properties)
        for task in open_tasks_of(work.desk.conn, work.row.id)
        if task.assignee_id == person.id or person.as_principal(task.offered_to, procedure) is not None
    )


def _sees(work: Work, person_id: int) -> bool:
    conn, row = work.desk.conn, work.row
    person = load_person(conn, person_id, work.desk.now)
    if person is None:
        raise NotFound()
    return bool(case_relations(conn, person, row, work.version.owner, open_tasks_of(conn, row.id)))
