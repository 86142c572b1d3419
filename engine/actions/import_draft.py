"""导入: a draft from the files of a zip, of a procedure that is there or of a new one."""

from collections.abc import Mapping
from typing import Any

import orjson

from engine.actions.procedure_drafts import make_draft, new_draft, save_procedure_draft
from engine.desk import Desk
from engine.errors import Invalid
from engine.procedures.folder import check_files
from engine.procedures.manifest import SLUG
from engine.releasing.drafts import check_right, locked_draft, newest_version
from engine.text import Text

NO_SLUG = Text("缺少 procedure.json 或其中的 slug。", "procedure.json or its slug is missing.")
OTHER = Text(
    "这是流程「{slug}」的文件,不能导入「{mine}」的草稿。",
    "These are the files of “{slug}”; they cannot be imported into a draft of “{mine}”.",
)


def import_draft(desk: Desk, files: Mapping[str, str], family: str) -> int:
    """The number of a new draft with these files; DraftThere where the procedure has one in work."""
    slug = slug_of(files)
    newest = newest_version(desk.conn, slug)
    if newest is None:
        return new_draft(desk, slug, family, files)
    check_right(desk, slug, "edit")
    now = newest.files or {}
    changed = sorted(name for name in {*files, *now} if files.get(name) != now.get(name))
    return make_draft(desk, slug, newest.family, files, newest.id, changed)


def import_into(desk: Desk, draft_id: int, revision: int, files: Mapping[str, str]) -> int:
    """The files take the place of all files of a draft; its new revision. Overwritten as for any other save."""
    check_files(files)
    row = locked_draft(desk, draft_id)
    if slug_of(files) != row.slug:
        raise Invalid({"package": [OTHER.fill(slug=slug_of(files), mine=row.slug)]})
    gone: dict[str, Any] = {name: None for name in row.files if name not in files}
    return save_procedure_draft(desk, draft_id, revision, {**files, **gone})


def slug_of(files: Mapping[str, str]) -> str:
    """The slug procedure.json gives; Invalid without one."""
    try:
        manifest = orjson.loads(files.get("procedure.json", ""))
    except ValueError:
        manifest = None
    slug = manifest.get("slug") if isinstance(manifest, dict) else None
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        raise Invalid({"package": [NO_SLUG]})
    return slug
