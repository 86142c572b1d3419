"""流程草稿: open, save and drop the draft of a procedure; its release has actions of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from engine.people import Person
from engine.policy import check_house
from engine.procedures.folder import NAME, PLACE
from engine.procedures.package import MAX_BYTES, SUFFIXES
from engine.procedures.rights import may
from engine.text import Text
from engine.trail import Entry, house
from engine.units import parents
from models import LIVE, draft_hands, people, procedure_drafts, procedures, versions

MOST_FILES = 50
NO_FILES = Text(
    "流程文件夹里至少要有 procedure.json 和流程图。", "A procedure needs its procedure.json and its diagram."
)
NO_TEXT = Text("「{name}」里有不能保存的字符。", "“{name}” holds characters that cannot be kept.")
MANY = Text("文件超过 {limit} 个。", "More than {limit} files.")


class Overwritten(Conflict):
    """Somebody saved meanwhile; `by` and `at` say who and when, nothing is lost on either side."""

    code = "overwritten"
    message = Text(
        "{by}刚刚保存了这份流程草稿({files}),您的修改没有覆盖它。请先比较,再决定保留哪一份。",
        "{by} saved this draft a moment ago ({files}); yours did not overwrite it. Compare the two, then keep one.",
    )


class NotEditable(Conflict):
    code = "not_editable"
    message = Text(
        "这份流程草稿已提交发布或已结束,不能再修改。",
        "This draft was submitted for release or has ended and cannot be changed.",
    )


class DraftThere(Conflict):
    code = "draft_there"
    message = Text(
        "流程「{slug}」已有一份草稿,请在那一份上修改。", "There is a draft of “{slug}” already; work on that one."
    )


def open_draft(desk: Desk, slug: str) -> int:
    """The number of the live draft of a procedure, made from its current version when there is none."""
    _check_right(desk, slug, "edit")
    here = (procedure_drafts.c.slug == slug) & procedure_drafts.c.state.in_(LIVE)
    found = desk.conn.execute(sa.select(procedure_drafts.c.id).where(here)).scalar()
    if found is not None:
        return int(found)
    row = desk.conn.execute(
        sa.select(versions.c.id, versions.c.files, procedures.c.family)
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == slug)
    ).first()
    if row is None or row.files is None:
        raise NotFound()
    return _make(desk, slug, row.family, row.files, row.id)


def new_draft(desk: Desk, slug: str, family: str, files: Mapping[str, str]) -> int:
    """The draft of a procedure that is not there yet; DraftThere, Conflict where the name is taken."""
    check_house(desk.person.roles, "publish")
    if desk.conn.execute(sa.select(procedures.c.id).where(procedures.c.slug == slug)).first():
        raise DraftThere(slug=slug)
    return _make(desk, slug, family, files, None)


def save_procedure_draft(desk: Desk, draft_id: int, revision: int, changes: Mapping[str, str | None]) -> int:
    """Keep changed files of a draft (None takes one away); the new revision.

    `revision` is the one the changes were made on: Overwritten where somebody saved after it.
    """
    row = locked_draft(desk, draft_id)
    if row.state != "editing":
        raise NotEditable()
    if row.revision != revision:
        raise _overwritten(desk.conn, row, revision)
    files = {name: text for name, text in {**row.files, **changes}.items() if text is not None}
    _check_files(files)
    if files == row.files:
        return revision
    _save(desk, draft_id, revision + 1, files, sorted(name for name in changes if changes[name] != row.files.get(name)))
    return revision + 1


def drop_draft(desk: Desk, draft_id: int) -> None:
    """Give a draft up; it stays on record."""
    row = locked_draft(desk, draft_id)
    if row.state != "editing":
        raise NotEditable()
    _set(desk, draft_id, state="dropped")
    _note(desk, "drop_procedure_draft", {"draft": draft_id, "slug": row.slug})


def locked_draft(desk: Desk, draft_id: int, right: str = "edit") -> Any:
    """The draft's row, held until the commit; NotFound for whoever has no right on its procedure."""
    row = desk.conn.execute(
        sa.select(procedure_drafts).where(procedure_drafts.c.id == draft_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound()
    _check_right(desk, row.slug, right)
    return row


def may_on(conn: sa.Connection, person: Person, slug: str, right: str) -> bool:
    """Whether the person has the right on the procedure as it is released now. Two statements."""
    manifest = conn.execute(
        sa.select(versions.c.manifest)
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == slug)
    ).scalar()
    return may(person, right, manifest, parents(conn))


def _check_right(desk: Desk, slug: str, right: str) -> None:
    if may_on(desk.conn, desk.person, slug, right):
        return
    raise NotAllowed() if may_on(desk.conn, desk.person, slug, "see") else NotFound()


def _make(desk: Desk, slug: str, family: str, files: Mapping[str, str], based_on: int | None) -> int:
    _check_files(files)
    row: dict[str, Any] = {"slug": slug, "family": family, "files": dict(files), "based_on": based_on, "revision": 1}
    row |= {"state": "editing", "made_by": desk.person.id, "made_at": desk.now}
    row |= {"saved_by": desk.person.id, "saved_at": desk.now}
    try:
        with desk.conn.begin_nested():
            draft_id: int = desk.conn.execute(
                procedure_drafts.insert().returning(procedure_drafts.c.id), row
            ).scalar_one()
    except IntegrityError:
        raise DraftThere(slug=slug) from None
    _hand(desk, draft_id, 1, sorted(files) if based_on is None else [])
    _note(desk, "open_procedure_draft", {"draft": draft_id, "slug": slug, "based_on": based_on})
    return draft_id


def _check_files(files: Mapping[str, str]) -> None:
    if "procedure.json" not in files or not any(name.endswith(".bpmn") for name in files):
        raise Invalid({"files": [NO_FILES]})
    if len(files) > MOST_FILES:
        raise Invalid({"files": [MANY.fill(limit=MOST_FILES)]})
    for name, text in files.items():
        if not NAME.fullmatch(name) or not name.endswith(SUFFIXES):
            raise Invalid({"files": [PLACE.fill(name=name[:60])]})
        if not text.isprintable() and any("\ud800" <= one <= "\udfff" or one == "\0" for one in text):
            raise Invalid({"files": [NO_TEXT.fill(name=name)]})
        if len(text.encode()) > MAX_BYTES:
            raise TooLarge(limit=f"{MAX_BYTES // 1_000_000} MB")


def _save(desk: Desk, draft_id: int, revision: int, files: dict[str, str], changed: list[str]) -> None:
    at: datetime = desk.now
    _set(desk, draft_id, files=files, revision=revision, saved_by=desk.person.id, saved_at=at, proofs=None)
    _hand(desk, draft_id, revision, changed)
    digest = orjson.dumps(changed).decode()
    _note(desk, "save_procedure_draft", {"draft": draft_id, "revision": revision, "files": digest})


def _hand(desk: Desk, draft_id: int, revision: int, changed: list[str]) -> None:
    row = {"draft_id": draft_id, "revision": revision, "person_id": desk.person.id, "at": desk.now, "files": changed}
    desk.conn.execute(draft_hands.insert(), row)


def _set(desk: Desk, draft_id: int, **values: Any) -> None:
    desk.conn.execute(procedure_drafts.update().where(procedure_drafts.c.id == draft_id).values(values))


def _note(desk: Desk, verb: str, facts: dict[str, Any]) -> None:
    house(desk.conn, [Entry(verb, facts=facts, actor_id=desk.person.id)], desk.now)


def _overwritten(conn: sa.Connection, row: Any, revision: int) -> Overwritten:
    name = conn.execute(sa.select(people.c.name).where(people.c.id == row.saved_by)).scalar_one()
    later = (draft_hands.c.draft_id == row.id) & (draft_hands.c.revision > revision)
    changed = conn.execute(sa.select(draft_hands.c.files).where(later)).scalars()
    files = sorted({one for files in changed for one in files})
    return Overwritten(by=name, files="、".join(files))
