"""What a process owner works on: the procedures one may change, and one draft with its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.procedures.manifest import title_of
from engine.procedures.rights import may, sees_cases
from engine.text import Text
from engine.units import parents
from models import LIVE, people, procedure_drafts, procedures, versions


@dataclass(frozen=True)
class Editable:
    """A procedure one may edit or release; `draft_id` is its live draft, `no` the version in use (0: none yet)."""

    slug: str
    title: Text
    no: int
    draft_id: int | None
    state: str
    saved_at: datetime | None
    saved_by: str
    may_release: bool = False
    may_edit: bool = False


@dataclass(frozen=True)
class DraftView:
    """One draft as its pages show it; `files` by name."""

    id: int
    slug: str
    family: str
    title: Text
    state: str
    revision: int
    files: dict[str, str]
    based_on: int | None
    base_no: int | None
    saved_at: datetime
    saved_by: str
    may_edit: bool
    may_release: bool
    sees_cases: bool
    row: Any

    @property
    def diagram(self) -> str:
        """The name of its own diagram."""
        return f"{self.slug}.bpmn"

    def json(self, name: str, default: Any) -> Any:
        """One of its JSON files, read; the default where there is none or it cannot be read."""
        try:
            return orjson.loads(self.files.get(name, ""))
        except orjson.JSONDecodeError:
            return default


def editable_procedures(conn: sa.Connection, person: Person) -> list[Editable]:
    """Every procedure whose draft the person may edit or release, by slug. Three statements."""
    live = sa.select(procedure_drafts).where(procedure_drafts.c.state.in_(LIVE)).subquery()
    drafted = conn.execute(
        sa.select(live, people.c.name.label("saver")).join(people, people.c.id == live.c.saved_by)
    ).all()
    drafts = {row.slug: row for row in drafted}
    released = {
        row.slug: row
        for row in conn.execute(
            sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en, versions.c.no, *_RIGHTS).join(
                versions, versions.c.id == procedures.c.version_id
            )
        )
    }
    above = parents(conn)
    return list(_editable(person, drafts, released, above))


_RIGHTS = (
    versions.c.manifest["posts"].label("posts"),
    versions.c.manifest["owner_principal"].as_string().label("owner_principal"),
)


def _editable(person: Person, drafts: Any, released: Any, above: Any) -> Iterator[Editable]:
    for slug in sorted({*drafts, *released}):
        now, draft = released.get(slug), drafts.get(slug)
        manifest = {"posts": now.posts or {}, "owner_principal": now.owner_principal} if now else None
        edit, release = (may(person, right, manifest, above) for right in ("edit", "release"))
        if not (edit or release):
            continue
        yield Editable(
            slug,
            Text(now.title_zh, now.title_en) if now else title_of(draft.files, slug),
            now.no if now else 0,
            draft.id if draft else None,
            draft.state if draft else "",
            draft.saved_at if draft else None,
            draft.saver if draft else "",
            release,
            edit,
        )


def procedure_draft(conn: sa.Connection, person: Person, draft_id: int) -> DraftView:
    """One draft; NotFound for whoever may neither edit nor release its procedure. Two statements."""
    view = draft_of_case(conn, person, draft_id)
    if view is None or not (view.may_edit or view.may_release):
        raise NotFound()
    return view


def draft_of_case(conn: sa.Connection, person: Person, draft_id: int) -> DraftView | None:
    """One draft for whoever sees a case about it, with what this person may do; None where there is none."""
    base = versions.alias("base")
    row = conn.execute(
        sa.select(
            procedure_drafts,
            people.c.name.label("saver"),
            base.c.no.label("base_no"),
            versions.c.manifest["posts"].label("posts"),
            versions.c.manifest["owner_principal"].as_string().label("owner_principal"),
            versions.c.id.label("current_id"),
        )
        .join(people, people.c.id == procedure_drafts.c.saved_by)
        .outerjoin(base, base.c.id == procedure_drafts.c.based_on)
        .outerjoin(procedures, procedures.c.slug == procedure_drafts.c.slug)
        .outerjoin(versions, versions.c.id == procedures.c.version_id)
        .where(procedure_drafts.c.id == draft_id)
    ).first()
    if row is None:
        return None
    manifest = {"posts": row.posts or {}, "owner_principal": row.owner_principal} if row.current_id else None
    above = parents(conn)
    edit, release = (may(person, right, manifest, above) for right in ("edit", "release"))
    return DraftView(
        id=row.id,
        slug=row.slug,
        family=row.family,
        title=title_of(row.files, row.slug),
        state=row.state,
        revision=row.revision,
        files=row.files,
        based_on=row.based_on,
        base_no=row.base_no,
        saved_at=row.saved_at,
        saved_by=row.saver,
        may_edit=edit,
        may_release=release,
        sees_cases=sees_cases(person, row.owner_principal),
        row=row,
    )
