"""复制流程: a new procedure begins as a copy of one that is there, under a code and title of its own."""

from engine.actions.procedure_drafts import BAD_SLUG, new_draft
from engine.desk import Desk
from engine.errors import Invalid, NotFound
from engine.procedures.manifest import LONGEST_TITLE, SLUG
from engine.procedures.renamed import renamed
from engine.releasing.drafts import check_right, newest_version
from engine.text import Text

NO_TITLE = Text("请写出标题,不超过 {limit} 个字符。", "Give a title of {limit} characters at most.")


def copy_procedure(desk: Desk, source: str, slug: str, title: Text) -> int:
    """The number of the new draft; who may edit or release the source and begin new procedures may."""
    check_right(desk, source, "edit", "release")
    slug, title = slug.strip(), Text(title.zh.strip(), title.en.strip() or title.zh.strip())
    wrong = {}
    if not SLUG.fullmatch(slug):
        wrong["slug"] = [BAD_SLUG]
    if not title.zh or max(map(len, title)) > LONGEST_TITLE:
        wrong["title"] = [NO_TITLE.fill(limit=LONGEST_TITLE)]
    if wrong:
        raise Invalid(wrong)
    newest = newest_version(desk.conn, source)
    if newest is None or newest.files is None:
        raise NotFound()
    return new_draft(desk, slug, newest.family, renamed(newest.files, source, slug, title))
