"""权限: who may start, edit, release and see a procedure, written into the procedure.json of a draft.

They hold once the draft is released: nobody gives rights to oneself.
"""

from collections.abc import Mapping, Sequence

import orjson

from engine.actions.procedure_drafts import save_procedure_draft
from engine.desk import Desk
from engine.errors import Invalid
from engine.procedures.posts import Post, posts_of
from engine.releasing.drafts import locked_draft
from engine.releasing.versions import Directory
from engine.text import Text

LISTS = ("starters", "editors", "releasers", "viewers")
UNREADABLE = Text("procedure.json 无法读取。", "procedure.json cannot be read.")
NOBODY = Text("至少要有一个岗位可以发起。", "At least one post must be able to start it.")
NO_ROLE = Text("没有「{name}」这个角色。", "There is no role “{name}”.")
NO_UNIT = Text("没有「{name}」这个单位。", "There is no unit “{name}”.")


def set_rights(desk: Desk, draft_id: int, revision: int, lists: Mapping[str, Sequence[Post]]) -> int:
    """The lists as they are to be, each of LISTS; an empty one falls away. The draft's new revision."""
    row = locked_draft(desk, draft_id)
    try:
        manifest = orjson.loads(row.files.get("procedure.json", ""))
    except orjson.JSONDecodeError:
        manifest = None
    if not isinstance(manifest, dict):
        raise Invalid({"rights": [UNREADABLE]})
    house = Directory(desk.conn)
    wrong = {name: texts for name in LISTS if (texts := list(_faults(name, lists.get(name, ()), house)))}
    if wrong:
        raise Invalid(wrong)
    changed = dict(manifest)
    for name in LISTS:
        _put(changed, name, lists.get(name, ()), house)
    if changed == manifest:
        return int(row.revision)
    text = orjson.dumps(changed, option=orjson.OPT_INDENT_2).decode() + "\n"
    return save_procedure_draft(desk, draft_id, revision, {"procedure.json": text})


def _put(manifest: dict[str, object], name: str, posts: Sequence[Post], house: Directory) -> None:
    """The list, unless it says the same already: how somebody wrote it then stays."""
    written = manifest.get(name, [])
    now = [_known(one, house) for one in posts_of(written if isinstance(written, list) else [])]
    if now == [_known(one, house) for one in posts]:
        return
    manifest.pop(name, None)
    if posts:
        manifest[name] = [one.written() for one in posts]


def _known(post: Post, house: Directory) -> tuple[str | None, int | None]:
    return house.role(post.role), house.unit(post.unit) if post.unit else None


def _faults(name: str, posts: Sequence[Post], house: Directory) -> list[Text]:
    wrong = [NO_ROLE.fill(name=one.role[:60]) for one in posts if house.role(one.role) is None]
    wrong += [NO_UNIT.fill(name=one.unit[:60]) for one in posts if one.unit and house.unit(one.unit) is None]
    return [*wrong, *([NOBODY] if name == "starters" and not posts else [])]
