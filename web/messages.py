"""消息: what one was told, the bell that keeps count of it, and how one wants to be told."""

import logging
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.exc import SQLAlchemyError

from engine import actions, queries
from engine.errors import Invalid, QianfaError
from engine.mailing import WAYS
from engine.messages import KINDS
from engine.queries import Message
from web import live, wiring
from web.sessions import me

bp = Blueprint("messages", __name__, url_prefix="/messages")
log = logging.getLogger("qianfa.web")


@bp.get("")
@login_required
def index() -> str:
    kind = request.args.get("kind", "")
    kind, unread = kind if kind in KINDS else "", bool(request.args.get("unread"))
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    found = queries.messages(wiring.look(), me(), kind or None, unread, page)
    return render_template("messages/index.html", page=found, kind=kind, unread=unread, kinds=KINDS)


@bp.get("/<int:message_id>")
@login_required
def show(message_id: int) -> ResponseReturnValue:
    """On to what it is about; it is read from now on, and if that cannot be written just now, later."""
    found = queries.message(wiring.look(), me(), message_id)
    if not found.read:
        try:
            wiring.act(me().id, lambda desk: actions.read_messages(desk, [message_id]))
        except (QianfaError, SQLAlchemyError):
            log.info("message %s stays unread", message_id, exc_info=True)
    return redirect(_place(found), 303)


def _place(found: Message) -> str:
    if found.task_id:
        return url_for("inbox.task", task_id=found.task_id)
    if found.case_id:
        return url_for("cases.show", case_id=found.case_id)
    return url_for("messages.index")


@bp.post("/read")
@login_required
def read() -> ResponseReturnValue:
    """One message, or all that stood on the page or before it."""
    numbers, until = request.form.getlist("id", type=int), request.form.get("until", type=int)
    wiring.act(me().id, lambda desk: actions.read_messages(desk, numbers, until))
    back: dict[str, Any] = {name: request.form[name] for name in ("kind", "unread", "page") if request.form.get(name)}
    return redirect(url_for("messages.index", **back), 303)


@bp.get("/live")
@login_required
def look() -> ResponseReturnValue:
    """The counts for a page that stands open; nothing where nothing has changed. Two statements."""
    g.unattended = True
    if request.args.get("seen") == live.tag():
        return "", 204
    return render_template("messages/live.html")


@bp.route("/settings", methods=["GET", "POST"])
@login_required
def settings() -> ResponseReturnValue:
    wanted: dict[str, Any] = {}
    error: QianfaError | None = None
    if request.method == "POST":
        wanted = _wanted()
        try:
            wiring.act(me().id, lambda desk: actions.set_messages(desk, wanted))
        except Invalid as refused:
            error = refused
        else:
            flash(gettext("消息设置已保存。"), "success")
            return redirect(url_for("messages.settings"), 303)
    told = queries.how_told(wiring.look(), me())
    page = render_template(
        "messages/settings.html",
        told=told,
        shown=wanted or _shown(told.settings),
        error=error,
        ways=WAYS,
        kinds=KINDS,
        mail_is_set_up=wiring.house().config.smtp is not None,
    )
    return page, error.status if error else 200


def _shown(settings: Any) -> dict[str, Any]:
    names = ("mail", "kinds", "digest_hour", "quiet_from", "quiet_until")
    return {name: getattr(settings, name) for name in names}


def _wanted() -> dict[str, Any]:
    """What was chosen; a kind that follows the rest is not named."""
    kinds = {kind: way for kind in KINDS if (way := request.form.get(f"kind-{kind}", ""))}
    quiet = {name: request.form.get(name, "").strip()[:5] for name in ("quiet_from", "quiet_until")}
    hour = request.form.get("digest_hour", type=int)
    return {"mail": request.form.get("mail", ""), "kinds": kinds, "digest_hour": hour, **quiet}
