"""The page behind a link for a new password: for somebody who is not signed in, once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import actions
from engine.errors import Invalid
from engine.text import Text
from web import wiring
from web.security import limiter
from web.sessions import session_of

bp = Blueprint("reset", __name__, url_prefix="/reset")
DIFFERENT = Text("两次输入的新密码不一样。", "The two new passwords differ.")
LIMIT = "30 per minute"  # of one address


@bp.get("/<token>")
@limiter.limit(LIMIT)
def show(token: str) -> str:
    login = actions.check_reset_link(wiring.look(), token, wiring.now())
    return render_template("profile/reset.html", login=login, error=None)


@bp.post("/<token>")
@limiter.limit(LIMIT)
def save(token: str) -> ResponseReturnValue:
    login = actions.check_reset_link(wiring.look(), token, wiring.now())
    new = request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Invalid({"again": [DIFFERENT]})
        wiring.close_look()
        actions.use_reset_link(wiring.house().engine, token, new, wiring.now(), session_of(token))
    except Invalid as error:
        return render_template("profile/reset.html", login=login, error=error), error.status
    flash(gettext("密码已设定,请登录。"), "success")
    return redirect(url_for("account.sign_in_page"), 303)
