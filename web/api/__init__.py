"""The door of `/api/v1`: token, brake, checked request, one view, JSON; every refusal is JSON too."""

import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, Response, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from engine.actions import token_digest
from engine.errors import BadInput, Busy, Invalid, NotFound, NotSignedIn, QianfaError, TooLarge
from engine.people import Person, person_by_token
from engine.text import Text
from web import wiring
from web.api import openapi, views
from web.api.bodies import READERS, json_body
from web.api.call import Call
from web.api.check import check
from web.api.json import answer, refusal
from web.api.limit import Brake
from web.api.operation import Operation
from web.errors import Broken

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

bp = Blueprint("api", __name__)
log = logging.getLogger(__name__)
_told = os.environ.get("QIANFA_API_PER_MINUTE", "")
PER_MINUTE = int(_told) if _told.isdecimal() else 6000  # requests of one token; 0: no limit
brake = Brake(PER_MINUTE)
strangers = Brake(min(60, PER_MINUTE))  # refused tokens, by address

_TOKEN = Text("令牌缺失、无效或已过期。", "The token is missing, not valid or expired.")
_KEY = Text("Idempotency-Key 须为 1 至 100 个可见字符。", "Idempotency-Key needs 1 to 100 visible characters.")
_TWICE = Text("参数只能出现一次。", "This parameter may appear only once.")
_NUL = Text("参数含有空字符(NUL)。", "This parameter contains a NUL character.")


class NoSuchMethod(QianfaError):
    code = "no_such_method"
    status = 405
    message = Text("此处不支持这种请求方法。", "This method does not exist here.")


def _person() -> Person:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(_TOKEN)
    kept = token_digest(token.strip())
    person = person_by_token(wiring.look(), kept, wiring.now())
    if person is None or person.disabled:
        strangers.pass_(request.remote_addr or "")
        raise NotSignedIn(_TOKEN)
    brake.pass_(kept)
    return person


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (1 <= len(key) <= 100 and all("!" <= one <= "~" for one in key)):
        raise BadInput(_KEY)
    return key


def _query(operation: Operation) -> dict[str, Any]:
    """The checked parameters; whole numbers are numbers."""
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise BadInput(fields={name[:60]: [_TWICE]})
        value = values[0]
        if "\0" in value:
            raise BadInput(fields={name[:60]: [_NUL]})
        whole = name in operation.whole_numbers and value.isascii() and value.isdigit() and len(value) < 20
        found[name] = int(value) if whole else value
    try:
        check(operation.query_validator, found)
    except Invalid as error:
        raise BadInput(error.text, fields=error.fields) from None
    return found


def _endpoint(operation: Operation) -> Callable[..., Response]:
    view = getattr(views, operation.id)
    read_body = READERS.get(operation.id, json_body)

    def read(**where: Any) -> Response:
        if operation.public:
            return view()
        found = view(Call(_person(), where, _query(operation)))
        return found if isinstance(found, Response) else answer(found)

    def write(**where: Any) -> Response:
        asks, key = Call(_person(), where, _query(operation)), _key()
        wiring.close_look()  # the sender may take long over the body
        with read_body(operation, asks) as (body, sha256):
            call = replace(asks, body=body)
            if operation.apart:
                return answer(view(call, key), operation.status)
            asked = [request.method, request.path, request.query_string.decode("latin-1"), sha256]
            told = wiring.act(asks.person.id, lambda desk: view(call, desk), key, asked)
        return answer(told, operation.status)

    return write if operation.method == "POST" else read


def refused_by_http(error: HTTPException) -> Response:
    """What the web framework itself refuses, in our words."""
    if error.code == 413:
        return refusal(TooLarge(limit=f"{(request.max_content_length or 0) // 1_000_000} MB"))
    if error.code == 404:
        return refusal(NotFound())
    if error.code == 405:
        response = refusal(NoSuchMethod())
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        return response
    response = refusal(BadInput())
    response.status_code = error.code or 400
    return response


def busy(error: OperationalError) -> Response:
    log.warning("the database did not answer: %s", error.orig)
    return refusal(Busy())


def broken(error: Exception) -> Response:
    """A fault of ours: logged whole, told in one sentence."""
    log.exception("%s %s", request.method, request.path, exc_info=error)
    return refusal(Broken())


def seal(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def make_door(pages: Flask) -> Flask:
    """An application of its own over the same house: no session, no language, no form token to look after."""
    door = Flask("web.api", static_folder=None)
    door.config.update({name: pages.config[name] for name in pages.config if name.startswith("MAX_")})
    door.url_map.merge_slashes = False
    door.extensions["house"] = pages.extensions["house"]
    for operation in openapi.OPERATIONS:
        door.add_url_rule(
            openapi.PREFIX + operation.rule,
            operation.id,
            _endpoint(operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    door.register_error_handler(QianfaError, refusal)
    door.register_error_handler(HTTPException, refused_by_http)
    door.register_error_handler(OperationalError, busy)
    door.register_error_handler(Exception, broken)
    door.after_request(seal)
    door.teardown_appcontext(lambda _error: wiring.close_look())
    return door


@bp.record_once
def hang(state: BlueprintSetupState) -> None:
    """Hang the door before the pages: what begins with our prefix never reaches them."""
    pages = cast(Flask, state.app)
    door = make_door(pages)
    pages.extensions["api"] = door
    behind = pages.wsgi_app

    def fork(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        ours = environ.get("PATH_INFO", "").startswith(f"{openapi.PREFIX}/")
        return (door.wsgi_app if ours else behind)(environ, start_response)

    pages.wsgi_app = fork  # type: ignore[method-assign]
