"""What is seen of a draft's way to a version: who wrote what, what is missing, and the versions so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound, QianfaError
from engine.people import Person
from engine.procedures.proofs import failed_of, fault, in_work
from engine.procedures.rights import may
from engine.queries.studio import DraftView
from engine.text import Text
from engine.units import parents
from models import draft_hands, people, procedure_drafts, procedures, versions


@dataclass(frozen=True)
class Hand:
    """Who saved a revision, and the files changed in it."""

    revision: int
    name: str
    at: datetime
    files: list[str]
    person_id: int


@dataclass(frozen=True)
class ReleaseView:
    """A draft on its way: `missing` says why it may not become a version, `own` that the reader had a hand in it."""

    submitted_by: str
    released_by: str
    version_no: int | None
    newer_no: int | None  # of a version published since the draft was opened
    missing: QianfaError | None
    proving: bool
    own: bool
    lived: int
    failed: int

    def may(self, draft: DraftView, verb: str) -> bool:
        """Whether the page shows the button; the action asks again."""
        if verb in ("submit", "withdraw"):
            return draft.may_edit and draft.state == ("editing" if verb == "submit" else "submitted")
        return draft.may_release and draft.state == "submitted" and (verb == "refuse" or not self.own)


@dataclass(frozen=True)
class Past:
    """One version of a procedure; `state` is now, coming or past."""

    no: int
    state: str
    published_at: datetime
    published_by: str
    submitted_by: str
    effective_at: datetime | None
    note: str
    has_files: bool


@dataclass(frozen=True)
class History:
    slug: str
    title: Text
    versions: list[Past]
    may_edit: bool


def hands(conn: sa.Connection, draft: DraftView) -> list[Hand]:
    """Everybody who saved the draft, the newest revision first. One statement."""
    rows = conn.execute(
        sa.select(draft_hands, people.c.name)
        .join(people, people.c.id == draft_hands.c.person_id)
        .where(draft_hands.c.draft_id == draft.id)
        .order_by(draft_hands.c.revision.desc())
    )
    return [Hand(row.revision, row.name, row.at, row.files, row.person_id) for row in rows]


def release_view(conn: sa.Connection, person: Person, draft: DraftView) -> ReleaseView:
    """How far the release of a draft is. Three statements."""
    row = draft.row
    wrote = {one.person_id for one in hands(conn, draft)} | {row.made_by, row.submitted_by}
    named = sa.select(people.c.id, people.c.name).where(people.c.id.in_([row.submitted_by, row.released_by]))
    name = {one.id: one.name for one in conn.execute(named)}
    of_it = versions.c.procedure_id == procedures.c.id
    known = conn.execute(
        sa.select(versions.c.id, versions.c.no)
        .join(procedures, of_it)
        .where(procedures.c.slug == draft.slug)
        .order_by(versions.c.no)
    ).all()
    newest = known[-1] if known else None
    stories = (row.proofs or {}).get("stories", [])
    return ReleaseView(
        submitted_by=name.get(row.submitted_by, ""),
        released_by=name.get(row.released_by, ""),
        version_no=next((one.no for one in known if one.id == row.version_id), None),
        newer_no=newest.no if newest and newest.id != row.based_on else None,
        missing=fault(row.proofs, row.revision),
        proving=in_work(row.proofs, row.revision),
        own=person.id in wrote,
        lived=sum(one["failure"] is not None for one in stories),
        failed=len(failed_of(row.proofs or {})),
    )


def version_history(conn: sa.Connection, person: Person, slug: str) -> History:
    """Every version of a procedure, the newest first; NotFound for who may neither edit nor release it.

    Three statements.
    """
    manifest, found = _rights(conn, slug)
    above = parents(conn)
    edit, release = (may(person, right, manifest, above) for right in ("edit", "release"))
    if not (edit or release):
        raise NotFound()
    publisher, submitter = people.alias("publisher"), people.alias("submitter")
    rows = conn.execute(
        sa.select(
            versions.c.id,
            versions.c.no,
            versions.c.published_at,
            versions.c.effective_at,
            versions.c.files.is_not(None).label("has_files"),
            publisher.c.name.label("published_by"),
            submitter.c.name.label("submitted_by"),
            procedure_drafts.c.note,
        )
        .outerjoin(publisher, publisher.c.id == versions.c.published_by)
        .outerjoin(procedure_drafts, procedure_drafts.c.version_id == versions.c.id)
        .outerjoin(submitter, submitter.c.id == procedure_drafts.c.submitted_by)
        .where(versions.c.procedure_id == found.id)
        .order_by(versions.c.no.desc())
    ).all()
    now = next((row.no for row in rows if row.id == found.version_id), 0)
    return History(slug, Text(found.title_zh, found.title_en), [_past(row, now) for row in rows], edit)


def version_files(conn: sa.Connection, person: Person, slug: str, no: int) -> dict[str, str]:
    """The folder a version was published from; NotFound where it was not kept or is not for this reader."""
    manifest, found = _rights(conn, slug)
    above = parents(conn)
    if not any(may(person, right, manifest, above) for right in ("edit", "release")):
        raise NotFound()
    mine = versions.c.procedure_id == found.id, versions.c.no == no
    files: dict[str, str] | None = conn.execute(sa.select(versions.c.files).where(*mine)).scalar()
    if files is None:
        raise NotFound()
    return files


def _rights(conn: sa.Connection, slug: str) -> tuple[Mapping[str, Any] | None, Any]:
    """What the version in force says on rights (None: none is in force yet), and the procedure's row."""
    found = conn.execute(
        sa.select(
            procedures,
            versions.c.manifest["posts"].label("posts"),
            versions.c.manifest["owner_principal"].as_string().label("owner_principal"),
        )
        .outerjoin(versions, versions.c.id == procedures.c.version_id)
        .where(procedures.c.slug == slug)
    ).first()
    if found is None:
        raise NotFound()
    manifest = {"posts": found.posts or {}, "owner_principal": found.owner_principal} if found.version_id else None
    return manifest, found


def _past(row: Any, now: int) -> Past:
    state = "now" if row.no == now else "coming" if row.no > now else "past"
    return Past(
        row.no,
        state,
        row.published_at,
        row.published_by or "",
        row.submitted_by or "",
        row.effective_at,
        row.note or "",
        row.has_files,
    )
