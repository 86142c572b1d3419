"""审计日志: the rows of the trail within one's scope, its anchors, and the script that verifies both."""

from datetime import date
from pathlib import Path

from flask import Response, request, send_file
from flask_login import login_required

from engine.archive import verify
from engine.errors import BadInput
from engine.queries.audit.anchors import anchor_page
from engine.queries.audit.log import Asked, Page, log_page, sees_house, spoken
from web import times, wiring
from web.audit import words
from web.audit.blueprint import bp, page, scope
from web.sessions import me


@bp.get("/log")
@login_required
def log() -> tuple[str, int]:
    """A page of the log; what cannot be looked for is said above it, with all that was typed."""
    typed = {
        name: request.args.get(name, "").replace("\x00", "").strip()[:100]
        for name in ("person", "verb", "case", "part", "from", "to", "words")
    }
    first, last = _day(typed["from"]), _day(typed["to"])
    asked = Asked(
        person=typed["person"],
        words=typed["words"],
        verb=typed["verb"],
        case=typed["case"],
        part=typed["part"] if typed["part"] in ("house", "cases") else "",
        since=times.starts(first) if first else None,
        until=times.after(last) if last else None,
        before=_before(),
    )
    look, error = wiring.look(), None
    try:
        found = log_page(look, me(), asked)
        wiring.on_record_each(me(), spoken(found), "opened", page="log")
    except BadInput as wrong:
        found, error = Page([], None, sees_house(look, me(), scope())), wrong
    told = page("audit/log.html", "audit.log", found=found, typed=typed, words=words, error=error)
    return told, error.status if error else 200


@bp.get("/anchors")
@login_required
def anchors() -> str:
    return page("audit/anchors.html", "audit.anchors", found=anchor_page(wiring.look(), me(), _before()))


@bp.get("/verify.py")
@login_required
def verifier() -> Response:
    """The same script that lies in every archive package; it holds nothing of this house."""
    scope()
    return send_file(Path(verify.__file__), "text/x-python", as_attachment=True, download_name="verify.py")


def _before() -> int | None:
    """Where a page goes on; what is no number is not asked."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return times.day(text)
    except ValueError:
        raise BadInput(times.BAD_TIME) from None
