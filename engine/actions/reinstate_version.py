"""恢复旧版: a draft with the files of an earlier version, which is submitted and released like any other."""

import sqlalchemy as sa

from engine.actions.procedure_drafts import make_draft
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.releasing.drafts import check_right, newest_version
from engine.text import Text
from models import procedures, versions


class NoFolder(Conflict):
    code = "no_folder"
    message = Text(
        "第 {no} 版发布时还没有保存流程文件夹,不能恢复。",
        "Version {no} was published before folders were kept; it cannot be brought back.",
    )


def reinstate_version(desk: Desk, slug: str, no: int) -> int:
    """The number of a new draft that is the earlier version again; DraftThere where one is in work."""
    check_right(desk, slug, "edit")
    files = desk.conn.execute(
        sa.select(versions.c.files)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .where(procedures.c.slug == slug, versions.c.no == no)
    ).first()
    newest = newest_version(desk.conn, slug)
    if files is None or newest is None:
        raise NotFound()
    if files.files is None:
        raise NoFolder(no=no)
    now = newest.files or {}
    changed = sorted(name for name in {*files.files, *now} if files.files.get(name) != now.get(name))
    return make_draft(desk, slug, newest.family, files.files, newest.id, changed)
