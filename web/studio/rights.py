"""权限: pickers for who may start, edit, release and see a procedure."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, QianfaError
from engine.procedures.posts import Post, posts_of
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page

LISTS = {
    "starters": (Text("谁可以发起", "Who may start"), Text("至少一个岗位。", "One post at least.")),
    "editors": (
        Text("谁可以修改", "Who may edit"),
        Text("不写:流程负责人。", "None: the owner of the procedure."),
    ),
    "releasers": (
        Text("谁可以发布", "Who may release"),
        Text(
            "不写:任何流程负责人。写过或提交的人总不能发布自己的草稿。",
            "None: any owner of procedures. Who wrote or handed in a draft never releases it.",
        ),
    ),
    "viewers": (
        Text("谁可以看", "Who may see"),
        Text(
            "不写:所有人。可以发起、修改、发布或参与办理的人总能看到。",
            "None: everybody. Whoever may start, edit or release it, or takes part, sees it anyhow.",
        ),
    ),
}


@bp.get("/<int:draft_id>/rights")
@login_required
def rights(draft_id: int) -> str:
    return _page(draft_id)


def _page(draft_id: int, error: QianfaError | None = None) -> str:
    draft, names = draft_of(draft_id), queries.names(wiring.look())
    manifest = draft.json("procedure.json", {})
    told = manifest if isinstance(manifest, dict) else {}
    posts = {name: _typed(name) if error else _read(told.get(name)) for name in LISTS}
    return page(
        "studio/rights.html",
        draft,
        "studio.rights",
        lists=LISTS,
        posts=posts,
        names=names,
        roles=sorted({one.zh: one for one in names.roles.values()}.values()),
        error=error,
    )


def _read(rules: object) -> list[Post]:
    return posts_of(rules if isinstance(rules, list) else [])


@bp.post("/<int:draft_id>/rights")
@login_required
def set_rights(draft_id: int) -> ResponseReturnValue:
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise BadInput()
    lists = {name: _typed(name) for name in LISTS}
    try:
        wiring.act(me().id, lambda desk: actions.set_rights(desk, draft_id, revision, lists))
    except QianfaError as error:
        return _page(draft_id, error), error.status
    flash(gettext("权限已写入草稿,发布后生效。"), "success")
    return redirect(url_for("studio.rights", draft_id=draft_id), 303)


def _typed(name: str) -> list[Post]:
    """The rows of one list; a row without a role is none."""
    pairs = zip(request.form.getlist(f"{name}-role"), request.form.getlist(f"{name}-unit"), strict=False)
    return [Post(role, unit) for role, unit in pairs if role]
