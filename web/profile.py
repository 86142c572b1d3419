"""我的资料: how one is reached, one's posts, and the browsers one is signed in with."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import Invalid, NotFound, QianfaError
from web import wiring
from web.sessions import me, my_session

bp = Blueprint("profile", __name__, url_prefix="/me")
BROWSERS = ("Edg", "MicroMessenger", "Firefox", "Chrome", "Safari")  # the first that is named; many name those after
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


@bp.get("")
@login_required
def show() -> str:
    return _page(None)[0]


def _page(error: QianfaError | None) -> tuple[str, int]:
    conn, now = wiring.look(), wiring.now()
    sessions = queries.session_list(conn, me(), my_session(), now)
    page = render_template(
        "profile/show.html",
        error=error,
        profile=queries.profile(conn, me(), now),
        sessions=[{**one, "device": _device(one["device"])} for one in sessions],
    )
    return page, error.status if error else 200


def _device(agent: str) -> str:
    """A browser and its system in two words; what is not known stays as it calls itself."""
    browser = next((name for name in BROWSERS if name in agent), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    return " · ".join(filter(None, (browser.replace("Edg", "Edge"), system))) or agent[:60]


@bp.post("")
@login_required
def save() -> ResponseReturnValue:
    phone, email, language = (request.form.get(name, "") for name in ("phone", "email", "language"))
    try:
        wiring.act(me().id, lambda desk: actions.set_profile(desk, phone, email, language))
    except Invalid as error:
        return _page(error)
    flash(gettext("资料已保存。"), "success")
    answer = redirect(url_for("profile.show"), 303)
    answer.delete_cookie("language")  # a choice made in this browser no longer stands before the person's own
    return answer


@bp.post("/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.end_session(desk, session_id))
    except NotFound:
        flash(gettext("此登录已经结束。"), "danger")
    else:
        flash(gettext("已退出该设备。"), "success")
    return redirect(url_for("profile.show"), 303)


@bp.post("/sessions/end-others")
@login_required
def end_others() -> ResponseReturnValue:
    digest = my_session()
    ended = wiring.act(me().id, lambda desk: actions.end_other_sessions(desk, digest))
    flash(gettext("已退出其他 %(n)s 处登录。", n=ended), "success")
    return redirect(url_for("profile.show"), 303)
