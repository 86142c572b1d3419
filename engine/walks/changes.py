"""What is around a walk: accounts and drafts of before, people who come and go, tampering."""

from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.actions.procedure_drafts import open_draft, save_procedure_draft
from engine.actions.submit_release import submit_release
from engine.desk import Desk
from engine.people import held, holders, role_principal
from engine.procedures.version import load_version
from engine.releasing.drafts import locked_draft, set_draft
from engine.releasing.versions import Directory
from engine.rules.content import content_sha256
from engine.units import top_of
from engine.walks.failed import WalkFailed
from models import FACTS, account_terms, accounts, cases, contents, people, posts


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
    person = _person(conn, post["person"]).id
    conn.execute(posts.insert(), {"person_id": person, "role_id": role, "unit_id": unit, "since": now})


def other_keeper(conn: sa.Connection, case_id: int, login: str, now: datetime) -> str:
    """Somebody who keeps the procedure of the case, or an administrator, and is not this person."""
    version_id = conn.execute(sa.select(cases.c.version_id).where(cases.c.id == case_id)).scalar_one()
    names = {load_version(conn, version_id).owner, role_principal("administrator")}
    ids = {person for each in holders(conn, names, now).values() for person in each}
    found = sa.select(people.c.login).where(people.c.id.in_(ids), people.c.login != login).order_by(people.c.login)
    other: str | None = conn.execute(found.limit(1)).scalar()
    if other is None:
        raise WalkFailed(f"nobody but {login} keeps the procedure")
    return other


def register(conn: sa.Connection, account: dict[str, Any], now: datetime) -> None:
    """The account is in use and stands in the register, as one of before; once, however many stories tell of it."""
    holder = _person(conn, account["holder"])
    here = (accounts.c.kind == account["kind"]) & (accounts.c.name == account["name"])
    if conn.execute(sa.select(accounts.c.id).where(here)).first():
        return
    last = account.get("valid_until")
    row = {
        "user_name": "",
        "rights": [],
        **account,
        "state": "active",
        "holder_id": holder.id,
        "unit_id": holder.unit_id,
    }
    row |= {"organisation_id": top_of(conn, holder.unit_id), "valid_until": date.fromisoformat(last) if last else None}
    row |= {"opened_at": now, "confirmed_at": now}
    del row["holder"]
    number = conn.execute(accounts.insert().returning(accounts.c.id), row).scalar_one()
    facts = {key: row[key] for key in FACTS if key in row}
    conn.execute(account_terms.insert(), {**facts, "account_id": number, "since": now})


def write(desk: Desk, slug: str, no: int) -> int:
    """The person writes something into the draft of a procedure; its number."""
    draft_id = open_draft(desk, slug)
    row = locked_draft(desk, draft_id)
    manifest = orjson.loads(row.files["procedure.json"])
    manifest["retention_years"] += 1 + no
    save_procedure_draft(desk, draft_id, row.revision, {"procedure.json": orjson.dumps(manifest).decode()})
    return draft_id


def hand_in(desk: Desk, draft_id: int, failing: bool) -> None:
    """The draft is handed in, with proofs as its checks and stories would leave them."""
    submit_release(desk, draft_id, "…")
    row = locked_draft(desk, draft_id)
    story = {"id": "granted", "zh": "", "en": "", "failure": "…" if failing else ""}
    proofs = {"revision": row.revision, "state": "done", "findings": [], "stories": [story]}
    set_draft(desk, draft_id, proofs=proofs)


def _person(conn: sa.Connection, login: str) -> Any:
    found = conn.execute(sa.select(people).where(people.c.login == login)).first()
    if found is None:
        raise WalkFailed(f"there is no {login}")
    return found


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
