"""Signing in and out, one's password, language and colours, and the one-time look at a new account's password."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required, login_user, logout_user

from engine import actions, queries
from engine.errors import Invalid, NotSignedIn, QianfaError
from engine.people import load_person
from engine.text import Text
from web import stash, wiring
from web.language import LANGUAGES
from web.security import address_key, limiter, login_key, sign_in_key
from web.sessions import SignedIn, me, my_session, person_key, session_of
from web.sign_in import next_page, sign_in_form

bp = Blueprint("account", __name__)
YEAR = 365 * 24 * 3600
DIFFERENT = Text("两次输入的新密码不一样。", "The two new passwords differ.")


@bp.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(next_page(), 303)
    return sign_in_form()


def is_refused(response: Response) -> bool:
    return response.status_code == NotSignedIn.status


def is_wrong(response: Response) -> bool:
    return response.status_code == Invalid.status


@bp.post("/sign-in")
@limiter.limit(lambda: wiring.house().config.sign_in_limit, key_func=sign_in_key, deduct_when=is_refused)
@limiter.limit(lambda: wiring.house().config.address_limit, key_func=address_key, deduct_when=is_refused)
@limiter.limit(lambda: wiring.house().config.login_limit, key_func=login_key, deduct_when=is_refused)
def sign_in() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        wiring.close_look()
        token = secrets.token_urlsafe(32)
        person = actions.sign_in(wiring.house().engine, login, password, wiring.now(), session_of(token))
    except NotSignedIn as error:
        return sign_in_form(error, request.form.get("stash", "")), error.status
    login_user(SignedIn(person, token))
    session.permanent = True
    return restored() or redirect(next_page(), 303)


def restored() -> ResponseReturnValue | None:
    """The page one was typing into when the session ended, with what was typed; nothing is submitted."""
    kept = stash.unseal(request.form.get("stash", ""))
    place = stash.page_of(kept.page) if kept else None
    if kept is None or place is None:
        return None
    _, endpoint, arguments = place
    g.restored = kept.fields
    view: Callable[..., Any] = current_app.view_functions[endpoint]
    return make_response(view(**arguments))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        digest = my_session()
        wiring.act(me().id, lambda desk: actions.sign_out(desk, digest))
    logout_user()
    session.clear()
    return redirect(url_for("account.sign_in_page"), 303)


@bp.route("/password", methods=["GET", "POST"])
@login_required
@limiter.limit(lambda: wiring.house().config.sign_in_limit, key_func=person_key, methods=["POST"], deduct_when=is_wrong)
def password() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("account/password.html", error=None)
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise Invalid({"again": [DIFFERENT]})
        wiring.close_look()
        ready = actions.ready_password(wiring.house().engine, me().id, old, new)
        digest = my_session()
        wiring.act(me().id, lambda desk: actions.change_password(desk, *ready, session=digest))
    except QianfaError as error:
        return render_template("account/password.html", error=error), error.status
    person = load_person(wiring.look(), me().id, wiring.now())
    if person is not None:
        login_user(SignedIn(person, current_user.token))
    flash(gettext("密码已更改,其他设备上的登录已全部退出。"), "success")
    return redirect(url_for("inbox.todo"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    chosen = chosen if chosen in LANGUAGES else "zh"
    if current_user.is_authenticated:
        wiring.act(me().id, lambda desk: actions.set_language(desk, chosen))
    return _remember("language", chosen)


@bp.post("/theme")
def theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "")
    return _remember("theme", chosen if chosen in ("light", "dark") else "auto")


def _remember(name: str, value: str) -> ResponseReturnValue:
    response = redirect(next_page(), 303)
    secure = wiring.house().config.secure_cookies
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


@bp.get("/secrets", endpoint="secrets")
@login_required
def secrets_() -> str:
    return render_template("account/secrets.html", handovers=_handovers(), shown=None)


@bp.post("/secrets/<int:handover_id>")
@login_required
def show_secret(handover_id: int) -> str:
    """The only page that ever shows the password; it is not redirected to, because it can't be shown again."""
    name, secret = wiring.act(me().id, lambda desk: actions.show_password(desk, handover_id))
    return render_template("account/secrets.html", handovers=_handovers(), shown={"name": name, "text": secret})


def _handovers() -> list[dict[str, Any]]:
    return queries.handover_list(wiring.look(), me(), wiring.now())
