"""The list of procedures one may change, and opening, saving and dropping a draft."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, QianfaError
from engine.policy import may_in_house
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page

# Where a new procedure is put in the catalogue.
FAMILIES = {
    "publishing": Text("信息发布", "Publishing"),
    "accounts": Text("账号", "Accounts"),
    "office": Text("其他", "Other"),
}


@bp.get("")
@login_required
def index() -> str:
    return listed()


def listed(error: QianfaError | None = None) -> str:
    """The list, with what was wrong with a folder that came in."""
    words = request.args.get("q", "").strip()[:60].casefold()
    found = queries.editable_procedures(wiring.look(), me())
    shown = [one for one in found if words in f"{one.slug} {one.title.zh} {one.title.en}".casefold()]
    may_begin = may_in_house(me().roles, "publish")
    return render_template(
        "studio/index.html",
        procedures=shown,
        count=len(found),
        q=words,
        may_begin=may_begin,
        families=FAMILIES,
        error=error,
    )


@bp.post("/open/<slug>")
@login_required
def open_(slug: str) -> ResponseReturnValue:
    draft_id = wiring.act(me().id, lambda desk: actions.open_draft(desk, slug))
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


@bp.get("/<int:draft_id>")
@login_required
def draft(draft_id: int) -> str:
    return overview(draft_id)


def overview(draft_id: int, error: QianfaError | None = None) -> str:
    """The first page of a draft, with what was wrong with a folder that came in."""
    view = draft_of(draft_id)
    hands = queries.hands(wiring.look(), view)
    return page("studio/draft.html", view, "studio.draft", hands=hands, error=error)


@bp.put("/<int:draft_id>/files")
@login_required
def save(draft_id: int) -> ResponseReturnValue:
    """{"revision": 3, "files": {"forms.json": "...", "old.typ": null}} -> {"revision": 4}."""
    told: Any = request.get_json(silent=True)
    if not isinstance(told, dict) or type(told.get("revision")) is not int or not _are_files(told.get("files")):
        raise BadInput()
    revision, files = told["revision"], told["files"]
    saved = wiring.act(me().id, lambda desk: actions.save_procedure_draft(desk, draft_id, revision, files))
    return jsonify(revision=saved)


def _are_files(told: Any) -> bool:
    return isinstance(told, dict) and all(text is None or isinstance(text, str) for text in told.values())


@bp.post("/<int:draft_id>/drop")
@login_required
def drop(draft_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.drop_draft(desk, draft_id))
    flash(gettext("流程草稿已放弃。"), "success")
    return redirect(url_for("studio.index"), 303)
