"""Links to people outside: those of a task for who asked, and the one page behind a link."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.outside import OVER, digest_of, is_pass, state_of
from engine.procedures.version import load_version
from models import cases, contents, outside_links, people, tasks, uploads


def _links() -> Any:
    return (
        sa.select(outside_links, people.c.name.label("asker"), tasks.c.step)
        .add_columns(*(tasks.c[name].label(f"task_{name}") for name in ("state", "offered_to", "assignee_id")))
        .add_columns(cases.c.id.label("case_id"), cases.c.state, cases.c.title, cases.c.number)
        .add_columns(cases.c.version_id, cases.c.procedure_id)
        .join(tasks, tasks.c.id == outside_links.c.task_id)
        .join(cases, cases.c.id == tasks.c.case_id)
        .join(people, people.c.id == outside_links.c.asked_by)
    )


def outside_list(conn: sa.Connection, task_id: int, now: datetime) -> list[dict[str, Any]]:
    """The links of a task with their states, the newest first; for who was shown the task."""
    rows = conn.execute(_links().where(outside_links.c.task_id == task_id).order_by(outside_links.c.id.desc())).all()
    return [{**row._mapping, "state": state_of(conn, row, row, now)} for row in rows]


def outside_view(conn: sa.Connection, token: str, own: str, now: datetime) -> dict[str, Any]:
    """What the browser that entered the code may see: title, question, content and the named files.

    NotFound for everything else: another browser, a link that is over, a token nobody made.
    """
    link = conn.execute(_links().where(outside_links.c.digest == digest_of(token))).first()
    if link is None or not is_pass(link, own) or state_of(conn, link, link, now) in OVER:
        raise NotFound()
    fields = conn.execute(
        sa.select(contents.c.fields).where(contents.c.case_id == link.case_id, contents.c.no == link.content_no)
    ).scalar()
    named = sa.select(uploads).where(uploads.c.case_id == link.case_id, uploads.c.sha256.in_(link.files))
    files = {row.sha256: dict(row._mapping) for row in conn.execute(named)}
    version = load_version(conn, link.version_id)
    return {**link._mapping, "version": version, "fields": fields or {}, "files": list(files.values())}
