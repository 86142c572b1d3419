"""版本: what became of a procedure so far; an earlier version comes back, a copy begins another procedure."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import Conflict, Invalid, QianfaError
from engine.policy import may_in_house
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp


@bp.get("/procedures/<slug>/versions")
@login_required
def versions(slug: str) -> str:
    return _page(slug)


def _page(slug: str, error: QianfaError | None = None) -> str:
    found = queries.version_history(wiring.look(), me(), slug)
    may_begin = may_in_house(me().roles, "publish")
    return render_template("studio/versions.html", history=found, may_begin=may_begin, error=error)


@bp.post("/procedures/<slug>/versions/<int:no>/reinstate")
@login_required
def reinstate(slug: str, no: int) -> ResponseReturnValue:
    try:
        draft_id = wiring.act(me().id, lambda desk: actions.reinstate_version(desk, slug, no))
    except Conflict as error:
        return _page(slug, error), error.status
    flash(gettext("已用第 %(no)s 版建好草稿;提交后由另一个人发布。", no=no), "success")
    return redirect(url_for("studio.release", draft_id=draft_id), 303)


@bp.post("/procedures/<slug>/copy")
@login_required
def copy(slug: str) -> ResponseReturnValue:
    title = Text(request.form.get("title_zh", ""), request.form.get("title_en", ""))
    wanted = request.form.get("slug", "")
    try:
        draft_id = wiring.act(me().id, lambda desk: actions.copy_procedure(desk, slug, wanted, title))
    except (Conflict, Invalid) as error:
        return _page(slug, error), error.status
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)
