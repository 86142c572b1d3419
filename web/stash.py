"""What somebody typed into a page whose session had ended: signed, carried through sign-in, put back."""

from typing import Any, NamedTuple

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

MAX_STASH = 64 * 1024
MAX_AGE = 12 * 3600
_NEVER = {"csrf_token", "key", "revision", "password", "old", "new", "again", "stash"}


class Stash(NamedTuple):
    page: str
    fields: MultiDict[str, str]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="typed-before-sign-in")


def page_of(path: str) -> tuple[str, str, dict[str, Any]] | None:
    """The page a posted address belongs to: itself, or the address without its verb."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    while path.count("/") > 1 or len(path) > 1:
        try:
            endpoint, arguments = adapter.match(path, method="GET")
            return path, endpoint, dict(arguments)
        except (HTTPException, RequestRedirect):
            path = path.rsplit("/", 1)[0] or "/"
    return None


def seal() -> str:
    """What this request posted, as one signed line; empty when there is nothing to keep or it came from elsewhere."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") not in (None, "same-origin", "none"):
        return ""
    fields = [(name, text) for name, text in request.form.items(multi=True) if name not in _NEVER]
    page = page_of(request.path)
    if not fields or page is None or request.endpoint == "account.sign_in":
        return ""
    sealed = str(_serializer().dumps([page[0], fields]))
    return sealed if len(sealed) <= MAX_STASH else ""


def unseal(line: str) -> Stash | None:
    """What was kept; None when it is not ours, too old or too long."""
    if not line or len(line) > MAX_STASH:
        return None
    try:
        page, fields = _serializer().loads(line, max_age=MAX_AGE)
    except BadData:
        return None
    return Stash(page, MultiDict([(str(name), str(text)) for name, text in fields]))
