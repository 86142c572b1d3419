"""请外部人员审批: the page of who asks, and the one page, without a menu, behind a link."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.actions.answer_outside import LinkOver, WrongCode
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, QianfaError
from engine.rules.reading import INLINE
from web import content, course, posted, wiring
from web.errors import KEPT
from web.language import in_language
from web.security import limiter
from web.sessions import me

bp = Blueprint("outside", __name__)
LIMIT = "30 per minute"  # of one address
COOKIE = "outside"


# --- who asks


@bp.get("/tasks/<int:task_id>/outside")
@login_required
def index(task_id: int) -> ResponseReturnValue:
    return _asking(task_id)


def _asking(task_id: int, error: QianfaError | None = None, made: Any = None) -> tuple[str, int]:
    conn, now = wiring.look(), wiring.now()
    task = queries.task_view(conn, me(), task_id, now)
    page = render_template(
        "outside/asking.html",
        task=task,
        step=course.step(task.version, task.step),
        links=queries.outside_list(conn, task_id, now),
        files=queries.files_of(conn, task.case_id),
        made=made,
        error=error,
    )
    return page, error.status if error else 200


@bp.post("/tasks/<int:task_id>/outside")
@login_required
def ask(task_id: int) -> ResponseReturnValue:
    """Link and code stand on this page alone and once: it is not redirected to."""
    form, hours = request.form, request.form.get("hours", type=int) or 0
    revision, files = posted.revision(), form.getlist("files")
    name, question = form.get("name", ""), form.get("question", "")
    try:
        made = wiring.act(
            me().id, lambda desk: actions.ask_outside(desk, task_id, name, question, files, hours, revision)
        )
    except (*KEPT, NotAllowed) as error:
        return _asking(task_id, error)
    made["url"] = wiring.address() + url_for("outside.show", token=made["token"])
    return _asking(task_id, made=made)


@bp.post("/tasks/<int:task_id>/outside/<int:link_id>/revoke")
@login_required
def revoke(task_id: int, link_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.revoke_outside(desk, link_id))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    else:
        flash(gettext("链接已收回。"), "success")
    return redirect(url_for("outside.index", task_id=task_id), 303)


# --- who is asked


@bp.get("/outside/<token>")
@limiter.limit(LIMIT)
def show(token: str) -> ResponseReturnValue:
    if _pass():
        try:
            return _page(token)
        except NotFound:
            wiring.close_look()
    try:
        actions.knock(wiring.house().engine, wiring.house().office, token, wiring.now())
    except (LinkOver, NotFound) as error:
        return _over(error)
    return render_template("outside/code.html", token=token, error=None)


def _pass() -> str:
    return request.cookies.get(COOKIE, "")[:100]


def _over(error: QianfaError) -> tuple[str, int]:
    return render_template("outside/over.html", error=error), error.status


def _page(token: str, error: QianfaError | None = None) -> tuple[str, int]:
    view = queries.outside_view(wiring.look(), token, _pass(), wiring.now())
    _on_record(view, "opened", revision=view["content_no"])
    conn = wiring.look()
    shown = content.content(conn, view["version"], view["fields"], view["content_no"])
    if shown is not None:  # files are those that were named, below
        shown.images, shown.videos = [], []
        shown.facts = [fact for fact in shown.facts if not _has_files(fact.value)]
    page = render_template("outside/show.html", view=view, token=token, content=shown, error=error)
    return page, error.status if error else 200


def _on_record(view: dict[str, Any], what: str, **detail: Any) -> None:
    """Nobody knows who holds the link: its number and the name it was made for are what is known."""
    wiring.on_record(None, view["case_id"], what, page="outside", link=view["id"], name=view["name"], **detail)


def _has_files(value: Any) -> bool:
    if isinstance(value, dict):
        return "sha256" in value or any(_has_files(one) for one in value.values())
    return isinstance(value, list) and any(_has_files(one) for one in value)


@bp.post("/outside/<token>/code")
@limiter.limit(LIMIT)
def code(token: str) -> ResponseReturnValue:
    there = wiring.house()
    wiring.close_look()
    try:
        own = actions.enter_code(there.engine, there.office, token, request.form.get("code", ""), wiring.now())
    except WrongCode as error:
        return render_template("outside/code.html", token=token, error=error), error.status
    except (LinkOver, NotFound) as error:
        return _over(error)
    answer = redirect(url_for("outside.show", token=token), 303)
    secure, path = there.config.secure_cookies, url_for("outside.show", token=token)
    answer.set_cookie(COOKIE, own, httponly=True, samesite="Lax", secure=secure, path=path)
    return answer


@bp.post("/outside/<token>/answer")
@limiter.limit(LIMIT)
def answer(token: str) -> ResponseReturnValue:
    there, form = wiring.house(), request.form
    decision, comment = form.get("decision", ""), form.get("comment", "")
    wiring.close_look()
    try:
        actions.answer_outside(there.engine, there.office, token, _pass(), decision, comment, wiring.now())
    except Invalid as error:
        try:
            return _page(token, error)
        except NotFound as gone:
            return _over(gone)
    except (LinkOver, NotFound) as error:
        return _over(error)
    return render_template("outside/thanks.html")


@bp.get("/outside/<token>/files/<sha256>")
@limiter.limit("120 per minute")
def file(token: str, sha256: str) -> Response:
    view = queries.outside_view(wiring.look(), token, _pass(), wiring.now())
    facts = next((one for one in view["files"] if one["sha256"] == sha256), None)
    if facts is None:
        raise NotFound()
    _on_record(view, "downloaded", file=facts["name"], sha256=sha256)
    inline = facts["type"] in INLINE
    kind = facts["type"] if inline else "application/octet-stream"
    path = wiring.house().office.blobs.path(sha256)
    response = send_file(path, kind, as_attachment=not inline, download_name=facts["name"], etag=sha256)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
