"""What goes on while somebody writes: drafts kept by themselves, texts looked over, pasted HTML cleaned."""

from datetime import datetime

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.desk import Desk
from engine.errors import NotFound, QianfaError, TooLarge
from engine.procedures.forms import Form
from engine.rules import article
from engine.text import Text
from web import posted, wiring
from web.language import ZONE, in_language
from web.sessions import me
from web.uploads import keep

bp = Blueprint("writing", __name__, url_prefix="/writing")
MOST_PASTED = 1_000_000  # characters
AND_LINKS = Text(
    "{n} 个链接已保留,但公众号文章里的外部链接只有获授权的账号才有效",
    "links ({n}) were kept, but work only for accounts that WeChat has authorised",
)


@bp.post("/paste")
@login_required
def paste() -> ResponseReturnValue:
    """Pasted HTML as an article may have it, and in words what it could not keep."""
    pasted = request.form.get("html", "")
    try:
        if len(pasted) > MOST_PASTED:
            raise TooLarge(limit=Text("100 万字符", "1,000,000 characters"))
        found = article.clean(pasted)
    except QianfaError as error:
        return _refused(error)
    links = len(article.links(found.html))
    said = [article.in_words(found.dropped)] if found.dropped else []
    return jsonify(
        html=found.html,
        dropped=[in_language(each) for each in said],
        links=in_language(AND_LINKS.fill(n=links)) if links else "",
    )


@bp.post("/start/<slug>/draft")
@login_required
def draft_start(slug: str) -> ResponseReturnValue:
    return _keep(f"start:{slug}", queries.start_view(wiring.look(), me(), slug).form)


@bp.post("/tasks/<int:task_id>/draft")
@login_required
def draft_task(task_id: int) -> ResponseReturnValue:
    return _keep(f"task:{task_id}", _task(task_id).form)


def _task(task_id: int) -> queries.TaskView:
    """A task one may act on."""
    view = queries.task_view(wiring.look(), me(), task_id, wiring.now())
    if "decide" not in view.allowed:
        raise NotFound()
    return view


def _keep(place: str, form: Form | None) -> ResponseReturnValue:
    """Keep what is typed, unless another window kept something since this one looked."""
    try:
        draft = posted.read(form, keep).draft()
        seen = request.form.get("_seen", "")
        saved: datetime | None = wiring.act(me().id, lambda desk: actions.save_draft(desk, place, draft, seen))
    except actions.Overtaken as error:
        there = draft_time(place)
        return jsonify(code=error.code, said=in_language(error.text), seen=there.isoformat() if there else ""), 409
    except QianfaError as error:
        return _refused(error)
    clock = (saved or wiring.now()).astimezone(ZONE).strftime("%H:%M")
    return jsonify(seen=saved.isoformat() if saved else "", said=gettext("已自动保存 %(clock)s", clock=clock))


def _refused(error: QianfaError) -> ResponseReturnValue:
    texts = [text for texts in error.fields.values() for text in texts] or [error.text]
    return jsonify(code=error.code, said=" ".join(in_language(text) for text in texts)), error.status


@bp.post("/discard")
@login_required
def discard() -> ResponseReturnValue:
    """Throw a draft away; the page stands as it was before anything was typed."""
    place = request.form.get("place", "")
    wiring.act(me().id, lambda desk: actions.save_draft(desk, place, {}))
    kind, _, name = place.partition(":")
    if kind == "task" and name.isdecimal():
        return redirect(url_for("inbox.task", task_id=int(name)), 303)
    return redirect(url_for("catalogue.start", slug=name), 303)


def draft_time(place: str) -> datetime | None:
    """When a draft of this place was kept, for the page that shows it."""
    return actions.draft_time(Desk(wiring.look(), me(), wiring.now(), wiring.house().office), place)
