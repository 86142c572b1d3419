"""What happens around a walk and no action of the engine does: people come and go, a content is tampered with."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions.publish import Directory
from engine.people import held
from engine.rules.content import content_sha256
from engine.walks.failed import WalkFailed
from models import cases, contents, people, posts


def vacate(conn: sa.Connection, post: dict[str, str], now: datetime) -> None:
    """Nobody holds the role any longer (in the unit, when one is named)."""
    role, unit = _post(conn, post)
    here = held(posts, now) & (posts.c.role_id == role)
    if unit is not None:
        here &= posts.c.unit_id == unit
    if not conn.execute(posts.update().where(here).values(until=now)).rowcount:
        raise WalkFailed(f"nobody holds {post}")


def appoint(conn: sa.Connection, post: dict[str, str], now: datetime) -> None:
    """The person holds the post as well."""
    role, unit = _post(conn, post)
    person = conn.execute(sa.select(people.c.id).where(people.c.login == post["person"])).scalar()
    if person is None:
        raise WalkFailed(f"there is no {post['person']}")
    conn.execute(posts.insert(), {"person_id": person, "role_id": role, "unit_id": unit, "since": now})


def _post(conn: sa.Connection, post: dict[str, str]) -> tuple[str, int | None]:
    directory = Directory(conn)
    role, unit = directory.role(post["role"]), directory.unit(post["unit"]) if "unit" in post else None
    if role is None or ("unit" in post and unit is None):
        raise WalkFailed(f"there is no post {post}")
    return role, unit


def tamper(conn: sa.Connection, case_id: int, changed: dict[str, Any], now: datetime) -> None:
    """Somebody writes another content into the database, past every action: no approval may cover it."""
    newest = sa.select(contents).where(contents.c.case_id == case_id).order_by(contents.c.no.desc()).limit(1)
    before = conn.execute(newest).one()
    fields = {**before.fields, **changed}
    row = {"no": before.no + 1, "sha256": content_sha256(fields, ()), "fields": fields, "made_at": now}
    conn.execute(contents.insert(), {"case_id": case_id, "author_id": before.author_id, **row})
    stands = {"content_no": row["no"], "content_sha256": row["sha256"]}
    conn.execute(cases.update().where(cases.c.id == case_id).values(stands))
