"""What a person sees when something is refused: a page, a fragment, or JSON, always with a sentence."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, StatementError
from werkzeug.exceptions import BadHost, HTTPException

from engine.errors import (
    BadInput,
    Busy,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    QianfaError,
    TooLarge,
    TooMany,
)  # fmt: skip
from engine.text import Text
from web import stash, wiring
from web.config import MAX_REQUEST
from web.sessions import manager
from web.sign_in import sign_in_form

log = logging.getLogger("qianfa.web")
# What leaves the page standing, with what was typed.
KEPT = (BadInput, Conflict, Invalid, TooLarge, TooMany)
OUR_FAULT = Text("系统出错了,您的操作没有生效;我们已记录。", "Something broke on our side; your action took no effect.")
SHORT = 10  # a choice, a day, a word: written again at once
NO_TOKEN = Text("页面已过期,请刷新后重试。", "This page has expired; reload it and try again.")


class Broken(QianfaError):
    code = "internal"
    status = 500
    message = OUR_FAULT


def answer_errors(app: Flask) -> None:
    app.register_error_handler(QianfaError, refused)
    app.register_error_handler(CSRFError, without_token)
    app.register_error_handler(RateLimitExceeded, lambda _error: refused(TooMany()))
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(DataError, unfit)
    app.register_error_handler(OverflowError, unfit)
    app.register_error_handler(StatementError, unbound)
    app.register_error_handler(BadHost, no_such_host)
    app.register_error_handler(Exception, broken)
    manager.unauthorized_handler(lambda: refused(NotSignedIn()))


def is_api() -> bool:
    return request.path.startswith("/api/")


def is_fragment() -> bool:
    return "HX-Request" in request.headers


def refused(error: QianfaError) -> tuple[Any, int]:
    """The one answer to every refusal the pages don't handle themselves."""
    if is_api():
        return as_json(error)
    if is_fragment():
        return render_template("errors/fragment.html", error=error), error.status
    if isinstance(error, NotSignedIn):
        return ask_to_sign_in(error)
    came = request.referrer or ""
    back = came if came.startswith(request.host_url) and came != request.url else None
    return render_template("errors/page.html", error=error, kept=what_was_typed(), back=back), error.status


def as_json(error: QianfaError) -> tuple[Any, int]:
    body: dict[str, Any] = {"code": error.code, "zh": error.text.zh, "en": error.text.en}
    if error.fields:
        body["fields"] = {
            place: [{"zh": text.zh, "en": text.en} for text in texts] for place, texts in error.fields.items()
        }
    return jsonify({"error": body}), error.status


def ask_to_sign_in(error: QianfaError) -> tuple[Any, int]:
    """A page for signing in that leads back, and carries what was typed when the session had ended."""
    place = stash.page_of(request.path)
    after = place[0] if place else "/"
    if request.method == "GET":
        return redirect(url_for("account.sign_in_page", next=request.full_path.rstrip("?"))), 302
    return sign_in_form(error, stash.seal(), after), error.status


def what_was_typed() -> list[tuple[str, str]]:
    """The longer texts of a refused request, so that nobody has to write them twice."""
    if request.method != "POST" or "password" in request.form:
        return []
    hidden = {"csrf_token", "key", "revision", "stash"}
    fields = request.form.items(multi=True)
    long = (one for one in fields if len(one[1].strip()) > SHORT)
    return [(name, text) for name, text in long if name not in hidden and name[0] != "_"]


def without_token(_error: CSRFError) -> ResponseReturnValue:
    """Without a session there is no token either: that is an expired session, not a forged form."""
    if not current_user.is_authenticated and request.endpoint != "account.sign_in":
        return refused(NotSignedIn())
    return refused(BadInput(NO_TOKEN))


def from_http(error: HTTPException) -> ResponseReturnValue:
    known: dict[int, QianfaError] = {
        403: NotAllowed(),
        404: NotFound(),
        413: TooLarge(limit=f"{MAX_REQUEST // 2**20} MB"),
        429: TooMany(),
    }
    if error.code is None or error.code < 400:
        return error.get_response()
    body, _ = refused(known.get(error.code) or BadInput())
    return body, error.code


def busy(error: OperationalError) -> ResponseReturnValue:
    log.warning("the database did not answer: %s", error)
    wiring.close_look()  # the page that says so needs a fresh one
    return refused(Busy())


def unfit(_error: Exception) -> tuple[Any, int]:
    """A number or a name that no row can have was asked for."""
    wiring.close_look()
    return refused(NotFound() if request.method == "GET" else BadInput())


def unbound(error: StatementError) -> tuple[Any, int]:
    """A value that does not even reach the database: a moment that is in no year of some zone."""
    return unfit(error) if isinstance(error.orig, OverflowError) else broken(error)


def no_such_host(_error: BadHost) -> ResponseReturnValue:
    """Under a name that no host can have there is no page to show: addresses cannot be built."""
    return Response(BadInput.message.zh + "\n", 400, mimetype="text/plain")


def path_for_log() -> str:
    """The path without the token that opens it: who reads the log is not who it was made for."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def broken(error: Exception) -> tuple[Any, int]:
    log.exception("unhandled: %s %s", request.method, path_for_log(), exc_info=error)
    return refused(Broken())
