"""按链接查审批: paste a public link, see who approved it."""

from flask import request
from flask_login import login_required

from engine.queries.audit import find as finding
from web import wiring
from web.audit.blueprint import bp, page
from web.sessions import me


@bp.get("/find")
@login_required
def find() -> str:
    typed = request.args.get("link", "").replace("\0", "").strip()[:2000]
    return page("audit/find.html", "audit.find", typed=typed, found=finding.find(wiring.look(), me(), typed))
