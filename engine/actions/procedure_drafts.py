"""流程草稿: open, save and drop the draft of a procedure; its release has actions of its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound
from engine.policy import check_house
from engine.procedures.folder import PARTS, check_files
from engine.procedures.manifest import LONGEST_SLUG, SLUG
from engine.releasing.drafts import check_right, locked_draft, newest_version, note_draft, set_draft
from engine.text import Text
from models import LIVE, draft_hands, people, procedure_drafts, procedures

BAD_SLUG = Text(
    "代号由小写字母、数字和连字符组成,以字母开头,不超过 60 个字符。",
    "A code is made of small letters, digits and hyphens, begins with a letter and has 60 characters at most.",
)
BAD_FAMILY = Text("流程类别不可用。", "This group of procedures cannot be used.")
NAME_OF_PART = Text(
    "「{slug}」已是一个被调用流程的代号。", "“{slug}” is already the code of a process that others call."
)
NO_FAMILY = frozenset({"parts", "channels", "company", "sheets"})  # shelves of the catalogue that hold no procedures


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
    """The number of the live draft of a procedure, made from its newest version when there is none."""
    check_right(desk, slug, "edit")
    here = (procedure_drafts.c.slug == slug) & procedure_drafts.c.state.in_(LIVE)
    found = desk.conn.execute(sa.select(procedure_drafts.c.id).where(here)).scalar()
    if found is not None:
        return int(found)
    row = newest_version(desk.conn, slug)
    if row is None or row.files is None:
        raise NotFound()
    return make_draft(desk, slug, row.family, row.files, row.id)


def new_draft(desk: Desk, slug: str, family: str, files: Mapping[str, str]) -> int:
    """The draft of a procedure that is not there yet; DraftThere, Conflict where the name is taken."""
    check_house(desk.person.roles, "publish")
    if desk.conn.execute(sa.select(procedures.c.id).where(procedures.c.slug == slug)).first():
        raise DraftThere(slug=slug)
    if not (SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG):
        raise Invalid({"slug": [BAD_SLUG]})
    if not SLUG.fullmatch(family) or len(family) > 40 or family in NO_FAMILY:
        raise Invalid({"family": [BAD_FAMILY]})
    if (PARTS / slug).exists():
        raise Invalid({"slug": [NAME_OF_PART.fill(slug=slug)]})
    return make_draft(desk, slug, family, files, None)


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
    check_files(files)
    if files == row.files:
        return revision
    _save(desk, draft_id, revision + 1, files, sorted(name for name in changes if changes[name] != row.files.get(name)))
    return revision + 1


def drop_draft(desk: Desk, draft_id: int) -> None:
    """Give a draft up; it stays on record."""
    row = locked_draft(desk, draft_id)
    if row.state != "editing":
        raise NotEditable()
    set_draft(desk, draft_id, state="dropped")
    note_draft(desk, "drop_procedure_draft", {"draft": draft_id, "slug": row.slug})


def make_draft(
    desk: Desk,
    slug: str,
    family: str,
    files: Mapping[str, str],
    based_on: int | None,
    changed: Iterable[str] = (),
) -> int:
    """A new draft with these files; `changed` are those that are not as in the version it is based on."""
    check_files(files)
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
    _hand(desk, draft_id, 1, sorted(files if based_on is None else changed))
    note_draft(desk, "open_procedure_draft", {"draft": draft_id, "slug": slug, "based_on": based_on})
    return draft_id


def _save(desk: Desk, draft_id: int, revision: int, files: dict[str, str], changed: list[str]) -> None:
    at: datetime = desk.now
    set_draft(desk, draft_id, files=files, revision=revision, saved_by=desk.person.id, saved_at=at, proofs=None)
    _hand(desk, draft_id, revision, changed)
    digest = orjson.dumps(changed).decode()
    note_draft(desk, "save_procedure_draft", {"draft": draft_id, "revision": revision, "files": digest})


def _hand(desk: Desk, draft_id: int, revision: int, changed: list[str]) -> None:
    row = {"draft_id": draft_id, "revision": revision, "person_id": desk.person.id, "at": desk.now, "files": changed}
    desk.conn.execute(draft_hands.insert(), row)


def _overwritten(conn: sa.Connection, row: Any, revision: int) -> Overwritten:
    name = conn.execute(sa.select(people.c.name).where(people.c.id == row.saved_by)).scalar_one()
    later = (draft_hands.c.draft_id == row.id) & (draft_hands.c.revision > revision)
    changed = conn.execute(sa.select(draft_hands.c.files).where(later)).scalars()
    files = sorted({one for files in changed for one in files})
    return Overwritten(by=name, files="、".join(files))
